/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers tool/check/sources.c, tool/check/judge.c.
 *
 * Which source works with invented rights and modules, and the exit status where none does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/check/judge.h"
#include "tool/check/sources.h"

#define BIT(capability) (UINT64_C(1) << (capability))
#define RAW             BIT(CAP_NET_RAW)
#define NET             (BIT(CAP_NET_RAW) | BIT(CAP_NET_ADMIN))
#define SYS             BIT(CAP_SYS_ADMIN)
#define BPF             (BIT(CAP_BPF) | BIT(CAP_PERFMON))

static const struct {
	uint64_t rights;
	enum module_state vsockmon;
	enum check_interface interface;
	enum bpf_tap_result bpf;
	enum module_state loopback;
	bool user_namespace, modules_disabled;
	const char *source;
	enum exit_status status;
	const char *command;
} cases[] = {
    {NET, MODULE_LOADED, 0, 0, 0, false, false, "vsockmon", EXIT_OK, "vsockdump"},
    {NET, MODULE_PRESENT, 0, 0, 0, false, false, "vsockmon", EXIT_OK, "vsockdump"},
    {NET, MODULE_UNKNOWN, 0, 0, 0, false, false, "vsockmon", EXIT_OK, "vsockdump"},
    {NET, MODULE_LOADED, 0, 0, 0, true, false, "vsockmon", EXIT_OK, "vsockdump"},
    /* One of two capabilities is enough only on an interface that is up. */
    {RAW, MODULE_LOADED, CHECK_INTERFACE_UP, 0, 0, false, false, "vsockmon", EXIT_OK, "vsockdump"},
    {RAW, MODULE_LOADED, CHECK_INTERFACE_DOWN, 0, 0, false, false, NULL, EXIT_PERMISSION,
     "setcap cap_net_raw,cap_net_admin+ep vsockdump"},
    {RAW, MODULE_ABSENT, 0, 0, 0, false, false, NULL, EXIT_PERMISSION,
     "setcap cap_net_raw,cap_net_admin+ep vsockdump"},
    {BIT(CAP_NET_ADMIN), MODULE_LOADED, 0, 0, 0, false, false, NULL, EXIT_PERMISSION,
     "setcap cap_net_raw,cap_net_admin+ep vsockdump"},
    /* Without vsockmon, a capture takes BPF by itself. */
    {NET | SYS, MODULE_ABSENT, 0, 0, 0, false, false, "bpf", EXIT_OK, "vsockdump"},
    {NET | BPF, MODULE_ABSENT, 0, 0, 0, false, false, "bpf", EXIT_OK, "vsockdump"},
    {NET | SYS, MODULE_PRESENT, 0, 0, 0, false, true, "bpf", EXIT_OK, "vsockdump"},
    {NET, MODULE_ABSENT, 0, 0, 0, false, false, NULL, EXIT_PERMISSION, NULL},
    {NET | SYS, MODULE_ABSENT, 0, 0, 0, true, false, NULL, EXIT_NO_DEVICE, ""},
    {NET | SYS, MODULE_ABSENT, 0, BPF_TAP_NOT_BUILT, 0, false, false, NULL, EXIT_NO_DEVICE, ""},
    {NET | SYS, MODULE_ABSENT, 0, BPF_TAP_NO_KERNEL, 0, false, false, NULL, EXIT_NO_DEVICE, ""},
    {NET | SYS, MODULE_ABSENT, 0, BPF_TAP_ERROR, 0, false, false, NULL, EXIT_FAILED, ""},
    /* It needs a module that carries packets, or one that it makes the kernel load. */
    {NET | SYS, MODULE_ABSENT, 0, BPF_TAP_NO_TRANSPORT, MODULE_PRESENT, false, false, "bpf",
     EXIT_OK, "vsockdump"},
    {NET | SYS, MODULE_ABSENT, 0, BPF_TAP_NO_TRANSPORT, MODULE_PRESENT, false, true, NULL,
     EXIT_NO_DEVICE, ""},
    {NET | SYS, MODULE_ABSENT, 0, BPF_TAP_NO_TRANSPORT, MODULE_ABSENT, false, false, NULL,
     EXIT_NO_DEVICE, ""},
    /* Who lacks the rights for vsockmon may have those for BPF, and must ask for it. */
    {BPF, MODULE_LOADED, 0, 0, 0, false, false, "bpf", EXIT_OK, "vsockdump -i bpf"},
    {SYS, MODULE_PRESENT, 0, 0, 0, false, false, "bpf", EXIT_OK, "vsockdump -i bpf"},
    {BIT(CAP_BPF), MODULE_LOADED, 0, 0, 0, false, false, NULL, EXIT_PERMISSION,
     "setcap cap_net_raw,cap_net_admin+ep vsockdump"},
};

static void finds_the_source_and_the_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct check_facts facts = {
		    .os = "Linux 6.1.192",
		    .program = "vsockdump",
		    .capabilities = cases[i].rights,
		    .interface = cases[i].interface,
		    .bpf = cases[i].bpf,
		    .user_namespace = cases[i].user_namespace,
		    .modules_disabled = cases[i].modules_disabled,
		    .modules = {[MODULE_VSOCKMON] = cases[i].vsockmon,
				[MODULE_LOOPBACK] = cases[i].loopback},
		};
		struct check_report report;

		check_judge(&report, &facts);
		if (report.status != cases[i].status)
			fail_msg("case %zu: status %d", i, report.status);
		if (!report.source != !cases[i].source ||
		    (report.source && strcmp(report.source, cases[i].source) != 0))
			fail_msg("case %zu: source %s", i, report.source ? report.source : "none");
		if (cases[i].command && strcmp(report.command, cases[i].command) != 0)
			fail_msg("case %zu: recommends '%s'", i, report.command);
		/* A check fails where nothing works, and only there. */
		if ((report.failures > 0) != !report.source)
			fail_msg("case %zu: %u failures", i, report.failures);
	}
}

/* When there are sockets already, another one makes the kernel load nothing. */
static void loopback_comes_only_with_the_first_socket(void **state)
{
	struct check_facts facts = {
	    .capabilities = NET | SYS,
	    .bpf = BPF_TAP_NO_TRANSPORT,
	    .modules = {[MODULE_VSOCKMON] = MODULE_ABSENT,
			[MODULE_LOOPBACK] = MODULE_PRESENT,
			[MODULE_VSOCK] = MODULE_PRESENT},
	};
	struct check_report report;

	(void)state;
	check_judge(&report, &facts);
	assert_int_equal(report.status, EXIT_OK);
	facts.modules[MODULE_VSOCK] = MODULE_LOADED;
	check_judge(&report, &facts);
	assert_int_equal(report.status, EXIT_NO_DEVICE);
}

static void each_problem_says_what_to_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vm hybrid = {.vmm = "Firecracker", .hybrid = true};
		struct check_facts facts = {
		    .os = "Linux 6.18.15",
		    .bpf_error = "a reason",
		    .capabilities = cases[i].rights,
		    .bpf = cases[i].bpf,
		    .modules =
			{[MODULE_VSOCKMON] = cases[i].vsockmon, [MODULE_VMCI] = MODULE_LOADED},
		    .vsock_namespace = {.local = true},
		    .vms = {.vms = &hybrid, .count = 1},
		};
		struct check_report report;

		check_judge(&report, &facts);
		for (size_t k = 0; k < report.count; k++) {
			const struct check_row *row = &report.rows[k];

			assert_true(*row->text);
			if (row->result == CHECK_WARN && !row->fix)
				fail_msg("case %zu: %s has no fix", i, row->name);
		}
		assert_non_null(report.next);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_source_and_the_status),
	    cmocka_unit_test(loopback_comes_only_with_the_first_socket),
	    cmocka_unit_test(each_problem_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

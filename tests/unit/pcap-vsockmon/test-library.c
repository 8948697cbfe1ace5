/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers open, handle, interface, namespace, persistent, findalldevs, error and version of
 * pcap-vsockmon/.
 *
 * The library on a kernel that fails on demand: its actions, what it undoes, and the caller's
 * message. tests/live tests the library on a real kernel.
 */
#include <errno.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>
#include <netlink/errno.h>

#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tests/unit/pcap-vsockmon/fake-links.h"

/* The longest name there is, for the longest messages. */
#define LONGEST "vsockmon4567890"

static char errbuf[PCAP_ERRBUF_SIZE];
static struct pcap_vsockmon_opened opened;
static enum pcap_vsockmon_result result;

static int setup(void **state)
{
	(void)state;
	fake_reset();
	memset(errbuf, 'x', sizeof(errbuf));
	memset(&opened, 'x', sizeof(opened));
	result = (enum pcap_vsockmon_result)1;
	return 0;
}

static void says(const char *words)
{
	/* A message that fills the buffer was cut. */
	assert_true(strlen(errbuf) < sizeof(errbuf) - 1);
	if (!strstr(errbuf, words))
		fail_msg("\"%s\" does not say \"%s\"", errbuf, words);
}

static pcap_t *open_name(const char *name)
{
	pcap_t *handle = pcap_vsockmon_open(name, NULL, &opened, &result, errbuf);

	assert_int_equal(handle != NULL, result == PCAP_VSOCKMON_OK);
	assert_int_equal(errbuf[0] == '\0', result == PCAP_VSOCKMON_OK);
	assert_int_equal(fake.handles, handle != NULL);
	return handle;
}

static void fails(const char *name, enum pcap_vsockmon_result why, const char *words)
{
	assert_null(open_name(name));
	assert_int_equal(result, why);
	says(words);
}

static void opens(const char *name, const char *which, enum pcap_vsockmon_origin origin)
{
	pcap_t *handle = open_name(name);

	assert_non_null(handle);
	assert_string_equal(opened.name, which);
	assert_int_equal(opened.origin, origin);
	assert_int_equal(pcap_vsockmon_close(handle, &opened, errbuf), PCAP_VSOCKMON_OK);
	assert_string_equal(errbuf, "");
	assert_int_equal(fake.handles, 0);
}

static void test_private(void **state)
{
	(void)state;
	opens(NULL, "vsockmon0", PCAP_VSOCKMON_PRIVATE);
	assert_int_equal(fake_count(0), 1);
	assert_true(fake_find(1, "vsockmon0")->up);
	opens(LONGEST, LONGEST, PCAP_VSOCKMON_PRIVATE);
}

static void test_shared(void **state)
{
	pcap_t *handle;

	(void)state;
	fake.unshare_errno = EPERM;
	handle = open_name("mine");
	assert_non_null(handle);
	assert_int_equal(opened.origin, PCAP_VSOCKMON_SHARED);
	assert_true(fake_find(0, "mine")->up);
	assert_int_equal(fake_find(0, "mine")->index, opened.index);
	assert_int_equal(pcap_vsockmon_close(handle, &opened, errbuf), PCAP_VSOCKMON_OK);
	assert_null(fake_find(0, "mine"));
}

/* NULL means the existing interface with the lowest index, in any order of the kernel's list. */
static void test_existing(void **state)
{
	(void)state;
	fake_add(0, "eth0", "veth", true);
	fake_add(0, "second", "vsockmon", true)->index = 9;
	fake_add(0, "first", "vsockmon", true)->index = 7;
	opens(NULL, "first", PCAP_VSOCKMON_EXISTING);
	opens("second", "second", PCAP_VSOCKMON_EXISTING);
	assert_int_equal(opened.raised, 0);
	assert_int_equal(fake_count(0), 4);
}

static void test_raise(void **state)
{
	struct fake_link *link = fake_add(0, LONGEST, "vsockmon", false);

	(void)state;
	fake.change_error = -NLE_PERM;
	fails(LONGEST, PCAP_VSOCKMON_DOWN, "ip link set " LONGEST " up");
	fake.change_error = -NLE_NODEV;
	fails(LONGEST, PCAP_VSOCKMON_NO_SUCH_DEVICE, "deleted");
	fake.change_error = -NLE_NOMEM;
	fails(LONGEST, PCAP_VSOCKMON_ERROR, "Out of memory");
	fake.change_error = 0;
	assert_false(link->up);
	opens(LONGEST, LONGEST, PCAP_VSOCKMON_EXISTING);
	assert_int_equal(opened.raised, 1);
	assert_true(link->up);
}

/* After a failure, interfaces that were created or raised before it are as they were. */
static void test_activate_fails(void **state)
{
	static const struct {
		int status;
		enum pcap_vsockmon_result result;
		const char *words;
	} cases[] = {
	    {PCAP_ERROR, PCAP_VSOCKMON_ERROR, "cannot capture on interface " LONGEST},
	    {PCAP_ERROR_PERM_DENIED, PCAP_VSOCKMON_NO_PERMISSION, "CAP_NET_RAW"},
	    {PCAP_ERROR_IFACE_NOT_UP, PCAP_VSOCKMON_DOWN, "lowered"},
	    {PCAP_ERROR_NO_SUCH_DEVICE, PCAP_VSOCKMON_NO_SUCH_DEVICE, "deleted"},
	    {PCAP_ERROR_TSTAMP_PRECISION_NOTSUP, PCAP_VSOCKMON_ERROR, "precision"},
	};
	struct fake_link *down = fake_add(0, "down", "vsockmon", false);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake.activate_status = cases[i].status;
		fake.unshare_errno = 0;
		fails(LONGEST, cases[i].result, cases[i].words);
		fake.unshare_errno = EPERM;
		fails(LONGEST, cases[i].result, cases[i].words);
		fails("down", cases[i].result, "interface down");
		assert_false(down->up);
		assert_int_equal(fake_count(0), 2);
		fake_reset();
		down = fake_add(0, "down", "vsockmon", false);
	}
}

static void test_link_type(void **state)
{
	(void)state;
	fake.unshare_errno = EPERM;
	fake.datalink = DLT_LINUX_SLL;
	fails("any", PCAP_VSOCKMON_ERROR, "another name");
	assert_null(fake_find(0, "any"));
}

static void test_warning(void **state)
{
	pcap_t *handle;

	(void)state;
	fake.activate_status = PCAP_WARNING_TSTAMP_TYPE_NOTSUP;
	handle = open_name(NULL);
	assert_int_equal(opened.warning, PCAP_WARNING_TSTAMP_TYPE_NOTSUP);
	pcap_close(handle);
}

static void test_create_fails(void **state)
{
	static const struct {
		int error;
		enum pcap_vsockmon_result result;
		const char *words;
	} cases[] = {
	    {-NLE_OPNOTSUPP, PCAP_VSOCKMON_NO_KERNEL, "modprobe vsockmon"},
	    {-NLE_PERM, PCAP_VSOCKMON_NO_PERMISSION, "CAP_NET_ADMIN"},
	    {-NLE_NOACCESS, PCAP_VSOCKMON_NO_PERMISSION, "CAP_NET_ADMIN"},
	    {-NLE_NOMEM, PCAP_VSOCKMON_ERROR, "Out of memory"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake.add_error = cases[i].error;
		fake.unshare_errno = 0;
		fails(LONGEST, cases[i].result, cases[i].words);
		fake.unshare_errno = EPERM;
		fails(LONGEST, cases[i].result, cases[i].words);
		assert_int_equal(pcap_vsockmon_create_interface(LONGEST, errbuf), cases[i].result);
		says(cases[i].words);
	}
}

/* An interface that was created but cannot be found again is removed. */
static void test_look_up_after_create_fails(void **state)
{
	(void)state;
	fake.unshare_errno = EPERM;
	fake.look_up_error = -NLE_NOMEM;
	fake.look_up_fails_from = 2;
	fails("mine", PCAP_VSOCKMON_ERROR, "Out of memory");
	assert_null(fake_find(0, "mine"));
}

/* Another process creates the interface after the look-up. */
static void test_race(void **state)
{
	(void)state;
	fake.unshare_errno = EPERM;
	fake.appears = (struct fake_link){LONGEST, "vsockmon", 0, true};
	opens(LONGEST, LONGEST, PCAP_VSOCKMON_EXISTING);
	assert_non_null(fake_find(0, LONGEST));

	fake_reset();
	fake.unshare_errno = EPERM;
	fake.appears = (struct fake_link){LONGEST, "bridge", 0, true};
	fails(LONGEST, PCAP_VSOCKMON_WRONG_KIND, "its kind is bridge");
	assert_non_null(fake_find(0, LONGEST));

	fake_reset();
	fake.unshare_errno = EPERM;
	fake.add_error = -NLE_EXIST;
	fails(LONGEST, PCAP_VSOCKMON_ERROR, "try again");
}

static void test_look_up_fails(void **state)
{
	(void)state;
	fake.connect_error = -NLE_NOMEM;
	fails(NULL, PCAP_VSOCKMON_ERROR, "netlink");
	fake.connect_error = 0;
	fake.list_error = -NLE_NOMEM;
	fails(NULL, PCAP_VSOCKMON_ERROR, "cannot list interfaces");
	fake.look_up_error = -NLE_NOMEM;
	fake.look_up_fails_from = 1;
	fails(LONGEST, PCAP_VSOCKMON_ERROR, "cannot look up");
}

/* Closing deletes what opening made, and nothing else. */
static void test_close(void **state)
{
	struct pcap_vsockmon_opened shared = {
	    .name = LONGEST, .origin = PCAP_VSOCKMON_SHARED, .index = 7};
	struct fake_link *link = fake_add(0, LONGEST, "vsockmon", true);

	(void)state;
	link->index = 8;
	assert_int_equal(pcap_vsockmon_close(NULL, &shared, errbuf), PCAP_VSOCKMON_OK);
	assert_non_null(fake_find(0, LONGEST));
	link->index = 7;
	link->kind = "dummy";
	assert_int_equal(pcap_vsockmon_close(NULL, &shared, errbuf), PCAP_VSOCKMON_OK);
	assert_string_equal(errbuf, "");
	assert_non_null(fake_find(0, LONGEST));
	link->kind = "vsockmon";
	fake.delete_error = -NLE_PERM;
	assert_int_equal(pcap_vsockmon_close(NULL, &shared, errbuf), PCAP_VSOCKMON_NO_PERMISSION);
	says("CAP_NET_ADMIN");
	fake.delete_error = 0;
	assert_int_equal(pcap_vsockmon_close(NULL, &shared, errbuf), PCAP_VSOCKMON_OK);
	assert_null(fake_find(0, LONGEST));
	assert_int_equal(pcap_vsockmon_close(NULL, &shared, errbuf), PCAP_VSOCKMON_OK);
}

static void test_names(void **state)
{
	static const char *const bad[] = {
	    "",     ".",   "..",  "vsockmon45678901", "a/b",  "a b",
	    "a\tb", "a:b", "a%d", "\x1b[31mred",      "a\nb", "caf\xc3\xa0",
	};
	char huge[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fails(bad[i], PCAP_VSOCKMON_BAD_NAME, "interface");
		assert_int_equal(pcap_vsockmon_create_interface(bad[i], errbuf),
				 PCAP_VSOCKMON_BAD_NAME);
		assert_int_equal(pcap_vsockmon_delete_interface(bad[i], errbuf),
				 PCAP_VSOCKMON_BAD_NAME);
		/* Bytes that are no name may be meant for the terminal. */
		assert_null(strchr(errbuf, '\x1b'));
	}
	memset(huge, 'a', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	fails(huge, PCAP_VSOCKMON_BAD_NAME, "4095 bytes");
	assert_int_equal(fake.look_ups, 0);
}

static void test_options(void **state)
{
	static const struct pcap_vsockmon_options bad[] = {
	    {.snaplen = -1}, {.buffer_size = -1}, {.timeout_ms = -1}};
	struct pcap_vsockmon_options good = {
	    .snaplen = 1, .buffer_size = 1, .timeout_ms = 1, .immediate = 1, .nanosecond = 1};
	pcap_t *handle;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		/* The caller does not want the result. */
		assert_null(pcap_vsockmon_open(NULL, &bad[i], &opened, NULL, errbuf));
		says("-1 is negative");
	}
	handle = pcap_vsockmon_open(NULL, &good, &opened, NULL, errbuf);
	assert_non_null(handle);
	assert_int_equal(pcap_get_tstamp_precision(handle), PCAP_TSTAMP_PRECISION_NANO);
	pcap_close(handle);
}

/* Runs without effective capabilities, as any user would. */
static void test_capabilities(void **state)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct before[_LINUX_CAPABILITY_U32S_3];
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	(void)state;
	assert_int_equal(syscall(SYS_capget, &header, before), 0);
	memcpy(none, before, sizeof(none));
	none[0].effective = none[1].effective = 0;
	assert_int_equal(syscall(SYS_capset, &header, none), 0);

	fake.add_error = -NLE_PERM;
	fails(LONGEST, PCAP_VSOCKMON_NO_PERMISSION,
	      "this process lacks CAP_NET_ADMIN and CAP_NET_RAW; ");
	says("setcap cap_net_admin,cap_net_raw+ep");
	assert_int_equal(pcap_vsockmon_create_interface(LONGEST, errbuf),
			 PCAP_VSOCKMON_NO_PERMISSION);
	says("lacks CAP_NET_ADMIN; ");
	fake_add(0, LONGEST, "vsockmon", true);
	fake.activate_status = PCAP_ERROR_PERM_DENIED;
	fails(LONGEST, PCAP_VSOCKMON_NO_PERMISSION, "lacks CAP_NET_RAW; ");

	assert_int_equal(syscall(SYS_capset, &header, before), 0);
}

static void test_list(void **state)
{
	pcap_if_t *devices;

	(void)state;
	assert_int_equal(pcap_vsockmon_findalldevs(&devices, errbuf), PCAP_VSOCKMON_OK);
	assert_string_equal(devices->name, PCAP_VSOCKMON_DEFAULT_NAME);
	assert_int_equal(devices->flags & PCAP_IF_UP, 0);
	assert_null(devices->next);
	pcap_vsockmon_freealldevs(devices);

	fake_add(0, "down", "vsockmon", false)->index = 9;
	fake_add(0, "up", "vsockmon", true)->index = 8;
	assert_int_equal(pcap_vsockmon_findalldevs(&devices, errbuf), PCAP_VSOCKMON_OK);
	assert_string_equal(devices->name, "up");
	assert_true(devices->flags & PCAP_IF_UP);
	assert_string_equal(devices->next->name, "down");
	assert_false(devices->next->flags & PCAP_IF_UP);
	assert_null(devices->next->next);
	pcap_vsockmon_freealldevs(devices);

	fake.list_error = -NLE_NOMEM;
	assert_int_equal(pcap_vsockmon_findalldevs(&devices, errbuf), PCAP_VSOCKMON_ERROR);
	assert_null(devices);
	pcap_vsockmon_freealldevs(NULL);
}

static void test_create_and_delete(void **state)
{
	(void)state;
	assert_int_equal(pcap_vsockmon_create_interface(LONGEST, errbuf), PCAP_VSOCKMON_OK);
	assert_string_equal(errbuf, "");
	assert_true(fake_find(0, LONGEST)->up);
	assert_int_equal(pcap_vsockmon_create_interface(LONGEST, errbuf), PCAP_VSOCKMON_EXISTS);
	says(LONGEST);
	assert_int_equal(pcap_vsockmon_create_interface("lo", errbuf), PCAP_VSOCKMON_WRONG_KIND);
	says("loopback");
	assert_int_equal(pcap_vsockmon_delete_interface("lo", errbuf), PCAP_VSOCKMON_WRONG_KIND);
	assert_int_equal(pcap_vsockmon_delete_interface(LONGEST, errbuf), PCAP_VSOCKMON_OK);
	assert_string_equal(errbuf, "");
	assert_int_equal(pcap_vsockmon_delete_interface(LONGEST, errbuf),
			 PCAP_VSOCKMON_NO_SUCH_DEVICE);
	says(LONGEST);
}

static void test_version(void **state)
{
	(void)state;
	assert_string_equal(pcap_vsockmon_version(), PCAP_VSOCKMON_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_private, setup),
	    cmocka_unit_test_setup(test_shared, setup),
	    cmocka_unit_test_setup(test_existing, setup),
	    cmocka_unit_test_setup(test_raise, setup),
	    cmocka_unit_test_setup(test_activate_fails, setup),
	    cmocka_unit_test_setup(test_link_type, setup),
	    cmocka_unit_test_setup(test_warning, setup),
	    cmocka_unit_test_setup(test_create_fails, setup),
	    cmocka_unit_test_setup(test_look_up_after_create_fails, setup),
	    cmocka_unit_test_setup(test_race, setup),
	    cmocka_unit_test_setup(test_look_up_fails, setup),
	    cmocka_unit_test_setup(test_close, setup),
	    cmocka_unit_test_setup(test_names, setup),
	    cmocka_unit_test_setup(test_options, setup),
	    cmocka_unit_test_setup(test_capabilities, setup),
	    cmocka_unit_test_setup(test_list, setup),
	    cmocka_unit_test_setup(test_create_and_delete, setup),
	    cmocka_unit_test_setup(test_version, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One seccomp filter, made by libseccomp, of all tables of a run. Calls outside the tables are of
 * two kinds, and neither kind ever succeeds. A libc or libpcap that is newer than the tables may
 * try a call that it does not need: such a call fails with EPERM, because an update must not kill a
 * capture that runs for weeks. Other calls can only come from foreign code: a shell, a connection,
 * another identity. They kill the process, so an attacker has no second try, and the user sees it.
 */
#include "tool/confine/sandbox.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <seccomp.h>

static int add(scmp_filter_ctx filter, uint32_t action, int number, const struct scmp_arg_cmp *when)
{
	/* Not "exact": what this architecture does not have is left out. */
	return seccomp_rule_add_array(filter, action, number, when ? 1 : 0, when);
}

/* With `within`, the call has a folder for the old name and one for the new name. */
static int add_in_folders(scmp_filter_ctx filter, int number, const struct output_folders *folders,
			  bool within)
{
	int error = 0;

	for (size_t i = 0; i < folders->count && error == 0; i++) {
		/* A descriptor is an int: the upper half of the register is anything. */
		const scmp_datum_t fd = (scmp_datum_t)(uint32_t)folders->list[i].fd;
		struct scmp_arg_cmp when[] = {SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, fd),
					      SCMP_A2(SCMP_CMP_MASKED_EQ, UINT32_MAX, fd)};

		error =
		    seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, within ? 2 : 1, when);
	}
	return error;
}

static int allow(scmp_filter_ctx filter, const struct system_call *call,
		 const struct output_folders *folders)
{
	struct scmp_arg_cmp when = {.op = SCMP_CMP_MASKED_EQ};
	int number = seccomp_syscall_resolve_name(call->name);

	/* A libseccomp older than the call: then nothing here makes it either. */
	if (number == __NR_SCMP_ERROR)
		return 0;
	switch (call->limit) {
	case CALL_FREE:
		return add(filter, SCMP_ACT_ALLOW, number, NULL);
	case CALL_IN_FOLDER:
	case CALL_WITHIN_FOLDER:
		return add_in_folders(filter, number, folders, call->limit == CALL_WITHIN_FOLDER);
	case CALL_ON_SELF:
		when.datum_a = UINT32_MAX;
		when.datum_b = (scmp_datum_t)getpid();
		break;
	case CALL_IF:
		when.arg = call->argument;
		when.datum_a = call->mask;
		when.datum_b = call->value;
		break;
	}
	return add(filter, SCMP_ACT_ALLOW, number, &when);
}

static bool in_tables(const struct system_call *const *tables, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		for (const struct system_call *call = tables[i]; call->name; call++)
			if (strcmp(call->name, name) == 0)
				return true;
	return false;
}

static int deny(scmp_filter_ctx filter, const struct system_call *const *tables, size_t count)
{
	int error = 0;

	for (const struct system_call *call = sandbox_deadly_system_calls; call->name && !error;
	     call++) {
		int number = seccomp_syscall_resolve_name(call->name);

		if (number != __NR_SCMP_ERROR && !in_tables(tables, count, call->name))
			error = add(filter, SCMP_ACT_KILL_PROCESS, number, NULL);
	}
	if (!error)
		error = add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), NULL);
	return error;
}

/* Returns 0 or a negative errno, as libseccomp does. */
static int fill_filter(scmp_filter_ctx filter, const struct system_call *const *tables,
		       size_t count, const struct output_folders *folders)
{
	/* The numbers of another architecture would mean other calls. */
	int error = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	/* The kernel's own words, not libseccomp's ECANCELED for all. */
	if (!error)
		error = seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
	if (!error)
		error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (!error)
		error = deny(filter, tables, count);
	for (size_t i = 0; i < count && !error; i++)
		for (const struct system_call *call = tables[i]; call->name && !error; call++)
			error = allow(filter, call, folders);
	return error;
}

bool sandbox_built(void)
{
#ifdef VSOCKDUMP_INSTRUMENTED
	return false;
#else
	return true;
#endif
}

int sandbox_calls(const struct system_call *const *tables, size_t count,
		  const struct output_folders *folders)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int error;

	if (!filter)
		return ENOMEM;
	error = fill_filter(filter, tables, count, folders);
	if (!error && sandbox_built())
		error = seccomp_load(filter);
	seccomp_release(filter);
	return -error;
}

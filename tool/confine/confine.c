/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel without Landlock, or a container that forbids to set a seccomp filter, is no reason not
 * to capture: the process has given up its privileges by then. A missing filter is said; Landlock
 * is the second fence behind it, which many kernels lack, and its absence is not.
 */
#include "tool/confine/confine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool/confine/privileges.h"
#include "tool/message.h"
#include "tool/print/output.h"
#include "tool/signals.h"

void confine_allow(struct confinement *confinement, const struct system_call *table)
{
	if (confinement->tables == CONFINE_TABLES_MAX)
		abort(); /* the constant is too small */
	confinement->calls[confinement->tables++] = table;
}

static void enter_sandbox(struct confinement *confinement)
{
	int error;

	confine_allow(confinement, sandbox_base_system_calls);
	confine_allow(confinement, signals_system_calls);
	confine_allow(confinement, output_system_calls);
	/* First the files: the filter forbids Landlock's calls. */
	error = sandbox_files(&confinement->folders);
	if (error && error != ENOSYS && error != EOPNOTSUPP)
		print_error("warning: no limit on files (Landlock): %s", strerror(error));
	error = sandbox_calls(confinement->calls, confinement->tables, &confinement->folders);
	if (error)
		print_error("warning: no filter of system calls (seccomp): %s", strerror(error));
}

enum exit_status confine(const struct settings *settings, struct confinement *confinement)
{
	struct unprivileged user;
	enum exit_status status = privileges_find(settings->safety.user, &user);

	/* The time zone's file cannot be read later. */
	tzset();
	if (status == EXIT_OK)
		status = privileges_drop(&user, &confinement->folders);
	if (status != EXIT_OK)
		return status;
	if (settings->safety.no_sandbox)
		print_error("warning: no sandbox (--no-sandbox): system calls and files are not "
			    "limited");
	else
		enter_sandbox(confinement);
	return EXIT_OK;
}

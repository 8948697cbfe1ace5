/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vsockdump: captures AF_VSOCK traffic or reads captures of it, and shows it. */
#include <netlink/version.h>

#include "lib/identity/vm-names.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tool/check/check.h"
#include "tool/confine/privileges.h"
#include "tool/exit-status.h"
#include "tool/explain/explain.h"
#include "tool/extcap/extcap.h"
#include "tool/message.h"
#include "tool/mode/mode.h"
#include "tool/options/options.h"
#include "tool/print/standard-output.h"
#include "tool/run/filter.h"
#include "tool/run/interfaces.h"
#include "tool/run/live.h"
#include "tool/run/replay.h"
#include "tool/signals.h"
#include "tool/terminal.h"
#include "tool/version.h"

/* This program's version and those of the libraries that it runs with. */
static void print_versions(struct output *out)
{
	output_printf(out, "%s\n", version_program());
	output_printf(out, "pcap-vsockmon %s\n", pcap_vsockmon_version());
	output_printf(out, "%s\n", pcap_lib_version());
	output_text(out, LIBNL_STRING "\n");
}

/* In the form of tcpdump: there is one of each. */
static void list_link_types(struct output *out)
{
	output_text(out, "Data link types (use option -y to set):\n  VSOCK (Linux vsock)\n");
}

static void list_time_stamp_types(struct output *out)
{
	output_text(out, "Time stamp types (use option -j to set):\n  host (Host)\n");
}

/* -h, --help, --explain, --version, --check, -D, -L and -J: only text on standard output. */
static enum exit_status print_text(const struct settings *settings)
{
	struct output out;
	enum exit_status status = EXIT_OK;
	enum exit_status written;

	if (!standard_output_open(&out, &settings->print)) {
		print_error("not enough memory");
		return EXIT_FAILED;
	}
	if (settings->action == ACTION_SHORT_HELP)
		options_short_help(&out);
	else if (settings->action == ACTION_HELP)
		options_help(&out);
	else if (settings->action == ACTION_EXPLAIN)
		status = explain(&out, settings->source.expression);
	else if (settings->action == ACTION_CHECK)
		status = check_system(&out, settings);
	else if (settings->action == ACTION_VERSION)
		print_versions(&out);
	else if (settings->action == ACTION_LIST_LINK_TYPES)
		list_link_types(&out);
	else if (settings->action == ACTION_LIST_TIME_STAMP_TYPES)
		list_time_stamp_types(&out);
	else
		status = interfaces_list(&out);
	written = standard_output_close(&out);
	return status != EXIT_OK ? status : written;
}

static enum exit_status capture(const struct settings *settings, bool only_filter)
{
	struct settings own = *settings;
	struct filter filter;
	struct unprivileged user;
	/* Before anything is opened, as is due to a wrong command line. */
	enum exit_status status = privileges_find(settings->safety.user, &user);
	const struct filter *wanted;

	/* A filter may contain a name. */
	if (status == EXIT_OK && !settings->source.file_count && !settings->print.numbers)
		vm_names_find(settings->print.names, "",
			      interface_is_hybrid(settings->source.interface));
	if (status == EXIT_OK)
		status = filter_open(&filter, settings);
	if (status != EXIT_OK)
		return status;
	wanted = settings->print.filtered ? &filter : NULL;
	/* Then the kernel filters nothing. */
	if (filter_asks_for_processes(wanted))
		own.print.incomplete = false;
	if (only_filter)
		status = EXIT_OK;
	else if (settings->source.dump_program)
		status = filter_print(&filter, settings->source.dump_program);
	else if (settings->source.file_count)
		status = replay_file(settings, wanted);
	else
		status = capture_live(&own, wanted);
	filter_close(&filter);
	return status;
}

static enum exit_status act(const struct settings *settings, bool only_filter)
{
	switch (settings->action) {
	case ACTION_SHORT_HELP:
	case ACTION_HELP:
	case ACTION_EXPLAIN:
	case ACTION_VERSION:
	case ACTION_CHECK:
	case ACTION_LIST_INTERFACES:
	case ACTION_LIST_LINK_TYPES:
	case ACTION_LIST_TIME_STAMP_TYPES:
		return print_text(settings);
	case ACTION_CREATE_INTERFACE:
		return interface_create(settings->source.interface);
	case ACTION_DELETE_INTERFACE:
		return interface_delete(settings->source.interface);
	case ACTION_CAPTURE:
		break;
	}
	return capture(settings, only_filter);
}

static enum exit_status run(int argc, char **argv, bool only_filter)
{
	struct settings settings;
	char error[OPTIONS_ERROR_MAX];
	enum exit_status status = EXIT_USAGE;
	bool understood;

	understood = options_parse(&settings, argc, argv, error) &&
		     (settings.action != ACTION_CAPTURE || mode_choose(&settings, error));
	if (*error)
		print_error("%s%s", understood ? "warning: " : "", error);
	if (understood)
		status = act(&settings, only_filter);
	options_free(&settings);
	return status;
}

int main(int argc, char **argv)
{
	enum exit_status status;

	standard_descriptors_check();
	/* Before all else: the options name files that are read at once. */
	status = privileges_check();
	if (status != EXIT_OK)
		return (int)status;
	terminals_ask();
	signals_ignore_write_failures();
	return (int)(extcap_is_asked(argc, argv) ? extcap_answer(argc, argv, run)
						 : run(argc, argv, false));
}

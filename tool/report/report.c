/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --report FILE: gathers like --diagnose, --stats and --ladder, and writes a page at the end.
 *
 * The file is opened at the start, because nothing can be opened in the sandbox. An old page stays
 * in it until the new one is whole. If the new one does not fit on the disk, the file is empty.
 */
#include "tool/report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/message.h"
#include "tool/mode/diagnose-both.h"
#include "tool/mode/flow-list.h"

static const struct system_call report_system_calls[] = {
    CALL("ftruncate"),
    CALL("ftruncate64"),
    SYSTEM_CALLS_END,
};

static bool fail(struct session *session, const char *what, const char *why)
{
	print_error("--report %s: %s%s", session->settings->flow.report, what, why);
	session->failure = EXIT_OUTPUT;
	return false;
}

/* A file of another user is not written to, nor one that has a second name. */
static bool open_file(struct session *session, struct report *report)
{
	const char *name = session->settings->flow.report;
	struct stat status;

	report->fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (report->fd < 0 && errno == ELOOP)
		return fail(session, "it is a symbolic link. Name the file itself", "");
	if (report->fd < 0 || fstat(report->fd, &status) < 0)
		return fail(session, "cannot open it: ", strerror(errno));
	if (S_ISREG(status.st_mode) && (status.st_uid != geteuid() || status.st_nlink != 1))
		return fail(session, "it belongs to somebody else. Name another file", "");
	return true;
}

static void report_begin(struct session *session)
{
	struct report *report;

	if (!session_make_own(session, sizeof(*report)))
		return;
	report = session->own;
	if (!open_file(session, report) || !diagnose_watch_calls(session, &report->causes))
		return;
	/* The page comes at the end, also of a live capture. */
	stats_begin(&report->stats, false, 0);
}

static void report_packet(struct session *session, const struct seen *seen)
{
	struct report *report = session->own;

	diagnose_packet(session, seen);
	stats_packet(&report->stats, seen);
	recorder_packet(&report->recorder, session, seen);
}

static void report_finding(struct session *session, const struct vsock_finding *finding)
{
	struct report *report = session->own;

	diagnose_finding(session, finding);
	recorder_finding(&report->recorder, session, finding);
}

static void report_flow_left(struct session *session, const struct vsock_flow *flow)
{
	struct report *report = session->own;

	report->flows_left++;
	diagnose_flow_left(session, flow);
	stats_flow_left(session, &report->stats, flow);
	recorder_flow(&report->recorder, flow);
}

static void report_point_end(struct session *session, uint16_t point, uint64_t end)
{
	struct report *report = session->own;

	stats_point_end(session, &report->stats, point, end);
}

static int write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, data, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return errno;
		data += written;
		length -= (size_t)written;
	}
	return 0;
}

static void write_file(struct session *session, int fd, const struct output *page)
{
	int error = 0;

	/* A device has no length. */
	if (ftruncate(fd, 0) < 0 && errno != EINVAL)
		error = errno;
	if (!error)
		error = write_all(fd, page->data, page->length);
	if (!error)
		return;
	(void)!ftruncate(fd, 0);
	if (error == ENOSPC || error == EDQUOT)
		fail(session,
		     "no room for the page on this disk. Free some, or name a file on another", "");
	else
		fail(session, "cannot write it: ", strerror(error));
}

static void print_page(struct session *session)
{
	struct report *report = session->own;
	struct page *page = calloc(1, sizeof(*page));
	char *data = malloc(REPORT_MAX);
	struct output out;

	if (page && data) {
		output_memory(&out, data, REPORT_MAX);
		page->session = session;
		page->report = report;
		page->html.out = &out;
		if (page_print(page) && !out.error)
			write_file(session, report->fd, &out);
		else
			fail(session, "not enough memory for the page", "");
	} else {
		fail(session, "not enough memory for the page", "");
	}
	free(data);
	free(page);
}

static void report_end(struct session *session)
{
	struct report *report = session->own;

	if (!report)
		return;
	if (session->failure == EXIT_OK) {
		stats_end_stalls(session, &report->stats);
		diagnose_settle(session);
		print_page(session);
	}
	if (report->fd >= 0 && close(report->fd) < 0 && session->failure == EXIT_OK)
		fail(session, "cannot write it: ", strerror(errno));
	stats_free(&report->stats);
	recorder_free(&report->recorder);
	diagnose_end(session);
}

const struct mode mode_report = {
    .option = "--report",
    .prints_at_end = true,
    .needs_flows = true,
    .keep_ended_flows = true,
    .system_calls = report_system_calls,
    .begin = report_begin,
    .packet = report_packet,
    .finding = report_finding,
    .flow_left = report_flow_left,
    .point_end = report_point_end,
    .end = report_end,
};

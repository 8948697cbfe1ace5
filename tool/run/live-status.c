/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/live-status.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/common/plural.h"
#include "lib/common/time.h"
#include "tool/mode/mode.h"
#include "tool/status-line.h"
#include "tool/terminal.h"

/* Milliseconds. */
#define INTERVAL 1000

#define TEXT_MAX 160

static uint64_t clock_ms(void)
{
	return clock_now(CLOCK_MONOTONIC_COARSE) / NANOSECONDS_PER_MILLISECOND;
}

void live_status_start(struct live_status *status, const struct settings *settings)
{
	*status = (struct live_status){
	    .wanted = terminal_is(STDERR_FILENO) && mode_is_silent_until_end(settings),
	    .start = clock_ms(),
	};
	status->due = status->start + INTERVAL;
}

/* "12 s, 3400 packets, 5 flows, 2 findings so far. ^C ends the capture and reports." */
static void compose(char text[static TEXT_MAX], const struct session *session, uint64_t seconds)
{
	int length = snprintf(text, TEXT_MAX, "%" PRIu64 " s, %" PRIu64 " packet%s", seconds,
			      session->packets, plural(session->packets));
	uint64_t flows;

	if (session->flows) {
		flows = vsock_flow_table_stats(session->flows).opened;
		length += snprintf(text + length, TEXT_MAX - (size_t)length,
				   ", %" PRIu64 " flow%s, %" PRIu64 " finding%s", flows,
				   plural(flows), session->findings, plural(session->findings));
	}
	snprintf(text + length, TEXT_MAX - (size_t)length, ". ^C ends and reports.");
}

void live_status_show(struct live_status *status, const struct session *session)
{
	char text[TEXT_MAX];
	uint64_t now;

	if (!status->wanted)
		return;
	now = clock_ms();
	if (now < status->due)
		return;
	status->due = now + INTERVAL;
	if (mode_prints(session->settings))
		compose(text, session, (now - status->start) / 1000);
	else
		snprintf(text, sizeof(text), "Got %" PRIu64, session->packets);
	status_line_show(text);
}

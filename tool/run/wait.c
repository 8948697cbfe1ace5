/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/wait.h"

#include <poll.h>
#include <unistd.h>

#include "tool/signals.h"

/*
 * If silence may be a finding, it must be reported in time, and if nothing is printed before the
 * end, at least be known in time. Milliseconds.
 */
#define WAIT_ANALYSIS        250
#define WAIT_ANALYSIS_SILENT 500

const struct system_call wait_system_calls[] = {
    CALL("poll"),
    CALL("ppoll"),
    CALL("ppoll_time64"),
    SYSTEM_CALLS_END,
};

struct wait wait_for_input(struct pipeline *pipeline, int fd, int longest)
{
	/*
	 * For standard output, poll() reports POLLERR if a pipe has no reader. Without this, "|
	 * head -1" would end only with the next packet.
	 */
	struct pollfd fds[] = {
	    {.fd = fd, .events = POLLIN},
	    {.fd = signals_fd(), .events = POLLIN},
	    {.fd = mode_prints(pipeline->session.settings) ? STDOUT_FILENO : -1},
	};
	const bool silent = mode_is_silent_until_end(pipeline->session.settings);
	const int analysis = silent ? WAIT_ANALYSIS_SILENT : WAIT_ANALYSIS;
	int timeout;
	int ready;

	pipeline_before_wait(pipeline);
	timeout = pipeline_flush_due(pipeline);
	if (pipeline->session.analysis && timeout > analysis)
		timeout = analysis;
	if (longest >= 0 && timeout > longest)
		timeout = longest;
	ready = poll(fds, sizeof(fds) / sizeof(fds[0]), timeout);
	if (ready < 0)
		return (struct wait){.signal = true};
	if (ready == 0 && timeout != longest)
		pipeline_flush(pipeline);
	return (struct wait){
	    .input = fds[0].revents & POLLIN,
	    .signal = fds[1].revents,
	    .output_gone = fds[2].revents & POLLERR,
	};
}

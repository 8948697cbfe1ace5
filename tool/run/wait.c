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

/* Descriptors besides those of the mode. */
#define WAITS 3

const struct system_call wait_system_calls[] = {
    CALL("poll"),
    CALL("ppoll"),
    CALL("ppoll_time64"),
    SYSTEM_CALLS_END,
};

static bool is_any_ready(const struct pollfd *fds, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (fds[i].revents)
			return true;
	return false;
}

struct wait wait_for_input(struct pipeline *pipeline, int fd, int longest)
{
	/*
	 * For standard output, poll() reports POLLERR if a pipe has no reader. Without this, "|
	 * head -1" would end only with the next packet.
	 */
	struct pollfd fds[WAITS + MODE_WAITS] = {
	    {.fd = fd, .events = POLLIN},
	    {.fd = signals_fd(), .events = POLLIN},
	    {.fd = mode_prints(pipeline->session.settings) ? STDOUT_FILENO : -1},
	};
	const bool silent = mode_is_silent_until_end(pipeline->session.settings);
	const int analysis = silent ? WAIT_ANALYSIS_SILENT : WAIT_ANALYSIS;
	unsigned of_mode = 0;
	int timeout;
	int ready;

	pipeline_before_wait(pipeline);
	if (pipeline->mode->waits)
		of_mode = pipeline->mode->waits(&pipeline->session, fds + WAITS);
	timeout = pipeline_flush_due(pipeline);
	if (pipeline->session.analysis && timeout > analysis)
		timeout = analysis;
	if (longest >= 0 && timeout > longest)
		timeout = longest;
	ready = poll(fds, WAITS + of_mode, timeout);
	/* A signal interrupts the wait, and then nothing is known of the descriptors. */
	if (ready < 0)
		for (unsigned i = 0; i < of_mode; i++)
			fds[WAITS + i].revents = 0;
	if (of_mode > 0 && (ready < 0 || fds[1].revents || is_any_ready(fds + WAITS, of_mode)))
		pipeline->mode->ready(&pipeline->session, fds + WAITS, of_mode);
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

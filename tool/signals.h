/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals: SIGINT, SIGTERM and SIGHUP ask to stop, SIGUSR1 asks to show where things stand,
 * SIGUSR2 to write out what is buffered.
 *
 * A handler sets a flag, which a busy loop looks at, and writes to a pipe, which a waiting loop
 * polls: between them no signal is missed, whenever it comes. All else happens in the loop.
 */
#ifndef VSOCKDUMP_SIGNALS_H
#define VSOCKDUMP_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

#include "lib/common/system-call.h"

extern const struct system_call signals_system_calls[];

/*
 * Ignores SIGPIPE and SIGXFSZ, so that a failed write is an error with a message and not the end
 * of the process.
 */
void signals_ignore_write_failures(void);

/*
 * Takes over the signals. Before this, the ones that stop end the process as they always do. A
 * second one, a second or more after the first, does so again. False with errno when there is no
 * pipe.
 */
bool signals_install(void);

/*
 * From the first signal that stops us on, a write that blocks is given up after about a second
 * without progress: see lib/common/patience.h. Not if the signal is SIGINT and standard error is a
 * terminal. Then somebody may be reading the output in a pager, and can send SIGINT again.
 */
extern volatile sig_atomic_t signals_patience;

/* What messages say when it is over. */
#define SIGNALS_NO_PATIENCE "nobody read it for a second after the signal to end"

/* Readable when a signal has come since signals_acknowledge(). */
int signals_fd(void);
void signals_acknowledge(void);

/* The handler's flags, here for the speed of signals_pending(); use the functions below. */
extern volatile sig_atomic_t signals_flag_stop;
extern volatile sig_atomic_t signals_flag_snapshot;
extern volatile sig_atomic_t signals_flag_flush;

static inline bool signals_pending(void)
{
	return signals_flag_stop | signals_flag_snapshot | signals_flag_flush;
}

/* Whether to stop; once true, true for good. */
static inline bool signals_stop(void)
{
	return signals_flag_stop != 0;
}

/* Whether the signal that stopped us is SIGINT: a terminal has shown "^C". */
bool signals_interrupted(void);

/* Whether a snapshot was asked for since the last call. */
bool signals_read_snapshot(void);

/* The same for a flush. */
bool signals_read_flush(void);

#endif

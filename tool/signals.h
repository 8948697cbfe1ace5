/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals: SIGINT, SIGTERM and SIGHUP ask to stop, SIGUSR1 asks to show the present state, SIGUSR2
 * to flush buffers.
 *
 * A handler sets a flag for a busy loop, and writes to a pipe for a loop that polls. So no signal
 * is missed at any time. All other work is in the loop.
 */
#ifndef VSOCKDUMP_SIGNALS_H
#define VSOCKDUMP_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

#include "lib/common/system-call.h"

extern const struct system_call signals_system_calls[];

/*
 * Ignores SIGPIPE and SIGXFSZ, so that a failed write is an error with a message and does not kill
 * the process.
 */
void signals_ignore_write_failures(void);

/*
 * Begins to handle the signals. Before this, signals that ask to stop kill the process. Afterwards
 * a second one, a second or more after the first, kills it, too. False with errno if there is no
 * pipe.
 */
bool signals_install(void);

/*
 * After the first signal to stop, a blocked write ends after about a second without progress: see
 * lib/common/patience.h. This is not done after SIGINT if standard error is a terminal. Then
 * somebody may read the output in a pager, and can send SIGINT again.
 */
extern volatile sig_atomic_t signals_patience;

/* The text for messages after that. */
#define SIGNALS_NO_PATIENCE "nobody read it for a second after the signal to end"

/* Readable when a signal has come since signals_acknowledge(). */
int signals_fd(void);
void signals_acknowledge(void);

/*
 * For a screen that is drawn: SIGWINCH, SIGTSTP and SIGCONT set a flag. Before any signal that is
 * going to kill the process, also because of a fault, `restore` is called in its handler. Call it
 * after signals_install().
 */
void signals_install_screen(void (*restore)(void));

/* Whether the signal, one of these three, came since the last call. */
bool signals_read_screen(int signal_number);

/* As if SIGTERM had come, but nobody is in a hurry. */
void signals_ask_to_stop(void);

/* The handler's flags, here for the speed of signals_pending(); use the functions below. */
extern volatile sig_atomic_t signals_flag_stop;
extern volatile sig_atomic_t signals_flag_snapshot;
extern volatile sig_atomic_t signals_flag_flush;

static inline bool signals_pending(void)
{
	return signals_flag_stop | signals_flag_snapshot | signals_flag_flush;
}

/* Whether to stop; after it was true, it stays true. */
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

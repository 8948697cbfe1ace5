/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines on standard error. Each is one write(2), so that lines of several processes on one terminal
 * do not mix. A failed write is ignored: it cannot be reported anywhere. Control characters, which
 * may come from the name of a file, are shown as '?'. On a terminal, a line is wrapped at blanks.
 */
#ifndef VSOCKDUMP_MESSAGE_H
#define VSOCKDUMP_MESSAGE_H

/* "vsockdump: ..." and a newline: errors and warnings. */
void print_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The line and a newline: banners and counters. */
void notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

enum hold {
	HOLD_NOTHING,
	HOLD_ERRORS, /* warnings and notices are dropped */
	HOLD_ALL,
};

/*
 * From now on, lines are kept and not written. Where there is no more room, further ones are
 * dropped, too.
 */
void messages_hold(enum hold what);
/* All lines that are kept, each with its newline. */
const char *messages_held(void);
/* The last of them, or "". */
const char *messages_newest(void);
/* Writes what was kept. */
void messages_release(void);

#endif

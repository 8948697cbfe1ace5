/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line on a terminal's standard error that says how far the work has come. It overwrites
 * itself, and vanishes before anything else is printed there.
 */
#ifndef VSOCKDUMP_STATUS_LINE_H
#define VSOCKDUMP_STATUS_LINE_H

/* The most columns that a text may have on this terminal, so that it keeps to one row. */
unsigned status_line_columns(void);

/* Shows the text in the place of the one before. What does not fit is cut off. */
void status_line_show(const char *text);

/* Nothing without a line. Before anything goes to standard output; messages do it themselves. */
void status_line_erase(void);

/*
 * After the loop has ended: if that was by ^C, the terminal has echoed it. The next line then
 * begins on a row of its own.
 */
void status_line_end(void);

#endif

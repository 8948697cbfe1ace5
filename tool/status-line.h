/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line on a terminal's standard error that says how far the work has come. It overwrites
 * itself, and vanishes before anything else is printed there.
 */
#ifndef VSOCKDUMP_STATUS_LINE_H
#define VSOCKDUMP_STATUS_LINE_H

/* The most columns that a text may have on this terminal, so that it keeps to one row. */
unsigned status_line_columns(void);

/* Shows the text in place of the last one, cut to the width of the terminal. */
void status_line_show(const char *text);

/* Nothing without a line. Before anything goes to standard output; messages do it themselves. */
void status_line_erase(void);

/*
 * Call it after the loop. If ^C ended the loop, the terminal has echoed it, and this begins a new
 * row.
 */
void status_line_end(void);

#endif

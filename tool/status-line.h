/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line on a terminal's standard error that shows progress. It overwrites itself, and vanishes
 * before anything else is printed there.
 */
#ifndef VSOCKDUMP_STATUS_LINE_H
#define VSOCKDUMP_STATUS_LINE_H

/* The most columns that a text may have to fit in one row of this terminal. */
unsigned status_line_columns(void);

/* Shows the text in place of the last one, cut to the width of the terminal. */
void status_line_show(const char *text);

/*
 * Erases the line, if there is one. Call it before you print on standard output; messages do it
 * themselves.
 */
void status_line_erase(void);

/*
 * Call it after the loop. If ^C ended the loop, the terminal has echoed it, and this begins a new
 * row.
 */
void status_line_end(void);

#endif

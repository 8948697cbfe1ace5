/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vsockdump as a capture program of Wireshark ("extcap"). A link to vsockdump in Wireshark's extcap
 * folder puts the interface "vsock" on the start page and into "tshark -D".
 *
 * Wireshark runs the program with options that begin with --extcap: to ask for interfaces, link
 * types, and what can be chosen, to check a filter, and to capture to a FIFO. See extcap(4).
 */
#ifndef VSOCKDUMP_EXTCAP_EXTCAP_H
#define VSOCKDUMP_EXTCAP_EXTCAP_H

#include <stdbool.h>

#include "tool/exit-status.h"

/* Runs a command line of vsockdump, or only compiles its filter. */
typedef enum exit_status extcap_run(int argc, char **argv, bool only_filter);

/* Whether Wireshark runs the program. */
bool extcap_is_asked(int argc, char **argv);

/*
 * Answers. Wireshark shows each line of standard error in a dialog, so there is none unless the
 * answer is a failure.
 */
enum exit_status extcap_answer(int argc, char **argv, extcap_run *run);

#endif

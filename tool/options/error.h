/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VSOCKDUMP_OPTIONS_ERROR_H
#define VSOCKDUMP_OPTIONS_ERROR_H

/* Room for the message about a wrong command line. */
#define OPTIONS_ERROR_MAX 640

#endif

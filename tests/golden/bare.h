/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bare frames: connections of which only the opening, the data and the end are known. */
#ifndef TESTS_GOLDEN_BARE_H
#define TESTS_GOLDEN_BARE_H

#include "tests/golden/capture.h"

void bare(struct capture *c);

#endif

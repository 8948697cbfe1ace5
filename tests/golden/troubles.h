/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many faults at once, for outputs that sort and group them. */
#ifndef TESTS_GOLDEN_TROUBLES_H
#define TESTS_GOLDEN_TROUBLES_H

#include "tests/golden/capture.h"

void troubles(struct capture *c);

#endif

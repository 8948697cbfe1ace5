/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random expressions, all of which must compile. */
#ifndef TESTS_FILTER_EXPRESSION_H
#define TESTS_FILTER_EXPRESSION_H

#include "tests/filter/random.h"

#define EXPRESSION_MAX 4096

void random_expression(char text[static EXPRESSION_MAX], struct dice *dice);

#endif

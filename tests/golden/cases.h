/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures as people take and damage them: cut off while a program hangs, merged, filtered, from
 * the wrong interface, with odd times. tests/golden/CASES has the options and the exit status for
 * each.
 */
#ifndef TESTS_GOLDEN_CASES_H
#define TESTS_GOLDEN_CASES_H

/* Makes the folder, and fills it. */
void write_cases(const char *directory);

#endif

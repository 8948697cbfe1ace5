/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has a mode of the tool print what it makes of a fuzzer's input: see steps.h. */
#ifndef TESTS_FUZZ_MODES_H
#define TESTS_FUZZ_MODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/mode/mode.h"

/* What a text is looked at by, as often as something was printed. */
typedef void check_output(const char *text, size_t length, bool color);

/* Settings that an input may begin with, for targets to take from. */
struct settings_choice {
	struct settings settings;
	bool color;
	unsigned columns;
	bool nanosecond;
};

/* Bytes of an input that choose settings. */
#define CHOICE_SIZE 3

/*
 * Takes CHOICE_SIZE bytes. Files are not touched by what is chosen, and it is always that names for
 * CIDs are there.
 */
struct settings_choice choose_settings(const uint8_t choice[static CHOICE_SIZE]);

void drive_mode(const struct mode *mode, const struct settings_choice *choice, const uint8_t *data,
		size_t size, check_output *check);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the text output of all modes (tool/mode, tool/print).
 *
 * Whatever a packet holds, a terminal gets only printable ASCII, newlines and tabs, and colors only
 * if the settings ask for them. The first byte of the input chooses what is printed. Then come the
 * settings and the frames: see modes.h and steps.h.
 */
#include "tests/fuzz/modes.h"
#include "tests/fuzz/must.h"

/* "[0m", "[1;31m" behind an escape; returns what follows it. */
static const char *behind_color(const char *at, const char *end)
{
	must(at < end && *at == '[');
	for (at++; at < end && *at != 'm'; at++)
		must(*at == ';' || (*at >= '0' && *at <= '9'));
	must(at < end);
	return at + 1;
}

static void check_text(const char *text, size_t length, bool color)
{
	const char *end = text + length;

	while (text < end) {
		char c = *text++;

		if (c == '\033') {
			must(color);
			text = behind_color(text, end);
			continue;
		}
		must((c >= ' ' && c <= '~') || c == '\n' || c == '\t');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mode *const modes[] = {
	    &mode_packets, &mode_packets_alone, &mode_flows,  &mode_diagnose, &mode_follow,
	    &mode_ladder,  &mode_stats,         &mode_report, &mode_top,      &mode_calls};
	struct settings_choice choice;

	if (size < 1 + CHOICE_SIZE)
		return 0;
	choice = choose_settings(data + 1);
	drive_mode(modes[data[0] % (sizeof(modes) / sizeof(modes[0]))], &choice,
		   data + 1 + CHOICE_SIZE, size - 1 - CHOICE_SIZE, check_text);
	return 0;
}

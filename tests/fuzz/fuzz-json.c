/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the JSON of all modes (tool/mode and tool/print).
 *
 * The first byte of the input chooses what is printed. Then come the settings and the frames (see
 * modes.h and steps.h), or the texts and numbers that a capture file has about its origin.
 */
#include <string.h>

#include "tests/fuzz/json-check.h"
#include "tests/fuzz/modes.h"
#include "tests/fuzz/must.h"
#include "tool/print/json-capture.h"

static void check_json(const char *text, size_t length, bool color)
{
	const char *wrong = json_lines_wrong(text, length);

	(void)color;
	if (wrong)
		fprintf(stderr, "%s: %.*s\n", wrong, (int)length, text);
	must(!wrong);
}

/* Up to a null byte or its room's end. */
static void take_text(char text[static CAPTURE_TEXT_MAX], const uint8_t **data, size_t *size)
{
	size_t length = *size < CAPTURE_TEXT_MAX - 1 ? *size : CAPTURE_TEXT_MAX - 1;
	const uint8_t *end = memchr(*data, '\0', length);

	if (end)
		length = (size_t)(end - *data);
	memcpy(text, *data, length);
	text[length] = '\0';
	length += end != NULL;
	*data += length;
	*size -= length;
}

static void print_capture(const uint8_t *data, size_t size)
{
	struct json_context context = {0};
	struct capture_statistics statistics;
	struct capture_origin origin = {0};
	struct output out;
	char memory[8192];

	memset(&statistics, 0xff, sizeof(statistics));
	take_text(origin.os, &data, &size);
	take_text(origin.interface, &data, &size);
	take_text(origin.description, &data, &size);
	memcpy(&statistics, data, size < sizeof(statistics) ? size : sizeof(statistics));
	output_memory(&out, memory, sizeof(memory));
	json_capture(&out, &context,
		     &(struct json_capture_facts){
			 .origin = &origin,
			 .statistics = &statistics,
			 .packets = size,
			 .not_written = statistics.received,
			 .first_ts = statistics.start,
			 .last_ts = statistics.end,
		     });
	must(out.error == 0 && out.length > 0);
	check_json(memory, out.length, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct mode *const modes[] = {&mode_packets_json,  &mode_flows_json,
						   &mode_diagnose_json, &mode_stats_json,
						   &mode_top_json,      &mode_calls_json};
	struct settings_choice choice;
	unsigned what;

	if (size < 1 + CHOICE_SIZE)
		return 0;
	what = data[0] % (sizeof(modes) / sizeof(modes[0]) + 1);
	if (what == sizeof(modes) / sizeof(modes[0])) {
		print_capture(data + 1, size - 1);
		return 0;
	}
	choice = choose_settings(data + 1);
	choice.color = false;
	drive_mode(modes[what], &choice, data + 1 + CHOICE_SIZE, size - 1 - CHOICE_SIZE,
		   check_json);
	return 0;
}

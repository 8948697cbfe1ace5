/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the records of --flow-log (tool/records).
 *
 * The first byte of the input chooses options of records. Then come the settings and the frames:
 * see modes.h and steps.h. What must hold: each line is valid JSON of at most RECORD_SIZE_MAX
 * bytes, and its number is one more than that of the line before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/time-units.h"
#include "tests/fuzz/json-check.h"
#include "tests/fuzz/modes.h"
#include "tests/fuzz/must.h"
#include "tool/records/record.h"

#define RECORDS_MOST ((size_t)1 << 24)

static void nothing_is_printed(const char *text, size_t length, bool color)
{
	(void)text;
	(void)color;
	must(length == 0);
}

/* The number of a record. Its key comes once: no text of a guest is in a record. */
static unsigned long number_of(const char *line, size_t length)
{
	const char *key = memmem(line, length, ",\"n\":", 5);

	must(key);
	return strtoul(key + 5, NULL, 10);
}

static void check_lines(const char *text, size_t length)
{
	const char *wrong = json_lines_wrong(text, length);
	unsigned long number = 0;

	if (wrong)
		fprintf(stderr, "%s\n", wrong);
	must(!wrong);
	for (const char *line = text, *end = text + length; line < end;) {
		const char *feed = memchr(line, '\n', (size_t)(end - line));

		must(feed && feed - line < RECORD_SIZE_MAX);
		must(number_of(line, (size_t)(feed - line)) == ++number);
		line = feed + 1;
	}
	must(number >= 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *text;
	static char path[32];
	static int fd = -1;
	struct settings_choice choice;
	struct record_settings *records = &choice.settings.records;
	ssize_t length;

	if (size < 1 + CHOICE_SIZE)
		return 0;
	if (fd < 0) {
		fd = memfd_create("records", MFD_CLOEXEC);
		text = malloc(RECORDS_MOST);
		must(fd >= 0 && text);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	must(ftruncate(fd, 0) == 0);
	choice = choose_settings(data + 1);
	records->log = path;
	records->notable = data[0] & 1;
	records->host_id = data[0] & 2 ? "host" : NULL;
	records->service_count = data[0] >> 2 & 1;
	records->services[0] = (struct service_name){.port = 80, .name = "web"};
	choice.settings.flow.interval = (uint64_t)(data[0] >> 4) * NANOSECONDS_PER_SECOND;
	drive_mode(&mode_records, &choice, data + 1 + CHOICE_SIZE, size - 1 - CHOICE_SIZE,
		   nothing_is_printed);
	length = pread(fd, text, RECORDS_MOST, 0);
	must(length > 0);
	check_lines(text, (size_t)length);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers the writer of lib/capture-file.
 *
 * What the writer writes, the reader reads back: records, origin and counters. The input is the
 * options (1 byte), the snap length (2), three texts that end in a null byte, and records: what
 * time passes (2), length (2), how much longer it was on the wire (1), whether there are comments
 * and a flush (1); the bytes of records are a pattern.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/wire.h"
#include "lib/capture-file/writer.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/reading.h"

#define RECORD_SIZE 6
#define MOST_BYTES  65535

enum {
	PCAPNG = 1,
	NANOSECOND = 2,
	PACKET_BUFFER = 4,
	ORIGIN = 8,
	WITH_COMMENT = 1,
	WITH_LONG_COMMENT = 2,
	WITH_FLUSH = 4,
};

struct plan {
	struct capture_writer_options options;
	struct capture_origin origin;
	const uint8_t *records;
	size_t count;
};

/* The next record of the plan, and by it what the reader should give. */
struct walk {
	const struct plan *plan;
	size_t next;
	uint64_t ts;
};

static const uint8_t *pattern_bytes(void)
{
	static uint8_t bytes[MOST_BYTES];

	for (size_t i = 0; bytes[1] == 0 && i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 5);
	return bytes;
}

static bool next_record(struct walk *walk, struct capture_record *record, uint8_t *extra)
{
	const uint8_t *p = walk->plan->records + walk->next * RECORD_SIZE;

	if (walk->next == walk->plan->count)
		return false;
	walk->next++;
	walk->ts += UINT64_C(1001) * vsock_get_le16(p);
	record->ts = walk->ts;
	record->data = pattern_bytes();
	record->captured = vsock_get_le16(p + 2);
	record->on_wire = record->captured + p[4];
	*extra = p[5];
	return true;
}

static size_t take_text(char text[static CAPTURE_TEXT_MAX], const uint8_t *data, size_t size)
{
	size_t length = strnlen((const char *)data, size);
	size_t kept = length < CAPTURE_TEXT_MAX ? length : CAPTURE_TEXT_MAX - 1;

	memcpy(text, data, kept);
	return length < size ? length + 1 : size;
}

static void read_plan(struct plan *plan, const uint8_t *data, size_t size)
{
	char *const texts[] = {plan->origin.os, plan->origin.interface, plan->origin.description};

	*plan = (struct plan){
	    .options =
		{
		    .pcapng = data[0] & PCAPNG,
		    .nanosecond = data[0] & NANOSECOND,
		    .packet_buffer = data[0] & PACKET_BUFFER,
		    .snaplen = vsock_get_le16(data + 1),
		    .application = "fuzz",
		},
	};
	data += 3;
	size -= 3;
	if (plan->options.snaplen == 0)
		plan->options.snaplen = CAPTURE_DEFAULT_SNAPLEN;
	for (int i = 0; i < 3; i++) {
		size_t taken = take_text(texts[i], data, size);

		data += taken;
		size -= taken;
	}
	plan->records = data;
	plan->count = size / RECORD_SIZE;
}

static void add_comments(struct capture_comments *comments, uint8_t extra)
{
	capture_comments_clear(comments);
	if (extra & WITH_COMMENT)
		capture_comments_add(comments, "one", 3);
	if (extra & WITH_LONG_COMMENT)
		for (int i = 0; i < 12; i++)
			capture_comments_add(comments, (const char *)pattern_bytes(),
					     300 * (size_t)(extra >> 3));
	capture_comments_end(comments);
}

static void write_records(struct capture_writer *writer, const struct plan *plan)
{
	static struct capture_comments comments;
	struct walk walk = {.plan = plan, .ts = UINT64_C(1700000000000000000)};
	struct capture_record record;
	uint64_t size;
	uint8_t extra;

	while (next_record(&walk, &record, &extra)) {
		add_comments(&comments, extra);
		size =
		    capture_writer_size(writer) + capture_writer_growth(writer, &record, &comments);
		must(capture_writer_write(writer, &record, &comments) == 0);
		must(capture_writer_size(writer) == size);
		if (extra & WITH_FLUSH)
			must(capture_writer_flush(writer) == 0);
	}
	must(capture_writer_records(writer) == plan->count);
}

static struct capture_statistics statistics_of(const struct plan *plan)
{
	struct capture_statistics statistics = capture_statistics_not_known();

	statistics.received = plan->count + 7;
	statistics.accepted = plan->count;
	statistics.kernel_drops = 3;
	return statistics;
}

/* Returns the file's size. */
static size_t write_file(int file, const struct plan *plan)
{
	const struct capture_statistics statistics = statistics_of(plan);
	struct capture_writer *writer;
	uint64_t promised;
	off_t size;

	must(ftruncate(file, 0) == 0 && lseek(file, 0, SEEK_SET) == 0);
	writer = capture_writer_open(dup(file), &plan->options);
	must(writer);
	write_records(writer, plan);
	promised = capture_writer_size(writer);
	must(capture_writer_finish(writer, &statistics, NULL) == 0);
	must(capture_writer_close(writer) == 0);
	size = lseek(file, 0, SEEK_END);
	/* The end of a pcapng file may be shorter, as not all counters are known. */
	must(plan->options.pcapng ? (uint64_t)size <= promised : (uint64_t)size == promised);
	return (size_t)size;
}

static void check_record(void *context, const struct capture_record *got)
{
	struct walk *walk = context;
	const uint32_t snaplen = walk->plan->options.snaplen;
	const uint64_t unit = walk->plan->options.nanosecond ? 1 : 1000;
	struct capture_record record;
	uint8_t extra;

	must(next_record(walk, &record, &extra));
	must(got->ts == record.ts / unit * unit);
	must(got->captured == (record.captured < snaplen ? record.captured : snaplen));
	must(got->on_wire == record.on_wire);
	must(memcmp(got->data, record.data, got->captured) == 0);
}

static void check_about(const struct plan *plan, const struct reading *reading)
{
	bool origin = plan->options.pcapng && plan->options.origin;
	const struct capture_statistics wrote = statistics_of(plan);
	const struct capture_statistics *read = &reading->statistics;

	must(strcmp(reading->origin.os, origin ? plan->origin.os : "") == 0);
	must(strcmp(reading->origin.interface, origin ? plan->origin.interface : "") == 0);
	must(strcmp(reading->origin.description, origin ? plan->origin.description : "") == 0);
	if (!plan->options.pcapng)
		return;
	must(read->received == wrote.received && read->accepted == wrote.accepted);
	must(read->kernel_drops == wrote.kernel_drops);
	must(read->interface_drops == CAPTURE_NOT_KNOWN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int file = -1;
	struct reading reading;
	struct plan plan;
	struct walk walk = {.plan = &plan, .ts = UINT64_C(1700000000000000000)};
	uint8_t *bytes;

	if (size < 3)
		return 0;
	if (file < 0)
		file = memfd_create("capture", MFD_CLOEXEC);
	must(file >= 0);
	read_plan(&plan, data, size);
	plan.options.origin = data[0] & ORIGIN ? &plan.origin : NULL;
	size = write_file(file, &plan);
	bytes = malloc(size);
	must(bytes && pread(file, bytes, size, 0) == (ssize_t)size);
	read_capture(&reading, bytes, size, AT_ONCE, 0, check_record, &walk);
	must(reading.opened && reading.end == CAPTURE_READ_END && walk.next == plan.count);
	check_about(&plan, &reading);
	free(bytes);
	return 0;
}

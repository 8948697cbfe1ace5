/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/compare/file-b.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "tool/message.h"

bool file_b_open(struct file_b *file, const char *path)
{
	char error[CAPTURE_ERROR_MAX];

	file->reader = capture_reader_open(path, error);
	if (!file->reader)
		print_error("%s", error);
	else if (getrandom(file->key, sizeof(file->key), 0) == sizeof(file->key))
		return true;
	else
		print_error("random numbers: %s", strerror(errno));
	return false;
}

static void on_leave(void *context, const struct vsock_flow *flow)
{
	struct file_b *file = context;

	file->flow_left(file->context, flow);
}

bool file_b_begin(struct file_b *file, uint32_t max_flows)
{
	struct vsock_analysis_config config = {
	    .flows = {.max_flows = max_flows, .on_leave = on_leave, .context = file},
	    .payload = capture_origin_payload(capture_reader_origin(file->reader)),
	};

	memcpy(config.flows.key, file->key, sizeof(file->key));
	file->analysis = vsock_analysis_new(&config);
	return file->analysis;
}

static void decode(struct file_b *file, const struct capture_record *record)
{
	vsock_decode(&file->packets[file->count], record->data, record->captured, record->on_wire);
	file->moments[file->count++] = (struct vsock_moment){
	    .number = record->number,
	    .ts = record->ts,
	    .point = record->point,
	    .timeless = record->clock != CAPTURE_TIME_GOOD,
	};
}

static void expect(struct file_b *file)
{
	uint32_t slots[VSOCK_EXPECT_BEST];

	vsock_analysis_expect(file->analysis, file->packets, file->moments, file->count);
	for (size_t i = 0; i < file->count; i++)
		slots[i] = vsock_analysis_expected_slot(file->analysis, &file->moments[i]);
	file->expect(file->context, slots, file->count);
}

/* Reads the next packets. While the reader is held, their data stay. */
static void fill(struct file_b *file)
{
	struct capture_record record;
	enum capture_read result;

	capture_reader_release(file->reader);
	file->next = file->count = 0;
	do {
		result = capture_reader_next(file->reader, &record);
		if (result != CAPTURE_READ_RECORD)
			break;
		decode(file, &record);
	} while (file->count < VSOCK_EXPECT_BEST && capture_reader_hold(file->reader));
	if (result != CAPTURE_READ_RECORD && !(result == CAPTURE_READ_WAIT && file->count > 0)) {
		file->ended = true;
		file->end = result;
	}
	if (file->count > 1 && vsock_analysis_expect_pays(file->analysis))
		expect(file);
}

void file_b_read(struct file_b *file, uint64_t until)
{
	struct vsock_flow_event event;

	for (;;) {
		size_t i = file->next;

		if (i == file->count) {
			if (file->ended)
				return;
			fill(file);
			continue;
		}
		if (file->moments[i].ts > until)
			return;
		file->next++;
		vsock_analysis_packet(file->analysis, &file->packets[i], &file->moments[i], &event);
		file->packet(file->context, &file->packets[i], &event);
	}
}

void file_b_close(struct file_b *file)
{
	vsock_analysis_free(file->analysis);
	capture_reader_close(file->reader);
	*file = (struct file_b){0};
}

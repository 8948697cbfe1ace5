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
	const size_t i = file->read++ % FILE_B_AHEAD;

	vsock_decode(&file->packets[i], record->data, record->captured, record->on_wire);
	file->moments[i] = (struct vsock_moment){
	    .number = record->number,
	    .ts = record->ts,
	    .point = record->point,
	    .timeless = record->clock != CAPTURE_TIME_GOOD,
	};
	file->slots[i] = UINT32_MAX;
	if (vsock_analysis_expect_pays(file->analysis))
		vsock_analysis_expect_soon(file->analysis, &file->packets[i], &file->moments[i]);
}

/* Reads the next packets. While the reader is held, the data of those before them stay. */
static void read_step(struct file_b *file)
{
	struct capture_record record;
	enum capture_read result;

	if (file->handled == file->read)
		capture_reader_release(file->reader);
	for (int i = 0; i < FILE_B_STEP && !file->ended; i++) {
		if (file->handled < file->read && !capture_reader_hold(file->reader))
			return;
		result = capture_reader_next(file->reader, &record);
		if (result == CAPTURE_READ_RECORD) {
			decode(file, &record);
		} else if (result == CAPTURE_READ_WAIT && file->handled < file->read) {
			return;
		} else {
			file->ended = true;
			file->end = result;
		}
	}
}

static void fetch_flows(struct file_b *file)
{
	for (uint64_t n = file->fetched; n < file->read; n++) {
		const size_t i = n % FILE_B_AHEAD;

		file->slots[i] = vsock_analysis_expect_next(file->analysis, &file->moments[i]);
		file->expect_soon(file->context, file->slots[i]);
	}
	file->fetched = file->read;
}

static void fetch_pairs(struct file_b *file)
{
	for (uint64_t n = file->ready; n < file->fetched; n++)
		file->expect_next(file->context, file->slots[n % FILE_B_AHEAD]);
	file->ready = file->fetched;
}

/*
 * What a packet needs takes three waits for memory, each for an address that the one before
 * brings: the index of flows, the flow, the pair. So each packet takes three steps, and while it
 * waits for one, those before it are handled. False: the file has ended.
 */
static bool make_ready(struct file_b *file)
{
	while (file->handled == file->ready && !(file->ended && file->ready == file->read)) {
		if (vsock_analysis_expect_pays(file->analysis)) {
			fetch_pairs(file);
			fetch_flows(file);
			read_step(file);
		} else {
			read_step(file);
			file->ready = file->fetched = file->read;
		}
	}
	return file->handled < file->ready;
}

void file_b_read(struct file_b *file, uint64_t until)
{
	struct vsock_flow_event event;

	while (file->handled < file->ready || make_ready(file)) {
		const size_t i = file->handled % FILE_B_AHEAD;

		if (file->moments[i].ts > until)
			return;
		file->handled++;
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

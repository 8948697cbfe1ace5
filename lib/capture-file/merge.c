/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One record of each file is kept ready, and the earliest of them is the next one. The search looks
 * at all files that have not ended: there are few, and a heap would cost two files more.
 */
#include "lib/capture-file/merge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/capture-file/format.h"
#include "lib/capture-file/reader.h"

struct input {
	struct capture_reader *reader;
	struct capture_record head; /* the next record, if there is one */
	bool ready;
	bool ended;
	bool reported;    /* the message about how it ended */
	uint16_t *points; /* the common point of each of its points */
	uint32_t known;   /* of these */
};

struct capture_merge {
	struct input *inputs;
	size_t count;
	const struct input *waiting; /* for data of this one */
	struct input *last;          /* the record that was returned is its */
	const struct input *failed;  /* the first that did */
	void (*take_end)(void *context, uint16_t point, uint64_t end);
	void *context;
	/* For each common point, the input that owns it now. */
	const struct input *owners[CAPTURE_POINTS_MAX];
};

static void merge_close(struct capture_reader *reader)
{
	struct capture_merge *merge = reader->merge;

	for (size_t i = 0; merge && i < merge->count; i++) {
		capture_reader_close(merge->inputs[i].reader);
		free(merge->inputs[i].points);
	}
	if (merge)
		free(merge->inputs);
	free(merge);
}

static int merge_fd(const struct capture_reader *reader)
{
	return capture_reader_fd(reader->merge->waiting->reader);
}

static struct capture_reader_info merge_info(const struct capture_reader *reader)
{
	const struct capture_merge *merge = reader->merge;
	struct capture_reader_info all = capture_reader_info(merge->inputs[0].reader);

	all.compression = NULL;
	for (size_t i = 1; i < merge->count; i++) {
		struct capture_reader_info one = capture_reader_info(merge->inputs[i].reader);

		all.nanosecond |= one.nanosecond;
		if (all.snaplen && (!one.snaplen || one.snaplen > all.snaplen))
			all.snaplen = one.snaplen;
		if (!*all.link)
			all.link = one.link;
		all.other_links += one.other_links;
		all.bytes_read += one.bytes_read;
		if (all.bytes_total)
			all.bytes_total = one.bytes_total ? all.bytes_total + one.bytes_total : 0;
	}
	return all;
}

/* The latest of those that are known. capture_merge_on_end() gives that of each point. */
static bool merge_end_time(const struct capture_reader *reader, uint64_t *ns)
{
	uint64_t one;

	*ns = 0;
	for (size_t i = 0; i < reader->merge->count; i++)
		if (capture_reader_end_time(reader->merge->inputs[i].reader, &one) && one > *ns)
			*ns = one;
	return *ns;
}

static const char *merge_warning(struct capture_reader *reader)
{
	struct capture_merge *merge = reader->merge;

	for (size_t i = 0; i < merge->count; i++) {
		struct input *input = &merge->inputs[i];
		const char *warning = capture_reader_warning(input->reader);

		if (warning)
			return warning;
		if (input->ended && !input->reported) {
			input->reported = true;
			if (*capture_reader_error(input->reader))
				return capture_reader_error(input->reader);
		}
	}
	return NULL;
}

static void add_count(uint64_t *sum, uint64_t count)
{
	if (count != CAPTURE_NOT_KNOWN)
		*sum = *sum == CAPTURE_NOT_KNOWN ? count : *sum + count;
}

/*
 * Whether other files continue all of its points. The counters of a rotating capture continue from
 * file to file, so only the last ones count.
 */
static bool is_continued(const struct capture_merge *merge, const struct input *input)
{
	for (uint32_t i = 0; i < input->known; i++)
		if (merge->owners[input->points[i]] == input)
			return false;
	return input->known > 0;
}

static struct capture_statistics merge_statistics(const struct capture_reader *reader)
{
	struct capture_statistics all = capture_statistics_not_known();

	for (size_t i = 0; i < reader->merge->count; i++) {
		struct capture_statistics one =
		    capture_reader_statistics(reader->merge->inputs[i].reader);

		if (one.start < all.start)
			all.start = one.start;
		if (is_continued(reader->merge, &reader->merge->inputs[i]))
			continue;
		add_count(&all.received, one.received);
		add_count(&all.interface_drops, one.interface_drops);
		add_count(&all.accepted, one.accepted);
		add_count(&all.kernel_drops, one.kernel_drops);
		add_count(&all.delivered, one.delivered);
		if (one.end != CAPTURE_NOT_KNOWN &&
		    (all.end == CAPTURE_NOT_KNOWN || one.end > all.end))
			all.end = one.end;
	}
	return all;
}

static void note_end(const struct capture_merge *merge, uint16_t point, uint64_t end)
{
	if (merge->take_end)
		merge->take_end(merge->context, point, end);
}

static void end_input(struct capture_reader *reader, struct input *input, enum capture_read how)
{
	struct capture_merge *merge = reader->merge;
	uint64_t end;

	input->ended = true;
	if (how != CAPTURE_READ_END && !merge->failed) {
		merge->failed = input;
		input->reported = true;
		memcpy(reader->error, input->reader->error, sizeof(reader->error));
	}
	if (!capture_reader_end_time(input->reader, &end))
		end = input->reader->latest;
	for (uint16_t i = 0; i < reader->points.count; i++)
		if (merge->owners[i] == input)
			note_end(merge, i, end);
}

/*
 * The point that this one continues: that of a file which ended before. False if it continues none.
 */
static bool continues(const struct capture_reader *reader, const struct capture_point *new,
		      uint64_t ts, uint16_t *point)
{
	for (uint16_t i = 0; i < reader->points.count; i++) {
		const struct input *owner = reader->merge->owners[i];

		if (owner->ended && owner->reader->latest <= ts &&
		    capture_points_alike(&reader->points.all[i], new)) {
			*point = i;
			return true;
		}
	}
	return false;
}

/* "FILE", or "FILE:INTERFACE" if the file names its interfaces or has several. */
static bool import_point(struct capture_reader *reader, const struct capture_reader *file,
			 const struct capture_point *new, uint16_t *point)
{
	const char *path = file->standard_input ? "stdin" : file->name;
	char name[CAPTURE_NAME_MAX + CAPTURE_TEXT_MAX + 2];

	if (*new->name || new->indexed || file->points.count > 1)
		snprintf(name, sizeof(name), "%s:%s", path, new->origin.interface);
	else
		snprintf(name, sizeof(name), "%s", path);
	return capture_points_import(&reader->points, new, name, point);
}

/* Finds the common points of those that a file has shown. False without memory. */
static bool map_points(struct capture_reader *reader, struct input *input)
{
	uint32_t count = capture_reader_points(input->reader);
	uint16_t *points = realloc(input->points, count * sizeof(*points));

	if (!points)
		return false;
	input->points = points;
	for (; input->known < count; input->known++) {
		const struct capture_point *new = &input->reader->points.all[input->known];
		uint16_t *point = &points[input->known];

		if (continues(reader, new, input->head.ts, point))
			note_end(reader->merge, *point, 0);
		else if (!import_point(reader, input->reader, new, point))
			return false;
		reader->merge->owners[*point] = input;
	}
	if (reader->points.too_many)
		capture_warn(reader, CAPTURE_WARN_POINTS,
			     "have more than %d interfaces; those after them are read as if they "
			     "were one",
			     CAPTURE_POINTS_MAX);
	return true;
}

/* RECORD when the input has its next record ready, or has ended; WAIT. */
static enum capture_read make_ready(struct capture_reader *reader, struct input *input)
{
	enum capture_read result;

	if (input->ready || input->ended)
		return CAPTURE_READ_RECORD;
	result = capture_reader_next(input->reader, &input->head);
	if (result == CAPTURE_READ_WAIT) {
		reader->merge->waiting = input;
		return CAPTURE_READ_WAIT;
	}
	if (result == CAPTURE_READ_RECORD)
		input->ready = true;
	else
		end_input(reader, input, result);
	return CAPTURE_READ_RECORD;
}

/* A packet without a good time comes right after the one before it in its file. */
static uint64_t time_of(const struct input *input)
{
	return input->head.clock == CAPTURE_TIME_GOOD ? input->head.ts : input->reader->latest;
}

static enum capture_read end_of_all(struct capture_reader *reader)
{
	reader->state = CAPTURE_READ_END;
	if (reader->merge->failed)
		reader->state = reader->merge->failed->reader->state;
	return reader->state;
}

static enum capture_read merge_next(struct capture_reader *reader, struct capture_record *record)
{
	struct capture_merge *merge = reader->merge;
	struct input *first = NULL;

	/* Its bytes were valid until now. */
	if (merge->last)
		merge->last->ready = false;
	merge->last = NULL;
	for (size_t i = 0; i < merge->count; i++) {
		struct input *input = &merge->inputs[i];

		if (make_ready(reader, input) == CAPTURE_READ_WAIT)
			return CAPTURE_READ_WAIT;
		if (input->ready && (!first || time_of(input) < time_of(first)))
			first = input;
	}
	if (!first)
		return end_of_all(reader);

	if (first->head.point >= first->known && !map_points(reader, first))
		return capture_refuse(reader, "not enough memory for their interfaces");
	merge->last = first;
	*record = first->head;
	record->point = first->points[first->head.point];
	record->number = ++reader->number;
	return CAPTURE_READ_RECORD;
}

static enum capture_read merge_format_open(struct capture_reader *reader)
{
	return reader->state;
}

static const struct capture_several merge_several = {
    .close = merge_close,
    .fd = merge_fd,
    .info = merge_info,
    .end_time = merge_end_time,
    .warning = merge_warning,
};

static const struct capture_format capture_format_merge = {
    .name = "several files",
    .open = merge_format_open,
    .next = merge_next,
    .statistics = merge_statistics,
    .several = &merge_several,
};

/* The system and the tap, if they are the same for all files. */
static void merge_origin(struct capture_reader *reader)
{
	const struct capture_merge *merge = reader->merge;

	memcpy(reader->origin.os, merge->inputs[0].reader->origin.os, sizeof(reader->origin.os));
	reader->origin.bpf = merge->inputs[0].reader->origin.bpf;
	for (size_t i = 1; i < merge->count; i++) {
		if (strcmp(merge->inputs[i].reader->origin.os, reader->origin.os) != 0)
			reader->origin.os[0] = '\0';
		if (!merge->inputs[i].reader->origin.bpf)
			reader->origin.bpf = false;
	}
}

static struct capture_reader *merge_new(size_t count)
{
	struct capture_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->window.fd = -1;
	reader->format = &capture_format_merge;
	reader->state = CAPTURE_READ_RECORD;
	snprintf(reader->name, sizeof(reader->name), "the %zu files", count);
	reader->merge = calloc(1, sizeof(*reader->merge));
	if (reader->merge)
		reader->merge->inputs = calloc(count, sizeof(*reader->merge->inputs));
	if (reader->merge && reader->merge->inputs)
		return reader;
	capture_reader_close(reader);
	return NULL;
}

struct capture_reader *capture_merge_open(const char *const *paths, size_t count,
					  char error[static CAPTURE_ERROR_MAX])
{
	struct capture_reader *reader;
	int saved;

	if (count == 1)
		return capture_reader_open(paths[0], error);
	reader = merge_new(count);
	if (!reader) {
		snprintf(error, CAPTURE_ERROR_MAX, "cannot open %zu files: %s", count,
			 strerror(ENOMEM));
		errno = ENOMEM;
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		reader->merge->inputs[i].reader = capture_reader_open(paths[i], error);
		if (!reader->merge->inputs[i].reader) {
			saved = errno;
			capture_reader_close(reader);
			errno = saved;
			return NULL;
		}
		reader->merge->count++;
	}
	merge_origin(reader);
	return reader;
}

void capture_merge_on_end(struct capture_reader *reader,
			  void (*take)(void *context, uint16_t point, uint64_t end), void *context)
{
	if (!reader->merge)
		return;
	reader->merge->take_end = take;
	reader->merge->context = context;
}

static void take_comments_of(struct capture_reader *reader,
			     void (*take)(void *context, const char *text, size_t length),
			     void *context)
{
	reader->take_comment = take;
	reader->comment_context = context;
}

void capture_merge_on_comment(struct capture_reader *reader,
			      void (*take)(void *context, const char *text, size_t length),
			      void *context)
{
	take_comments_of(reader, take, context);
	for (size_t i = 0; reader->merge && i < reader->merge->count; i++)
		take_comments_of(reader->merge->inputs[i].reader, take, context);
}

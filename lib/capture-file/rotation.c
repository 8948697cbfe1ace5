/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/rotation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/common/time.h"

static bool cut_by_size(const struct capture_rotation_config *config)
{
	return config->bytes || config->packets;
}

struct capture_naming capture_rotation_naming(const struct capture_rotation_config *config)
{
	return (struct capture_naming){
	    .timed = config->interval > 0,
	    .counted = cut_by_size(config),
	    .ring = cut_by_size(config) ? config->files : 0,
	};
}

static int fail(struct capture_rotation *rotation, int error)
{
	if (!rotation->error)
		rotation->error = error;
	return rotation->error;
}

/*
 * The very first file may replace an existing one, as without rotation. The files of a ring are
 * replaced when their turn comes. If the ring has the time in its names, it replaces only files
 * that it has written itself.
 */
static enum capture_existing existing(const struct capture_rotation *rotation)
{
	const struct capture_naming *naming = &rotation->files.naming;

	if (naming->ring && (!naming->timed || rotation->went_round))
		return CAPTURE_REMOVE;
	if (rotation->writer || naming->timed)
		return CAPTURE_KEEP;
	return naming->counted ? CAPTURE_REPLACE : CAPTURE_SINGLE;
}

/* The number after the name of the ring's own file of this number. */
static uint32_t own_again(const struct capture_rotation *rotation, uint32_t number)
{
	return number < rotation->again_count ? rotation->again[number] : 0;
}

/* Names are taken so rarely that usually nothing has to be remembered. */
static bool remember_again(struct capture_rotation *rotation, uint32_t number)
{
	const struct capture_files *files = &rotation->files;
	uint32_t *again = rotation->again;

	if (!files->naming.ring || !files->naming.timed ||
	    files->again == own_again(rotation, number))
		return true;
	if (number >= rotation->again_count) {
		again = reallocarray(again, (size_t)number + 1, sizeof(*again));
		if (!again)
			return false;
		memset(again + rotation->again_count, 0,
		       (number + 1 - rotation->again_count) * sizeof(*again));
		rotation->again = again;
		rotation->again_count = number + 1;
	}
	again[number] = files->again;
	return true;
}

static void report_renamed(struct capture_rotation *rotation)
{
	const struct capture_files *files = &rotation->files;
	char taken[NAME_MAX + 1];

	if (files->directory < 0 || !files->again || rotation->renamed)
		return;
	rotation->renamed = true;
	memcpy(taken, files->name, sizeof(taken));
	*strrchr(taken, '-') = '\0';
	if (rotation->config.renamed)
		rotation->config.renamed(files, taken);
}

static struct capture_writer *begin_file(struct capture_rotation *rotation, uint32_t number,
					 uint64_t start)
{
	struct capture_writer *writer = NULL;
	int fd = capture_files_next(&rotation->files, number, own_again(rotation, number), start,
				    existing(rotation));

	if (fd >= 0 && !remember_again(rotation, number))
		close(fd);
	else if (fd >= 0)
		writer = capture_writer_open(fd, &rotation->config.writer);
	if (writer) {
		report_renamed(rotation);
		return writer;
	}
	rotation->failed_to_begin = true;
	fail(rotation, errno);
	return NULL;
}

static void ask_statistics(const struct capture_rotation *rotation,
			   struct capture_statistics *statistics)
{
	*statistics = capture_statistics_not_known();
	if (rotation->config.statistics)
		rotation->config.statistics(rotation->config.context, statistics);
}

/* Ends the file and counts its records. */
static int end_file(struct capture_rotation *rotation, const struct capture_comments *comments)
{
	struct capture_writer *writer = rotation->writer;
	struct capture_statistics statistics;
	int error;

	if (!writer)
		return 0;
	ask_statistics(rotation, &statistics);
	capture_writer_finish(writer, &statistics, comments);
	rotation->records += capture_writer_records(writer);
	rotation->writer = NULL;
	error = capture_writer_close(writer);
	return error ? fail(rotation, error) : 0;
}

/* The old file stays the present one if the new one does not begin or the old one does not end. */
static int switch_file(struct capture_rotation *rotation, uint32_t number, uint64_t start)
{
	struct capture_writer *next = begin_file(rotation, number, start);

	if (!next)
		return rotation->error;
	if (end_file(rotation, NULL)) {
		capture_writer_close(next);
		return rotation->error;
	}
	rotation->writer = next;
	rotation->begun++;
	rotation->number = number;
	rotation->interval_start = start;
	memcpy(rotation->current, rotation->files.name, sizeof(rotation->current));
	return 0;
}

static bool is_last_interval(const struct capture_rotation *rotation)
{
	const struct capture_rotation_config *config = &rotation->config;

	return config->files && !cut_by_size(config) && rotation->intervals >= config->files;
}

static bool interval_is_over(const struct capture_rotation *rotation, uint64_t now)
{
	return rotation->writer && rotation->config.interval && now >= rotation->interval_start &&
	       now - rotation->interval_start >= rotation->config.interval;
}

static int begin_interval(struct capture_rotation *rotation, uint64_t now)
{
	uint64_t interval = rotation->config.interval;
	uint64_t passed = rotation->writer ? now - rotation->interval_start : 0;
	uint64_t start = rotation->writer ? now - passed % interval : now;

	rotation->intervals++;
	rotation->went_round = false;
	rotation->again_count = 0;
	return switch_file(rotation, 0, start);
}

bool capture_rotation_is_over(struct capture_rotation *rotation, uint64_t ts)
{
	if (is_last_interval(rotation) && interval_is_over(rotation, ts))
		rotation->finished = true;
	return rotation->finished;
}

/* A file has at least one packet. */
static bool is_full(const struct capture_rotation *rotation, const struct capture_record *record,
		    const struct capture_comments *comments)
{
	const struct capture_rotation_config *config = &rotation->config;
	const struct capture_writer *writer = rotation->writer;

	if (!cut_by_size(config) || capture_writer_records(writer) == 0)
		return false;
	if (config->packets && capture_writer_records(writer) >= config->packets)
		return true;
	return config->bytes &&
	       capture_writer_size(writer) + capture_writer_growth(writer, record, comments) >
		   config->bytes;
}

static int begin_next(struct capture_rotation *rotation)
{
	uint32_t number = rotation->number + 1;

	if (rotation->files.naming.ring)
		number %= rotation->files.naming.ring;
	rotation->went_round |= number == 0;
	return switch_file(rotation, number, rotation->interval_start);
}

int capture_rotation_write(struct capture_rotation *rotation, const struct capture_record *record,
			   const struct capture_comments *comments)
{
	if (rotation->error)
		return rotation->error;
	if (!rotation->writer || interval_is_over(rotation, record->ts))
		begin_interval(rotation, record->ts);
	else if (is_full(rotation, record, comments))
		begin_next(rotation);

	/* Also after a failure to begin a file: the packet goes into the old one. */
	if (rotation->writer) {
		int error = capture_writer_write(rotation->writer, record, comments);

		if (error)
			fail(rotation, error);
	}
	return rotation->error;
}

int capture_rotation_tick(struct capture_rotation *rotation, uint64_t now)
{
	if (rotation->error || rotation->finished || !interval_is_over(rotation, now))
		return rotation->error;
	if (capture_rotation_is_over(rotation, now))
		return 0;
	return begin_interval(rotation, now);
}

int capture_rotation_flush(struct capture_rotation *rotation)
{
	int error = rotation->writer ? capture_writer_flush(rotation->writer) : 0;

	return error ? fail(rotation, error) : rotation->error;
}

int capture_rotation_open(struct capture_rotation *rotation,
			  const struct capture_rotation_config *config,
			  const struct capture_files *files)
{
	*rotation = (struct capture_rotation){.config = *config, .files = *files};
	rotation->config.writer.origin = &rotation->config.origin;
	if (config->interval && !config->start)
		return 0;
	return begin_interval(rotation, config->start);
}

int capture_rotation_finish(struct capture_rotation *rotation,
			    const struct capture_comments *comments)
{
	/* A capture without packets has a file, too. */
	if (!rotation->writer && !rotation->error)
		begin_interval(rotation, clock_now(CLOCK_REALTIME));
	end_file(rotation, comments);
	return rotation->error;
}

void capture_rotation_release(struct capture_rotation *rotation)
{
	capture_writer_close(rotation->writer);
	rotation->writer = NULL;
	free(rotation->again);
	rotation->again = NULL;
	capture_files_close(&rotation->files);
}

uint64_t capture_rotation_records(const struct capture_rotation *rotation)
{
	return rotation->records +
	       (rotation->writer ? capture_writer_records(rotation->writer) : 0);
}

const char *capture_rotation_name(const struct capture_rotation *rotation)
{
	return rotation->failed_to_begin || !rotation->current[0] ? rotation->files.name
								  : rotation->current;
}

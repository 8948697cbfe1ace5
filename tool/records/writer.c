/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/records/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/time-units.h"
#include "lib/common/plural.h"
#include "tool/message.h"
#include "tool/records/metrics-file.h"
#include "tool/records/record-files.h"

enum block_kind { BLOCK_RECORDS, BLOCK_METRICS };

struct block {
	enum block_kind kind;
	size_t length;
	uint64_t first_ts; /* of its first record */
	uint64_t now;      /* by the clock of the capture */
	char data[WRITER_BLOCK_SIZE];
};

struct writer {
	struct record_files files;
	struct metrics_file metrics;
	const char *log; /* for messages, like the next */
	const char *metrics_log;
	bool to_log, to_metrics; /* these are open */
	bool live;

	struct block *present; /* is being filled; or NULL */
	struct block *blocks[WRITER_BLOCKS];

	/* The thread and what both threads use. */
	bool started;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct block *idle[WRITER_BLOCKS];
	unsigned idle_count;
	struct block *due[WRITER_BLOCKS]; /* to be written, in order */
	unsigned due_count;
	bool ending;
	atomic_bool patient; /* a block is waited for */

	atomic_uint_fast64_t lost;
	atomic_int error;         /* errno of the last write of records; 0: it succeeded */
	atomic_int metrics_error; /* likewise */
	int reported;             /* the error that the last message was about */
	int metrics_reported;
};

static uint64_t count_lines(const char *text, size_t length)
{
	uint64_t lines = 0;

	for (const char *end = text + length; text < end; lines++) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));

		text = feed ? feed + 1 : end;
	}
	return lines;
}

static void write_records(struct writer *writer, const struct block *block)
{
	/* At the end, a reader that has made us wait in vain is not waited for again. */
	const bool hopeless =
	    atomic_load(&writer->patient) && atomic_load(&writer->error) == EAGAIN;
	size_t written = 0;
	int error = hopeless ? EAGAIN : 0;

	if (block->length > 0 && !hopeless)
		error = record_files_write(&writer->files, block->data, block->length,
					   block->first_ts, &written);
	if (written < block->length)
		atomic_fetch_add(&writer->lost,
				 count_lines(block->data + written, block->length - written));
	if (!error)
		error = record_files_tick(&writer->files, block->now);
	if (error || block->length > 0)
		atomic_store(&writer->error, error);
}

static void write_block(struct writer *writer, const struct block *block)
{
	if (block->kind == BLOCK_RECORDS)
		write_records(writer, block);
	else
		atomic_store(&writer->metrics_error,
			     metrics_file_write(&writer->metrics, block->data, block->length));
}

static void *run(void *context)
{
	struct writer *writer = context;

	pthread_mutex_lock(&writer->mutex);
	for (;;) {
		struct block *block;

		while (writer->due_count == 0 && !writer->ending)
			pthread_cond_wait(&writer->changed, &writer->mutex);
		if (writer->due_count == 0)
			break;
		block = writer->due[0];
		pthread_mutex_unlock(&writer->mutex);
		write_block(writer, block);
		pthread_mutex_lock(&writer->mutex);
		writer->due_count--;
		memmove(writer->due, writer->due + 1, writer->due_count * sizeof(writer->due[0]));
		writer->idle[writer->idle_count++] = block;
		pthread_cond_signal(&writer->changed);
	}
	pthread_mutex_unlock(&writer->mutex);
	return NULL;
}

/* Signals belong to the main thread. */
static bool start(struct writer *writer)
{
	sigset_t all;
	sigset_t before;

	if (writer->started)
		return true;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	writer->started = pthread_create(&writer->thread, NULL, run, writer) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return writer->started;
}

/* Without a thread, the block is written now. */
static void hand_over(struct writer *writer, struct block *block)
{
	if (!writer->live || !start(writer)) {
		write_block(writer, block);
		writer->idle[writer->idle_count++] = block;
		return;
	}
	pthread_mutex_lock(&writer->mutex);
	writer->due[writer->due_count++] = block;
	pthread_cond_signal(&writer->changed);
	pthread_mutex_unlock(&writer->mutex);
}

static struct block *take_idle(struct writer *writer, enum block_kind kind)
{
	struct block *block = NULL;

	pthread_mutex_lock(&writer->mutex);
	while (writer->idle_count == 0 && atomic_load(&writer->patient))
		pthread_cond_wait(&writer->changed, &writer->mutex);
	if (writer->idle_count > 0)
		block = writer->idle[--writer->idle_count];
	pthread_mutex_unlock(&writer->mutex);
	if (block) {
		block->kind = kind;
		block->length = 0;
	}
	return block;
}

static bool make_blocks(struct writer *writer)
{
	for (size_t i = 0; i < WRITER_BLOCKS; i++) {
		writer->blocks[i] = malloc(sizeof(struct block));
		if (!writer->blocks[i])
			return false;
		writer->idle[writer->idle_count++] = writer->blocks[i];
	}
	return true;
}

static bool open_log(struct writer *writer, const struct record_settings *settings)
{
	int error;

	writer->log = strcmp(settings->log, "-") == 0 ? "standard output" : settings->log;
	writer->files.limit_bytes = settings->log_bytes ? settings->log_bytes : RECORD_FILE_BYTES;
	writer->files.limit_time = settings->log_seconds ? settings->log_seconds
				   : writer->live        ? RECORD_FILE_SECONDS
							 : 0;
	writer->files.limit_time *= NANOSECONDS_PER_SECOND;
	writer->files.patient = !writer->live;
	error = record_files_open(&writer->files, settings->log);
	if (error == EEXIST)
		print_error("%s: it exists, and is no file of records. Name another file",
			    settings->log);
	else if (error)
		print_error("%s: %s", settings->log, strerror(error));
	writer->to_log = !error;
	return !error;
}

static bool open_metrics(struct writer *writer, const struct record_settings *settings)
{
	int error;

	writer->metrics_log = settings->metrics;
	error = metrics_file_open(&writer->metrics, settings->metrics);
	if (error)
		print_error("%s: %s", settings->metrics, strerror(error));
	writer->to_metrics = !error;
	return !error;
}

static void free_all(struct writer *writer)
{
	if (writer->to_log)
		record_files_close(&writer->files);
	if (writer->to_metrics)
		metrics_file_close(&writer->metrics);
	for (size_t i = 0; i < WRITER_BLOCKS; i++)
		free(writer->blocks[i]);
	pthread_cond_destroy(&writer->changed);
	pthread_mutex_destroy(&writer->mutex);
	free(writer);
}

struct writer *writer_new(const struct record_settings *settings, bool live)
{
	struct writer *writer = calloc(1, sizeof(*writer));
	bool ok;

	if (!writer) {
		print_error("not enough memory");
		return NULL;
	}
	writer->live = live;
	pthread_mutex_init(&writer->mutex, NULL);
	pthread_cond_init(&writer->changed, NULL);
	ok = make_blocks(writer);
	if (!ok)
		print_error("not enough memory");
	ok = ok && (!settings->log || open_log(writer, settings));
	ok = ok && (!settings->metrics || open_metrics(writer, settings));
	if (ok)
		return writer;
	free_all(writer);
	return NULL;
}

void writer_folders(const struct writer *writer, struct output_folders *folders)
{
	struct output_folder folder;

	if (writer->to_log && record_files_folder(&writer->files, &folder))
		folders->list[folders->count++] = folder;
	if (writer->to_metrics)
		folders->list[folders->count++] = metrics_file_folder(&writer->metrics);
}

static void hand_over_present(struct writer *writer, uint64_t now)
{
	struct block *block = writer->present;

	if (!block)
		return;
	block->now = now;
	writer->present = NULL;
	hand_over(writer, block);
}

char *writer_room(struct writer *writer, size_t size)
{
	if (writer->present && WRITER_BLOCK_SIZE - writer->present->length < size)
		hand_over_present(writer, writer->present->now);
	if (!writer->present)
		writer->present = take_idle(writer, BLOCK_RECORDS);
	return writer->present ? writer->present->data + writer->present->length : NULL;
}

void writer_put(struct writer *writer, size_t length, uint64_t ts)
{
	struct block *block = writer->present;

	if (block->length == 0)
		block->first_ts = ts;
	block->now = ts;
	block->length += length;
}

void writer_lose(struct writer *writer)
{
	atomic_fetch_add(&writer->lost, 1);
}

void writer_pass(struct writer *writer, uint64_t now)
{
	/* An empty block carries the time. */
	if (!writer->present && writer->to_log)
		writer->present = take_idle(writer, BLOCK_RECORDS);
	hand_over_present(writer, now);
}

char *writer_metrics_room(struct writer *writer)
{
	struct block *block = take_idle(writer, BLOCK_METRICS);

	if (!block)
		return NULL;
	/* Records that were put before are written before. */
	if (writer->present)
		hand_over_present(writer, writer->present->now);
	writer->present = block;
	return block->data;
}

void writer_put_metrics(struct writer *writer, size_t length)
{
	struct block *block = writer->present;

	block->length = length;
	writer->present = NULL;
	hand_over(writer, block);
}

void writer_wait(struct writer *writer)
{
	atomic_store(&writer->patient, true);
}

uint64_t writer_lost(const struct writer *writer)
{
	return atomic_load(&writer->lost);
}

void writer_report(struct writer *writer)
{
	int error = atomic_load(&writer->error);
	int metrics_error = atomic_load(&writer->metrics_error);

	if (error && error != writer->reported)
		notice("%s: %s; records are lost until it can be written again", writer->log,
		       strerror(error));
	else if (!error && writer->reported)
		notice("%s: records are written again; %" PRIu64 " were lost so far", writer->log,
		       writer_lost(writer));
	if (metrics_error && metrics_error != writer->metrics_reported)
		notice("%s: %s; the metrics are not renewed", writer->metrics_log,
		       strerror(metrics_error));
	writer->reported = error;
	writer->metrics_reported = metrics_error;
}

static void stop(struct writer *writer)
{
	if (!writer->started)
		return;
	pthread_mutex_lock(&writer->mutex);
	writer->ending = true;
	pthread_cond_signal(&writer->changed);
	pthread_mutex_unlock(&writer->mutex);
	pthread_join(writer->thread, NULL);
	writer->started = false;
}

static bool finish(struct writer *writer)
{
	int error = writer->to_log ? record_files_close(&writer->files) : 0;
	uint64_t lost = writer_lost(writer);

	writer->to_log = false;
	if (error)
		print_error("%s: %s", writer->log, strerror(error));
	if (lost)
		print_error("%s: %" PRIu64 " record%s lost%s%s", writer->log, lost, plural(lost),
			    writer->reported ? ": " : ", because the writing was too slow",
			    writer->reported ? strerror(writer->reported) : "");
	return !error && lost == 0 && !writer->metrics_reported;
}

bool writer_close(struct writer *writer)
{
	bool ok;

	if (writer->present)
		hand_over_present(writer, writer->present->now);
	stop(writer);
	writer_report(writer);
	ok = finish(writer);
	free_all(writer);
	return ok;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes records and metrics, and writes them to their files. In a live capture, a separate thread
 * does the writing: a slow disk or a slow reader never delays packets. Between the two are a few
 * blocks of memory. If all of them wait to be written, records are lost, and counted. With a
 * capture file, writing is part of reading, and nothing is lost but by an error.
 *
 * All functions belong to the thread that called writer_new(). All signals are blocked in the
 * other one.
 */
#ifndef VSOCKDUMP_RECORDS_WRITER_H
#define VSOCKDUMP_RECORDS_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/confine/sandbox.h"
#include "tool/settings.h"

/* The memory between the two threads: WRITER_BLOCKS of WRITER_BLOCK_SIZE. */
#define WRITER_BLOCKS     8
#define WRITER_BLOCK_SIZE ((size_t)512 * 1024)

struct writer;

/*
 * Opens the files that the settings name; `live`: with a thread, which starts with the first
 * block. NULL after a message.
 */
struct writer *writer_new(const struct record_settings *settings, bool live);

/* Adds the folders where files are made later. */
void writer_folders(const struct writer *writer, struct output_folders *folders);

/*
 * Room for one record of at most `size` bytes, with its line feed; NULL if there is none now. Then
 * the record is lost, and writer_lose() counts it.
 */
char *writer_room(struct writer *writer, size_t size);
/* The record is complete. `ts`: when it was made, by the clock of the capture. */
void writer_put(struct writer *writer, size_t length, uint64_t ts);
void writer_lose(struct writer *writer);

/* It is `now`, by the clock of the capture: what was put is written soon. */
void writer_pass(struct writer *writer, uint64_t now);

/*
 * Room for the whole text of the metrics, of WRITER_BLOCK_SIZE bytes; NULL if there is none now.
 * writer_put_metrics() must follow.
 */
char *writer_metrics_room(struct writer *writer);
void writer_put_metrics(struct writer *writer, size_t length);

/* The capture is over: from now on, records wait for room. */
void writer_wait(struct writer *writer);

/* Records that are lost so far. */
uint64_t writer_lost(const struct writer *writer);

/* Prints a message if writing has begun to fail or to succeed again. */
void writer_report(struct writer *writer);

/*
 * Waits until everything is written, completes the files and frees. False if anything was lost,
 * after a message.
 */
bool writer_close(struct writer *writer);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens to each packet, wherever it comes from: decode it, find its flow, write it to the
 * file, show it. The loops that bring packets (live.c, replay.c) call this one.
 *
 * Errors of output stick and end the loop: pipeline_packet() and pipeline_flush() return false,
 * and pipeline_close() says what it was.
 */
#ifndef VSOCKDUMP_RUN_PIPELINE_H
#define VSOCKDUMP_RUN_PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/confine/confine.h"
#include "tool/exit-status.h"
#include "tool/mode/finding-store.h"
#include "tool/mode/mode.h"
#include "tool/run/output-file.h"
#include "tool/print/seen.h"
#include "tool/run/packet-source.h"

#define PIPELINE_FINDINGS 64

struct pipeline {
	struct session session;
	const struct mode *mode;
	struct output out;
	struct packet_source source;
	struct output_file file;   /* -w */
	uint64_t limit;            /* stop after so many packets */
	struct seen seen;          /* the current packet, or the last one */
	bool picky;                /* some packets are not shown, or may not be */
	uint64_t hidden;           /* packets of points that are not shown */
	bool chosen;               /* the current packet is shown */
	struct finding_store held; /* findings of flows that are not selected yet */
	/* From a first pass over the file: the flows to select, or NULL. Set before packets come.
	 */
	const struct flow_selection *selection;
	/* When the capture ended, if that is known: set before pipeline_close(). */
	bool end_known;
	uint64_t end;
	/* What the current packet proves; none proves more than this. */
	struct vsock_finding findings[PIPELINE_FINDINGS];
	bool in_packet;   /* the analysis looks at a packet, not at the clock */
	bool decode;      /* somebody looks at the packets */
	bool prompt;      /* output is shown before we wait */
	uint64_t flushed; /* when all output was last flushed, CLOCK_MONOTONIC_COARSE */
};

/*
 * Makes everything ready, -w's file included. EXIT_OK, or the exit status with a message printed;
 * pipeline_close() is due only after EXIT_OK. The pipeline must not move after this.
 */
enum exit_status pipeline_open(struct pipeline *pipeline, const struct settings *settings,
			       const struct packet_source *source);

/* After pipeline_open(): what the outputs still need of the system. */
void pipeline_needs(const struct pipeline *pipeline, struct confinement *confinement);

/*
 * A packet. `matches`: the filter chooses it. The others are only analyzed. False: no more packets
 * are wanted, since -c has its number or output failed.
 */
bool pipeline_packet(struct pipeline *pipeline, const struct capture_record *record, bool matches);

/* It is `now` and no packet came: reports what silence proves. The clock is that of the packets. */
void pipeline_tick(struct pipeline *pipeline, uint64_t now);

/* The same for -w's files only: the current file may have to end. */
void pipeline_clock(struct pipeline *pipeline, uint64_t now);

/* No packet comes from a capture point after `end`; see vsock_analysis_point_end(). */
void pipeline_point_end(struct pipeline *pipeline, uint16_t point, uint64_t end);

/* Whether output failed, its reader closed it, or all files that were wanted are written. */
bool pipeline_ended(const struct pipeline *pipeline);

/* Packets that could not be written to -w's file. */
uint64_t pipeline_not_written(const struct pipeline *pipeline);

/*
 * Flushes what is due before a wait for more packets, or on the way where none are waited for:
 * what is for -w's file, a second after the last time. False as pipeline_packet().
 */
bool pipeline_before_wait(struct pipeline *pipeline);

/* Milliseconds until pipeline_before_wait() flushes: no wait may take longer. */
int pipeline_flush_due(const struct pipeline *pipeline);

/* Flushes everything. False as pipeline_packet(). */
bool pipeline_flush(struct pipeline *pipeline);

/* SIGUSR1: shows where things stand. */
void pipeline_snapshot(struct pipeline *pipeline);

/* Ends the output, closes everything, and says with a message what failed. */
enum exit_status pipeline_close(struct pipeline *pipeline);

#endif

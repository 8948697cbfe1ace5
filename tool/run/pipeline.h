/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Handles each packet, live or from a file: decodes it, finds its flow, writes it to the file, and
 * shows it. The loops that get packets (live.c, replay.c) call it.
 *
 * An output error ends the loop: pipeline_packet() and pipeline_flush() return false, and
 * pipeline_close() reports the error.
 */
#ifndef VSOCKDUMP_RUN_PIPELINE_H
#define VSOCKDUMP_RUN_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/confine/confine.h"
#include "tool/exit-status.h"
#include "tool/mode/finding-store.h"
#include "tool/mode/mode.h"
#include "tool/run/output-file.h"
#include "tool/print/seen.h"
#include "tool/run/packet-source.h"

#define PIPELINE_FINDINGS 64

/* The most packets that are taken at once. */
#define PIPELINE_PACKETS VSOCK_EXPECT_BEST

struct pipeline {
	struct session session;
	const struct mode *mode;
	struct output out;
	struct packet_source source;
	struct output_file file;                       /* -w */
	uint64_t limit;                                /* stop after so many packets */
	struct vsock_packet packets[PIPELINE_PACKETS]; /* those that were taken last, decoded */
	struct vsock_moment moments[PIPELINE_PACKETS];
	struct seen seen;          /* the current packet, or the last one */
	bool picky;                /* some packets are not, or may not be, shown */
	uint64_t hidden;           /* packets of points that are not shown */
	bool chosen;               /* the current packet is shown */
	struct finding_store held; /* findings of flows that are not selected yet */
	/*
	 * The flows to select, from a first pass over the file; or NULL. Set it before packets
	 * come.
	 */
	const struct flow_selection *selection;
	/* When the capture ended, if that is known. Set it before pipeline_close(). */
	bool end_known;
	uint64_t end;
	/* The findings that the current packet proves; no packet proves more than this. */
	struct vsock_finding findings[PIPELINE_FINDINGS];
	bool in_packet;   /* the analysis handles a packet, not the clock */
	bool decode;      /* somebody looks at the packets */
	bool prompt;      /* output is flushed before we wait */
	uint64_t flushed; /* when all output was last flushed, CLOCK_MONOTONIC_COARSE */
};

/*
 * Prepares everything, also -w's file. Returns EXIT_OK, or another exit status after a message.
 * Call pipeline_close() only after EXIT_OK. The pipeline must not move after this.
 */
enum exit_status pipeline_open(struct pipeline *pipeline, const struct settings *settings,
			       const struct packet_source *source);

/* After pipeline_open(): what the outputs still need of the system. */
void pipeline_needs(const struct pipeline *pipeline, struct confinement *confinement);

/* A packet that was read. */
struct taken {
	struct capture_record record;
	bool matches; /* the filter. Other packets are only analyzed */
};

/*
 * Handles packets, 1 to PIPELINE_PACKETS of them, in order. False: stop, because -c has its number
 * or output failed. Then the packets after that one are not handled.
 */
bool pipeline_packets(struct pipeline *pipeline, const struct taken *taken, size_t count);

/* How many packets to take at once, if so many are at hand. More than 1 only if that is faster. */
static inline size_t pipeline_packets_best(const struct pipeline *pipeline)
{
	return pipeline->session.analysis && vsock_analysis_expect_pays(pipeline->session.analysis)
		   ? PIPELINE_PACKETS
		   : 1;
}

/* It is `now` and no packet came: reports what silence proves. The clock is that of the packets. */
void pipeline_tick(struct pipeline *pipeline, uint64_t now);

/* The same for -w's files only: the current file may have to end. */
void pipeline_clock(struct pipeline *pipeline, uint64_t now);

/*
 * A connection failed, and no packet may show it. With a filter, nobody knows whether the user
 * wants to see it: then it is only kept in -w's file.
 */
void pipeline_failed_connect(struct pipeline *pipeline, const struct process_entry *failed);

/* A name of a virtual machine, from a file: see vsock_cid_names_add_found(). */
void pipeline_found_name(struct pipeline *pipeline, uint32_t cid, const char *name);

/* No packet comes from a capture point after `end`; see vsock_analysis_point_end(). */
void pipeline_point_end(struct pipeline *pipeline, uint16_t point, uint64_t end);

/* Whether output failed, its reader closed it, or all files that were wanted are written. */
bool pipeline_ended(const struct pipeline *pipeline);

/* Packets that could not be written to -w's file. */
uint64_t pipeline_not_written(const struct pipeline *pipeline);

/*
 * Flushes output that is due before a wait for packets, or now and then in a loop that does not
 * wait. -w's file is due a second after the last time. False like pipeline_packet().
 */
bool pipeline_before_wait(struct pipeline *pipeline);

/* Milliseconds until pipeline_before_wait() flushes: no wait may take longer. */
int pipeline_flush_due(const struct pipeline *pipeline);

/* Flushes everything. False like pipeline_packet(). */
bool pipeline_flush(struct pipeline *pipeline);

/* SIGUSR1: shows the present state. */
void pipeline_snapshot(struct pipeline *pipeline);

/* Ends the output, closes everything, and reports failures. */
enum exit_status pipeline_close(struct pipeline *pipeline);

#endif

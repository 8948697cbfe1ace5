/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the packets of a live capture come from: a vsockmon interface (live-vsockmon.c), a BPF
 * program in the kernel (live-bpf.c), or UNIX sockets of VMMs (live-hybrid.c). The capture loop is
 * the same for all.
 */
#ifndef VSOCKDUMP_RUN_LIVE_SOURCE_H
#define VSOCKDUMP_RUN_LIVE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/capture-file/record.h"
#include "tool/confine/confine.h"
#include "tool/exit-status.h"
#include "tool/run/filter.h"
#include "tool/run/interfaces.h"
#include "tool/settings.h"

/*
 * Where nobody sees packets as they come, sources may return them late. So -w's file is written
 * within so many milliseconds of the last time. A packet is in the file a second after it came.
 */
#define LIVE_WRITE_WITHIN 100

/* Kernel buffer if -B does not say otherwise. */
#define LIVE_BUFFER_KIB_DEFAULT (16 * 1024)

#define LIVE_REASON_MAX 1024

/* Modulo 2^32, as libpcap's. */
struct live_counters {
	uint32_t accepted; /* packets that passed the filter, later drops included */
	uint32_t kernel_drops;
	uint32_t interface_drops;
};

struct live_source;

/* What each kind of source can do. */
struct live_source_kind {
	/*
	 * Takes the packets that wait. Returns their number, or -1 after a failure. If take()
	 * returns false, it stops, sets source->broken_off, and returns 0.
	 */
	int (*read)(struct live_source *source);
	/* Why the last read() failed. */
	const char *(*error)(const struct live_source *source);
	/* The longest wait for the descriptor, in milliseconds; -1: any. After each read(). */
	int (*longest_wait)(struct live_source *source, int count);
	/* Why no more packets can come, for after the name; NULL while they can. */
	const char *(*trouble)(const struct live_source *source);
	/* False, with the reason in error(). */
	bool (*counters)(const struct live_source *source, struct live_counters *counters);
	/* All packets since the start, with or without a match of the filter. False: not known. */
	bool (*passed)(const struct live_source *source, uint64_t *packets);
	/* Reports at the end what else was counted. NULL: nothing. */
	void (*summary)(const struct live_source *source);
	/* What reading still needs of the system. */
	void (*needs)(const struct live_source *source, struct confinement *confinement);
	/* Closes and frees. False with a message in `reason`. */
	bool (*close)(struct live_source *source, char reason[static LIVE_REASON_MAX]);
	const char *description; /* for capture files */
	const char *drop_advice; /* what may help against drops */
	const char *blind_for;   /* whose packets it does not see, for a sentence */
};

struct live_source {
	const struct live_source_kind *kind;
	const struct settings *settings;
	const struct filter *filter; /* NULL: none */
	bool watched;                /* somebody may see packets as they come */
	/* Gets each packet that passed the filter. It has no number. */
	bool (*take)(void *context, const struct capture_record *record);
	void *context;
	char name[INTERFACE_NAME_SIZE];
	char remark[64];  /* for the line that names the source; begins with a blank */
	uint32_t snaplen; /* the longest frame */
	bool nanosecond;  /* times are finer than microseconds */
	bool bpf;         /* see struct capture_origin */
	bool hybrid;      /* UNIX sockets: the kernel's vsock does not matter. It finds processes */
	bool broken_off;  /* the last read(): there may be more packets */
	uint32_t late_ms; /* read() returns a packet at most so long after its time */
	uint64_t incomplete; /* packets whose payload could not be read */
	int fd;              /* readable if packets wait, or if somebody woke the reader */
};

/*
 * Opens what -i names; without -i, a vsockmon interface, or the BPF program if the kernel has no
 * vsockmon. Sets *opened, or returns another status than EXIT_OK after a message.
 */
enum exit_status live_source_open(struct live_source **opened, const struct settings *settings,
				  const struct filter *filter);

/* How one kind is opened. A failure leaves the message in `reason`; empty: it was printed. */
struct live_opening {
	const struct settings *settings;
	const struct filter *filter;
	bool watched; /* somebody may see packets as they come */
	char reason[LIVE_REASON_MAX];
	bool no_vsockmon; /* the failure: the kernel has no vsockmon */
};

struct live_source *live_vsockmon_open(struct live_opening *opening, enum exit_status *status);
struct live_source *live_bpf_open(struct live_opening *opening, enum exit_status *status);
struct live_source *live_hybrid_open(struct live_opening *opening, enum exit_status *status);

/* The exit status for a failure of BPF programs. */
enum exit_status live_bpf_exit_status(enum bpf_tap_result result);

/* Whether times are to be finer than microseconds. */
bool live_source_wants_nanoseconds(const struct settings *settings);

#endif

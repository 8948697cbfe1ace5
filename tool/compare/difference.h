/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A difference between two captures, and the list of those that were found.
 *
 * A difference is stored by file. Its name depends on the file of the sender's end, and that file
 * is known at the end only: bytes that only file B contains are extra bytes if A's end sent them,
 * and missing bytes if B's end did.
 */
#ifndef VSOCKDUMP_COMPARE_DIFFERENCE_H
#define VSOCKDUMP_COMPARE_DIFFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/flow.h"
#include "tool/compare/change.h"
#include "tool/compare/clock.h"
#include "tool/compare/item.h"

/* Differences that are kept; later ones are counted. */
#define COMPARE_DIFFERENCES_MAX 4096

/* Bytes of payload that are shown of each file. */
#define COMPARE_SHOWN_BYTES 8

enum difference_kind {
	DIFFERENCE_ONLY_IN_A,
	DIFFERENCE_ONLY_IN_B,
	DIFFERENCE_MISSING,
	DIFFERENCE_EXTRA,
	DIFFERENCE_REPEATED,
	DIFFERENCE_CHANGED,
	DIFFERENCE_ZEROED,
	DIFFERENCE_SHIFTED,
	DIFFERENCE_HEADER,
	DIFFERENCE_ORDER,
	DIFFERENCE_END,
	DIFFERENCE_LATE,
	DIFFERENCE_CLOCK_STEP,
	/* Not a difference between the ends: a capture lost packets. */
	DIFFERENCE_CAPTURE_LOSS,
	DIFFERENCE_KINDS
};

/* "missing-bytes". */
const char *difference_kind_name(enum difference_kind kind);

/* What was seen in the files. */
enum difference_form {
	FORM_ONLY,   /* a flow is in one file only; `lacking` has not got it */
	FORM_GAP,    /* packets, or bytes of one, that the file `lacking` has not got */
	FORM_CHANGE, /* bytes at the same place */
	FORM_HEADER,
	FORM_ORDER,
	FORM_END, /* an RST or a SHUTDOWN that the file `lacking` has not got */
};

/* The addresses of a flow, by A's CIDs, and its number in each file. */
struct compared_flow {
	uint64_t number[2];
	bool in[2]; /* the files that contain it */
	uint32_t client_cid;
	uint32_t client_port;
	uint32_t server_cid;
	uint32_t server_port;
	uint8_t made_up; /* see struct vsock_flow */
};

struct difference {
	struct difference *next;
	struct difference *next_of_lane;
	enum difference_form form;
	struct compared_flow flow;
	enum vsock_side sender;
	enum clock_class class; /* of the sender */
	enum compare_file lacking;
	bool certain;     /* no capture can have lost the packet */
	bool loss;        /* fwd_cnt shows that the packets arrived: the capture lost them */
	bool whole;       /* GAP: whole packets are missing, so that a capture may have lost them */
	bool repeats;     /* GAP: the bytes are those before, or after, again */
	bool last;        /* nothing was compared after this */
	bool dropped;     /* the file that lacks them counts packets that its capture dropped */
	uint64_t packets; /* GAP: how many */
	uint64_t length;  /* GAP: bytes */
	uint64_t signature; /* GAP of one packet: its content; 0: none */
	uint64_t offset[2]; /* of the first byte that differs, by the file's own count */
	uint64_t packet[2]; /* numbers; 0: none */
	uint64_t ts[2];
	uint64_t total[2]; /* bytes of the direction in each file */
	/* CHANGE: the change if the first file, A or B, is of the sender's end. */
	struct change change[2];
	enum header_field field;
	uint32_t value[2];
	uint16_t op;
	uint8_t sample[2][COMPARE_SHOWN_BYTES];
	uint8_t sampled;
};

/* What it is, if `sender` is the file of the sender's end. */
enum difference_kind difference_kind(const struct difference *d, enum compare_file sender);

/* All zeros at first. */
struct difference_list {
	struct difference *first;
	struct difference *last;
	uint32_t count;
	uint64_t more; /* that were not kept */
};

/* A copy in the list; NULL if it was only counted. */
struct difference *difference_add(struct difference_list *list,
				  const struct difference *difference);
void difference_list_free(struct difference_list *list);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values that many JSON objects of a run share: times as people write them, the capture point and
 * host of an observation, and the uid of a connection.
 *
 * All of it may come with each packet, so what does not change is kept as text: that of a second,
 * that of a capture point, and the uids of the flows that were printed last. Nothing else is kept:
 * a uid follows from its flow.
 */
#ifndef VSOCKDUMP_PRINT_JSON_CONTEXT_H
#define VSOCKDUMP_PRINT_JSON_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/finding.h"
#include "core/flow.h"
#include "lib/capture-file/origin.h"
#include "tool/print/output.h"
#include "tool/print/uid.h"
#include "tool/settings.h"

struct json_point;

#define JSON_UIDS          256
#define JSON_TS_MAX        24
#define JSON_DATE_TIME_MAX 20 /* "2023-11-14T22:13:20." */

/* All zeros: nothing is known about any capture point. */
struct json_context {
	/* Describes capture point number `point`, and says how many there are; or NULL. */
	const struct capture_origin *(*describe)(void *source, uint32_t point);
	uint32_t (*count)(void *source);
	void *source;

	const char *host; /* in place of the one that the points have; or NULL */

	struct json_point *points; /* owned; as many as were needed until now */
	uint32_t point_count;

	/* The second printed last. */
	bool valid;
	uint64_t second;
	uint8_t ts_length;
	char ts[JSON_TS_MAX]; /* "1700000000." */
	char date_time[JSON_DATE_TIME_MAX];

	/* By the lowest bits of the flow's number. */
	struct {
		uint64_t flow; /* its number plus 1; 0: none */
		char uid[UID_SIZE];
	} uids[JSON_UIDS];
};

void json_context_free(struct json_context *context);

/* "ts":"1700000000.000000001","time":"2023-11-14T22:13:20.000000001Z", with a comma before. */
void json_ts_and_time(struct output *out, struct json_context *context, uint64_t ts);
/* The two keys of an object without a time: null. */
void json_no_time(struct output *out);
/* Only "time", for objects whose keys of version 0.1 have the time in another form. */
void json_time_key(struct output *out, struct json_context *context, uint64_t ts);

/* "first_ts", "last_ts", "time" of the first, and "duration_us"; all null unless `there`. */
void json_span(struct output *out, struct json_context *context, bool there, uint64_t first_ts,
	       uint64_t last_ts);

/* "point" and "host". */
void json_place(struct output *out, struct json_context *context, uint32_t number);
/* The same for an object of all points: null if there are several points. */
void json_common_place(struct output *out, struct json_context *context);

/* The name of a CID, or null if it has no name or no names are wanted. */
void json_cid_name(struct output *out, const char *key, const struct print_settings *settings,
		   uint64_t cid);

/* The key of the uids of a capture point. False without memory, or if no point is known. */
bool json_point_key(struct json_context *context, uint32_t number, struct vsock_siphash_key *key);

/* "uid"; null without a flow. */
void json_flow_uid(struct output *out, struct json_context *context, const struct vsock_flow *flow);
void json_finding_uid(struct output *out, struct json_context *context,
		      const struct vsock_finding *finding);

#endif

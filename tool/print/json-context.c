/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/json-context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/time-units.h"
#include "lib/common/calendar.h"
#include "tool/print/json.h"
#include "tool/print/redact.h"

/* Each byte of a name may become six, as in \u001f. */
#define PLACE_MAX (64 + 6 * CAPTURE_TEXT_MAX + 6 * CAPTURE_ID_MAX)

struct json_point {
	struct vsock_siphash_key key; /* of uids */
	size_t length;
	char text[PLACE_MAX]; /* ,"point":"vsockmon0","host":null */
};

static void print_text(struct output *out, const char *key, const char *text)
{
	json_key(out, key);
	if (*text)
		json_string(out, text, strlen(text));
	else
		json_null(out);
}

static void describe_point(struct json_context *context, struct json_point *point, uint32_t number)
{
	struct capture_origin origin = *context->describe(context->source, number);
	struct output text;

	if (context->host)
		snprintf(origin.host, sizeof(origin.host), "%s", context->host);
	output_memory(&text, point->text, sizeof(point->text));
	print_text(&text, "point", origin.interface);
	print_text(&text, "host", origin.host);
	point->length = text.length;
	point->key = uid_key(&origin);
}

/* NULL without memory, or if nothing is known of any point. */
static const struct json_point *find_point(struct json_context *context, uint32_t number)
{
	struct json_point *points;

	if (__builtin_expect(number >= context->point_count, 0)) {
		if (!context->describe)
			return NULL;
		points = realloc(context->points, (number + 1) * sizeof(*points));
		if (!points)
			return NULL;
		context->points = points;
		for (; context->point_count <= number; context->point_count++)
			points[context->point_count].length = 0;
	}
	/* Not earlier, because the name of a point may change until its first packet. */
	if (__builtin_expect(context->points[number].length == 0, 0))
		describe_point(context, &context->points[number], number);
	return &context->points[number];
}

void json_context_free(struct json_context *context)
{
	free(context->points);
	context->points = NULL;
	context->point_count = 0;
}

/* In UTC. */
static void print_date_time(struct output *out, uint64_t second)
{
	struct tm date;

	calendar_utc(&date, (int64_t)second);
	output_digits(out, (uint32_t)date.tm_year + 1900, 4);
	output_char(out, '-');
	output_digits(out, (uint32_t)date.tm_mon + 1, 2);
	output_char(out, '-');
	output_digits(out, (uint32_t)date.tm_mday, 2);
	output_char(out, 'T');
	output_digits(out, (uint32_t)date.tm_hour, 2);
	output_char(out, ':');
	output_digits(out, (uint32_t)date.tm_min, 2);
	output_char(out, ':');
	output_digits(out, (uint32_t)date.tm_sec, 2);
	output_char(out, '.');
}

static void set_second(struct json_context *context, uint64_t second)
{
	char memory[2 * OUTPUT_SLACK]; /* the last piece needs the slack, too */
	struct output text;

	output_memory(&text, memory, sizeof(memory));
	output_u64(&text, second);
	output_char(&text, '.');
	context->ts_length = (uint8_t)text.length;
	memcpy(context->ts, memory, text.length);
	output_memory(&text, memory, sizeof(memory));
	print_date_time(&text, second);
	memcpy(context->date_time, memory, sizeof(context->date_time));
	context->second = second;
	context->valid = true;
}

static inline void use_second(struct json_context *context, uint64_t second)
{
	if (!context->valid || context->second != second)
		set_second(context, second);
}

void json_ts_and_time(struct output *out, struct json_context *context, uint64_t ts)
{
	static const char before[] = ",\"ts\":\"";
	static const char between[] = "\",\"time\":\"";
	char fraction[9];
	char *p;

	use_second(context, ts / NANOSECONDS_PER_SECOND);
	/* Copies whole arrays, because a copy of constant size is a load and a store. */
	p = output_room(out);
	memcpy(p, before, sizeof(before) - 1);
	memcpy(p + sizeof(before) - 1, context->ts, sizeof(context->ts));
	out->length += sizeof(before) - 1 + context->ts_length;
	output_digits(out, (uint32_t)(ts % NANOSECONDS_PER_SECOND), sizeof(fraction));
	memcpy(fraction, out->data + out->length - sizeof(fraction), sizeof(fraction));
	p = output_room(out);
	memcpy(p, between, sizeof(between) - 1);
	p += sizeof(between) - 1;
	memcpy(p, context->date_time, sizeof(context->date_time));
	p += sizeof(context->date_time);
	memcpy(p, fraction, sizeof(fraction));
	memcpy(p + sizeof(fraction), "Z\"", 2);
	out->length += sizeof(between) - 1 + sizeof(context->date_time) + sizeof(fraction) + 2;
}

void json_no_time(struct output *out)
{
	output_text(out, ",\"ts\":null,\"time\":null");
}

void json_time_key(struct output *out, struct json_context *context, uint64_t ts)
{
	use_second(context, ts / NANOSECONDS_PER_SECOND);
	output_text(out, ",\"time\":\"");
	output_bytes(out, context->date_time, sizeof(context->date_time));
	output_digits(out, (uint32_t)(ts % NANOSECONDS_PER_SECOND), 9);
	output_text(out, "Z\"");
}

/* Like json_time(), but uses the kept text if the second is the same. */
static void print_ts(struct output *out, const struct json_context *context, uint64_t ts)
{
	char *p = output_room(out);

	if (context->second != ts / NANOSECONDS_PER_SECOND) {
		json_time(out, ts);
		return;
	}
	p[0] = '"';
	memcpy(p + 1, context->ts, sizeof(context->ts));
	out->length += 1 + context->ts_length;
	output_digits(out, (uint32_t)(ts % NANOSECONDS_PER_SECOND), 9);
	output_char(out, '"');
}

void json_span(struct output *out, struct json_context *context, bool there, uint64_t first_ts,
	       uint64_t last_ts)
{
	if (!there) {
		output_text(out, ",\"first_ts\":null,\"last_ts\":null,\"time\":null"
				 ",\"duration_us\":null");
		return;
	}
	use_second(context, first_ts / NANOSECONDS_PER_SECOND);
	json_key(out, "first_ts");
	print_ts(out, context, first_ts);
	json_key(out, "last_ts");
	print_ts(out, context, last_ts);
	/* Packets without a time have 0. */
	if (first_ts)
		json_time_key(out, context, first_ts);
	else
		output_text(out, ",\"time\":null");
	json_key(out, "duration_us");
	output_u64(out, last_ts > first_ts ? (last_ts - first_ts) / 1000 : 0);
}

void json_cid_name(struct output *out, const char *key, const struct print_settings *settings,
		   uint64_t cid)
{
	const char *name = settings->numbers ? NULL : vsock_cid_plain_name(settings->names, cid);
	const char *known = settings->redact ? vsock_cid_plain_name(NULL, cid) : NULL;
	char pseudonym[REDACTED_SIZE];

	/* "host" says nothing about anybody. */
	if (name && settings->redact && !(known && strcmp(name, known) == 0))
		name = redact(pseudonym, settings->redact, name);
	/* No name needs escaping: see enum vsock_cid_names_result. */
	json_key(out, key);
	if (name)
		json_keyword(out, true, name, cid);
	else
		json_null(out);
}

static void print_unknown_place(struct output *out)
{
	output_text(out, ",\"point\":null,\"host\":null");
}

void json_place(struct output *out, struct json_context *context, uint32_t number)
{
	const struct json_point *point = find_point(context, number);

	if (point)
		output_bytes(out, point->text, point->length);
	else
		print_unknown_place(out);
}

void json_common_place(struct output *out, struct json_context *context)
{
	if (context->count && context->count(context->source) == 1)
		json_place(out, context, 0);
	else
		print_unknown_place(out);
}

bool json_point_key(struct json_context *context, uint32_t number, struct vsock_siphash_key *key)
{
	const struct json_point *point = find_point(context, number);

	if (point)
		*key = point->key;
	return point;
}

static void print_uid(struct output *out, const char *uid)
{
	output_text(out, ",\"uid\":\"");
	output_bytes(out, uid, UID_SIZE);
	output_char(out, '"');
}

static void print_no_uid(struct output *out)
{
	output_text(out, ",\"uid\":null");
}

void json_flow_uid(struct output *out, struct json_context *context, const struct vsock_flow *flow)
{
	const struct json_point *point;
	const size_t i = flow ? flow->number % JSON_UIDS : 0;

	if (!flow) {
		print_no_uid(out);
		return;
	}
	if (__builtin_expect(context->uids[i].flow != flow->number + 1, 0)) {
		point = find_point(context, flow->point);
		if (!point) {
			print_no_uid(out);
			return;
		}
		uid_of_flow(context->uids[i].uid, &point->key, flow);
		context->uids[i].flow = flow->number + 1;
	}
	print_uid(out, context->uids[i].uid);
}

void json_finding_uid(struct output *out, struct json_context *context,
		      const struct vsock_finding *finding)
{
	const struct json_point *point = NULL;
	char uid[UID_SIZE];

	if (finding->flow != VSOCK_NO_FLOW)
		point = find_point(context, finding->point);
	if (!point) {
		print_no_uid(out);
		return;
	}
	uid_of_finding(uid, &point->key, finding);
	print_uid(out, uid);
}

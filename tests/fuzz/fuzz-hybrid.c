/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/hybrid/connections.c and handshake.c.
 *
 * The input is a sequence of records. The first byte of each says what happens on which of eight
 * connections, and at which end. The second is the number of bytes that are sent, which follow.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/hybrid/connections.h"
#include "tests/fuzz/must.h"

#define CONNECTIONS 8
#define TARGETS     3

static struct hybrid_target targets[TARGETS] = {
    {.cid = 3}, {.cid = 3}, {.cid = HYBRID_CID_UNKNOWN, .fixed = true, .port = 9}};
static const struct hybrid_targets all = {.list = targets, .count = TARGETS};

struct check {
	uint64_t frames;
	uint64_t sent;     /* bytes that the ends sent */
	uint64_t reported; /* bytes of frames */
};

static uint64_t number_at(const uint8_t *at, int bytes)
{
	uint64_t value = 0;

	for (int i = bytes; i > 0; i--)
		value = value << 8 | at[i - 1];
	return value;
}

static void on_frame(void *context, const struct hybrid_frame *frame)
{
	struct check *check = context;
	const uint8_t *data = frame->data;
	const uint64_t op = number_at(data + 24, 2);
	const uint32_t source = (uint32_t)number_at(data + 16, 4);
	const uint32_t destination = (uint32_t)number_at(data + 20, 4);

	must(frame->captured >= HYBRID_HEADER_SIZE && frame->captured <= frame->on_wire);
	must(op == 1 || op == 2 || op == 4);
	must((frame->on_wire > HYBRID_HEADER_SIZE) == (op == 4));
	must(number_at(data + 26, 2) == 1 && number_at(data + 28, 2) == 0 && data[31] == 0);
	must((number_at(data, 8) == 2) != (number_at(data + 8, 8) == 2));
	/* One port of each connection is made up, and says so. */
	must(!(data[30] & HYBRID_FLAG_SOURCE_MADE_UP) || source >= UINT32_C(1) << 30);
	must(!(data[30] & HYBRID_FLAG_DESTINATION_MADE_UP) || destination >= UINT32_C(1) << 30);
	must(data[30] & (HYBRID_FLAG_SOURCE_MADE_UP | HYBRID_FLAG_DESTINATION_MADE_UP));
	must(data[30] <= 7);
	check->frames++;
	check->reported += frame->on_wire - HYBRID_HEADER_SIZE;
	must(check->reported <= check->sent);
}

static void on_ends(void *context, const struct hybrid_ends *ends)
{
	(void)context;
	must(memchr(ends->client.command, '\0', sizeof(ends->client.command)));
	must((ends->addresses.local_cid == 2) != (ends->addresses.remote_cid == 2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hybrid_connections *connections = hybrid_connections_new(&all);
	struct check check = {0};
	const struct hybrid_output output = {.frame = on_frame, .ends = on_ends, .context = &check};

	must(connections);
	while (size >= 2) {
		struct hybrid_record record = {
		    .connection = data[0] % CONNECTIONS,
		    .by_server = data[0] >> 3 & 1,
		    .kind = (uint32_t)(data[0] >> 4) % 6,
		    .target = data[1] % 4,
		    .has_port = data[1] >> 2 & 1,
		    .port = data[1],
		};
		uint8_t *bytes = NULL;

		/* Without a null at its end. */
		memcpy(record.client_command, "VM:a234567890123", sizeof(record.client_command));
		if (data[1] & 0x80)
			record.client_command[0] = 'c';
		record.length = data[1];
		data += 2;
		size -= 2;
		if (record.kind == HYBRID_RECORD_DATA) {
			record.captured = record.length < size ? record.length : (uint32_t)size;
			check.sent += record.length;
			bytes = malloc(record.captured + 1);
			must(bytes);
			memcpy(bytes, data, record.captured);
			data += record.captured;
			size -= record.captured;
			/* The kernel makes no record of nothing. */
			if (record.length == 0) {
				free(bytes);
				continue;
			}
		}
		hybrid_connections_take(connections, &record, bytes, 1, &output);
		free(bytes);
	}
	must(hybrid_connections_counters(connections).frames == check.frames);
	hybrid_connections_free(connections);
	return 0;
}

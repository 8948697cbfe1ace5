/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * damage WAY IN OUT CID [far]: copies a capture, as pcap with nanoseconds, and does to it what VMMs
 * and captures do to packets. It prints the kind that --compare has to find, and the offset of the
 * first byte that differs in the sender's stream: "zeroed-bytes 16400".
 *
 * The packet that is damaged is in the middle of those that CID sent, have all of their payload, at
 * least LEAST bytes, and a packet of the same kind after them. On loopback, the client sent it.
 *
 * The way "bare" damages nothing: the connections become those of hybrid vsock. There the
 * client's port is not known, and packets have other sizes.
 *
 * The way "renumber" gives the machine CID 3 the CID 17.
 *
 * far: the times become those of the other end. Packets of CID arrive there later, those of its
 * peers come from there, and its clock differs.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/analysis.h"
#include "core/wire.h"
#include "lib/capture-file/reader.h"

#define LEAST 200
/* Where the damage begins in the payload, and how long it is. */
#define AT     50
#define LENGTH 60

/* Nanoseconds: a step of the clock, and how late a packet comes. */
#define STEP UINT64_C(900000000)
#define LATE UINT64_C(80000000)

/* Nanoseconds: the other end's clock, and the time between both ends. */
#define CLOCK_AHEAD 7000000
#define DELAY       4000

#define HEADERS (VSOCK_MON_SIZE + VSOCK_VIRTIO_SIZE)

struct frame {
	uint64_t ts;
	uint8_t *bytes;
	uint32_t captured;
	uint32_t on_wire;
	bool good;     /* it may be damaged */
	bool ours;     /* CID sent it */
	uint64_t flow; /* its number; UINT64_MAX without one */
	int sender;    /* side of the flow */
	uint64_t offset;
	size_t place;
	uint32_t known; /* bytes of `payload`, the right ones of a packet that was split */
	uint8_t *payload;
	uint64_t cids[2];
	uint32_t ports[2];
	uint32_t op;
	uint32_t len;
};

static struct frame *frames;
static size_t count;

static void fail(const char *what)
{
	fprintf(stderr, "damage: %s\n", what);
	exit(1);
}

static void *allocate(size_t size)
{
	void *memory = malloc(size ? size : 1);

	if (!memory)
		fail("not enough memory");
	return memory;
}

static bool is_ours(const struct vsock_packet *p, const struct vsock_flow_event *event,
		    const char *cid)
{
	if (p->src_cid == p->dst_cid)
		return event->flow && event->sender == VSOCK_CLIENT;
	return p->src_cid == strtoull(cid, NULL, 10);
}

static bool is_good(const struct vsock_packet *p, const struct vsock_flow_event *event)
{
	const struct vsock_segment *segment = vsock_event_segment(event);

	return segment && p->len >= LEAST && p->captured == p->len && p->on_wire == p->len &&
	       segment->known == p->len;
}

static void add_frame(const struct capture_record *record, const struct vsock_packet *p,
		      const struct vsock_flow_event *event, const char *cid)
{
	struct frame *frame;

	if ((count & (count - 1)) == 0)
		frames = realloc(frames, (count ? 2 * count : 1) * sizeof(*frames));
	if (!frames)
		fail("not enough memory");
	frame = &frames[count++];
	*frame = (struct frame){
	    .ts = record->ts,
	    .captured = record->captured,
	    .on_wire = record->on_wire,
	    .ours = is_ours(p, event, cid),
	    .good = is_good(p, event) && is_ours(p, event, cid),
	    .flow = event->flow ? event->flow->number : UINT64_MAX,
	    .sender = event->flow ? (int)event->sender : 0,
	    .ports = {p->src_port, p->dst_port},
	    .op = p->op,
	    .len = p->len,
	};
	frame->cids[0] = p->src_cid;
	frame->cids[1] = p->dst_cid;
	if (vsock_event_segment(event)) {
		frame->offset = event->segment.offset;
		frame->known = vsock_segment_known(&event->segment);
		frame->payload = allocate(frame->known);
		if (frame->known)
			memcpy(frame->payload, event->segment.data, frame->known);
	}
	/* Room for what is inserted. */
	frame->bytes = allocate(record->captured + LENGTH);
	memcpy(frame->bytes, record->data, record->captured);
}

static void read_frames(const char *path, const char *cid)
{
	char error[CAPTURE_ERROR_MAX];
	struct capture_reader *reader = capture_reader_open(path, error);
	struct vsock_analysis *analysis =
	    vsock_analysis_new(&(struct vsock_analysis_config){.flows = {.keep_ended = true}});
	struct capture_record record;

	if (!reader || !analysis)
		fail(reader ? "not enough memory" : error);
	while (capture_reader_next(reader, &record) == CAPTURE_READ_RECORD) {
		const struct vsock_moment moment = {.number = record.number, .ts = record.ts};
		struct vsock_flow_event event;
		struct vsock_packet p;

		vsock_decode(&p, record.data, record.captured, record.on_wire);
		vsock_analysis_packet(analysis, &p, &moment, &event);
		add_frame(&record, &p, &event, cid);
	}
	vsock_analysis_free(analysis);
	capture_reader_close(reader);
}

/* The next packet with data of the same side. */
static size_t next_data(size_t i)
{
	for (size_t j = i + 1; j < count; j++)
		if (frames[j].flow == frames[i].flow && frames[j].sender == frames[i].sender)
			return frames[j].op == VSOCK_OP_RW ? j : count;
	return count;
}

/* For the other file, if a packet vanished in one: "lower:SRCPORT:DSTPORT:OFFSET". */
static size_t find_vanished(const char *way)
{
	unsigned src;
	unsigned dst;
	unsigned long offset;

	if (sscanf(way, "lower:%u:%u:%lu", &src, &dst, &offset) != 3)
		fail("lower:SRCPORT:DSTPORT:OFFSET");
	for (size_t i = 0; i < count; i++)
		if (frames[i].op == VSOCK_OP_RW && frames[i].ports[0] == src &&
		    frames[i].ports[1] == dst && frames[i].offset == offset)
			return i;
	fail("no such packet");
	return count;
}

static size_t choose(void)
{
	size_t good = 0;
	size_t wanted;

	for (size_t i = 0; i < count; i++) {
		size_t next = frames[i].good ? next_data(i) : count;

		frames[i].good = next < count && frames[next].good;
		good += frames[i].good;
	}
	if (good == 0)
		fail("no packet here can be damaged");
	wanted = good / 2;
	for (size_t i = 0; i < count; i++)
		if (frames[i].good && wanted-- == 0)
			return i;
	return count;
}

/* A packet that is followed by a silence of all flows. */
static size_t before_silence(void)
{
	for (size_t i = 0; i + 1 < count; i++)
		if (frames[i].ours && frames[i].op && frames[i + 1].ts > frames[i].ts + 2 * LATE)
			return i;
	fail("no silence");
	return count;
}

static size_t place_of(const char *way)
{
	if (strncmp(way, "lower", 5) == 0)
		return find_vanished(way);
	return strcmp(way, "late") == 0 ? before_silence() : choose();
}

static void put_le32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static void set_length(struct frame *frame, uint32_t len)
{
	put_le32(frame->bytes + VSOCK_MON_SIZE + VSOCK_VIRTIO_LEN, len);
	frame->captured = frame->on_wire = HEADERS + len;
}

static void drop_frame(size_t i)
{
	frames[i].captured = 0;
}

/* What the peer says that it received becomes less, after this packet. */
static void lower(size_t i)
{
	for (size_t j = i + 1; j < count; j++) {
		uint8_t *fwd = frames[j].bytes + VSOCK_MON_SIZE + VSOCK_VIRTIO_FWD_CNT;

		if (frames[j].flow == frames[i].flow && frames[j].sender != frames[i].sender &&
		    vsock_get_le32(fwd) >= frames[i].offset + frames[i].len)
			put_le32(fwd, vsock_get_le32(fwd) - frames[i].len);
	}
}

static void repeat(size_t i)
{
	struct frame copy = frames[i];

	if ((count & (count - 1)) == 0)
		frames = realloc(frames, 2 * count * sizeof(*frames));
	if (!frames)
		fail("not enough memory");
	memmove(&frames[i + 1], &frames[i], (count - i) * sizeof(*frames));
	count++;
	copy.bytes = allocate(copy.captured);
	memcpy(copy.bytes, frames[i].bytes, copy.captured);
	copy.payload = NULL;
	frames[i + 1] = copy;
}

/* Each prints what --compare has to say: the kind, and the place in the payload. */
static const char *damage(const char *way, size_t i, uint64_t *at)
{
	struct frame *frame = &frames[i];
	uint8_t *payload = frame->bytes + HEADERS;
	uint32_t len = frame->len;

	*at = AT;
	if (strcmp(way, "flip") == 0) {
		payload[AT] ^= 1;
		return "changed-bytes";
	}
	if (strcmp(way, "zero") == 0) {
		memset(payload + AT, 0, LENGTH);
		return "zeroed-bytes";
	}
	if (strcmp(way, "drop") == 0) {
		memmove(payload + AT, payload + AT + LENGTH, len - AT - LENGTH);
		set_length(frame, len - LENGTH);
		return "missing-bytes";
	}
	if (strcmp(way, "insert") == 0) {
		memmove(payload + AT + LENGTH, payload + AT, len - AT);
		for (int j = 0; j < LENGTH; j++)
			payload[AT + j] = (uint8_t)(0xa5 ^ j * 7);
		set_length(frame, len + LENGTH);
		return "extra-bytes";
	}
	if (strcmp(way, "shift") == 0) {
		memmove(payload + 3, payload, len - 3);
		*at = 0;
		return "shifted-bytes";
	}
	if (strcmp(way, "truncate") == 0) {
		set_length(frame, len - LENGTH);
		*at = len - LENGTH;
		return "missing-bytes";
	}
	*at = 0;
	if (strcmp(way, "repeat") == 0) {
		*at = len;
		repeat(i);
		return "repeated";
	}
	if (strcmp(way, "reorder") == 0) {
		struct frame swapped = frames[next_data(i)];
		struct frame *other = &frames[next_data(i)];
		uint64_t ts = frame->ts;

		frame->ts = other->ts;
		*other = *frame;
		*frame = swapped;
		frame->ts = ts;
		return "order-changed";
	}
	if (strcmp(way, "lose") == 0) {
		drop_frame(i);
		return "capture-loss";
	}
	if (strcmp(way, "step") == 0) {
		for (size_t j = i; j < count; j++)
			frames[j].ts += STEP;
		return "clock-step";
	}
	if (strcmp(way, "late") == 0) {
		frame->ts += LATE;
		return "late";
	}
	if (strcmp(way, "vanish") == 0) {
		lower(i);
		drop_frame(i);
		return "missing-bytes";
	}
	if (strncmp(way, "lower", 5) == 0) {
		lower(i);
		return "lower";
	}
	if (strcmp(way, "none") != 0)
		fail("no such way");
	return "none";
}

static int by_time(const void *a, const void *b)
{
	const struct frame *x = a;
	const struct frame *y = b;

	return x->ts != y->ts ? (x->ts > y->ts) - (x->ts < y->ts)
			      : (x->place > y->place) - (x->place < y->place);
}

static void move_far(void)
{
	for (size_t i = 0; i < count; i++) {
		frames[i].place = i;
		frames[i].ts += CLOCK_AHEAD + (frames[i].ours ? DELAY : -DELAY);
	}
	qsort(frames, count, sizeof(*frames), by_time);
}

static void put_le64(uint8_t *at, uint64_t value)
{
	put_le32(at, (uint32_t)value);
	put_le32(at + 4, (uint32_t)(value >> 32));
}

/* A bare frame takes the place of a frame. */
static void make_bare(struct frame *frame, uint16_t monitor_op, const uint8_t *payload, uint32_t n)
{
	bool client = frame->sender == VSOCK_CLIENT;
	uint32_t made_up = UINT32_C(0x40000000) + (uint32_t)frame->flow;
	uint8_t *bytes = allocate(VSOCK_MON_SIZE + n);

	memset(bytes, 0, VSOCK_MON_SIZE);
	put_le64(bytes + VSOCK_MON_SRC_CID, frame->cids[0]);
	put_le64(bytes + VSOCK_MON_DST_CID, frame->cids[1]);
	put_le32(bytes + VSOCK_MON_SRC_PORT, client ? made_up : frame->ports[0]);
	put_le32(bytes + VSOCK_MON_DST_PORT, client ? frame->ports[1] : made_up);
	bytes[VSOCK_MON_OP] = (uint8_t)monitor_op;
	bytes[VSOCK_MON_TRANSPORT] = VSOCK_TRANSPORT_NO_INFO;
	bytes[VSOCK_MON_HINTS] = client ? VSOCK_HINT_SRC_PORT_MADE_UP : VSOCK_HINT_DST_PORT_MADE_UP;
	if (n > 0)
		memcpy(bytes + VSOCK_MON_SIZE, payload, n);
	free(frame->bytes);
	frame->bytes = bytes;
	frame->captured = frame->on_wire = VSOCK_MON_SIZE + n;
}

static void renumber(void)
{
	static const size_t places[] = {VSOCK_MON_SRC_CID, VSOCK_MON_DST_CID,
					VSOCK_MON_SIZE + VSOCK_VIRTIO_SRC_CID,
					VSOCK_MON_SIZE + VSOCK_VIRTIO_DST_CID};

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < sizeof(places) / sizeof(places[0]); j++)
			if (vsock_get_le64(frames[i].bytes + places[j]) == 3)
				put_le64(frames[i].bytes + places[j], 17);
}

/* Bytes that wait, so that packets get other sizes. */
struct gathered {
	uint64_t flow;
	int sender;
	uint8_t *bytes;
	uint32_t n;
};

#define MOST_GATHERED 5

static void make_all_bare(void)
{
	struct gathered now = {.flow = UINT64_MAX};
	uint32_t together = 0;

	for (size_t i = 0; i < count; i++) {
		struct frame *frame = &frames[i];
		size_t next = next_data(i);
		bool more = frame->payload && next < count && frames[next].payload &&
			    ++together % MOST_GATHERED && frames[next].ts - frame->ts < 1000000;

		if (frame->payload) {
			bool same = now.flow == frame->flow && now.sender == frame->sender;
			uint32_t had = same ? now.n : 0;

			/* Only packets that follow one another are gathered. */
			more = more && next == i + 1;
			now.bytes = realloc(now.bytes, had + frame->known + 1);
			if (!now.bytes)
				fail("not enough memory");
			memcpy(now.bytes + had, frame->payload, frame->known);
			now.flow = frame->flow;
			now.sender = frame->sender;
			now.n = had + frame->known;
			if (more) {
				frame->captured = 0;
				continue;
			}
			make_bare(frame, VSOCK_MONITOR_PAYLOAD, now.bytes, now.n);
			now.n = 0;
		} else if (frame->op == VSOCK_OP_REQUEST || frame->op == VSOCK_OP_RESPONSE) {
			make_bare(frame, VSOCK_MONITOR_CONNECT, NULL, 0);
		} else if (frame->op == VSOCK_OP_RST || frame->op == VSOCK_OP_SHUTDOWN) {
			make_bare(frame, VSOCK_MONITOR_DISCONNECT, NULL, 0);
		} else {
			frame->captured = 0;
		}
	}
	free(now.bytes);
}

static void write_frames(const char *path)
{
	/* In the byte order of this machine: magic, version, and four numbers. */
	static const uint32_t magic = 0xa1b23c4d;
	static const uint16_t version[] = {2, 4};
	static const uint32_t header[] = {0, 0, 262144, VSOCK_LINKTYPE};
	FILE *file = fopen(path, "wb");

	if (!file)
		fail("cannot write the file");
	fwrite(&magic, sizeof(magic), 1, file);
	fwrite(version, sizeof(version), 1, file);
	fwrite(header, sizeof(header), 1, file);
	for (size_t i = 0; i < count; i++) {
		const struct frame *frame = &frames[i];
		const uint32_t record[] = {(uint32_t)(frame->ts / 1000000000),
					   (uint32_t)(frame->ts % 1000000000), frame->captured,
					   frame->on_wire};

		if (frame->captured == 0)
			continue;
		fwrite(record, sizeof(record), 1, file);
		fwrite(frame->bytes, frame->captured, 1, file);
	}
	if (fclose(file) != 0)
		fail("cannot write the file");
}

/* The first byte of the payload that is not as it was, when it had n bytes. */
static uint64_t first_changed(const struct frame *frame, const uint8_t *before, uint32_t n,
			      uint64_t at)
{
	uint32_t left = frame->captured > HEADERS ? frame->captured - HEADERS : 0;
	uint32_t i = 0;

	if (n < left)
		left = n;
	while (i < left && frame->bytes[HEADERS + i] == before[i])
		i++;
	return i == left ? at : i;
}

int main(int argc, char **argv)
{
	uint8_t *before;
	uint32_t ports[2];
	uint32_t n;
	const char *kind;
	uint64_t at;
	uint64_t offset;
	size_t i;

	if (argc < 5 || argc > 6)
		fail("usage: damage WAY IN OUT CID [far]");
	read_frames(argv[2], argv[4]);
	if (strcmp(argv[1], "bare") == 0 || strcmp(argv[1], "renumber") == 0) {
		if (argv[1][0] == 'b')
			make_all_bare();
		else
			renumber();
		write_frames(argv[3]);
		return 0;
	}
	i = place_of(argv[1]);
	offset = frames[i].offset;
	memcpy(ports, frames[i].ports, sizeof(ports));
	n = frames[i].captured > HEADERS ? frames[i].captured - HEADERS : 0;
	before = allocate(n);
	memcpy(before, frames[i].bytes + HEADERS, n);
	kind = damage(argv[1], i, &at);
	/* Packets that change places are not changed. */
	if (strcmp(argv[1], "reorder") != 0)
		at = first_changed(&frames[i], before, n, at);
	if (argc == 6)
		move_far();
	write_frames(argv[3]);
	printf("%s %" PRIu64 " lower:%" PRIu32 ":%" PRIu32 ":%" PRIu64 "\n", kind, offset + at,
	       ports[0], ports[1], offset);
	for (size_t j = 0; j < count; j++) {
		free(frames[j].bytes);
		free(frames[j].payload);
	}
	free(frames);
	free(before);
	return 0;
}

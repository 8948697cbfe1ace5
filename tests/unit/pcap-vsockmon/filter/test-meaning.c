/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers all stages of pcap-vsockmon/filter/, above all parse*.c.
 *
 * Examples of what expressions mean: each accepts exactly the frames that are named with it. The
 * random tests of tests/filter do not find mistakes of the parser, because both of their sides use
 * it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcap-vsockmon/filter/accepts.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tests/unit/frame.h"

#define GUEST 3
#define ROOM  128

enum {
	REQUEST,  /* 3:1024 to host:22 */
	RESPONSE, /* back, with buf_alloc 0x40000 */
	GET,      /* 3:1024 to host:22, "GET /index", 10 bytes */
	REPLY,    /* back: `len` says 4096 bytes, and only "\x12\x34\x56\x78" came */
	SHUTDOWN, /* 5:22 to host:1024, both directions */
	RST,      /* host:1024 to 5:22 */
	MESSAGE,  /* SEQPACKET, host:0x16000000 to 5:70000, "{}", 2 bytes, EOM and EOR */
	CREDIT,   /* local:22 to local:80, buf_alloc 100, fwd_cnt 0x01020304 */
	FORGED,   /* CREDIT_UPDATE from CID 3 + 2^32, any:80 */
	NO_INFO,  /* another transport's, monitor op DISCONNECT, 6 bytes of header, "GET " */
	SHORT,    /* says virtio with a header of 20 bytes, then all the bytes of GET */
	LONG,     /* as GET, with a virtio header of 48 bytes: the last are "more" */
	FRAMES
};

static const char *const names[FRAMES] = {"REQUEST",  "RESPONSE", "GET",     "REPLY",
					  "SHUTDOWN", "RST",      "MESSAGE", "CREDIT",
					  "FORGED",   "NO_INFO",  "SHORT",   "LONG"};

#define F(frame)  (1u << (frame))
#define ALL       ((1u << FRAMES) - 1)
#define VIRTIO    (ALL & ~F(NO_INFO) & ~F(SHORT))
#define TO_HOST   (F(REQUEST) | F(GET) | F(SHORT) | F(LONG)) /* 3:1024 to host:22 */
#define FROM_HOST (F(RESPONSE) | F(REPLY))                   /* host:22 to 3:1024 */

struct sight {
	uint8_t bytes[ROOM];
	uint32_t length;
};

static void make(struct sight *sight, struct frame frame, const void *payload, size_t length)
{
	frame_write(sight->bytes, &frame);
	memcpy(sight->bytes + FRAME_HEADERS, payload, length);
	sight->length = FRAME_HEADERS + (uint32_t)length;
}

static void make_frames(struct sight sights[static FRAMES])
{
	struct frame request = FRAME(GUEST, 2, 1024, 22, VSOCK_OP_REQUEST);
	struct frame response = FRAME(2, GUEST, 22, 1024, VSOCK_OP_RESPONSE, .buf_alloc = 0x40000);
	struct frame get = FRAME(GUEST, 2, 1024, 22, VSOCK_OP_RW, .len = 10);
	struct frame reply = FRAME(2, GUEST, 22, 1024, VSOCK_OP_RW, .len = 4096);
	struct frame shutdown = FRAME(5, 2, 22, 1024, VSOCK_OP_SHUTDOWN, .flags = 3);
	struct frame rst = FRAME(2, 5, 1024, 22, VSOCK_OP_RST);
	struct frame message = FRAME(2, 5, 0x16000000, 70000, VSOCK_OP_RW, .len = 2, .flags = 3);
	struct frame credit =
	    FRAME(1, 1, 22, 80, VSOCK_OP_CREDIT_UPDATE, .buf_alloc = 100, .fwd_cnt = 0x01020304);
	struct frame forged =
	    FRAME(UINT64_C(0x100000003), UINT32_MAX, 80, 80, VSOCK_OP_CREDIT_UPDATE);
	uint8_t *bytes;

	make(&sights[REQUEST], request, "", 0);
	make(&sights[RESPONSE], response, "", 0);
	make(&sights[GET], get, "GET /index", 10);
	make(&sights[REPLY], reply, "\x12\x34\x56\x78", 4);
	make(&sights[SHUTDOWN], shutdown, "", 0);
	make(&sights[RST], rst, "", 0);
	message.type = VSOCK_TYPE_SEQPACKET;
	make(&sights[MESSAGE], message, "{}", 2);
	make(&sights[CREDIT], credit, "", 0);
	make(&sights[FORGED], forged, "", 0);

	make(&sights[NO_INFO], shutdown, "", 0);
	bytes = sights[NO_INFO].bytes;
	put_le(bytes + VSOCK_MON_TRANSPORT, VSOCK_TRANSPORT_NO_INFO, 2);
	put_le(bytes + VSOCK_MON_LEN, 6, 2);
	put_le(bytes + VSOCK_MON_SRC_CID, 7, 8);
	put_le(bytes + VSOCK_MON_DST_CID, 8, 8);
	put_le(bytes + VSOCK_MON_SRC_PORT, 9, 4);
	put_le(bytes + VSOCK_MON_DST_PORT, 10, 4);
	memcpy(bytes + VSOCK_MON_SIZE, "headerGET ", 10);
	sights[NO_INFO].length = VSOCK_MON_SIZE + 10;

	make(&sights[SHORT], get, "GET /index", 10);
	put_le(sights[SHORT].bytes + VSOCK_MON_LEN, 20, 2);

	make(&sights[LONG], get, "moreGET /index", 14);
	put_le(sights[LONG].bytes + VSOCK_MON_LEN, 48, 2);
}

static const struct {
	const char *expression;
	unsigned accepted;
} meanings[] = {
    {"", ALL},
    {"  \t\n", ALL},

    /* Ports. */
    {"port 22", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST) | F(CREDIT)},
    {"src port 22", FROM_HOST | F(SHUTDOWN) | F(CREDIT)},
    {"dst port 22", TO_HOST | F(RST)},
    {"src or dst port 22", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST) | F(CREDIT)},
    {"dst or src port 0x16", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST) | F(CREDIT)},
    {"src and dst port 80", F(FORGED)},
    {"port 369098752", F(MESSAGE)},
    {"port != 22", F(MESSAGE) | F(FORGED) | F(NO_INFO)},
    {"not port 22", F(MESSAGE) | F(FORGED) | F(NO_INFO)},
    {"src port != 22", ALL & ~(FROM_HOST | F(SHUTDOWN) | F(CREDIT))},
    {"port > 1024", F(MESSAGE)},
    {"src port >= 1024", TO_HOST | F(RST) | F(MESSAGE)},
    {"src and dst port > 22", F(MESSAGE) | F(FORGED)},
    {"21 < dst port", ALL & ~F(NO_INFO)},
    {"portrange 23-79", 0},
    {"portrange 23-80", F(CREDIT) | F(FORGED)},
    {"dst portrange 0x51 - 1023", 0},
    {"dst portrange 1024-70000", FROM_HOST | F(SHUTDOWN) | F(MESSAGE)},
    {"dst port & 1 = 1", 0},
    {"port & 0x800 > 0", 0},
    {"port & 0x8", F(NO_INFO)},

    /* CIDs. */
    {"cid 3", TO_HOST | FROM_HOST},
    {"src cid 3", TO_HOST},
    {"cid host", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST) | F(MESSAGE)},
    {"CID HOST", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST) | F(MESSAGE)},
    {"cid local or any", F(CREDIT) | F(FORGED)},
    {"cid 4294967299", F(FORGED)},
    {"cid = 0x100000003", F(FORGED)},
    {"src cid > 4294967295", F(FORGED)},
    {"cid < host", F(CREDIT)},
    {"cid != host", F(CREDIT) | F(FORGED) | F(NO_INFO)},
    {"guest", ALL & ~F(CREDIT)},
    {"src guest", TO_HOST | F(SHUTDOWN) | F(FORGED) | F(NO_INFO)},
    {"src and dst guest", F(FORGED) | F(NO_INFO)},
    {"loopback", F(CREDIT)},

    /* Addresses. */
    {"addr 3:1024", TO_HOST | FROM_HOST},
    {"addr 3:22", 0},
    {"addr 3:?1024", TO_HOST | FROM_HOST},
    {"src 3:?1024", TO_HOST},
    {"3:?22", 0},
    {"7:?9 or 3:?1024", TO_HOST | FROM_HOST | F(NO_INFO)},
    {"between 3:?1024 and host:22", TO_HOST | FROM_HOST},
    {"src addr 3:1024", TO_HOST},
    {"3:1024", TO_HOST | FROM_HOST},
    {"3:22", 0},
    {"0x3:0x400", TO_HOST | FROM_HOST},
    {"HOST:22", TO_HOST | FROM_HOST},
    {"host : 22", TO_HOST | FROM_HOST},
    {"\"host\":22", TO_HOST | FROM_HOST},
    {"5:22 or host:22", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST)},
    {"5:22 or 3:1024 and rst", F(RST)},
    {"5:22 or 3", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST)},
    {"not 3:1024", ALL & ~(TO_HOST | FROM_HOST)},
    {"(3:1024)", TO_HOST | FROM_HOST},
    {"cid 7 or 5:22", F(SHUTDOWN) | F(RST) | F(NO_INFO)},
    {"portrange 80-81 or 5:22", F(SHUTDOWN) | F(RST) | F(CREDIT) | F(FORGED)},
    {"port 80 or 5:22", F(SHUTDOWN) | F(RST) | F(CREDIT) | F(FORGED)},
    {"src port 80 or 5:22", F(SHUTDOWN) | F(RST) | F(FORGED)},
    {"rst or 3:1024", TO_HOST | FROM_HOST | F(RST)},
    {"dst 3:1024 or 5:22", FROM_HOST | F(RST)},
    {"between 5 and host or 3:1024", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST) | F(MESSAGE)},
    {"src 3:1024", TO_HOST},
    {"src 3", TO_HOST},
    {"dst host", TO_HOST | F(SHUTDOWN)},
    {"src host:22 or 5", FROM_HOST | F(SHUTDOWN)},
    {"src 3 and dst 2", TO_HOST},
    {"between 3 and host", TO_HOST | FROM_HOST},
    {"between host and 3", TO_HOST | FROM_HOST},
    {"between 3:1024 and host:22", TO_HOST | FROM_HOST},
    {"between host:1024 and 5", F(SHUTDOWN) | F(RST)},
    {"between host:22 and 5", 0},
    {"between 1 and 1", F(CREDIT)},

    /* Lists, and how and, or, not bind. */
    {"port 80 or 70000", F(CREDIT) | F(FORGED) | F(MESSAGE)},
    {"port (80 or 70000)", F(CREDIT) | F(FORGED) | F(MESSAGE)},
    {"port 80 or 1024 and cid local", F(CREDIT)},
    {"cid local and port 1024 or 80", F(CREDIT) | F(FORGED)},
    {"cid local and (port 1024 or 80)", F(CREDIT)},
    {"cid local and port (1024 or 80)", F(CREDIT)},
    {"cid 5 and not port 22", F(MESSAGE)},
    {"port 22 and not 1024", F(CREDIT)},
    {"not port 22 or 80", F(MESSAGE) | F(NO_INFO) | F(CREDIT) | F(FORGED)},
    {"not (port 22 or 80)", F(MESSAGE) | F(NO_INFO)},
    {"! port 22 && ! cid host", F(FORGED) | F(NO_INFO)},
    {"not not port 80 || cid 7", F(CREDIT) | F(FORGED) | F(NO_INFO)},
    {"portrange 80-80 or 65536-80000", F(CREDIT) | F(FORGED) | F(MESSAGE)},
    {"src portrange 9 - 9 or 80 - 81", F(FORGED) | F(NO_INFO)},
    {"port 22 or 80 and len + 80 > 100", F(REPLY)},
    {"cid (7 or not 2) and port 9", F(NO_INFO)},

    /* Ops, by the virtio header; their groups, by the monitor header. */
    {"op request", F(REQUEST)},
    {"op 1 or response", F(REQUEST) | F(RESPONSE)},
    {"op rw", F(GET) | F(REPLY) | F(MESSAGE) | F(LONG)},
    {"op credit_update or credit_request", F(CREDIT) | F(FORGED)},
    {"op = rst", F(RST)},
    {"op != rw", VIRTIO & ~(F(GET) | F(REPLY) | F(MESSAGE) | F(LONG))},
    {"not op rw", ALL & ~(F(GET) | F(REPLY) | F(MESSAGE) | F(LONG))},
    {"op >= shutdown and op < 6", F(SHUTDOWN) | F(GET) | F(REPLY) | F(MESSAGE) | F(LONG)},
    {"rst", F(RST)},
    {"RST", F(RST)},
    {"request or response", F(REQUEST) | F(RESPONSE)},
    {"shutdown", F(SHUTDOWN)},
    {"rw", F(GET) | F(REPLY) | F(MESSAGE) | F(LONG)},
    {"credit_update", F(CREDIT) | F(FORGED)},
    {"credit-update", F(CREDIT) | F(FORGED)},
    {"op credit-update or credit-request", F(CREDIT) | F(FORGED)},
    {"op = credit-update", F(CREDIT) | F(FORGED)},
    {"credit_request", 0},
    {"not rst", ALL & ~F(RST)},
    {"port 22 or rst", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST) | F(CREDIT)},
    {"op rst or shutdown or seqpacket", F(RST) | F(SHUTDOWN) | F(MESSAGE)},
    {"rw and seqpacket", F(MESSAGE)},
    {"stream", VIRTIO & ~F(MESSAGE)},
    {"type stream and rst", F(RST)},
    {"seqpacket or dgram", F(MESSAGE)},
    {"transport no-info", F(NO_INFO)},
    {"op connect", F(REQUEST) | F(RESPONSE)},
    {"connect", F(REQUEST) | F(RESPONSE)},
    {"op rst or disconnect", F(RST) | F(SHUTDOWN) | F(NO_INFO)},
    {"disconnect", F(RST) | F(SHUTDOWN) | F(NO_INFO)},
    {"op shutdown or control", F(SHUTDOWN) | F(CREDIT) | F(FORGED)},
    {"op control or data",
     F(CREDIT) | F(FORGED) | F(GET) | F(REPLY) | F(MESSAGE) | F(SHORT) | F(LONG)},

    /* Other fields of the headers. */
    {"type stream", VIRTIO & ~F(MESSAGE)},
    {"type seqpacket or dgram", F(MESSAGE)},
    {"not type stream", F(MESSAGE) | F(NO_INFO) | F(SHORT)},
    {"type != stream", F(MESSAGE)},
    {"transport virtio", ALL & ~F(NO_INFO)},
    {"transport no_info", F(NO_INFO)},
    {"transport unknown or virtio", ALL & ~F(NO_INFO)},
    {"transport != virtio", F(NO_INFO)},
    {"len > 0", F(GET) | F(REPLY) | F(MESSAGE) | F(LONG)},
    {"len = 0", VIRTIO & ~(F(GET) | F(REPLY) | F(MESSAGE) | F(LONG))},
    {"not len > 0", ALL & ~(F(GET) | F(REPLY) | F(MESSAGE) | F(LONG))},
    {"len >= 4096", F(REPLY)},
    {"len > 4096", 0},
    {"len <= 10 and len > 2", F(GET) | F(LONG)},
    {"flags = 3", F(SHUTDOWN) | F(MESSAGE)},
    {"flags & 2", F(SHUTDOWN) | F(MESSAGE)},
    {"flags & 4", 0},
    {"eom", F(MESSAGE)},
    {"eor", F(MESSAGE)},
    {"buf_alloc > 100", F(RESPONSE)},
    {"buf_alloc >= 100", F(RESPONSE) | F(CREDIT)},
    {"fwd_cnt = 0x01020304", F(CREDIT)},
    {"fwd_cnt > 0x01020303", F(CREDIT)},
    {"fwd_cnt > buf_alloc", F(CREDIT)},

    /* Arithmetic: or and xor bind least, then shifts, then sums, then products. */
    {"1 + 2 * 3 = 7", ALL},
    {"1 << 2 + 1 = 8", ALL},
    {"6 & 3 + 1 = 4", ALL},
    {"1 | 6 & 3 = 3", ALL}, /* from left to right */
    {"7 - 2 - 1 = 4", ALL},
    {"(7 - (2 - 1)) = 6", ALL},
    {"0 - 1 = 0xffffffff", ALL},
    {"8 ^ 1 % 4 = 9", ALL},
    {"1 > 2", 0},
    {"src port = dst port", F(FORGED)},
    {"src port != dst port", ALL & ~F(FORGED)},
    {"src port + 1 = dst port", F(NO_INFO)},
    {"src port < dst port", FROM_HOST | F(SHUTDOWN) | F(CREDIT) | F(NO_INFO)},
    {"len / 1024 = 4", F(REPLY)},
    {"(len >> 10) * 3 = 12", F(REPLY)},
    {"len & 0xff > 5", F(GET) | F(LONG)},
    {"5 < len & 0xff", F(GET) | F(LONG)},
    {"payload[0] - 71 = 0", F(GET) | F(NO_INFO) | F(LONG)},
    {"not payload[0] - 71 = 0", ALL & ~(F(GET) | F(NO_INFO) | F(LONG))},

    /* Bytes. */
    {"vsock[16:4] le = 1024", TO_HOST | F(RST)},
    {"vsock[16:4] = 0x00040000", TO_HOST | F(RST)},
    {"vsock[16:4] be = 0x00040000", TO_HOST | F(RST)},
    {"vsock[17] = 4", TO_HOST | F(RST)},
    {"vsock[0:4] le = 3", TO_HOST | F(FORGED)},
    {"vsock[41] >= 0", ALL},
    {"vsock[42] >= 0", ALL & ~F(NO_INFO)},
    {"not vsock[42] >= 0", F(NO_INFO)},
    {"virtio[30:2] le = 5", F(GET) | F(REPLY) | F(MESSAGE) | F(LONG)},
    {"virtio[30] = 5", F(GET) | F(REPLY) | F(MESSAGE) | F(LONG)},
    {"virtio[44:4] = 0x6d6f7265", F(LONG)},
    {"virtio[44] = 0 or virtio[44] & 256 = 0", F(LONG)},
    {"type 5 or virtio[47] & 256 = 0", F(LONG)},
    {"payload[0:4] = 0x47455420", F(GET) | F(NO_INFO) | F(LONG)},
    {"payload[0:4] le = 0x20544547", F(GET) | F(NO_INFO) | F(LONG)},
    {"payload[1:2] le > 0x5444", F(REPLY) | F(GET) | F(NO_INFO) | F(LONG)},
    {"payload[0:2] = 0x7b7d", F(MESSAGE)},
    {"payload[2] >= 0", F(GET) | F(REPLY) | F(NO_INFO) | F(LONG)},
    {"payload[3] = 0x78", F(REPLY)},
    {"payload[4] >= 0", F(GET) | F(LONG)},
    {"payload[9] = 0x78", F(GET) | F(LONG)},
    {"payload[10] >= 0", 0},
    {"payload startswith \"GET \"", F(GET) | F(NO_INFO) | F(LONG)},
    {"payload startswith 'G'", F(GET) | F(NO_INFO) | F(LONG)},
    {"payload startswith \"GET /i\"", F(GET) | F(LONG)},
    {"payload startswith \"GET /index\"", F(GET) | F(LONG)},
    {"payload startswith \"GET /index \"", 0},
    {"payload startswith \"\\x124V\"", F(REPLY)},
    {"not payload startswith \"GET\"", ALL & ~(F(GET) | F(NO_INFO) | F(LONG))},
    {"payload startswith \"{\" and eom", F(MESSAGE)},
};

static unsigned accepted_by(const struct bpf_program *program, const struct sight *sights)
{
	unsigned accepted = 0;

	for (unsigned i = 0; i < FRAMES; i++)
		if (filter_accepts(program, sights[i].bytes, sights[i].length, sights[i].length))
			accepted |= F(i);
	return accepted;
}

static void assert_meaning(const char *expression, unsigned wanted, const struct sight *sights,
			   const struct pcap_vsockmon_names *cid_names)
{
	for (int optimise = 0; optimise < 2; optimise++) {
		char errbuf[PCAP_ERRBUF_SIZE];
		struct bpf_program program;
		unsigned different;

		if (pcap_vsockmon_compile(&program, expression, optimise, cid_names, NULL,
					  errbuf) != 0)
			fail_msg("%s: %s", expression, errbuf);
		different = accepted_by(&program, sights) ^ wanted;
		pcap_freecode(&program);
		for (unsigned i = 0; i < FRAMES; i++)
			if (different & F(i))
				fail_msg("%s: %s is wrongly %s", expression, names[i],
					 wanted & F(i) ? "rejected" : "accepted");
	}
}

static void expressions_mean_what_they_say(void **state)
{
	struct sight sights[FRAMES];

	(void)state;
	make_frames(sights);
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		assert_meaning(meanings[i].expression, meanings[i].accepted, sights, NULL);
}

static int cid_of(void *context, const char *name, uint32_t *cid)
{
	static const struct {
		const char *name;
		uint32_t cid;
	} known[] = {{"web", 3}, {"host", 5}, {"3vm.a-b", 5}, {"42-1", 7}, {"port", 1}};

	++*(int *)context;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, name) == 0) {
			*cid = known[i].cid;
			return 1;
		}
	}
	return 0;
}

static void users_names_are_known(void **state)
{
	int calls = 0;
	struct pcap_vsockmon_names cid_names = {cid_of, &calls};
	struct pcap_vsockmon_names none = {NULL, NULL};
	struct sight sights[FRAMES];

	(void)state;
	make_frames(sights);
	assert_meaning("cid web", TO_HOST | FROM_HOST, sights, &cid_names);
	assert_true(calls > 0);
	assert_meaning("cid 3vm.a-b or web",
		       TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST) | F(MESSAGE), sights, &cid_names);
	assert_meaning("src cid != web", ALL & ~TO_HOST, sights, &cid_names);
	assert_meaning("between web:1024 and 2", TO_HOST | FROM_HOST, sights, &cid_names);
	assert_meaning("web:1024", TO_HOST | FROM_HOST, sights, &cid_names);
	assert_meaning("rst or 3vm.a-b:22", F(SHUTDOWN) | F(RST), sights, &cid_names);
	assert_meaning("\"port\":80", F(CREDIT), sights, &cid_names);
	/* A user's name wins over a well-known one. Quotes always mean a name. */
	assert_meaning("cid host", F(SHUTDOWN) | F(RST) | F(MESSAGE), sights, &cid_names);
	assert_meaning("cid \"42-1\" or \"3vm.a-b\"",
		       F(NO_INFO) | F(SHUTDOWN) | F(RST) | F(MESSAGE), sights, &cid_names);
	assert_meaning("cid port", F(CREDIT), sights, &cid_names);
	assert_meaning("cid 7 or port 80", F(NO_INFO) | F(CREDIT) | F(FORGED), sights, &cid_names);
	assert_meaning("cid host", TO_HOST | FROM_HOST | F(SHUTDOWN) | F(RST) | F(MESSAGE), sights,
		       &none);
}

/* The man page says about cut frames: a test of bytes that were cut rejects the frame. */
static void cut_frames_are_rejected_when_needed(void **state)
{
	static const struct {
		const char *expression;
		uint32_t captured;
		bool accepted;
	} cases[] = {
	    {"payload startswith \"GET \"", 80, true},
	    {"payload startswith \"GET \"", 79, false},
	    {"not payload startswith \"GET \"", 79, false},
	    {"not payload[0] = 5", 76, false},
	    {"port 22 or payload[0] = 5", 76, true},
	    {"port 80 or payload[0] = 5", 76, false},
	    {"payload[0] = 5 or port 22", 76, false},
	    {"port 22", 32, true},
	    {"not port 80", 23, false},
	    {"src port 22 or dst port 80", 23, false},
	    {"len = 10", 60, true},
	    {"len > 2", 59, false},
	    /* These bytes were never there. */
	    {"not payload[10] = 5", 76, true},
	    {"not virtio[44] = 0", 76, true},
	};
	struct sight sights[FRAMES];

	(void)state;
	make_frames(sights);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int optimise = 0; optimise < 2; optimise++) {
			char errbuf[PCAP_ERRBUF_SIZE];
			struct bpf_program program;
			bool accepted;

			assert_int_equal(pcap_vsockmon_compile(&program, cases[i].expression,
							       optimise, NULL, NULL, errbuf),
					 0);
			accepted = filter_accepts(&program, sights[GET].bytes, sights[GET].length,
						  cases[i].captured);
			pcap_freecode(&program);
			if (accepted != cases[i].accepted)
				fail_msg("%s, %u bytes", cases[i].expression, cases[i].captured);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(expressions_mean_what_they_say),
	    cmocka_unit_test(users_names_are_known),
	    cmocka_unit_test(cut_frames_are_rejected_when_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

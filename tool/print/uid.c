/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/uid.h"

#include <endian.h>
#include <string.h>

#include "core/time-units.h"
#include "core/wire.h"
#include "lib/common/sha256.h"

/* The texts are hashed with their null bytes, so two sets of texts never look alike. */
static size_t add_text(char *to, const char *text)
{
	size_t length = strlen(text) + 1;

	memcpy(to, text, length);
	return length;
}

struct vsock_siphash_key uid_key(const struct capture_origin *point)
{
	static const char version[] = "vsockdump-uid-1";
	char text[sizeof(version) + sizeof(point->host) + sizeof(point->boot) +
		  sizeof(point->interface)];
	uint8_t digest[VSOCK_SHA256_SIZE];
	size_t length = add_text(text, version);

	length += add_text(text + length, point->host);
	length += add_text(text + length, point->boot);
	length += add_text(text + length, point->interface);
	vsock_sha256(digest, text, length);
	return (struct vsock_siphash_key){vsock_get_le64(digest), vsock_get_le64(digest + 8)};
}

/* The eight digits of 32 bits, all at once: each nibble gets a byte, each byte its character. */
static void put_hex(char *p, uint32_t value)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t x = value;
	uint64_t letters;

	x = (x << 16 | x) & UINT64_C(0x0000ffff0000ffff);
	x = (x << 8 | x) & UINT64_C(0x00ff00ff00ff00ff);
	x = (x << 4 | x) & (0x0f * ones);
	/* Above 9 the sum has a carry into the next bit. */
	letters = (x + 6 * ones) >> 4 & ones;
	x += '0' * ones + letters * ('a' - '0' - 10);
	x = htobe64(x);
	memcpy(p, &x, sizeof(x));
}

static void print(char *uid, uint64_t microseconds, uint64_t hash)
{
	const uint64_t milliseconds = microseconds / 1000;
	char digits[32];

	hash = hash >> 2 | UINT64_C(1) << 63;
	put_hex(digits, (uint32_t)(milliseconds >> 16));
	put_hex(digits + 8, (uint32_t)(milliseconds << 16 | 0x8000 | microseconds % 1000));
	put_hex(digits + 16, (uint32_t)(hash >> 32));
	put_hex(digits + 24, (uint32_t)hash);
	memcpy(uid, digits, 8);
	uid[8] = '-';
	memcpy(uid + 9, digits + 8, 4);
	uid[13] = '-';
	memcpy(uid + 14, digits + 12, 4);
	uid[18] = '-';
	memcpy(uid + 19, digits + 16, 4);
	uid[23] = '-';
	memcpy(uid + 24, digits + 20, 12);
}

/* `number` distinguishes flows with the same addresses and time; otherwise 0. */
static void make(char *uid, const struct vsock_siphash_key *key, struct vsock_flow_key pair,
		 uint64_t ts, uint64_t number)
{
	const uint64_t microseconds = ts / NANOSECONDS_PER_MICROSECOND;
	const uint64_t words[] = {
	    (uint64_t)pair.low_cid << 32 | pair.low_port,
	    (uint64_t)pair.high_cid << 32 | pair.high_port,
	    microseconds,
	    number,
	};

	print(uid, microseconds, vsock_siphash(key, words, sizeof(words) / sizeof(words[0])));
}

void uid_of_flow(char uid[static UID_SIZE], const struct vsock_siphash_key *key,
		 const struct vsock_flow *flow)
{
	make(uid, key,
	     vsock_flow_key(flow->client_cid, flow->client_port, flow->server_cid,
			    flow->server_port, 0),
	     flow->first_ts, flow->marks & VSOCK_FLOW_SAME_START ? flow->number + 1 : 0);
}

void uid_of_finding(char uid[static UID_SIZE], const struct vsock_siphash_key *key,
		    const struct vsock_finding *finding)
{
	make(uid, key,
	     vsock_flow_key(finding->client_cid, finding->client_port, finding->server_cid,
			    finding->server_port, 0),
	     finding->flow_first_ts, finding->same_start ? finding->flow + 1 : 0);
}

void uid_of_run(char uid[static UID_SIZE], const struct vsock_siphash_key *key, uint64_t ts,
		uint64_t salt)
{
	const uint64_t words[] = {ts, salt};

	print(uid, ts / NANOSECONDS_PER_MICROSECOND, vsock_siphash(key, words, 2));
}

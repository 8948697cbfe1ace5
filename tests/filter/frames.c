/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/filter/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

static void put(uint8_t *at, uint64_t number, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(number >> 8 * i);
}

static void put_monitor_header(uint8_t *bytes, struct dice *dice)
{
	static const uint16_t header_lengths[] = {44, 44, 44, 0,   1,   20,
						  43, 45, 48, 100, 300, 0x2c00};
	uint16_t transport = 2, length = 44;

	for (unsigned i = 0; i < 2; i++) {
		put(bytes + 8 * i, common_number(dice, 8), 8);
		put(bytes + 16 + 4 * i, common_number(dice, 4), 4);
	}
	if (one_in(dice, 8)) {
		transport = 1; /* a bare frame */
		length = 0;
	} else if (one_in(dice, 3)) {
		transport = (uint16_t)(one_in(dice, 4) ? common_number(dice, 2) : die(dice, 3));
		length = header_lengths[die(dice, 12)];
	}
	put(bytes + 24, one_in(dice, 6) ? common_number(dice, 2) : die(dice, 6), 2);
	put(bytes + 26, transport, 2);
	put(bytes + 28, length, 2);
	put(bytes + 30, one_in(dice, 6) ? roll(dice) : 0, 2);
}

static void put_virtio_header(uint8_t *bytes, struct dice *dice)
{
	memcpy(bytes, bytes - 32, 24);
	put(bytes + 24, common_number(dice, 4), 4);
	put(bytes + 28, one_in(dice, 6) ? common_number(dice, 2) : 1 + die(dice, 2), 2);
	put(bytes + 30, one_in(dice, 6) ? common_number(dice, 2) : 1 + die(dice, 7), 2);
	put(bytes + 32, one_in(dice, 3) ? common_number(dice, 4) : die(dice, 4), 4);
	put(bytes + 36, common_number(dice, 4), 4);
	put(bytes + 40, common_number(dice, 4), 4);
}

uint32_t random_frame(uint8_t bytes[static RANDOM_FRAME_MAX], struct dice *dice)
{
	static const char text[] = "GEG\0\n\"\\";
	uint32_t length = 76 + die(dice, 24);

	if (one_in(dice, 8))
		length = die(dice, RANDOM_FRAME_MAX + 1);
	else if (one_in(dice, 6))
		length = 28 + die(dice, 50); /* cut through the virtio header */
	for (uint32_t i = 76; i < RANDOM_FRAME_MAX; i++)
		bytes[i] =
		    one_in(dice, 4) ? (uint8_t)roll(dice) : (uint8_t)text[die(dice, sizeof(text))];
	put_monitor_header(bytes, dice);
	put_virtio_header(bytes + 32, dice);
	/* Payload that is as long as `len` says. */
	if (length >= 76 && !one_in(dice, 3))
		put(bytes + 56, length - 76 + (one_in(dice, 3) ? die(dice, 5) - 2 : 0), 4);
	return length;
}

static bool add(struct frames *frames, const uint8_t *bytes, const struct pcap_pkthdr *header)
{
	struct sight *sight;
	uint8_t *copy = malloc(header->caplen ? header->caplen : 1);

	if (frames->count == frames->room) {
		size_t room = frames->room ? frames->room * 2 : 64;

		sight = realloc(frames->frames, room * sizeof(*sight));
		if (sight) {
			frames->frames = sight;
			frames->room = room;
		}
	}
	if (!copy || frames->count == frames->room) {
		free(copy);
		return false;
	}
	memcpy(copy, bytes, header->caplen);
	frames->frames[frames->count++] = (struct sight){copy, header->caplen, header->len};
	return true;
}

static size_t count_frames(const char *path)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	pcap_t *capture = pcap_open_offline(path, errbuf);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	size_t count = 0;

	while (capture && pcap_next_ex(capture, &header, &bytes) == 1)
		count++;
	if (capture)
		pcap_close(capture);
	return count;
}

bool frames_read(struct frames *frames, const char *path, size_t most)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	size_t step = count_frames(path) / most + 1;
	pcap_t *capture = pcap_open_offline(path, errbuf);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	bool added = true;

	if (!capture) {
		fprintf(stderr, "%s: %s\n", path, errbuf);
		return false;
	}
	for (size_t i = 0; added && pcap_next_ex(capture, &header, &bytes) == 1; i++)
		if (i % step == 0 && header->len >= header->caplen)
			added = add(frames, bytes, header);
	pcap_close(capture);
	if (!added)
		fprintf(stderr, "%s: out of memory\n", path);
	return added;
}

void frames_free(struct frames *frames)
{
	for (size_t i = 0; i < frames->count; i++)
		free((void *)frames->frames[i].bytes);
	free(frames->frames);
}

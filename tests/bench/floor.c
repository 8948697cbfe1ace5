/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures what no tool can be faster than. "floor libpcap FILE" is libpcap's read loop with a
 * callback that only counts. "floor scan FILE" only skips from record header to record header of a
 * little-endian pcap file, in a window over read(2). With several files, it reads one after
 * another.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "core/wire.h"

#define WINDOW        ((size_t)256 * 1024)
#define FILE_HEADER   24
#define RECORD_HEADER 16
#define CAPTURED      8 /* place of the captured length in it */

static int fail(const char *what)
{
	perror(what);
	return EXIT_FAILURE;
}

static void count_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
	(void)header;
	(void)bytes;
	++*(uint64_t *)(void *)user;
}

static int libpcap_loop(const char *path, uint64_t *packets)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *handle = pcap_open_offline(path, error);
	int result;

	if (!handle) {
		fprintf(stderr, "%s\n", error);
		return EXIT_FAILURE;
	}
	result = pcap_loop(handle, -1, count_packet, (u_char *)packets);
	pcap_close(handle);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Passes over the whole records of a window; returns the bytes consumed. */
static size_t scan_window(const uint8_t *window, size_t length, uint64_t *packets)
{
	size_t at = 0;

	while (length - at >= RECORD_HEADER) {
		size_t record = RECORD_HEADER + (size_t)vsock_get_le32(window + at + CAPTURED);

		if (record > length - at)
			break;
		at += record;
		++*packets;
	}
	return at;
}

static int scan(const char *path, uint64_t *packets)
{
	static uint8_t window[WINDOW];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t there = 0;
	ssize_t n;

	if (fd < 0 || read(fd, window, FILE_HEADER) != FILE_HEADER)
		return fail(path);
	while ((n = read(fd, window + there, WINDOW - there)) > 0) {
		size_t used;

		there += (size_t)n;
		used = scan_window(window, there, packets);
		there -= used;
		memmove(window, window + used, there);
	}
	close(fd);
	return n == 0 ? EXIT_SUCCESS : fail(path);
}

int main(int argc, char **argv)
{
	uint64_t packets = 0;
	uint64_t all = 0;
	int status = EXIT_SUCCESS;

	if (argc < 3 || (strcmp(argv[1], "libpcap") != 0 && strcmp(argv[1], "scan") != 0)) {
		fprintf(stderr, "usage: floor libpcap|scan FILE...\n");
		return 2;
	}
	for (int i = 2; i < argc && status == EXIT_SUCCESS; i++) {
		packets = 0;
		status =
		    argv[1][0] == 'l' ? libpcap_loop(argv[i], &packets) : scan(argv[i], &packets);
		all += packets;
	}
	if (status == EXIT_SUCCESS)
		printf("%" PRIu64 " packets\n", all);
	return status;
}

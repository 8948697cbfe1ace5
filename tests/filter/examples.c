/* SPDX-License-Identifier: GPL-2.0-or-later */
/* examples MAN-PAGE: each of its displayed lines is an expression that compiles. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "pcap-vsockmon/pcap-vsockmon.h"

#define DISPLAY ".Dl "
#define QUOTE   "\\(dq"

/* Undoes the escapes of the man page. */
static void unescape(char *line)
{
	char *at;

	line[strcspn(line, "\n")] = '\0';
	while ((at = strstr(line, QUOTE))) {
		*at = '"';
		memmove(at + 1, at + strlen(QUOTE), strlen(at + strlen(QUOTE)) + 1);
	}
}

static bool compiles(const char *expression)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct bpf_program program;

	if (pcap_vsockmon_compile(&program, expression, 1, NULL, NULL, errbuf) != 0) {
		printf("%s: %s\n", expression, errbuf);
		return false;
	}
	pcap_freecode(&program);
	return true;
}

int main(int argc, char **argv)
{
	FILE *page = argc == 2 ? fopen(argv[1], "r") : NULL;
	char line[1024];
	unsigned count = 0;
	bool good = page;

	while (good && fgets(line, sizeof(line), page)) {
		if (strncmp(line, DISPLAY, strlen(DISPLAY)) != 0)
			continue;
		unescape(line);
		good = compiles(line + strlen(DISPLAY));
		count++;
	}
	if (page)
		fclose(page);
	printf("%u examples\n", count);
	return good && count > 10 ? EXIT_SUCCESS : EXIT_FAILURE;
}

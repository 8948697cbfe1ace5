/* SPDX-License-Identifier: GPL-2.0-or-later */
/* examples-compile MAN-PAGE: each of its displayed lines is an expression that compiles. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <pcap/pcap.h>

#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tests/filter/examples.h"

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
	char line[EXAMPLE_MAX];
	unsigned count = 0;
	bool good = page;

	while (good && example_next(page, line)) {
		good = compiles(line);
		count++;
	}
	if (page)
		fclose(page);
	printf("%u examples\n", count);
	return good && count > 10 ? EXIT_SUCCESS : EXIT_FAILURE;
}

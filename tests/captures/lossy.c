/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lossy CAPTURE...: checks that no "certain" finding is wrong. The captures are of healthy kernels,
 * so no certain finding is right, even if packets are missing. Leaves out the beginning, up to each
 * packet; random packets, at several rates; and runs of packets.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <pcap/pcap.h>

#include "core/analysis.h"
#include "core/finding-text.h"

static unsigned wrong;
static unsigned long runs;

static void on_finding(void *context, const struct vsock_finding *finding)
{
	char text[VSOCK_FINDING_TEXT_MAX];

	if (finding->severity != VSOCK_CERTAIN)
		return;
	vsock_finding_text(text, finding, NULL, 0);
	printf("%s: packet %" PRIu64 ": certain %s: %s\n", (const char *)context,
	       finding->packets[0], vsock_finding_name(finding->code), text);
	wrong++;
}

struct loss {
	uint64_t first;   /* packets before this one are missing */
	unsigned percent; /* of all others */
	bool bursts;      /* they are lost in runs of about ten */
	uint64_t seed;
};

static unsigned random_percent(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(*seed >> 33) % 100;
}

static bool is_lost(struct loss *loss, uint64_t number, bool *lost_before)
{
	if (number < loss->first)
		return true;
	if (loss->bursts && *lost_before && random_percent(&loss->seed) < 90)
		return true;
	*lost_before = random_percent(&loss->seed) < (loss->bursts ? 1 : loss->percent);
	return *lost_before;
}

static pcap_t *open_capture(const char *file)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap =
	    pcap_open_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error);

	if (!pcap) {
		fprintf(stderr, "%s\n", error);
		exit(2);
	}
	return pcap;
}

/* Returns how many packets the capture has. */
static uint64_t run(const char *file, struct loss loss)
{
	struct vsock_analysis_config config = {
	    .flows = {.keep_ended = true, .context = (void *)(uintptr_t)file},
	    .on_finding = on_finding,
	};
	struct vsock_analysis *analysis = vsock_analysis_new(&config);
	pcap_t *pcap = open_capture(file);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	uint64_t number = 0;
	uint64_t seen = 0;
	bool lost = false;

	if (!analysis)
		exit(2);
	while (pcap_next_ex(pcap, &header, &bytes) == 1) {
		uint64_t ts = (uint64_t)header->ts.tv_sec * UINT64_C(1000000000) +
			      (uint64_t)header->ts.tv_usec;
		struct vsock_flow_event event;
		struct vsock_packet packet;

		if (is_lost(&loss, ++number, &lost))
			continue;
		vsock_decode(&packet, bytes, header->caplen, header->len);
		vsock_analysis_packet(analysis, &packet,
				      &(struct vsock_moment){.number = ++seen, .ts = ts}, &event);
	}
	pcap_close(pcap);
	vsock_analysis_free(analysis);
	runs++;
	return number;
}

static void try_losses(const char *file)
{
	static const unsigned percents[] = {1, 5, 10, 20, 50, 80, 95};
	uint64_t packets = run(file, (struct loss){0});
	uint64_t step = packets / 100 + 1;

	for (uint64_t first = 1; first <= packets; first += step)
		run(file, (struct loss){.first = first});
	for (uint64_t seed = 1; seed <= 50; seed++) {
		run(file, (struct loss){.bursts = true, .seed = seed});
		for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
			run(file, (struct loss){.percent = percents[i], .seed = seed});
	}
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		try_losses(argv[i]);
	printf("%lu runs, %u wrong findings\n", runs, wrong);
	return wrong > 0 || runs == 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that uses only the installed library. It has functions with names that the library uses
 * inside. These must not collide.
 */
#include <stdio.h>
#include <stdlib.h>

#include <pcap-vsockmon.h>

int vsock_decode(void);
int vsockmon_fail(void);

int vsock_decode(void)
{
	abort();
}

int vsockmon_fail(void)
{
	abort();
}

int main(void)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct pcap_vsockmon_opened opened;
	enum pcap_vsockmon_result result;
	pcap_if_t *devices;

	/* Fails in the library, before it needs a privilege or the kernel. */
	if (pcap_vsockmon_open("no/name", NULL, &opened, &result, errbuf) ||
	    result != PCAP_VSOCKMON_BAD_NAME)
		return 1;
	if (pcap_vsockmon_findalldevs(&devices, errbuf) != PCAP_VSOCKMON_OK || !devices)
		return 1;
	pcap_vsockmon_freealldevs(devices);
	printf("pcap-vsockmon %s, link type %s\n", pcap_vsockmon_version(),
	       pcap_datalink_val_to_name(DLT_VSOCK));
	return 0;
}

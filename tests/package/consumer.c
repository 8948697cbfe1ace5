/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that knows the installed library only. It has functions whose names the library
 * uses inside, which must not meet.
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

	/* Fails in the library, without a privilege or a kernel being asked. */
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

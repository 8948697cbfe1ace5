/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lists the interfaces in libpcap's form. pcap_findalldevs() cannot do it: it leaves out interfaces
 * that it cannot open, lists those of other kinds, and does not know that one can be created.
 */
#include <stdlib.h>
#include <string.h>

#include <netlink/socket.h>

#include "pcap-vsockmon/error.h"
#include "pcap-vsockmon/interface.h"

#define DESCRIPTION_EXISTING "vsock monitor"
#define DESCRIPTION_TO_MAKE  "vsock monitor, made when opened, removed when closed"

/* Appends to the list. Returns the place of the next one, or NULL without memory. */
static pcap_if_t **append(pcap_if_t **end, const char *name, const char *description,
			  unsigned flags)
{
	pcap_if_t *device = calloc(1, sizeof(*device));

	if (!device)
		return NULL;
	*end = device;
	device->name = strdup(name);
	device->description = strdup(description);
	/* There is no cable that could be out. */
	device->flags = flags | PCAP_IF_CONNECTION_STATUS_NOT_APPLICABLE;
	return device->name && device->description ? &device->next : NULL;
}

static pcap_if_t **append_all(pcap_if_t **end, const struct vsockmon_interface *list, size_t count)
{
	for (size_t i = 0; end && i < count; i++)
		end =
		    append(end, list[i].name, DESCRIPTION_EXISTING,
			   (list[i].up ? PCAP_IF_UP : 0) | (list[i].running ? PCAP_IF_RUNNING : 0));
	if (count == 0)
		end = append(end, PCAP_VSOCKMON_DEFAULT_NAME, DESCRIPTION_TO_MAKE, 0);
	return end;
}

enum pcap_vsockmon_result pcap_vsockmon_findalldevs(pcap_if_t **devices, char *errbuf)
{
	struct nl_sock *sock = vsockmon_connect(errbuf);
	struct vsockmon_interface *list;
	enum pcap_vsockmon_result result;
	size_t count;

	*devices = NULL;
	if (!sock)
		return PCAP_VSOCKMON_ERROR;
	errbuf[0] = '\0';
	result = vsockmon_list(sock, &list, &count, errbuf);
	nl_socket_free(sock);
	if (result != PCAP_VSOCKMON_OK)
		return result;
	if (!append_all(devices, list, count)) {
		pcap_vsockmon_freealldevs(*devices);
		*devices = NULL;
		result = vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
				       "cannot list interfaces: out of memory");
	}
	free(list);
	return result;
}

void pcap_vsockmon_freealldevs(pcap_if_t *devices)
{
	while (devices) {
		pcap_if_t *next = devices->next;

		free(devices->name);
		free(devices->description);
		free(devices);
		devices = next;
	}
}

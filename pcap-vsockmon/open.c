/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Opening and closing: which interface is used, and what happens to it.
 *
 * An existing interface is used. Otherwise one is created, preferably in a private network
 * namespace: nobody sees it there, and nobody has to remove it. If the kernel refuses the
 * namespace, the interface is created in the caller's, and every failure removes it again.
 */
#include <stdlib.h>
#include <string.h>

#include <netlink/socket.h>

#include "pcap-vsockmon/error.h"
#include "pcap-vsockmon/handle.h"
#include "pcap-vsockmon/interface.h"
#include "pcap-vsockmon/namespace.h"

/* One call of pcap_vsockmon_open(). */
struct opening {
	const char *name; /* of the interface that is made if none exists */
	const struct pcap_vsockmon_options *options;
	struct pcap_vsockmon_opened *opened;
	pcap_t *handle;
	enum pcap_vsockmon_result result;
	char *errbuf;
};

static void open_handle(struct opening *opening, const struct vsockmon_interface *interface,
			enum pcap_vsockmon_origin origin, unsigned needs)
{
	struct pcap_vsockmon_opened *opened = opening->opened;
	int warning = 0;

	opening->handle = vsockmon_open_handle(interface->name, opening->options, needs, &warning,
					       &opening->result, opening->errbuf);
	if (!opening->handle)
		return;
	memcpy(opened->name, interface->name, sizeof(opened->name));
	opened->origin = origin;
	opened->index = interface->index;
	opened->warning = warning;
}

static void open_existing(struct opening *opening, struct nl_sock *sock,
			  const struct vsockmon_interface *interface)
{
	bool raise = !interface->up;

	if (raise) {
		opening->result = vsockmon_raise(sock, interface, opening->errbuf);
		if (opening->result != PCAP_VSOCKMON_OK)
			return;
	}
	open_handle(opening, interface, PCAP_VSOCKMON_EXISTING, VSOCKMON_NEEDS_NET_RAW);
	if (opening->handle)
		opening->opened->raised = raise;
	else if (raise)
		vsockmon_lower(sock, interface);
}

static void create(struct opening *opening, struct nl_sock *sock,
		   struct vsockmon_interface *created)
{
	opening->result =
	    vsockmon_create(sock, opening->name, VSOCKMON_NEEDS_NET_ADMIN | VSOCKMON_NEEDS_NET_RAW,
			    created, opening->errbuf);
}

/* Runs in the new namespace. If it fails, the namespace disappears, so nothing has to be undone. */
static void open_private(void *context)
{
	struct opening *opening = context;
	struct nl_sock *sock = vsockmon_connect(opening->errbuf);
	struct vsockmon_interface created;

	opening->result = PCAP_VSOCKMON_ERROR;
	if (!sock)
		return;
	create(opening, sock, &created);
	if (opening->result == PCAP_VSOCKMON_OK)
		open_handle(opening, &created, PCAP_VSOCKMON_PRIVATE, VSOCKMON_NEEDS_NET_RAW);
	nl_socket_free(sock);
}

static void open_shared(struct opening *opening, struct nl_sock *sock)
{
	struct vsockmon_interface created;
	char unused[PCAP_ERRBUF_SIZE];

	create(opening, sock, &created);
	if (opening->result == PCAP_VSOCKMON_EXISTS) {
		/* Another process has made it meanwhile. */
		open_existing(opening, sock, &created);
	} else if (opening->result == PCAP_VSOCKMON_OK) {
		open_handle(opening, &created, PCAP_VSOCKMON_SHARED, VSOCKMON_NEEDS_NET_RAW);
		if (!opening->handle)
			vsockmon_delete(sock, &created, unused);
	}
}

/* The named interface, or the first: OK, NO_SUCH_DEVICE, WRONG_KIND or ERROR. */
static enum pcap_vsockmon_result look_for(const char *name, struct nl_sock *sock,
					  struct vsockmon_interface *found, char *errbuf)
{
	struct vsockmon_interface *list;
	enum pcap_vsockmon_result result;
	size_t count;

	if (name)
		return vsockmon_find(sock, name, found, errbuf);
	result = vsockmon_list(sock, &list, &count, errbuf);
	if (result != PCAP_VSOCKMON_OK)
		return result;
	if (count > 0)
		*found = list[0];
	free(list);
	return count > 0 ? PCAP_VSOCKMON_OK : PCAP_VSOCKMON_NO_SUCH_DEVICE;
}

static void open_interface(struct opening *opening, const char *name)
{
	struct nl_sock *sock = vsockmon_connect(opening->errbuf);
	struct vsockmon_interface found;

	opening->result = PCAP_VSOCKMON_ERROR;
	if (!sock)
		return;
	opening->result = look_for(name, sock, &found, opening->errbuf);
	if (opening->result == PCAP_VSOCKMON_OK)
		open_existing(opening, sock, &found);
	else if (opening->result == PCAP_VSOCKMON_NO_SUCH_DEVICE &&
		 vsockmon_in_new_namespace(open_private, opening) != 0)
		open_shared(opening, sock);
	nl_socket_free(sock);
}

pcap_t *pcap_vsockmon_open(const char *name, const struct pcap_vsockmon_options *options,
			   struct pcap_vsockmon_opened *opened, enum pcap_vsockmon_result *result,
			   char *errbuf)
{
	struct opening opening = {
	    .name = name ? name : PCAP_VSOCKMON_DEFAULT_NAME,
	    .options = options,
	    .opened = opened,
	    .errbuf = errbuf,
	};

	memset(opened, 0, sizeof(*opened));
	opening.result = vsockmon_check_name(opening.name, errbuf);
	if (opening.result == PCAP_VSOCKMON_OK)
		opening.result = vsockmon_check_options(options, errbuf);
	if (opening.result == PCAP_VSOCKMON_OK)
		open_interface(&opening, name);
	/* The message that no interface existed does not matter now. */
	if (opening.result == PCAP_VSOCKMON_OK)
		errbuf[0] = '\0';
	if (result)
		*result = opening.result;
	return opening.handle;
}

/* Removes the interface that was made, unless it was deleted or its name was used again. */
static enum pcap_vsockmon_result remove_shared(const struct pcap_vsockmon_opened *opened,
					       char *errbuf)
{
	struct nl_sock *sock = vsockmon_connect(errbuf);
	enum pcap_vsockmon_result result;
	struct vsockmon_interface found;

	if (!sock)
		return PCAP_VSOCKMON_ERROR;
	result = vsockmon_find(sock, opened->name, &found, errbuf);
	if (result == PCAP_VSOCKMON_OK && found.index == opened->index)
		result = vsockmon_delete(sock, &found, errbuf);
	nl_socket_free(sock);
	/* Somebody else removed our interface, and may have used the name again. */
	if (result == PCAP_VSOCKMON_NO_SUCH_DEVICE || result == PCAP_VSOCKMON_WRONG_KIND) {
		errbuf[0] = '\0';
		return PCAP_VSOCKMON_OK;
	}
	return result;
}

enum pcap_vsockmon_result
pcap_vsockmon_close(pcap_t *handle, const struct pcap_vsockmon_opened *opened, char *errbuf)
{
	errbuf[0] = '\0';
	if (handle)
		pcap_close(handle);
	if (opened->origin != PCAP_VSOCKMON_SHARED)
		return PCAP_VSOCKMON_OK;
	return remove_shared(opened, errbuf);
}

/* SPDX-License-Identifier: BSD-3-Clause */
/* Creates and deletes interfaces that stay, in the caller's network namespace. */
#include <netlink/socket.h>

#include "pcap-vsockmon/error.h"
#include "pcap-vsockmon/interface.h"

/* Connects if the name is good. Otherwise NULL, with *result. */
static struct nl_sock *start(const char *name, enum pcap_vsockmon_result *result, char *errbuf)
{
	struct nl_sock *sock;

	errbuf[0] = '\0';
	*result = vsockmon_check_name(name, errbuf);
	if (*result != PCAP_VSOCKMON_OK)
		return NULL;
	sock = vsockmon_connect(errbuf);
	if (!sock)
		*result = PCAP_VSOCKMON_ERROR;
	return sock;
}

enum pcap_vsockmon_result pcap_vsockmon_create_interface(const char *name, char *errbuf)
{
	enum pcap_vsockmon_result result;
	struct nl_sock *sock = start(name, &result, errbuf);
	struct vsockmon_interface interface;

	if (!sock)
		return result;
	result = vsockmon_create(sock, name, VSOCKMON_NEEDS_NET_ADMIN, &interface, errbuf);
	nl_socket_free(sock);
	return result;
}

enum pcap_vsockmon_result pcap_vsockmon_delete_interface(const char *name, char *errbuf)
{
	enum pcap_vsockmon_result result;
	struct nl_sock *sock = start(name, &result, errbuf);
	struct vsockmon_interface interface;

	if (!sock)
		return result;
	result = vsockmon_find(sock, name, &interface, errbuf);
	if (result == PCAP_VSOCKMON_OK)
		result = vsockmon_delete(sock, &interface, errbuf);
	else if (result == PCAP_VSOCKMON_WRONG_KIND)
		vsockmon_fail_more(errbuf, ". Only a vsockmon interface can be deleted");
	nl_socket_free(sock);
	return result;
}

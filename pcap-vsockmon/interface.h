/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * vsockmon interfaces of one network namespace, by rtnetlink.
 *
 * Each function works in the namespace where the calling thread made the connection. Failures leave
 * a message in errbuf, PCAP_ERRBUF_SIZE chars.
 */
#ifndef PCAP_VSOCKMON_INTERFACE_H
#define PCAP_VSOCKMON_INTERFACE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "pcap-vsockmon/pcap-vsockmon.h"

struct nl_sock;

struct vsockmon_interface {
	char name[IF_NAMESIZE];
	unsigned index;
	bool up;
	bool running;
};

_Static_assert(sizeof(((struct pcap_vsockmon_opened *)0)->name) == IF_NAMESIZE,
	       "the public name has room for every interface name");

/* OK. BAD_NAME: the kernel would refuse the name, or use it as a pattern ("x%d"). */
enum pcap_vsockmon_result vsockmon_check_name(const char *name, char *errbuf);

/* Connects to rtnetlink. Free the result with nl_socket_free(). NULL on failure (ERROR). */
struct nl_sock *vsockmon_connect(char *errbuf);

/* OK; NO_SUCH_DEVICE; WRONG_KIND if the name belongs to an interface of another kind; ERROR. */
enum pcap_vsockmon_result vsockmon_find(struct nl_sock *sock, const char *name,
					struct vsockmon_interface *found, char *errbuf);

/*
 * Finds all vsockmon interfaces, in the order of their indexes. The caller frees the array. OK or
 * ERROR.
 */
enum pcap_vsockmon_result vsockmon_list(struct nl_sock *sock, struct vsockmon_interface **list,
					size_t *count, char *errbuf);

/*
 * Makes an interface that is up. If the name is taken: EXISTS for a vsockmon interface, which
 * *created then describes, and WRONG_KIND for another one. Other failures: NO_KERNEL,
 * NO_PERMISSION, ERROR. `needs` (enum vsockmon_capability) is what the whole operation takes, for
 * the message of NO_PERMISSION. Nothing is left behind on failure.
 */
enum pcap_vsockmon_result vsockmon_create(struct nl_sock *sock, const char *name, unsigned needs,
					  struct vsockmon_interface *created, char *errbuf);

/* OK; DOWN if this process may not raise it; NO_SUCH_DEVICE; ERROR. */
enum pcap_vsockmon_result vsockmon_raise(struct nl_sock *sock,
					 const struct vsockmon_interface *interface, char *errbuf);
/* Undoes a raise. It cleans up after another failure, so it reports none itself. */
void vsockmon_lower(struct nl_sock *sock, const struct vsockmon_interface *interface);

/* Deletes by index. OK; NO_SUCH_DEVICE; NO_PERMISSION; ERROR. */
enum pcap_vsockmon_result vsockmon_delete(struct nl_sock *sock,
					  const struct vsockmon_interface *interface, char *errbuf);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * vsockmon interfaces of one network namespace, by rtnetlink.
 *
 * Each function works in the namespace that the calling thread was in when the connection was
 * made. Failures leave a message in errbuf, PCAP_ERRBUF_SIZE chars.
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

/* OK, or BAD_NAME for what the kernel would not take, or would read as a pattern ("x%d"). */
enum pcap_vsockmon_result vsockmon_check_name(const char *name, char *errbuf);

/* A connection to rtnetlink, to be freed with nl_socket_free(); NULL on failure (ERROR). */
struct nl_sock *vsockmon_connect(char *errbuf);

/* OK; NO_SUCH_DEVICE; WRONG_KIND when the name is another interface's; ERROR. */
enum pcap_vsockmon_result vsockmon_find(struct nl_sock *sock, const char *name,
					struct vsockmon_interface *found, char *errbuf);

/* All there are, by index, lowest first. The array is the caller's, from malloc(). OK or ERROR. */
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

/* OK; DOWN when it may not be raised; NO_SUCH_DEVICE; ERROR. */
enum pcap_vsockmon_result vsockmon_raise(struct nl_sock *sock,
					 const struct vsockmon_interface *interface, char *errbuf);
/* Undoes a raise. It cleans up after another failure, so it reports none itself. */
void vsockmon_lower(struct nl_sock *sock, const struct vsockmon_interface *interface);

/* Deletes by index. OK; NO_SUCH_DEVICE; NO_PERMISSION; ERROR. */
enum pcap_vsockmon_result vsockmon_delete(struct nl_sock *sock,
					  const struct vsockmon_interface *interface, char *errbuf);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * vsockmon interfaces by libnl-route.
 *
 * IFLA_INFO_KIND says what an interface is. libpcap looks at the hardware type instead
 * (ARPHRD_VSOCKMON). The owner of a tap interface can give it any hardware type, though. To delete
 * somebody's tap would be worse than not to capture on it.
 *
 * One RTM_NEWLINK makes an interface and raises it. The kernel does both or neither, so no failure
 * leaves an interface that is down.
 */
#include "pcap-vsockmon/interface.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/utils.h>

#include "pcap-vsockmon/error.h"

#define VSOCKMON_KIND "vsockmon"

/* Bytes that dev_valid_name() of the kernel refuses, and control characters, which it does not. */
static bool bad_in_name(unsigned char c)
{
	/* The kernel's isspace() knows Latin-1's no-break space. */
	return c <= ' ' || c == 0x7f || c == 0xa0 || c == '/' || c == ':' || c == '%';
}

/* The name of a byte in messages. */
static const char *name_of_byte(unsigned char c, char text[static 16])
{
	if (c == ' ')
		return "a blank";
	snprintf(text, 16, c > ' ' && c < 0x7f ? "'%c'" : "the byte 0x%02x", c);
	return text;
}

enum pcap_vsockmon_result vsockmon_check_name(const char *name, char *errbuf)
{
	size_t length = strlen(name);
	char text[16];

	if (length == 0)
		return vsockmon_fail(
		    errbuf, PCAP_VSOCKMON_BAD_NAME,
		    "the interface name is empty; give one such as " PCAP_VSOCKMON_DEFAULT_NAME);
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)name[i];

		if (bad_in_name(c))
			return vsockmon_fail(
			    errbuf, PCAP_VSOCKMON_BAD_NAME,
			    "an interface name cannot have %s in it (byte %zu of this one): no "
			    "blanks, no control characters, none of / : %%",
			    name_of_byte(c, text), i + 1);
	}
	if (length >= IF_NAMESIZE)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_BAD_NAME,
				     "interface name %.40s%s is too long: it has %zu bytes, the "
				     "kernel takes at most %d",
				     name, length > 40 ? "..." : "", length, IF_NAMESIZE - 1);
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_BAD_NAME,
				     "an interface cannot be called %s; give a name such "
				     "as " PCAP_VSOCKMON_DEFAULT_NAME,
				     name);
	return PCAP_VSOCKMON_OK;
}

struct nl_sock *vsockmon_connect(char *errbuf)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err = -NLE_NOMEM;

	errno = 0;
	if (sock)
		err = nl_connect(sock, NETLINK_ROUTE);
	if (err < 0) {
		/* libnl has no message for many errors, such as EMFILE. */
		const char *why = err == -NLE_FAILURE && errno ? strerror(errno) : nl_geterror(err);

		vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
			      "cannot ask the kernel about interfaces (netlink): %s", why);
		nl_socket_free(sock);
		return NULL;
	}
	return sock;
}

static bool is_vsockmon(struct rtnl_link *link)
{
	const char *kind = rtnl_link_get_type(link);

	return kind && strcmp(kind, VSOCKMON_KIND) == 0;
}

/* "dummy"; or for a device without a kind, its hardware type: "loopback", "ether". */
static const char *kind_of(struct rtnl_link *link, char text[static 32])
{
	const char *kind = rtnl_link_get_type(link);

	return kind ? kind : nl_llproto2str((int)rtnl_link_get_arptype(link), text, 32);
}

static void describe(struct rtnl_link *link, struct vsockmon_interface *interface)
{
	unsigned flags = rtnl_link_get_flags(link);
	const char *name = rtnl_link_get_name(link);

	memset(interface, 0, sizeof(*interface));
	snprintf(interface->name, sizeof(interface->name), "%s", name ? name : "");
	interface->index = (unsigned)rtnl_link_get_ifindex(link);
	interface->up = flags & IFF_UP;
	interface->running = flags & IFF_RUNNING;
}

enum pcap_vsockmon_result vsockmon_find(struct nl_sock *sock, const char *name,
					struct vsockmon_interface *found, char *errbuf)
{
	enum pcap_vsockmon_result result = PCAP_VSOCKMON_OK;
	struct rtnl_link *link = NULL;
	char kind[32];
	int err = rtnl_link_get_kernel(sock, 0, name, &link);

	if (err == -NLE_NODEV || err == -NLE_OBJ_NOTFOUND)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_NO_SUCH_DEVICE,
				     "there is no interface %s in this network namespace", name);
	if (err < 0)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR, "cannot look up interface %s: %s",
				     name, nl_geterror(err));
	/* The kernel finds alternative names too; `found` gets the real one. */
	describe(link, found);
	if (!is_vsockmon(link))
		result = vsockmon_fail(errbuf, PCAP_VSOCKMON_WRONG_KIND,
				       "interface %s is no vsockmon, its kind is %.40s; it has no "
				       "vsock packets",
				       name, kind_of(link, kind));
	rtnl_link_put(link);
	return result;
}

static int by_index(const void *left, const void *right)
{
	const struct vsockmon_interface *a = left, *b = right;

	return (a->index > b->index) - (a->index < b->index);
}

enum pcap_vsockmon_result vsockmon_list(struct nl_sock *sock, struct vsockmon_interface **list,
					size_t *count, char *errbuf)
{
	struct nl_cache *links = NULL;
	int err = rtnl_link_alloc_cache(sock, AF_UNSPEC, &links);

	*list = NULL;
	*count = 0;
	if (err < 0)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR, "cannot list interfaces: %s",
				     nl_geterror(err));
	/* One more than needed, because calloc(0) may return NULL. */
	*list = calloc((size_t)nl_cache_nitems(links) + 1, sizeof(**list));
	for (struct nl_object *object = nl_cache_get_first(links); *list && object;
	     object = nl_cache_get_next(object)) {
		struct rtnl_link *link = (struct rtnl_link *)object;

		if (is_vsockmon(link))
			describe(link, &(*list)[(*count)++]);
	}
	nl_cache_free(links);
	if (!*list)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
				     "cannot list interfaces: out of memory");
	qsort(*list, *count, sizeof(**list), by_index);
	return PCAP_VSOCKMON_OK;
}

static enum pcap_vsockmon_result create_failed(int err, const char *name, unsigned needs,
					       char *errbuf)
{
	char doing[64];

	switch (err) {
	case -NLE_PERM:
	case -NLE_NOACCESS:
		snprintf(doing, sizeof(doing), "make interface %s", name);
		return vsockmon_fail_permission(errbuf, doing, needs);
	case -NLE_OPNOTSUPP:
		return vsockmon_fail(
		    errbuf, PCAP_VSOCKMON_NO_KERNEL,
		    "cannot make interface %s: this kernel has no vsockmon (CONFIG_VSOCKMON, which "
		    "depends on VHOST_VSOCK); try modprobe vsockmon, or use a kernel with it",
		    name);
	default:
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR, "cannot make interface %s: %s",
				     name, nl_geterror(err));
	}
}

/* A request about one interface: `index` 0 and a name, or an index. NULL without memory. */
static struct rtnl_link *request_for(unsigned index, const char *name)
{
	struct rtnl_link *link = rtnl_link_alloc();

	if (!link)
		return NULL;
	if (index)
		rtnl_link_set_ifindex(link, (int)index);
	else
		rtnl_link_set_name(link, name);
	return link;
}

static int delete_link(struct nl_sock *sock, unsigned index, const char *name)
{
	struct rtnl_link *link = request_for(index, name);
	int err = link ? rtnl_link_delete(sock, link) : -NLE_NOMEM;

	rtnl_link_put(link);
	return err;
}

/* The name was free a moment ago, or nobody looked. Looks once what uses it now. */
static enum pcap_vsockmon_result name_taken(struct nl_sock *sock, const char *name,
					    struct vsockmon_interface *found, char *errbuf)
{
	enum pcap_vsockmon_result result = vsockmon_find(sock, name, found, errbuf);

	if (result == PCAP_VSOCKMON_OK)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_EXISTS,
				     "there is a vsockmon interface %s already", name);
	if (result == PCAP_VSOCKMON_NO_SUCH_DEVICE)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR,
				     "cannot make interface %s: another interface of that name "
				     "appeared and disappeared meanwhile; try again",
				     name);
	if (result == PCAP_VSOCKMON_WRONG_KIND)
		vsockmon_fail_more(errbuf, ". Choose another name for a new one");
	return result;
}

enum pcap_vsockmon_result vsockmon_create(struct nl_sock *sock, const char *name, unsigned needs,
					  struct vsockmon_interface *created, char *errbuf)
{
	enum pcap_vsockmon_result result;
	struct rtnl_link *link = request_for(0, name);
	int err = link ? rtnl_link_set_type(link, VSOCKMON_KIND) : -NLE_NOMEM;

	if (err >= 0) {
		rtnl_link_set_flags(link, IFF_UP);
		err = rtnl_link_add(sock, link, NLM_F_CREATE | NLM_F_EXCL);
	}
	rtnl_link_put(link);
	if (err == -NLE_EXIST)
		return name_taken(sock, name, created, errbuf);
	if (err < 0)
		return create_failed(err, name, needs, errbuf);

	/* The kernel's answer to RTM_NEWLINK does not have the index. */
	result = vsockmon_find(sock, name, created, errbuf);
	if (result == PCAP_VSOCKMON_ERROR)
		delete_link(sock, 0, name);
	return result == PCAP_VSOCKMON_OK ? result : PCAP_VSOCKMON_ERROR;
}

/* Sets or clears IFF_UP. */
static int change_up(struct nl_sock *sock, const struct vsockmon_interface *interface, bool up)
{
	struct rtnl_link *link = request_for(interface->index, NULL);
	struct rtnl_link *change = rtnl_link_alloc();
	int err = -NLE_NOMEM;

	if (link && change) {
		if (up)
			rtnl_link_set_flags(change, IFF_UP);
		else
			rtnl_link_unset_flags(change, IFF_UP);
		err = rtnl_link_change(sock, link, change, 0);
	}
	rtnl_link_put(link);
	rtnl_link_put(change);
	return err;
}

enum pcap_vsockmon_result vsockmon_raise(struct nl_sock *sock,
					 const struct vsockmon_interface *interface, char *errbuf)
{
	const char *name = interface->name;
	int err = change_up(sock, interface, true);

	switch (err) {
	case -NLE_PERM:
	case -NLE_NOACCESS:
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_DOWN,
				     "interface %s is down, and this process may not raise it "
				     "(CAP_NET_ADMIN); as root, type: ip link set %s up",
				     name, name);
	case -NLE_NODEV:
	case -NLE_OBJ_NOTFOUND:
		return vsockmon_fail(
		    errbuf, PCAP_VSOCKMON_NO_SUCH_DEVICE,
		    "interface %s was deleted while it was being opened; try again", name);
	}
	if (err < 0)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR, "cannot raise interface %s: %s",
				     name, nl_geterror(err));
	return PCAP_VSOCKMON_OK;
}

void vsockmon_lower(struct nl_sock *sock, const struct vsockmon_interface *interface)
{
	change_up(sock, interface, false);
}

enum pcap_vsockmon_result vsockmon_delete(struct nl_sock *sock,
					  const struct vsockmon_interface *interface, char *errbuf)
{
	int err = delete_link(sock, interface->index, NULL);
	char doing[64];

	switch (err) {
	case -NLE_PERM:
	case -NLE_NOACCESS:
		snprintf(doing, sizeof(doing), "delete interface %s", interface->name);
		return vsockmon_fail_permission(errbuf, doing, VSOCKMON_NEEDS_NET_ADMIN);
	case -NLE_NODEV:
	case -NLE_OBJ_NOTFOUND:
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_NO_SUCH_DEVICE,
				     "interface %s no longer exists", interface->name);
	}
	if (err < 0)
		return vsockmon_fail(errbuf, PCAP_VSOCKMON_ERROR, "cannot delete interface %s: %s",
				     interface->name, nl_geterror(err));
	return PCAP_VSOCKMON_OK;
}

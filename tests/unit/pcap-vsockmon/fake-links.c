/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/pcap-vsockmon/fake-links.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>

#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <pcap/pcap.h>

struct fake_kernel fake;
static _Thread_local int namespace;

/* Made by the linker: __wrap_X replaces X, and __real_X is the original X. */
int __wrap_unshare(int flags);
int __wrap_nl_connect(struct nl_sock *sock, int protocol);
int __wrap_rtnl_link_get_kernel(struct nl_sock *sock, int index, const char *name,
				struct rtnl_link **result);
int __wrap_rtnl_link_alloc_cache(struct nl_sock *sock, int family, struct nl_cache **result);
int __wrap_rtnl_link_add(struct nl_sock *sock, struct rtnl_link *link, int flags);
int __wrap_rtnl_link_change(struct nl_sock *sock, struct rtnl_link *link, struct rtnl_link *change,
			    int flags);
int __wrap_rtnl_link_delete(struct nl_sock *sock, const struct rtnl_link *link);
pcap_t *__wrap_pcap_create(const char *name, char *errbuf);
int __wrap_pcap_activate(pcap_t *handle);
int __wrap_pcap_datalink(pcap_t *handle);
void __wrap_pcap_close(pcap_t *handle);
pcap_t *__real_pcap_create(const char *name, char *errbuf);
void __real_pcap_close(pcap_t *handle);

void fake_reset(void)
{
	fake = (struct fake_kernel){.next_index = 1, .datalink = DLT_VSOCK};
	fake_add(0, "lo", NULL, true);
	fake_add(1, "lo", NULL, false);
}

struct fake_link *fake_add(int space, const char *name, const char *kind, bool up)
{
	for (int i = 0; i < FAKE_LINKS_MAX; i++) {
		struct fake_link *link = &fake.links[space][i];

		if (link->name)
			continue;
		*link = (struct fake_link){name, kind, fake.next_index++, up};
		return link;
	}
	return NULL;
}

static struct fake_link *find(int space, int index, const char *name)
{
	for (int i = 0; i < FAKE_LINKS_MAX; i++) {
		struct fake_link *link = &fake.links[space][i];

		if (link->name && (index ? link->index == index : strcmp(link->name, name) == 0))
			return link;
	}
	return NULL;
}

struct fake_link *fake_find(int space, const char *name)
{
	return find(space, 0, name);
}

int fake_count(int space)
{
	int count = 0;

	for (int i = 0; i < FAKE_LINKS_MAX; i++)
		count += fake.links[space][i].name != NULL;
	return count;
}

static struct rtnl_link *to_libnl(const struct fake_link *link)
{
	struct rtnl_link *made = rtnl_link_alloc();

	rtnl_link_set_name(made, link->name);
	rtnl_link_set_ifindex(made, link->index);
	rtnl_link_set_arptype(made, link->kind ? ARPHRD_ETHER : ARPHRD_LOOPBACK);
	if (link->kind)
		rtnl_link_set_type(made, link->kind);
	if (link->up)
		rtnl_link_set_flags(made, IFF_UP | IFF_RUNNING);
	return made;
}

int __wrap_unshare(int flags)
{
	(void)flags;
	errno = fake.unshare_errno;
	namespace = errno == 0;
	if (namespace) {
		/* A new one. The one before it is not seen again. */
		memset(fake.links[1], 0, sizeof(fake.links[1]));
		fake_add(1, "lo", NULL, false);
	}
	return errno ? -1 : 0;
}

int __wrap_nl_connect(struct nl_sock *sock, int protocol)
{
	(void)sock, (void)protocol;
	return fake.connect_error;
}

int __wrap_rtnl_link_get_kernel(struct nl_sock *sock, int index, const char *name,
				struct rtnl_link **result)
{
	struct fake_link *link = find(namespace, index, name);

	(void)sock;
	fake.look_ups++;
	if (fake.look_up_fails_from && fake.look_ups >= fake.look_up_fails_from)
		return fake.look_up_error;
	if (fake.look_ups == 1 && fake.appears.name)
		fake_add(namespace, fake.appears.name, fake.appears.kind, fake.appears.up);
	if (!link)
		return -NLE_NODEV;
	*result = to_libnl(link);
	return 0;
}

int __wrap_rtnl_link_alloc_cache(struct nl_sock *sock, int family, struct nl_cache **result)
{
	(void)sock, (void)family;
	if (fake.list_error)
		return fake.list_error;
	nl_cache_alloc_name("route/link", result);
	for (int i = 0; i < FAKE_LINKS_MAX; i++) {
		struct rtnl_link *link;

		if (!fake.links[namespace][i].name)
			continue;
		link = to_libnl(&fake.links[namespace][i]);
		nl_cache_add(*result, (struct nl_object *)link);
		rtnl_link_put(link);
	}
	return 0;
}

int __wrap_rtnl_link_add(struct nl_sock *sock, struct rtnl_link *link, int flags)
{
	struct fake_link *made;
	char *name;

	(void)sock;
	if (fake.add_error)
		return fake.add_error;
	if (find(namespace, 0, rtnl_link_get_name(link)))
		return -NLE_EXIST;
	if (!(flags & NLM_F_CREATE) || strcmp(rtnl_link_get_type(link), "vsockmon") != 0)
		return -NLE_INVAL;
	made = fake_add(namespace, "", "vsockmon", rtnl_link_get_flags(link) & IFF_UP);
	if (!made)
		return -NLE_NOMEM;
	name = fake.names[namespace][made - fake.links[namespace]];
	strcpy(name, rtnl_link_get_name(link));
	made->name = name;
	return 0;
}

int __wrap_rtnl_link_change(struct nl_sock *sock, struct rtnl_link *link, struct rtnl_link *change,
			    int flags)
{
	struct fake_link *found = find(namespace, rtnl_link_get_ifindex(link), NULL);

	(void)sock, (void)flags;
	if (fake.change_error)
		return fake.change_error;
	if (!found)
		return -NLE_NODEV;
	found->up = rtnl_link_get_flags(change) & IFF_UP;
	return 0;
}

int __wrap_rtnl_link_delete(struct nl_sock *sock, const struct rtnl_link *link)
{
	/* The getters lack the const that this function has. */
	struct rtnl_link *wanted = (struct rtnl_link *)(uintptr_t)link;
	struct fake_link *found =
	    find(namespace, rtnl_link_get_ifindex(wanted), rtnl_link_get_name(wanted));

	(void)sock;
	if (fake.delete_error)
		return fake.delete_error;
	if (!found)
		return -NLE_NODEV;
	found->name = NULL;
	return 0;
}

pcap_t *__wrap_pcap_create(const char *name, char *errbuf)
{
	fake.handles++;
	return __real_pcap_create(name, errbuf);
}

int __wrap_pcap_activate(pcap_t *handle)
{
	(void)handle;
	return fake.activate_status;
}

int __wrap_pcap_datalink(pcap_t *handle)
{
	(void)handle;
	return fake.datalink;
}

void __wrap_pcap_close(pcap_t *handle)
{
	fake.handles--;
	__real_pcap_close(handle);
}

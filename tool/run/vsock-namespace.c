/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/vsock-namespace.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_MAX_BYTES 256

/* The files contain a word, "global" or "local", and a line end. */
static bool file_says_local(const char *folder, const char *name)
{
	char path[PATH_MAX_BYTES];
	char word[8] = "";
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, word, sizeof(word) - 1);
	close(fd);
	if (n <= 0)
		return false;
	word[strcspn(word, "\n")] = '\0';
	return strcmp(word, "local") == 0;
}

struct vsock_namespace vsock_namespace_read(const char *folder)
{
	return (struct vsock_namespace){
	    .local = file_says_local(folder, "ns_mode"),
	    .children_local = file_says_local(folder, "child_ns_mode"),
	};
}

const char *vsock_namespace_warning(struct vsock_namespace ns)
{
	if (ns.local)
		return "vsock addresses are local to this network namespace (ns_mode is local). "
		       "The capture shows the packets of all namespaces, and mixes connections of "
		       "two namespaces with equal addresses. See LIMITS in vsockdump(8)";
	if (ns.children_local)
		return "new network namespaces have their own vsock addresses (child_ns_mode is "
		       "local). The capture shows the packets of all namespaces, and mixes "
		       "connections of two namespaces with equal addresses. See LIMITS in "
		       "vsockdump(8)";
	return NULL;
}

const char *vsock_namespace_description(struct vsock_namespace ns)
{
	if (ns.local && ns.children_local)
		return "ns_mode local, child_ns_mode local";
	if (ns.local)
		return "ns_mode local";
	return ns.children_local ? "child_ns_mode local" : NULL;
}

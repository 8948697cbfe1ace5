/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every machine is CID 1, the local one. A host is CID 2. A guest has a CID above 2, and its host
 * is CID 2. A guest may also have guests, and is CID 2 for them. So on a guest, CID 2 is its host
 * in packets whose other end is the guest's CID, and this machine in all other packets.
 */
#include "tool/run/direction.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#include "core/packet.h"
#include "tool/message.h"

#define DEVICE "/dev/vsock"

void direction_expression(enum direction direction, uint32_t cid,
			  char text[static DIRECTION_EXPRESSION_MAX])
{
	const char *own = direction == DIRECTION_IN ? "dst" : "src";
	const char *peer = direction == DIRECTION_IN ? "src" : "dst";

	if (cid <= VSOCK_CID_HOST)
		snprintf(text, DIRECTION_EXPRESSION_MAX, "%s cid (1 or 2)", own);
	else
		snprintf(text, DIRECTION_EXPRESSION_MAX,
			 "%s cid (1 or %" PRIu32 ") or (%s cid 2 and not %s cid %" PRIu32 ")", own,
			 cid, own, peer, cid);
}

static enum exit_status direction_fail(const char *reason)
{
	print_error("-Q: cannot tell the CID of this machine: " DEVICE ": %s. Type a filter "
		    "instead, such as 'dst cid host'",
		    reason);
	return EXIT_FAILED;
}

enum exit_status direction_of_this_machine(enum direction direction,
					   char text[static DIRECTION_EXPRESSION_MAX])
{
	int fd = open(DEVICE, O_RDONLY | O_CLOEXEC);
	uint32_t cid = VMADDR_CID_ANY;
	int failed;

	if (fd < 0)
		return direction_fail(strerror(errno));
	failed = ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid) != 0 ? errno : 0;
	close(fd);
	if (failed)
		return direction_fail(strerror(failed));
	if (cid == VMADDR_CID_ANY)
		return direction_fail("the kernel has no vsock transport");
	direction_expression(direction, cid, text);
	return EXIT_OK;
}

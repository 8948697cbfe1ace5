/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#include "lib/hybrid/hybrid.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tool/check/listeners.h"
#include "tool/check/processes.h"
#include "tool/confine/privileges.h"
#include "tool/run/blind-spot.h"

#define PATH_MAX_BYTES 512

/* The kernel's own default. */
#define PARANOID_DEFAULT 2

static int read_number(const char *root, const char *name, int missing)
{
	char path[PATH_MAX_BYTES];
	int number;
	FILE *file;
	bool good;

	snprintf(path, sizeof(path), "%s%s", root, name);
	file = fopen(path, "re");
	if (!file)
		return missing;
	good = fscanf(file, "%d", &number) == 1;
	fclose(file);
	return good ? number : missing;
}

static bool exists(const char *root, const char *name)
{
	char path[PATH_MAX_BYTES];

	snprintf(path, sizeof(path), "%s%s", root, name);
	return access(path, F_OK) == 0;
}

static void read_system(struct check_facts *facts, const char *root)
{
	struct utsname system;

	if (uname(&system) != 0)
		return;
	snprintf(facts->os, sizeof(facts->os), "%.60s %.180s", system.sysname, system.release);
	snprintf(facts->machine, sizeof(facts->machine), "%.64s", system.machine);
	modules_read(facts->modules, root, system.release);
	facts->modules_disabled = read_number(root, "/proc/sys/kernel/modules_disabled", 0) != 0;
}

/* The first user namespace maps all users to themselves. */
static bool in_user_namespace(const char *root)
{
	char path[PATH_MAX_BYTES];
	unsigned long from, to, count;
	FILE *file;
	bool all;

	snprintf(path, sizeof(path), "%s/proc/self/uid_map", root);
	file = fopen(path, "re");
	if (!file)
		return false;
	all = fscanf(file, "%lu %lu %lu", &from, &to, &count) == 3 && from == 0 && to == 0 &&
	      count == UINT32_MAX;
	fclose(file);
	return !all;
}

static void read_rights(struct check_facts *facts, const char *root)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, data) == 0)
		facts->capabilities = data[0].effective | (uint64_t)data[1].effective << 32;
	facts->root = geteuid() == 0;
	facts->file_capabilities = privileges_of_file();
	facts->user_namespace = in_user_namespace(root);
	facts->paranoid =
	    read_number(root, "/proc/sys/kernel/perf_event_paranoid", PARANOID_DEFAULT);
}

/* Not by if_nametoindex(): the kernel looks for a module when it does not know a name. */
static bool interface_exists(const char *name)
{
	struct if_nameindex *list = if_nameindex();
	bool found = false;

	for (const struct if_nameindex *one = list; one && one->if_name; one++)
		found |= strcmp(one->if_name, name) == 0;
	if (list)
		if_freenameindex(list);
	return found;
}

/* The first is the one that a capture takes. */
static void read_interface(struct check_facts *facts)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_if_t *devices;

	if (pcap_vsockmon_findalldevs(&devices, error) != PCAP_VSOCKMON_OK)
		return;
	/* Without any, the list has the one that a capture would create. */
	if (devices && interface_exists(devices->name)) {
		facts->interface =
		    devices->flags & PCAP_IF_UP ? CHECK_INTERFACE_UP : CHECK_INTERFACE_DOWN;
		snprintf(facts->interface_name, sizeof(facts->interface_name), "%s", devices->name);
	}
	pcap_vsockmon_freealldevs(devices);
}

/* The device is only opened if its driver is there: the kernel loads no module then. */
static void read_cid(struct check_facts *facts, const char *root)
{
	char path[PATH_MAX_BYTES];
	unsigned cid;
	int fd;

	if (!exists(root, "/sys/class/misc/vsock"))
		return;
	snprintf(path, sizeof(path), "%s/dev/vsock", root);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	facts->cid_error = errno;
	if (fd < 0)
		return;
	facts->cid_known = ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid) == 0;
	if (facts->cid_known)
		facts->cid = cid;
	close(fd);
}

static void read_namespaces(struct check_facts *facts, const char *root)
{
	char path[PATH_MAX_BYTES];

	facts->ns_known = exists(root, VSOCK_NAMESPACE_FOLDER "/ns_mode");
	snprintf(path, sizeof(path), "%s%s", root, VSOCK_NAMESPACE_FOLDER);
	facts->vsock_namespace = vsock_namespace_read(path);
}

void check_facts_gather(struct check_facts *facts, const char *root)
{
	char path[PROGRAM_PATH_MAX];
	char error[BPF_TAP_ERROR_MAX];

	*facts = (struct check_facts){0};
	snprintf(facts->program, sizeof(facts->program), "%s", program_path(path));
	read_system(facts, root);
	read_rights(facts, root);
	facts->bpf = bpf_tap_check(facts->bpf_error);
	facts->hybrid = hybrid_check(error);
	read_interface(facts);
	read_cid(facts, root);
	facts->guest = driver_has_device(root, DRIVER_VIRTIO, "virtio");
	facts->vmci = driver_has_device(root, DRIVER_VMCI, ":");
	read_namespaces(facts, root);
	if (module_is_active(facts->modules[MODULE_DIAG]))
		listeners_read(&facts->listeners);
	processes_read(facts, root);
	vm_list_read(&facts->vms, root);
}

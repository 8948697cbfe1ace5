/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/interfaces.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/bpf-tap/bpf-tap.h"
#include "lib/common/number.h"
#include "tool/confine/privileges.h"
#include "tool/message.h"

enum exit_status interface_exit_status(enum pcap_vsockmon_result result)
{
	switch (result) {
	case PCAP_VSOCKMON_OK:
		return EXIT_OK;
	case PCAP_VSOCKMON_BAD_NAME:
		return EXIT_USAGE;
	case PCAP_VSOCKMON_NO_PERMISSION:
	case PCAP_VSOCKMON_DOWN:
		return EXIT_PERMISSION;
	case PCAP_VSOCKMON_NO_KERNEL:
	case PCAP_VSOCKMON_WRONG_KIND:
	case PCAP_VSOCKMON_NO_SUCH_DEVICE:
		return EXIT_NO_DEVICE;
	case PCAP_VSOCKMON_EXISTS:
	case PCAP_VSOCKMON_ERROR:
		break;
	}
	return EXIT_FAILED;
}

static enum exit_status interface_fail(enum pcap_vsockmon_result result, const char *error)
{
	print_error("%s", error);
	return interface_exit_status(result);
}

static enum exit_status find_by_number(uint64_t number, char name[static INTERFACE_NAME_SIZE])
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_if_t *devices;
	enum pcap_vsockmon_result result = pcap_vsockmon_findalldevs(&devices, error);
	const pcap_if_t *device;

	if (result != PCAP_VSOCKMON_OK)
		return interface_fail(result, error);

	device = devices;
	while (device && --number > 0)
		device = device->next;
	if (device)
		snprintf(name, INTERFACE_NAME_SIZE, "%s", device->name);
	pcap_vsockmon_freealldevs(devices);
	return device ? EXIT_OK : EXIT_NO_DEVICE;
}

/* A name that the kernel would take; the library explains any other. */
static bool is_plain(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
				 "@,+")] == '\0';
}

/*
 * A name that no interface has: -i makes only one that is called like a vsockmon. Whoever types
 * "eth0" wants no new interface of that name.
 */
static enum exit_status check_new_name(const char *name)
{
	if (*name == '\0' || !is_plain(name))
		return EXIT_OK;
	if (strchr(name, ',')) {
		print_error("-i %.64s: there is no interface of that name, and -i takes one. Each "
			    "vsockmon interface sees all vsock packets: type -i vsockmon0",
			    name);
		return EXIT_USAGE;
	}
	if (strncmp(name, "vsock", strlen("vsock")) == 0)
		return EXIT_OK;
	print_error("-i %.64s: there is no such interface, and vsockdump makes only one whose name "
		    "begins with vsock. Leave -i out to see all vsock packets",
		    name);
	return EXIT_NO_DEVICE;
}

/* How many interfaces the list of -D has before those of BPF. */
static uint64_t count_devices(void)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_if_t *devices;
	uint64_t count = 0;

	if (pcap_vsockmon_findalldevs(&devices, error) != PCAP_VSOCKMON_OK)
		return UINT64_MAX;
	for (const pcap_if_t *device = devices; device; device = device->next)
		count++;
	pcap_vsockmon_freealldevs(devices);
	return count;
}

/* The name, or the number of an entry behind the interfaces in the list of -D. */
static bool is_entry(const char *text, const char *name, uint64_t behind)
{
	uint64_t number;

	if (!text)
		return false;
	if (strcmp(text, name) == 0)
		return true;
	return bpf_tap_is_built() && !if_nametoindex(text) &&
	       parse_number(text, behind, UINT64_MAX, &number) &&
	       number - behind == count_devices();
}

bool interface_is_bpf(const char *text)
{
	return is_entry(text, INTERFACE_BPF, 1);
}

bool interface_is_hybrid(const char *text)
{
	return is_entry(text, INTERFACE_HYBRID, 2);
}

enum exit_status interface_resolve(const char *text, char name[static INTERFACE_NAME_SIZE])
{
	uint64_t number;
	enum exit_status status;

	snprintf(name, INTERFACE_NAME_SIZE, "%s", text ? text : "");

	if (!text || if_nametoindex(text))
		return EXIT_OK;
	if (!parse_number(text, 1, UINT64_MAX, &number))
		return check_new_name(text);
	status = find_by_number(number, name);
	if (status == EXIT_NO_DEVICE)
		print_error("-i %s: no interface has that number; see vsockdump -D", text);
	return status;
}

static void list_one(struct output *out, unsigned number, const pcap_if_t *device)
{
	output_printf(out, "%u.", number);
	output_escaped(out, device->name, strlen(device->name));
	if (!if_nametoindex(device->name))
		output_text(out, " (not there yet: made when a capture starts)");
	else if (device->flags & PCAP_IF_UP)
		output_text(out, device->flags & PCAP_IF_RUNNING ? " [Up, Running]" : " [Up]");
	else
		output_text(out, " [Down]");
	output_char(out, '\n');
}

/* The last entries of the list. */
static void list_bpf(struct output *out, unsigned number)
{
	if (!bpf_tap_is_built())
		return;
	output_printf(out, "%u." INTERFACE_BPF " (a BPF program: works without vsockmon)\n",
		      number);
	output_printf(out,
		      "%u." INTERFACE_HYBRID
		      " (UNIX sockets of VMMs such as Firecracker and Cloud Hypervisor)\n",
		      number + 1);
}

enum exit_status interfaces_list(struct output *out)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_if_t *devices;
	enum pcap_vsockmon_result result = pcap_vsockmon_findalldevs(&devices, error);
	unsigned number;

	if (result != PCAP_VSOCKMON_OK)
		return interface_fail(result, error);
	number = 1;
	for (const pcap_if_t *device = devices; device; device = device->next)
		list_one(out, number++, device);
	list_bpf(out, number);
	pcap_vsockmon_freealldevs(devices);
	return EXIT_OK;
}

/*
 * The capabilities of the program's file are for captures. Without this check, each user who may
 * run it could remove an interface that another user's capture reads, or fill the machine with
 * interfaces that stay.
 */
static enum exit_status may_change_interfaces(const char *option, const char *name)
{
	if (!privileges_of_file())
		return EXIT_OK;
	print_error("--%s-interface %.64s: the capabilities of the program's file (setcap) are for "
		    "captures only. Run this as root.",
		    option, name);
	return EXIT_PERMISSION;
}

enum exit_status interface_create(const char *name)
{
	char error[PCAP_ERRBUF_SIZE];
	enum exit_status status = may_change_interfaces("create", name);
	enum pcap_vsockmon_result result;

	if (status != EXIT_OK)
		return status;
	result = pcap_vsockmon_create_interface(name, error);
	return result == PCAP_VSOCKMON_OK ? EXIT_OK : interface_fail(result, error);
}

enum exit_status interface_delete(const char *name)
{
	char error[PCAP_ERRBUF_SIZE];
	enum exit_status status = may_change_interfaces("delete", name);
	enum pcap_vsockmon_result result;

	if (status != EXIT_OK)
		return status;
	result = pcap_vsockmon_delete_interface(name, error);
	return result == PCAP_VSOCKMON_OK ? EXIT_OK : interface_fail(result, error);
}

enum interface_state interface_state(int fd, const char *name)
{
	struct ifreq request = {0};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	/* Any failure but "no such device" says nothing about the interface. */
	if (ioctl(fd, SIOCGIFFLAGS, &request) != 0)
		return errno == ENODEV ? INTERFACE_GONE : INTERFACE_UP;
	return (request.ifr_flags & IFF_UP) ? INTERFACE_UP : INTERFACE_DOWN;
}

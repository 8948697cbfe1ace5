/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE

#include <netlink/version.h>

#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tool/version.h"

void version_print(struct output *out)
{
	output_text(out, "vsockdump " VSOCKDUMP_VERSION "\n");
	output_printf(out, "pcap-vsockmon %s\n", pcap_vsockmon_version());
	output_printf(out, "%s\n", pcap_lib_version());
	output_text(out, LIBNL_STRING "\n");
}

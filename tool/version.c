/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/version.h"

#include <netlink/version.h>

#include "pcap-vsockmon/pcap-vsockmon.h"

const char *version_program(void)
{
	return "vsockdump " VSOCKDUMP_VERSION;
}

void version_print(struct output *out)
{
	output_printf(out, "%s\n", version_program());
	output_printf(out, "pcap-vsockmon %s\n", pcap_vsockmon_version());
	output_printf(out, "%s\n", pcap_lib_version());
	output_text(out, LIBNL_STRING "\n");
}

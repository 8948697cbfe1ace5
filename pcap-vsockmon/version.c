/* SPDX-License-Identifier: BSD-3-Clause */
#include "pcap-vsockmon/pcap-vsockmon.h"

const char *pcap_vsockmon_version(void)
{
	return PCAP_VSOCKMON_VERSION;
}

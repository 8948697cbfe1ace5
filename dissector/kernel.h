/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel that captured the file: some copy payload wrongly, see core/kernel.h. */
#ifndef VSOCK_DISSECTOR_KERNEL_H
#define VSOCK_DISSECTOR_KERNEL_H

#include "dissector/wireshark.h"

#include <epan/packet.h>

#include "core/kernel.h"

/* Makes the plugin look the kernel up again for each capture file. */
void kernel_register(void);

/* Reports a preference that is not the release of a kernel. */
void kernel_check_preference(void);

/* The known faults of payload in the open capture file; `pinfo` is of any packet of it. */
const struct vsock_kernel_payload *kernel_payload(const packet_info *pinfo);

#endif

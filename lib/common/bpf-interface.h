/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a capture by BPF calls its interface. pcapng files have these texts, and Wireshark passes
 * them to its plugins. Existing files have them, so they must stay as they are.
 */
#ifndef VSOCK_LIB_BPF_INTERFACE_H
#define VSOCK_LIB_BPF_INTERFACE_H

#define BPF_INTERFACE_NAME        "bpf"
#define BPF_INTERFACE_DESCRIPTION "BPF: all AF_VSOCK packets of the machine"

#endif

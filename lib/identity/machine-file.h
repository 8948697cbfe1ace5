/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What systemd-machined writes about a machine: a file for each in /run/systemd/machines, with
 * lines of KEY=VALUE. systemd-vmspawn and mkosi register the CID there (systemd,
 * src/machine/machine.c). systemd calls the file private, so another version may change it. Then
 * names are missing.
 */
#ifndef VSOCK_LIB_IDENTITY_MACHINE_FILE_H
#define VSOCK_LIB_IDENTITY_MACHINE_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct machine_file {
	uint32_t cid;
	uint32_t leader; /* a process; 0: not known */
};

/* `text` ends with a null byte. False if it does not have the CID of a virtual machine. */
bool machine_file_read(struct machine_file *machine, const char *text);

#endif

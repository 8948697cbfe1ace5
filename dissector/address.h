/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CIDs as Wireshark addresses, and their names. */
#ifndef VSOCK_DISSECTOR_ADDRESS_H
#define VSOCK_DISSECTOR_ADDRESS_H

#include "dissector/wireshark.h"

#include <epan/address.h>

/*
 * Names of CIDs for fields, so that filters know them: vsock.cid == "host". address_read_names()
 * fills the list; a row without a name ends it.
 */
#define ADDRESS_NAMES_MAX 1024
extern val64_string address_names[ADDRESS_NAMES_MAX + 1];

void address_register(void);

/* Reads the names from preferences and files. Wireshark calls it when preferences are set. */
void address_read_names(void);

/* The CID's name. NULL if it does not exist, or if the user does not want names. */
const char *address_name(uint64_t cid);

/*
 * The name of a virtual machine, which the capture file has. A name of the user is stronger, and
 * two names of one CID are none. NULL if the file has none.
 */
void address_add_machine(uint32_t cid, const char *name);
const char *address_machine(uint64_t cid);
void address_forget_machines(void);

/* Makes `address` a CID: 8 bytes, little-endian, that must live as long as the address. */
void address_set_cid(address *address, const uint8_t *cid);

#endif

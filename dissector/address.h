/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CIDs as Wireshark addresses, and their names. */
#ifndef VSOCK_DISSECTOR_ADDRESS_H
#define VSOCK_DISSECTOR_ADDRESS_H

#include "dissector/wireshark.h"

#include <epan/packet_info.h>

#include "core/cid-names.h"

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

/* A name with its CID or 20 digits, a colon, a question mark, 10 digits. */
#define ADDRESS_END_SIZE (VSOCK_CID_NAME_LEN + 26)

/* "host:5000"; with a question mark before a port that the capture made up. */
void address_print_end(char text[static ADDRESS_END_SIZE], uint64_t cid, uint32_t port,
		       bool made_up);

/* Makes `address` an end of a connection. It is valid as long as the present packet. */
void address_set_end(address *address, const packet_info *pinfo, uint64_t cid, uint32_t port,
		     bool made_up);

/* Makes `address` a CID: 8 bytes, little-endian, that must live as long as the address. */
void address_set_cid(address *address, const uint8_t *cid);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CIDs as Wireshark addresses, and their names. */
#ifndef VSOCK_DISSECTOR_ADDRESS_H
#define VSOCK_DISSECTOR_ADDRESS_H

#include "dissector/wireshark.h"

#include <epan/address.h>
#include <epan/value_string.h>

/*
 * Names of CIDs for fields, so that filters know them: vsock.cid == "host". Filled anew by
 * address_read_names(), the end marked as in every such list.
 */
#define ADDRESS_NAMES_MAX 1024
extern val64_string address_names[ADDRESS_NAMES_MAX + 1];

void address_register(void);

/* Takes the names from the preferences and the files. To be called when preferences are set. */
void address_read_names(void);

/* The CID's name, or NULL when it has none, or names are not to be shown. */
const char *address_name(uint64_t cid);

/* Makes `address` a CID: 8 bytes, little-endian, which must live as long as the address does. */
void address_set_cid(address *address, const uint8_t *cid);

#endif

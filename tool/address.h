/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Socket addresses for people: "host:5000". */
#ifndef VSOCKDUMP_ADDRESS_H
#define VSOCKDUMP_ADDRESS_H

#include <stdint.h>

#include "tool/output.h"
#include "tool/settings.h"

/*
 * The CID's name, unless settings->numbers, else its number; in hexadecimal when it has more
 * than 32 bits, which no CID has: so the part that is a CID and the part that is not both show.
 */
void address_print_cid(struct output *out, const struct settings *settings, uint64_t cid);
void address_print(struct output *out, const struct settings *settings, uint64_t cid,
		   uint32_t port);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The hellos that begin TLS. A client may name the server that it wants; nothing later is readable.
 *
 * Source: RFC 8446, sections 4.1 and 5.1, and RFC 6066, section 3.
 */
#ifndef LIB_PROTOCOLS_TLS_H
#define LIB_PROTOCOLS_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"

struct tls_hello {
	bool server;      /* a ServerHello */
	const char *name; /* of the server that a client wants; NULL: it names none */
	size_t name_length;
};

/*
 * PROTOCOL_YES: a hello, and all of it is here, as far as its first record goes. PROTOCOL_MORE:
 * the bytes fit, but end too early. The name has the characters of a host name.
 */
enum protocol_answer tls_hello_read(const uint8_t *bytes, size_t length, struct tls_hello *hello);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * JSON-RPC 2.0, as objects one after the other, with or without blanks between them. Calls and
 * replies have the same "id"; a call without one gets no reply. Version 1 names itself nowhere, so
 * it is not recognized. Neither are batches, which are arrays.
 */
#ifndef LIB_PROTOCOLS_JSONRPC_H
#define LIB_PROTOCOLS_JSONRPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"
#include "lib/protocols/json-object.h"

enum jsonrpc_type { JSONRPC_UNKNOWN, JSONRPC_CALL, JSONRPC_RESULT, JSONRPC_ERROR };

struct jsonrpc_message {
	enum jsonrpc_type type;
	size_t start; /* of the object: blanks may come before it */
	size_t size;  /* with the blanks before the object; 0 if it is not complete */
	bool version; /* it says that it is JSON-RPC 2.0 */
	struct json_text method;
	struct json_text id;    /* as it is in the text; a string is without its quotes */
	struct json_text code;  /* of an error */
	struct json_text text;  /* of an error */
	struct json_text value; /* parameters or result */
	enum json_kind kind;    /* of the value */
};

/* As qmp_read. */
enum protocol_answer jsonrpc_read(const uint8_t *bytes, size_t length,
				  struct jsonrpc_message *message);

#endif

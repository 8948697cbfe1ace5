/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/json-flow.h"

#include <string.h>

#include "core/names.h"
#include "tool/print/json.h"

static void print_number(struct output *out, const char *key, uint64_t value)
{
	json_key(out, key);
	json_u64(out, true, value);
}

void json_flow(struct output *out, const struct vsock_flow *flow, enum vsock_flow_state state)
{
	const char *name = vsock_flow_state_name(state);

	json_first_key(out, "flow");
	json_u64(out, true, flow->number);
	print_number(out, "client_cid", flow->client_cid);
	print_number(out, "client_port", flow->client_port);
	print_number(out, "server_cid", flow->server_cid);
	print_number(out, "server_port", flow->server_port);
	json_key(out, "type");
	json_keyword(out, true, vsock_type_keyword(flow->type), flow->type);
	json_key(out, "state");
	json_string(out, name, strlen(name));
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/mode/export-index.h"

#include "tool/mode/flow-list.h"
#include "tool/print/json-flow.h"
#include "tool/print/json.h"
#include "tool/print/stream-segment.h"

/* The name of a file, or null if it does not exist. */
static void print_file(struct output *out, const struct stream_files *files, const char *key,
		       const struct stream_file *file, bool spoke)
{
	char name[STREAM_FILE_NAME_MAX];

	json_key(out, key);
	if (!spoke || !stream_files_have(files, file)) {
		json_null(out);
		return;
	}
	stream_file_name(file, name);
	json_string(out, name, strlen(name));
}

void export_index_print(struct output *out, struct session *session,
			const struct stream_files *files, const struct vsock_flow *flow)
{
	static const struct {
		const char *key;
		enum vsock_side side;
		enum stream_file_kind kind;
	} parts[] = {
	    {"client_file", VSOCK_CLIENT, STREAM_DATA},
	    {"client_messages", VSOCK_CLIENT, STREAM_MESSAGES},
	    {"client_gaps", VSOCK_CLIENT, STREAM_GAPS},
	    {"server_file", VSOCK_SERVER, STREAM_DATA},
	    {"server_messages", VSOCK_SERVER, STREAM_MESSAGES},
	    {"server_gaps", VSOCK_SERVER, STREAM_GAPS},
	};

	json_flow(out, &session->json, &session->settings->print, flow, flow_list_now(session),
		  true);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		print_file(out, files, parts[i].key,
			   &(struct stream_file){flow->number, parts[i].side, parts[i].kind},
			   stream_side_spoke(flow, parts[i].side));
	json_end(out);
}

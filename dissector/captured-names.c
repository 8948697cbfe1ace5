/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/captured-names.h"

#include <string.h>

#include <wiretap/wtap.h>

#include "dissector/address.h"
#include "dissector/fields.h"
#include "lib/common/process-comment.h"
#include "lib/common/vm-comment.h"

static struct process_table *processes; /* NULL: the file has named none so far */

static void forget_names(void)
{
	process_table_free(processes);
	processes = NULL;
	address_forget_machines();
}

void captured_names_register(void)
{
	register_init_routine(forget_names);
	register_cleanup_routine(forget_names);
}

static void add_process(const struct process_entry *entry)
{
	/* A connection that failed has no packets to show it at. */
	if (entry->error)
		return;
	if (!processes)
		processes = process_table_new();
	if (processes)
		process_table_add(processes, entry);
}

static void read_comment(const char *text)
{
	char name[VSOCK_CID_NAME_LEN + 1];
	const size_t length = strlen(text);
	struct process_entry entry;
	uint32_t cid;

	if (vm_comment_read(&cid, name, text, length))
		address_add_machine(cid, name);
	else if (process_comment_read(&entry, text, length))
		add_process(&entry);
}

void captured_names_read(const packet_info *pinfo)
{
	char *text;

	if (PINFO_FD_VISITED(pinfo) || !pinfo->rec->block)
		return;
	for (guint i = 0; wtap_block_get_nth_string_option_value(pinfo->rec->block, OPT_COMMENT, i,
								 &text) == WTAP_OPTTYPE_SUCCESS;
	     i++)
		read_comment(text);
}

const struct process_entry *captured_names_process(const struct stream_record *stream,
						   enum vsock_side side)
{
	const enum vsock_side peer = vsock_peer(side);
	const struct process_addresses addresses = {stream->cid[side], stream->port[side],
						    stream->cid[peer], stream->port[peer]};

	/* Nobody accepted a refused connection: a later one may have the same addresses. */
	if (!processes || stream->timeless || (side == VSOCK_SERVER && stream->refused))
		return NULL;
	return process_table_find(processes, &addresses, stream->first_ts);
}

static void add_string(proto_tree *tree, tvbuff_t *tvb, int field, const char *text, bool hidden)
{
	proto_item *item;

	if (hidden && !wireshark_wants_field(tree, field))
		return;
	item = proto_tree_add_string(tree, field, tvb, 0, 0, text);
	proto_item_set_generated(item);
	if (hidden)
		proto_item_set_hidden(item);
}

static void add_process_fields(proto_tree *tree, tvbuff_t *tvb, int field,
			       const struct stream_record *stream, enum vsock_side side)
{
	const struct process_entry *entry = captured_names_process(stream, side);
	char text[PROCESS_TEXT_MAX];
	char container[PROCESS_CONTAINER_MAX];
	proto_item *item;

	if (!entry)
		return;
	process_text(text, &entry->process);
	add_string(tree, tvb, field, text, false);
	add_string(tree, tvb, hf.process, text, true);
	*strrchr(text, ' ') = '\0';
	*strrchr(text, ' ') = '\0';
	add_string(tree, tvb, hf.command, text, true);
	if (process_container(container, entry->process.cgroup))
		add_string(tree, tvb, hf.container, container, true);
	if (!wireshark_wants_field(tree, hf.pid))
		return;
	item = proto_tree_add_uint(tree, hf.pid, tvb, 0, 0, entry->process.pid);
	proto_item_set_generated(item);
	proto_item_set_hidden(item);
}

static void add_machine_field(proto_tree *tree, tvbuff_t *tvb, int field, uint64_t cid)
{
	const char *name = address_machine(cid);

	if (!name)
		return;
	add_string(tree, tvb, field, name, false);
	add_string(tree, tvb, hf.machine, name, true);
}

void captured_names_add_fields(proto_tree *tree, tvbuff_t *tvb, const struct vsock_packet *packet,
			       const struct frame_record *frame)
{
	if (!tree)
		return;
	if (vsock_has(packet, VSOCK_FIELD_DST_CID)) {
		add_machine_field(tree, tvb, hf.src_machine, packet->src_cid);
		add_machine_field(tree, tvb, hf.dst_machine, packet->dst_cid);
	}
	if (!processes || !frame || !frame->stream)
		return;
	add_process_fields(tree, tvb, hf.src_process, frame->stream,
			   (enum vsock_side)frame->sender);
	add_process_fields(tree, tvb, hf.dst_process, frame->stream,
			   vsock_peer((enum vsock_side)frame->sender));
}

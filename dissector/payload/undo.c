/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/payload/undo.h"

#include <epan/column-utils.h>

#include "dissector/columns.h"

struct undo_mark undo_mark(packet_info *pinfo, proto_tree *tree, bool first)
{
	struct undo_mark mark = {.tree = tree,
				 .last = tree ? tree->last_child : NULL,
				 .layers = wmem_list_count(pinfo->layers),
				 .layer = pinfo->curr_layer_num};

	if (!first)
		mark.info = wmem_strdup(pinfo->pool, col_get_text(pinfo->cinfo, COL_INFO));
	return mark;
}

/* Display filters look fields up in this table, not in the tree. */
static void forget_fields(proto_node *node, gpointer data _U_)
{
	const field_info *finfo = PNODE_FINFO(node);
	GHashTable *found = PTREE_DATA(node)->interesting_hfids;

	proto_tree_children_foreach(node, forget_fields, NULL);
	if (finfo && found) {
		GPtrArray *of_field =
		    g_hash_table_lookup(found, GINT_TO_POINTER(finfo->hfinfo->id));

		if (of_field)
			g_ptr_array_remove(of_field, (gpointer)finfo);
	}
}

/* Wireshark frees the memory of the nodes together with the packet's. */
static void undo_tree(const struct undo_mark *mark)
{
	proto_tree *tree = mark->tree;
	proto_node *next;

	if (!tree)
		return;
	for (next = mark->last ? mark->last->next : tree->first_child; next; next = next->next)
		forget_fields(next, NULL);
	if (mark->last)
		mark->last->next = NULL;
	else
		tree->first_child = NULL;
	tree->last_child = mark->last;
}

static void undo_layers(const struct undo_mark *mark, packet_info *pinfo)
{
	while (wmem_list_count(pinfo->layers) > mark->layers)
		wmem_list_remove_frame(pinfo->layers, wmem_list_tail(pinfo->layers));
	pinfo->curr_layer_num = mark->layer;
}

void undo_to(const struct undo_mark *mark, packet_info *pinfo, const struct vsock_packet *packet,
	     const struct frame_record *frame)
{
	undo_tree(mark);
	undo_layers(mark, pinfo);
	col_clear_fence(pinfo->cinfo, COL_INFO);
	if (mark->info)
		col_add_str(pinfo->cinfo, COL_INFO, mark->info);
	else
		columns_fill(pinfo, packet, frame);
}

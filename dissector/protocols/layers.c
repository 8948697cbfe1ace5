/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dissector/wireshark.h"

#include "dissector/protocols/layers.h"

/* No more are kept, but a single message may need more. */
#define LAYERS_KEPT 100

guint layers_begin(const packet_info *pinfo)
{
	return wmem_list_count(pinfo->layers);
}

void layers_end(packet_info *pinfo, guint before)
{
	if (wmem_list_count(pinfo->layers) <= LAYERS_KEPT)
		return;
	while (wmem_list_count(pinfo->layers) > before)
		wmem_list_remove_frame(pinfo->layers, wmem_list_tail(pinfo->layers));
}

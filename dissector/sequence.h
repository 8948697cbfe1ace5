/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark's sequence analysis, which draws flow graphs. If its header is not installed, this
 * file declares what the plugin uses of it, in a form that 4.0, 4.4 and 4.6 have in common.
 */
#ifndef VSOCK_DISSECTOR_SEQUENCE_H
#define VSOCK_DISSECTOR_SEQUENCE_H

#include "dissector/wireshark.h"

#include <epan/packet.h>
#include <epan/tap.h>

#if WIRESHARK_HAS_SEQUENCE_HEADER
#include <epan/sequence_analysis.h>
#elif WIRESHARK_EXPORTS_SEQUENCES

/* An arrow. g_free() frees its texts and the addresses' data with it. */
typedef struct {
	guint32 frame_number;
	address src_addr;
	guint16 port_src;
	address dst_addr;
	guint16 port_dst;
	gchar *frame_label; /* on the arrow */
	gchar *time_str;
	gchar *comment; /* next to the arrow */
	guint16 conv_num;
	unsigned fg_color;
	unsigned bg_color;
	wireshark_bool has_color_filter;
	wireshark_bool display;
	guint src_node;
	guint dst_node;
	guint16 line_style; /* width in pixels */
	guint32 info_type;
	gpointer info_ptr;
} seq_analysis_item_t;

/* The members of a graph that code to add arrows needs. Only Wireshark makes graphs. */
typedef struct {
	const char *name;
	wireshark_bool any_addr;
	int nconv;
	GQueue *items;
} seq_analysis_info_t;

void register_seq_analysis(const char *name, const char *ui_name, const int proto_id,
			   const char *tap_listener, guint tap_flags, tap_packet_cb tap_func);
seq_analysis_item_t *sequence_analysis_create_sai_with_addresses(packet_info *pinfo,
								 seq_analysis_info_t *graph);
void sequence_analysis_use_color_filter(packet_info *pinfo, seq_analysis_item_t *item);
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plugin keeps of each packet while the capture file is open.
 *
 * A capture file may have millions of packets, so a packet has a row of 64 bytes. Values that few
 * packets have are in a separate table. Rows refer to each other by number, which takes half of a
 * pointer. Wireshark can keep data for a packet, too, but takes 40 bytes for that in several
 * allocations.
 *
 * Rows and extras never move. Their numbers begin with 1. 0 means that there is no such row or
 * extra.
 */
#ifndef VSOCK_DISSECTOR_PACKET_TABLE_H
#define VSOCK_DISSECTOR_PACKET_TABLE_H

#include "dissector/wireshark.h"

#include <epan/packet_info.h>

/* Marks of rows, above the bits of enum frame_mark. */
enum row_mark {
	/*
	 * `link` is the number of the frame that acknowledges or answers this one. Else, if this is
	 * an RW, it is the row of the sender's next RW that the peer has not acknowledged.
	 */
	ROW_LINKED = 1u << 8,
	/* An RW whose bytes are where they usually are, so their place is not kept. */
	ROW_PLAIN_SEGMENT = 1u << 9,
};

#define ROW_MARK_BITS 12

struct packet_row {
	uint64_t ts;       /* nanoseconds since 1970 */
	uint64_t position; /* see struct frame_record, as for members without a comment */

	/*
	 * The packet's key. The number alone is not enough: after a packet that a read filter
	 * removes, Wireshark gives its number to the next one.
	 */
	uint32_t number;
	uint32_t file_offset; /* the lowest bits of the packet's place in the file */

	uint32_t stream; /* 1 above its number; 0: none */
	uint32_t in_flight;
	uint32_t credit;
	uint32_t window;
	uint32_t length;
	uint32_t acks;  /* row of the RW */
	uint32_t link;  /* see enum row_mark */
	uint32_t extra; /* number of its struct packet_extra */
	uint32_t facts;

	uint32_t marks : ROW_MARK_BITS; /* bits of enum frame_mark and enum row_mark */
	uint32_t sender : 1;
	uint32_t before : 4;
	uint32_t state : 4;
	uint32_t op : 3;
	uint32_t layer : 8; /* Wireshark's number of the layer: a packet may contain others */
};

struct packet_extra {
	struct finding_record *findings;
	struct payload_record *payload;
	int64_t handshake_ns;
	uint32_t answers; /* row of the packet */
	uint32_t stalled_us;
	uint32_t lost;
	uint32_t offset;
	uint32_t known;
	uint32_t message;
};

void packet_table_open(void);
void packet_table_close(void);

/* Makes an empty row with the packet's key. packet_table_find() does not find it yet. */
uint32_t packet_table_append(const packet_info *pinfo);

/* From now on packet_table_find() finds the row. */
void packet_table_publish(uint32_t row);

/* The packet's row for the layer, or 0 if it does not exist. Only pinfo->fd must be set. */
uint32_t packet_table_find(const packet_info *pinfo, uint8_t layer);

/* The packet's row for its first vsock layer. Only pinfo->fd must be set. */
uint32_t packet_table_find_first(const packet_info *pinfo);

struct packet_row *packet_table_row(uint32_t row);

/* The extra of a row that has one. */
const struct packet_extra *packet_table_find_extra(const struct packet_row *row);

/* The row's extra, made if it does not exist. */
struct packet_extra *packet_table_extra(struct packet_row *row);

#endif

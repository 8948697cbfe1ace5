/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of the protocol: names for its values in filters, columns and graphs. */
#ifndef VSOCK_DISSECTOR_FIELDS_H
#define VSOCK_DISSECTOR_FIELDS_H

/* Wireshark's numbers for the fields ("hf" in all dissectors). Their names are in fields.c. */
struct fields {
	/* Monitor header. */
	int cid, src_cid, dst_cid;
	int port, src_port, dst_port;
	int monitor_op, transport, transport_len, reserved;
	int hints, src_port_made_up, dst_port_made_up, older;
	/* virtio header. */
	int inner_src_cid, inner_dst_cid;
	int inner_src_port, inner_dst_port, inner_src_prot, inner_dst_prot;
	int len, type, op, buf_alloc, fwd_cnt;
	int flags, flag_receive, flag_send, flag_eom, flag_eor;
	/* Payload. */
	int payload, surplus, payload_unknown, foreign_header;
	/* Streams. */
	int endpoint, src_endpoint, dst_endpoint, src_end, dst_end;
	int finding;
	int stream, state, sender;
	int response_in, response_to, refused_in, refuses, reset_in, resets;
	int handshake_time, time_relative, position, message_len;
	int in_flight, credit_free, credit_left, window, stall_time;
	int acked_in, acks, ack_time;
	/* Names that the capture wrote. */
	int process, src_process, dst_process, pid, command, container;
	int machine, src_machine, dst_machine;
};
extern struct fields hf;

/* Subtrees ("ett"). */
struct subtrees {
	int vsock, virtio, flags, analysis;
};
extern struct subtrees ett;

/* Registers the protocol "vsock", its fields and its subtrees. */
void fields_register(void);

/* Wireshark's number for the protocol "vsock". */
int vsock_protocol(void);

#endif

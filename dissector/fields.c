/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of fields. A new field needs a row here, a member of struct fields, and code that fills
 * it (for example in tree.c).
 *
 * All names of Wireshark's own dissector exist here with the same meaning, even the two misspelt
 * ones (vsock.virtio.src_prot, vsock.virtio.dst_prot).
 */
#include "dissector/wireshark.h"

#include "dissector/fields.h"

#include <epan/proto.h>
#include <epan/tfs.h>

#include "core/flow.h"
#include "core/packet.h"
#include "dissector/address.h"

struct fields hf;
struct subtrees ett;

static int protocol = -1;

int vsock_protocol(void)
{
	return protocol;
}

static const value_string monitor_ops[] = {
    {VSOCK_MONITOR_UNKNOWN, "UNKNOWN"},       {VSOCK_MONITOR_CONNECT, "CONNECT"},
    {VSOCK_MONITOR_DISCONNECT, "DISCONNECT"}, {VSOCK_MONITOR_CONTROL, "CONTROL"},
    {VSOCK_MONITOR_PAYLOAD, "PAYLOAD"},       {0, NULL},
};

static const value_string transports[] = {
    {VSOCK_TRANSPORT_UNKNOWN, "UNKNOWN"},
    {VSOCK_TRANSPORT_NO_INFO, "NO_INFO"},
    {VSOCK_TRANSPORT_VIRTIO, "VIRTIO"},
    {0, NULL},
};

static const value_string types[] = {
    {VSOCK_TYPE_STREAM, "STREAM"},
    {VSOCK_TYPE_SEQPACKET, "SEQPACKET"},
    {VSOCK_TYPE_DGRAM, "DGRAM"},
    {0, NULL},
};

static const value_string ops[] = {
    {VSOCK_OP_INVALID, "INVALID"},
    {VSOCK_OP_REQUEST, "REQUEST"},
    {VSOCK_OP_RESPONSE, "RESPONSE"},
    {VSOCK_OP_RST, "RST"},
    {VSOCK_OP_SHUTDOWN, "SHUTDOWN"},
    {VSOCK_OP_RW, "RW"},
    {VSOCK_OP_CREDIT_UPDATE, "CREDIT_UPDATE"},
    {VSOCK_OP_CREDIT_REQUEST, "CREDIT_REQUEST"},
    {0, NULL},
};

static const value_string states[] = {
    {VSOCK_FLOW_REQUESTED, "requested"},     {VSOCK_FLOW_TIMED_OUT, "timed-out"},
    {VSOCK_FLOW_ESTABLISHED, "established"}, {VSOCK_FLOW_HALF_CLOSED, "half-closed"},
    {VSOCK_FLOW_CLOSING, "closing"},         {VSOCK_FLOW_CLOSED, "closed"},
    {VSOCK_FLOW_FORCED, "forced"},           {VSOCK_FLOW_RESET, "reset"},
    {VSOCK_FLOW_REFUSED, "refused"},         {VSOCK_FLOW_SUPERSEDED, "superseded"},
    {VSOCK_FLOW_EVICTED, "evicted"},         {0, NULL},
};

static const value_string senders[] = {
    {VSOCK_CLIENT, "client"},
    {VSOCK_SERVER, "server"},
    {0, NULL},
};

#define CID(abbreviation, label, text)                                                             \
	{                                                                                          \
		label, abbreviation, FT_UINT64, BASE_DEC | BASE_VAL64_STRING,                      \
		    VALS64(address_names), 0, text, HFILL                                          \
	}
#define NUMBER(abbreviation, label, kind, base, text)                                              \
	{                                                                                          \
		label, abbreviation, kind, base, NULL, 0, text, HFILL                              \
	}
#define NAMED(abbreviation, label, kind, values, text)                                             \
	{                                                                                          \
		label, abbreviation, kind, BASE_DEC, VALS(values), 0, text, HFILL                  \
	}
#define BYTES(abbreviation, label, text)                                                           \
	{                                                                                          \
		label, abbreviation, FT_BYTES, BASE_NONE, NULL, 0, text, HFILL                     \
	}
#define FLAG(abbreviation, label, bit, text)                                                       \
	{                                                                                          \
		label, abbreviation, FT_BOOLEAN, 32, TFS(&tfs_set_notset), bit, text, HFILL        \
	}
#define HINT(abbreviation, label, bit, text)                                                       \
	{                                                                                          \
		label, abbreviation, FT_BOOLEAN, 8, TFS(&tfs_set_notset), bit, text, HFILL         \
	}
#define DURATION(abbreviation, label, text)                                                        \
	{                                                                                          \
		label, abbreviation, FT_RELATIVE_TIME, BASE_NONE, NULL, 0, text, HFILL             \
	}
#define FRAME(abbreviation, label, kind, text)                                                     \
	{                                                                                          \
		label, abbreviation, FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(kind), 0, text, HFILL   \
	}

/*
 * A filter also asks the fields of the same name that Wireshark's own dissector registered. They
 * lack names for some numbers and have wrong ones for others, so they get the plugin's.
 */
static void share_names(const header_field_info *own)
{
	for (header_field_info *same = proto_registrar_get_byname(own->abbrev); same;
	     same = same->same_name_prev_id < 0
			? NULL
			: proto_registrar_get_nth((guint)same->same_name_prev_id)) {
		same->strings = own->strings;
		same->display = own->display;
	}
}

static void register_list(hf_register_info *list, int count)
{
	proto_register_field_array(protocol, list, count);
	for (int i = 0; i < count; i++)
		share_names(&list[i].hfinfo);
}

static void register_headers(void)
{
	static hf_register_info list[] = {
	    {&hf.cid, CID("vsock.cid", "CID", "Source or destination CID")},
	    {&hf.src_cid, CID("vsock.src_cid", "Source CID", NULL)},
	    {&hf.dst_cid, CID("vsock.dst_cid", "Destination CID", NULL)},
	    {&hf.port,
	     NUMBER("vsock.port", "Port", FT_UINT32, BASE_DEC, "Source or destination port")},
	    {&hf.src_port, NUMBER("vsock.src_port", "Source port", FT_UINT32, BASE_DEC, NULL)},
	    {&hf.dst_port, NUMBER("vsock.dst_port", "Destination port", FT_UINT32, BASE_DEC, NULL)},
	    {&hf.monitor_op, NAMED("vsock.op", "Monitor operation", FT_UINT16, monitor_ops,
				   "The kind of packet, for every transport")},
	    {&hf.transport, NAMED("vsock.trans", "Transport", FT_UINT16, transports, NULL)},
	    {&hf.transport_len, NUMBER("vsock.trans_len", "Transport header length", FT_UINT16,
				       BASE_DEC, "Bytes of the transport header")},
	    {&hf.reserved, BYTES("vsock.reserved", "Reserved", NULL)},
	    {&hf.hints, NUMBER("vsock.hints", "Hints", FT_UINT8, BASE_HEX,
			       "What is known of a connection without credit")},
	    {&hf.src_port_made_up,
	     HINT("vsock.src_port.made_up", "Source port made up", VSOCK_HINT_SRC_PORT_MADE_UP,
		  "The capture chose the source port, because nobody knows one")},
	    {&hf.dst_port_made_up,
	     HINT("vsock.dst_port.made_up", "Destination port made up", VSOCK_HINT_DST_PORT_MADE_UP,
		  "The capture chose the destination port, because nobody knows one")},
	    {&hf.older, HINT("vsock.older", "Older than the capture", VSOCK_HINT_OLDER,
			     "The connection began before the capture")},
	    {&hf.foreign_header,
	     BYTES("vsock.trans_header", "Transport header", "A transport header of unknown form")},
	};

	register_list(list, G_N_ELEMENTS(list));
}

static void register_virtio(void)
{
	static hf_register_info list[] = {
	    {&hf.inner_src_cid, CID("vsock.virtio.src_cid", "Source CID", NULL)},
	    {&hf.inner_dst_cid, CID("vsock.virtio.dst_cid", "Destination CID", NULL)},
	    {&hf.inner_src_port,
	     NUMBER("vsock.virtio.src_port", "Source port", FT_UINT32, BASE_DEC, NULL)},
	    {&hf.inner_dst_port,
	     NUMBER("vsock.virtio.dst_port", "Destination port", FT_UINT32, BASE_DEC, NULL)},
	    {&hf.inner_src_prot, NUMBER("vsock.virtio.src_prot", "Source port", FT_UINT32, BASE_DEC,
					"The same as vsock.virtio.src_port")},
	    {&hf.inner_dst_prot, NUMBER("vsock.virtio.dst_prot", "Destination port", FT_UINT32,
					BASE_DEC, "The same as vsock.virtio.dst_port")},
	    {&hf.len,
	     NUMBER("vsock.virtio.len", "Length", FT_UINT32, BASE_DEC, "Payload in bytes")},
	    {&hf.type, NAMED("vsock.virtio.type", "Type", FT_UINT16, types, NULL)},
	    {&hf.op, NAMED("vsock.virtio.op", "Operation", FT_UINT16, ops, NULL)},
	    {&hf.flags, NUMBER("vsock.virtio.flags", "Flags", FT_UINT32, BASE_HEX, NULL)},
	    {&hf.flag_receive, FLAG("vsock.virtio.flags.receive", "RECEIVE", VSOCK_SHUTDOWN_RECEIVE,
				    "The sender receives no more")},
	    {&hf.flag_send, FLAG("vsock.virtio.flags.send", "SEND", VSOCK_SHUTDOWN_SEND,
				 "The sender sends no more")},
	    {&hf.flag_eom,
	     FLAG("vsock.virtio.flags.eom", "EOM", VSOCK_RW_EOM, "A message ends here")},
	    {&hf.flag_eor,
	     FLAG("vsock.virtio.flags.eor", "EOR", VSOCK_RW_EOR, "A record ends here")},
	    {&hf.buf_alloc, NUMBER("vsock.virtio.buf_alloc", "Buf alloc", FT_UINT32, BASE_DEC,
				   "The sender's receive buffer in bytes")},
	    {&hf.fwd_cnt,
	     NUMBER("vsock.virtio.fwd_cnt", "Fwd cnt", FT_UINT32, BASE_DEC,
		    "Bytes that the sender's application has read so far, modulo 2^32")},
	    {&hf.payload, BYTES("vsock.payload", "Payload", "The bytes of this packet alone")},
	    {&hf.surplus, BYTES("vsock.surplus", "Surplus",
				"Bytes that some kernels capture with a part of a split packet, "
				"and that belong to its other parts")},
	    {&hf.payload_unknown,
	     BYTES("vsock.payload_unknown", "Bytes in place of the payload",
		   "Captured by a kernel that is known to copy such payload wrongly")},
	};

	register_list(list, G_N_ELEMENTS(list));
}

static void register_streams(void)
{
	static hf_register_info list[] = {
	    {&hf.stream,
	     NUMBER("vsock.stream", "Stream index", FT_UINT32, BASE_DEC,
		    "Number of the connection, from its REQUEST to its end. The first is 0")},
	    {&hf.endpoint,
	     NUMBER("vsock.endpoint", "Endpoint", FT_STRING, BASE_NONE,
		    "Client or server, CID and port as in the tables of conversations")},
	    {&hf.src_endpoint, NUMBER("vsock.src_endpoint", "Source endpoint", FT_STRING, BASE_NONE,
				      "The endpoint that sent this packet")},
	    {&hf.dst_endpoint, NUMBER("vsock.dst_endpoint", "Destination endpoint", FT_STRING,
				      BASE_NONE, "The endpoint that gets this packet")},
	    {&hf.src_end,
	     NUMBER("vsock.src", "Source", FT_STRING, BASE_NONE, "CID and port, as in the column")},
	    {&hf.dst_end, NUMBER("vsock.dst", "Destination", FT_STRING, BASE_NONE,
				 "CID and port, as in the column")},
	    {&hf.finding, NUMBER("vsock.expert", "Finding", FT_STRING, BASE_NONE,
				 "What is wrong, or worth knowing, as vsockdump says it")},
	    {&hf.state, NAMED("vsock.stream.state", "State", FT_UINT8, states,
			      "State of the stream after this packet")},
	    {&hf.sender, NAMED("vsock.stream.sender", "Sender", FT_UINT8, senders, NULL)},
	    {&hf.position,
	     NUMBER("vsock.stream.position", "Position in the stream", FT_UINT64, BASE_DEC,
		    "Place of the first byte in all captured data of the sender")},
	    {&hf.message_len, NUMBER("vsock.message.len", "Message length", FT_UINT32, BASE_DEC,
				     "SEQPACKET: bytes of the message so far")},
	    {&hf.response_in, FRAME("vsock.response_in", "Response in", FT_FRAMENUM_RESPONSE,
				    "The RESPONSE to this REQUEST")},
	    {&hf.response_to, FRAME("vsock.response_to", "Response to", FT_FRAMENUM_REQUEST,
				    "The REQUEST that this RESPONSE answers")},
	    {&hf.refused_in, FRAME("vsock.refused_in", "Refused in", FT_FRAMENUM_RESPONSE,
				   "The RST that refuses this REQUEST")},
	    {&hf.refuses, FRAME("vsock.refuses", "Refuses the request in", FT_FRAMENUM_REQUEST,
				"The REQUEST that this RST refuses")},
	    {&hf.reset_in, FRAME("vsock.reset_in", "Ended in", FT_FRAMENUM_RESPONSE,
				 "The RST that answers this SHUTDOWN")},
	    {&hf.resets, FRAME("vsock.shutdown_in", "Ends the shutdown in", FT_FRAMENUM_REQUEST,
			       "The SHUTDOWN that this RST answers")},
	    {&hf.time_relative, DURATION("vsock.time_relative", "Time since the stream's first",
					 "Since the first captured packet of the stream")},
	};

	register_list(list, G_N_ELEMENTS(list));
}

static void register_analysis(void)
{
	static hf_register_info list[] = {
	    {&hf.handshake_time,
	     DURATION("vsock.analysis.handshake_time", "Handshake", "From REQUEST to RESPONSE")},
	    {&hf.in_flight,
	     NUMBER("vsock.analysis.bytes_in_flight", "Bytes in flight", FT_UINT32, BASE_DEC,
		    "Bytes that the sender has sent and its peer has not read yet")},
	    {&hf.credit_free, NUMBER("vsock.analysis.credit_free", "Credit free", FT_UINT32,
				     BASE_DEC, "Bytes that the sender may still send")},
	    {&hf.credit_left, NUMBER("vsock.credit_free", "Credit free", FT_UINT32, BASE_DEC,
				     "The same as vsock.analysis.credit_free")},
	    {&hf.window, NUMBER("vsock.analysis.window", "Window", FT_UINT32, BASE_DEC,
				"Bytes that the peer may send after this packet")},
	    {&hf.stall_time,
	     DURATION("vsock.analysis.stall_time", "Stall ended after",
		      "How long the peer could not send, until this packet made room")},
	    {&hf.acked_in, FRAME("vsock.analysis.acked_in", "Acknowledged in", FT_FRAMENUM_ACK,
				 "The first packet whose fwd_cnt covers all of these bytes")},
	    {&hf.acks, FRAME("vsock.analysis.acks_frame", "Acknowledges", FT_FRAMENUM_ACK,
			     "The last RW that this packet's fwd_cnt covers")},
	    {&hf.ack_time, DURATION("vsock.analysis.ack_time", "Time to acknowledge",
				    "Since the RW that is acknowledged here")},
	};

	register_list(list, G_N_ELEMENTS(list));
}

static void register_names(void)
{
	static hf_register_info list[] = {
	    {&hf.process, NUMBER("vsock.process", "Process", FT_STRING, BASE_NONE,
				 "Program at either end, such as \"socat (pid 351)\"")},
	    {&hf.src_process, NUMBER("vsock.src_process", "Source process", FT_STRING, BASE_NONE,
				     "Program that sends this packet")},
	    {&hf.dst_process, NUMBER("vsock.dst_process", "Destination process", FT_STRING,
				     BASE_NONE, "Program that gets this packet")},
	    {&hf.pid, NUMBER("vsock.process.pid", "PID", FT_UINT32, BASE_DEC,
			     "Number of the process at either end")},
	    {&hf.command, NUMBER("vsock.process.command", "Command", FT_STRING, BASE_NONE,
				 "Name of the process at either end")},
	    {&hf.container, NUMBER("vsock.process.container", "Container", FT_STRING, BASE_NONE,
				   "Container of the process at either end")},
	    {&hf.machine, NUMBER("vsock.vm", "Virtual machine", FT_STRING, BASE_NONE,
				 "Name of the virtual machine at either end")},
	    {&hf.src_machine, NUMBER("vsock.src_vm", "Source virtual machine", FT_STRING, BASE_NONE,
				     "Name that the CID had when the capture began")},
	    {&hf.dst_machine, NUMBER("vsock.dst_vm", "Destination virtual machine", FT_STRING,
				     BASE_NONE, "Name that the CID had when the capture began")},
	};

	register_list(list, G_N_ELEMENTS(list));
}

/* Wireshark registers its own dissector's protocol before those of plugins. */
static void register_protocol(void)
{
	protocol = proto_get_id_by_filter_name("vsock");
	if (protocol < 0)
		protocol = proto_register_protocol("vSocket", "vsock", "vsock");
}

void fields_register(void)
{
	static int *const subtrees[] = {&ett.vsock, &ett.virtio, &ett.flags, &ett.analysis};

	ett = (struct subtrees){-1, -1, -1, -1};
	register_protocol();
	register_headers();
	register_virtio();
	register_streams();
	register_analysis();
	register_names();
	proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}

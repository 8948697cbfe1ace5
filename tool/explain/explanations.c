/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The explanations, one row for each finding. To change what --explain and vsock-findings(7) print,
 * change a row here and run the target update-golden.
 */
#include "tool/explain/explanation.h"

/* clang-format would break the texts in the middle of lines. */
/* clang-format off */
const struct explanation explanations[VSOCK_FINDING_CODES] = {
	[VSOCK_FINDING_REFUSED] = {
		.summary = "The server refused the connection.",
		.meaning =
			"An RST answers the REQUEST, and connect() fails with ECONNRESET. "
			"An RST gives no reason. A connection without credit has no RST: its server closed "
			"before it accepted.",
		.capture = "refused.pcap.xz",
		.packets = {
			{"1:40010 > 1:5010 REQUEST", NULL},
			{"1:5010 > 1:40010 RST", "buf_alloc 0: no socket answered"},
		},
		.causes =
			"Nothing listens on the port. The service is not started, or the guest still boots "
			"(seen with agents in Kata Containers and Firecracker). The backlog of the listener "
			"is full. The listener has the other socket type, STREAM or SEQPACKET.",
		.advice =
			"Run \"ss --vsock -l\" on the server's machine. Start the service, or correct the "
			"port. If the backlog is full, accept faster or call listen() with a larger number.",
		.harmless = "The client tries again until the service has started.",
	},
	[VSOCK_FINDING_GAVE_UP] = {
		.summary = "The client gave up before the RESPONSE came.",
		.meaning =
			"The client's socket was closed when the RESPONSE came. Its kernel answered with an "
			"RST that has neither buf_alloc nor fwd_cnt. On a connection without credit, the "
			"client closed before the server accepted.",
		.capture = "kernels/vsock_test-headers-7.3.4.pcap.xz",
		.packets = {
			{"1:1251882527 > 1:1234 REQUEST", NULL},
			{"1:1234 > 1:1251882527 RESPONSE", NULL},
			{"1:1251882527 > 1:1234 RST", "buf_alloc 0: it is closed"},
		},
		.causes =
			"The client's program was stopped or interrupted in connect(), or it has a short "
			"timeout. The server's machine was slow to answer. Linux's vsock_test does this on "
			"purpose.",
		.advice =
			"Look at the client's log. If it waits for less than 2 s, raise "
			"SO_VM_SOCKETS_CONNECT_TIMEOUT.",
		.harmless = "The user or the program canceled the connection.",
	},
	[VSOCK_FINDING_SELF_CONNECT] = {
		.summary = "The client dialed its own address.",
		.meaning =
			"CID and port of client and server are the same. The socket receives its own REQUEST "
			"and refuses it, so connect() fails.",
		.packets = {
			{"1:4003 > 1:4003 REQUEST", "the client's port is the server's"},
			{"1:4003 > 1:4003 RST", NULL},
		},
		.causes =
			"The program binds its client socket to the port that it dials, on the same machine.",
		.advice = "Do not bind the client, or bind it to another port.",
		.harmless = "No server was asked, so no server is at fault.",
	},
	[VSOCK_FINDING_CONNECT_TIMEOUT] = {
		.summary = "Nobody answered a REQUEST for 2 s.",
		.meaning =
			"connect() fails with ETIMEDOUT after 2 s, unless the program has set another timeout "
			"(SO_VM_SOCKETS_CONNECT_TIMEOUT). A later RESPONSE is answered with an RST. The "
			"client of a connection without credit may still wait.",
		.capture = "vhost-connect-timeout.pcap.xz",
		.packets = {
			{"2:40110 > 3:5110 REQUEST", NULL},
			{"...", "3.50 s: the guest is paused"},
			{"3:5110 > 2:40110 RESPONSE", "too late"},
			{"2:40110 > 3:5110 RST", "the client closed its socket"},
		},
		.causes =
			"The guest is paused, hangs, or has not loaded its vsock driver yet. Kata Containers "
			"calls this \"timed out connecting to vsock\". If the host is silent, its VMM does "
			"not answer: seen with Firecracker after a snapshot was restored (firecracker#5969).",
		.advice =
			"See whether the guest runs, and read its console. If the host is silent, read the "
			"VMM's log and see whether the module vhost_vsock is loaded.",
		.harmless = "The client tries again until the guest has booted.",
	},
	[VSOCK_FINDING_SLOW_HANDSHAKE] = {
		.summary = "The RESPONSE took more than a second.",
		.meaning =
			"--slow-handshake changes the limit. On Linux the kernel answers a REQUEST, before the "
			"program calls accept(). So the machine was slow, not the program.",
		.capture = "vhost-connect-timeout.pcap.xz",
		.packets = {
			{"2:40110 > 3:5110 REQUEST", NULL},
			{"...", "3.50 s: the guest is paused"},
			{"3:5110 > 2:40110 RESPONSE", NULL},
		},
		.causes =
			"The guest was paused (snapshot, migration), booted, or had too little CPU time.",
		.advice =
			"Compare with other connections: vsockdump -r FILE --flows --sort handshake. Look at "
			"the load of the server's machine.",
		.harmless = "It is the first connection to a guest that boots.",
	},
	[VSOCK_FINDING_BAD_HANDSHAKE] = {
		.summary = "A side sent something else before the RESPONSE.",
		.meaning =
			"While a RESPONSE is due, only a RESPONSE or an RST may come. The finding is certain "
			"if the capture can have lost nothing.",
		.packets = {
			{"3:5000 > 2:22 REQUEST", NULL},
			{"2:22 > 3:5000 RW, length 10", "data before the RESPONSE"},
			{"2:22 > 3:5000 RESPONSE", NULL},
		},
		.causes = "The device mixes up the order of its packets, or the capture lost a RESPONSE.",
		.advice = "Report it to the makers of the VMM or driver, with the capture.",
		.harmless = "The capture lost or reordered packets.",
		.less = true,
	},
	[VSOCK_FINDING_SUPERSEDED] = {
		.summary = "A REQUEST came for a connection that was open.",
		.meaning =
			"The new connection replaces the old one. The other side may still believe in the old "
			"one, so data may be lost.",
		.packets = {
			{"3:5000 > 2:22 RW, length 30", "the connection is open"},
			{"...", NULL},
			{"3:5000 > 2:22 REQUEST", "the client opens it again"},
			{"2:22 > 3:5000 RESPONSE", NULL},
		},
		.causes =
			"The client's machine was restarted, restored from a snapshot, or migrated. Packets "
			"were lost. Since Linux 7.0, two vsock namespaces may use the same addresses at a time "
			"(seen on 7.3.4).",
		.advice =
			"See whether the machine was restarted. With vsock namespaces, give each its own ports.",
		.harmless =
			"The old connection was closing: Linux 6.7 and later reuse its ports at once. Then "
			"the finding is information.",
		.less = true,
	},
	[VSOCK_FINDING_CONNECT_FAILED] = {
		.summary = "A connect() failed before any packet was sent.",
		.meaning =
			"A program called connect(), and its kernel refused at once. There is no packet, so "
			"only a capture with --process shows this. ENODEV: no machine has this CID, or no "
			"module carries packets there. ENETUNREACH: the transport does not go to this CID.",
		.packets = {
			{"...", "no packet: only the error of connect()"},
		},
		.causes =
			"The guest is not started yet, has ended, or has another CID. The module "
			"vhost_vsock is not loaded on the host, or vsock_loopback for CID 1.",
		.advice =
			"Look for the CID in the VMM's command line or configuration. \"vsockdump --check\" "
			"says which transports this machine has.",
		.harmless = "The program tries again until the guest has started.",
	},
	[VSOCK_FINDING_CREDIT_STALL] = {
		.summary = "A sender had no credit for a second or longer.",
		.meaning =
			"Credit is the room in the receiver's buffer: buf_alloc - (bytes sent - fwd_cnt). "
			"Without credit, writing blocks or fails with EAGAIN. --stall changes the limit. The "
			"finding is suspicious if the receiver does not answer a CREDIT_REQUEST.",
		.capture = "stall-recovers.pcap.xz",
		.packets = {
			{"1:40011 > 1:5011 RW, length 65536", "262144 bytes are unread"},
			{"...", "3.01 s: the program does not read"},
			{"1:5011 > 1:40011 CREDIT_UPDATE", "all is read"},
		},
		.causes =
			"The receiver's program does not read. Device bugs: libkrun up to 1.18.0 (libkrun#772); "
			"vhost-device-vsock after large packets (rust-vmm/vhost-device#494).",
		.advice =
			"See what the receiver's program waits for: gdb -p PID. See how often it happens: "
			"vsockdump -r FILE --flows --sort stall.",
		.harmless = "A slow reader is meant to slow down the sender.",
		.less = true,
	},
	[VSOCK_FINDING_SENDER_SILENT] = {
		.summary = "A sender got credit again and sent nothing.",
		.meaning =
			"A stall was over, and the sender sent nothing for a second. vsockdump cannot see "
			"whether it had more to send.",
		.packets = {
			{"3:5000 > 2:22 RW, length 65536", "the receiver's buffer is full"},
			{"...", "3 s"},
			{"2:22 > 3:5000 CREDIT_UPDATE", "all is read"},
			{"...", "1 s: no RW"},
		},
		.causes =
			"The sender has sent all that it had. If its write() still blocks, its device missed "
			"the CREDIT_UPDATE.",
		.advice = "See whether the sender's program still waits in write() or poll().",
		.harmless = "The sender had no more to send.",
	},
	[VSOCK_FINDING_CREDIT_REQUEST_UNANSWERED] = {
		.summary = "A CREDIT_REQUEST had no answer for a second.",
		.meaning =
			"A side that is asked must answer with a CREDIT_UPDATE. The asker cannot know whether "
			"it may send.",
		.packets = {
			{"3:5000 > 2:22 CREDIT_REQUEST", NULL},
			{"...", "1 s: no CREDIT_UPDATE"},
		},
		.causes =
			"The peer's device hangs or has a bug: seen with vhost-device-vsock "
			"(rust-vmm/vhost-device#494). Linux before 5.14 never answers.",
		.advice = "Upgrade the VMM or the kernel of the side that does not answer.",
		.harmless = "The asker has credit, and data flow all the same.",
	},
	[VSOCK_FINDING_CREDIT_VIOLATION] = {
		.summary = "A sender sent more than the receiver has room for.",
		.meaning =
			"More bytes were in flight than buf_alloc allows. The receiver's next packet did not "
			"excuse it. A Linux receiver drops such data or resets the connection.",
		.packets = {
			{"3:5000 > 2:22 RW, length 65536", "262144 bytes are in flight"},
			{"3:5000 > 2:22 RW, length 10", "too much: buf_alloc is 262144"},
			{"2:22 > 3:5000 CREDIT_UPDATE", "fwd_cnt: 5 bytes are read"},
		},
		.causes = "The sender's device does not count credit, or counts it wrong.",
		.advice = "Report it to the makers of the sender's VMM or driver, with the capture.",
		.harmless =
			"The receiver had just made its buffer smaller, or the capture has packets twice. "
			"Then it is only suspicious.",
		.less = true,
	},
	[VSOCK_FINDING_FWD_CNT_AHEAD] = {
		.summary = "A side acknowledged more than was captured.",
		.meaning =
			"fwd_cnt counts the bytes that a side has read. It is above the number of bytes that "
			"its peer sent in this capture.",
		.packets = {
			{"3:5000 > 2:22 RW, length 100", NULL},
			{"2:22 > 3:5000 CREDIT_UPDATE", "fwd_cnt 150"},
		},
		.causes =
			"The capture lost packets. If it cannot have, the device counts wrong, for example "
			"with one fwd_cnt for all connections.",
		.advice = "Capture again with a larger -B. If it stays, report it to the makers of the device.",
		.harmless = "The capture lost packets. The connection itself is fine.",
		.less = true,
	},
	[VSOCK_FINDING_FWD_CNT_BACKWARDS] = {
		.summary = "A side took back what it had acknowledged.",
		.meaning =
			"fwd_cnt became smaller. The sender then believes that it has less credit than it has, "
			"and may stall.",
		.packets = {
			{"2:22 > 3:5000 CREDIT_UPDATE", "fwd_cnt 1000"},
			{"2:22 > 3:5000 CREDIT_UPDATE", "fwd_cnt 900"},
		},
		.causes = "The device counts fwd_cnt wrong.",
		.advice = "Report it to the makers of the VMM or driver, with the capture.",
		.harmless =
			"A new connection has the same addresses, and its opening was not captured. Then it "
			"is only suspicious.",
		.less = true,
	},
	[VSOCK_FINDING_FWD_CNT_ON_START] = {
		.summary = "A new connection acknowledges data.",
		.meaning =
			"The REQUEST or RESPONSE has a fwd_cnt above 0, though nothing can have been read. "
			"The peer computes its credit wrong and may never send.",
		.packets = {
			{"3:5000 > 2:22 REQUEST", NULL},
			{"2:22 > 3:5000 RESPONSE", "fwd_cnt 77"},
		},
		.causes =
			"The device has one counter for all connections, or keeps that of the last one. Seen "
			"with Gramine-TDX (gramine-tdx#25). Linux before 6.7 hid it.",
		.advice = "Upgrade the VMM or driver, or report it to its makers.",
		.harmless = "Never.",
	},
	[VSOCK_FINDING_NEVER_ACKNOWLEDGES] = {
		.summary = "A side answers but never acknowledges data.",
		.meaning =
			"The side's packets all have fwd_cnt 0, though it answered what its peer sent. The "
			"peer stalls when the side's buffer seems full.",
		.packets = {
			{"2:5000 > 3:8080 RW, length 12", NULL},
			{"3:8080 > 2:5000 RW, length 22", "an answer, but fwd_cnt is 0"},
			{"2:5000 > 3:8080 RW, length 12", NULL},
			{"3:8080 > 2:5000 RW, length 22", "fwd_cnt is still 0"},
		},
		.causes =
			"The driver or device does not count what its program reads. Drivers outside Linux are "
			"the usual suspects. DragonOS had a bug of this kind (DragonOS#1960).",
		.advice = "Upgrade the guest's driver or the VMM. Until then, use short connections.",
		.harmless = "The connection ends before the buffer is full.",
	},
	[VSOCK_FINDING_BUFFER_SHRANK] = {
		.summary = "A side made its receive buffer smaller.",
		.meaning =
			"buf_alloc became smaller while the connection was open. Data in flight may exceed the "
			"new size. Then a sender must wait, and newer kernels may reset the connection.",
		.capture = "buffer-shrinks.pcap.xz",
		.packets = {
			{"1:40028 > 1:5028 RW, length 65536", "262144 bytes in flight"},
			{"1:5028 > 1:40028 CREDIT_UPDATE", "buf_alloc 16384, it was 262144"},
		},
		.causes = "The program sets SO_VM_SOCKETS_BUFFER_SIZE after the connection was made.",
		.advice = "Set the size before connect() or listen().",
		.harmless = "Little data was in flight.",
	},
	[VSOCK_FINDING_BUFFER_ZERO] = {
		.summary = "A side has a receive buffer of 0 bytes.",
		.meaning = "buf_alloc is 0, so the peer has no credit and can never send.",
		.packets = {
			{"3:5000 > 2:22 REQUEST", NULL},
			{"2:22 > 3:5000 RESPONSE", "buf_alloc 0"},
		},
		.causes = "The device does not fill in buf_alloc.",
		.advice = "Report it to the makers of the VMM or driver.",
		.harmless = "Its peer never sends data.",
	},
	[VSOCK_FINDING_MESSAGE_TOO_BIG] = {
		.summary = "A SEQPACKET message is larger than the buffer.",
		.meaning =
			"A receiver reads whole messages only. It cannot read this one, and the sender gets no "
			"credit for the rest. Both wait forever.",
		.packets = {
			{"3:5000 > 2:22 RW, SEQPACKET, length 4000", NULL},
			{"3:5000 > 2:22 RW, SEQPACKET, length 1001", "no EOM, and buf_alloc is 5000"},
		},
		.causes = "The receiver's buffer is smaller than the longest message of the protocol.",
		.advice =
			"Raise SO_VM_SOCKETS_BUFFER_SIZE of the receiver, and its maximum "
			"(SO_VM_SOCKETS_BUFFER_MAX_SIZE). Or send smaller messages.",
		.harmless =
			"The capture lost the packet that ends the message. Then it is only suspicious.",
		.less = true,
	},
	[VSOCK_FINDING_RESET] = {
		.summary = "A side reset a connection that was open.",
		.meaning =
			"An RST came without a SHUTDOWN before it. The RST has the side's credit, so its socket "
			"still existed. Unread data are lost, and the peer's calls fail with ECONNRESET.",
		.packets = {
			{"3:1005 > 2:22 RW, length 30", NULL},
			{"2:22 > 3:1005 RST", "no SHUTDOWN before it"},
		},
		.causes =
			"The kernel or the device had an error on this connection, such as no memory. A VMM "
			"may end a connection this way when its UNIX socket on the host breaks.",
		.advice = "Read the kernel's log (dmesg) or the VMM's log of the side that sent the RST.",
		.harmless = "Both programs were done, and all data were read.",
	},
	[VSOCK_FINDING_OVERFLOW_RESET] = {
		.summary = "A side reset because its queue was full.",
		.meaning =
			"An RST came while the receiver's queue was full, by bytes or by packets. Linux 6.12.94, "
			"6.18.36, 7.0.13 and later count about 576 bytes of buf_alloc for each packet.",
		.capture = "kernels/overflow-small-messages-7.3.4.pcap.xz",
		.packets = {
			{"1:40027 > 1:5027 RW [EOM], SEQPACKET, length 1", "the 8th, unread"},
			{"1:5027 > 1:40027 RST, SEQPACKET", "8 x 576 > 4096"},
		},
		.causes = "The sender sends many small packets, and the receiver does not read them.",
		.advice =
			"Read faster. Collect data before you send them. Or raise SO_VM_SOCKETS_BUFFER_SIZE of "
			"the receiver.",
		.harmless = "Never: data are lost.",
	},
	[VSOCK_FINDING_HALF_OPEN] = {
		.summary = "A side has forgotten an open connection.",
		.meaning =
			"Its RST has neither buf_alloc nor fwd_cnt: its kernel or device has no such socket. The "
			"peer's calls fail with ECONNRESET, and it must reconnect.",
		.packets = {
			{"2:22 > 3:5000 RW, length 10", NULL},
			{"3:5000 > 2:22 RST", "buf_alloc 0: no such socket"},
		},
		.causes =
			"The guest was restarted, restored from a snapshot, or migrated. Firecracker and newer "
			"Cloud Hypervisor (cloud-hypervisor#7958) end all connections when they restore.",
		.advice = "Make the peer reconnect. See when the guest or its VMM was restarted.",
		.harmless = "The restart was intended, and the peer reconnects.",
	},
	[VSOCK_FINDING_RST_FOR_RST] = {
		.summary = "A side answered an RST with an RST.",
		.meaning = "An RST must not be answered: two such sides would never stop.",
		.packets = {
			{"2:22 > 3:5000 RST", NULL},
			{"3:5000 > 2:22 RST", "an answer to the RST"},
		},
		.causes = "The device answers each packet that it does not know, RSTs included.",
		.advice = "Report it to the makers of the VMM or driver.",
		.harmless = "It happens once, and the connection is over anyway.",
	},
	[VSOCK_FINDING_UNREAD_DATA] = {
		.summary = "A side closed before it had read all data.",
		.meaning =
			"Its SHUTDOWN says in fwd_cnt how much it had read. The rest is lost. The peer's next "
			"write fails with EPIPE.",
		.capture = "killed-server.pcap.xz",
		.packets = {
			{"1:40018 > 1:5018 RW, length 65536", "262144 bytes are in flight"},
			{"1:5018 > 1:40018 SHUTDOWN [RECEIVE|SEND]", "none of them is read"},
			{"1:40018 > 1:5018 RST", NULL},
		},
		.causes = "The program crashed, was killed, or stopped early after an error.",
		.advice = "Read the log of the program that closed. Look for a crash (dmesg, coredumpctl).",
		.harmless = "The reader had what it wanted, as after \"head -1\".",
		.less = true,
	},
	[VSOCK_FINDING_FORCED_CLOSE] = {
		.summary = "A side closed, and its peer did not for 8 s.",
		.meaning =
			"A socket that closes waits for its peer's RST. After 8 s (Linux) the closing side "
			"sends the RST itself.",
		.capture = "forced-close.pcap.xz",
		.packets = {
			{"1:40025 > 1:5025 RW, length 10000", NULL},
			{"1:40025 > 1:5025 SHUTDOWN [RECEIVE|SEND]", "the client closes"},
			{"...", "8.14 s: the server does nothing"},
			{"1:40025 > 1:5025 RST", "the client's kernel ends it"},
		},
		.causes =
			"The peer's program does not read its socket: it hangs, or has forgotten the "
			"connection (a leaked descriptor).",
		.advice = "See what the peer's program does: ss --vsock -p, gdb -p PID.",
		.harmless = "The peer needs no more data, and closes later.",
	},
	[VSOCK_FINDING_CLOSE_UNANSWERED] = {
		.summary = "A side closed and had no RST for 10 s.",
		.meaning =
			"The closing side has not even sent its own RST, which Linux does after 8 s. So both "
			"sides are silent.",
		.packets = {
			{"3:5000 > 2:22 SHUTDOWN [RECEIVE|SEND]", NULL},
			{"...", "10 s: no RST from either side"},
		},
		.causes =
			"A machine was stopped, paused, or migrated. Or the peer's program does not read, and the "
			"closing side's system has no timeout.",
		.advice = "See whether both machines run, and what the peer's program does.",
		.harmless = "The machine was stopped on purpose.",
	},
	[VSOCK_FINDING_DATA_AFTER_SHUTDOWN] = {
		.summary = "A side sent data after it ended its sending.",
		.meaning =
			"A SHUTDOWN with SEND means that no more data come. A receiver may drop such data.",
		.packets = {
			{"3:5000 > 2:22 SHUTDOWN [SEND]", NULL},
			{"3:5000 > 2:22 RW, length 10", "data after the end of data"},
		},
		.causes = "The device sends queued data after the SHUTDOWN.",
		.advice = "Report it to the makers of the sender's VMM or driver, with the capture.",
		.harmless = "Never.",
	},
	[VSOCK_FINDING_DATA_AFTER_PEER_SHUTDOWN] = {
		.summary = "Data came for a side that receives no more.",
		.meaning = "The receiver had sent a SHUTDOWN with RECEIVE. The data are lost.",
		.packets = {
			{"2:22 > 3:5000 SHUTDOWN [RECEIVE]", NULL},
			{"3:5000 > 2:22 RW, length 10", "lost"},
		},
		.causes = "The data were under way when the SHUTDOWN was sent.",
		.advice = "If data are missed, see why the receiver stopped early.",
		.harmless = "The usual case: the sender stops as soon as it sees the SHUTDOWN.",
	},
	[VSOCK_FINDING_DATA_AFTER_END] = {
		.summary = "Data came a second or more after the end.",
		.meaning = "The connection had ended with an RST. The data are lost.",
		.packets = {
			{"3:5000 > 2:22 RST", "the connection is over"},
			{"...", "2 s"},
			{"2:22 > 3:5000 RW, length 10", NULL},
		},
		.causes = "The sender's device did not see the RST or did not handle it.",
		.advice = "Look at the log of the sender's VMM, or at the kernel's log of its guest.",
		.harmless =
			"A new connection has the same addresses, and its opening was not captured.",
	},
	[VSOCK_FINDING_MESSAGE_CUT] = {
		.summary = "The connection ended within a message.",
		.meaning =
			"The last packet of a SEQPACKET message has EOM. It never came, so the receiver never "
			"gets the part that was sent.",
		.capture = "message-cut.pcap.xz",
		.packets = {
			{"1:40031 > 1:5031 RW, SEQPACKET, length 62144", "no EOM"},
			{"1:40031 > 1:5031 SHUTDOWN [RECEIVE|SEND], SEQPACKET", NULL},
		},
		.causes =
			"The sender crashed or was killed. Or its send() failed in the middle of a message, "
			"since the receiver's buffer became too small.",
		.advice = "Read the sender's log.",
		.harmless = "The receiver can do without the last message.",
	},
	[VSOCK_FINDING_GUEST_RESET] = {
		.summary = "A machine forgot several connections at once.",
		.meaning =
			"Several connections of one CID were half-open within a second. Each of them also "
			"has the finding half-open.",
		.packets = {
			{"3:5000 > 2:22 RST", "buf_alloc 0: no such socket"},
			{"3:5001 > 2:22 RST", "the same, milliseconds later"},
			{"3:5002 > 2:22 RST", NULL},
		},
		.causes = "The guest was restarted, restored from a snapshot, or migrated.",
		.advice = "See when the guest or its VMM was restarted. The peers must reconnect.",
		.harmless = "The restart was intended.",
	},
	[VSOCK_FINDING_RST_STORM] = {
		.summary = "A machine sent 100 RSTs within a second.",
		.meaning = "The RSTs belong to no living connection.",
		.packets = {
			{"3:5000 > 2:22 RST", "buf_alloc 0: no such socket"},
			{"3:5001 > 2:22 RST", "and a hundred more"},
		},
		.causes =
			"Its peers retry a refused connection without a pause, or send to connections that the "
			"machine has forgotten.",
		.advice = "Add a pause between the tries. See whether the service runs.",
		.harmless = "A port scan looks the same.",
	},
	[VSOCK_FINDING_CALL_UNANSWERED] = {
		.summary = "A request of HTTP, gRPC or ttRPC got no answer.",
		.meaning =
			"The whole request was captured, and no byte of an answer. Either the connection "
			"ended: the side that should answer closed it, or the caller did after 10 seconds or "
			"more. Or the request waits at the end of the capture, for 10 seconds or more and for ten "
			"times as long as the slowest call that was answered. Only --diagnose looks "
			"for this. Flows that lack bytes, and calls that wait by design, are left out.",
		.packets = {
			{"3:5000 > 2:9000 RW, length 120", "POST /v1/logs: a whole request"},
			{"...", "41 s: nothing comes back"},
		},
		.causes =
			"The program that should answer hangs, waits for something else, or has ended. "
			"Its threads may be busy with other calls.",
		.advice =
			"Look at that program: its log, and what its threads wait for. \"vsockdump --calls\" shows "
			"which of its methods are slow or answer no more.",
		.harmless =
			"Some calls wait for an event: a long poll of HTTP, or a stream of gRPC that has nothing "
			"to send yet. If no such call of gRPC was ever answered, the finding is "
			"information.",
	},
	[VSOCK_FINDING_CAPTURE_LOSS] = {
		.summary = "The capture missed packets of a flow.",
		.meaning =
			"A packet that was sent in pieces lacks some of them. The numbers of this flow are too "
			"small, and some of its problems may not be real.",
		.packets = {
			{"2:22 > 3:5000 RW, length 3732", "a piece of a packet of 65536 bytes"},
			{"2:22 > 3:5000 RW, length 3732", "the pieces between are missing"},
		},
		.causes = "The kernel's buffer was too small, or the tap had no memory for a copy.",
		.advice = "Capture again with a larger -B, or with -s 76 if you need only headers.",
		.harmless = "The connection itself lost nothing.",
	},
	[VSOCK_FINDING_PAYLOAD_MISSING] = {
		.summary = "A packet is shorter than its header says.",
		.meaning = "The packet lacks payload, though no snapshot length cut it.",
		.packets = {
			{"3:1024 > 2:22 RW, length 65535 [payload shorter than length]", NULL},
		},
		.causes = "The tap could not copy the payload, or a tool made the packet.",
		.advice = "Upgrade the kernel where you capture.",
		.harmless = "You need no payload. The receiver got all of it.",
	},
	[VSOCK_FINDING_TYPE_CHANGE] = {
		.summary = "The socket type changed within a connection.",
		.meaning =
			"A connection is STREAM or SEQPACKET from its start to its end. A receiver drops "
			"packets of the other type.",
		.packets = {
			{"3:1024 > 2:22 RW, length 1", "STREAM"},
			{"3:1024 > 2:22 RW, SEQPACKET, length 1", NULL},
		},
		.causes = "The device mixes up connections.",
		.advice = "Report it to the makers of the VMM or driver.",
		.harmless =
			"A new connection has the same addresses, and its opening was not captured. Then it "
			"is only suspicious.",
		.less = true,
	},
	[VSOCK_FINDING_UNKNOWN_TYPE] = {
		.summary = "A packet has a socket type that Linux lacks.",
		.meaning = "Linux knows STREAM (1) and SEQPACKET (2). It answers others with an RST.",
		.packets = {
			{"3:1013 > 2:22 REQUEST, TYPE 9 [unknown type]", NULL},
			{"2:22 > 3:1013 RST, TYPE 9 [unknown type]", NULL},
		},
		.causes =
			"The device has an extension: libkrun uses type 3 (DGRAM) for control messages. "
			"Otherwise it fills in the field wrong.",
		.advice = "If both sides are not made for the extension, report it to the makers.",
		.harmless = "Both sides know the extension.",
	},
	[VSOCK_FINDING_INVALID_OP] = {
		.summary = "A packet has an op that does not exist.",
		.meaning = "The ops are 1 to 7. A receiver drops others or resets the connection.",
		.packets = {
			{"3:1024 > 2:22 OP 8 [unknown monitor op] [unknown op]", NULL},
		},
		.causes = "The device is broken, or a tool such as a fuzzer made the packet.",
		.advice = "Report it to the makers of the VMM or driver, with the capture.",
		.harmless = "Somebody tests the device with bad packets.",
	},
	[VSOCK_FINDING_BAD_CID] = {
		.summary = "A CID is above 32 bits.",
		.meaning = "The upper half of a CID must be 0. Kernels drop these packets.",
		.packets = {
			{"2:65536 > 0x100000000:22 REQUEST [upper bits of a CID set]", NULL},
		},
		.causes = "The device is broken, or a tool such as a fuzzer made the packet.",
		.advice = "Report it to the makers of the VMM or driver, with the capture.",
		.harmless = "Somebody tests the device with bad packets.",
	},
	[VSOCK_FINDING_HEADER_MISMATCH] = {
		.summary = "The two headers disagree on the addresses.",
		.meaning =
			"A captured packet has the tap's header and the virtio header. A kernel copies the "
			"addresses from one to the other, so they are always equal.",
		.packets = {
			{"3:1024 > 2:22 RW, length 3 [headers disagree on addresses]", NULL},
		},
		.causes = "A tool changed or made the capture file, for example to hide addresses.",
		.advice = "Ask where the file comes from, and capture again.",
		.harmless = "The addresses were changed on purpose.",
	},
	[VSOCK_FINDING_CONTROL_WITH_PAYLOAD] = {
		.summary = "A packet without data has a length.",
		.meaning = "Only RW carries data. The length of other packets must be 0.",
		.packets = {
			{"3:1024 > 2:22 RST, length 1 [length on a packet without payload]", NULL},
		},
		.causes = "The device does not clear the field before it reuses a packet.",
		.advice = "Report it to the makers of the VMM or driver.",
		.harmless = "Linux ignores the length.",
	},
	[VSOCK_FINDING_EMPTY_RW] = {
		.summary = "A data packet has no data.",
		.meaning = "Linux never sends an RW of length 0.",
		.packets = {
			{"3:1024 > 2:22 RW, length 0 [empty RW]", NULL},
		},
		.causes = "The device sends a packet for an empty write.",
		.advice = "Report it to the makers of the VMM or driver.",
		.harmless = "The receiver ignores it.",
	},
	[VSOCK_FINDING_HUGE_RW] = {
		.summary = "A data packet has more than 65536 bytes.",
		.meaning = "Linux sends at most 65536 bytes in a packet, and drops longer ones from a guest.",
		.packets = {
			{"3:1024 > 2:22 RW, length 65537 [RW above 65536 bytes]", NULL},
		},
		.causes = "The device does not split its data.",
		.advice = "Report it to the makers of the VMM or driver.",
		.harmless = "The receiver takes packets of this length.",
	},
	[VSOCK_FINDING_BAD_SHUTDOWN_FLAGS] = {
		.summary = "A SHUTDOWN has no flags, or unknown ones.",
		.meaning =
			"The flags are RECEIVE (1) and SEND (2). A SHUTDOWN without one of them ends nothing.",
		.packets = {
			{"3:1024 > 2:22 SHUTDOWN [0] [shuts nothing down]", NULL},
		},
		.causes = "The device fills in the flags wrong.",
		.advice = "Report it to the makers of the VMM or driver.",
		.harmless = "A proper SHUTDOWN follows.",
	},
	[VSOCK_FINDING_BAD_RW_FLAGS] = {
		.summary = "A data packet has flags that are not allowed.",
		.meaning =
			"EOM (1) and EOR (2) belong to SEQPACKET, and EOR only comes together with EOM. STREAM "
			"has no flags.",
		.packets = {
			{"3:1024 > 2:22 RW [0x1], length 1 [undefined flags]", NULL},
		},
		.causes = "The device fills in the flags wrong.",
		.advice = "Report it to the makers of the VMM or driver.",
		.harmless = "The receiver ignores the flags.",
	},
};
/* clang-format on */

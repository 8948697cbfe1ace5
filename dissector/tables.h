/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin's entries in Wireshark's statistics and menus. `protocol` is vsock's number. */
#ifndef VSOCK_DISSECTOR_TABLES_H
#define VSOCK_DISSECTOR_TABLES_H

/* Conversations and endpoints (-z conv,vsock and -z endpoints,vsock), the conversation filter. */
void conversations_register(int protocol);

/* Follow Stream: -z follow,vsock,MODE,STREAM. */
void follow_register(int protocol);

/* The menu entry Follow vsock Stream, for versions of Wireshark that do not add one themselves. */
void follow_window_register(void);

/* The tree of counts: -z vsock,tree. */
void statistics_register(void);

/* The streams by verdict, as they are at the end of the capture: -z vsock,streams. */
void verdicts_register(void);

/* A row for each stream: -z vsock,table. */
void stream_table_register(void);

/* Service response times: -z vsock,srt. */
void response_times_register(int protocol);

/* The flow graph: -z flow,vsock,standard. */
void flow_graph_register(int protocol);

#endif

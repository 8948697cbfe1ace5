/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Service response times: of accepted REQUESTs, of refused REQUESTs, and of SHUTDOWNs. */
#include "dissector/wireshark.h"

#include <epan/packet.h>
#include <epan/srt_table.h>

#include "dissector/records.h"
#include "dissector/tables.h"
#include "dissector/tap.h"

#define SECOND UINT64_C(1000000000)

enum { ACCEPTED, REFUSED, CLOSED, PROCEDURES };

static void make_tables(struct register_srt *srt _U_, GArray *tables)
{
	static const char *const names[PROCEDURES] = {
	    [ACCEPTED] = "REQUEST to RESPONSE",
	    [REFUSED] = "REQUEST to RST",
	    [CLOSED] = "SHUTDOWN to RST",
	};
	srt_stat_table *table =
	    init_srt_table("vsock", NULL, tables, PROCEDURES, "Exchange", NULL, NULL);

	for (int i = 0; i < PROCEDURES; i++)
		init_srt_table_row(table, i, names[i]);
}

static int procedure_of(const struct frame_record *frame)
{
	if (frame->op == VSOCK_OP_RESPONSE)
		return ACCEPTED;
	return frame->before == VSOCK_FLOW_REQUESTED ? REFUSED : CLOSED;
}

static tap_packet_status count_answer(void *context, packet_info *pinfo, epan_dissect_t *edt _U_,
				      const void *tapped, tap_flags_t flags _U_)
{
	const struct frame_record *frame = ((const struct tap_data *)tapped)->frame;
	srt_data_t *data = context;
	nstime_t asked;

	/* Packets that were captured in the wrong order, or have no time, have no response time. */
	if (!frame || !frame->answers || frame->answers_ts > frame->ts ||
	    frame->marks & FRAME_TIMELESS)
		return TAP_PACKET_DONT_REDRAW;
	asked = (nstime_t){.secs = (time_t)(frame->answers_ts / SECOND),
			   .nsecs = (int)(frame->answers_ts % SECOND)};
	add_srt_table_data(g_array_index(data->srt_array, srt_stat_table *, 0), procedure_of(frame),
			   &asked, pinfo);
	return TAP_PACKET_REDRAW;
}

void response_times_register(int protocol)
{
	register_srt_table(protocol, TAP_NAME, 1, count_answer, make_tables, NULL);
}

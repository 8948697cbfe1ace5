/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table with a row for each stream. It has what Wireshark's table of conversations has no columns
 * for.
 *
 * Only the end of the capture shows the verdicts. So they are there when the packets come again: in
 * a window, or with tshark -2.
 */
#include "dissector/wireshark.h"

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>

#include "core/finding-text.h"
#include "core/flow.h"
#include "core/verdict.h"
#include "dissector/address.h"
#include "dissector/records.h"
#include "dissector/tables.h"
#include "dissector/tap.h"

/* A window with more rows is slow. */
#define ROWS_MAX 100000

enum { STREAM, CLIENT, SERVER, STATE, VERDICT, PACKETS, BYTES, HANDSHAKE, STALLED, TAGS, COLUMNS };

/* tshark prints the names as they are, so they have the widths of their columns. */
static stat_tap_table_item columns[COLUMNS] = {
    [STREAM] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Stream", "%6u"},
    [CLIENT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Client          ", "%-16s"},
    [SERVER] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server      ", "%-12s"},
    [STATE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "State      ", "%-11s"},
    [VERDICT] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Verdict  ", "%-9s"},
    [PACKETS] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Packets", "%7u"},
    [BYTES] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "    Bytes", "%9.0f"},
    [HANDSHAKE] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Handshake (s)", "%13.6f"},
    [STALLED] = {TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Stalled (s)", "%11.6f"},
    [TAGS] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Findings", "%s"},
};

typedef stat_tap_table_item_type *row_t;

/* The first row carries this index: for each stream its row plus 1, or 0. */
static GArray **index_of(const stat_tap_table *table)
{
	return (GArray **)&stat_tap_get_field_data(table, 0, STREAM)->user_data.ptr_value;
}

static void make_table(stat_tap_table_ui *ui)
{
	stat_tap_table *table = stat_tap_find_table(ui, "Streams");

	if (!table) {
		stat_tap_add_table(ui, stat_tap_init_table("Streams", COLUMNS, 0, NULL));
		return;
	}
	if (ui->stat_tap_reset_table_cb)
		ui->stat_tap_reset_table_cb(table);
}

static void free_item(stat_tap_table *table, guint row, guint column,
		      stat_tap_table_item_type *item)
{
	if (row == 0 && column == STREAM && *index_of(table)) {
		g_array_free(*index_of(table), TRUE);
		*index_of(table) = NULL;
	}
	if (column == CLIENT || column == SERVER || column == TAGS) {
		g_free((char *)item->user_data.ptr_value);
		item->user_data.ptr_value = NULL;
		item->value.string_value = "";
	}
}

static void empty_table(stat_tap_table *table)
{
	for (guint row = 0; row < table->num_elements; row++)
		for (guint column = 0; column < COLUMNS; column++)
			free_item(table, row, column, stat_tap_get_field_data(table, row, column));
	for (guint row = 0; row < table->num_elements; row++)
		g_free(table->elements[row]);
	table->num_elements = 0;
}

static void set_text(stat_tap_table_item_type *item, char *text)
{
	g_free(item->user_data.ptr_value);
	item->user_data.ptr_value = text;
	item->value.string_value = text;
}

static char *end_text(const struct stream_record *stream, enum vsock_side side)
{
	char text[ADDRESS_END_SIZE];

	address_print_end(text, stream->cid[side], stream->port[side], stream->made_up >> side & 1);
	return g_strdup(text);
}

static row_t add_row(stat_tap_table *table, const struct stream_record *stream)
{
	stat_tap_table_item_type items[COLUMNS] = {{.type = TABLE_ITEM_NONE}};
	guint number = table->num_elements;

	for (int i = 0; i < COLUMNS; i++)
		items[i].type = columns[i].type;
	items[STREAM].value.uint_value = stream->number;
	items[STATE].value.string_value = "";
	items[VERDICT].value.string_value = "-";
	stat_tap_init_table_row(table, number, COLUMNS, items);
	set_text(&table->elements[number][CLIENT], end_text(stream, VSOCK_CLIENT));
	set_text(&table->elements[number][SERVER], end_text(stream, VSOCK_SERVER));
	set_text(&table->elements[number][TAGS], g_strdup(""));
	if (number == 0)
		*index_of(table) = g_array_new(FALSE, TRUE, sizeof(guint));
	return table->elements[number];
}

/* The stream's row, or NULL if there is no room for one. */
static row_t row_of(stat_tap_table *table, const struct stream_record *stream)
{
	GArray *rows = table->num_elements ? *index_of(table) : NULL;
	guint row =
	    rows && stream->number < rows->len ? g_array_index(rows, guint, stream->number) : 0;

	if (row > 0)
		return table->elements[row - 1];
	if (table->num_elements >= ROWS_MAX)
		return NULL;
	add_row(table, stream);
	rows = *index_of(table);
	if (stream->number >= rows->len)
		g_array_set_size(rows, stream->number + 1);
	g_array_index(rows, guint, stream->number) = table->num_elements;
	return table->elements[table->num_elements - 1];
}

/* "stall 2.50 s, refused": each tag once. */
static void add_tags(stat_tap_table_item_type *item, const struct finding_record *finding)
{
	char tag[VSOCK_FINDING_TAG_MAX];

	for (; finding; finding = finding->next) {
		const char *before = item->value.string_value;

		vsock_finding_tag(tag, &finding->finding);
		if (strstr(before, tag) || strlen(before) > 4 * sizeof(tag))
			continue;
		set_text(item, g_strdup_printf("%s%s%s", before, *before ? ", " : "", tag));
	}
}

static void add_packet(row_t row, const struct frame_record *frame)
{
	row[STATE].value.string_value = vsock_flow_state_name((enum vsock_flow_state)frame->state);
	row[PACKETS].value.uint_value++;
	row[BYTES].value.float_value += frame->length;
	if (frame->handshake_ns >= 0)
		row[HANDSHAKE].value.float_value = (double)frame->handshake_ns / 1e9;
	row[STALLED].value.float_value += frame->stalled_us / 1e6;
	add_tags(&row[TAGS], frame->findings);
}

static tap_packet_status count_packet(void *context, packet_info *pinfo _U_,
				      epan_dissect_t *edt _U_, const void *tapped,
				      tap_flags_t flags _U_)
{
	const struct frame_record *frame = ((const struct tap_data *)tapped)->frame;
	stat_tap_table_ui *ui = ((stat_data_t *)context)->stat_tap_data;
	row_t row;

	if (!frame || !frame->stream)
		return TAP_PACKET_DONT_REDRAW;
	row = row_of(g_array_index(ui->tables, stat_tap_table *, 0), frame->stream);
	if (!row)
		return TAP_PACKET_DONT_REDRAW;
	add_packet(row, frame);
	if (frame->again) {
		records_settle();
		row[VERDICT].value.string_value =
		    vsock_verdict_name((enum vsock_verdict)frame->stream->verdict);
	}
	return TAP_PACKET_REDRAW;
}

void stream_table_register(void)
{
	static tap_param filter = {PARAM_FILTER, "filter", "Filter", NULL, TRUE};
	static stat_tap_table_ui table = {
	    .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
	    .title = "vsock streams",
	    .tap_name = TAP_NAME,
	    .cli_string = "vsock,table",
	    .stat_tap_init_cb = make_table,
	    .packet_func = count_packet,
	    .stat_tap_reset_table_cb = empty_table,
	    .stat_tap_free_table_item_cb = free_item,
	    .nfields = COLUMNS,
	    .fields = columns,
	    .nparams = 1,
	    .params = &filter,
	};

	register_stat_tap_table_ui(&table);
}

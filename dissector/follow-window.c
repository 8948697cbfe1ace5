/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tools, Follow vsock Stream, in Wireshark's user interface.
 *
 * The menu Follow of 4.0 has a fixed list of protocols, and its window knows only these. Since 4.2
 * it lists every protocol that can be followed. So on 4.0 a separate entry shows the stream of the
 * selected packet in a text window.
 */
#include "dissector/wireshark.h"

#include <inttypes.h>

#include <epan/funnel.h>
#include <epan/plugin_if.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "dissector/follow.h"
#include "dissector/records.h"
#include "dissector/tables.h"
#include "dissector/tap.h"

#if !WIRESHARK_MENU_FOLLOWS_PLUGINS

/* Text windows are slow with more bytes. */
#define SHOWN_MAX (1u << 20)

static void *stream_of_frame(frame_data *fd, void *result)
{
	packet_info pinfo = {.fd = fd};

	*(const struct stream_record **)result = records_stream_of(&pinfo);
	return result;
}

static void append_bytes(GString *text, const GByteArray *bytes)
{
	for (guint i = 0; i < bytes->len; i++) {
		guint8 byte = bytes->data[i];

		if (byte == '\n' || byte == '\t' || g_ascii_isprint(byte))
			g_string_append_c(text, (char)byte);
		else if (byte != '\r')
			g_string_append_c(text, '.');
	}
}

static void append_heading(GString *text, const follow_info_t *info, const follow_record_t *record)
{
	const address *cid = record->is_server ? &info->server_ip : &info->client_ip;

	if (text->len && text->str[text->len - 1] != '\n')
		g_string_append_c(text, '\n');
	g_string_append_printf(text, "--- %s %s:%u, frame %u\n",
			       record->is_server ? "server" : "client", (const char *)cid->data,
			       record->is_server ? info->server_port : info->client_port,
			       record->packet_num);
}

/* The list begins with the last piece. */
static GString *text_of(const follow_info_t *info)
{
	GString *text = g_string_new(NULL);
	const follow_record_t *before = NULL;

	for (const GList *l = g_list_last(info->payload); l; l = l->prev) {
		const follow_record_t *record = l->data;

		if (text->len > SHOWN_MAX) {
			g_string_append(text, "\n--- there is more: tshark -z follow,vsock,ascii "
					      "and the number of the stream shows all\n");
			break;
		}
		if (!before || before->is_server != record->is_server)
			append_heading(text, info, record);
		append_bytes(text, record->data);
		before = record;
	}
	if (!before)
		g_string_append(text, "No data of this stream was captured.\n");
	return text;
}

static void show_stream(const funnel_ops_t *ops, const follow_info_t *info, guint stream)
{
	char *title = g_strdup_printf("Follow vsock Stream (vsock.stream eq %u)", stream);
	GString *text = text_of(info);
	funnel_text_window_t *window = ops->new_text_window(ops->ops_id, title);

	ops->set_text(window, text->str);
	g_string_free(text, TRUE);
	g_free(title);
}

static void follow_stream(const funnel_ops_t *ops, guint stream)
{
	follow_info_t *info = g_new0(follow_info_t, 1);
	GString *error;

	info->filter_out_filter = follow_filter(stream);
	info->substream_id = SUBSTREAM_UNUSED;
	error = register_tap_listener(TAP_FOLLOW_NAME, info, info->filter_out_filter, 0, NULL,
				      follow_note_packet, NULL, NULL);
	if (!error) {
		ops->retap_packets(ops->ops_id);
		remove_tap_listener(info);
		show_stream(ops, info, stream);
	} else {
		g_string_free(error, TRUE);
	}
	follow_info_free(info);
}

static void follow_selected(gpointer data _U_)
{
	const funnel_ops_t *ops = funnel_get_funnel_ops();
	const struct stream_record *stream = NULL;

	if (!ops || !ops->new_text_window || !ops->retap_packets)
		return;
	plugin_if_get_frame_data(stream_of_frame, (void *)&stream);
	if (stream)
		follow_stream(ops, stream->number);
	else
		report_failure("The selected packet belongs to no vsock stream.");
}

void follow_window_register(void)
{
	funnel_register_menu("Follow vsock Stream", REGISTER_TOOLS_GROUP_UNSORTED, follow_selected,
			     NULL, NULL, FALSE);
}

#else

void follow_window_register(void)
{
}

#endif

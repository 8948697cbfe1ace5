/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark's own Follow Stream window knows a fixed list of protocols, to which a plugin cannot
 * add: what it registers serves "tshark -z follow" alone. So there is an entry in the menu Tools,
 * which asks for the stream, and a plain window of text. Plugins have these by the same interface
 * as scripts in Lua.
 */
#include "dissector/wireshark.h"

#include "dissector/follow-window.h"

#include <epan/funnel.h>
#include <epan/packet.h>
#include <epan/tap.h>

#include <inttypes.h>

#include "dissector/tap.h"

/* A window of text gets slow with more. */
#define SHOWN_MAX (4u << 20)

/* One stream on its way into a window. */
struct following {
	GString *text;
	uint32_t stream;
	int speaker;      /* enum vsock_side; -1: nobody spoke yet */
	uint64_t unshown; /* bytes that did not fit */
};

static uint32_t looked_at;

void follow_window_note(const struct frame_record *frame)
{
	if (frame && frame->stream)
		looked_at = frame->stream->index;
}

/* Only characters that every window shows: the bytes are anybody's. */
static void append_printable(GString *text, const guint8 *bytes, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++) {
		bool plain =
		    g_ascii_isprint((gchar)bytes[i]) || bytes[i] == '\n' || bytes[i] == '\t';

		g_string_append_c(text, plain ? (gchar)bytes[i] : '.');
	}
}

static void append_speaker(struct following *following, const struct frame_record *frame)
{
	if (following->speaker == frame->sender)
		return;
	following->speaker = frame->sender;
	g_string_append_printf(
	    following->text, "%s\n--- %s, port %" PRIu32 ", packet %" PRIu32 "\n",
	    following->text->len ? "\n" : "", frame->sender == VSOCK_CLIENT ? "client" : "server",
	    frame->stream->port[frame->sender], frame->number);
}

static tap_packet_status take_packet(void *context, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
				     const void *tapped, tap_flags_t flags _U_)
{
	const struct tap_data *data = tapped;
	const struct frame_record *frame = data->frame;
	struct following *following = context;

	if (!frame->stream || frame->stream->index != following->stream)
		return TAP_PACKET_DONT_REDRAW;
	if (following->text->len > SHOWN_MAX) {
		following->unshown += frame->length;
		return TAP_PACKET_DONT_REDRAW;
	}
	append_speaker(following, frame);
	if (data->bytes)
		append_printable(following->text, tvb_get_ptr(data->bytes, 0, (gint)frame->known),
				 frame->known);
	if (frame->known < frame->length)
		g_string_append_printf(following->text,
				       "[%" PRIu32 " bytes missing in capture file]",
				       frame->length - frame->known);
	return TAP_PACKET_DONT_REDRAW;
}

/* The whole capture once more, for the packets of the stream; false when that cannot be. */
static bool collect(const funnel_ops_t *ops, struct following *following)
{
	char *filter = g_strdup_printf("vsock.stream eq %" PRIu32, following->stream);
	GString *error = register_tap_listener(TAP_FOLLOW_NAME, following, filter,
					       TL_REQUIRES_NOTHING, NULL, take_packet, NULL, NULL);

	if (error) {
		g_string_assign(following->text, error->str);
		g_string_free(error, TRUE);
	} else {
		ops->retap_packets(ops->ops_id);
		remove_tap_listener(following);
		ops->set_filter(ops->ops_id, filter);
		ops->apply_filter(ops->ops_id);
	}
	g_free(filter);
	return !error;
}

static void show(const funnel_ops_t *ops, uint32_t stream)
{
	struct following following = {.text = g_string_new(NULL), .stream = stream, .speaker = -1};
	char *title = g_strdup_printf("Follow vsock Stream (vsock.stream eq %" PRIu32 ")", stream);
	funnel_text_window_t *window;

	if (collect(ops, &following) && following.text->len == 0)
		g_string_assign(following.text, "Nobody has said anything in this stream.\n");
	if (following.unshown)
		g_string_append_printf(following.text,
				       "\n--- %" PRIu64 " more bytes are not shown\n",
				       following.unshown);
	window = ops->new_text_window(ops->ops_id, title);
	ops->set_text(window, following.text->str);
	g_string_free(following.text, TRUE);
	g_free(title);
}

static void take_answer(gchar **input, void *data _U_)
{
	const funnel_ops_t *ops = funnel_get_funnel_ops();
	char *end = input[0];
	guint64 stream = input[0] ? g_ascii_strtoull(input[0], &end, 10) : 0;

	if (input[0] && end != input[0] && *end == '\0' && stream < UINT32_MAX)
		show(ops, (uint32_t)stream);
	for (gchar **text = input; *text; text++)
		g_free(*text);
	g_free(input);
}

static void ask(gpointer data _U_)
{
	static const gchar *names[] = {"Stream index", NULL};
	const funnel_ops_t *ops = funnel_get_funnel_ops();
	char *proposed = g_strdup_printf("%" PRIu32, looked_at);
	const gchar *values[] = {proposed, NULL};

	if (ops && ops->new_dialog && ops->new_text_window)
		ops->new_dialog(ops->ops_id, "Follow vsock Stream", names, values, take_answer,
				NULL, NULL);
	g_free(proposed);
}

void follow_window_register(void)
{
	funnel_register_menu("vsock/Follow Stream", REGISTER_TOOLS_GROUP_UNSORTED, ask, NULL, NULL,
			     FALSE);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list for tshark: the streams by verdict, what unhealthy streams wait for, and the findings that
 * belong to no packet because only the end of the capture shows them. Wireshark's window of counts
 * has the verdicts, too (statistics.c).
 *
 * With a display filter, only streams with a packet that matches count. A copy of a stream at
 * another capture point does not count.
 */
#include "dissector/wireshark.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <epan/packet.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "core/finding-text.h"
#include "core/verdict.h"
#include "dissector/address.h"
#include "dissector/records.h"
#include "dissector/tables.h"
#include "dissector/tap.h"

#define COMMAND "vsock,streams"

/* For each stream, whether a packet of it came. */
struct list {
	GByteArray *chosen;
};

static void reset_list(void *context)
{
	struct list *list = context;

	g_byte_array_set_size(list->chosen, 0);
}

static tap_packet_status choose_stream(void *context, packet_info *pinfo _U_,
				       epan_dissect_t *edt _U_, const void *tapped,
				       tap_flags_t flags _U_)
{
	const struct frame_record *frame = ((const struct tap_data *)tapped)->frame;
	GByteArray *chosen = ((struct list *)context)->chosen;
	guint before = chosen->len;
	uint32_t number;

	if (!frame || !frame->stream)
		return TAP_PACKET_DONT_REDRAW;
	number = frame->stream->number;
	if (number >= before) {
		g_byte_array_set_size(chosen, number + 1);
		memset(chosen->data + before, 0, number + 1 - before);
	}
	chosen->data[number] = true;
	return TAP_PACKET_REDRAW;
}

static bool is_chosen(const struct list *list, uint64_t number)
{
	return number < list->chosen->len && list->chosen->data[number] &&
	       number < records_stream_count() && !records_stream((uint32_t)number)->copy;
}

static void print_counts(const struct list *list)
{
	uint32_t counts[VSOCK_VERDICTS] = {0};

	for (uint32_t i = 0; i < list->chosen->len; i++)
		if (is_chosen(list, i))
			counts[records_stream(i)->verdict]++;
	for (int verdict = 0; verdict < VSOCK_VERDICTS; verdict++)
		if (counts[verdict] > 0)
			printf("%-10s %10" PRIu32 "\n",
			       vsock_verdict_name((enum vsock_verdict)verdict), counts[verdict]);
}

static void print_end(const struct stream_record *stream, enum vsock_side side)
{
	const char *mark = stream->made_up >> side & 1 ? "?" : "";
	const char *name = address_name(stream->cid[side]);

	if (name)
		printf("%s:%s%" PRIu32, name, mark, stream->port[side]);
	else
		printf("%" PRIu32 ":%s%" PRIu32, stream->cid[side], mark, stream->port[side]);
}

/* "stream 3: waiting, host:5000 <-> 3:9000, client waits: credit" */
static void print_stream(const struct stream_record *stream)
{
	static const char *const sides[] = {[VSOCK_CLIENT] = "client", [VSOCK_SERVER] = "server"};

	printf("stream %" PRIu32 ": %s, ", stream->number,
	       vsock_verdict_name((enum vsock_verdict)stream->verdict));
	print_end(stream, VSOCK_CLIENT);
	printf(" <-> ");
	print_end(stream, VSOCK_SERVER);
	if (stream->waiting != VSOCK_WAITS_FOR_NOTHING)
		printf(", %s waits: %s", sides[stream->waiter],
		       vsock_waiting_name((enum vsock_waiting)stream->waiting));
	putchar('\n');
}

static void print_findings(const struct list *list)
{
	char text[VSOCK_FINDING_TEXT_MAX];
	unsigned count;
	const struct vsock_finding *findings = records_end_findings(&count);

	for (unsigned i = 0; i < count; i++) {
		const struct vsock_finding *f = &findings[i];

		if (f->flow != VSOCK_NO_FLOW && !is_chosen(list, f->flow))
			continue;
		vsock_finding_text(text, f, NULL, 0);
		printf("at the end: %s (%s): %s\n",
		       vsock_finding_name((enum vsock_finding_code)f->code),
		       vsock_class_name((enum vsock_class)f->severity), text);
	}
}

static void draw_list(void *context)
{
	const struct list *list = context;

	records_settle();
	printf("\n===================================================================\n"
	       "vsock streams at the end of the capture\n");
	print_counts(list);
	for (uint32_t i = 0; i < list->chosen->len; i++)
		if (is_chosen(list, i) && records_stream(i)->verdict != VSOCK_HEALTHY)
			print_stream(records_stream(i));
	print_findings(list);
	printf("===================================================================\n");
}

static void free_list(void *context)
{
	struct list *list = context;

	g_byte_array_free(list->chosen, TRUE);
	g_free(list);
}

static bool make_list(const char *command)
{
	const char *filter = NULL;
	struct list *list;
	GString *error;

	if (strncmp(command, COMMAND ",", strlen(COMMAND ",")) == 0)
		filter = command + strlen(COMMAND ",");
	list = g_new0(struct list, 1);
	list->chosen = g_byte_array_new();
	error = register_tap_listener(TAP_NAME, list, filter, 0, reset_list, choose_stream,
				      draw_list, free_list);
	if (!error)
		return true;
	fprintf(stderr, "-z %s: %s\n", command, error->str);
	g_string_free(error, TRUE);
	free_list(list);
	return false;
}

WIRESHARK_COMMAND(start_list, make_list)

void verdicts_register(void)
{
	static stat_tap_ui list = {
	    .cli_string = COMMAND,
	    .tap_init_cb = start_list,
	};

	register_stat_tap_ui(&list, NULL);
}

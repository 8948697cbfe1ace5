/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/finding-line.h"

#include "core/finding-text.h"
#include "tool/print/color.h"
#include "tool/print/process-name.h"

bool finding_line_wanted(const struct print_settings *settings, const struct vsock_finding *finding)
{
	return !settings->quiet || finding->severity > VSOCK_INFORMATION;
}

static const struct {
	const char *mark;
	enum color color;
} class_style[VSOCK_CLASSES] = {
    [VSOCK_INFORMATION] = {"*", COLOR_INFORMATION},
    [VSOCK_SUSPICIOUS] = {"!", COLOR_SUSPICIOUS},
    [VSOCK_CERTAIN] = {"!!", COLOR_CERTAIN},
};

void finding_line_mark(struct output *out, enum vsock_class class)
{
	color_print(out, class_style[class].color);
	output_text(out, class_style[class].mark);
	color_print(out, COLOR_NONE);
}

unsigned finding_line_indent(enum vsock_class class)
{
	return (unsigned)strlen(class_style[class].mark) + 1;
}

static void print_packets(struct output *out, const struct vsock_finding *finding)
{
	const char *before = finding->packet_count == 1 ? "packet " : "packets ";

	for (unsigned i = 0; i < finding->packet_count; i++) {
		output_text(out, before);
		output_u64(out, finding->packets[i]);
		before = ", ";
	}
}

void finding_line_references(struct output *out, const struct vsock_finding *finding)
{
	if (finding->flow == VSOCK_NO_FLOW && !finding->packet_count)
		return;
	output_text(out, " [");
	if (finding->flow != VSOCK_NO_FLOW) {
		output_text(out, "flow ");
		output_u64(out, finding->flow);
		output_text(out, finding->packet_count ? ", " : "");
	}
	print_packets(out, finding);
	output_char(out, ']');
}

void finding_line_sentence(struct output *out, const struct print_settings *settings,
			   const struct vsock_finding *finding)
{
	char text[VSOCK_FINDING_TEXT_MAX];
	size_t length = process_finding_text(text, settings, finding);

	color_print(out, class_style[finding->severity].color);
	output_text(out, vsock_finding_name((enum vsock_finding_code)finding->code));
	color_print(out, COLOR_NONE);
	output_text(out, ": ");
	output_bytes(out, text, length);
	/* A packet that the filter left out may explain it, unless it is certain. */
	if (settings->incomplete && finding->severity < VSOCK_CERTAIN)
		output_text(out, " (Judged only by the packets that match the filter.)");
}

void finding_line_body(struct output *out, const struct print_settings *settings,
		       const struct vsock_finding *finding)
{
	finding_line_sentence(out, settings, finding);
	if (settings->verbose >= 2)
		finding_line_references(out, finding);
	output_char(out, '\n');
}

void finding_line_print(struct output *out, const struct print_settings *settings,
			const struct vsock_finding *finding)
{
	finding_line_mark(out, (enum vsock_class)finding->severity);
	output_char(out, ' ');
	finding_line_body(out, settings, finding);
}

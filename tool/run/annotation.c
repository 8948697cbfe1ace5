/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/annotation.h"

#include "core/finding-text.h"
#include "tool/print/finding-line.h"
#include "tool/print/output.h"

/* The sentence, and the text before and after it. */
#define TEXT_MAX (VSOCK_FINDING_TEXT_MAX + 256)

void annotation_add(struct capture_comments *comments, const struct print_settings *settings,
		    const struct vsock_finding *finding, bool elsewhere)
{
	char data[TEXT_MAX];
	struct output text;

	if (!finding_line_wanted(settings, finding))
		return;
	output_memory(&text, data, sizeof(data));
	output_text(&text, vsock_class_name((enum vsock_class)finding->severity));
	output_text(&text, ": ");
	finding_line_sentence(&text, settings, finding);
	if (elsewhere)
		finding_line_references(&text, finding);
	capture_comments_add(comments, data, text.length);
}

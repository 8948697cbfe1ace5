/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A finding is an item "vsock.expert" with the whole sentence, and Wireshark's expert item with a
 * short one. An expert field has one severity. The same finding can be certain or suspicious. So
 * each code has a field per class. All three have the same name, and filters treat them as one.
 */
#include "dissector/wireshark.h"

#include "dissector/experts.h"

#include <epan/expert.h>

#include "core/finding-text.h"
#include "core/finding.h"
#include "dissector/captured-names.h"
#include "dissector/fields.h"
#include "dissector/preferences.h"

static expert_field fields[VSOCK_FINDING_CODES][VSOCK_CLASSES];

static int severity(enum vsock_class class)
{
	static const int severities[VSOCK_CLASSES] = {
	    [VSOCK_INFORMATION] = PI_NOTE,
	    [VSOCK_SUSPICIOUS] = PI_WARN,
	    [VSOCK_CERTAIN] = PI_ERROR,
	};

	return severities[class];
}

/* Wireshark's groups: a fault in the packet's form, or in the order of packets. */
static int group(enum vsock_finding_code code)
{
	return vsock_finding_is_form(code) ? PI_PROTOCOL : PI_SEQUENCE;
}

/*
 * "credit-stall" becomes vsock.expert.credit_stall. Never freed, because Wireshark does not copy
 * it.
 */
static const char *abbreviation(const char *name)
{
	char *text = g_strconcat("vsock.expert.", name, NULL);

	return g_strdelimit(text, "-", '_');
}

void experts_register(int protocol)
{
	static ei_register_info list[VSOCK_FINDING_CODES * VSOCK_CLASSES];
	expert_module_t *module = expert_register_protocol(protocol);
	int count = 0;

	for (int code = 1; code < VSOCK_FINDING_CODES; code++) {
		const char *name = vsock_finding_name((enum vsock_finding_code)code);
		const char *abbrev = abbreviation(name);

		for (int class = 0; class < VSOCK_CLASSES; class ++)
			list[count++] = (ei_register_info){
			    .ids = &fields[code][class],
			    .eiinfo = {.name = abbrev,
				       .group = group((enum vsock_finding_code)code),
				       .severity = severity((enum vsock_class) class),
				       .summary =
					   vsock_finding_summary((enum vsock_finding_code)code),
				       EXPFILL},
			};
	}
	for (int i = 0; i < count; i++)
		*list[i].ids = (expert_field)EI_INIT;
	expert_register_field_array(module, list, count);
}

/* The whole sentence, with the programs that the capture names. */
static void print_sentence(char text[static VSOCK_FINDING_TEXT_MAX],
			   const struct vsock_finding *finding)
{
	char names[2][PROCESS_TEXT_MAX];
	const char *programs[2] = {NULL, NULL};

	for (int side = VSOCK_CLIENT; side <= VSOCK_SERVER; side++) {
		const struct process_entry *entry =
		    finding->flow < records_stream_count()
			? captured_names_process(records_stream((uint32_t)finding->flow),
						 (enum vsock_side)side)
			: NULL;

		if (!entry)
			continue;
		process_text(names[side], &entry->process);
		programs[side] = names[side];
	}
	vsock_finding_text_of(text, finding, NULL, 0, programs);
}

void experts_add(packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree,
		 const struct frame_record *frame)
{
	proto_item *item;
	char text[VSOCK_FINDING_TEXT_MAX];

	if (!frame || !preferences()->verdicts)
		return;
	for (const struct finding_record *f = frame->findings; f; f = f->next) {
		print_sentence(text, &f->finding);
		item = proto_tree_add_string(tree, hf.finding, tvb, 0, 0, text);
		proto_item_set_generated(item);
		expert_add_info(pinfo, item, &fields[f->finding.code][f->finding.severity]);
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An expert field has one severity. The same finding can be certain or suspicious. So each code has
 * a field per class. All three have the same name, and filters treat them as one.
 */
#include "dissector/wireshark.h"

#include "dissector/experts.h"

#include <epan/expert.h>

#include "core/finding-text.h"
#include "core/finding.h"
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
				       .summary = name,
				       EXPFILL},
			};
	}
	for (int i = 0; i < count; i++)
		*list[i].ids = (expert_field)EI_INIT;
	expert_register_field_array(module, list, count);
}

void experts_add(packet_info *pinfo, proto_tree *tree, const struct frame_record *frame)
{
	char text[VSOCK_FINDING_TEXT_MAX];

	if (!frame || !preferences()->verdicts)
		return;
	for (const struct finding_record *f = frame->findings; f; f = f->next) {
		vsock_finding_text(text, &f->finding, NULL, 0);
		expert_add_info_format(pinfo, tree, &fields[f->finding.code][f->finding.severity],
				       "%s", text);
	}
}

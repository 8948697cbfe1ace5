/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/warn-kernel.h"

#include "tool/message.h"
#include "tool/print/output.h"

/* Four times the length of the text, and what output_memory() needs. */
#define ESCAPED_MAX 1280

void warn_of_kernel(const struct capture_origin *origin)
{
	char name[ESCAPED_MAX];
	struct output out;

	if (!capture_origin_payload(origin).unreliable)
		return;
	/* The text may come from a file. */
	output_memory(&out, name, sizeof(name));
	output_escaped(&out, origin->os, strlen(origin->os));
	notice("warning: %.*s may capture payload wrongly, as zeros or as foreign bytes. "
	       "Headers and lengths are right. vsockdump shows such payload as not known, but it "
	       "cannot recognize smaller packets of MSG_ZEROCOPY. See LIMITS in vsockdump(8)",
	       (int)out.length, name);
}

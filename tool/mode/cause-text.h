/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a group of findings means, in one sentence for a person. */
#ifndef VSOCKDUMP_MODE_CAUSE_TEXT_H
#define VSOCKDUMP_MODE_CAUSE_TEXT_H

#include "tool/mode/cause.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/* Room that a sentence never exceeds. */
#define DIAGNOSIS_TEXT_MAX 2048

void diagnosis_text(struct output *out, const struct settings *settings,
		    const struct diagnosis *diagnosis, const struct diagnosis_group *group);

#endif

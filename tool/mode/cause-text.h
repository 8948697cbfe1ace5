/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A cause in one sentence for people: the sentence on many flows of core/finding-text.h. */
#ifndef VSOCKDUMP_MODE_CAUSE_TEXT_H
#define VSOCKDUMP_MODE_CAUSE_TEXT_H

#include "tool/mode/cause.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/* Room that a sentence never exceeds. */
#define CAUSE_TEXT_MAX 2048

void cause_text(struct output *out, const struct print_settings *settings,
		const struct causes *causes, const struct cause *cause);

/* "flows 1, 4, 9 and 11 more"; the cause has at least one. */
void cause_text_flows(struct output *out, const struct cause *cause);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A finding for people: a mark of its class, its code and its sentence. The marks distinguish the
 * classes without color: "!!" certain, "!" suspicious, "*" information.
 */
#ifndef VSOCKDUMP_PRINT_FINDING_LINE_H
#define VSOCKDUMP_PRINT_FINDING_LINE_H

#include <stdbool.h>

#include "core/finding.h"
#include "tool/print/output.h"
#include "tool/settings.h"

/* -q leaves out findings of class information. */
bool finding_line_wanted(const struct print_settings *settings,
			 const struct vsock_finding *finding);

/* "!!", "!" or "*", in color. */
void finding_line_mark(struct output *out, enum vsock_class class);

/* Columns of the mark and a blank: the indent of the rows that follow the first. */
unsigned finding_line_indent(enum vsock_class class);

/* "reset: 3:1024 reset ..." */
void finding_line_sentence(struct output *out, const struct print_settings *settings,
			   const struct vsock_finding *finding);

/* " [flow 7, packets 12, 15]"; nothing if the finding has neither. */
void finding_line_references(struct output *out, const struct vsock_finding *finding);

/* "reset: 3:1024 reset ..." and the end of finding_line_print(), for use after a mark. */
void finding_line_body(struct output *out, const struct print_settings *settings,
		       const struct vsock_finding *finding);

/* "! reset: 3:1024 reset ... [flow 7, packets 12, 15]", line break included; the end with -vv. */
void finding_line_print(struct output *out, const struct print_settings *settings,
			const struct vsock_finding *finding);

#endif

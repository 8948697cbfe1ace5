/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual machines that run here, for both screens of --check. */
#ifndef VSOCKDUMP_CHECK_MACHINES_H
#define VSOCKDUMP_CHECK_MACHINES_H

#include "tool/check/facts.h"
#include "tool/check/report.h"
#include "tool/print/output.h"

void machines_print_text(struct output *out, const struct check_report *report,
			 const struct vm_list *vms);
void machines_print_json(struct output *out, const struct check_report *report,
			 const struct vm_list *vms);

#endif

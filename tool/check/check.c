/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/check.h"

#include <stdlib.h>

#include "tool/check/gather.h"
#include "tool/check/judge.h"
#include "tool/check/screen.h"
#include "tool/message.h"

/* Too large for the stack. */
struct check {
	struct check_facts facts;
	struct check_report report;
};

enum exit_status check_system(struct output *out, const struct settings *settings)
{
	struct check *check = calloc(1, sizeof(*check));
	enum exit_status status;

	if (!check) {
		print_error("not enough memory");
		return EXIT_FAILED;
	}
	check_facts_gather(&check->facts, "");
	check_judge(&check->report, &check->facts);
	if (settings->flow.json)
		check_print_json(out, &check->report, &check->facts);
	else
		check_print_text(out, &check->report, &check->facts, settings->print.quiet);
	status = check->report.status;
	vm_list_free(&check->facts.vms);
	free(check);
	return status;
}

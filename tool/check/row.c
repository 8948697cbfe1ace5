/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/check/row.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

const char *check_group_name(enum check_group group)
{
	static const char *const names[CHECK_GROUPS] = {
	    [CHECK_CAPTURE] = "capture",
	    [CHECK_SEEN] = "seen",
	    [CHECK_MACHINES] = "machines",
	    [CHECK_LISTENERS] = "listeners",
	};

	return names[group];
}

const char *check_result_name(enum check_result result)
{
	static const char *const names[] = {
	    [CHECK_OK] = "ok", [CHECK_WARN] = "warn", [CHECK_FAIL] = "fail", [CHECK_SKIP] = "skip"};

	return names[result];
}

struct check_row *row_add(struct check_report *report, enum check_group group, const char *name)
{
	struct check_row *row = &report->rows[report->count++];

	assert(report->count <= CHECK_ROWS_MAX);
	row->group = group;
	row->name = name;
	return row;
}

void row_say(struct check_row *row, enum check_result result, const char *format, ...)
{
	va_list args;

	row->result = result;
	va_start(args, format);
	vsnprintf(row->text, sizeof(row->text), format, args);
	va_end(args);
}

void row_modprobe(struct check_row *row, enum check_module module)
{
	row->fix = "As root, type:";
	snprintf(row->command, sizeof(row->command), "modprobe %s", module_name(module));
}

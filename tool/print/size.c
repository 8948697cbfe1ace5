/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/print/size.h"

void size_print(struct output *out, uint64_t bytes)
{
	static const char *const units[] = {" bytes", " kB", " MB", " GB", " TB", " PB", " EB"};
	uint64_t unit = 1;
	unsigned i = 0;

	for (; bytes / unit >= 1000; unit *= 1000)
		i++;
	output_u64(out, bytes / unit);
	if (i > 0 && bytes / unit < 100) {
		output_char(out, '.');
		output_u64(out, bytes % unit / (unit / 10));
	}
	output_text(out, units[i]);
}

void size_print_short(struct output *out, uint64_t bytes)
{
	static const char units[] = "\0KMGTPE";
	uint64_t unit = 1;
	unsigned i = 0;

	for (; bytes / unit >= 1000; unit *= 1000)
		i++;
	output_u64(out, bytes / unit);
	if (i == 0)
		return;
	output_char(out, '.');
	output_u64(out, bytes % unit / (unit / 10));
	output_char(out, units[i]);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --count: the number of packets, worded as tcpdump words it. */
#include <inttypes.h>

#include "lib/common/plural.h"
#include "tool/mode/mode.h"

static void print_count(struct run *run)
{
	output_printf(run->out, "%" PRIu64 " packet%s\n", run->packets, plural(run->packets));
}

const struct mode mode_count = {
    .name = "count",
    .end = print_count,
};

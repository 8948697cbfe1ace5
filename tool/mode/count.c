/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --count: the number of packets, in tcpdump's words. */
#include <inttypes.h>

#include "lib/common/plural.h"
#include "tool/mode/mode.h"

static void print_count(struct session *session)
{
	output_printf(session->out, "%" PRIu64 " packet%s\n", session->packets,
		      plural(session->packets));
}

const struct mode mode_count = {
    .option = "--count",
    .takes = MODE_TAKES_NO_FINDINGS,
    .prints_at_end = true,
    .end = print_count,
};

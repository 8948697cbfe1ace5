/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --count: the number of packets, worded as tcpdump words it. */
#include <inttypes.h>

#include "lib/common/plural.h"
#include "tool/mode/mode.h"

static void count_end(struct session *session)
{
	output_printf(session->out, "%" PRIu64 " packet%s\n", session->packets,
		      plural(session->packets));
}

const struct mode mode_count = {
    .option = "--count",
    .takes = MODE_TAKES_NO_FINDINGS,
    .at_end = true,
    .prints = true,
    .end = count_end,
};

/* SPDX-License-Identifier: BSD-3-Clause */
/* In place of hybrid.c and layout.c, in a build without libbpf: opening fails. */
#include "lib/hybrid/hybrid.h"

#include <stddef.h>
#include <stdlib.h>

struct hybrid *hybrid_open(const struct hybrid_options *options, enum bpf_tap_result *result,
			   char error[static BPF_TAP_ERROR_MAX])
{
	(void)options;
	*result = bpf_tap_check(error);
	return NULL;
}

enum bpf_tap_result hybrid_check(char error[static BPF_TAP_ERROR_MAX])
{
	return bpf_tap_check(error);
}

void hybrid_close(struct hybrid *hybrid)
{
	if (hybrid)
		abort(); /* nothing was opened */
}

int hybrid_read(struct hybrid *hybrid, const struct hybrid_output *output)
{
	(void)hybrid;
	(void)output;
	return 0;
}

void hybrid_stop(struct hybrid *hybrid)
{
	(void)hybrid;
}

int hybrid_fd(const struct hybrid *hybrid)
{
	(void)hybrid;
	return -1;
}

bool hybrid_sleep(struct hybrid *hybrid)
{
	(void)hybrid;
	return true;
}

struct hybrid_totals hybrid_totals(const struct hybrid *hybrid)
{
	(void)hybrid;
	return (struct hybrid_totals){0};
}

uint64_t hybrid_missed(const struct hybrid *hybrid)
{
	(void)hybrid;
	return 0;
}

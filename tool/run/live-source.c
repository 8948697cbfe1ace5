/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/live-source.h"

#include <string.h>

#include "lib/bpf-tap/bpf-tap.h"
#include "tool/message.h"
#include "tool/mode/mode.h"

bool live_source_wants_nanoseconds(const struct settings *settings)
{
	const enum time_precision precision = settings->print.precision;

	return precision == PRECISION_NANO ||
	       (file_is_pcapng(&settings->file) && precision != PRECISION_MICRO);
}

static void report(const struct live_opening *opening)
{
	if (*opening->reason)
		print_error("%s", opening->reason);
}

/* After live_vsockmon_open() failed because the kernel has no vsockmon. */
static struct live_source *open_instead(struct live_opening *opening, enum exit_status *status)
{
	struct live_opening bpf = *opening;
	struct live_source *source = live_bpf_open(&bpf, status);

	if (source) {
		notice(
		    "this kernel has no vsockmon: capturing with a BPF program (-i " INTERFACE_BPF
		    ")");
		return source;
	}
	report(opening);
	if (bpf_tap_is_built())
		print_error("-i " INTERFACE_BPF " does not work either: %s", bpf.reason);
	else
		*status = EXIT_NO_DEVICE;
	return NULL;
}

enum exit_status live_source_open(struct live_source **opened, const struct settings *settings,
				  const struct filter *filter)
{
	const char *name = settings->source.interface;
	struct live_opening opening = {
	    .settings = settings,
	    .filter = filter,
	    .watched = !mode_is_silent_until_end(settings) || settings->file.packet_buffered,
	};
	enum exit_status status = EXIT_OK;

	if (interface_is_bpf(name)) {
		*opened = live_bpf_open(&opening, &status);
	} else if (interface_is_hybrid(name)) {
		*opened = live_hybrid_open(&opening, &status);
	} else {
		*opened = live_vsockmon_open(&opening, &status);
		if (!*opened && !name && opening.no_vsockmon) {
			*opened = open_instead(&opening, &status);
			return status;
		}
	}
	if (!*opened)
		report(&opening);
	return status;
}

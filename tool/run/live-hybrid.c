/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets of virtual machines whose host's end is a UNIX socket, see lib/hybrid/hybrid.h.
 *
 * The VMMs that run are found once, before the capture begins and while the process has its rights.
 * As with -i bpf, the filter runs here, and -s cuts afterwards.
 */
#include "tool/run/live-source.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/capture-file/writer.h"
#include "lib/common/plural.h"
#include "lib/hybrid/hybrid.h"
#include "lib/identity/identity.h"
#include "tool/message.h"

/* As for -i bpf. */
#define TIMEOUT_WATCHED   20
#define TIMEOUT_UNWATCHED 100

struct hybrid_source {
	struct live_source source; /* first: each is converted to the other */
	struct hybrid_targets targets;
	struct hybrid *hybrid;
	int timeout_ms;
	uint64_t rejected; /* by the filter */
};

static struct hybrid_source *hybrid_of(const struct live_source *source)
{
	return (struct hybrid_source *)source;
}

static void on_frame(void *context, const struct hybrid_frame *frame)
{
	struct hybrid_source *hybrid = context;
	struct live_source *source = &hybrid->source;
	struct capture_record record = {
	    .ts = frame->ts,
	    .data = frame->data,
	    .captured = frame->captured,
	    .on_wire = frame->on_wire,
	};

	if (source->filter && !filter_passes(source->filter, &record)) {
		hybrid->rejected++;
		return;
	}
	if (record.captured > source->snaplen)
		record.captured = source->snaplen;
	if (source->take(source->context, &record))
		return;
	source->broken_off = true;
	hybrid_stop(hybrid->hybrid);
}

static void add_process(struct process_table *table, const struct process_entry *entry)
{
	if (entry->process.pid)
		process_table_add(table, entry);
}

/* --process: both ends are on this machine, and the programs of the kernel name them. */
static void on_ends(void *context, const struct hybrid_ends *ends)
{
	const struct hybrid_source *hybrid = context;
	struct process_table *table = hybrid->source.settings->print.processes;
	const struct process_addresses *addresses = &ends->addresses;
	const uint64_t ts = ends->old ? 0 : ends->ts;

	if (!table)
		return;
	add_process(table, &(struct process_entry){
			       .ts = ts,
			       .addresses = *addresses,
			       .source = ends->old ? PROCESS_FOUND : PROCESS_CONNECTED,
			       .process = ends->client,
			   });
	add_process(table, &(struct process_entry){
			       .ts = ts,
			       .addresses = {addresses->remote_cid, addresses->remote_port,
					     addresses->local_cid, addresses->local_port},
			       .source = ends->old ? PROCESS_FOUND : PROCESS_ACCEPTED,
			       .process = ends->server,
			   });
}

static int hybrid_source_read(struct live_source *source)
{
	struct hybrid_source *hybrid = hybrid_of(source);
	const struct hybrid_output output = {.frame = on_frame, .ends = on_ends, .context = hybrid};
	int count;

	source->broken_off = false;
	count = hybrid_read(hybrid->hybrid, &output);
	source->incomplete = hybrid_totals(hybrid->hybrid).cut;
	return source->broken_off ? 0 : count;
}

/* Reading is only memory. */
static const char *hybrid_error(const struct live_source *source)
{
	(void)source;
	return "";
}

static int hybrid_longest_wait(struct live_source *source, int count)
{
	struct hybrid_source *hybrid = hybrid_of(source);

	if (source->broken_off)
		return 0;
	if (count > 0 && !source->settings->source.immediate)
		return hybrid->timeout_ms;
	return hybrid_sleep(hybrid->hybrid) ? -1 : 0;
}

static const char *hybrid_trouble(const struct live_source *source)
{
	(void)source;
	return NULL;
}

/* What was lost are records, each of which may be a frame. */
static bool hybrid_source_counters(const struct live_source *source, struct live_counters *counters)
{
	const struct hybrid_source *hybrid = hybrid_of(source);
	const struct hybrid_totals now = hybrid_totals(hybrid->hybrid);
	const uint64_t lost = now.dropped + hybrid_missed(hybrid->hybrid);

	*counters = (struct live_counters){
	    .accepted = (uint32_t)(now.frames.frames - hybrid->rejected + now.waiting + lost),
	    .kernel_drops = (uint32_t)lost,
	};
	return true;
}

static bool hybrid_passed(const struct live_source *source, uint64_t *packets)
{
	*packets = hybrid_totals(hybrid_of(source)->hybrid).frames.frames;
	return true;
}

static void hybrid_summary(const struct live_source *source)
{
	const struct hybrid_totals now = hybrid_totals(hybrid_of(source)->hybrid);

	if (now.frames.not_understood)
		notice("%llu connection%s without a handshake of vsock, not shown",
		       (unsigned long long)now.frames.not_understood,
		       plural(now.frames.not_understood));
	if (now.not_followed)
		notice("%llu connection%s not followed: more than %d at a time",
		       (unsigned long long)now.not_followed, plural(now.not_followed),
		       HYBRID_CONNECTIONS_MAX);
}

static void hybrid_needs(const struct live_source *source, struct confinement *confinement)
{
	(void)source;
	confine_allow(confinement, bpf_tap_system_calls);
}

static void hybrid_source_free(struct hybrid_source *hybrid)
{
	hybrid_close(hybrid->hybrid);
	hybrid_targets_free(&hybrid->targets);
	free(hybrid);
}

static bool hybrid_source_close(struct live_source *source, char reason[static LIVE_REASON_MAX])
{
	(void)reason;
	hybrid_source_free(hybrid_of(source));
	return true;
}

static const struct live_source_kind hybrid_kind = {
    .read = hybrid_source_read,
    .error = hybrid_error,
    .longest_wait = hybrid_longest_wait,
    .trouble = hybrid_trouble,
    .counters = hybrid_source_counters,
    .passed = hybrid_passed,
    .summary = hybrid_summary,
    .needs = hybrid_needs,
    .close = hybrid_source_close,
    .description = "hybrid: UNIX sockets of VMMs, watched by BPF programs",
    .drop_advice = "a larger buffer (-B) or -s may help",
    .blind_for = "a VMM that was started after the capture, and one whose socket is not known, "
		 "are not watched",
};

static enum exit_status add_sockets(struct hybrid_source *hybrid, struct live_opening *opening,
				    const struct vm_list *vms)
{
	const struct source_settings *settings = &opening->settings->source;

	for (size_t i = 0; i < settings->hybrid_count; i++) {
		const char *text = settings->hybrid_sockets[i];
		const size_t before = hybrid->targets.count;

		if (!hybrid_targets_add(&hybrid->targets, text, vms, "")) {
			snprintf(opening->reason, sizeof(opening->reason),
				 "--hybrid-socket %.128s: not the path of a socket (at most %d "
				 "bytes), @NAME or PORT:PATH",
				 text, HYBRID_PATH_MAX - 1);
			return EXIT_USAGE;
		}
		if (hybrid->targets.count > before && !hybrid->targets.list[before].found) {
			snprintf(opening->reason, sizeof(opening->reason),
				 "--hybrid-socket %.128s: the folder of this socket does not exist",
				 text);
			return EXIT_NO_DEVICE;
		}
	}
	return EXIT_OK;
}

/* Of a VMM of another user, folders cannot be looked up without CAP_SYS_PTRACE. */
static void warn_of_targets(const struct hybrid_targets *targets)
{
	size_t lost = targets->no_path;

	for (size_t i = 0; i < targets->count; i++)
		lost += !targets->list[i].found;
	if (lost)
		print_error("warning: the UNIX socket of %zu virtual machine%s is not known: name "
			    "it with --hybrid-socket",
			    lost, plural(lost));
	if (targets->left_out)
		print_error("warning: %zu UNIX sockets are left out: more than %d",
			    targets->left_out, HYBRID_TARGETS_MAX);
}

static enum exit_status add_machines(struct hybrid_source *hybrid, struct live_opening *opening,
				     const struct vm_list *vms)
{
	struct hybrid_targets *targets = &hybrid->targets;
	size_t found = 0;

	hybrid_targets_add_machines(targets, vms, "");
	for (size_t i = 0; i < targets->count; i++)
		found += targets->list[i].found;
	if (found > 0) {
		warn_of_targets(targets);
		return EXIT_OK;
	}
	if (targets->count + targets->no_path > 0)
		snprintf(opening->reason, sizeof(opening->reason),
			 "virtual machines run here, but their UNIX sockets are not known. Run "
			 "vsockdump as root, or name a socket: --hybrid-socket PATH");
	else
		snprintf(opening->reason, sizeof(opening->reason),
			 "no virtual machine with hybrid vsock was found%s. Start it first, or "
			 "name its UNIX socket: --hybrid-socket PATH",
			 vms->hidden ? ": /proc hides the processes of other users" : "");
	return EXIT_NO_DEVICE;
}

static enum exit_status find_targets(struct hybrid_source *hybrid, struct live_opening *opening)
{
	struct vm_list vms;
	enum exit_status status;

	vm_list_read(&vms, "");
	status = opening->settings->source.hybrid_count > 0 ? add_sockets(hybrid, opening, &vms)
							    : add_machines(hybrid, opening, &vms);
	vm_list_free(&vms);
	return status;
}

static uint32_t hybrid_choose_copy(const struct live_opening *opening)
{
	const uint32_t snaplen = opening->settings->source.snaplen;
	const uint32_t reach = opening->filter ? filter_reach(opening->filter) : 0;

	return snaplen && snaplen < reach ? reach : snaplen;
}

static enum exit_status open_programs(struct hybrid_source *hybrid, struct live_opening *opening)
{
	const struct hybrid_options options = {
	    .targets = &hybrid->targets,
	    .snaplen = hybrid_choose_copy(opening),
	    .buffer_size = (uint64_t)opening->settings->source.buffer_kib * 1024,
	};
	enum bpf_tap_result result;
	char error[BPF_TAP_ERROR_MAX];

	hybrid->hybrid = hybrid_open(&options, &result, error);
	if (!hybrid->hybrid)
		snprintf(opening->reason, sizeof(opening->reason), "%s", error);
	return live_bpf_exit_status(result);
}

/* Without rights or without BPF in the kernel, no machine is looked for. */
static enum exit_status open_source(struct hybrid_source *hybrid, struct live_opening *opening)
{
	char error[BPF_TAP_ERROR_MAX];
	const enum bpf_tap_result result = hybrid_check(error);
	enum exit_status status;

	if (result != BPF_TAP_OK) {
		snprintf(opening->reason, sizeof(opening->reason), "%s", error);
		return live_bpf_exit_status(result);
	}
	status = find_targets(hybrid, opening);
	return status == EXIT_OK ? open_programs(hybrid, opening) : status;
}

struct live_source *live_hybrid_open(struct live_opening *opening, enum exit_status *status)
{
	struct hybrid_source *hybrid = calloc(1, sizeof(*hybrid));
	struct live_source *source = &hybrid->source;

	*status = EXIT_FAILED;
	if (!hybrid) {
		snprintf(opening->reason, sizeof(opening->reason), "not enough memory");
		return NULL;
	}
	*status = open_source(hybrid, opening);
	if (*status != EXIT_OK) {
		hybrid_source_free(hybrid);
		return NULL;
	}
	hybrid->timeout_ms = opening->watched ? TIMEOUT_WATCHED : TIMEOUT_UNWATCHED;
	*source = (struct live_source){
	    .kind = &hybrid_kind,
	    .settings = opening->settings,
	    .filter = opening->filter,
	    .watched = opening->watched,
	    .name = INTERFACE_HYBRID,
	    .snaplen = opening->settings->source.snaplen ? opening->settings->source.snaplen
							 : CAPTURE_DEFAULT_SNAPLEN,
	    .nanosecond = live_source_wants_nanoseconds(opening->settings),
	    .bpf = true,
	    .hybrid = true,
	    .fd = hybrid_fd(hybrid->hybrid),
	};
	snprintf(source->remark, sizeof(source->remark), " (%zu UNIX socket%s, watched by BPF)",
		 hybrid->targets.count, plural(hybrid->targets.count));
	return source;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks which options go together. The options of a mode are in its struct mode. */
#include <string.h>

#include "tool/options/file-options.h"
#include "tool/options/input-list.h"
#include "tool/options/parse.h"

static bool check_action(struct parse *parse)
{
	const struct settings *settings = parse->settings;
	char text[32];

	if (settings->source.file_count || settings->file.name)
		return options_fail(parse, "%s is not for use with -r or -w",
				    option_text(parse->action, text));
	if (settings->print.filtered)
		return options_fail(parse, "%s takes no filter", option_text(parse->action, text));
	return true;
}

static bool check_source(struct parse *parse)
{
	const struct source_settings *source = &parse->settings->source;

	if (source->hybrid_count && source->file_count)
		return options_fail(parse, "--hybrid-socket is not for use with -r");
	if (source->hybrid_count &&
	    (!source->interface || strcmp(source->interface, "hybrid") != 0))
		return options_fail(parse, "--hybrid-socket %.64s: it needs -i hybrid",
				    source->hybrid_sockets[0]);
	if (source->filter_file && *source->expression)
		return options_fail(parse, "-F %.64s and '%.64s': only one filter at a time",
				    source->filter_file, *source->expression);
	if (parse->list_on_input && input_list_has_standard_input(parse->settings))
		return options_fail(parse, "-V - and -r -: standard input can be read only once");
	if (source->direction != DIRECTION_INOUT && source->file_count > 0)
		return options_fail(parse, "-Q: a capture file does not say which machine made it. "
					   "Type a filter instead, such as 'dst cid host'");
	if (source->dump_program > 3)
		return options_fail(parse, "only -d, -dd and -ddd have a meaning");
	return true;
}

static bool check_compare(struct parse *parse)
{
	const struct source_settings *source = &parse->settings->source;

	if (source->file_count != 1)
		return options_fail(parse,
				    "--compare compares one file with another: give one file with "
				    "-r, such as -r guest.pcapng --compare host.pcapng");
	if (strcmp(source->files[0], "-") == 0 || strcmp(parse->settings->flow.compare, "-") == 0)
		return options_fail(parse,
				    "--compare reads both files twice, and standard input can be "
				    "read only once. Save it to a file first");
	if (parse->settings->print.filtered)
		return options_fail(parse, "--compare takes no filter: it would be applied to one "
					   "of the files only");
	if (source->skip)
		return options_fail(parse, "--skip is not for use with --compare");
	return true;
}

static bool check_interval(struct parse *parse)
{
	const struct settings *settings = parse->settings;
	const uint64_t second = UINT64_C(1000000000);

	if (settings->mode == &mode_top && settings->flow.interval > 60 * second)
		return options_fail(parse, "--interval: at most 60 seconds with --top");
	if (settings->mode == &mode_records && settings->flow.interval &&
	    settings->flow.interval < second)
		return options_fail(parse, "--interval: at least 1 second with --flow-log");
	return true;
}

static bool ends_with(const char *text, const char *ending)
{
	size_t length = strlen(text);
	size_t most = strlen(ending);

	return length > most && strcmp(text + length - most, ending) == 0;
}

/* Options of records need the file that they are about. */
static bool check_records(struct parse *parse)
{
	const struct record_settings *records = &parse->settings->records;

	if (parse->settings->mode != &mode_records)
		return true;
	if (records->metrics_by_vm && !records->metrics)
		return options_fail(parse, "--metrics-by-vm is for use with --metrics");
	if (records->metrics && !ends_with(records->metrics, ".prom"))
		return options_fail(parse,
				    "--metrics %.64s: the node exporter reads only files whose "
				    "names end with .prom",
				    records->metrics);
	if (!records->log && (records->notable || records->log_bytes || records->log_seconds))
		return options_fail(parse, "--notable, --log-size and --log-time are for use with "
					   "--flow-log");
	if (records->log && strcmp(records->log, "-") == 0 && parse->settings->file.name &&
	    strcmp(parse->settings->file.name, "-") == 0)
		return options_fail(parse, "-w - and --flow-log - cannot share standard output");
	return true;
}

bool options_check(struct parse *parse)
{
	const struct settings *settings = parse->settings;

	if (parse->action)
		return check_action(parse);
	if (settings->flow.raw && settings->print.payload != PAYLOAD_NONE)
		return options_fail(parse, "--raw is not for use with -x, -X or -A");
	if (settings->flow.raw && follow_is_many(settings->flow.what))
		return options_fail(parse, "--raw is for one flow: --follow N, or --follow next");
	if (settings->flow.map_count && !settings->flow.compare)
		return options_fail(parse, "--map is for use with --compare");
	if (settings->flow.compare && !check_compare(parse))
		return false;
	if (settings->flow.ladder_worst && settings->source.file_count == 0)
		return options_fail(parse, "--ladder worst: it needs a file (-r)");
	return check_interval(parse) && check_records(parse) && check_source(parse) &&
	       file_options_check(settings, parse->error);
}

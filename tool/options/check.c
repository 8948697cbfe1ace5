/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which options go together. What a mode takes is in its struct mode. */
#include "tool/options/file-options.h"
#include "tool/options/parse.h"

static bool check_action(struct parse *parse)
{
	const struct settings *settings = parse->settings;
	char text[32];

	if (settings->source.read_file || settings->file.name)
		return options_fail(parse, "%s is not for use with -r or -w",
				    option_text(parse->action, text));
	if (settings->print.filtered)
		return options_fail(parse, "%s takes no filter", option_text(parse->action, text));
	return true;
}

static bool check_source(struct parse *parse)
{
	const struct source_settings *source = &parse->settings->source;

	if (source->filter_file && *source->expression)
		return options_fail(parse, "-F %.64s and '%.64s': only one filter at a time",
				    source->filter_file, *source->expression);
	if (source->dump_program > 3)
		return options_fail(parse, "only -d, -dd and -ddd have a meaning");
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
	return check_source(parse) && file_options_check(settings, parse->error);
}

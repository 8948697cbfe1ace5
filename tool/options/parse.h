/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the parts of the parser. */
#ifndef VSOCKDUMP_OPTIONS_PARSE_H
#define VSOCKDUMP_OPTIONS_PARSE_H

#include "tool/options/error.h"
#include "tool/options/row.h"

/* The most rows in both tables together. */
#define OPTIONS_MAX 160

/* What must be done after the whole command line was read. */
struct parse {
	struct settings *settings;
	char *error;                     /* OPTIONS_ERROR_MAX chars */
	const struct option_row *action; /* the option that is not about packets; or NULL */
	const struct option_row *mode;   /* the option that selects settings->mode; or NULL */
	/* Arguments of --name and --names-file, pointers into argv. */
	const char **assignments;
	const char **files;
	size_t assignment_count;
	size_t file_count;
	bool list_on_input; /* -V -: standard input was a list */
};

/* Writes the message; returns false. */
__attribute__((format(printf, 2, 3))) bool options_fail(struct parse *parse, const char *format,
							...);

/*
 * Return false, with a message that names an option that the user may have meant (suggest.c). The
 * first is for a long option that is unknown or ambiguous, the second for an unknown letter in the
 * argument "-letters".
 */
bool options_fail_long(struct parse *parse, const char *argument);
bool options_fail_letter(struct parse *parse, int letter, const char *argument);

/* As the user may write it: "-c", "--flows". */
const char *option_text(const struct option_row *row, char text[static 32]);

/* Effects that do more than set a field (effects.c). */
bool option_file_bytes(struct parse *parse, const char *argument);
bool option_follow(struct parse *parse, const char *argument);
bool option_ladder(struct parse *parse, const char *argument);
bool option_map(struct parse *parse, const char *argument);
bool option_interval(struct parse *parse, const char *argument);
bool option_stats(struct parse *parse, const char *argument);
bool option_slow_handshake(struct parse *parse, const char *argument);
bool option_stall(struct parse *parse, const char *argument);
bool option_log_size(struct parse *parse, const char *argument);
bool option_service(struct parse *parse, const char *argument);
bool option_host_id(struct parse *parse, const char *argument);
bool option_redact(struct parse *parse, const char *argument);
bool option_read(struct parse *parse, const char *argument);
bool option_read_list(struct parse *parse, const char *argument);
bool option_name(struct parse *parse, const char *argument);
bool option_process(struct parse *parse, const char *argument);
bool option_hybrid_socket(struct parse *parse, const char *argument);
bool option_names_file(struct parse *parse, const char *argument);

/* Checks which options go together (check.c), if that does not depend on the mode. */
bool options_check(struct parse *parse);

#endif

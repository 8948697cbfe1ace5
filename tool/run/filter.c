/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/run/filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/cid-names.h"
#include "core/wire.h"
#include "pcap-vsockmon/filter/accepts.h"
#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tool/message.h"
#include "tool/run/direction.h"

/* How much of the expression is shown around a mistake. */
#define CONTEXT 60

/* The words of the command line with blanks between them, to be freed; NULL without memory. */
static char *join(char *const *words)
{
	size_t length = 1;
	char *text;
	char *end;

	for (char *const *word = words; word && *word; word++)
		length += strlen(*word) + 1;

	text = malloc(length);
	end = text;
	if (!text)
		return NULL;
	*end = '\0';
	for (char *const *word = words; word && *word; word++) {
		if (end > text)
			*end++ = ' ';
		end = stpcpy(end, *word);
	}
	return text;
}

/* What is wrong with a file whose first `length` bytes are `text`; NULL if nothing. */
static const char *read_trouble(FILE *file, const char *text, size_t length)
{
	if (ferror(file))
		return strerror(errno);
	if (length == FILTER_FILE_MAX)
		return "longer than any filter expression";
	if (memchr(text, '\0', length))
		return "holds a null byte, so it is no filter expression";
	return NULL;
}

/* The text of a file, to be freed; NULL with a message printed. */
static char *read_expression(const char *path)
{
	const bool from_stdin = strcmp(path, "-") == 0;
	FILE *file = from_stdin ? stdin : fopen(path, "re");
	char *text;
	const char *trouble;

	if (!file) {
		print_error("%s: %s", path, strerror(errno));
		return NULL;
	}

	text = calloc(1, FILTER_FILE_MAX + 1);
	trouble = "not enough memory";
	if (text)
		trouble = read_trouble(file, text, fread(text, 1, FILTER_FILE_MAX, file));
	if (trouble) {
		print_error("%s: %s", path, trouble);
		free(text);
		text = NULL;
	}
	if (!from_stdin)
		fclose(file);
	return text;
}

static int cid_by_name(void *context, const char *name, uint32_t *cid)
{
	return vsock_cid_by_name(context, name, cid);
}

/* The part of the expression with the mistake, and a mark below it. */
static void point_at(const char *expression, unsigned column)
{
	size_t place = column - 1;
	size_t start = place > CONTEXT / 2 ? place - CONTEXT / 2 : 0;
	char part[CONTEXT + 1];
	size_t length = 0;

	if (column == 0 || place > strlen(expression))
		return;
	for (; length < CONTEXT && expression[start + length]; length++) {
		char c = expression[start + length];

		part[length] = '?';
		if (c >= ' ' && c <= '~')
			part[length] = c;
		else if (c == '\n' || c == '\t')
			part[length] = ' ';
	}
	part[length] = '\0';
	notice("  %s", part);
	notice("  %*s^", (int)(place - start), "");
}

/* The word of the command line that has this column of the expression; or NULL. */
static const char *word_at(const struct settings *settings, unsigned column)
{
	size_t place = column ? column - 1 : 0;

	if (settings->source.filter_file)
		return NULL;
	for (char *const *word = settings->source.expression; *word; word++) {
		size_t length = strlen(*word);

		if (place <= length)
			return *word;
		place -= length + 1;
	}
	return NULL;
}

/* What looks wrong may be the name of a capture: -r was forgotten, or given before another file. */
static bool is_file(const char *word)
{
	struct stat status;

	return word && stat(word, &status) == 0 && S_ISREG(status.st_mode);
}

/* Where the bytes end that the instruction may read: 0 if it reads none. */
static uint32_t end_of_load(const struct bpf_insn *insn)
{
	uint32_t size = BPF_SIZE(insn->code) == BPF_W ? 4 : BPF_SIZE(insn->code) == BPF_H ? 2 : 1;

	if (BPF_CLASS(insn->code) != BPF_LD)
		return 0;
	if (BPF_MODE(insn->code) == BPF_IND)
		return UINT32_MAX;
	if (BPF_MODE(insn->code) != BPF_ABS)
		return 0;
	return insn->k > UINT32_MAX - size ? UINT32_MAX : insn->k + size;
}

/* How many bytes of a frame the program may read, and never less than the monitor header. */
static uint32_t reach_of(const struct bpf_program *program)
{
	uint32_t reach = VSOCK_MON_SIZE;

	for (u_int i = 0; i < program->bf_len; i++) {
		uint32_t end = end_of_load(&program->bf_insns[i]);

		if (end > reach)
			reach = end;
	}
	return reach;
}

/*
 * For frames that were cut. The expression may be too long for this program. Then nobody can use
 * -O with it either, so there is no other meaning to agree with.
 */
static void compile_exact(struct filter *filter, const char *expression,
			  const struct pcap_vsockmon_names *names)
{
	char error[PCAP_ERRBUF_SIZE];

	if (pcap_vsockmon_compile(&filter->exact, expression, 0, names, NULL, error) == 0)
		filter->reach = reach_of(&filter->exact);
}

static enum exit_status filter_compile(struct filter *filter, const struct settings *settings,
				       const char *expression)
{
	struct pcap_vsockmon_names names = {cid_by_name, settings->print.names};
	char error[PCAP_ERRBUF_SIZE];
	const char *word;
	unsigned column = 0;

	if (pcap_vsockmon_compile(&filter->program, expression, !settings->source.unoptimized,
				  &names, &column, error) == 0) {
		if (!settings->source.unoptimized)
			compile_exact(filter, expression, &names);
		return EXIT_OK;
	}
	word = word_at(settings, column);
	if (is_file(word)) {
		print_error("%s is a file: to read it, type -r %s", word, word);
		return EXIT_USAGE;
	}
	print_error("filter: %s", error);
	point_at(expression, column);
	return EXIT_USAGE;
}

/*
 * -Q: the same filter, and that the packet goes in this direction. The expression is known to be
 * good alone, so that it cannot break out of its parentheses.
 */
static enum exit_status add_direction(struct filter *filter, const struct settings *settings,
				      const char *expression)
{
	bool blank = expression[strspn(expression, " \t\n\v\f\r")] == '\0';
	char side[DIRECTION_EXPRESSION_MAX];
	enum exit_status status = direction_of_this_machine(settings->source.direction, side);
	size_t room = strlen(expression) + sizeof(side) + sizeof("() and ()");
	char *both;

	if (status != EXIT_OK)
		return status;
	both = malloc(room);
	if (!both) {
		print_error("not enough memory");
		return EXIT_FAILED;
	}
	snprintf(both, room, blank ? "%s%s" : "(%s) and (%s)", blank ? "" : expression, side);
	filter_close(filter);
	status = filter_compile(filter, settings, both);
	free(both);
	return status;
}

enum exit_status filter_open(struct filter *filter, const struct settings *settings)
{
	char *expression = settings->source.filter_file
			       ? read_expression(settings->source.filter_file)
			       : join(settings->source.expression);
	enum exit_status status;

	*filter = (struct filter){0};
	if (!expression) {
		if (!settings->source.filter_file)
			print_error("not enough memory");
		return settings->source.filter_file ? EXIT_INPUT : EXIT_FAILED;
	}
	status = filter_compile(filter, settings, expression);
	if (status == EXIT_OK && settings->source.direction != DIRECTION_INOUT) {
		status = add_direction(filter, settings, expression);
		if (status != EXIT_OK)
			filter_close(filter);
	}
	free(expression);
	return status;
}

void filter_close(struct filter *filter)
{
	pcap_freecode(&filter->program);
	pcap_freecode(&filter->exact);
	filter->reach = 0;
}

static bool program_passes(const struct bpf_program *program, const struct capture_record *record)
{
	return filter_accepts(program, record->data, record->on_wire, record->captured);
}

/* True if the frame has every byte that `exact` could read of it, so that both programs agree. */
static bool has_all(const struct filter *filter, const struct capture_record *record)
{
	return record->captured >= filter->reach ||
	       (record->captured >= record->on_wire && record->captured >= VSOCK_MON_SIZE);
}

bool filter_passes(const struct filter *filter, const struct capture_record *record)
{
	/* What the optimized program rejects, the other one rejects, too. */
	return program_passes(&filter->program, record) &&
	       (has_all(filter, record) || program_passes(&filter->exact, record));
}

uint32_t filter_reach(const struct filter *filter)
{
	const uint32_t reach = reach_of(&filter->program);

	return filter->reach > reach ? filter->reach : reach;
}

enum exit_status filter_print(const struct filter *filter, unsigned form)
{
	/* libpcap prints with printf(). */
	bpf_dump(&filter->program, (int)form);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_OK;
	print_error("standard output: %s", strerror(errno));
	return EXIT_OUTPUT;
}

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

static bool same_test(const struct filter_process_test *a, const struct filter_process_test *b)
{
	return a->by_pid == b->by_pid && a->pid == b->pid && strcmp(a->command, b->command) == 0;
}

/* A variant of the filter that is being compiled. */
struct compilation {
	struct filter *filter;
	unsigned outcomes; /* bits */
};

/* The first variant finds the tests: all are false in it. */
static int outcome_of(void *context, const struct filter_process_test *test)
{
	const struct compilation *compilation = context;
	struct filter *filter = compilation->filter;
	unsigned i = 0;

	while (i < filter->test_count && !same_test(&filter->tests[i], test))
		i++;
	if (i == FILTER_PROCESS_TESTS_MAX)
		return -1;
	if (i == filter->test_count)
		filter->tests[filter->test_count++] = *test;
	return compilation->outcomes >> i & 1;
}

/*
 * The second program is for frames that were cut. The expression may be too long for it. Then
 * nobody can use -O with it either, so there is no other meaning to agree with.
 */
static int compile_variant(struct filter *filter, unsigned outcomes,
			   const struct settings *settings, const char *expression,
			   unsigned *column, char error[static PCAP_ERRBUF_SIZE])
{
	const struct pcap_vsockmon_names names = {cid_by_name, settings->print.names};
	struct compilation compilation = {filter, outcomes};
	const struct filter_process_tests tests = {outcome_of, &compilation};
	const struct filter_process_tests *known = settings->print.processes ? &tests : NULL;
	struct filter_variant *variant = &filter->variants[outcomes];
	const int optimized = !settings->source.unoptimized;
	char ignored[PCAP_ERRBUF_SIZE];

	if (filter_compile(&variant->program, expression, optimized, &names, known, column,
			   error) != 0)
		return -1;
	if (optimized &&
	    filter_compile(&variant->exact, expression, 0, &names, known, NULL, ignored) == 0)
		variant->reach = reach_of(&variant->exact);
	return 0;
}

static int compile_variants(struct filter *filter, const struct settings *settings,
			    const char *expression, unsigned *column,
			    char error[static PCAP_ERRBUF_SIZE])
{
	int result = compile_variant(filter, 0, settings, expression, column, error);

	for (unsigned i = 1; result == 0 && i < 1u << filter->test_count; i++)
		result = compile_variant(filter, i, settings, expression, column, error);
	return result;
}

static enum exit_status report_mistake(const struct settings *settings, const char *expression,
				       unsigned column, const char *error)
{
	const char *word = word_at(settings, column);

	if (is_file(word)) {
		print_error("%s is a file: to read it, type -r %s", word, word);
		return EXIT_USAGE;
	}
	print_error("filter: %s", error);
	point_at(expression, column);
	return EXIT_USAGE;
}

static enum exit_status compile_filter(struct filter *filter, const struct settings *settings,
				       const char *expression)
{
	char error[PCAP_ERRBUF_SIZE];
	unsigned column = 0;

	filter->processes = settings->print.processes;
	if (compile_variants(filter, settings, expression, &column, error) == 0)
		return EXIT_OK;
	filter_close(filter);
	return report_mistake(settings, expression, column, error);
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
	status = compile_filter(filter, settings, both);
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
	status = compile_filter(filter, settings, expression);
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
	for (unsigned i = 0; i < 1u << FILTER_PROCESS_TESTS_MAX; i++) {
		pcap_freecode(&filter->variants[i].program);
		pcap_freecode(&filter->variants[i].exact);
		filter->variants[i].reach = 0;
	}
	filter->test_count = 0;
}

static bool program_passes(const struct bpf_program *program, const struct capture_record *record)
{
	return filter_accepts(program, record->data, record->on_wire, record->captured);
}

/* True if the frame has every byte that `exact` could read of it, so that both programs agree. */
static bool has_all(const struct filter_variant *variant, const struct capture_record *record)
{
	return record->captured >= variant->reach ||
	       (record->captured >= record->on_wire && record->captured >= VSOCK_MON_SIZE);
}

static bool is_process(const struct filter_process_test *test, const struct process_entry *entry)
{
	if (!entry)
		return false;
	return test->by_pid ? entry->process.pid == test->pid
			    : strcmp(entry->process.command, test->command) == 0;
}

/* The variant for the processes at both ends of the packet. */
static const struct filter_variant *choose_variant(const struct filter *filter,
						   const struct capture_record *record)
{
	struct process_addresses from, to;
	const struct process_entry *sender, *receiver;
	unsigned outcomes = 0;

	if (record->captured < VSOCK_MON_SIZE)
		return &filter->variants[0];
	from = (struct process_addresses){
	    (uint32_t)vsock_get_le64(record->data + VSOCK_MON_SRC_CID),
	    vsock_get_le32(record->data + VSOCK_MON_SRC_PORT),
	    (uint32_t)vsock_get_le64(record->data + VSOCK_MON_DST_CID),
	    vsock_get_le32(record->data + VSOCK_MON_DST_PORT),
	};
	to = (struct process_addresses){from.remote_cid, from.remote_port, from.local_cid,
					from.local_port};
	sender = process_table_find(filter->processes, &from, record->ts);
	receiver = process_table_find(filter->processes, &to, record->ts);
	for (unsigned i = 0; i < filter->test_count; i++)
		if (is_process(&filter->tests[i], sender) ||
		    is_process(&filter->tests[i], receiver))
			outcomes |= 1u << i;
	return &filter->variants[outcomes];
}

bool filter_passes(const struct filter *filter, const struct capture_record *record)
{
	const struct filter_variant *variant =
	    filter->test_count > 0 ? choose_variant(filter, record) : &filter->variants[0];

	/* What the optimized program rejects, the other one rejects, too. */
	return program_passes(&variant->program, record) &&
	       (has_all(variant, record) || program_passes(&variant->exact, record));
}

/* Without tests of processes. With them, the source gets no filter. */
uint32_t filter_reach(const struct filter *filter)
{
	const uint32_t reach = reach_of(&filter->variants[0].program);

	return filter->variants[0].reach > reach ? filter->variants[0].reach : reach;
}

enum exit_status filter_print(const struct filter *filter, unsigned form)
{
	if (filter->test_count > 0) {
		print_error("-d is not for use with \"pid\" and \"command\": no BPF program tests "
			    "them");
		return EXIT_USAGE;
	}
	/* libpcap prints with printf(). */
	bpf_dump(&filter->variants[0].program, (int)form);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_OK;
	print_error("standard output: %s", strerror(errno));
	return EXIT_OUTPUT;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs the stages of the compiler, from an expression to BPF:
 *
 *	text -> tokens -> tree -> conditions -> instructions
 *	     lex     parse    condition      lower, emit
 *
 * The name of each file begins with its stage. The stage "lower" says what a condition needs, and
 * the stage "emit" writes it.
 *
 * The program is built in memory of an arena. At the end it is copied to memory of malloc(), since
 * pcap_freecode() frees it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire.h"
#include "pcap-vsockmon/filter/condition.h"
#include "pcap-vsockmon/filter/emit.h"
#include "pcap-vsockmon/filter/lower.h"
#include "pcap-vsockmon/filter/parse.h"
#include "pcap-vsockmon/filter/process-test.h"
#include "pcap-vsockmon/pcap-vsockmon.h"

/*
 * A plain program first loads the last bytes of the monitor header. BPF then rejects a frame that
 * lacks a part of it. Otherwise "src port 80 or dst port 80" would accept some of these frames.
 * Optimized programs save the instruction: no frame in the kernel is that short.
 */
static uint32_t reject_cut_header(struct filter_lower *lower, uint32_t root)
{
	filter_code_add(&lower->emitter.body, BPF_LD | BPF_W | BPF_ABS, VSOCK_MON_SIZE - 4);
	return filter_emit_body(&lower->emitter, NULL, root);
}

/* False without memory, with an error that is set, or if `code` is too long. */
static bool compile(struct filter_code *code, const struct filter_node *tree, bool optimised,
		    struct filter_error *error)
{
	const struct filter_ways ways = {.yes = FILTER_LEAF_ACCEPT, .no = FILTER_LEAF_REJECT};
	struct filter_lower lower = {.arena = code->arena, .error = error};
	struct filter_condition *condition = filter_condition(code->arena, tree, optimised);
	uint32_t root;

	if (!condition || !filter_emit_begin(&lower.emitter, code->arena))
		return false;
	root = filter_lower(&lower, condition, ways);
	if (tree && !optimised)
		root = reject_cut_header(&lower, root);
	filter_emit_end(&lower.emitter, root, code);
	return !error->set && code->count <= FILTER_MAX_INSTRUCTIONS;
}

static bool copy(struct bpf_program *program, const struct filter_code *code)
{
	program->bf_insns = malloc(code->count * sizeof(*program->bf_insns));
	if (!program->bf_insns)
		return false;
	memcpy(program->bf_insns, code->insns, code->count * sizeof(*program->bf_insns));
	program->bf_len = (u_int)code->count;
	return true;
}

int filter_compile(struct bpf_program *program, const char *expression, int optimise,
		   const struct pcap_vsockmon_names *names,
		   const struct filter_process_tests *tests, unsigned *column, char *errbuf)
{
	struct filter_arena arena = {0};
	struct filter_error error = {.expression = expression, .errbuf = errbuf};
	struct filter_code code = {.arena = &arena};
	struct filter_node *tree;
	bool done;

	memset(program, 0, sizeof(*program));
	errbuf[0] = '\0';
	done = filter_parse(&tree, &arena, names, tests, &error) &&
	       compile(&code, tree, optimise != 0, &error);
	if (arena.failed || (done && !copy(program, &code)))
		filter_error(&error, "out of memory");
	else if (!done)
		filter_error(&error,
			     "the expression needs %zu instructions or more, but BPF allows %d: "
			     "shorten it",
			     code.count, FILTER_MAX_INSTRUCTIONS);
	if (column)
		*column = error.column;
	filter_arena_free(&arena);
	return error.set ? PCAP_ERROR : 0;
}

int pcap_vsockmon_compile(struct bpf_program *program, const char *expression, int optimise,
			  const struct pcap_vsockmon_names *names, unsigned *column, char *errbuf)
{
	return filter_compile(program, expression, optimise, names, NULL, column, errbuf);
}

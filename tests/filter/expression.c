/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/filter/expression.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* Enough for what one test may still add when the text is thought to be full. */
#define RESERVE 1024

struct writer {
	char *text;
	size_t length;
	struct dice *dice;
};

static void put(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct writer *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	w->length +=
	    (size_t)vsnprintf(w->text + w->length, EXPRESSION_MAX - w->length, format, args);
	va_end(args);
}

#define PICK(w, ...)                                                                               \
	((const char *const[]){__VA_ARGS__}[die(                                                   \
	    (w)->dice, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))])

static void put_number(struct writer *w, unsigned bytes)
{
	uint64_t number = common_number(w->dice, bytes);

	if (one_in(w->dice, 3))
		put(w, "0x%" PRIx64, number);
	else
		put(w, "%" PRIu64, number);
}

static const char *relation(struct writer *w)
{
	return PICK(w, "=", "==", "!=", "<", "<=", ">", ">=");
}

static const char *ends(struct writer *w)
{
	return PICK(w, "", "", "src ", "dst ", "src or dst ", "src and dst ", "dst or src ");
}

static const char *joint(struct writer *w)
{
	return PICK(w, " or ", " or ", " || ", " and ", " && ");
}

static const char *cid_name(struct writer *w)
{
	return PICK(w, "host", "local", "hypervisor", "any");
}

static void put_cid(struct writer *w)
{
	if (one_in(w->dice, 4))
		put(w, "%s", cid_name(w));
	else
		put_number(w, 8);
}

static void put_address(struct writer *w)
{
	put_cid(w);
	if (one_in(w->dice, 2)) {
		put(w, "%s", one_in(w->dice, 4) ? ":?" : ":");
		put_number(w, 4);
	}
}

/* An address that needs no word: the port makes it one. */
static void put_endpoint(struct writer *w)
{
	put_cid(w);
	put(w, "%s", one_in(w->dice, 4) ? ":?" : ":");
	put_number(w, 4);
}

static void put_range(struct writer *w)
{
	uint64_t a = common_number(w->dice, 4), b = common_number(w->dice, 4);

	put(w, "%" PRIu64 "%s%" PRIu64, a < b ? a : b, PICK(w, "-", " - "), a < b ? b : a);
}

static void put_op(struct writer *w)
{
	if (one_in(w->dice, 4))
		put(w, "%u", die(w->dice, 9));
	else
		put(w, "%s",
		    PICK(w, "request", "response", "rst", "shutdown", "rw", "credit_update",
			 "credit_request", "connect", "disconnect", "control", "data"));
}

static void put_type(struct writer *w)
{
	put(w, "%s", PICK(w, "stream", "seqpacket", "dgram", "0", "1", "2", "770"));
}

static void put_transport(struct writer *w)
{
	put(w, "%s", PICK(w, "unknown", "no_info", "virtio", "0", "1", "2", "512"));
}

static void put_port(struct writer *w)
{
	put_number(w, 4);
}

/* Tests that are a word and a list of values. */
static void put_list(struct writer *w)
{
	static const struct {
		const char *word;
		void (*value)(struct writer *w);
		bool has_ends;
	} words[] = {
	    {"cid", put_cid, true},
	    {"port", put_port, true},
	    {"portrange", put_range, true},
	    {"addr", put_address, true},
	    {"op", put_op, false},
	    {"type", put_type, false},
	    {"transport", put_transport, false},
	};
	uint32_t kind = die(w->dice, sizeof(words) / sizeof(words[0]));
	bool parentheses = one_in(w->dice, 3);
	uint32_t more = one_in(w->dice, 2) ? 0 : die(w->dice, 5);

	if (one_in(w->dice, 20))
		more = die(w->dice, 30);
	put(w, "%s%s %s", words[kind].has_ends ? ends(w) : "", words[kind].word,
	    parentheses ? "(" : "");
	words[kind].value(w);
	while (more-- > 0) {
		put(w, "%s%s", joint(w), one_in(w->dice, 6) ? "not " : "");
		words[kind].value(w);
	}
	if (parentheses)
		put(w, ")");
}

/* A number of the frame, and how many bytes it has. */
static unsigned put_place(struct writer *w)
{
	static const unsigned sizes[] = {1, 1, 2, 4};
	unsigned size = sizes[die(w->dice, 4)];

	switch (die(w->dice, 12)) {
	case 0:
	case 1:
		put(w, "%s", PICK(w, "src port", "dst port"));
		return 4;
	case 2:
	case 3:
	case 4:
		put(w, "%s", PICK(w, "len", "len", "flags", "buf_alloc", "fwd_cnt"));
		return 4;
	case 5:
		put(w, "%s", PICK(w, "op", "type", "transport"));
		return 2;
	case 6:
	case 7:
		put(w, "vsock[%u", die(w->dice, one_in(w->dice, 2) ? 32 : 130));
		break;
	case 8:
		put(w, "virtio[%u", die(w->dice, one_in(w->dice, 4) ? 64 : 44));
		break;
	default:
		put(w, "payload[%u", die(w->dice, one_in(w->dice, 4) ? 80 : 10));
		break;
	}
	if (size > 1 || one_in(w->dice, 3))
		put(w, ":%u", size);
	put(w, "]%s", PICK(w, "", "", " le", "le", " be"));
	return size;
}

static void put_formula(struct writer *w, unsigned depth)
{
	if (depth == 0 || one_in(w->dice, 3)) {
		if (one_in(w->dice, 3))
			put_number(w, 4);
		else
			put_place(w);
		return;
	}
	put(w, "(");
	if (one_in(w->dice, 6)) {
		/* "portrange 1-2 or (3-4" would go on with the ranges: no number on the left. */
		put_place(w);
		put(w, " - ");
		put_formula(w, depth - 1);
		put(w, ")");
		return;
	}
	put_formula(w, depth - 1);
	switch (die(w->dice, 4)) {
	case 0:
		put(w, " %s %u", PICK(w, "<<", ">>"), die(w->dice, 32));
		break;
	case 1:
		put(w, " %s %u", PICK(w, "/", "%"), 1 + die(w->dice, 300));
		break;
	default:
		put(w, " %s ", PICK(w, "+", "*", "&", "|", "^"));
		put_formula(w, depth - 1);
		break;
	}
	put(w, ")");
}

static void put_comparison(struct writer *w)
{
	unsigned size;

	switch (die(w->dice, 8)) {
	case 0:
		put(w, "%scid %s ", ends(w), relation(w));
		put_cid(w);
		return;
	case 1:
		put(w, "%sport ", ends(w));
		if (one_in(w->dice, 3)) {
			put(w, "& ");
			put_number(w, 4);
			put(w, " ");
		}
		put(w, "%s ", relation(w));
		put_number(w, 4);
		return;
	case 2:
		/* Never a place alone, which a number might be too large for. */
		put(w, "%s ",
		    PICK(w, "len +", "src port ^", "payload[1] |", "7 * vsock[16:2]le +"));
		put_formula(w, 3);
		put(w, " %s ", relation(w));
		put_formula(w, 2);
		return;
	case 3:
		put_place(w);
		put(w, " & ");
		put_number(w, 4);
		return;
	case 4:
		put_number(w, 1);
		put(w, " %s ", relation(w));
		put_place(w);
		return;
	default:
		size = put_place(w);
		if (one_in(w->dice, 4)) {
			put(w, " & ");
			put_number(w, 4);
		}
		put(w, " %s ", relation(w));
		put_number(w, size);
		return;
	}
}

static void put_text(struct writer *w)
{
	uint32_t count = 1 + die(w->dice, one_in(w->dice, 4) ? 12 : 5);

	put(w, "payload startswith \"");
	for (uint32_t i = 0; i < count; i++)
		put(w, "%s", PICK(w, "G", "G", "E", "\\x00", "\\n", "\\\"", "\\\\"));
	put(w, "\"");
}

static void put_test(struct writer *w)
{
	switch (die(w->dice, 14)) {
	case 0:
		put(w, "%s",
		    PICK(w, "eom", "eor", "loopback", "guest", "src guest", "src and dst guest",
			 "connect", "disconnect", "control", "data", "1 = 1", "2 < 1"));
		break;
	case 12:
		put(w, "%s",
		    PICK(w, "request", "response", "rst", "shutdown", "rw", "credit-update",
			 "credit_request", "stream", "seqpacket", "dgram"));
		break;
	case 13:
		put_endpoint(w);
		break;
	case 1:
		put(w, "between ");
		put_address(w);
		put(w, " and ");
		put_address(w);
		break;
	case 2:
		put(w, "%s ", PICK(w, "src", "dst", "src or dst"));
		put_address(w);
		break;
	case 3:
		put_text(w);
		break;
	case 4:
	case 5:
	case 6:
	case 7:
		put_list(w);
		break;
	default:
		put_comparison(w);
		break;
	}
}

static void put_chain(struct writer *w, unsigned depth)
{
	uint32_t terms = 1 + die(w->dice, 4);

	for (uint32_t i = 0; i < terms; i++) {
		if (i > 0)
			put(w, "%s", joint(w));
		if (one_in(w->dice, 4))
			put(w, "%s", PICK(w, "not ", "!", "! not "));
		if (depth > 0 && one_in(w->dice, 3) && w->length < EXPRESSION_MAX / 2) {
			put(w, "(");
			put_chain(w, depth - 1);
			put(w, ")");
		} else if (w->length < EXPRESSION_MAX - RESERVE) {
			put_test(w);
		} else {
			put(w, "guest");
		}
	}
}

void random_expression(char text[static EXPRESSION_MAX], struct dice *dice)
{
	struct writer writer = {text, 0, dice};

	put_chain(&writer, die(dice, 4));
}

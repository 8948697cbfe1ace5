/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorted by key, so that no input makes finding one slow, as in endpoints.c. */
#include "tool/mode/flow-totals.h"

#include <stdlib.h>
#include <string.h>

#include "tool/print/address.h"
#include "tool/print/color.h"

#define FIRST_CAPACITY 16

/* A name of a CID, or "4096 others". */
#define LABEL_MAX 128

#define COLUMNS 4

/* Where the key is, or would be. */
static uint32_t place(const struct flow_totals_table *table, uint32_t key)
{
	uint32_t low = 0;
	uint32_t high = table->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (table->sorted[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool totals_make_room(struct flow_totals_table *table)
{
	uint32_t capacity = table->capacity ? table->capacity * 2 : FIRST_CAPACITY;
	struct flow_total *sorted;

	if (table->count < table->capacity)
		return true;
	if (table->count == FLOW_TOTALS_MAX)
		return false;
	sorted = realloc(table->sorted, capacity * sizeof(*sorted));
	if (!sorted)
		return false;
	table->sorted = sorted;
	table->capacity = capacity;
	return true;
}

/* The total of this key, or the others'. */
static struct flow_total *find_total(struct flow_totals_table *table, uint32_t key)
{
	struct flow_total *total;
	uint32_t i;

	/* Many flows have the CIDs and the port of the one before. */
	if (table->last < table->count && table->sorted[table->last].key == key)
		return &table->sorted[table->last];
	i = place(table, key);
	table->last = i;
	if (i < table->count && table->sorted[i].key == key)
		return &table->sorted[i];
	if (!totals_make_room(table))
		return &table->others;
	total = table->sorted + i;
	memmove(total + 1, total, (table->count - i) * sizeof(*total));
	table->count++;
	*total = (struct flow_total){.key = key};
	return total;
}

static void add_to(struct flow_total *total, uint64_t flows, uint64_t out, uint64_t in)
{
	total->flows += flows;
	total->out += out;
	total->in += in;
}

void flow_totals_add(struct flow_totals *totals, const struct vsock_flow *flow)
{
	uint64_t client = flow->side[VSOCK_CLIENT].bytes;
	uint64_t server = flow->side[VSOCK_SERVER].bytes;
	bool loopback = flow->client_cid == flow->server_cid;
	struct flow_total *port;

	totals->flows++;
	add_to(find_total(&totals->cids, flow->client_cid), 1, client, server);
	add_to(find_total(&totals->cids, flow->server_cid), loopback ? 0 : 1, server, client);
	port = find_total(&totals->ports, flow->server_port);
	add_to(port, 1, client, server);
	if (flow->made_up & 2)
		port->made_up = true;
}

static void merge_table(struct flow_totals_table *table, const struct flow_totals_table *more)
{
	for (uint32_t i = 0; i < more->count; i++) {
		const struct flow_total *total = &more->sorted[i];

		struct flow_total *sum = find_total(table, total->key);

		add_to(sum, total->flows, total->out, total->in);
		sum->made_up |= total->made_up;
	}
	add_to(&table->others, more->others.flows, more->others.out, more->others.in);
}

void flow_totals_merge(struct flow_totals *totals, const struct flow_totals *more)
{
	totals->flows += more->flows;
	merge_table(&totals->cids, &more->cids);
	merge_table(&totals->ports, &more->ports);
}

void flow_totals_free(struct flow_totals *totals)
{
	free(totals->cids.sorted);
	free(totals->ports.sorted);
	*totals = (struct flow_totals){0};
}

struct totals_row {
	char label[LABEL_MAX];
	uint64_t numbers[COLUMNS - 1];
};

static int most_bytes_first(const void *a, const void *b)
{
	const struct flow_total *x = a;
	const struct flow_total *y = b;
	uint64_t x_bytes = x->out + x->in;
	uint64_t y_bytes = y->out + y->in;

	if (x_bytes != y_bytes)
		return x_bytes > y_bytes ? -1 : 1;
	if (x->flows != y->flows)
		return x->flows > y->flows ? -1 : 1;
	return (x->key > y->key) - (x->key < y->key);
}

static unsigned digits(uint64_t value)
{
	unsigned count = 1;

	for (; value >= 10; value /= 10)
		count++;
	return count;
}

static void fill_numbers(struct totals_row *row, const struct flow_total *total)
{
	row->numbers[0] = total->flows;
	row->numbers[1] = total->out;
	row->numbers[2] = total->in;
}

static void fill_label(struct totals_row *row, const struct print_settings *settings, bool cids,
		       const struct flow_total *total)
{
	struct output text;

	output_memory(&text, row->label, sizeof(row->label));
	if (cids) {
		address_print_cid(&text, settings, total->key);
	} else {
		output_text(&text, total->made_up ? "?" : "");
		output_u64(&text, total->key);
	}
	output_char(&text, '\0');
}

static void print_row(struct output *out, const size_t width[static COLUMNS],
		      const struct totals_row *row)
{
	size_t line = output_line_begin(out);

	output_text(out, row->label);
	output_blanks(out, width[0] - strlen(row->label));
	for (int i = 1; i < COLUMNS; i++) {
		output_text(out, "  ");
		output_padded(out, row->numbers[i - 1], (unsigned)width[i], ' ');
	}
	output_char(out, '\n');
	output_line_end(out, line, 2);
}

static void print_titles(struct output *out, const size_t width[static COLUMNS],
			 const char *const titles[static COLUMNS])
{
	output_char(out, '\n');
	color_print(out, COLOR_HEADING);
	output_text(out, titles[0]);
	output_blanks(out, width[0] - strlen(titles[0]));
	for (int i = 1; i < COLUMNS; i++) {
		output_blanks(out, 2 + width[i] - strlen(titles[i]));
		output_text(out, titles[i]);
	}
	color_print(out, COLOR_NONE);
	output_char(out, '\n');
}

static void widen(size_t width[static COLUMNS], const struct totals_row *row)
{
	size_t label = strlen(row->label);

	width[0] = label > width[0] ? label : width[0];
	for (int i = 1; i < COLUMNS; i++)
		if (digits(row->numbers[i - 1]) > width[i])
			width[i] = digits(row->numbers[i - 1]);
}

/* The rows of one table: the largest first, and one for all the others. Returns their number. */
static uint32_t fill_rows(struct totals_row *rows, const struct print_settings *settings,
			  const struct flow_totals_table *table, uint32_t shown, bool cids)
{
	struct flow_total others = table->others;

	for (uint32_t i = 0; i < table->count; i++) {
		if (i < shown) {
			fill_label(&rows[i], settings, cids, &table->sorted[i]);
			fill_numbers(&rows[i], &table->sorted[i]);
		} else {
			add_to(&others, table->sorted[i].flows, table->sorted[i].out,
			       table->sorted[i].in);
		}
	}
	if (others.flows == 0)
		return shown;
	memcpy(rows[shown].label, "others", sizeof("others"));
	fill_numbers(&rows[shown], &others);
	return shown + 1;
}

static void print_table(struct output *out, const struct print_settings *settings,
			const struct flow_totals_table *table, bool cids)
{
	static const char *const titles[2][COLUMNS] = {
	    {"server port", "flows", "bytes>", "<bytes"},
	    {"CID", "flows", "sent", "received"},
	};
	bool all = out->columns == 0 || table->count <= FLOW_TOTALS_SHOWN;
	uint32_t shown = all ? table->count : FLOW_TOTALS_SHOWN;
	struct totals_row *rows = calloc((size_t)shown + 1, sizeof(*rows));
	size_t width[COLUMNS];
	uint32_t count;

	if (!rows)
		return;
	qsort(table->sorted, table->count, sizeof(*table->sorted), most_bytes_first);
	count = fill_rows(rows, settings, table, shown, cids);
	for (int i = 0; i < COLUMNS; i++)
		width[i] = strlen(titles[cids][i]);
	for (uint32_t i = 0; i < count; i++)
		widen(width, &rows[i]);
	print_titles(out, width, titles[cids]);
	for (uint32_t i = 0; i < count; i++)
		print_row(out, width, &rows[i]);
	free(rows);
}

void flow_totals_print(struct output *out, const struct print_settings *settings,
		       const struct flow_totals *totals)
{
	if (totals->flows < 2 || totals->cids.count == 0 || totals->ports.count == 0)
		return;
	print_table(out, settings, &totals->cids, true);
	print_table(out, settings, &totals->ports, false);
}

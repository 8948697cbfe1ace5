/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/hpack.h"

#include <stdlib.h>
#include <string.h>

#ifdef VSOCK_HAVE_NGHTTP2
#include <nghttp2/nghttp2.h>
#endif

void hpack_begin(struct hpack_fields *fields)
{
	fields->method[0] = '\0';
	fields->path[0] = '\0';
	fields->grpc = false;
	fields->status = -1;
	fields->grpc_status = -1;
}

#ifdef VSOCK_HAVE_NGHTTP2

struct hpack {
	nghttp2_hd_inflater *inflater;
	nghttp2_mem memory; /* the inflater keeps a pointer to it */
	struct hpack_budget *budget;
	uint32_t table;
};

#define TABLE_DEFAULT 4096

/* Each piece of memory begins with its size, so that the budget gets it back. */
union head {
	size_t size;
	max_align_t alignment;
};

static void *budget_take(size_t size, void *context)
{
	struct hpack_budget *budget = context;
	union head *head;

	if (size > budget->limit || budget->used > budget->limit - size)
		return NULL;
	head = malloc(sizeof(*head) + size);
	if (!head)
		return NULL;
	head->size = size;
	budget->used += size;
	return head + 1;
}

static void budget_return(void *memory, void *context)
{
	struct hpack_budget *budget = context;
	union head *head = memory;

	if (!memory)
		return;
	budget->used -= head[-1].size;
	free(head - 1);
}

static void *budget_take_zeros(size_t count, size_t size, void *context)
{
	void *memory;

	if (size && count > SIZE_MAX / size)
		return NULL;
	memory = budget_take(count * size, context);
	if (memory)
		memset(memory, 0, count * size);
	return memory;
}

static void *budget_change(void *memory, size_t size, void *context)
{
	void *changed = budget_take(size, context);
	size_t before = memory ? ((union head *)memory)[-1].size : 0;

	if (!changed)
		return NULL;
	if (memory)
		memcpy(changed, memory, before < size ? before : size);
	budget_return(memory, context);
	return changed;
}

bool hpack_is_available(void)
{
	return true;
}

struct hpack *hpack_new(struct hpack_budget *budget)
{
	struct hpack *hpack = budget_take_zeros(1, sizeof(*hpack), budget);

	if (!hpack)
		return NULL;
	hpack->memory =
	    (nghttp2_mem){budget, budget_take, budget_return, budget_take_zeros, budget_change};
	hpack->budget = budget;
	hpack->table = TABLE_DEFAULT;
	if (nghttp2_hd_inflate_new2(&hpack->inflater, &hpack->memory) == 0)
		return hpack;
	budget_return(hpack, budget);
	return NULL;
}

void hpack_free(struct hpack *hpack)
{
	if (!hpack)
		return;
	nghttp2_hd_inflate_del(hpack->inflater);
	budget_return(hpack, hpack->budget);
}

/*
 * A smaller table needs nothing: the sender names its size in the next block. So this only raises
 * what the sender may name. Between two blocks it cannot fail; within one, it is not worth more.
 */
void hpack_allow_table(struct hpack *hpack, uint32_t size)
{
	if (size > HPACK_TABLE_MAX)
		size = HPACK_TABLE_MAX;
	if (size > hpack->table && nghttp2_hd_inflate_change_table_size(hpack->inflater, size) == 0)
		hpack->table = size;
}

static void copy_text(char *to, size_t room, nghttp2_vec text)
{
	size_t length = text.len < room - 1 ? text.len : room - 1;

	memcpy(to, text.base, length);
	to[length] = '\0';
}

static int32_t read_number(nghttp2_vec text)
{
	int32_t value = 0;

	if (text.len == 0 || text.len > 6)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (text.base[i] < '0' || text.base[i] > '9')
			return -1;
		value = value * 10 + (text.base[i] - '0');
	}
	return value;
}

static bool begins_with(nghttp2_vec text, const char *word)
{
	size_t length = strlen(word);

	return text.len >= length && memcmp(text.base, word, length) == 0;
}

static bool is_word(nghttp2_vec text, const char *word)
{
	return text.len == strlen(word) && begins_with(text, word);
}

static void take_field(struct hpack_fields *fields, nghttp2_vec name, nghttp2_vec value)
{
	if (is_word(name, ":method"))
		copy_text(fields->method, sizeof(fields->method), value);
	else if (is_word(name, ":path"))
		copy_text(fields->path, sizeof(fields->path), value);
	else if (is_word(name, ":status"))
		fields->status = read_number(value);
	else if (is_word(name, "grpc-status"))
		fields->grpc_status = read_number(value);
	else if (is_word(name, "content-type"))
		fields->grpc = begins_with(value, "application/grpc");
}

bool hpack_read(struct hpack *hpack, const uint8_t *bytes, size_t length, bool last,
		struct hpack_fields *fields)
{
	for (;;) {
		nghttp2_nv nv;
		int flags = 0;
		ssize_t used =
		    nghttp2_hd_inflate_hd2(hpack->inflater, &nv, &flags, bytes, length, last);

		if (used < 0)
			return false;
		bytes += used;
		length -= (size_t)used;
		if (flags & NGHTTP2_HD_INFLATE_EMIT)
			take_field(fields, (nghttp2_vec){nv.name, nv.namelen},
				   (nghttp2_vec){nv.value, nv.valuelen});
		if (flags & NGHTTP2_HD_INFLATE_FINAL) {
			nghttp2_hd_inflate_end_headers(hpack->inflater);
			return true;
		}
		if (!(flags & NGHTTP2_HD_INFLATE_EMIT) && length == 0)
			return !last;
	}
}

#else

bool hpack_is_available(void)
{
	return false;
}

struct hpack *hpack_new(struct hpack_budget *budget)
{
	(void)budget;
	return NULL;
}

void hpack_free(struct hpack *hpack)
{
	(void)hpack;
}

void hpack_allow_table(struct hpack *hpack, uint32_t size)
{
	(void)hpack;
	(void)size;
}

bool hpack_read(struct hpack *hpack, const uint8_t *bytes, size_t length, bool last,
		struct hpack_fields *fields)
{
	(void)hpack;
	(void)bytes;
	(void)length;
	(void)last;
	(void)fields;
	return false;
}

#endif

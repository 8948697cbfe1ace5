/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/pcapng-about.h"

#include <string.h>

#include "lib/capture-file/pcapng-ids.h"

#define TRAILER_SIZE       4
#define OPTION_HEADER_SIZE 4

/* Where options begin, from the start of the block. */
enum {
	SECTION_OPTIONS = 24,
	INTERFACE_OPTIONS = 16,
	STATISTICS_INTERFACE = 8, /* u32 */
	STATISTICS_OPTIONS = 20,
};

/* What a number means depends on the block. */
enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	SHB_OS = 3,
	IF_NAME = 2,
	IF_DESCRIPTION = 3,
	IF_OS = 12,
	ISB_ENDTIME = 3, /* two u32, the upper half first; in the interface's units */
	ISB_IFRECV = 4,  /* u64, as the following ones */
	ISB_IFDROP = 5,
	ISB_FILTERACCEPT = 6,
	ISB_OSDROP = 7,
};

struct capture_options capture_options(const uint8_t *block, uint32_t at, uint32_t length)
{
	return (struct capture_options){.block = block, .at = at, .end = length - TRAILER_SIZE};
}

bool capture_options_next(const struct capture_reader *reader, struct capture_options *options,
			  struct capture_option *option)
{
	const uint8_t *p;

	/* Lengths of blocks are multiples of 4, so the padding is inside as well. */
	if (options->at >= options->end || options->end - options->at < OPTION_HEADER_SIZE)
		return false;

	p = options->block + options->at;
	option->code = capture_u16(reader, p);
	option->size = capture_u16(reader, p + 2);
	option->value = p + OPTION_HEADER_SIZE;
	if (option->code == OPTION_END)
		return false;
	options->at += OPTION_HEADER_SIZE;
	if (option->size > options->end - options->at) {
		options->broken = true;
		return false;
	}
	options->at += (option->size + 3u) & ~3u;
	return true;
}

void capture_about_comments(struct capture_reader *reader, const uint8_t *block, uint32_t options,
			    uint32_t length)
{
	struct capture_options all = capture_options(block, options, length);
	struct capture_option option;

	while (capture_options_next(reader, &all, &option))
		if (option.code == OPTION_COMMENT)
			reader->take_comment(reader->comment_context, (const char *)option.value,
					     option.size);
}

/* A text that is too long is cut where a character begins. */
static void read_text(char text[static CAPTURE_TEXT_MAX], const struct capture_option *option)
{
	size_t length = strnlen((const char *)option->value, option->size);

	if (length > CAPTURE_TEXT_MAX - 1) {
		length = CAPTURE_TEXT_MAX - 1;
		while (length > 0 && (option->value[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(text, option->value, length);
	text[length] = '\0';
}

void capture_about_section(struct capture_reader *reader, uint32_t length)
{
	struct capture_options options =
	    capture_options(reader->window.begin, SECTION_OPTIONS, length);
	struct capture_option option;

	reader->section_os[0] = '\0';
	while (capture_options_next(reader, &options, &option))
		if (option.code == SHB_OS)
			read_text(reader->section_os, &option);
	if (!*reader->origin.os)
		memcpy(reader->origin.os, reader->section_os, sizeof(reader->origin.os));
}

static void read_ids(struct capture_origin *about, const struct capture_option *option)
{
	char comment[CAPTURE_TEXT_MAX];

	read_text(comment, option);
	pcapng_ids_read(about, comment);
}

void capture_about_interface(struct capture_reader *reader, uint32_t length,
			     struct capture_origin *about)
{
	struct capture_options options =
	    capture_options(reader->window.begin, INTERFACE_OPTIONS, length);
	struct capture_origin *origin = &reader->origin;
	struct capture_option option;

	*about = (struct capture_origin){0};
	memcpy(about->os, reader->section_os, sizeof(about->os));
	while (capture_options_next(reader, &options, &option)) {
		if (option.code == IF_NAME)
			read_text(about->interface, &option);
		else if (option.code == IF_DESCRIPTION)
			read_text(about->description, &option);
		else if (option.code == IF_OS)
			read_text(about->os, &option);
		else if (option.code == OPTION_COMMENT)
			read_ids(about, &option);
	}
	if (reader->vsock_interfaces++ == 0) {
		*origin = *about;
	} else {
		/* If there are two interfaces, no text is true for all packets. */
		origin->interface[0] = '\0';
		origin->description[0] = '\0';
		if (!about->bpf)
			origin->bpf = false;
		if (strcmp(origin->host, about->host) != 0 ||
		    strcmp(origin->boot, about->boot) != 0)
			origin->host[0] = origin->boot[0] = '\0';
	}
}

/* An impossible time is not used. */
static void read_end_time(struct capture_reader *reader, const struct capture_interface *interface,
			  const uint8_t *value)
{
	uint64_t time = (uint64_t)capture_u32(reader, value) << 32 | capture_u32(reader, value + 4);
	uint64_t ns;

	if (capture_clock_ns(&interface->clock, time, &ns) && ns > reader->end_time)
		reader->end_time = ns;
}

void capture_about_statistics(struct capture_reader *reader, uint32_t length)
{
	const uint8_t *block = reader->window.begin;
	struct capture_options options = capture_options(block, STATISTICS_OPTIONS, length);
	const uint32_t id = capture_u32(reader, block + STATISTICS_INTERFACE);
	struct capture_interface *interface;
	struct capture_option option;
	struct capture_counters *counters;
	uint64_t value;

	if (reader->take_comment)
		capture_about_comments(reader, block, STATISTICS_OPTIONS, length);
	if (id >= reader->section.count)
		return;
	interface = &reader->section.interfaces[id];
	if (interface->link != CAPTURE_LINK_VSOCK && !interface->carried)
		return;
	counters = &interface->counters;
	while (capture_options_next(reader, &options, &option)) {
		if (option.size != 8)
			continue;
		value = capture_u64(reader, option.value);
		if (option.code == ISB_ENDTIME)
			read_end_time(reader, interface, option.value);
		else if (option.code == ISB_IFRECV)
			counters->received = value;
		else if (option.code == ISB_IFDROP)
			counters->interface_drops = value;
		else if (option.code == ISB_FILTERACCEPT)
			counters->accepted = value;
		else if (option.code == ISB_OSDROP)
			counters->kernel_drops = value;
	}
}

/* A file may claim any numbers. A sum that is too large becomes the largest number. */
static void add_value(uint64_t *sum, uint64_t value)
{
	if (value == CAPTURE_NOT_KNOWN)
		return;
	if (*sum == CAPTURE_NOT_KNOWN)
		*sum = value;
	else
		*sum = value < CAPTURE_NOT_KNOWN - *sum ? *sum + value : CAPTURE_NOT_KNOWN - 1;
}

static void add_counters(struct capture_counters *sum, const struct capture_counters *counters)
{
	add_value(&sum->received, counters->received);
	add_value(&sum->interface_drops, counters->interface_drops);
	add_value(&sum->accepted, counters->accepted);
	add_value(&sum->kernel_drops, counters->kernel_drops);
}

void capture_about_end_of_section(struct capture_reader *reader)
{
	for (uint32_t i = 0; i < reader->section.count; i++)
		add_counters(&reader->counters, &reader->section.interfaces[i].counters);
}

struct capture_statistics capture_about_total(const struct capture_reader *reader)
{
	struct capture_statistics statistics = capture_statistics_not_known();
	struct capture_counters sum = reader->counters;

	for (uint32_t i = 0; i < reader->section.count; i++)
		add_counters(&sum, &reader->section.interfaces[i].counters);
	statistics.received = sum.received;
	statistics.interface_drops = sum.interface_drops;
	statistics.accepted = sum.accepted;
	statistics.kernel_drops = sum.kernel_drops;
	return statistics;
}

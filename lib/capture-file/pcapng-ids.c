/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture-file/pcapng-ids.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char start[] = "vsockdump:";
static const char bpf[] = " tap=bpf";
static const char digits[] = "0123456789abcdef";

#define ID_LENGTH (CAPTURE_ID_MAX - 1)

static bool is_id(const char *text)
{
	return strspn(text, digits) == ID_LENGTH;
}

/* `key` is " host=": sets the id to what follows it, if that is an id. */
static void read_id(char id[static CAPTURE_ID_MAX], const char *comment, const char *key)
{
	const char *value = strstr(comment, key);

	if (!value || !is_id(value + strlen(key)))
		return;
	memcpy(id, value + strlen(key), ID_LENGTH);
	id[ID_LENGTH] = '\0';
}

static bool has_word(const char *comment, const char *word)
{
	const char *at = strstr(comment, word);

	return at && (at[strlen(word)] == '\0' || at[strlen(word)] == ' ');
}

void pcapng_ids_print(char comment[static PCAPNG_IDS_MAX], const struct capture_origin *origin)
{
	const bool host = *origin->host;
	const bool boot = *origin->boot;

	comment[0] = '\0';
	if (host || boot || origin->bpf)
		snprintf(comment, PCAPNG_IDS_MAX, "%s%s%.*s%s%.*s%s", start, host ? " host=" : "",
			 ID_LENGTH, origin->host, boot ? " boot=" : "", ID_LENGTH, origin->boot,
			 origin->bpf ? bpf : "");
}

void pcapng_ids_read(struct capture_origin *origin, const char *comment)
{
	if (strncmp(comment, start, sizeof(start) - 1) != 0)
		return;
	read_id(origin->host, comment, " host=");
	read_id(origin->boot, comment, " boot=");
	if (has_word(comment, bpf))
		origin->bpf = true;
}

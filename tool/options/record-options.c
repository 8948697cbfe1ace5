/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of --flow-log and --metrics that do more than set a field. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/capture-file/origin.h"
#include "lib/common/number.h"
#include "tool/options/file-options.h"
#include "tool/options/parse.h"
#include "tool/print/redact.h"

/* A key file is not shorter: a short key can be guessed. */
#define KEY_BYTES_LEAST 16
#define KEY_BYTES_MOST  4096

/* A record has room for names of this length. */
#define SERVICE_NAME_MOST 63

bool option_log_size(struct parse *parse, const char *argument)
{
	if (file_size_parse(argument, &parse->settings->records.log_bytes))
		return true;
	return options_fail(parse,
			    "--log-size %.64s: not a number of millions of bytes, or a number with "
			    "K, M or G",
			    argument);
}

/* Letters that need no escaping in JSON, in labels of Prometheus, or in a terminal. */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr("._-:/", *text))
			return false;
	return true;
}

bool option_service(struct parse *parse, const char *argument)
{
	struct record_settings *records = &parse->settings->records;
	const char *name = strchr(argument, '=');
	char digits[16] = "";
	uint64_t port;

	if (records->service_count == SERVICE_NAMES_MAX)
		return options_fail(parse, "--service: at most %d names", SERVICE_NAMES_MAX);
	if (name && (size_t)(name - argument) < sizeof(digits))
		memcpy(digits, argument, (size_t)(name - argument));
	if (!name || !parse_number(digits, 0, UINT32_MAX, &port) || !name[1] ||
	    strlen(name + 1) > SERVICE_NAME_MOST || !is_plain(name + 1))
		return options_fail(parse,
				    "--service %.64s: not a port and a name of letters, digits and "
				    ". _ - : /, such as 1024=agent",
				    argument);
	if (strcmp(name + 1, "other") == 0)
		return options_fail(parse,
				    "--service %.64s: \"other\" is the name of all ports "
				    "that have none",
				    argument);
	records->services[records->service_count++] =
	    (struct service_name){.port = (uint32_t)port, .name = name + 1};
	return true;
}

bool option_host_id(struct parse *parse, const char *argument)
{
	if (!*argument || strlen(argument) >= CAPTURE_ID_MAX || !is_plain(argument))
		return options_fail(parse,
				    "--host-id %.64s: not 1 to %d letters, digits and . _ - : /",
				    argument, CAPTURE_ID_MAX - 1);
	parse->settings->records.host_id = argument;
	return true;
}

static bool read_key(struct parse *parse, struct redaction *redaction, const char *path)
{
	unsigned char bytes[KEY_BYTES_MOST];
	FILE *file = fopen(path, "re");
	size_t length;
	int error = 0;

	if (!file)
		return options_fail(parse, "--redact=%.200s: %s", path, strerror(errno));
	length = fread(bytes, 1, sizeof(bytes), file);
	if (ferror(file))
		error = errno;
	fclose(file);
	if (error)
		return options_fail(parse, "--redact=%.200s: %s", path, strerror(error));
	if (length < KEY_BYTES_LEAST)
		return options_fail(parse,
				    "--redact=%.200s: a key of less than %d bytes can be guessed. "
				    "Make one with: head -c 32 /dev/urandom > FILE",
				    path, KEY_BYTES_LEAST);
	redact_set_key(redaction, bytes, length);
	explicit_bzero(bytes, sizeof(bytes));
	return true;
}

bool option_redact(struct parse *parse, const char *argument)
{
	struct redaction *redaction = calloc(1, sizeof(*redaction));

	if (!redaction)
		return options_fail(parse, "not enough memory");
	free((void *)parse->settings->print.redact);
	parse->settings->print.redact = redaction;
	return !argument || read_key(parse, redaction, argument);
}

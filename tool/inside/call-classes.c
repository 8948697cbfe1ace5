/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/inside/call-classes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/protocols/ttrpc.h"

const char *call_protocol_name(enum call_protocol protocol)
{
	static const char *const names[CALL_PROTOCOLS] = {
	    [CALL_HTTP1] = "http1", [CALL_HTTP2] = "http2", [CALL_GRPC] = "grpc",
	    [CALL_TTRPC] = "ttrpc", [CALL_TLS] = "tls",
	};

	return names[protocol];
}

bool call_status_is_error(enum call_protocol protocol, uint16_t status)
{
	if (status == CALL_STATUS_UNKNOWN)
		return false;
	if (status >= CALL_STATUS_RESET)
		return true;
	return protocol == CALL_GRPC || protocol == CALL_TTRPC ? status != 0 : status >= 400;
}

const char *call_status_text(char text[static CALL_STATUS_TEXT_MAX], enum call_protocol protocol,
			     uint16_t status)
{
	const char *name = NULL;

	if (status == CALL_STATUS_UNKNOWN)
		return "?";
	if (status == CALL_STATUS_GOAWAY)
		return "GOAWAY";
	if (status >= CALL_STATUS_RESET) {
		snprintf(text, CALL_STATUS_TEXT_MAX, "RST %d", status - CALL_STATUS_RESET);
		return text;
	}
	if (protocol == CALL_GRPC || protocol == CALL_TTRPC)
		name = ttrpc_code_name(status);
	if (name)
		return name;
	snprintf(text, CALL_STATUS_TEXT_MAX, "%u", status);
	return text;
}

static void free_class(struct call_class *class)
{
	if (!class)
		return;
	histogram_free(&class->first);
	histogram_free(&class->last);
	free(class);
}

void call_classes_free(struct call_classes *classes)
{
	for (uint32_t i = 0; i < classes->count; i++)
		free_class(classes->sorted[i]);
	free_class(classes->others);
	*classes = (struct call_classes){.count = 0};
}

static int order(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare(const struct call_class *class, struct call_place place,
		   enum call_protocol protocol, const char *name)
{
	int by = order(class->cid, place.cid);

	if (by == 0)
		by = order(class->port, place.port);
	if (by == 0)
		by = order(class->protocol, protocol);
	return by ? by : strcmp(class->name, name);
}

static struct call_class *make(struct call_place place, enum call_protocol protocol,
			       const char *name)
{
	struct call_class *class = calloc(1, sizeof(*class));

	if (!class)
		return NULL;
	class->cid = place.cid;
	class->port = place.port;
	class->made_up = place.made_up;
	class->protocol = (uint8_t)protocol;
	class->named = strcmp(name, CALL_NAME_NOT_SEEN) != 0;
	snprintf(class->name, sizeof(class->name), "%s", name);
	return class;
}

static struct call_class *get_others(struct call_classes *classes)
{
	if (!classes->others)
		classes->others = make((struct call_place){0, 0, false}, CALL_HTTP1, "(others)");
	if (classes->others)
		classes->others->other = true;
	return classes->others;
}

struct call_class *call_classes_get(struct call_classes *classes, struct call_place place,
				    enum call_protocol protocol, const char *name)
{
	uint32_t low = 0;
	uint32_t high = classes->count;
	struct call_class *class;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int by = compare(classes->sorted[middle], place, protocol, name);

		if (by == 0)
			return classes->sorted[middle];
		if (by < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (classes->count == CALL_CLASSES_MAX)
		return get_others(classes);
	class = make(place, protocol, name);
	if (!class)
		return NULL;
	memmove(&classes->sorted[low + 1], &classes->sorted[low],
		(classes->count - low) * sizeof(classes->sorted[0]));
	classes->sorted[low] = class;
	classes->count++;
	return class;
}

void call_class_add_caller(struct call_class *class, uint32_t cid)
{
	for (uint32_t i = 0; i < class->caller_count; i++)
		if (class->callers[i] == cid)
			return;
	if (class->caller_count == CALL_CALLERS)
		class->more_callers = true;
	else
		class->callers[class->caller_count++] = cid;
}

void call_class_add_error(struct call_class *class, uint16_t status)
{
	class->errors++;
	/* Those of several protocols have no common meaning. */
	if (class->other)
		return;
	for (int i = 0; i < CALL_STATUSES; i++) {
		if (class->statuses[i].count > 0 && class->statuses[i].status != status)
			continue;
		class->statuses[i].status = status;
		class->statuses[i].count++;
		return;
	}
}

uint32_t call_classes_count(const struct call_classes *classes)
{
	return classes->count + (classes->others != NULL);
}

static int by_waiting(const void *a, const void *b)
{
	const struct call_class *x = *(struct call_class *const *)a;
	const struct call_class *y = *(struct call_class *const *)b;
	struct call_place place = {y->cid, y->port, false};

	if (x->waited != y->waited)
		return x->waited < y->waited ? 1 : -1;
	if (x->answered != y->answered)
		return x->answered < y->answered ? 1 : -1;
	return compare(x, place, (enum call_protocol)y->protocol, y->name);
}

struct call_class **call_classes_sort(const struct call_classes *classes)
{
	/* One more than needed: no class is no lack of memory. */
	struct call_class **all = calloc((size_t)classes->count + 2, sizeof(struct call_class *));

	if (!all)
		return NULL;
	memcpy(all, classes->sorted, classes->count * sizeof(struct call_class *));
	qsort(all, classes->count, sizeof(struct call_class *), by_waiting);
	if (classes->others)
		all[classes->count] = classes->others;
	return all;
}

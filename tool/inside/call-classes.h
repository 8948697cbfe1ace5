/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Classes of calls: those to one server, of one protocol and one method. A guest chooses the names,
 * so the number of classes is bounded. Calls beyond it are in one class, "(others)".
 */
#ifndef VSOCKDUMP_INSIDE_CALL_CLASSES_H
#define VSOCKDUMP_INSIDE_CALL_CLASSES_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/common/histogram.h"
#include "tool/inside/call-name.h"

#define CALL_CLASSES_MAX 1024
/* Statuses that are counted one by one, and callers that are named. */
#define CALL_STATUSES 6
#define CALL_CALLERS  4

enum call_protocol {
	CALL_HTTP1,
	CALL_HTTP2, /* other than gRPC */
	CALL_GRPC,
	CALL_TTRPC,
	CALL_TLS, /* the opening of a connection */
	CALL_PROTOCOLS
};

/* "http1", "grpc", ... */
const char *call_protocol_name(enum call_protocol protocol);

/* What a status number means depends on the protocol: of HTTP, or of gRPC and ttRPC. Besides: */
enum call_status {
	CALL_STATUS_UNKNOWN = 0xffff,
	/* A stream of HTTP/2 was reset; the reason is added. */
	CALL_STATUS_RESET = 0x8000,
	CALL_STATUS_RESETS = 0x8100,
	/* GOAWAY says that the server does not handle it. */
	CALL_STATUS_GOAWAY = 0xfffe,
};

bool call_status_is_error(enum call_protocol protocol, uint16_t status);

/* "404", "NOT_FOUND", "RST 8". Returns the text or a constant. */
#define CALL_STATUS_TEXT_MAX 24
const char *call_status_text(char text[static CALL_STATUS_TEXT_MAX], enum call_protocol protocol,
			     uint16_t status);

struct call_class {
	uint32_t cid; /* of the side that answers */
	uint32_t port;
	uint8_t protocol;
	bool made_up; /* the port */
	bool waits;   /* long by design */
	bool named;   /* a packet showed the method */
	bool other;   /* it is the class of the others */
	char name[CALL_NAME_SIZE];

	uint64_t answered;
	uint64_t errors;
	struct {
		uint64_t count;
		uint16_t status;
	} statuses[CALL_STATUSES]; /* of errors; other ones are only in `errors` */
	struct histogram first;    /* from the end of the request to the first byte of the answer */
	struct histogram last;     /* ... to its last byte */
	uint64_t waited;           /* the sum of the first */
	uint64_t slowest_flow;
	uint64_t slowest_packet; /* where its request begins */
	uint64_t bytes[2];       /* of requests and of answers */
	uint64_t unanswered;     /* the connection ended first */
	uint64_t unpaired;       /* bytes were lost */
	uint32_t callers[CALL_CALLERS];
	uint32_t caller_count;
	bool more_callers;

	/* Set by inside_count_open(). */
	uint64_t open;
	uint64_t oldest_ts; /* since when the oldest waits; 0: none does */
	uint64_t oldest_flow;
};

/* All zeros: no class. The last one is that of the others. */
struct call_classes {
	struct call_class *sorted[CALL_CLASSES_MAX]; /* by address, protocol and name */
	uint32_t count;
	struct call_class *others;
};

void call_classes_free(struct call_classes *classes);

struct call_place {
	uint32_t cid;
	uint32_t port;
	bool made_up;
};

/* Finds a class or makes it. NULL without memory. It stays where it is. */
struct call_class *call_classes_get(struct call_classes *classes, struct call_place place,
				    enum call_protocol protocol, const char *name);

void call_class_add_caller(struct call_class *class, uint32_t cid);
void call_class_add_error(struct call_class *class, uint16_t status);

/* All classes, the most waiting time first: call_classes_count() of them. The caller frees it. */
uint32_t call_classes_count(const struct call_classes *classes);
struct call_class **call_classes_sort(const struct call_classes *classes);

#endif

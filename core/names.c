/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/names.h"

#include <stdio.h>
#include <string.h>

#include "core/packet.h"

struct name {
	const char *name;
	const char *keyword;
};

static const struct name ops[] = {
    [VSOCK_OP_INVALID] = {NULL, NULL},
    [VSOCK_OP_REQUEST] = {"REQUEST", "request"},
    [VSOCK_OP_RESPONSE] = {"RESPONSE", "response"},
    [VSOCK_OP_RST] = {"RST", "rst"},
    [VSOCK_OP_SHUTDOWN] = {"SHUTDOWN", "shutdown"},
    [VSOCK_OP_RW] = {"RW", "rw"},
    [VSOCK_OP_CREDIT_UPDATE] = {"CREDIT_UPDATE", "credit_update"},
    [VSOCK_OP_CREDIT_REQUEST] = {"CREDIT_REQUEST", "credit_request"},
};
_Static_assert(sizeof(ops) / sizeof(ops[0]) == VSOCK_OPS, "each op has a row");

static const struct name types[] = {
    [VSOCK_TYPE_STREAM] = {"STREAM", "stream"},
    [VSOCK_TYPE_SEQPACKET] = {"SEQPACKET", "seqpacket"},
    [VSOCK_TYPE_DGRAM] = {"DGRAM", "dgram"},
};
_Static_assert(sizeof(types) / sizeof(types[0]) == VSOCK_TYPES, "each type has a row");

static const struct name transports[] = {
    [VSOCK_TRANSPORT_UNKNOWN] = {"UNKNOWN", "unknown"},
    [VSOCK_TRANSPORT_NO_INFO] = {"NO_INFO", "no_info"},
    [VSOCK_TRANSPORT_VIRTIO] = {"VIRTIO", "virtio"},
};
_Static_assert(sizeof(transports) / sizeof(transports[0]) == VSOCK_TRANSPORTS,
	       "each transport has a row");

static const struct name monitor_ops[] = {
    [VSOCK_MONITOR_UNKNOWN] = {"UNKNOWN", "unknown"},
    [VSOCK_MONITOR_CONNECT] = {"CONNECT", "connect"},
    [VSOCK_MONITOR_DISCONNECT] = {"DISCONNECT", "disconnect"},
    [VSOCK_MONITOR_CONTROL] = {"CONTROL", "control"},
    [VSOCK_MONITOR_PAYLOAD] = {"PAYLOAD", "payload"},
};
_Static_assert(sizeof(monitor_ops) / sizeof(monitor_ops[0]) == VSOCK_MONITOR_OPS,
	       "each monitor op has a row");

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Names are ASCII. The locale does not matter. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_name(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

static const struct name *row(const struct name *table, size_t count, uint16_t number)
{
	static const struct name none;

	return number < count ? &table[number] : &none;
}

static int by_name(const struct name *table, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].keyword && same_name(table[i].keyword, name))
			return (int)i;
	return -1;
}

const char *vsock_op_name(uint16_t op)
{
	return row(ops, COUNT(ops), op)->name;
}

const char *vsock_op_keyword(uint16_t op)
{
	return row(ops, COUNT(ops), op)->keyword;
}

int vsock_op_by_name(const char *name)
{
	return by_name(ops, COUNT(ops), name);
}

const char *vsock_type_name(uint16_t type)
{
	return row(types, COUNT(types), type)->name;
}

const char *vsock_type_keyword(uint16_t type)
{
	return row(types, COUNT(types), type)->keyword;
}

int vsock_type_by_name(const char *name)
{
	return by_name(types, COUNT(types), name);
}

const char *vsock_transport_name(uint16_t transport)
{
	return row(transports, COUNT(transports), transport)->name;
}

const char *vsock_transport_keyword(uint16_t transport)
{
	return row(transports, COUNT(transports), transport)->keyword;
}

int vsock_transport_by_name(const char *name)
{
	return by_name(transports, COUNT(transports), name);
}

const char *vsock_monitor_op_name(uint16_t monitor_op)
{
	return row(monitor_ops, COUNT(monitor_ops), monitor_op)->name;
}

const char *vsock_monitor_op_keyword(uint16_t monitor_op)
{
	return row(monitor_ops, COUNT(monitor_ops), monitor_op)->keyword;
}

int vsock_monitor_op_by_name(const char *name)
{
	return by_name(monitor_ops, COUNT(monitor_ops), name);
}

struct flag_name {
	uint16_t op;
	uint16_t type; /* 0: any */
	uint32_t bit;
	const char *name;
};

static const struct flag_name flag_names[] = {
    {VSOCK_OP_SHUTDOWN, 0, VSOCK_SHUTDOWN_RECEIVE, "RECEIVE"},
    {VSOCK_OP_SHUTDOWN, 0, VSOCK_SHUTDOWN_SEND, "SEND"},
    {VSOCK_OP_RW, VSOCK_TYPE_SEQPACKET, VSOCK_RW_EOM, "EOM"},
    {VSOCK_OP_RW, VSOCK_TYPE_SEQPACKET, VSOCK_RW_EOR, "EOR"},
};

const char *vsock_flag_name(uint16_t op, uint16_t type, uint32_t bit)
{
	for (size_t i = 0; i < COUNT(flag_names); i++) {
		const struct flag_name *f = &flag_names[i];

		if (f->op == op && (f->type == 0 || f->type == type) && f->bit == bit)
			return f->name;
	}
	return NULL;
}

uint32_t vsock_flag_by_name(uint16_t op, const char *name)
{
	for (size_t i = 0; i < COUNT(flag_names); i++)
		if (flag_names[i].op == op && same_name(flag_names[i].name, name))
			return flag_names[i].bit;
	return 0;
}

/* The longest text has both named bits of an op, and eight digits for the other bits. */
_Static_assert(sizeof("RECEIVE|SEND|0xfffffffc") <= VSOCK_FLAGS_TEXT_MAX, "flags text fits");

size_t vsock_flags_text(char text[static VSOCK_FLAGS_TEXT_MAX], uint16_t op, uint16_t type,
			uint32_t flags)
{
	size_t length = 0;

	for (uint32_t bit = 1; bit && bit <= flags; bit <<= 1) {
		const char *name = flags & bit ? vsock_flag_name(op, type, bit) : NULL;

		if (!name)
			continue;
		if (length)
			text[length++] = '|';
		memcpy(text + length, name, strlen(name));
		length += strlen(name);
		flags &= ~bit;
	}
	if (flags || !length)
		length += (size_t)snprintf(text + length, VSOCK_FLAGS_TEXT_MAX - length,
					   flags ? "%s0x%x" : "%s%x", length ? "|" : "", flags);
	text[length] = '\0';
	return length;
}

struct well_known {
	uint32_t cid;
	const char *name;
};

static const struct well_known well_known_cids[] = {
    {VSOCK_CID_HYPERVISOR, "hypervisor"},
    {VSOCK_CID_LOCAL, "local"},
    {VSOCK_CID_HOST, "host"},
    {VSOCK_CID_ANY, "any"},
};

const char *vsock_cid_well_known(uint64_t cid)
{
	for (size_t i = 0; i < COUNT(well_known_cids); i++)
		if (well_known_cids[i].cid == cid)
			return well_known_cids[i].name;
	return NULL;
}

bool vsock_cid_by_well_known_name(const char *name, uint32_t *cid)
{
	for (size_t i = 0; i < COUNT(well_known_cids); i++) {
		if (same_name(well_known_cids[i].name, name)) {
			*cid = well_known_cids[i].cid;
			return true;
		}
	}
	return false;
}

const char *vsock_errno_name(uint64_t error)
{
	static const struct {
		uint8_t number;
		const char *name;
	} errors[] = {
	    {1, "EPERM"},       {12, "ENOMEM"},          {13, "EACCES"},
	    {19, "ENODEV"},     {94, "ESOCKTNOSUPPORT"}, {95, "EOPNOTSUPP"},
	    {98, "EADDRINUSE"}, {99, "EADDRNOTAVAIL"},   {101, "ENETUNREACH"},
	    {105, "ENOBUFS"},
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].number == error)
			return errors[i].name;
	return NULL;
}

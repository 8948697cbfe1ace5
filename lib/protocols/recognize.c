/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/recognize.h"

#include <limits.h>

#include "lib/protocols/dbus.h"
#include "lib/protocols/http1.h"
#include "lib/protocols/http2.h"
#include "lib/protocols/jsonrpc.h"
#include "lib/protocols/notify.h"
#include "lib/protocols/qmp.h"
#include "lib/protocols/ssh.h"
#include "lib/protocols/tls.h"
#include "lib/protocols/ttrpc.h"
#include "lib/protocols/varlink.h"

const char *stream_protocol_name(enum stream_protocol protocol)
{
	static const char *const names[STREAM_PROTOCOLS] = {
	    [STREAM_HTTP1] = "http1", [STREAM_HTTP2] = "http2",     [STREAM_TTRPC] = "ttrpc",
	    [STREAM_TLS] = "tls",     [STREAM_SSH] = "ssh",         [STREAM_VARLINK] = "varlink",
	    [STREAM_QMP] = "qmp",     [STREAM_JSONRPC] = "jsonrpc", [STREAM_NOTIFY] = "notify",
	    [STREAM_DBUS] = "dbus",
	};

	return protocol < STREAM_PROTOCOLS ? names[protocol] : NULL;
}

/* Each recognizer sets `answers`, or leaves it. */
typedef enum protocol_answer recognizer(const uint8_t *bytes, size_t length, bool *answers);

static enum protocol_answer is_http2(const uint8_t *bytes, size_t length, bool *answers)
{
	enum protocol_answer server = http2_recognize_server(bytes, length);

	*answers = server != PROTOCOL_NO;
	return server != PROTOCOL_NO ? server : http2_recognize_client(bytes, length);
}

static enum protocol_answer is_ssh(const uint8_t *bytes, size_t length, bool *answers)
{
	size_t line;

	(void)answers;
	return ssh_banner_read(bytes, length, &line);
}

static enum protocol_answer is_tls(const uint8_t *bytes, size_t length, bool *answers)
{
	struct tls_hello hello;
	enum protocol_answer answer = tls_hello_read(bytes, length, &hello);

	*answers = hello.server;
	return answer;
}

/* A response alone has too few fixed bits. The other direction decides. */
static enum protocol_answer is_ttrpc(const uint8_t *bytes, size_t length, bool *answers)
{
	enum protocol_answer answer = ttrpc_recognize(bytes, length);

	*answers = length > 8 && bytes[8] != TTRPC_REQUEST;
	return answer == PROTOCOL_YES && *answers ? PROTOCOL_MORE : answer;
}

static enum protocol_answer is_varlink(const uint8_t *bytes, size_t length, bool *answers)
{
	struct varlink_message message;
	enum protocol_answer answer = varlink_read(bytes, length, &message);

	*answers = !message.method.at;
	return answer == PROTOCOL_YES && !message.method.at && !message.error.at ? PROTOCOL_MORE
										 : answer;
}

static enum protocol_answer is_qmp(const uint8_t *bytes, size_t length, bool *answers)
{
	struct qmp_message message;
	enum protocol_answer answer = qmp_read(bytes, length, &message);

	*answers = message.type != QMP_COMMAND;
	return answer == PROTOCOL_YES && message.type == QMP_RETURN ? PROTOCOL_MORE : answer;
}

static enum protocol_answer is_jsonrpc(const uint8_t *bytes, size_t length, bool *answers)
{
	struct jsonrpc_message message;
	enum protocol_answer answer = jsonrpc_read(bytes, length, &message);

	*answers = message.type != JSONRPC_CALL;
	return answer;
}

static enum protocol_answer is_notify(const uint8_t *bytes, size_t length, bool *answers)
{
	(void)answers;
	return notify_recognize(bytes, length);
}

static enum protocol_answer is_dbus(const uint8_t *bytes, size_t length, bool *answers)
{
	struct dbus_line line;

	(void)answers;
	return dbus_start_read(bytes, length, &line);
}

/* What the first byte may be, as bits: it leaves out most protocols at once. */
enum first { FIRST_ZERO = 1, FIRST_CAPITAL = 2, FIRST_HANDSHAKE = 4, FIRST_JSON = 8 };

static unsigned class_of(uint8_t byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return FIRST_CAPITAL;
	if (byte == 0)
		return FIRST_ZERO;
	if (byte == 0x16)
		return FIRST_HANDSHAKE;
	/* The guest agent sends 0xff to begin anew. */
	return byte == '{' || json_is_blank(byte) || byte == 0xff ? FIRST_JSON : 0;
}

static const struct {
	enum stream_protocol protocol;
	recognizer *recognize;
	unsigned first; /* bits of enum first */
} rows[] = {
    {STREAM_HTTP2, is_http2, FIRST_ZERO | FIRST_CAPITAL},
    {STREAM_HTTP1, http1_recognize, FIRST_CAPITAL},
    {STREAM_TTRPC, is_ttrpc, FIRST_ZERO},
    {STREAM_TLS, is_tls, FIRST_HANDSHAKE},
    {STREAM_SSH, is_ssh, FIRST_CAPITAL},
    {STREAM_VARLINK, is_varlink, FIRST_JSON},
    {STREAM_QMP, is_qmp, FIRST_JSON},
    {STREAM_JSONRPC, is_jsonrpc, FIRST_JSON},
    {STREAM_NOTIFY, is_notify, FIRST_CAPITAL},
    {STREAM_DBUS, is_dbus, FIRST_ZERO},
};

enum protocol_answer stream_recognize(const uint8_t *bytes, size_t length, struct stream_kind *kind)
{
	unsigned first = length ? class_of(bytes[0]) : UINT_MAX;
	enum protocol_answer best = PROTOCOL_NO;

	for (size_t i = 0; first && i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool answers = false;
		enum protocol_answer answer;

		if (!(rows[i].first & first))
			continue;
		answer = rows[i].recognize(bytes, length, &answers);
		if (answer == PROTOCOL_NO)
			continue;
		best = answer;
		*kind = (struct stream_kind){rows[i].protocol, answers};
		if (answer == PROTOCOL_YES)
			break;
	}
	return best;
}

enum protocol_answer stream_recognize_inside(const uint8_t *bytes, size_t length,
					     struct stream_kind *kind)
{
	static const struct stream_kind grpc = {STREAM_HTTP2, false};
	bool answers = false;

	if (http2_is_grpc_inside(bytes, length)) {
		*kind = grpc;
		return PROTOCOL_YES;
	}
	if (http1_recognize(bytes, length, &answers) == PROTOCOL_YES) {
		*kind = (struct stream_kind){STREAM_HTTP1, answers};
		return PROTOCOL_YES;
	}
	if (is_ttrpc(bytes, length, &answers) == PROTOCOL_YES) {
		*kind = (struct stream_kind){STREAM_TTRPC, answers};
		return PROTOCOL_YES;
	}
	return PROTOCOL_NO;
}

/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/protocols/recognize.h"

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

static const struct {
	enum stream_protocol protocol;
	recognizer *recognize;
} rows[] = {
    {STREAM_HTTP2, is_http2},   {STREAM_HTTP1, http1_recognize},
    {STREAM_TTRPC, is_ttrpc},   {STREAM_TLS, is_tls},
    {STREAM_SSH, is_ssh},       {STREAM_VARLINK, is_varlink},
    {STREAM_QMP, is_qmp},       {STREAM_JSONRPC, is_jsonrpc},
    {STREAM_NOTIFY, is_notify},
};

enum protocol_answer stream_recognize(const uint8_t *bytes, size_t length, struct stream_kind *kind)
{
	enum protocol_answer best = PROTOCOL_NO;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool answers = false;
		enum protocol_answer answer = rows[i].recognize(bytes, length, &answers);

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

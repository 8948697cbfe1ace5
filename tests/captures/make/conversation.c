/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/captures/make/conversation.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/captures/make/amount.h"
#include "tests/captures/make/pattern.h"
#include "tests/captures/make/vsock.h"

#define BUFFER (1 << 20)

const char conversation_steps[] =
    "  send=BYTES[:EACH]      send, EACH bytes a call (65536)\n"
    "  record=BYTES[:EACH]    the same with MSG_EOR\n"
    "  receive=BYTES[:EACH]   receive that many, up to EACH bytes a call\n"
    "  end[=EACH]             receive all up to the peer's end of data\n"
    "  exchange=BYTES[:EACH]  send, shut=w, and receive all meanwhile\n"
    "  echo                   send back what is received, up to the end of data\n"
    "  shut=r|w|rw            shutdown()\n"
    "  close                  close()\n"
    "  buffer=BYTES           SO_VM_SOCKETS_BUFFER_SIZE\n"
    "  zerocopy               send with MSG_ZEROCOPY from now on\n"
    "  sleep=MILLISECONDS     do nothing, read nothing\n"
    "  die                    SIGKILL for itself\n";

static const char *side_name(enum side side)
{
	return side == CLIENT ? "client" : "server";
}

static bool fail(const struct conversation *c, const char *what, const char *why)
{
	fprintf(
	    stderr, "%" PRIu32 "-%" PRIu32 " %s: %s: %s (%" PRIu64 " sent, %" PRIu64 " received)\n",
	    c->client_port, c->server_port, side_name(c->side), what, why, c->sent, c->received);
	return false;
}

static bool fail_errno(const struct conversation *c, const char *what)
{
	return fail(c, what, strerror(errno));
}

/* The name of the file, or of one that belongs to it. The caller frees it. */
static char *file_name(const struct conversation *c, const char *suffix)
{
	char *name;

	if (asprintf(&name, "%s/%" PRIu32 "-%" PRIu32 ".%s%s", c->folder, c->client_port,
		     c->server_port, side_name(c->side), suffix) < 0)
		abort();
	return name;
}

static FILE *open_file(const struct conversation *c, const char *suffix)
{
	char *name = file_name(c, suffix);
	FILE *file = fopen(name, "w");

	if (!file)
		fail_errno(c, name);
	free(name);
	return file;
}

static bool open_files(struct conversation *c)
{
	if (!c->folder)
		return true;
	if (!(c->bytes = open_file(c, ".part")))
		return false;
	return !c->seqpacket || (c->messages = open_file(c, ".messages"));
}

/* This shows whether the peer received everything. */
static bool write_sent(const struct conversation *c)
{
	FILE *file = open_file(c, ".sent");
	int written;

	if (!file)
		return false;
	written = fprintf(file, "%" PRIu64 "\n", c->sent);
	return fclose(file) == 0 && written > 0;
}

static bool close_files(struct conversation *c)
{
	char *part, *whole;
	bool renamed;

	if (c->messages && fclose(c->messages))
		return fail_errno(c, "write");
	if (!c->bytes)
		return true;
	if (fclose(c->bytes) || !write_sent(c))
		return fail_errno(c, "write");
	if (!c->ended)
		return true;
	part = file_name(c, ".part");
	whole = file_name(c, "");
	renamed = rename(part, whole) == 0;
	free(part);
	free(whole);
	return renamed || fail_errno(c, "rename");
}

static bool note(struct conversation *c, const char *bytes, size_t count, bool end_of_record)
{
	if (!c->sender)
		c->sender = bytes[0];
	if (pattern_match(bytes, count, c->received, c->sender, c->client_port) != count)
		return fail(c, "receive", "not the bytes that were sent");
	c->received += count;
	if (c->bytes && fwrite(bytes, 1, count, c->bytes) != count)
		return fail_errno(c, "write");
	if (c->messages &&
	    fprintf(c->messages, "%" PRIu32 "-%" PRIu32 ".%s %zu%s\n", c->client_port,
		    c->server_port, side_name(c->side), count, end_of_record ? " eor" : "") < 0)
		return fail_errno(c, "write");
	return true;
}

/* Returns the result of recvmsg(), and reports failures. Also -1 for wrong bytes. */
static ssize_t receive_some(struct conversation *c, char *buffer, size_t count)
{
	struct iovec iov = {.iov_base = buffer, .iov_len = count};
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t got = recvmsg(c->socket, &message, 0);

	if (got < 0)
		fail_errno(c, "receive");
	else if (message.msg_flags & MSG_TRUNC)
		return fail(c, "receive", "a message was cut"), -1;
	else if (got == 0)
		c->ended = true;
	else if (!note(c, buffer, (size_t)got, message.msg_flags & MSG_EOR))
		return -1;
	return got;
}

static bool receive(struct conversation *c, struct amount amount)
{
	char *buffer = malloc(BUFFER);
	size_t each = amount.each && amount.each < BUFFER ? amount.each : BUFFER;
	uint64_t left = amount.bytes;
	ssize_t got = buffer ? 1 : -1;

	while (left && got > 0) {
		/* A message must be received whole. */
		got = receive_some(c, buffer, c->seqpacket || left > each ? each : left);
		if (got > 0)
			left -= (uint64_t)got < left ? (uint64_t)got : left;
	}
	free(buffer);
	if (got == 0 && amount.bytes != AMOUNT_ALL)
		return fail(c, "receive", "the end of data came early");
	return got >= 0;
}

static bool send_bytes(struct conversation *c, const char *bytes, size_t count, int flags)
{
	while (count) {
		ssize_t taken = send(c->socket, bytes, count, flags | MSG_NOSIGNAL);

		if (taken < 0)
			return fail_errno(c, "send");
		bytes += taken;
		count -= (size_t)taken;
		c->sent += (uint64_t)taken;
	}
	return true;
}

static bool send_pattern(struct conversation *c, struct amount amount, int flags)
{
	size_t each = amount.each ? amount.each : 65536;
	char *buffer = malloc(each);
	uint64_t left = amount.bytes;

	while (buffer && left) {
		size_t count = left < each ? left : each;

		pattern_fill(buffer, count, c->sent, c->side == CLIENT ? 'c' : 's', c->client_port);
		if (!send_bytes(c, buffer, count, flags | c->send_flags))
			break;
		left -= count;
		/* With MSG_ZEROCOPY the kernel still reads these bytes, so they are never freed. */
		if (c->send_flags & MSG_ZEROCOPY)
			buffer = malloc(each);
	}
	free(buffer);
	return left == 0;
}

static bool step_send(struct conversation *c, const char *value)
{
	return send_pattern(c, amount_parse(value), 0);
}

static bool step_record(struct conversation *c, const char *value)
{
	return send_pattern(c, amount_parse(value), MSG_EOR);
}

static bool step_receive(struct conversation *c, const char *value)
{
	return receive(c, amount_parse(value));
}

static bool step_end(struct conversation *c, const char *value)
{
	return receive(c, (struct amount){AMOUNT_ALL, amount_parse(value).bytes});
}

static bool step_shut(struct conversation *c, const char *value)
{
	int how = strcmp(value, "rw") == 0 ? SHUT_RDWR : *value == 'r' ? SHUT_RD : SHUT_WR;

	return shutdown(c->socket, how) == 0 || fail_errno(c, "shutdown");
}

/* A process for each direction, so that neither has to wait for the other. */
static bool step_exchange(struct conversation *c, const char *value)
{
	struct amount amount = amount_parse(value);
	pid_t sender;
	bool received;
	int status;

	fflush(NULL);
	sender = fork();
	if (sender < 0)
		return fail_errno(c, "fork");
	if (sender == 0)
		_exit(send_pattern(c, amount, 0) && step_shut(c, "w") ? 0 : 1);
	received = receive(c, (struct amount){AMOUNT_ALL, 0});
	if (waitpid(sender, &status, 0) != sender || status)
		return false;
	c->sent += amount.bytes;
	return received;
}

static bool step_echo(struct conversation *c, const char *value)
{
	char *buffer = malloc(BUFFER);
	ssize_t got = -1;
	bool ok = buffer != NULL;

	(void)value;
	while (ok && (got = receive_some(c, buffer, BUFFER)) > 0)
		ok = send_bytes(c, buffer, (size_t)got, 0);
	free(buffer);
	return ok && got == 0;
}

static bool step_close(struct conversation *c, const char *value)
{
	int result = close(c->socket);

	(void)value;
	c->socket = -1;
	return result == 0 || fail_errno(c, "close");
}

static bool step_buffer(struct conversation *c, const char *value)
{
	return vsock_set_buffer(c->socket, amount_parse(value).bytes) || fail_errno(c, "buffer");
}

static bool step_zerocopy(struct conversation *c, const char *value)
{
	const int on = 1;

	(void)value;
	c->send_flags = MSG_ZEROCOPY;
	return setsockopt(c->socket, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) == 0 ||
	       fail_errno(c, "zerocopy");
}

static bool step_sleep(struct conversation *c, const char *value)
{
	uint64_t milliseconds = amount_parse(value).bytes;
	struct timespec time = {.tv_sec = (time_t)(milliseconds / 1000),
				.tv_nsec = (long)(milliseconds % 1000) * 1000000};

	(void)c;
	nanosleep(&time, NULL);
	return true;
}

static bool step_die(struct conversation *c, const char *value)
{
	(void)value;
	raise(SIGKILL);
	return fail(c, "die", "still alive");
}

enum value {
	NO_VALUE,
	AMOUNT,
	AMOUNT_OR_NONE,
	DIRECTION,
};

static const struct step {
	const char *name;
	enum value value;
	bool (*run)(struct conversation *c, const char *value);
} table[] = {
    {"send", AMOUNT, step_send},         {"record", AMOUNT, step_record},
    {"receive", AMOUNT, step_receive},   {"end", AMOUNT_OR_NONE, step_end},
    {"exchange", AMOUNT, step_exchange}, {"echo", NO_VALUE, step_echo},
    {"shut", DIRECTION, step_shut},      {"close", NO_VALUE, step_close},
    {"buffer", AMOUNT, step_buffer},     {"zerocopy", NO_VALUE, step_zerocopy},
    {"sleep", AMOUNT, step_sleep},       {"die", NO_VALUE, step_die},
};

static const char *value_of(const char *step)
{
	const char *equals = strchr(step, '=');

	return equals ? equals + 1 : "";
}

static const struct step *find(const char *step)
{
	size_t length = strcspn(step, "=");

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strlen(table[i].name) == length && memcmp(table[i].name, step, length) == 0)
			return &table[i];
	}
	return NULL;
}

bool conversation_step_is_valid(const char *text)
{
	const struct step *step = find(text);
	const char *value = value_of(text);

	if (!step)
		return false;
	switch (step->value) {
	case NO_VALUE:
		return !strchr(text, '=');
	case AMOUNT_OR_NONE:
		return !strchr(text, '=') || amount_is_valid(value);
	case AMOUNT:
		return amount_is_valid(value);
	case DIRECTION:
		return !strcmp(value, "r") || !strcmp(value, "w") || !strcmp(value, "rw");
	}
	return false;
}

bool conversation_run(struct conversation *c, char *const *steps)
{
	bool ok = open_files(c);

	for (; ok && *steps; steps++)
		ok = find(*steps)->run(c, value_of(*steps));
	if (c->socket >= 0)
		ok &= step_close(c, "");
	return close_files(c) && ok;
}

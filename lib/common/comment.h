/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Facts in the comments of a pcapng file, for people and for programs.
 *
 * A comment that has a fact is one line of ASCII:
 *
 *	comment = "vsockdump " kind *( " " key "=" value )
 *	kind    = 1*( lower / digit / "-" )
 *	key     = 1*( lower / digit / "-" )
 *	value   = bare / quoted
 *	bare    = 1*( lower / upper / digit / "." / ":" / "/" / "_" / "-" / "@" / "+" )
 *	quoted  = DQUOTE *( printable, except DQUOTE and "\" / "\x" 2( digit / "a" to "f" ) ) DQUOTE
 *
 * The kind says which keys there are. A reader ignores kinds and keys that it does not know, so
 * later versions may add some. A key comes once. Comments of other forms, such as those of people,
 * are no facts. A fact says by its own values what it is about, and not by the packet that has the
 * comment. Numbers are decimal, an address is CID:PORT, and "any" is VMADDR_CID_ANY or
 * VMADDR_PORT_ANY. A time is in seconds since 1970, with nine decimals.
 *
 * Kinds:
 *
 *	process         a process has a socket: the keys "local" and "peer" (addresses), "how"
 *	                (connect, accept or found), "pid", "command", and if it is known "tid",
 *	                "cgroup", "container" and "at" (the time of the call)
 *	connect-failed  a connection failed, perhaps without any packet: the same keys without
 *	                "how", and "errno" and "error", which is its name, or the number
 *	vm              a virtual machine that ran when the capture began: the keys "cid" and "name"
 *
 * Names are chosen by strangers, and so are whole files.
 */
#ifndef VSOCK_LIB_COMMON_COMMENT_H
#define VSOCK_LIB_COMMON_COMMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A longer comment is no fact. */
#define COMMENT_MAX 4096

/* Writes a comment. A comment that does not fit is invalid, and `full` is set. */
struct comment_writer {
	char *text;
	size_t size;
	size_t length;
	bool full;
};

void comment_begin(struct comment_writer *writer, char *text, size_t size, const char *kind);
/* Any bytes. */
void comment_put(struct comment_writer *writer, const char *key, const char *value, size_t length);
void comment_put_text(struct comment_writer *writer, const char *key, const char *value);
void comment_put_number(struct comment_writer *writer, const char *key, uint64_t value);
void comment_put_address(struct comment_writer *writer, const char *key, uint32_t cid,
			 uint32_t port);
void comment_put_time(struct comment_writer *writer, const char *key, uint64_t nanoseconds);

/* Reads a comment. */
struct comment_reader {
	const char *at;
	const char *end;
};

/* Bytes that are not null-terminated. */
struct comment_text {
	const char *start;
	size_t length;
};

bool comment_is(struct comment_text text, const char *word);

/* False if the comment is no fact. Otherwise sets the kind. */
bool comment_open(struct comment_reader *reader, const char *text, size_t length,
		  struct comment_text *kind);

enum comment_result { COMMENT_FIELD, COMMENT_END, COMMENT_BAD };

/*
 * The next key, and its value with quotes and escapes removed, null-terminated in `value`. Returns
 * the length in *length, since a value may contain null bytes. A value that is too long is bad.
 */
enum comment_result comment_next(struct comment_reader *reader, struct comment_text *key,
				 char *value, size_t size, size_t *length);

/* Values of these forms; false for others. */
bool comment_number(const char *value, uint64_t most, uint64_t *number);
bool comment_address(const char *value, uint32_t *cid, uint32_t *port);
bool comment_time(const char *value, uint64_t *nanoseconds);

#endif

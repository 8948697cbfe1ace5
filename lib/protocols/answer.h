/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a parser says about the first bytes of a message.
 *
 * All parsers of this room keep to this: they read bytes and a length, and nothing beyond it. They
 * allocate nothing, keep no state, and point into the bytes. All bytes may be hostile.
 */
#ifndef LIB_PROTOCOLS_ANSWER_H
#define LIB_PROTOCOLS_ANSWER_H

enum protocol_answer {
	PROTOCOL_NO,   /* no message of this protocol begins like this, whatever follows */
	PROTOCOL_MORE, /* the bytes fit, and the message continues after them */
	PROTOCOL_YES,  /* a complete message */
};

#endif

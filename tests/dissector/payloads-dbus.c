/* SPDX-License-Identifier: GPL-2.0-or-later */
/* D-Bus: what the programs of the real captures do not do. */
#include <string.h>

#include "tests/dissector/payloads.h"

static void say(struct talk *t, enum speaker who, const char *text, size_t length)
{
	talk_send(t, who, text, (uint32_t)length);
}

#define SAY(t, who, text) say(t, who, text, sizeof(text) - 1)

/* A number of 4 bytes, in the byte order of the message. */
static void put_number(struct bytes *b, char order, uint32_t value)
{
	if (order == 'B')
		put_big_endian(b, value, 4);
	else
		for (int i = 0; i < 4; i++)
			put_byte(b, value >> 8 * i & 0xff);
}

/* A field that is a text of 4 bytes: with its end and padding, it takes 16. */
static void put_field(struct bytes *b, char order, unsigned code, char type, const char text[4])
{
	put_byte(b, code);
	put_byte(b, 1);
	put_byte(b, (unsigned)type);
	put_byte(b, 0);
	put_number(b, order, 4);
	put_bytes(b, text, 4);
	for (int i = 0; i < 4; i++)
		put_byte(b, 0);
}

/* A call of the method "Stop" at "/a/b", whose body is a number. `body`: the length it says. */
static void put_call(struct bytes *b, char order, uint32_t serial, uint32_t body)
{
	put_byte(b, (unsigned)order);
	put_byte(b, 1);
	put_byte(b, 0);
	put_byte(b, 1);
	put_number(b, order, body);
	put_number(b, order, serial);
	put_number(b, order, 39);
	put_field(b, order, 1, 'o', "/a/b");
	put_field(b, order, 3, 's', "Stop");
	put_byte(b, 8);
	put_byte(b, 1);
	put_byte(b, 'g');
	put_byte(b, 0);
	put_byte(b, 1);
	put_byte(b, 'u');
	put_byte(b, 0);
	put_byte(b, 0);
	put_number(b, order, 7);
}

/* Lines and messages in pieces, and both byte orders. */
static void in_pieces(struct talk *t)
{
	struct bytes b = {.length = 0};

	talk_begin(t, 2, 3, 7301, false);
	SAY(t, CLIENT, "\0AUTH EXT");
	SAY(t, CLIENT, "ERNAL 30\r");
	SAY(t, CLIENT, "\nBEG");
	SAY(t, SERVER, "OK 0123456789abcdef0123456789abcdef\r\n");
	SAY(t, CLIENT, "IN\r\n");
	put_call(&b, 'l', 1, 4);
	put_call(&b, 'B', 2, 4);
	talk_send_split(t, CLIENT, &b, 45);
	talk_end(t);
}

/* The body is shorter than its type. The next message is shown all the same. */
static void with_an_error(struct talk *t)
{
	struct bytes b = {.length = 0};

	talk_begin(t, 2, 3, 7302, false);
	put_bytes(&b, "\0AUTH ANONYMOUS\r\nBEGIN\r\n", 24);
	put_call(&b, 'l', 1, 2);
	b.length -= 2;
	put_call(&b, 'l', 2, 4);
	talk_send(t, CLIENT, b.at, b.length);
	/* Not a line of D-Bus, and no message. */
	SAY(t, SERVER, "ERROR \"why\"\r\nHELLO\r\n");
	SAY(t, SERVER, "HELLO\r\n");
	talk_end(t);
}

void write_dbus(struct talk *t)
{
	struct bytes b = {.length = 0};

	in_pieces(t);
	with_an_error(t);

	/* The beginning was not captured. */
	talk_begin(t, 2, 3, 7303, true);
	put_call(&b, 'B', 9, 4);
	talk_send(t, CLIENT, b.at, b.length);
	SAY(t, SERVER, "l\2\1\1\0\0\0\0\1\0\0\0\10\0\0\0\5\1u\0\11\0\0\0");
	talk_end(t);

	/* Others that begin with a zero byte, and bytes that are almost a message. */
	talk_begin(t, 2, 3, 7304, false);
	SAY(t, CLIENT, "\0AUTHORIZE\r\n");
	talk_end(t);
	talk_begin(t, 2, 3, 7305, false);
	SAY(t, CLIENT, "\0");
	SAY(t, CLIENT, "hello");
	talk_end(t);
	talk_begin(t, 2, 3, 7306, true);
	SAY(t, CLIENT, "l\1\0\1\4\0\0\0\1\0\0\0\10\0\0\0\1\1s\0\4\0\0\0");
	talk_end(t);
}

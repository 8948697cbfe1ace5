/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocols whose messages are text: varlink, JSON-RPC, QEMU's guest agent, sd_notify. And
 * ADB, whose messages begin with one. */
#include <string.h>

#include "tests/dissector/payloads.h"

static void say(struct talk *t, enum speaker who, const char *text)
{
	talk_send(t, who, text, (uint32_t)strlen(text));
}

/* With the zero byte that ends a message of varlink. */
static void put_varlink(struct bytes *b, const char *text)
{
	put_bytes(b, text, strlen(text) + 1);
}

static void say_varlink(struct talk *t, enum speaker who, const char *text)
{
	talk_send(t, who, text, (uint32_t)strlen(text) + 1);
}

/* Calls that are sent together, one without a reply, and replies that come in pieces. */
static void varlink_in_order(struct talk *t)
{
	struct bytes b = {.length = 0};

	talk_begin(t, 2, 3, 7001, false);
	put_varlink(&b, "{\"method\":\"io.systemd.Machine.List\",\"parameters\":{\"name\":\"a\"}}");
	put_varlink(&b, "{\"method\":\"io.systemd.Machine.Kill\",\"oneway\":true}");
	put_varlink(&b, "{\"method\":\"org.varlink.service.GetInfo\"}");
	talk_send(t, CLIENT, b.at, b.length);
	b.length = 0;
	put_varlink(&b, "{\"error\":\"io.systemd.Machine.NoSuchMachine\",\"parameters\":{}}");
	put_varlink(&b, "{\"parameters\":{\"vendor\":\"systemd\",\"interfaces\":[\"a.b.C\"]}}");
	talk_send_split(t, SERVER, &b, 50);
	/* Several replies to one call. */
	say_varlink(t, CLIENT,
		    "{\"method\":\"io.systemd.Unit.Subscribe\",\"parameters\":{},\"more\":true}");
	say_varlink(t, SERVER, "{\"parameters\":{\"n\":1},\"continues\":true}");
	say_varlink(t, SERVER, "{\"parameters\":{\"n\":2},\"continues\":true}");
	say_varlink(t, SERVER, "{}");
	/* Nobody asked for this one. */
	say_varlink(t, SERVER, "{\"parameters\":{}}");
	talk_end(t);
}

/* After an upgrade the bytes are of another protocol. */
static void varlink_upgraded(struct talk *t)
{
	talk_begin(t, 2, 3, 7002, false);
	say_varlink(t, CLIENT, "{\"method\":\"org.example.Shell.Run\",\"upgrade\":true}");
	say_varlink(t, SERVER, "{\"parameters\":{}}");
	say(t, CLIENT, "GET /a HTTP/1.1\r\nHost: vsock\r\n\r\n");
	talk_end(t);
}

void write_varlink(struct talk *t)
{
	varlink_in_order(t);
	varlink_upgraded(t);

	/* The beginning was not captured: a reply is certain if it has parameters. */
	talk_begin(t, 2, 3, 7003, true);
	say_varlink(t, SERVER, "{\"parameters\":{\"a\":\"\\u001b[2J\"}}");
	say_varlink(t, CLIENT, "{\"method\":\"a.b.C\"}");
	/* Not a message. */
	say_varlink(t, SERVER, "{\"parameters\":{}}\0{\"Operation\":\"Decrypt\"}");
	say_varlink(t, SERVER, "{\"Operation\":\"Decrypt\"}");
	talk_end(t);

	/* Other objects that end with a zero byte. */
	talk_begin(t, 2, 3, 7004, false);
	say_varlink(t, CLIENT, "{\"Operation\":\"SetClient\"}");
	say_varlink(t, CLIENT, "{}");
	talk_end(t);

	/* The capture has cut the call. */
	talk_begin(t, 2, 3, 7005, false);
	say_varlink(t, CLIENT, "{\"method\":\"a.b.C\",\"parameters\":{\"x\":\"0123456789\"}}");
	capture_cut(&t->capture, FRAME_HEADERS + 30);
	talk_end(t);
}

/* An ADB message. `last` is the byte that ends its header: the inverted end of the command. */
static void say_adb(struct talk *t, enum speaker who, const char *command, const char *text,
		    uint8_t last)
{
	uint8_t size = (uint8_t)strlen(text);
	struct bytes b = {.length = 0};

	put_bytes(&b, command, 4);
	put_bytes(&b, (const uint8_t[]){1, 0, 0, 0, 0, 0, 0, 0, size, 0, 0, 0, 0, 0, 0, 0}, 16);
	for (int i = 0; i < 3; i++)
		put_bytes(&b, (const uint8_t[]){(uint8_t)~command[i]}, 1);
	put_bytes(&b, &last, 1);
	put_bytes(&b, text, size);
	talk_send(t, who, b.at, b.length);
}

void write_adb(struct talk *t)
{
	talk_begin(t, 2, 3, 7601, false);
	say_adb(t, CLIENT, "CNXN", "host::", (uint8_t) ~'N');
	say_adb(t, SERVER, "CNXN", "device::", (uint8_t) ~'N');
	talk_end(t);

	/* The beginning was not captured. */
	talk_begin(t, 2, 3, 7602, true);
	say_adb(t, CLIENT, "OPEN", "shell:ls", (uint8_t) ~'N');
	talk_end(t);

	/* Text that begins with the same word. */
	talk_begin(t, 2, 3, 7603, false);
	say_adb(t, CLIENT, "OPEN", "shell:ls", 'N');
	talk_end(t);
}

void write_jsonrpc(struct talk *t)
{
	/* Two calls and a notification, whose replies come in another order and in pieces. */
	talk_begin(t, 2, 3, 7501, false);
	say(t, CLIENT,
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"vm.start\",\"params\":{\"name\":\"a\"}}\n"
	    "{\"jsonrpc\":\"2.0\",\"id\":\"two\",\"method\":\"vm.list\"}\n"
	    "{\"jsonrpc\":\"2.0\",\"method\":\"log\",\"params\":[\"hello\"]}\n");
	say(t, SERVER, "{\"jsonrpc\":\"2.0\",\"id\":\"two\",\"res");
	say(t, SERVER, "ult\":[1,2]}\n");
	/* The server calls with an id that the client uses too. */
	say(t, SERVER, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"progress\",\"params\":[50]}\n");
	say(t, CLIENT, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}\n");
	say(t, SERVER,
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":"
	    "\"no \\u001b[2J such method\"}}\n");
	/* Nobody asked for this one. */
	say(t, SERVER, "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}\n");
	/* Not a message. */
	say(t, SERVER, "{\"id\":9}\n");
	talk_end(t);

	/* Version 1 does not name itself, so it is only JSON. */
	talk_begin(t, 2, 3, 7502, false);
	say(t, CLIENT, "{\"id\":1,\"method\":\"echo\",\"params\":[\"a\"]}\n");
	talk_end(t);

	/* The capture has cut the call. */
	talk_begin(t, 2, 3, 7503, false);
	say(t, CLIENT, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"vm.start\",\"params\":{}}");
	capture_cut(&t->capture, FRAME_HEADERS + 40);
	talk_end(t);
}

static void qga_in_order(struct talk *t)
{
	talk_begin(t, 2, 3, 7101, false);
	/* What an earlier client left, and the resynchronization of libvirt. */
	say(t, CLIENT, "{\"execute\":\"guest-info\"}\n");
	say(t, CLIENT, "\xff{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":17}}\n");
	say(t, SERVER,
	    "{\"error\": {\"class\": \"GenericError\", "
	    "\"desc\": \"JSON parse error, stray '\\uFFFD'\"}}\n\xff{\"return\": 17}\n");
	say(t, CLIENT, "{\"execute\":\"guest-");
	say(t, CLIENT, "ping\"}\n{\"execute\":\"guest-get-time\"}\n");
	say(t, SERVER, "{\"return\": {}}\n{\"return\": 1700000000}\n");
	say(t, CLIENT, "{\"execute\":\"guest-nothing\"}");
	say(t, SERVER,
	    "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command guest-nothing "
	    "has "
	    "not been found\"}}\n");
	/* No reply comes when the guest shuts down. */
	say(t, CLIENT, "{\"execute\":\"guest-shutdown\"}\n");
	say(t, CLIENT, "{\"execute\":\"guest-ping\"}\n");
	say(t, SERVER, "{\"return\": {}}\n");
	talk_end(t);
}

void write_qga(struct talk *t)
{
	qga_in_order(t);

	/* QEMU's monitor: a greeting, replies by their ids, events. */
	talk_begin(t, 2, 3, 7102, false);
	say(t, SERVER,
	    "{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7}}, \"capabilities\": "
	    "[\"oob\"]}}\r\n");
	say(t, CLIENT,
	    "{\"execute\":\"qmp_capabilities\",\"id\":1}\n"
	    "{\"exec-oob\":\"migrate-pause\",\"id\":\"x\"}\n");
	say(t, SERVER, "{\"return\": {}, \"id\": \"x\"}\r\n");
	say(t, SERVER, "{\"return\": {}, \"id\": 1}\r\n");
	say(t, SERVER,
	    "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"STOP\"}\r\n");
	say(t, SERVER, "{\"return\": {}, \"id\": 9}\r\nhello\r\n");
	talk_end(t);

	/* JSON that is neither. */
	talk_begin(t, 2, 3, 7103, false);
	say(t, CLIENT, "{\"id\": 1, ");
	say(t, CLIENT, "\"question\": 2}\n");
	talk_end(t);
	talk_begin(t, 2, 3, 7104, false);
	say(t, CLIENT, "{\"id\": 1}\n");
	talk_end(t);
}

void write_sd_notify(struct talk *t)
{
	talk_begin(t, 3, 2, 7201, false);
	say(t, CLIENT, "X_SYSTEMD_UNIT_ACTIVE=ssh-access.target");
	talk_end(t);
	talk_begin(t, 3, 2, 7201, false);
	say(t, CLIENT, "REA");
	say(t, CLIENT, "DY=1\nSTATUS=up \xc3\xa4\xff\nX_SYSTEMD_UNIT_INACTIVE=a.service\n");
	talk_end(t);
	talk_begin(t, 3, 2, 7201, false);
	say(t, CLIENT, "STATUS=Starting\n");
	say(t, CLIENT, "no pair\nREADY=1\n");
	talk_end(t);
	/* A list of variables, and an entry of the journal. */
	talk_begin(t, 3, 2, 7202, false);
	say(t, CLIENT, "HOME=/root\nREADY=1\n");
	talk_end(t);
	talk_begin(t, 3, 2, 7203, false);
	say(t, CLIENT, "__REALTIME_TIMESTAMP=1\nMESSAGE=hello\n\n");
	talk_end(t);
}

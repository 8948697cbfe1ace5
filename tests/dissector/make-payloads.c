/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the captures for tests of dissector/protocols and dissector/payload: protocols over vsock.
 * Usage: make-payloads DIRECTORY. Every run writes the same bytes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/dissector/payloads.h"

static const struct {
	const char *name;
	void (*write)(struct talk *t);
} captures[] = {
    {"ttrpc", write_ttrpc},
    {"ttrpc-troubles", write_ttrpc_troubles},
    {"gvproxy", write_gvproxy},
    {"gvproxy-dense", write_gvproxy_dense},
    {"gvproxy-troubles", write_gvproxy_troubles},
    {"varlink", write_varlink},
    {"adb", write_adb},
    {"jsonrpc", write_jsonrpc},
    {"qga", write_qga},
    {"sd-notify", write_sd_notify},
    {"dbus", write_dbus},
    {"streams", write_streams},
    {"endless", write_endless},
};

int main(int argc, char **argv)
{
	struct talk *t;

	if (argc != 2) {
		fprintf(stderr, "usage: make-payloads DIRECTORY\n");
		return 2;
	}
	t = calloc(1, sizeof(*t));
	if (!t) {
		perror("make-payloads");
		return 1;
	}
	for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
		t->port[CLIENT] = 50000;
		capture_open(&t->capture, argv[1], captures[i].name, false);
		captures[i].write(t);
		capture_close(&t->capture);
	}
	free(t);
	return 0;
}

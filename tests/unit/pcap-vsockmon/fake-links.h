/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fake kernel with interfaces, as libnl and libpcap show it: these functions replace theirs (the
 * linker's --wrap). It fails when a test wants that. A real kernel seldom does.
 */
#ifndef TESTS_UNIT_PCAP_VSOCKMON_FAKE_LINKS_H
#define TESTS_UNIT_PCAP_VSOCKMON_FAKE_LINKS_H

#include <stdbool.h>

#define FAKE_LINKS_MAX 8

struct fake_link {
	const char *name; /* NULL: this place is free */
	const char *kind; /* NULL: a device without, such as lo */
	int index;
	bool up;
};

struct fake_kernel {
	/* The interfaces of the caller's namespace, and those of the one after unshare(). */
	struct fake_link links[2][FAKE_LINKS_MAX];
	/* Of those that the library made. */
	char names[2][FAKE_LINKS_MAX][16];
	int next_index;

	/* The error of each call, or 0: errno, -NLE_, PCAP_ERROR_. */
	int unshare_errno;
	int connect_error;
	int add_error;
	int change_error;
	int delete_error;
	int list_error;
	/* Look-ups fail with look_up_error from this one on, counted from 1. */
	int look_up_error;
	int look_up_fails_from;
	/* pcap_activate(): an error, or a warning above 0. */
	int activate_status;
	int datalink;

	/* An interface that exists although the first look-up does not find it. */
	struct fake_link appears;
	int look_ups;
	/* pcap_create() minus pcap_close(). */
	int handles;
};

extern struct fake_kernel fake;

/* No interface but lo, no failures. */
void fake_reset(void);
struct fake_link *fake_add(int namespace, const char *name, const char *kind, bool up);
/* NULL if no interface has that name. */
struct fake_link *fake_find(int namespace, const char *name);
int fake_count(int namespace);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers what pcap-vsockmon.h promises to a caller who calls in any order: open, handle, interface,
 * persistent, findalldevs and filter/compile of pcap-vsockmon/.
 *
 * Random calls on a kernel that fails at random, with names that exist and names that cannot, and
 * with handles that were closed before. After each call, the handles that are open and the
 * interfaces that exist must be those that the results say. Filters are compiled by several
 * threads at once.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <netlink/errno.h>

#include "pcap-vsockmon/pcap-vsockmon.h"
#include "tests/unit/pcap-vsockmon/fake-links.h"

#define RUNS          300
#define CALLS         60
#define HANDLES_MAX   4
#define THREADS       4
#define COMPILE_TIMES 200

/* One capture that the caller opened, and may have closed. */
struct owned {
	pcap_t *handle;
	struct pcap_vsockmon_opened opened;
};

struct caller {
	struct owned owned[HANDLES_MAX];
	uint64_t random;
	char errbuf[PCAP_ERRBUF_SIZE];
};

static unsigned roll(struct caller *caller, unsigned sides)
{
	caller->random = caller->random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(caller->random >> 33) % sides;
}

static const char *some_name(struct caller *caller)
{
	static const char *const names[] = {
	    "a", "b", "vsockmon0", "lo", "", "a/b", "longer-than-any-interface",
	};

	return names[roll(caller, sizeof(names) / sizeof(names[0]))];
}

/* The kernel fails in one way, or in none. */
static void some_failure(struct caller *caller)
{
	const bool fails = roll(caller, 3) == 0;
	const unsigned where = roll(caller, 6);

	fake.unshare_errno = roll(caller, 2) ? EPERM : 0;
	fake.add_error = fails && where == 0 ? -NLE_PERM : 0;
	fake.change_error = fails && where == 1 ? -NLE_NOMEM : 0;
	fake.delete_error = fails && where == 2 ? -NLE_PERM : 0;
	fake.list_error = fails && where == 3 ? -NLE_NOMEM : 0;
	fake.connect_error = fails && where == 4 ? -NLE_NOMEM : 0;
	fake.activate_status = fails && where == 5 ? PCAP_ERROR_PERM_DENIED : 0;
}

static bool exists(unsigned index)
{
	for (int i = 0; i < FAKE_LINKS_MAX; i++)
		if (fake.links[0][i].name && fake.links[0][i].index == (int)index)
			return true;
	return false;
}

static void check_message(const struct caller *caller, bool good)
{
	assert_non_null(memchr(caller->errbuf, '\0', sizeof(caller->errbuf)));
	assert_int_equal(caller->errbuf[0] == '\0', good);
}

static void call_open(struct caller *caller, struct owned *owned)
{
	const struct pcap_vsockmon_options options = {.snaplen = (int)roll(caller, 3) - 1};
	const char *name = roll(caller, 4) ? some_name(caller) : NULL;
	const int before = fake_count(0);
	enum pcap_vsockmon_result result = (enum pcap_vsockmon_result)1;
	bool shared;

	if (owned->handle)
		return;
	owned->handle = pcap_vsockmon_open(name, &options, &owned->opened, &result, caller->errbuf);
	check_message(caller, owned->handle);
	assert_int_equal(owned->handle != NULL, result == PCAP_VSOCKMON_OK);
	shared = owned->handle && owned->opened.origin == PCAP_VSOCKMON_SHARED;
	assert_int_equal(fake_count(0), before + shared);
	assert_true(!shared || exists(owned->opened.index));
}

/* Also of what was never opened, failed to open, or is closed already. */
static void call_close(struct caller *caller, struct owned *owned)
{
	const int before = fake_count(0);
	const bool removes =
	    owned->opened.origin == PCAP_VSOCKMON_SHARED && exists(owned->opened.index);
	enum pcap_vsockmon_result result =
	    pcap_vsockmon_close(owned->handle, &owned->opened, caller->errbuf);

	owned->handle = NULL;
	check_message(caller, result == PCAP_VSOCKMON_OK);
	assert_int_equal(fake_count(0), before - (removes && result == PCAP_VSOCKMON_OK));
}

static void call_create(struct caller *caller)
{
	const int before = fake_count(0);
	enum pcap_vsockmon_result result =
	    pcap_vsockmon_create_interface(some_name(caller), caller->errbuf);

	check_message(caller, result == PCAP_VSOCKMON_OK);
	assert_int_equal(fake_count(0), before + (result == PCAP_VSOCKMON_OK));
}

static void call_delete(struct caller *caller)
{
	const int before = fake_count(0);
	enum pcap_vsockmon_result result =
	    pcap_vsockmon_delete_interface(some_name(caller), caller->errbuf);

	check_message(caller, result == PCAP_VSOCKMON_OK);
	assert_int_equal(fake_count(0), before - (result == PCAP_VSOCKMON_OK));
}

static void call_list(struct caller *caller)
{
	pcap_if_t *devices = (pcap_if_t *)caller;
	enum pcap_vsockmon_result result = pcap_vsockmon_findalldevs(&devices, caller->errbuf);

	check_message(caller, result == PCAP_VSOCKMON_OK);
	assert_int_equal(devices != NULL, result == PCAP_VSOCKMON_OK);
	pcap_vsockmon_freealldevs(devices);
}

/* Freeing a program twice is libpcap's rule too: the first time empties it. */
static void call_compile(struct caller *caller)
{
	static const char *const expressions[] = {"", "rst", "port 80 and (", "cid nobody"};
	struct bpf_program program;
	int result = pcap_vsockmon_compile(&program, expressions[roll(caller, 4)],
					   (int)roll(caller, 2), NULL, NULL, caller->errbuf);

	assert_int_equal(program.bf_len > 0, result == 0);
	check_message(caller, result == 0);
	pcap_freecode(&program);
	pcap_freecode(&program);
}

static void call_something(struct caller *caller)
{
	struct owned *owned = &caller->owned[roll(caller, HANDLES_MAX)];
	int open = 0;

	some_failure(caller);
	memset(caller->errbuf, 'x', sizeof(caller->errbuf));
	switch (roll(caller, 8)) {
	case 0:
	case 1:
		call_open(caller, owned);
		break;
	case 2:
	case 3:
		call_close(caller, owned);
		break;
	case 4:
		call_create(caller);
		break;
	case 5:
		call_delete(caller);
		break;
	case 6:
		call_list(caller);
		break;
	default:
		call_compile(caller);
	}
	for (int i = 0; i < HANDLES_MAX; i++)
		open += caller->owned[i].handle != NULL;
	assert_int_equal(fake.handles, open);
	assert_non_null(fake_find(0, "lo"));
}

static void calls_in_any_order(void **state)
{
	(void)state;
	for (unsigned run = 0; run < RUNS; run++) {
		struct caller caller = {.random = run};

		fake_reset();
		for (int i = 0; i < CALLS; i++)
			call_something(&caller);
		/* Whatever happened before, closing all once more leaves no interface of ours. */
		fake.connect_error = fake.delete_error = 0;
		for (int i = 0; i < HANDLES_MAX; i++)
			call_close(&caller, &caller.owned[i]);
		assert_int_equal(fake.handles, 0);
		for (int i = 0; i < HANDLES_MAX; i++)
			assert_false(caller.owned[i].opened.origin == PCAP_VSOCKMON_SHARED &&
				     exists(caller.owned[i].opened.index));
	}
}

/* A second close of the same capture does not remove what has the name or the place now. */
static void closing_twice_removes_nothing_else(void **state)
{
	struct caller caller = {0};
	struct owned *owned = &caller.owned[0];

	(void)state;
	fake_reset();
	fake.unshare_errno = EPERM;
	owned->handle = pcap_vsockmon_open("a", NULL, &owned->opened, NULL, caller.errbuf);
	assert_non_null(owned->handle);
	call_close(&caller, owned);
	assert_null(fake_find(0, "a"));
	assert_int_equal(pcap_vsockmon_create_interface("a", caller.errbuf), PCAP_VSOCKMON_OK);
	call_close(&caller, owned);
	assert_non_null(fake_find(0, "a"));
}

/* Returns a text if a program differs from the first one. */
static void *compile_often(void *result)
{
	static const char expression[] = "rst or (port 80 and not cid 3) or len > 1000";
	struct bpf_program first, program;
	char errbuf[PCAP_ERRBUF_SIZE];

	if (pcap_vsockmon_compile(&first, expression, 1, NULL, NULL, errbuf) != 0)
		return result;
	for (int i = 0; i < COMPILE_TIMES; i++) {
		bool same;

		if (pcap_vsockmon_compile(&program, "port (", 1, NULL, NULL, errbuf) == 0 ||
		    pcap_vsockmon_compile(&program, expression, 1, NULL, NULL, errbuf) != 0)
			return result;
		same = program.bf_len == first.bf_len &&
		       memcmp(program.bf_insns, first.bf_insns,
			      first.bf_len * sizeof(*first.bf_insns)) == 0;
		pcap_freecode(&program);
		if (!same)
			return result;
	}
	pcap_freecode(&first);
	return NULL;
}

static void threads_compile_at_once(void **state)
{
	static char differs[] = "a thread got another program";
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, compile_often, differs), 0);
	for (int i = 0; i < THREADS; i++) {
		void *result = differs;

		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_null(result);
	}
}

int main(void)
{
	struct rlimit files;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(calls_in_any_order),
	    cmocka_unit_test(closing_twice_removes_nothing_else),
	    cmocka_unit_test(threads_compile_at_once),
	};

	/* libpcap 1.10 leaves a descriptor open for each handle that was closed unactivated. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

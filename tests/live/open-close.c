/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls the capture library as a program does, and prints the results in words that a shell script
 * can compare. Every command also checks that the library leaves no file descriptor, no thread and
 * no change of network namespace.
 *
 *	open-close list
 *	open-close create|delete NAME
 *	open-close threads COUNT	each opens and closes a capture, all at once
 *	open-close open [-i NAME] [-s SNAPLEN] [-B BYTES] [-t MS] [-I] [-N]
 *	           [-d in|out] [-c COUNT] [-u OP] [-w SECONDS] [-f]
 *
 * "open" prints the result, then the ops of COUNT packets (none by default) or of those up to the
 * first OP, then the result of closing. It waits for packets up to SECONDS (10 by default).
 * With "-f", a child process first closes its copy of the handle.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/names.h"
#include "core/packet.h"
#include "pcap-vsockmon/pcap-vsockmon.h"

/* The library must not change these. */
struct surroundings {
	unsigned fds;
	unsigned threads;
	char namespace[64];
};

static unsigned entries(const char *path)
{
	unsigned count = 0;
	DIR *dir = opendir(path);

	if (!dir)
		abort();
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static struct surroundings look_around(void)
{
	struct surroundings seen = {
	    .fds = entries("/proc/self/fd"),
	    .threads = entries("/proc/self/task"),
	};

	if (readlink("/proc/thread-self/ns/net", seen.namespace, sizeof(seen.namespace) - 1) < 0)
		perror("/proc/thread-self/ns/net");
	return seen;
}

/* /proc may list a joined thread for another moment. */
static bool unchanged(const struct surroundings *before, unsigned fds_more)
{
	struct surroundings now = look_around();

	for (int tries = 0; now.threads != before->threads && tries < 100; tries++) {
		usleep(10000);
		now = look_around();
	}
	if (now.fds > before->fds + fds_more)
		printf("LEAK: %u file descriptors were open, now %u\n", before->fds, now.fds);
	else if (now.threads != before->threads)
		printf("LEAK: %u threads ran, now %u\n", before->threads, now.threads);
	else if (strcmp(now.namespace, before->namespace) != 0)
		printf("LEAK: network namespace was %s, now %s\n", before->namespace,
		       now.namespace);
	else
		return true;
	return false;
}

static const char *result_name(enum pcap_vsockmon_result result)
{
	static const char *const names[] = {
	    [-PCAP_VSOCKMON_OK] = "OK",
	    [-PCAP_VSOCKMON_ERROR] = "ERROR",
	    [-PCAP_VSOCKMON_BAD_NAME] = "BAD_NAME",
	    [-PCAP_VSOCKMON_NO_PERMISSION] = "NO_PERMISSION",
	    [-PCAP_VSOCKMON_NO_KERNEL] = "NO_KERNEL",
	    [-PCAP_VSOCKMON_WRONG_KIND] = "WRONG_KIND",
	    [-PCAP_VSOCKMON_DOWN] = "DOWN",
	    [-PCAP_VSOCKMON_NO_SUCH_DEVICE] = "NO_SUCH_DEVICE",
	    [-PCAP_VSOCKMON_EXISTS] = "EXISTS",
	};

	return names[-result];
}

/* "NAME" or "NAME: message". */
static int tell(const char *what, enum pcap_vsockmon_result result, const char *errbuf)
{
	printf("%s: %s%s%s\n", what, result_name(result), errbuf[0] ? ": " : "", errbuf);
	return result != PCAP_VSOCKMON_OK;
}

static int list(void)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	pcap_if_t *devices;
	enum pcap_vsockmon_result result = pcap_vsockmon_findalldevs(&devices, errbuf);

	for (pcap_if_t *device = devices; device; device = device->next)
		printf("%s: %s, %s\n", device->name, device->flags & PCAP_IF_UP ? "up" : "not up",
		       device->description);
	pcap_vsockmon_freealldevs(devices);
	return tell("list", result, errbuf);
}

static void *open_and_close(void *failed)
{
	char errbuf[PCAP_ERRBUF_SIZE];
	struct pcap_vsockmon_opened opened;
	pcap_t *handle = pcap_vsockmon_open(NULL, NULL, &opened, NULL, errbuf);

	if (!handle) {
		printf("open: %s\n", errbuf);
		*(bool *)failed = true;
		return NULL;
	}
	if (opened.origin != PCAP_VSOCKMON_PRIVATE)
		*(bool *)failed = true;
	if (pcap_vsockmon_close(handle, &opened, errbuf) != PCAP_VSOCKMON_OK)
		*(bool *)failed = true;
	return NULL;
}

static int threads(int count)
{
	pthread_t *ids = calloc((size_t)count, sizeof(*ids));
	bool *failed = calloc((size_t)count, sizeof(*failed));
	int failures = 0;

	if (!ids || !failed)
		abort();
	for (int i = 0; i < count; i++)
		if (pthread_create(&ids[i], NULL, open_and_close, &failed[i]) != 0)
			abort();
	for (int i = 0; i < count; i++) {
		pthread_join(ids[i], NULL);
		failures += failed[i];
	}
	printf("threads: %d failed\n", failures);
	free(ids);
	free(failed);
	return failures != 0;
}

/* No thread of the library may handle a signal. */
static volatile sig_atomic_t signals_here, signals_elsewhere;

static void on_alarm(int number)
{
	(void)number;
	if (syscall(SYS_gettid) == getpid())
		signals_here++;
	else
		signals_elsewhere++;
}

static void storm_of_signals(bool on)
{
	struct itimerval interval = {{0, on ? 200 : 0}, {0, on ? 200 : 0}};

	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &interval, NULL);
}

static const char *op_of(const struct pcap_pkthdr *header, const u_char *frame)
{
	struct vsock_packet packet;
	const char *name = NULL;

	vsock_decode(&packet, frame, header->caplen, header->len);
	if (vsock_has(&packet, VSOCK_FIELD_OP))
		name = vsock_op_name(packet.op);
	return name ? name : "?";
}

/*
 * Reads packets until `count` of them have come, or one with the op `last`, or the time is over. It
 * prints their ops on one line.
 */
static int capture(pcap_t *handle, unsigned count, const char *last, unsigned seconds)
{
	time_t end = time(NULL) + (time_t)seconds;
	char err[PCAP_ERRBUF_SIZE];
	const char *op = "";

	if (pcap_setnonblock(handle, 1, err) != 0) {
		printf("cannot set non-blocking: %s\n", err);
		return 1;
	}
	printf("packets:");
	while (count > 0 && strcmp(op, last) != 0 && time(NULL) < end) {
		struct pcap_pkthdr *header;
		const u_char *frame;
		int status = pcap_next_ex(handle, &header, &frame);

		if (status < 0) {
			printf(" error: %s\n", pcap_geterr(handle));
			return 1;
		}
		if (status == 0) {
			usleep(10000);
			continue;
		}
		count--;
		op = op_of(header, frame);
		printf(" %s", op);
	}
	printf("\n");
	return 0;
}

/* A child closes the handle that it inherited, as the rules for fork(2) want it. */
static void close_in_child(pcap_t *handle)
{
	pid_t child = fork();

	if (child == 0) {
		pcap_close(handle);
		_exit(0);
	}
	if (child < 0 || waitpid(child, NULL, 0) != child)
		abort();
}

static const char *origin_name(int origin)
{
	static const char *const names[] = {"EXISTING", "PRIVATE", "SHARED"};

	return names[origin];
}

static int open_capture(int argc, char **argv)
{
	struct pcap_vsockmon_options options = {0};
	struct pcap_vsockmon_opened opened;
	enum pcap_vsockmon_result result;
	char errbuf[PCAP_ERRBUF_SIZE];
	const char *name = NULL, *direction = NULL, *last = "none";
	unsigned count = 0, seconds = 60;
	bool forks = false;
	struct surroundings before = look_around();
	int option, status = 0;
	pcap_t *handle;

	while ((option = getopt(argc, argv, "i:s:B:t:INd:c:u:w:f")) != -1) {
		switch (option) {
		case 'i':
			name = optarg;
			break;
		case 's':
			options.snaplen = atoi(optarg);
			break;
		case 'B':
			options.buffer_size = atoi(optarg);
			break;
		case 't':
			options.timeout_ms = atoi(optarg);
			break;
		case 'I':
			options.immediate = 1;
			break;
		case 'N':
			options.nanosecond = 1;
			break;
		case 'd':
			direction = optarg;
			break;
		case 'c':
			count = (unsigned)atoi(optarg);
			break;
		case 'u':
			count = 1000;
			last = optarg;
			break;
		case 'w':
			seconds = (unsigned)atoi(optarg);
			break;
		case 'f':
			forks = true;
			break;
		default:
			return 2;
		}
	}
	storm_of_signals(true);
	handle = pcap_vsockmon_open(name, &options, &opened, &result, errbuf);
	storm_of_signals(false);
	if (signals_elsewhere)
		printf("SIGNAL handled on a thread of the library\n");
	if (!handle) {
		tell("open", result, errbuf);
		return unchanged(&before, 0) ? 1 : 3;
	}
	printf("open: %s %s%s warning %d, %s%s, snaplen %d, index %u\n", opened.name,
	       origin_name(opened.origin), opened.raised ? " raised" : "", opened.warning,
	       pcap_datalink_val_to_name(pcap_datalink(handle)),
	       pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? " nano" : "",
	       pcap_snapshot(handle), opened.index);
	fflush(stdout);
	/* libpcap itself has a packet socket and an eventfd. */
	if (!unchanged(&before, 2))
		status = 3;
	if (!(fcntl(pcap_fileno(handle), F_GETFD) & FD_CLOEXEC)) {
		printf("LEAK: programs that are executed get the packet socket\n");
		status = 3;
	}
	if (forks)
		close_in_child(handle);
	if (direction &&
	    pcap_setdirection(handle, strcmp(direction, "in") == 0 ? PCAP_D_IN : PCAP_D_OUT) != 0) {
		printf("direction: %s\n", pcap_geterr(handle));
		status = 1;
	}
	if (count && capture(handle, count, last, seconds) != 0)
		status = 1;
	if (tell("close", pcap_vsockmon_close(handle, &opened, errbuf), errbuf) != 0)
		status = 1;
	if (!unchanged(&before, 0))
		status = 3;
	return status;
}

int main(int argc, char **argv)
{
	const char *action = argc > 1 ? argv[1] : "";
	const char *argument = argc > 2 ? argv[2] : "";
	struct surroundings before = look_around();
	char errbuf[PCAP_ERRBUF_SIZE];
	int status;

	if (strcmp(action, "open") == 0)
		return open_capture(argc - 1, argv + 1);
	if (strcmp(action, "list") == 0)
		status = list();
	else if (strcmp(action, "threads") == 0)
		status = threads(atoi(argument));
	else if (strcmp(action, "create") == 0)
		status = tell("create", pcap_vsockmon_create_interface(argument, errbuf), errbuf);
	else if (strcmp(action, "delete") == 0)
		status = tell("delete", pcap_vsockmon_delete_interface(argument, errbuf), errbuf);
	else
		return 2;
	return unchanged(&before, 0) ? status : 3;
}

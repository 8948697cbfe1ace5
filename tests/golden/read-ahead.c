/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Covers lib/capture-file/read-ahead.c, and how window.c uses it: read-ahead CAPTURES TRIALS.
 *
 * Two readers read the same file side by side, one of them with the thread that reads ahead. Both
 * must return the same records, counters and errors. The files are all captures of the folder, as
 * pcap and as pcapng: whole, cut, damaged, and on a disk with a bad sector.
 *
 * The program is linked with --wrap=read, which makes the cuts and the damage. It also returns
 * files in small pieces: so a small capture passes through all buffers of the thread several times,
 * and records are split between buffers at all sorts of places.
 */
#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/capture-file/format.h"
#include "lib/capture-file/reader.h"
#include "lib/capture-file/writer.h"
#include "tests/filter/random.h"

#define NO_LIMIT ((size_t)1 << 30)

/* The changes that read(2) makes to a file. */
static struct {
	const char *name;
	size_t piece;  /* the most bytes that a read returns */
	off_t end;     /* reads end here, */
	int error;     /* or fail with this */
	off_t damaged; /* this byte is 0xff, unless it is 0 */
} trial;

static int trials; /* cuts of each file, as many damaged bytes, and as many bad sectors */
static uint64_t records;

ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	size_t left = at < trial.end ? (size_t)(trial.end - at) : 0;
	ssize_t n;

	if (left == 0 && trial.error) {
		errno = trial.error;
		return -1;
	}
	if (size > trial.piece)
		size = trial.piece;
	n = __real_read(fd, buffer, size < left ? size : left);
	if (trial.damaged && trial.damaged >= at && trial.damaged < at + n)
		((uint8_t *)buffer)[trial.damaged - at] = 0xff;
	return n;
}

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
	va_list arguments;

	printf("%s in pieces of %zu, ends at %jd (%s), damaged at %jd: ", trial.name, trial.piece,
	       (intmax_t)trial.end, strerror(trial.error), (intmax_t)trial.damaged);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	exit(1);
}

static void same_number(uint64_t plain, uint64_t ahead, const char *what)
{
	if (plain != ahead)
		fail("%s: %" PRIu64 ", and %" PRIu64 " when read ahead", what, plain, ahead);
}

static void same_text(const char *plain, const char *ahead, const char *what)
{
	if (strcmp(plain, ahead) != 0)
		fail("%s: \"%s\", and \"%s\" when read ahead", what, plain, ahead);
}

static void same_record(const struct capture_record *plain, const struct capture_record *ahead)
{
	same_number(plain->ts, ahead->ts, "time");
	same_number(plain->captured, ahead->captured, "captured bytes");
	same_number(plain->on_wire, ahead->on_wire, "bytes on the wire");
	if (memcmp(plain->data, ahead->data, plain->captured) != 0)
		fail("the data of a record differs");
}

static void same_info(const struct capture_reader *plain, const struct capture_reader *ahead)
{
	struct capture_reader_info a = capture_reader_info(plain);
	struct capture_reader_info b = capture_reader_info(ahead);

	same_number(a.nanosecond, b.nanosecond, "nanoseconds");
	same_number(a.snaplen, b.snaplen, "snapshot length");
	same_number(a.other_links, b.other_links, "packets of other link types");
	same_number(a.bytes_read, b.bytes_read, "bytes read");
	same_number(a.bytes_total, b.bytes_total, "bytes in total");
	same_text(a.format, b.format, "format");
}

static void same_origin(const struct capture_origin *plain, const struct capture_origin *ahead)
{
	same_text(plain->os, ahead->os, "system");
	same_text(plain->interface, ahead->interface, "interface");
	same_text(plain->description, ahead->description, "description");
	same_number(plain->bpf, ahead->bpf, "captured by BPF");
}

static void same_statistics(const struct capture_reader *plain, const struct capture_reader *ahead)
{
	struct capture_statistics a = capture_reader_statistics(plain);
	struct capture_statistics b = capture_reader_statistics(ahead);

	same_number(a.received, b.received, "received");
	same_number(a.interface_drops, b.interface_drops, "interface drops");
	same_number(a.accepted, b.accepted, "accepted");
	same_number(a.kernel_drops, b.kernel_drops, "kernel drops");
	same_number(a.delivered, b.delivered, "delivered");
	same_number(a.start, b.start, "start");
	same_number(a.end, b.end, "end");
}

static void same_state(const struct capture_reader *plain, const struct capture_reader *ahead)
{
	same_info(plain, ahead);
	same_origin(capture_reader_origin(plain), capture_reader_origin(ahead));
	same_statistics(plain, ahead);
	same_text(capture_reader_error(plain), capture_reader_error(ahead), "error");
}

/* Reads at most `most` records. Asks both readers once more after the end. */
static void same_reading(struct capture_reader *plain, struct capture_reader *ahead, uint64_t most)
{
	enum capture_read result = CAPTURE_READ_RECORD;
	struct capture_record a;
	struct capture_record b;

	for (; result == CAPTURE_READ_RECORD && most > 0; most--) {
		result = capture_reader_next(plain, &a);
		same_number(result, capture_reader_next(ahead, &b), "result");
		same_number(capture_reader_info(plain).bytes_read,
			    capture_reader_info(ahead).bytes_read, "bytes read");
		if (result == CAPTURE_READ_RECORD) {
			same_record(&a, &b);
			records++;
		}
	}
	same_state(plain, ahead);
	if (result == CAPTURE_READ_RECORD)
		return;
	same_number(result, capture_reader_next(ahead, &b), "result after the end");
	same_state(plain, ahead);
}

static void compare(const char *path, uint64_t most)
{
	char plain_error[CAPTURE_ERROR_MAX];
	char ahead_error[CAPTURE_ERROR_MAX];
	struct capture_reader *plain = capture_reader_open(path, plain_error);
	struct capture_reader *ahead = capture_reader_open(path, ahead_error);

	same_text(plain_error, ahead_error, "error");
	if (plain && ahead) {
		capture_reader_read_ahead(ahead, true);
		if (!ahead->window.ahead)
			fail("no thread");
		same_reading(plain, ahead, most);
	}
	capture_reader_close(plain);
	capture_reader_close(ahead);
}

/* Half of the places are in the first packets, where each byte matters. */
static off_t place(struct dice *dice, uint32_t size)
{
	return 1 + die(dice, one_in(dice, 2) && size > 400 ? 400 : size);
}

/* The thread has 8 buffers; most files are 20 to 40 pieces, some a single one. */
static size_t piece(struct dice *dice, uint32_t size)
{
	uint32_t least = size / 40 + 1;

	return one_in(dice, 4) ? NO_LIMIT : least + die(dice, least);
}

static void try_file(const char *name, const char *path, uint32_t size)
{
	struct dice dice = {size};

	trial.name = name;
	trial.piece = NO_LIMIT;
	trial.end = size;
	compare(path, UINT64_MAX);
	for (int i = 0; i < trials; i++) {
		trial.piece = piece(&dice, size);
		trial.damaged = place(&dice, size);
		compare(path, UINT64_MAX);
		trial.damaged = 0;
		compare(path, die(&dice, 100)); /* closed before the end */

		trial.end = place(&dice, size);
		compare(path, UINT64_MAX);
		trial.error = EIO;
		compare(path, UINT64_MAX);
		trial.error = 0;
		trial.end = size;
	}
}

/* The same packets as pcapng, with everything that only pcapng has. */
static void write_pcapng(struct capture_reader *reader, int fd)
{
	static const struct capture_origin origin = {"Linux 6.1",
						     "vsockmon0",
						     "all of it",
						     "00112233445566778899aabbccddeeff",
						     "ffeeddccbbaa99887766554433221100",
						     true};
	static const struct capture_statistics statistics = {1000, 2, 900, 3, 897, 1, 2};
	static const char text[] = "a comment";
	static struct capture_comments comments;
	struct capture_writer_options options = {.pcapng = true, .origin = &origin};
	struct capture_writer *writer = capture_writer_open(fd, &options);
	struct capture_record record;
	int error = writer ? 0 : errno;

	capture_comments_clear(&comments);
	capture_comments_add(&comments, text, strlen(text));
	while (!error && capture_reader_next(reader, &record) == CAPTURE_READ_RECORD)
		error = capture_writer_write(writer, &record, &comments);
	if (!error)
		error = capture_writer_finish(writer, &statistics, &comments);
	if (!error)
		error = capture_writer_close(writer);
	if (error)
		fail("cannot write it as pcapng: %s", strerror(error));
}

static void try_as_pcapng(const char *name, const char *path)
{
	char error[CAPTURE_ERROR_MAX];
	struct capture_reader *reader = capture_reader_open(path, error);
	int fd = memfd_create("pcapng", MFD_CLOEXEC);
	char copy[32];

	if (!reader || fd < 0)
		fail("cannot read it, or make a copy: %s", error);
	write_pcapng(reader, dup(fd));
	capture_reader_close(reader);
	snprintf(copy, sizeof(copy), "/proc/self/fd/%d", fd);
	try_file(name, copy, (uint32_t)lseek(fd, 0, SEEK_END));
	close(fd);
}

static void try_capture(const char *path)
{
	struct stat status;

	trial.name = path;
	if (stat(path, &status) != 0 || (uint64_t)status.st_size > UINT32_MAX)
		fail("no such file, or too large");
	trial.piece = NO_LIMIT;
	trial.end = status.st_size;
	try_file(path, path, (uint32_t)status.st_size);
	try_as_pcapng(path, path);
}

int main(int argc, char **argv)
{
	glob_t captures;
	char pattern[4096];

	snprintf(pattern, sizeof(pattern), "%s/*.pcap", argc == 3 ? argv[1] : "");
	trials = argc == 3 ? atoi(argv[2]) : 0;
	if (glob(pattern, 0, NULL, &captures) != 0) {
		printf("no %s\n", pattern);
		return 1;
	}
	for (size_t i = 0; i < captures.gl_pathc; i++)
		try_capture(captures.gl_pathv[i]);
	printf("%zu captures, %" PRIu64 " records\n", captures.gl_pathc, records);
	globfree(&captures);
	return 0;
}

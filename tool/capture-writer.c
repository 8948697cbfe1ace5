/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The buffer holds whole records only, and every write(2) hands the kernel whole records only.
 * So, short of a failure, whatever is in the file is readable, also when the process is killed.
 *
 * Large records, and every record of a packet-buffered writer, go from the caller's memory to
 * the kernel in one writev(2) together with what is buffered: a system call costs less than
 * copying them once more.
 */
#define _GNU_SOURCE
#include "tool/capture-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tool/capture-pcap-encode.h"

#define BUFFER_SIZE ((size_t)256 * 1024)

/* From this size on a record is not copied into the buffer. */
#define DIRECT_SIZE (32 * 1024)

const struct system_call capture_writer_system_calls[] = {
    CALL("writev"),
    CALL("write"),
    CALL("poll"),
    CALL("ppoll"),
    CALL("ppoll_time64"),
    /* Taking back what did not fit. */
    CALL("lseek"),
    CALL("_llseek"),
    CALL("ftruncate"),
    CALL("ftruncate64"),
    SYSTEM_CALLS_END,
};

struct capture_writer {
	struct capture_writer_options options;
	int fd;
	int error;
	uint64_t records; /* accepted; after a failure, whole in the file */
	uint64_t flushed; /* in the file */
	size_t used;
	uint8_t buffer[BUFFER_SIZE];
};

static int wait_writable(int fd)
{
	struct pollfd writable = {.fd = fd, .events = POLLOUT};

	return poll(&writable, 1, -1) < 0 && errno != EINTR ? errno : 0;
}

/*
 * Writes all parts, which it uses up. Returns 0 or errno; *written is how many bytes went out.
 * Signals do not stop it: a record begun must be ended.
 */
static int write_parts(int fd, struct iovec *parts, int count, size_t *written)
{
	*written = 0;
	while (count > 0) {
		if (parts->iov_len == 0) {
			parts++;
			count--;
			continue;
		}
		ssize_t n = writev(fd, parts, count);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			int error = wait_writable(fd);
			if (error)
				return error;
			continue;
		}
		if (n <= 0)
			return n < 0 ? errno : EIO;

		*written += (size_t)n;
		for (size_t left = (size_t)n; left > 0 && count > 0;) {
			size_t step = left < parts->iov_len ? left : parts->iov_len;
			parts->iov_base = (uint8_t *)parts->iov_base + step;
			parts->iov_len -= step;
			left -= step;
			if (parts->iov_len == 0) {
				parts++;
				count--;
			}
		}
	}
	return 0;
}

/*
 * Takes the last `surplus` bytes back out of a regular file, if they are its last: somebody else
 * may have appended to a shared standard output meanwhile. Nothing is left to be done when
 * that fails, and the failure before it is the one to report.
 */
static void take_back(int fd, size_t surplus)
{
	struct stat status;
	off_t position = lseek(fd, 0, SEEK_CUR);

	if (surplus == 0 || position < (off_t)surplus)
		return;
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size != position)
		return;
	if (ftruncate(fd, position - (off_t)surplus) == 0)
		(void)lseek(fd, position - (off_t)surplus, SEEK_SET);
}

/* Counts the whole records in the first `length` bytes of the buffer; *whole is their size. */
static uint64_t count_records(const struct capture_writer *writer, size_t length, size_t *whole)
{
	uint64_t records = 0;
	size_t at = 0;

	if (length > writer->used)
		length = writer->used;
	while (length - at >= PCAP_RECORD_HEADER_SIZE) {
		size_t size = pcap_encoded_record_size(writer->buffer + at);
		if (size > length - at)
			break;
		at += size;
		records++;
	}
	*whole = at;
	return records;
}

static int give_up(struct capture_writer *writer, int error, size_t written)
{
	size_t whole;

	writer->records = writer->flushed + count_records(writer, written, &whole);
	take_back(writer->fd, written - whole);
	writer->used = 0;
	writer->error = error;
	return error;
}

/* Writes what is buffered and, after it, a record that is not (whose parts may be empty). */
static int write_through(struct capture_writer *writer, void *header, size_t header_size,
			 const uint8_t *data, size_t size)
{
	struct iovec parts[] = {
	    {.iov_base = writer->buffer, .iov_len = writer->used},
	    {.iov_base = header, .iov_len = header_size},
	    {.iov_base = (void *)data, .iov_len = size},
	};
	size_t written;
	int error = write_parts(writer->fd, parts, 3, &written);

	if (error)
		return give_up(writer, error, written);
	writer->used = 0;
	writer->flushed = writer->records;
	return 0;
}

int capture_writer_flush(struct capture_writer *writer)
{
	if (writer->error || writer->used == 0)
		return writer->error;
	return write_through(writer, NULL, 0, NULL, 0);
}

static int write_direct(struct capture_writer *writer, const struct capture_record *record)
{
	uint8_t header[PCAP_RECORD_HEADER_SIZE];

	pcap_encode_record_header(header, record, writer->options.nanosecond);
	writer->records++;
	return write_through(writer, header, sizeof(header), record->data, record->captured);
}

int capture_writer_write(struct capture_writer *writer, const struct capture_record *record)
{
	if (writer->error)
		return writer->error;

	struct capture_record cut = *record;
	if (cut.captured > writer->options.snaplen)
		cut.captured = writer->options.snaplen;
	if (writer->options.packet_buffer || cut.captured >= DIRECT_SIZE)
		return write_direct(writer, &cut);

	size_t size = PCAP_RECORD_HEADER_SIZE + cut.captured;
	if (size > BUFFER_SIZE - writer->used) {
		int error = capture_writer_flush(writer);
		if (error)
			return error;
	}
	uint8_t *p = writer->buffer + writer->used;
	pcap_encode_record_header(p, &cut, writer->options.nanosecond);
	if (cut.captured)
		memcpy(p + PCAP_RECORD_HEADER_SIZE, cut.data, cut.captured);
	writer->used += size;
	writer->records++;
	return 0;
}

static int open_file(const char *path)
{
	/* A copy, so that closing the writer leaves standard output open, yet shows its errors. */
	if (strcmp(path, "-") == 0)
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);

	/* What root captures is everybody's data. The umask applies to others as usual. */
	mode_t mode = geteuid() == 0 ? 0600 : 0666;
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, mode);
}

static int write_file_header(struct capture_writer *writer)
{
	uint8_t header[PCAP_HEADER_SIZE];
	struct iovec part = {.iov_base = header, .iov_len = sizeof(header)};
	size_t written;

	pcap_encode_header(header, writer->options.nanosecond, writer->options.snaplen);
	int error = write_parts(writer->fd, &part, 1, &written);
	if (error)
		take_back(writer->fd, written);
	return error;
}

struct capture_writer *capture_writer_open(const char *path,
					   const struct capture_writer_options *options)
{
	struct capture_writer *writer = malloc(sizeof(*writer));
	if (!writer)
		return NULL;
	writer->options = *options;
	if (options->snaplen == 0)
		writer->options.snaplen = PCAP_DEFAULT_SNAPLEN;
	writer->error = 0;
	writer->records = 0;
	writer->flushed = 0;
	writer->used = 0;

	int error = 0;
	writer->fd = open_file(path);
	if (writer->fd < 0)
		error = errno;
	else
		error = write_file_header(writer);
	if (error) {
		if (writer->fd >= 0)
			close(writer->fd);
		free(writer);
		errno = error;
		return NULL;
	}
	return writer;
}

int capture_writer_close(struct capture_writer *writer)
{
	if (!writer)
		return 0;

	int error = capture_writer_flush(writer);
	if (close(writer->fd) < 0 && error == 0)
		error = errno;
	free(writer);
	return error;
}

uint64_t capture_writer_records(const struct capture_writer *writer)
{
	return writer->records;
}

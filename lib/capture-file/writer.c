/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The buffer contains whole records only, and every writev(2) passes whole records only to the
 * kernel. So, unless a write fails, the file is readable, even if the process is killed.
 *
 * Large records, and every record of a packet-buffered writer, go from the caller's memory to the
 * kernel in one writev(2), after the buffer's contents: a system call costs less than one more
 * copy.
 */
#include "lib/capture-file/writer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/capture-file/pcap-encode.h"
#include "lib/capture-file/pcapng-encode.h"
#include "lib/common/patience.h"

#define BUFFER_SIZE ((size_t)256 * 1024)

/* A record of this size or larger is not copied into the buffer. */
#define DIRECT_SIZE ((size_t)32 * 1024)

const struct system_call capture_writer_system_calls[] = {
    CALL("writev"),
    CALL("write"),
    CALL("poll"),
    CALL("ppoll"),
    CALL("ppoll_time64"),
    /* To remove a part of a record. */
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
	uint64_t records;  /* accepted; after a failure, those complete in the file */
	uint64_t flushed;  /* records in the file */
	uint64_t size;     /* bytes of the file when all is flushed */
	uint64_t first_ts; /* the lowest and the highest of all records */
	uint64_t latest_ts;
	size_t used;
	uint8_t buffer[BUFFER_SIZE];
};

/* The parts of a record or block, in this order. */
struct part {
	const void *bytes;
	size_t size;
};

enum { PART_HEADER, PART_DATA, PART_PADDING, PART_COMMENTS, PART_END, PARTS };

static int wait_writable(int fd)
{
	struct pollfd writable = {.fd = fd, .events = POLLOUT};

	return poll(&writable, 1, -1) < 0 && errno != EINTR ? errno : 0;
}

/* Removes the first n bytes, which were written, from the vector. */
static void advance(struct iovec **vector, int *count, size_t n)
{
	while (n > 0 && *count > 0) {
		size_t step = n < (*vector)->iov_len ? n : (*vector)->iov_len;

		(*vector)->iov_base = (uint8_t *)(*vector)->iov_base + step;
		(*vector)->iov_len -= step;
		n -= step;
		if ((*vector)->iov_len == 0) {
			(*vector)++;
			(*count)--;
		}
	}
}

/* After writev() failed. Returns 0 if it makes sense to call it again, otherwise errno. */
static int wait_after(int error, int fd, const volatile sig_atomic_t *patience, sig_atomic_t before)
{
	if (error != EINTR && error != EAGAIN)
		return error;
	error = error == EAGAIN ? wait_writable(fd) : 0;
	if (!error && patience_is_over(patience, before))
		error = ECANCELED;
	return error;
}

/*
 * Writes the whole vector, and changes it. Returns 0 or errno; *written is the number of bytes
 * written. Signals do not stop it as long as there is patience: a record must not end in the
 * middle.
 */
static int write_vector(int fd, struct iovec *vector, int count, size_t *written,
			const volatile sig_atomic_t *patience)
{
	sig_atomic_t before = patience_read(patience);
	ssize_t n;
	int error;

	*written = 0;
	while (count > 0) {
		if (vector->iov_len == 0) {
			vector++;
			count--;
			continue;
		}
		n = writev(fd, vector, count);
		if (n <= 0) {
			error = n < 0 ? wait_after(errno, fd, patience, before) : EIO;
			if (error)
				return error;
			continue;
		}
		before = patience_read(patience);
		*written += (size_t)n;
		advance(&vector, &count, (size_t)n);
	}
	return 0;
}

/*
 * Removes the last `surplus` bytes of a regular file, if this writer wrote them: another process
 * may have appended to a shared standard output. If that fails, nothing more can be done; the error
 * before it is the one to report.
 */
static void remove_surplus(int fd, size_t surplus)
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

/*
 * Counts the whole records in the first `length` bytes of the buffer. *whole is the size of all
 * whole blocks, including those that are not records.
 */
static uint64_t count_records(const struct capture_writer *writer, size_t length, size_t *whole)
{
	const bool pcapng = writer->options.pcapng;
	const size_t least = pcapng ? 12 : PCAP_RECORD_HEADER_SIZE;
	uint64_t records = 0;
	size_t at = 0;

	if (length > writer->used)
		length = writer->used;
	while (length - at >= least) {
		const uint8_t *record = writer->buffer + at;
		size_t size =
		    pcapng ? pcapng_encoded_block_size(record) : pcap_encoded_record_size(record);

		if (size > length - at)
			break;
		at += size;
		records += !pcapng || pcapng_encoded_block_type(record) == PCAPNG_BLOCK_PACKET;
	}
	*whole = at;
	return records;
}

/* After a failure: removes the part of a record that was written, and counts the others. */
static int give_up(struct capture_writer *writer, int error, size_t written)
{
	size_t whole;

	writer->records = writer->flushed + count_records(writer, written, &whole);
	remove_surplus(writer->fd, written - whole);
	writer->used = 0;
	writer->error = error;
	return error;
}

/* Writes the buffer and, after it, a record that is not in the buffer; `parts` may be NULL. */
static int write_through(struct capture_writer *writer, const struct part *parts)
{
	struct iovec vector[1 + PARTS] = {{.iov_base = writer->buffer, .iov_len = writer->used}};
	int count = 1;
	size_t written;
	int error;

	for (int i = 0; parts && i < PARTS; i++)
		if (parts[i].size)
			vector[count++] = (struct iovec){(void *)parts[i].bytes, parts[i].size};

	error = write_vector(writer->fd, vector, count, &written, writer->options.patience);
	if (error)
		return give_up(writer, error, written);
	writer->used = 0;
	writer->flushed = writer->records;
	return 0;
}

int capture_writer_fd(const struct capture_writer *writer)
{
	return writer->fd;
}

int capture_writer_flush(struct capture_writer *writer)
{
	if (writer->error || writer->used == 0)
		return writer->error;
	return write_through(writer, NULL);
}

static void copy_parts(struct capture_writer *writer, const struct part *parts)
{
	uint8_t *p = writer->buffer + writer->used;

	for (int i = 0; i < PARTS; i++) {
		if (!parts[i].size)
			continue;
		memcpy(p, parts[i].bytes, parts[i].size);
		p += parts[i].size;
	}
	writer->used = (size_t)(p - writer->buffer);
}

/* `records` is 1, or 0 if the parts are a block that is not a packet. */
static int write_parts(struct capture_writer *writer, const struct part *parts, size_t size,
		       unsigned records)
{
	const bool direct = writer->options.packet_buffer || size >= DIRECT_SIZE;

	if (!direct && size > BUFFER_SIZE - writer->used) {
		int error = write_through(writer, NULL);
		if (error)
			return error;
	}
	/* Not earlier: the buffer that was written through did not contain it. */
	writer->records += records;
	writer->size += size;
	if (direct)
		return write_through(writer, parts);
	copy_parts(writer, parts);
	return 0;
}

static int write_pcap(struct capture_writer *writer, const struct capture_record *record)
{
	uint8_t header[PCAP_RECORD_HEADER_SIZE];
	const struct part parts[PARTS] = {
	    [PART_HEADER] = {header, sizeof(header)},
	    [PART_DATA] = {record->data, record->captured},
	};

	pcap_encode_record_header(header, record, writer->options.nanosecond);
	return write_parts(writer, parts, sizeof(header) + record->captured, 1);
}

static int write_pcapng(struct capture_writer *writer, const struct capture_record *record,
			const struct capture_comments *comments)
{
	static const uint8_t zeros[4];
	uint8_t header[PCAPNG_PACKET_HEADER_SIZE];
	uint8_t end[PCAPNG_END_SIZE_MAX];
	const size_t options = comments ? comments->length : 0;
	const uint32_t size = pcapng_packet_size(record->captured, options);
	const struct part parts[PARTS] = {
	    [PART_HEADER] = {header, sizeof(header)},
	    [PART_DATA] = {record->data, record->captured},
	    [PART_PADDING] = {zeros, pcapng_padding(record->captured)},
	    [PART_COMMENTS] = {options ? comments->options : NULL, options},
	    [PART_END] = {end, pcapng_encode_end(end, options > 0, size)},
	};

	pcapng_encode_packet_header(header, record, size, writer->options.nanosecond);
	return write_parts(writer, parts, size, 1);
}

static struct capture_record cut_to_snaplen(const struct capture_writer *writer,
					    const struct capture_record *record)
{
	struct capture_record cut = *record;

	if (cut.captured > writer->options.snaplen)
		cut.captured = writer->options.snaplen;
	return cut;
}

int capture_writer_write(struct capture_writer *writer, const struct capture_record *record,
			 const struct capture_comments *comments)
{
	const struct capture_record cut = cut_to_snaplen(writer, record);

	if (writer->error)
		return writer->error;
	if (writer->records == 0 || cut.ts < writer->first_ts)
		writer->first_ts = cut.ts;
	if (cut.ts > writer->latest_ts)
		writer->latest_ts = cut.ts;
	return writer->options.pcapng ? write_pcapng(writer, &cut, comments)
				      : write_pcap(writer, &cut);
}

static int write_statistics(struct capture_writer *writer,
			    const struct capture_statistics *statistics,
			    const struct capture_comments *comments)
{
	struct capture_statistics stated = *statistics;
	uint8_t block[PCAPNG_STATISTICS_SIZE_MAX];
	uint8_t end[PCAPNG_END_SIZE_MAX];
	const size_t options = comments ? comments->length : 0;
	struct part parts[PARTS] = {
	    [PART_HEADER] = {block, 0},
	    [PART_COMMENTS] = {options ? comments->options : NULL, options},
	    [PART_END] = {end, 0},
	};
	uint32_t size;

	if (stated.start == CAPTURE_NOT_KNOWN && writer->records)
		stated.start = writer->first_ts;
	if (stated.end == CAPTURE_NOT_KNOWN && writer->records)
		stated.end = writer->latest_ts;
	parts[PART_HEADER].size =
	    pcapng_encode_statistics(block, &stated, writer->options.nanosecond, options, &size);
	parts[PART_END].size = pcapng_encode_end(end, true, size);
	return write_parts(writer, parts, size, 0);
}

int capture_writer_finish(struct capture_writer *writer,
			  const struct capture_statistics *statistics,
			  const struct capture_comments *comments)
{
	if (!writer->error && writer->options.pcapng)
		write_statistics(writer, statistics, comments);
	return capture_writer_flush(writer);
}

static int write_file_header(struct capture_writer *writer)
{
	static const struct capture_origin unknown;
	const struct capture_writer_options *options = &writer->options;
	uint8_t header[PCAPNG_START_SIZE_MAX];
	struct iovec vector = {.iov_base = header, .iov_len = PCAP_HEADER_SIZE};
	size_t written;
	int error;

	if (options->pcapng)
		vector.iov_len =
		    pcapng_encode_start(header, options->origin ? options->origin : &unknown,
					options->application ? options->application : "",
					options->nanosecond, options->snaplen);
	else
		pcap_encode_header(header, options->nanosecond, options->snaplen);
	writer->size = vector.iov_len;
	error = write_vector(writer->fd, &vector, 1, &written, options->patience);
	if (error)
		remove_surplus(writer->fd, written);
	return error;
}

struct capture_writer *capture_writer_open(int fd, const struct capture_writer_options *options)
{
	struct capture_writer *writer = malloc(sizeof(*writer));
	int error = ENOMEM;

	if (writer) {
		writer->options = *options;
		if (options->snaplen == 0)
			writer->options.snaplen = CAPTURE_DEFAULT_SNAPLEN;
		writer->fd = fd;
		writer->error = 0;
		writer->records = 0;
		writer->flushed = 0;
		writer->first_ts = 0;
		writer->latest_ts = 0;
		writer->used = 0;
		error = write_file_header(writer);
	}
	if (!error)
		return writer;
	free(writer);
	close(fd);
	errno = error;
	return NULL;
}

int capture_writer_close(struct capture_writer *writer)
{
	int error;

	if (!writer)
		return 0;
	error = capture_writer_flush(writer);
	if (close(writer->fd) < 0 && error == 0)
		error = errno;
	free(writer);
	return error;
}

uint64_t capture_writer_records(const struct capture_writer *writer)
{
	return writer->records;
}

uint64_t capture_writer_size(const struct capture_writer *writer)
{
	const size_t end = PCAPNG_STATISTICS_SIZE_MAX + PCAPNG_END_SIZE_MAX;

	return writer->size + (writer->options.pcapng ? end : 0);
}

uint64_t capture_writer_growth(const struct capture_writer *writer,
			       const struct capture_record *record,
			       const struct capture_comments *comments)
{
	const struct capture_record cut = cut_to_snaplen(writer, record);

	if (!writer->options.pcapng)
		return PCAP_RECORD_HEADER_SIZE + cut.captured;
	return pcapng_packet_size(cut.captured, comments ? comments->length : 0);
}

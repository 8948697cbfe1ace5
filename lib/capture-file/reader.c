/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The part of reading that is the same for every format: opens the file and recognizes its format
 * by the first bytes.
 *
 * People open all kinds of files with a capture reader. So the message about a file that is not a
 * capture file says what it is, if its first four bytes show that.
 */
#include "lib/capture-file/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/capture-file/decompress.h"
#include "lib/capture-file/format.h"

#define MAGIC_SIZE COMPRESSION_MAGIC_SIZE

/* For smaller files nobody notices the time that a thread saves. */
#define READ_AHEAD_SIZE (UINT64_C(8) << 20)

/* If a path is too long for a message, its end is kept: it has the file's own name. */
static void set_name(struct capture_reader *reader, const char *path)
{
	size_t length = strlen(path);

	reader->standard_input = strcmp(path, "-") == 0;
	if (reader->standard_input)
		path = "standard input";
	if (length < sizeof(reader->name))
		snprintf(reader->name, sizeof(reader->name), "%s", path);
	else
		snprintf(reader->name, sizeof(reader->name), "...%s",
			 path + length - (sizeof(reader->name) - 4));
}

/* Relatives of pcap whose records have another layout, as little-endian numbers. */
static bool is_pcap_variant(uint32_t magic)
{
	switch (magic) {
	case 0xa1b2cd34: /* Kuznetsov's patched tcpdump */
	case 0xa1b234cd: /* Navtel */
	case 0xa1e2cb12: /* Mesquita */
		return true;
	default:
		return false;
	}
}

/* This build cannot decompress it, or it was compressed twice. */
static enum capture_read refuse_compressed(struct capture_reader *reader, const char *tool)
{
	const struct decompressor *outer = reader->window.decompressor;
	char advice[CAPTURE_ADVICE_MAX];

	if (outer) {
		capture_decompress_advice(reader, outer->compression->tool, advice);
		return capture_refuse(reader,
				      "compressed twice, with %s and then with %s. Decompress it "
				      "first: %s",
				      tool, outer->compression->tool, advice);
	}
	capture_decompress_advice(reader, tool, advice);
	return capture_refuse(reader, "compressed with %s; decompress it %s: %s", tool,
			      reader->standard_input ? "on the way" : "first", advice);
}

/*
 * The magic of pcapng has line breaks of two kinds, so that it shows what a transfer in text mode
 * did: LF became CR LF, or CR LF became LF.
 */
static bool is_text_transfer(const uint8_t *magic)
{
	static const uint8_t more[MAGIC_SIZE] = {0x0d, 0x0a, 0x0d, 0x0d};
	static const uint8_t less[MAGIC_SIZE - 1] = {0x0a, 0x0d, 0x0a};

	return memcmp(magic, more, sizeof(more)) == 0 || memcmp(magic, less, sizeof(less)) == 0;
}

static enum capture_read refuse_format(struct capture_reader *reader, const uint8_t *magic)
{
	uint32_t number = vsock_get_le32(magic);

	if (number == 0)
		return capture_refuse(reader, "not a capture: it starts with zero bytes. The "
					      "program that wrote it, or its machine, was "
					      "stopped");
	if (is_text_transfer(magic))
		return capture_refuse(reader, CAPTURE_TEXT_TRANSFER);
	if (is_pcap_variant(number) || is_pcap_variant(__builtin_bswap32(number)))
		return capture_refuse(reader,
				      "a \"modified\" pcap file (magic %08" PRIx32
				      "), which is not supported; convert it first: "
				      "editcap -F pcap OLD NEW",
				      is_pcap_variant(number) ? number : __builtin_bswap32(number));
	return capture_refuse(reader,
			      "not a pcap or pcapng capture (it starts with the bytes "
			      "%02x %02x %02x %02x)",
			      magic[0], magic[1], magic[2], magic[3]);
}

static enum capture_read refuse_short(struct capture_reader *reader)
{
	uint64_t total = reader->window.total;

	if (total == 0)
		return capture_refuse(reader, "empty, not even a capture's header; did the "
					      "program that should have written it fail?");
	return capture_refuse(
	    reader, "too short for a capture: it ends after %" PRIu64 " bytes, inside the header",
	    total);
}

static const struct capture_format *format_of(const uint8_t *magic)
{
	switch (vsock_get_le32(magic)) {
	case 0xa1b2c3d4:
	case 0xd4c3b2a1:
	case 0xa1b23c4d:
	case 0x4d3cb2a1:
		return &capture_format_pcap;
	case 0x0a0d0d0a:
		return &capture_format_pcapng;
	default:
		return NULL;
	}
}

/* RECORD when the window has the first bytes of a capture, decompressed if need be. */
static enum capture_read open_compression(struct capture_reader *reader)
{
	enum capture_read result = capture_need(reader, MAGIC_SIZE);
	const struct compression *compression;

	if (result != CAPTURE_READ_RECORD)
		return result;
	compression = compression_of(reader->window.begin);
	if (!compression)
		return CAPTURE_READ_RECORD;
	if (!compression->decoder)
		return refuse_compressed(reader, compression->tool);
	if (!capture_window_decompress(&reader->window, compression)) {
		reader->window.error = ENOMEM;
		return capture_refuse(reader, "cannot decompress: %s", strerror(ENOMEM));
	}
	result = capture_need(reader, MAGIC_SIZE);
	if (result != CAPTURE_READ_RECORD)
		return result;
	compression = compression_of(reader->window.begin);
	return compression ? refuse_compressed(reader, compression->tool) : CAPTURE_READ_RECORD;
}

static enum capture_read open_format(struct capture_reader *reader)
{
	enum capture_read result = open_compression(reader);

	if (result == CAPTURE_READ_RECORD) {
		reader->format = format_of(reader->window.begin);
		if (!reader->format)
			return refuse_format(reader, reader->window.begin);
		result = reader->format->open(reader);
	}
	if (capture_compression_cut(reader))
		return result;
	if (result == CAPTURE_READ_END || result == CAPTURE_READ_CUT)
		return refuse_short(reader);
	return result;
}

static int open_file(struct capture_reader *reader, const char *path)
{
	struct stat status;
	/* A copy, so that closing the reader leaves standard input open. */
	int fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
					: open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0) {
		int error = errno;

		capture_refuse(reader, "cannot open: %s", strerror(error));
		errno = error;
		return -1;
	}
	if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
		capture_refuse(reader, "is a directory; name the capture file in it");
		close(fd);
		errno = EISDIR;
		return -1;
	}
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		reader->regular = true;
		reader->size = (uint64_t)status.st_size;
		/* The kernel reads further ahead. A failure costs only speed. */
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	}
	return fd;
}

/* If it fails, errno is 0 if the reason is the file, not the system. */
static bool start(struct capture_reader *reader, const char *path)
{
	int fd = open_file(reader, path);

	if (fd < 0)
		return false;

	errno = 0;
	if (!capture_window_open(&reader->window, fd)) {
		capture_refuse(reader, "cannot open: %s", strerror(ENOMEM));
		errno = ENOMEM;
		return false;
	}
	if (open_format(reader) != CAPTURE_READ_RECORD) {
		errno = reader->window.error;
		return false;
	}
	reader->window.patient = reader->regular;
	return true;
}

struct capture_reader *capture_reader_open(const char *path, char error[static CAPTURE_ERROR_MAX])
{
	struct capture_reader *reader = calloc(1, sizeof(*reader));
	int saved;

	if (!reader) {
		snprintf(error, CAPTURE_ERROR_MAX, "%.200s: cannot open: %s", path,
			 strerror(ENOMEM));
		errno = ENOMEM;
		return NULL;
	}
	reader->state = CAPTURE_READ_RECORD;
	reader->window.fd = -1;
	set_name(reader, path);
	error[0] = '\0';
	if (start(reader, path))
		return reader;

	saved = errno;
	memcpy(error, reader->error, CAPTURE_ERROR_MAX);
	capture_reader_close(reader);
	errno = saved;
	return NULL;
}

void capture_reader_close(struct capture_reader *reader)
{
	if (!reader)
		return;
	if (reader->format && reader->format->several)
		reader->format->several->close(reader);
	capture_window_close(&reader->window);
	free(reader->section.interfaces);
	free(reader->points.all);
	free(reader);
}

/* Processors that this process may use. sysconf(3) would open a file, which the sandbox denies. */
static int processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

void capture_reader_read_ahead(struct capture_reader *reader, bool always)
{
	if (!reader->regular || reader->window.decompressor)
		return;
	if (always || (reader->size >= READ_AHEAD_SIZE && processors() > 1))
		(void)capture_window_read_ahead(&reader->window);
}

bool capture_reader_hold(struct capture_reader *reader)
{
	reader->window.held = !reader->merge;
	return reader->window.held;
}

void capture_reader_release(struct capture_reader *reader)
{
	reader->window.held = false;
}

enum capture_read capture_reader_next(struct capture_reader *reader, struct capture_record *record)
{
	if (__builtin_expect(reader->state != CAPTURE_READ_RECORD, 0))
		return reader->state;
	return reader->format->next(reader, record);
}

int capture_reader_fd(const struct capture_reader *reader)
{
	if (reader->format->several)
		return reader->format->several->fd(reader);
	return reader->window.fd;
}

const char *capture_reader_error(const struct capture_reader *reader)
{
	return reader->error;
}

/* Of a compressed file only the compressed bytes can be compared with its size. */
static uint64_t bytes_read(const struct capture_reader *reader)
{
	if (reader->window.decompressor)
		return reader->window.decompressor->consumed;
	return capture_window_offset(&reader->window);
}

struct capture_reader_info capture_reader_info(const struct capture_reader *reader)
{
	const struct decompressor *decompressor = reader->window.decompressor;

	if (reader->format->several)
		return reader->format->several->info(reader);
	return (struct capture_reader_info){
	    .nanosecond = reader->nanosecond,
	    .snaplen = reader->snaplen,
	    .link = capture_link_text(reader->links.first),
	    .other_links = reader->other_links,
	    .bytes_read = bytes_read(reader),
	    .bytes_total = reader->size,
	    .format = reader->format->name,
	    .compression = decompressor ? decompressor->compression->tool : NULL,
	};
}

const struct capture_origin *capture_reader_origin(const struct capture_reader *reader)
{
	return &reader->origin;
}

uint32_t capture_reader_points(const struct capture_reader *reader)
{
	return reader->points.count;
}

const struct capture_origin *capture_reader_point(const struct capture_reader *reader,
						  uint32_t point)
{
	return &reader->points.all[point].origin;
}

bool capture_reader_end_time(const struct capture_reader *reader, uint64_t *ns)
{
	if (reader->format->several)
		return reader->format->several->end_time(reader, ns);
	*ns = reader->end_time;
	return reader->end_time && reader->end_time >= reader->latest && !reader->timeless;
}

const char *capture_reader_warning(struct capture_reader *reader)
{
	unsigned kind = (unsigned)__builtin_ctz(reader->due | 1u << CAPTURE_WARNINGS);

	if (kind == CAPTURE_WARNINGS)
		return reader->format->several ? reader->format->several->warning(reader) : NULL;
	reader->due &= ~(1u << kind);
	return reader->warnings[kind];
}

struct capture_statistics capture_reader_statistics(const struct capture_reader *reader)
{
	return reader->format->statistics(reader);
}

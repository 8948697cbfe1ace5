/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads capture files: pcap in both byte orders, with micro- and nanoseconds, and pcapng. The link
 * type is VSOCK, or one of the two of captures on "any" (LINUX_SLL and LINUX_SLL2). From these the
 * reader returns the packets of vsockmon interfaces, without the cooked header.
 *
 * Files that are compressed with gzip, xz or zstd are decompressed while they are read, if the
 * build has the library for it. Byte offsets in messages then count decompressed bytes.
 *
 * The reader parses records in place, in a window over read(2). That is nearly as fast as mmap(2),
 * works on pipes, and cannot fault when a file becomes shorter. libpcap's reader copies each
 * record, refuses a pcapng file that contains any other link type, and does not say where a damaged
 * file breaks.
 *
 * If a file ends inside a record, the reader returns all whole records and then CUT. If nothing in
 * a file was vsock, it returns ERROR with the link types' names, not END.
 *
 * One thread uses a reader. It may have another thread read ahead (capture_reader_read_ahead). The
 * formats are described in draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_READER_H
#define VSOCK_LIB_CAPTURE_FILE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/capture-file/origin.h"
#include "lib/capture-file/record.h"

struct capture_reader;

/*
 * Opens a file ("-" is standard input) and reads its header. The caller closes the reader.
 *
 * NULL with a message in `error` (what failed, on what, why, and what to do) if the file cannot be
 * opened, is empty, is not a capture file, or is a pcap file of another link type. errno is 0 if
 * the file is bad, and not 0 if the system refused.
 *
 * This waits for the header of a pipe without a limit: call it while signals still end the process.
 */
struct capture_reader *capture_reader_open(const char *path, char error[static CAPTURE_ERROR_MAX]);

/* Closes the file, ends the thread that reads ahead, and frees the reader. Accepts NULL. */
void capture_reader_close(struct capture_reader *reader);

/*
 * Starts another thread that reads a regular file ahead, if that is faster: if the file is large
 * and there is more than one processor. `always` skips that check. Call it after the process
 * dropped its privileges, because each thread has its own.
 */
void capture_reader_read_ahead(struct capture_reader *reader, bool always);

/*
 * The next vsock record. Its data is valid until the next call. After END, CUT or ERROR every call
 * returns the same; for CUT and ERROR capture_reader_error() has the message.
 */
enum capture_read capture_reader_next(struct capture_reader *reader, struct capture_record *record);

/*
 * While the reader is held, the records that it returned stay valid. If it needs more of the file
 * for the next one, it returns WAIT, also for a regular file. Release it then. A reader of several
 * files cannot be held: the result is false.
 */
bool capture_reader_hold(struct capture_reader *reader);
void capture_reader_release(struct capture_reader *reader);

/*
 * The descriptor for poll() after WAIT, still owned by the reader. The caller polls it together
 * with its other events, such as signals: a read that blocks in the reader could not be ended
 * cleanly.
 */
int capture_reader_fd(const struct capture_reader *reader);

/*
 * One sentence about CUT or ERROR, with the file's name and the byte offset; "" otherwise. Owned by
 * the reader.
 */
const char *capture_reader_error(const struct capture_reader *reader);

struct capture_reader_info {
	bool nanosecond;  /* times are finer than microseconds; pcapng: in the part read */
	uint32_t snaplen; /* of the file's header; 0: not known (pcapng has one per interface) */
	const char *link; /* of the first interface that may have vsock; "" if none was read */
	uint64_t other_links; /* packets skipped because they are not vsock */
	/* Up to the end of the last record returned. For a compressed file: decompressed bytes. */
	uint64_t bytes_read;
	uint64_t bytes_total;    /* size of a regular file, otherwise 0 */
	const char *format;      /* "pcap" or "pcapng" */
	const char *compression; /* "gzip", "xz" or "zstd"; NULL: not compressed */
};
struct capture_reader_info capture_reader_info(const struct capture_reader *reader);

/*
 * Where the packets come from, as far as the pcapng file was read: opening reads everything before
 * the first packet. If there are several vsock interfaces, the name is empty. Owned by the reader.
 */
const struct capture_origin *capture_reader_origin(const struct capture_reader *reader);

/*
 * The capture points that the file was found to have so far, from 0 on: the vsock interfaces of
 * pcapng, and those that LINUX_SLL2 numbers. A pcap file has at least one. The value of
 * capture_record.point is always below this.
 */
uint32_t capture_reader_points(const struct capture_reader *reader);

/*
 * Describes a point. `interface` is a name that no other point of the file has: the name in the
 * file (the second of two is "vsockmon0#2"), "ifindex=7", or "interface=0" for one without a name.
 * Owned by the reader; valid until the next record is read.
 */
const struct capture_origin *capture_reader_point(const struct capture_reader *reader,
						  uint32_t point);

/*
 * When the capture ended, in nanoseconds since 1970: isb_endtime, the highest of the vsock
 * interfaces. False if the file does not say it, as far as it was read, or if it cannot be true: it
 * precedes a packet, or not all times of the file are good. Ask after END.
 */
bool capture_reader_end_time(const struct capture_reader *reader, uint64_t *ns);

/*
 * The next warning that is due, or NULL: a sentence or two for the user, with the file's name. It
 * says what is odd in the file though it can be read. Each is returned once. Owned by the reader.
 */
const char *capture_reader_warning(struct capture_reader *reader);

/* The counters of a pcapng file, as far as it was read: most tools write them at the end. */
struct capture_statistics capture_reader_statistics(const struct capture_reader *reader);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads capture files: pcap in both byte orders, with micro- and nanoseconds, and pcapng.
 *
 * The reader parses records in place, in a window over read(2). That is nearly as fast as mmap(2),
 * works on pipes, and cannot fault when a file becomes shorter. libpcap's reader copies each
 * record, refuses a pcapng file that contains any other link type, and does not say where a damaged
 * file breaks.
 *
 * If a file ends inside a record, the reader returns all whole records and then CUT.
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
 * Has another thread read a regular file ahead if that is faster: if the file is large and there is
 * more than one processor. `always` skips that check. Call it after the process dropped its
 * privileges, because each thread has its own.
 */
void capture_reader_read_ahead(struct capture_reader *reader, bool always);

/*
 * The next vsock record. Its data is valid until the next call. After END, CUT or ERROR every call
 * returns the same; for CUT and ERROR capture_reader_error() has the message. Packets of pcapng
 * without a time (Simple Packet Blocks) have the time 0.
 */
enum capture_read capture_reader_next(struct capture_reader *reader, struct capture_record *record);

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
	uint64_t other_links; /* pcapng packets skipped because of their interface's link type */
	uint64_t bytes_read;  /* up to the end of the last record returned */
	uint64_t bytes_total; /* size of a regular file, otherwise 0 */
	const char *format;   /* "pcap" or "pcapng" */
};
struct capture_reader_info capture_reader_info(const struct capture_reader *reader);

/*
 * Where the packets come from, as far as the pcapng file was read: opening reads everything before
 * the first packet. If there are several vsock interfaces, the name is empty. Owned by the reader.
 */
const struct capture_origin *capture_reader_origin(const struct capture_reader *reader);

/* The counters of a pcapng file, as far as it was read: most tools write them at the end. */
struct capture_statistics capture_reader_statistics(const struct capture_reader *reader);

#endif

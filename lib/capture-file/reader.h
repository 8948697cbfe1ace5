/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads capture files: pcap in both byte orders, with micro- and nanoseconds, and pcapng.
 *
 * Parsed in place in a window over read(2), which is nearly as fast as mmap(2), works on pipes,
 * and cannot fault when a file shrinks under it. libpcap's reader copies each record, refuses a
 * pcapng file that holds any other link type, and does not tell where a damaged file broke.
 *
 * A file that ends in mid-record is read to its last whole record and reported as cut.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_READER_H
#define VSOCK_LIB_CAPTURE_FILE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/capture-file/origin.h"
#include "lib/capture-file/record.h"

struct capture_reader;

/*
 * Opens a file, "-" being standard input, and reads its header. NULL with a message in `error`
 * (what failed, on what, why, and what to do) when it cannot be opened, is empty, no capture,
 * or a pcap of another link type; errno is 0 where not the system refused but the file is bad.
 *
 * This waits for the header of a pipe however long that takes: call it while signals still end
 * the process.
 */
struct capture_reader *capture_reader_open(const char *path, char error[static CAPTURE_ERROR_MAX]);
void capture_reader_close(struct capture_reader *reader);

/*
 * Has a thread read a regular file ahead, if that pays, or always: it pays when the file is large
 * and there is more than one processor. Call it when privileges have been given up, which threads
 * have each for itself.
 */
void capture_reader_read_ahead(struct capture_reader *reader, bool always);

/*
 * The next vsock record. After END, CUT or ERROR every call returns the same; for the last two
 * capture_reader_error() has the words. Packets of pcapng that have no time (Simple Packet
 * Blocks) have the time 0.
 */
enum capture_read capture_reader_next(struct capture_reader *reader, struct capture_record *record);

/*
 * For poll() after WAIT, together with whatever else the caller waits for (signals): a read that
 * blocks in here could not be ended cleanly.
 */
int capture_reader_fd(const struct capture_reader *reader);

/* One sentence about CUT or ERROR, with the file's name and the byte offset; "" otherwise. */
const char *capture_reader_error(const struct capture_reader *reader);

struct capture_reader_info {
	bool nanosecond;      /* times are finer than microseconds; pcapng: as far as was read */
	uint32_t snaplen;     /* as the file says; 0: not said (pcapng: by interface) */
	uint64_t other_links; /* pcapng packets skipped because their interface is no vsock */
	uint64_t bytes_read;  /* so far: those of the records delivered, and what precedes them */
	uint64_t bytes_total; /* size of a regular file, else 0 */
	const char *format;   /* "pcap" or "pcapng" */
};
struct capture_reader_info capture_reader_info(const struct capture_reader *reader);

/*
 * Where the packets come from, as far as pcapng says and as far as was read: all that stands before
 * the first packet after opening. With several vsock interfaces there is no name of all.
 */
const struct capture_origin *capture_reader_origin(const struct capture_reader *reader);

/* What pcapng says was counted, as far as was read: most tools write it at the end. */
struct capture_statistics capture_reader_statistics(const struct capture_reader *reader);

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The comment of an interface that names the host, and the boot of the host, where its packets were
 * captured, and says whether a BPF program captured them:
 *
 *     vsockdump: host=00112233445566778899aabbccddeeff boot=ffeeddccbbaa99887766554433221100
 * tap=bpf
 *
 * pcapng has no option for that. A custom option needs a number that only an organization gets, and
 * most programs drop one when they copy a file. They keep comments.
 */
#ifndef VSOCK_LIB_CAPTURE_FILE_PCAPNG_IDS_H
#define VSOCK_LIB_CAPTURE_FILE_PCAPNG_IDS_H

#include "lib/capture-file/origin.h"

#define PCAPNG_IDS_MAX 128

/* The comment; an empty text if no id is known. */
void pcapng_ids_print(char comment[static PCAPNG_IDS_MAX], const struct capture_origin *origin);

/*
 * Sets the ids that the comment has, if it is a comment of this form. Anything else in it is
 * ignored.
 */
void pcapng_ids_read(struct capture_origin *origin, const char *comment);

#endif

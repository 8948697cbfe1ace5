/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The first line of each side of an SSH connection: "SSH-2.0-OpenSSH_9.2".
 *
 * Source: RFC 4253, section 4.2.
 */
#ifndef LIB_PROTOCOLS_SSH_H
#define LIB_PROTOCOLS_SSH_H

#include <stddef.h>
#include <stdint.h>

#include "lib/protocols/answer.h"

/* Sets the length of the line without its end. All of its characters are printable ASCII. */
enum protocol_answer ssh_banner_read(const uint8_t *bytes, size_t length, size_t *line);

#endif

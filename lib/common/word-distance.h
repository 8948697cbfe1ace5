/* SPDX-License-Identifier: BSD-3-Clause */
/* How much two words differ, to suggest what a person may have meant. */
#ifndef VSOCK_LIB_COMMON_WORD_DISTANCE_H
#define VSOCK_LIB_COMMON_WORD_DISTANCE_H

/* Longer words differ from all others by at least this much. */
#define WORD_DISTANCE_MAX 64

/*
 * The least number of letters to insert, delete, replace, or swap with their neighbor, until one
 * word is the other.
 */
unsigned word_distance(const char *a, const char *b);

#endif

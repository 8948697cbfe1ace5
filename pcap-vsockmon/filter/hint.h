/* SPDX-License-Identifier: BSD-3-Clause */
/* Stages "lex" and "parse": what to write for a word of another language. */
#ifndef PCAP_VSOCKMON_FILTER_HINT_H
#define PCAP_VSOCKMON_FILTER_HINT_H

#include <stddef.h>

/*
 * A sentence for a message about this word or sign, with ". " before it; "" if no hint fits. Only
 * for what the language refuses: it knows some of the words in other places, such as "host".
 */
const char *filter_hint(const char *text, size_t length);

#endif

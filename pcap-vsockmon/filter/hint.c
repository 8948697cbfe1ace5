/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stages "lex" and "parse": a table of the words that people know from pcap-filter(7) and from
 * Wireshark's display filters. A message about such a word says what to write instead.
 */
#include "pcap-vsockmon/filter/hint.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define HOSTS   ". Vsock has CIDs, and no hosts: write \"cid 3\" or \"cid host\""
#define TCP     ". Vsock has no TCP and no IP: write \"port 22\" alone"
#define SIDE    ". A filter does not know its side: write \"src cid 3\" or \"dst cid 3\""
#define LENGTH  ". The word is \"len\", as in \"len > 9\""
#define LIST    ". A list has \"or\" between its values: \"cid (1 or 2)\""
#define SEARCH  ". BPF cannot search: it compares the start, as in: payload startswith \"GET\""
#define SIGNS   ". Comparisons are signs: =, !=, <, <=, > and >="
#define DISPLAY ". This is a display filter of Wireshark: write \"port 22\" or \"op rst\" here"
#define FILE    ". This looks like a capture file: vsockdump reads it with -r"

/* A word, or with a '*' its beginning or its end. */
static const struct {
	const char *word;
	const char *hint;
} hints[] = {
    {"host", HOSTS},      {"net", HOSTS},     {"gateway", HOSTS},  {"ether", HOSTS},
    {"tcp", TCP},         {"udp", TCP},       {"sctp", TCP},       {"icmp", TCP},
    {"ip", TCP},          {"ip6", TCP},       {"arp", TCP},        {"inbound", SIDE},
    {"outbound", SIDE},   {"length", LENGTH}, {"greater", LENGTH}, {"less", LENGTH},
    {"in", LIST},         {",", LIST},        {"{", LIST},         {"contains", SEARCH},
    {"matches", SEARCH},  {"~", SEARCH},      {"eq", SIGNS},       {"ne", SIGNS},
    {"gt", SIGNS},        {"ge", SIGNS},      {"lt", SIGNS},       {"vsock.*", DISPLAY},
    {"frame.*", DISPLAY}, {"tcp.*", DISPLAY}, {"ip.*", DISPLAY},   {"*.pcap", FILE},
    {"*.pcapng", FILE},
};

static bool hint_matches(const char *word, const char *text, size_t length)
{
	size_t own = strlen(word);

	if (word[0] == '*')
		return length >= own &&
		       strncasecmp(text + length - (own - 1), word + 1, own - 1) == 0;
	if (word[own - 1] == '*')
		return length >= own && strncasecmp(text, word, own - 1) == 0;
	return length == own && strncasecmp(text, word, own) == 0;
}

const char *filter_hint(const char *text, size_t length)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (hint_matches(hints[i].word, text, length))
			return hints[i].hint;
	return "";
}

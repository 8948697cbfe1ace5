/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options of tcpdump that --help leaves out. Those without a meaning for vsock packets are accepted
 * silently, so that habits and old scripts work. The messages of the others say why they are
 * refused, and what to type instead. vsockdump(8) has a table of all options of tcpdump, and
 * tests/cli/tcpdump.sh tries each.
 */
#include "tool/options/parse.h"

static const char *const link_types[] = {"VSOCK", NULL};
static const char *const time_stamp_types[] = {"host", NULL};

/* clang-format off */
const struct option_row foreign_options[] = {
	{.letter = 'a', .kind = OPTION_IGNORED},
	{.letter = 'b', .kind = OPTION_IGNORED},
	{.letter = 'f', .kind = OPTION_IGNORED},
	{.letter = 'g', .name = "ip-oneline", .kind = OPTION_IGNORED},
	{.letter = 'H', .kind = OPTION_IGNORED},
	{.letter = 'K', .name = "dont-verify-checksums", .kind = OPTION_IGNORED},
	{.letter = 'N', .kind = OPTION_IGNORED},
	{.letter = 'p', .name = "no-promiscuous-mode", .kind = OPTION_IGNORED},
	{.letter = 'S', .name = "absolute-tcp-sequence-numbers", .kind = OPTION_IGNORED},
	{.letter = 'u', .kind = OPTION_IGNORED},

	{.letter = 'J', .name = "list-time-stamp-types", .kind = OPTION_ACTION,
		.action = ACTION_LIST_TIME_STAMP_TYPES},
	{.letter = 'L', .name = "list-data-link-types", .kind = OPTION_ACTION,
		.action = ACTION_LIST_LINK_TYPES},

	{.letter = 'j', .name = "time-stamp-type", .argument = "TYPE", .kind = OPTION_REFUSED,
		.words = time_stamp_types,
		.reason = "vsockmon has only time stamps of the kernel's clock. Leave -j "
		"out"},
	{.letter = 'y', .name = "linktype", .argument = "TYPE", .kind = OPTION_REFUSED,
		.words = link_types,
		.reason = "vsock packets always have the link type VSOCK. Leave -y out"},

	{.letter = 'E', .argument = "SECRET", .kind = OPTION_REFUSED,
		.reason = "vsock packets have no IPsec to decrypt. Leave -E out"},
	{.letter = 'I', .name = "monitor-mode", .kind = OPTION_REFUSED,
		.reason = "monitor mode is for Wi-Fi, and vsockmon sees all vsock packets. Leave -I "
		"out"},
	{.letter = 'm', .argument = "MODULE", .kind = OPTION_REFUSED,
		.reason = "MIB modules are for SNMP, which vsockdump does not decode. Leave -m out"},
	{.letter = 'M', .argument = "SECRET", .kind = OPTION_REFUSED,
		.reason = "TCP-MD5 digests are for TCP, and vsock has no TCP. Leave -M out"},
	{.letter = 'T', .argument = "TYPE", .kind = OPTION_REFUSED,
		.reason = "vsockdump does not decode payload. Type -A or --follow FLOW to see it, or "
		"open the file in Wireshark with its vsock plugin"},
	{.letter = 'Y', .name = "debug-filter-parser", .kind = OPTION_REFUSED,
		.reason = "the filter's parser has no traces. Type -d to see the filter's program"},
	{.letter = 'z', .argument = "COMMAND", .kind = OPTION_REFUSED,
		.reason = "vsockdump starts no program: its sandbox forbids that while it reads "
		"packets. Run the command on the files when the capture has ended"},
	{.name = "fp-type", .kind = OPTION_REFUSED,
		.reason = "it says how tcpdump was built. Type --version"},
	{.name = "lengths", .kind = OPTION_REFUSED,
		.reason = "vsockdump prints the lengths of the frame with -vvv. Type -vvv"},
	{.name = "list-remote-interfaces", .argument = "HOST", .kind = OPTION_REFUSED,
		.reason = "vsockdump does not capture on other machines. Type: ssh root@HOST "
		"vsockdump -U -w - | vsockdump -r -"},
	{.name = "print-sampling", .argument = "N", .kind = OPTION_REFUSED,
		.reason = "vsockdump prints every packet. Type a filter or -c N to see fewer"},
	{.name = "time-t-size", .kind = OPTION_REFUSED,
		.reason = "it says how tcpdump was built. Type --version"},
};
/* clang-format on */

const size_t foreign_count = sizeof(foreign_options) / sizeof(foreign_options[0]);

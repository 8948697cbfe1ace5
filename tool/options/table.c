/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All options: what --help shows, and what they do. table.h explains a row. */
#include "tool/options/table.h"

#include <limits.h>

#include "core/flow-table.h"
#include "tool/modes.h"

/* libpcap's own limit (MAXIMUM_SNAPLEN); no vsock frame is longer. */
#define SNAPLEN_MAX 262144

#define THREADS_MAX 2

/* Of -W and -G: larger than anybody means, and far from where sums would overflow. */
#define FILES_MAX        1000000000
#define FILE_SECONDS_MAX 1000000000

#define SOURCE     GROUP_SOURCE
#define PACKETS    GROUP_PACKETS
#define OTHER      GROUP_OTHER_OUTPUT
#define NAMES      GROUP_NAMES
#define FILES      GROUP_FILES
#define INTERFACES GROUP_INTERFACES
#define SAFETY     GROUP_SAFETY

/* The field that an option fills in. */
#define AT(member)                                                                                 \
	.offset = offsetof(struct settings, member), .size = sizeof(((struct settings *)0)->member)

static const struct option_word color_words[] = {
    {"auto", COLOR_AUTO}, {"always", COLOR_ALWAYS}, {"never", COLOR_NEVER}, {0}};

static const struct option_word format_words[] = {
    {"pcap", FILE_FORMAT_PCAP}, {"pcapng", FILE_FORMAT_PCAPNG}, {0}};

/* clang-format off */
const struct option_row options_table[] = {
	{'i', SOURCE, "interface", "IF",
	 "capture on IF (default: any vsockmon, or a new one)",
	 .kind = OPTION_TEXT, AT(source.interface)},
	{'r', SOURCE, NULL, "FILE",
	 "read a capture file, - for standard input",
	 .kind = OPTION_TEXT, AT(source.read_file)},
	{'c', SOURCE, NULL, "N",
	 "stop after N packets",
	 .kind = OPTION_NUMBER, AT(source.count), .least = 1, .most = UINT64_MAX},
	{'s', SOURCE, "snapshot-length", "BYTES",
	 "keep at most BYTES of a frame (default 262144)",
	 .kind = OPTION_NUMBER, AT(source.snaplen), .most = SNAPLEN_MAX},
	{'B', SOURCE, "buffer-size", "KIB",
	 "kernel buffer of a capture (default 16384)",
	 .kind = OPTION_NUMBER, AT(source.buffer_size), .least = 1, .most = INT_MAX / 1024, .unit = 1024},
	{'F', SOURCE, NULL, "FILE",
	 "read the filter expression from FILE",
	 .kind = OPTION_TEXT, AT(source.filter_file)},
	{'d', SOURCE, NULL, NULL,
	 "print the filter's program and stop; -dd as C,\n-ddd as numbers",
	 .kind = OPTION_COUNTER, AT(source.dump_program)},
	{'O', SOURCE, "no-optimize", NULL,
	 "do not optimise the filter's program",
	 .kind = OPTION_FLAG, AT(source.unoptimized)},
	{0, SOURCE, "immediate-mode", NULL,
	 "have each packet delivered as it comes",
	 .kind = OPTION_FLAG, AT(source.immediate)},
	{0, SOURCE, "threads", "N",
	 "1: one thread; 2: another that reads a file ahead\n(default: for large files)",
	 .kind = OPTION_NUMBER, AT(source.threads), .least = 1, .most = THREADS_MAX},

	{'n', PACKETS, NULL, NULL,
	 "numbers, no names of CIDs",
	 .kind = OPTION_FLAG, AT(print.numbers)},
	{'q', PACKETS, NULL, NULL,
	 "less on a line",
	 .kind = OPTION_FLAG, AT(print.quiet)},
	{'v', PACKETS, NULL, NULL,
	 "more on a line; -vv and -vvv: more still",
	 .kind = OPTION_COUNTER, AT(print.verbose)},
	{'x', PACKETS, NULL, NULL,
	 "payload in hexadecimal",
	 .kind = OPTION_VALUE, AT(print.payload), .value = PAYLOAD_HEX},
	{'X', PACKETS, NULL, NULL,
	 "payload in hexadecimal and ASCII",
	 .kind = OPTION_VALUE, AT(print.payload), .value = PAYLOAD_HEX_ASCII},
	{'A', PACKETS, NULL, NULL,
	 "payload in ASCII",
	 .kind = OPTION_VALUE, AT(print.payload), .value = PAYLOAD_ASCII},
	{'t', PACKETS, NULL, NULL,
	 "no time; -tt since 1970, -ttt since the line before,\n-tttt with the date, -ttttt since the first packet",
	 .set = option_set_time},
	{0, PACKETS, "nano", NULL,
	 "times in nanoseconds",
	 .set = option_set_precision},
	{0, PACKETS, "micro", NULL,
	 "times in microseconds, whatever the file has",
	 .set = option_set_precision},
	{0, PACKETS, "time-stamp-precision", "micro|nano",
	 NULL,
	 .set = option_set_precision},
	{0, PACKETS, "color", "WHEN",
	 "colour: auto (default), always or never",
	 .kind = OPTION_CHOICE, AT(print.color), .words = color_words, .value = COLOR_ALWAYS, .optional = true},
	{0, PACKETS, "colour", "WHEN",
	 NULL,
	 .kind = OPTION_CHOICE, AT(print.color), .words = color_words, .value = COLOR_ALWAYS, .optional = true},
	{'l', PACKETS, NULL, NULL,
	 "write each line at once",
	 .kind = OPTION_FLAG, AT(print.line_buffered)},
	{0, PACKETS, "no-findings", NULL,
	 "do not say what is wrong",
	 .kind = OPTION_FLAG, AT(print.no_findings)},

	{0, OTHER, "diagnose", NULL,
	 "what is wrong, by cause, and what is well",
	 .mode = &mode_diagnose},
	{0, OTHER, "flows", NULL,
	 "a table of the flows, at the end and on SIGUSR1",
	 .mode = &mode_flows},
	{0, OTHER, "json", NULL,
	 "one JSON object a line: packets, --flows, --diagnose",
	 .kind = OPTION_FLAG, AT(output.json)},
	{0, OTHER, "count", NULL,
	 "only the number of packets",
	 .mode = &mode_count},
	{0, OTHER, "max-flows", "N",
	 "remember at most N flows (default 1048576)",
	 .kind = OPTION_NUMBER, AT(output.max_flows), .least = 1, .most = VSOCK_FLOW_MAX_LIMIT},
	{0, OTHER, "follow", "FLOW",
	 "the payload of flow FLOW, or of one of its sides:\nFLOW.client, FLOW.server",
	 .mode = &mode_follow, .set = option_set_follow},
	{0, OTHER, "raw", NULL,
	 "with --follow: the bytes and nothing else",
	 .kind = OPTION_FLAG, AT(output.raw)},
	{0, OTHER, "export", "DIR",
	 "the payload of all flows, as files in DIR",
	 .kind = OPTION_TEXT, AT(output.export_directory), .mode = &mode_export},

	{0, NAMES, "name", "CID=NAME",
	 "call a CID by a name; may be repeated",
	 .set = option_add_name},
	{0, NAMES, "names-file", "FILE",
	 "names, one \"CID NAME\" a line, instead of the\ndefault files; may be repeated",
	 .set = option_add_names_file},

	{'w', FILES, NULL, "FILE",
	 "write the packets to FILE, - for standard output",
	 .kind = OPTION_TEXT, AT(file.name)},
	{0, FILES, "print", NULL,
	 "print the packets although -w is given",
	 .kind = OPTION_FLAG, AT(output.despite_file)},
	{'U', FILES, "packet-buffered", NULL,
	 "write each packet at once",
	 .kind = OPTION_FLAG, AT(file.packet_buffered)},
	{0, FILES, "file-format", "pcap|pcapng",
	 "pcap (default), or pcapng (default for .pcapng)",
	 .kind = OPTION_CHOICE, AT(file.format), .words = format_words},
	{0, FILES, "annotate", NULL,
	 "findings as comments of packets (pcapng)",
	 .kind = OPTION_FLAG, AT(file.annotate)},
	{'C', FILES, NULL, "SIZE",
	 "files of at most SIZE million bytes, or with K, M or\nG behind it SIZE times 2^10, 2^20, 2^30",
	 .set = option_set_file_size},
	{'G', FILES, NULL, "SECONDS",
	 "begin another file every SECONDS; FILE has a time\nin its name, as for strftime(3)",
	 .kind = OPTION_NUMBER, AT(file.seconds), .least = 1, .most = FILE_SECONDS_MAX},
	{0, FILES, "packets-per-file", "N",
	 "begin another file after N packets",
	 .kind = OPTION_NUMBER, AT(file.packets), .least = 1, .most = UINT64_MAX},
	{'W', FILES, NULL, "COUNT",
	 "a ring of COUNT files; with -G alone, end after\nCOUNT",
	 .kind = OPTION_NUMBER, AT(file.count), .least = 1, .most = FILES_MAX},

	{'D', INTERFACES, "list-interfaces", NULL,
	 "list what can be captured on",
	 .action = ACTION_LIST_INTERFACES},
	{0, INTERFACES, "create-interface", "IF",
	 "make a vsockmon interface that stays",
	 .kind = OPTION_TEXT, AT(source.interface), .action = ACTION_CREATE_INTERFACE},
	{0, INTERFACES, "delete-interface", "IF",
	 "remove a vsockmon interface",
	 .kind = OPTION_TEXT, AT(source.interface), .action = ACTION_DELETE_INTERFACE},

	{'Z', SAFETY, "relinquish-privileges", "USER",
	 "become USER once all is open (root's default:\nvsockdump, tcpdump or nobody)",
	 .kind = OPTION_TEXT, AT(safety.user)},
	{0, SAFETY, "no-sandbox", NULL,
	 "do not limit system calls and files",
	 .kind = OPTION_FLAG, AT(safety.no_sandbox)},

	{'h', GROUP_HELP, "help", NULL,
	 "this text",
	 .action = ACTION_HELP, .at_once = true},
	{0, GROUP_HELP, "version", NULL,
	 "versions of this program and its libraries",
	 .action = ACTION_VERSION, .at_once = true},
};
/* clang-format on */

const size_t options_count = sizeof(options_table) / sizeof(options_table[0]);
_Static_assert(sizeof(options_table) / sizeof(options_table[0]) <= OPTIONS_MAX, "too many rows");

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All options: what --help shows, and what options.c accepts. */
#include "tool/options/ids.h"
#include "tool/options/options.h"

#define SOURCE     GROUP_SOURCE
#define PACKETS    GROUP_PACKETS
#define OTHER      GROUP_OTHER_OUTPUT
#define NAMES      GROUP_NAMES
#define FILES      GROUP_FILES
#define INTERFACES GROUP_INTERFACES
#define SAFETY     GROUP_SAFETY

/* clang-format off */
const struct option_row options_table[] = {
	{'i', "interface", "IF", false, SOURCE, "capture on IF (default: any vsockmon, or a new one)"},
	{'r', NULL, "FILE", false, SOURCE, "read a capture file, - for standard input"},
	{'c', NULL, "N", false, SOURCE, "stop after N packets"},
	{'s', "snapshot-length", "BYTES", false, SOURCE, "keep at most BYTES of a frame (default 262144)"},
	{'B', "buffer-size", "KIB", false, SOURCE, "kernel buffer of a capture (default 16384)"},
	{'F', NULL, "FILE", false, SOURCE, "read the filter expression from FILE"},
	{'d', NULL, NULL, false, SOURCE, "print the filter's program and stop; -dd as C,"
					 "\n-ddd as numbers"},
	{'O', "no-optimize", NULL, false, SOURCE, "do not optimise the filter's program"},
	{OPTION_IMMEDIATE, "immediate-mode", NULL, false, SOURCE, "have each packet delivered as it comes"},
	{OPTION_THREADS, "threads", "N", false, SOURCE, "1: one thread; 2: another that reads a file ahead"
							"\n(default: for large files)"},

	{'n', NULL, NULL, false, PACKETS, "numbers, no names of CIDs"},
	{'q', NULL, NULL, false, PACKETS, "less on a line"},
	{'v', NULL, NULL, false, PACKETS, "more on a line; -vv and -vvv: more still"},
	{'x', NULL, NULL, false, PACKETS, "payload in hexadecimal"},
	{'X', NULL, NULL, false, PACKETS, "payload in hexadecimal and ASCII"},
	{'A', NULL, NULL, false, PACKETS, "payload in ASCII"},
	{'t', NULL, NULL, false, PACKETS, "no time; -tt since 1970, -ttt since the line before,"
					  "\n-tttt with the date, -ttttt since the first packet"},
	{OPTION_NANO, "nano", NULL, false, PACKETS, "times in nanoseconds"},
	{OPTION_MICRO, "micro", NULL, false, PACKETS, "times in microseconds, whatever the file has"},
	{OPTION_PRECISION, "time-stamp-precision", "micro|nano", false, PACKETS, NULL},
	{OPTION_COLOR, "color", "WHEN", true, PACKETS, "colour: auto (default), always or never"},
	{OPTION_COLOR, "colour", "WHEN", true, PACKETS, NULL},
	{'l', NULL, NULL, false, PACKETS, "write each line at once"},
	{OPTION_NO_FINDINGS, "no-findings", NULL, false, PACKETS, "do not say what is wrong"},

	{OPTION_DIAGNOSE, "diagnose", NULL, false, OTHER, "what is wrong, by cause, and what is well"},
	{OPTION_FLOWS, "flows", NULL, false, OTHER, "a table of the flows, at the end and on SIGUSR1"},
	{OPTION_JSON, "json", NULL, false, OTHER, "one JSON object a line: packets, --flows, --diagnose"},
	{OPTION_COUNT, "count", NULL, false, OTHER, "only the number of packets"},
	{OPTION_MAX_FLOWS, "max-flows", "N", false, OTHER, "remember at most N flows (default 1048576)"},
	{OPTION_FOLLOW, "follow", "FLOW", false, OTHER, "the payload of flow FLOW, or of one of its sides:"
							"\nFLOW.client, FLOW.server"},
	{OPTION_RAW, "raw", NULL, false, OTHER, "with --follow: the bytes and nothing else"},
	{OPTION_EXPORT, "export", "DIR", false, OTHER, "the payload of all flows, as files in DIR"},

	{OPTION_NAME, "name", "CID=NAME", false, NAMES, "call a CID by a name; may be repeated"},
	{OPTION_NAMES_FILE, "names-file", "FILE", false, NAMES, "names, one \"CID NAME\" a line, instead of the"
								"\ndefault files; may be repeated"},

	{'w', NULL, "FILE", false, FILES, "write the packets to FILE, - for standard output"},
	{OPTION_PRINT, "print", NULL, false, FILES, "print the packets although -w is given"},
	{'U', "packet-buffered", NULL, false, FILES, "write each packet at once"},
	{OPTION_FILE_FORMAT, "file-format", "pcap|pcapng", false, FILES, "pcap (default), or pcapng (default for .pcapng)"},
	{OPTION_ANNOTATE, "annotate", NULL, false, FILES, "findings as comments of packets (pcapng)"},
	{'C', NULL, "SIZE", false, FILES, "files of at most SIZE million bytes, or with K, M or"
					  "\nG behind it SIZE times 2^10, 2^20, 2^30"},
	{'G', NULL, "SECONDS", false, FILES, "begin another file every SECONDS; FILE has a time"
					     "\nin its name, as for strftime(3)"},
	{OPTION_FILE_PACKETS, "packets-per-file", "N", false, FILES, "begin another file after N packets"},
	{'W', NULL, "COUNT", false, FILES, "a ring of COUNT files; with -G alone, end after"
					   "\nCOUNT"},

	{'D', "list-interfaces", NULL, false, INTERFACES, "list what can be captured on"},
	{OPTION_CREATE, "create-interface", "IF", false, INTERFACES, "make a vsockmon interface that stays"},
	{OPTION_DELETE, "delete-interface", "IF", false, INTERFACES, "remove a vsockmon interface"},

	{'Z', "relinquish-privileges", "USER", false, SAFETY, "become USER once all is open (root's default:"
						     "\nvsockdump, tcpdump or nobody)"},
	{OPTION_NO_SANDBOX, "no-sandbox", NULL, false, SAFETY, "do not limit system calls and files"},

	{'h', "help", NULL, false, GROUP_HELP, "this text"},
	{OPTION_VERSION, "version", NULL, false, GROUP_HELP, "versions of this program and its libraries"},
};
/* clang-format on */

const size_t options_count = sizeof(options_table) / sizeof(options_table[0]);
_Static_assert(sizeof(options_table) / sizeof(options_table[0]) <= OPTIONS_MAX, "too many rows");

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All options: what --help shows, and what options.c does with them. */
#include <limits.h>

#include "core/finding.h"
#include "core/flow-table.h"
#include "tool/options/parse.h"

/* libpcap's own limit (MAXIMUM_SNAPLEN); no vsock frame is longer. */
#define SNAPLEN_MAX 262144

#define THREADS_MAX 2

/* The limit of -W and -G: larger than anybody needs, and small enough for sums. */
#define FILES_MAX        1000000000
#define FILE_SECONDS_MAX 1000000000

/* The place of each word is its value in the enum. */
static const char *const colors[] = {"auto", "always", "never", NULL};
static const char *const classes[] = {"information", "suspicious", "certain", NULL};
static const char *const formats[] = {"", "pcap", "pcapng", NULL};
static const char *const sorts[] = {"", "bytes", "stall", "handshake", "duration", NULL};
static const char *const precisions[] = {"", "micro", "nano", NULL};
static const char *const directions[] = {"inout", "in", "out", NULL};

_Static_assert(DIRECTION_INOUT == 0 && DIRECTION_OUT == 2, "as in directions");
_Static_assert(COLOR_AUTO == 0 && COLOR_ALWAYS == 1 && COLOR_NEVER == 2, "as in colors");
_Static_assert(VSOCK_INFORMATION == 0 && VSOCK_CERTAIN == 2, "as in classes");
_Static_assert(FLOW_SORT_BYTES == 1 && FLOW_SORT_DURATION == 4, "as in sorts");
_Static_assert(FILE_FORMAT_PCAP == 1 && FILE_FORMAT_PCAPNG == 2, "as in formats");
_Static_assert(PRECISION_MICRO == 1 && PRECISION_NANO == 2, "as in precisions");

#define SOURCE     GROUP_SOURCE
#define PACKETS    GROUP_PACKETS
#define OTHER      GROUP_OTHER_OUTPUT
#define RECORDS    GROUP_RECORDS
#define NAMES      GROUP_NAMES
#define FILES      GROUP_FILES
#define INTERFACES GROUP_INTERFACES
#define SAFETY     GROUP_SAFETY

/* Where the option's value goes. */
#define AT(field) .offset = offsetof(struct settings, field)

/* clang-format off */
const struct option_row options_table[] = {
	{'i', SOURCE, "interface", "IF", OPTION_TEXT, AT(source.interface),
		.help = "capture on IF (default: any vsockmon, or a new one)"},
	{0, SOURCE, "hybrid-socket", "PATH", OPTION_OWN,
		.help = "with -i hybrid: watch this UNIX socket of a VMM"
		"\n(default: of all that run); may be repeated",
		.set = option_hybrid_socket},
	{'r', SOURCE, NULL, "FILE", OPTION_OWN,
		.help = "read a capture file, - for standard input; may be"
		"\nrepeated: the packets come in the order of time",
		.set = option_read, .capture = true},
	{'V', SOURCE, NULL, "FILE", OPTION_OWN,
		.help = "read the capture files that FILE names, one a line,"
		"\n- for standard input",
		.set = option_read_list},
	{'c', SOURCE, NULL, "N", OPTION_LONG_NUMBER, AT(source.count),
		.help = "stop after N packets",
		.least = 1, .most = UINT64_MAX},
	{'s', SOURCE, "snapshot-length", "BYTES", OPTION_NUMBER, AT(source.snaplen),
		.help = "keep at most BYTES of a frame (default 262144)",
		.most = SNAPLEN_MAX},
	{'B', SOURCE, "buffer-size", "KIB", OPTION_NUMBER, AT(source.buffer_kib),
		.help = "kernel buffer of a capture (default 16384)",
		.least = 1, .most = INT_MAX / 1024},
	{'F', SOURCE, NULL, "FILE", OPTION_TEXT, AT(source.filter_file),
		.help = "read the filter expression from FILE"},
	{'d', SOURCE, NULL, NULL, OPTION_COUNTER, AT(source.dump_program),
		.help = "print the filter's program and stop; -dd as C,"
		"\n-ddd as numbers"},
	{'O', SOURCE, "no-optimize", NULL, OPTION_FLAG, AT(source.unoptimized),
		.help = "do not optimise the filter's program"},
	{0, SOURCE, "immediate-mode", NULL, OPTION_FLAG, AT(source.immediate),
		.help = "deliver each packet at once"},
	{'Q', SOURCE, "direction", "in|out|inout", OPTION_CHOICE, AT(source.direction),
		.help = "only packets to this machine, or from it",
		.words = directions},
	{0, SOURCE, "skip", "N", OPTION_LONG_NUMBER, AT(source.skip),
		.help = "do not show or write the first N packets",
		.most = UINT64_MAX},
	{0, SOURCE, "threads", "N", OPTION_NUMBER, AT(source.threads),
		.help = "1: one thread; 2: another that reads a file ahead"
		"\n(default: for large files)",
		.least = 1, .most = THREADS_MAX},

	{'n', PACKETS, NULL, NULL, OPTION_FLAG, AT(print.numbers),
		.help = "print numbers instead of the names of CIDs"},
	{'e', PACKETS, NULL, NULL, OPTION_FLAG, AT(print.link_header),
		.help = "print the rest of the monitor header, too"},
	{'q', PACKETS, NULL, NULL, OPTION_FLAG, AT(print.quiet),
		.help = "print less of each packet"},
	{'v', PACKETS, NULL, NULL, OPTION_COUNTER, AT(print.verbose),
		.help = "print more of each packet; -vv and -vvv: even more"},
	{'x', PACKETS, NULL, NULL, OPTION_VALUE, AT(print.payload),
		.help = "payload in hexadecimal",
		.value = PAYLOAD_HEX},
	{'X', PACKETS, NULL, NULL, OPTION_VALUE, AT(print.payload),
		.help = "payload in hexadecimal and ASCII",
		.value = PAYLOAD_HEX_ASCII},
	{'A', PACKETS, NULL, NULL, OPTION_VALUE, AT(print.payload),
		.help = "payload in ASCII",
		.value = PAYLOAD_ASCII},
	{'#', PACKETS, "number", NULL, OPTION_FLAG, AT(print.packet_number),
		.help = "print the packet's number in the file first"},
	{'t', PACKETS, NULL, NULL, OPTION_COUNTER, AT(print.time),
		.help = "no time; -tt since 1970, -ttt since the line before,"
		"\n-tttt with the date, -ttttt since the first packet",
		.most = TIME_SINCE_FIRST},
	{0, PACKETS, "nano", NULL, OPTION_VALUE, AT(print.precision),
		.help = "times in nanoseconds",
		.value = PRECISION_NANO},
	{0, PACKETS, "micro", NULL, OPTION_VALUE, AT(print.precision),
		.help = "times in microseconds, whatever the file has",
		.value = PRECISION_MICRO},
	{0, PACKETS, "time-stamp-precision", "micro|nano", OPTION_CHOICE, AT(print.precision),
		.words = precisions},
	{0, PACKETS, "color", "WHEN", OPTION_CHOICE, AT(print.color),
		.help = "color: auto (default), always or never",
		.words = colors, .value = COLOR_ALWAYS, .optional = true},
	{0, PACKETS, "colour", "WHEN", OPTION_ALIAS,
		.optional = true},
	{0, PACKETS, "wide", NULL, OPTION_FLAG, AT(print.wide),
		.help = "on a terminal: whole lines, and all columns"},
	{'l', PACKETS, NULL, NULL, OPTION_FLAG, AT(print.line_buffered),
		.help = "write each line at once"},
	{0, PACKETS, "no-findings", NULL, OPTION_FLAG, AT(flow.no_findings),
		.help = "do not report findings"},

	{0, OTHER, "diagnose", NULL, OPTION_MODE,
		.help = "what is wrong, by cause, and what is well",
		.mode = &mode_diagnose},
	{0, OTHER, "flows", NULL, OPTION_MODE,
		.help = "a table of the flows, at the end and on SIGUSR1",
		.mode = &mode_flows},
	{0, OTHER, "sort", "KEY", OPTION_CHOICE, AT(flow.sort),
		.help = "--flows, --top: highest first, by bytes, stall,"
		"\nhandshake or duration",
		.words = sorts},
	{0, OTHER, "json", NULL, OPTION_FLAG, AT(flow.json),
		.help = "one JSON object a line, for packets,"
		"\nor for --flows, --diagnose, --stats, --top"
		"\nor --compare"},
	{0, OTHER, "count", NULL, OPTION_MODE,
		.help = "only the number of packets",
		.mode = &mode_count},
	{0, OTHER, "stats", "SECONDS", OPTION_OWN,
		.help = "what happened in each interval, at each server, and"
		"\nwith each op (default: 20 intervals; live: 1 second)",
		.set = option_stats, .mode = &mode_stats, .optional = true},
	{0, OTHER, "calls", NULL, OPTION_MODE,
		.help = "calls inside of flows, by server and method: number,"
		"\nerrors and times of HTTP, gRPC and ttRPC",
		.mode = &mode_calls},
	{0, OTHER, "report", "FILE", OPTION_TEXT, AT(flow.report),
		.help = "all that is known, as a page for a browser (HTML)",
		.mode = &mode_report},
	{0, OTHER, "top", NULL, OPTION_MODE,
		.help = "the busiest flows now, and those that are stuck;"
		"\na table each second, and the causes of trouble",
		.mode = &mode_top},
	{0, OTHER, "interval", "SECONDS", OPTION_OWN,
		.help = "between tables of --top (default 1), or records of"
		"\nan open flow of --flow-log (default 300)",
		.set = option_interval},
	{0, OTHER, "rows", "N", OPTION_NUMBER, AT(flow.top_rows),
		.help = "--top: at most N flows in a table (default 20)",
		.least = 1, .most = TOP_ROWS_MAX},
	{0, OTHER, "fail-on", "CLASS", OPTION_CHOICE, AT(flow.fail_on),
		.help = "--diagnose: the least class for exit status 10:"
		"\ninformation, suspicious (default), certain",
		.words = classes},
	{0, OTHER, "slow-handshake", "TIME", OPTION_OWN,
		.help = "report a handshake that takes longer (default 1s)",
		.set = option_slow_handshake},
	{0, OTHER, "stall", "TIME", OPTION_OWN,
		.help = "report a sender that waits longer (default 1s)",
		.set = option_stall},
	{0, OTHER, "max-flows", "N", OPTION_NUMBER, AT(flow.most),
		.help = "remember at most N flows (default 1048576)",
		.least = 1, .most = VSOCK_FLOW_MAX_LIMIT},
	{0, OTHER, "follow", "FLOW", OPTION_OWN,
		.help = "the payload of a flow, by its number; or port:N,"
		"\ncid:N, next, all; .client or .server: of one side",
		.set = option_follow, .mode = &mode_follow},
	{0, OTHER, "ladder", "FLOW", OPTION_OWN,
		.help = "the packets of a flow as arrows, by its number; or"
		"\nof several flows, such as 3,7; or worst",
		.set = option_ladder, .mode = &mode_ladder},
	{0, OTHER, "raw", NULL, OPTION_FLAG, AT(flow.raw),
		.help = "with --follow: only the bytes"},
	{0, OTHER, "export", "DIR", OPTION_TEXT, AT(flow.export_directory),
		.help = "the payload of all flows, as files in DIR",
		.mode = &mode_export},
	{0, OTHER, "compare", "FILE", OPTION_TEXT, AT(flow.compare),
		.help = "compare with FILE, byte by byte: captures of one"
		"\nrun, such as of a guest and of its host",
		.mode = &mode_compare, .capture = true},
	{0, OTHER, "map", "CID=CID", OPTION_OWN,
		.help = "--compare: what a CID of the first file is in the"
		"\nsecond; may be repeated",
		.set = option_map},

	{0, RECORDS, "flow-log", "DIR|FILE", OPTION_TEXT, AT(records.log),
		.help = "a JSON record of each flow, in files of DIR, or in"
		"\nFILE; - for standard output",
		.mode = &mode_records},
	{0, RECORDS, "metrics", "FILE.prom", OPTION_TEXT, AT(records.metrics),
		.help = "counters for Prometheus, written anew every 15 s",
		.mode = &mode_records},
	{0, RECORDS, "notable", NULL, OPTION_FLAG, AT(records.notable),
		.help = "records of flows in trouble only, and a sum of the"
		"\nothers"},
	{0, RECORDS, "log-size", "SIZE", OPTION_OWN,
		.help = "files of at most SIZE in DIR, as for -C (default 64)",
		.set = option_log_size},
	{0, RECORDS, "log-time", "SECONDS", OPTION_NUMBER, AT(records.log_seconds),
		.help = "files of at most SECONDS in DIR (default 60; no"
		"\nlimit with -r)",
		.least = 1, .most = 86400},
	{0, RECORDS, "service", "PORT=NAME", OPTION_OWN,
		.help = "the name of a server's port; may be repeated",
		.set = option_service},
	{0, RECORDS, "host-id", "ID", OPTION_OWN,
		.help = "the id of this host in records (default: a hash of"
		"\nthat in /etc/machine-id)",
		.set = option_host_id},
	{0, RECORDS, "redact", "KEYFILE", OPTION_OWN,
		.help = "leave out names of machines and programs, or write"
		"\na hash of each with the key in KEYFILE",
		.set = option_redact, .optional = true},
	{0, RECORDS, "metrics-by-vm", NULL, OPTION_FLAG, AT(records.metrics_by_vm),
		.help = "counters for each virtual machine, too"},

	{0, NAMES, "name", "CID=NAME", OPTION_OWN,
		.help = "call a CID by a name; may be repeated",
		.set = option_name},
	{0, NAMES, "names-file", "FILE", OPTION_OWN,
		.help = "names, one \"CID NAME\" a line, instead of the"
		"\ndefault files; may be repeated",
		.set = option_names_file},
	{0, NAMES, "process", NULL, OPTION_OWN,
		.help = "the program at each end of a connection: with -v, in"
		"\ntables, findings, JSON and the files of -w",
		.set = option_process},

	{'w', FILES, NULL, "FILE", OPTION_TEXT, AT(file.name),
		.help = "write the packets to FILE, - for standard output",
		.capture = true},
	{0, FILES, "print", NULL, OPTION_FLAG, AT(file.print_too),
		.help = "print the packets although -w is given"},
	{'U', FILES, "packet-buffered", NULL, OPTION_FLAG, AT(file.packet_buffered),
		.help = "write each packet at once"},
	{0, FILES, "file-format", "pcap|pcapng", OPTION_CHOICE, AT(file.format),
		.help = "pcap (default), or pcapng (default for .pcapng)",
		.words = formats},
	{0, FILES, "annotate", NULL, OPTION_FLAG, AT(file.annotate),
		.help = "findings as comments of packets (pcapng)"},
	{'C', FILES, NULL, "SIZE", OPTION_OWN,
		.help = "files of at most SIZE million bytes; with K, M or G"
		"\nafter SIZE: times 2^10, 2^20 or 2^30 bytes",
		.set = option_file_bytes},
	{'G', FILES, NULL, "SECONDS", OPTION_LONG_NUMBER, AT(file.seconds),
		.help = "begin another file every SECONDS; FILE has a time"
		"\nin its name, as for strftime(3)",
		.least = 1, .most = FILE_SECONDS_MAX},
	{0, FILES, "packets-per-file", "N", OPTION_LONG_NUMBER, AT(file.packets),
		.help = "begin another file after N packets",
		.least = 1, .most = UINT64_MAX},
	{'W', FILES, NULL, "COUNT", OPTION_NUMBER, AT(file.count),
		.help = "a ring of COUNT files; with -G alone, end after"
		"\nCOUNT",
		.least = 1, .most = FILES_MAX},

	{'D', INTERFACES, "list-interfaces", NULL, OPTION_ACTION,
		.help = "list the interfaces for -i",
		.action = ACTION_LIST_INTERFACES},
	{0, INTERFACES, "check", NULL, OPTION_ACTION,
		.help = "say whether a capture works here, what it would see,"
		"\nand who listens; changes nothing",
		.action = ACTION_CHECK},
	{0, INTERFACES, "create-interface", "IF", OPTION_ACTION,
		.help = "create a vsockmon interface that stays",
		.action = ACTION_CREATE_INTERFACE},
	{0, INTERFACES, "delete-interface", "IF", OPTION_ACTION,
		.help = "delete a vsockmon interface",
		.action = ACTION_DELETE_INTERFACE},

	{'Z', SAFETY, "relinquish-privileges", "USER", OPTION_TEXT, AT(safety.user),
		.help = "become USER when all is open (root's default:"
		"\nvsockdump, tcpdump or nobody)"},
	{0, SAFETY, "no-sandbox", NULL, OPTION_FLAG, AT(safety.no_sandbox),
		.help = "do not limit system calls and files"},

	{'h', GROUP_HELP, NULL, NULL, OPTION_ANSWER,
		.help = "the usual options, and examples",
		.action = ACTION_SHORT_HELP},
	{0, GROUP_HELP, "help", NULL, OPTION_ANSWER,
		.help = "all options",
		.action = ACTION_HELP},
	{0, GROUP_HELP, "explain", NULL, OPTION_ANSWER,
		.help = "explain the finding codes that follow, or list all"
		"\ncodes",
		.action = ACTION_EXPLAIN},
	{0, GROUP_HELP, "version", NULL, OPTION_ANSWER,
		.help = "versions of this program and its libraries",
		.action = ACTION_VERSION},
};
/* clang-format on */

const size_t options_count = sizeof(options_table) / sizeof(options_table[0]);
_Static_assert(sizeof(options_table) / sizeof(options_table[0]) <= OPTIONS_MAX, "too many rows");

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings from the command line, by room: a printer gets the print settings, and so on. All
 * zeros are the defaults. tool/options/options.c fills them; all other files only read them.
 */
#ifndef VSOCKDUMP_SETTINGS_H
#define VSOCKDUMP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/cid-names.h"
#include "lib/common/process-table.h"

struct redaction;

/* The number of -t. */
enum time_style {
	TIME_OF_DAY,      /* 15:04:05.123456, local time */
	TIME_NONE,        /* -t */
	TIME_EPOCH,       /* -tt: seconds since 1970 */
	TIME_DELTA,       /* -ttt: since the line before */
	TIME_DATE,        /* -tttt: date and time of day, local time */
	TIME_SINCE_FIRST, /* -ttttt: since the first packet */
};

enum payload_style {
	PAYLOAD_NONE,
	PAYLOAD_HEX,       /* -x */
	PAYLOAD_HEX_ASCII, /* -X */
	PAYLOAD_ASCII,     /* -A */
};

/* -Q. */
enum direction {
	DIRECTION_INOUT,
	DIRECTION_IN,  /* to this machine */
	DIRECTION_OUT, /* from this machine */
};

enum action {
	ACTION_CAPTURE, /* read or capture; the mode decides what is printed */
	ACTION_LIST_INTERFACES,
	ACTION_LIST_LINK_TYPES,
	ACTION_LIST_TIME_STAMP_TYPES,
	ACTION_CHECK,
	ACTION_CREATE_INTERFACE,
	ACTION_DELETE_INTERFACE,
	ACTION_EXPLAIN, /* source.expression has the codes */
	ACTION_VERSION,
	ACTION_SHORT_HELP,
	ACTION_HELP,
};

/* How fine times are. */
enum time_precision {
	PRECISION_BY_SOURCE,
	PRECISION_MICRO, /* --micro: even if a file has nanoseconds */
	PRECISION_NANO,  /* --nano */
};

/* Whose bytes --follow shows. */
enum follow_sides { FOLLOW_BOTH, FOLLOW_CLIENT, FOLLOW_SERVER };

/* Which flows --follow shows; flow_settings.follow has the number. */
enum follow_what {
	FOLLOW_FLOW, /* of this number */
	FOLLOW_PORT, /* with this port on either side */
	FOLLOW_CID,  /* with this CID on either side */
	FOLLOW_NEXT, /* the first connection that opens */
	FOLLOW_ALL,
};

/* Whether this may be more than one flow. */
static inline bool follow_is_many(enum follow_what what)
{
	return what == FOLLOW_PORT || what == FOLLOW_CID || what == FOLLOW_ALL;
}

/* --sort: flows with the most of this come first in --flows. */
enum flow_sort {
	FLOW_SORT_NUMBER,
	FLOW_SORT_BYTES,
	FLOW_SORT_STALL,
	FLOW_SORT_HANDSHAKE,
	FLOW_SORT_DURATION,
};

/* --file-format. */
enum file_format { FILE_FORMAT_BY_NAME, FILE_FORMAT_PCAP, FILE_FORMAT_PCAPNG };

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* The source of packets, and which of them to take. */
struct source_settings {
	/*
	 * -i, or the interface to create or delete. NULL: the first vsockmon, or a new private one.
	 */
	const char *interface;
	/* --hybrid-socket, for -i hybrid; none: of the VMMs that run. Owned by the options. */
	const char **hybrid_sockets;
	size_t hybrid_count;
	/* -r and -V, in this order; empty: capture. Owned by the options. */
	const char **files;
	size_t file_count;        /* at most CAPTURE_INPUTS_MAX */
	uint64_t count;           /* -c; 0: no end */
	uint64_t skip;            /* --skip: this many packets are not shown or written */
	enum direction direction; /* -Q */
	uint32_t snaplen;         /* -s; 0: whole frames */
	uint32_t buffer_kib;      /* -B; 0: the tool's default */
	uint32_t threads;         /* --threads; 0: two if that is faster */
	bool immediate;           /* deliver packets as they come */
	/*
	 * The filter: words of an expression, up to a NULL; or a file with an expression (-F); or
	 * neither.
	 */
	char *const *expression;
	const char *filter_file;
	bool unoptimized;      /* -O */
	unsigned dump_program; /* number of -d: print the program and stop */
};

/* The files of -w. */
struct file_settings {
	const char *name;     /* -w; NULL: none */
	bool print_too;       /* --print: packets are printed although -w is given */
	uint64_t bytes;       /* -C; 0: no end, as with the next two */
	uint64_t seconds;     /* -G */
	uint64_t packets;     /* --packets-per-file */
	uint32_t count;       /* -W; 0: any number */
	bool packet_buffered; /* -U */
	bool annotate;        /* --annotate */
	enum file_format format;
};

/* How to print. */
struct print_settings {
	bool numbers;                    /* -n: no names */
	const struct redaction *redact;  /* --redact; NULL: not asked for; owned */
	struct vsock_cid_names *names;   /* --name, --names-file; never NULL; owned */
	struct process_table *processes; /* --process; NULL: not asked for; owned */
	bool packet_number;              /* -#: each line begins with the packet's number */
	bool quiet;                      /* -q */
	bool link_header;                /* -e: the monitor header */
	unsigned verbose;                /* number of -v */
	enum payload_style payload;
	enum time_style time;
	enum time_precision precision;
	enum color_when color;
	bool wide;          /* --wide: no line is wrapped, and no column is left out */
	bool line_buffered; /* -l */
	bool filtered;      /* a filter is given */
	bool incomplete;    /* live, with a filter: the other packets are not known */
};

#define LADDERS_MAX 16

/* The most CIDs of --map. */
#define CID_MAPS_MAX 16

/* The most rows of a table of --top. */
#define TOP_ROWS_MAX 1000

/* What to do with flows. */
struct flow_settings {
	uint32_t most;           /* --max-flows; 0: the core's default */
	bool json;               /* --json */
	bool no_findings;        /* --no-findings */
	uint64_t slow_handshake; /* --slow-handshake, nanoseconds; 0: the core's default */
	uint64_t stall;          /* --stall, likewise */
	int fail_on;             /* --fail-on: the least enum vsock_class for exit status 10 */
	enum follow_what what;   /* --follow */
	uint64_t follow;         /* ... and its number */
	enum follow_sides sides;
	enum flow_sort sort;          /* --sort */
	uint64_t ladder[LADDERS_MAX]; /* --ladder: numbers of flows ... */
	size_t ladder_count;
	bool ladder_worst;            /* ... or the flow with the worst trouble */
	uint32_t stats_seconds;       /* --stats: of an interval; 0: as many as fit */
	const char *report;           /* --report */
	uint64_t interval;            /* --interval, nanoseconds; 0: the default */
	uint32_t top_rows;            /* --rows; 0: the default */
	bool raw;                     /* --raw */
	const char *export_directory; /* --export */
	const char *compare;          /* --compare */
	struct cid_map {              /* --map: CIDs of the file, and what they are in the other */
		uint32_t from;
		uint32_t to;
	} map[CID_MAPS_MAX];
	size_t map_count;
};

#define SERVICE_NAMES_MAX 32

/* Records of flows, for many hosts: --flow-log and --metrics. */
struct record_settings {
	const char *log;      /* --flow-log; NULL: none */
	const char *metrics;  /* --metrics; NULL: none */
	bool notable;         /* --notable */
	bool metrics_by_vm;   /* --metrics-by-vm */
	uint64_t log_bytes;   /* --log-size; 0: the default */
	uint32_t log_seconds; /* --log-time; 0: the default */
	const char *host_id;  /* --host-id; NULL: the host's own */
	struct service_name { /* --service; the names are pointers into argv */
		uint32_t port;
		const char *name;
	} services[SERVICE_NAMES_MAX];
	size_t service_count;
};

struct safety_settings {
	bool no_sandbox;  /* --no-sandbox */
	const char *user; /* -Z; NULL: for root, an unprivileged user */
};

struct settings {
	enum action action;
	/* For ACTION_CAPTURE. The options may leave it NULL; mode_choose() completes it. */
	const struct mode *mode;
	struct source_settings source;
	struct file_settings file;
	struct print_settings print;
	struct flow_settings flow;
	struct record_settings records;
	struct safety_settings safety;
};

/* Whether -w's file is pcapng. */
static inline bool file_is_pcapng(const struct file_settings *file)
{
	static const char ending[] = ".pcapng";
	const size_t length = sizeof(ending) - 1;
	size_t all;

	if (file->format != FILE_FORMAT_BY_NAME)
		return file->format == FILE_FORMAT_PCAPNG;
	all = file->name ? strlen(file->name) : 0;
	return all >= length && strcmp(file->name + all - length, ending) == 0;
}

#endif

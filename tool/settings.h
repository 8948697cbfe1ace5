/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the command line asked for. Filled by tool/options/options.c, read by everything else. */
#ifndef VSOCKDUMP_SETTINGS_H
#define VSOCKDUMP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/cid-names.h"

enum time_style {
	TIME_OF_DAY,     /* 15:04:05.123456, local time */
	TIME_NONE,       /* -t */
	TIME_EPOCH,      /* -tt: seconds since 1970 */
	TIME_DELTA,      /* -ttt: since the line before */
	TIME_DATE,       /* -tttt: date and time of day, local time */
	TIME_SINCE_FIRST /* -ttttt: since the first packet */
};

enum payload_style {
	PAYLOAD_NONE,
	PAYLOAD_HEX,       /* -x */
	PAYLOAD_HEX_ASCII, /* -X */
	PAYLOAD_ASCII,     /* -A */
};

enum action {
	ACTION_CAPTURE, /* read or capture: the mode says what comes out */
	ACTION_LIST_INTERFACES,
	ACTION_CREATE_INTERFACE,
	ACTION_DELETE_INTERFACE,
	ACTION_VERSION,
	ACTION_HELP,
};

/* Whose bytes --follow shows. */
enum follow_sides { FOLLOW_BOTH, FOLLOW_CLIENT, FOLLOW_SERVER };

/* --file-format. */
enum file_format { FILE_FORMAT_BY_NAME, FILE_FORMAT_PCAP, FILE_FORMAT_PCAPNG };

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct settings {
	enum action action;
	/* -i, or what to create or delete. NULL: the first vsockmon, else a private one. */
	const char *interface;
	const char *read_file;        /* -r; NULL: capture */
	const char *write_file;       /* -w; NULL: none */
	bool print;                   /* packets are printed although -w is given (--print) */
	uint64_t file_bytes;          /* -C; 0: no end, as with the next two */
	uint64_t file_seconds;        /* -G */
	uint64_t file_packets;        /* --packets-per-file */
	uint64_t count;               /* -c; 0: no end */
	int snaplen;                  /* -s; 0: whole frames */
	int buffer_size;              /* -B, in bytes; 0: the tool's default */
	bool immediate;               /* deliver packets as they come */
	bool numbers;                 /* -n: no names */
	bool quiet;                   /* -q */
	unsigned verbose;             /* number of -v */
	enum file_format file_format; /* --file-format */
	enum payload_style payload;
	enum time_style time;
	bool nanosecond;      /* --nano */
	bool microsecond;     /* --micro: even if a file has nanoseconds */
	bool line_buffered;   /* -l */
	bool packet_buffered; /* -U */
	bool annotate;        /* --annotate */
	bool json;            /* --json */
	bool flows;           /* --flows */
	bool diagnose;        /* --diagnose */
	bool no_findings;     /* --no-findings */
	bool count_only;      /* --count */
	uint64_t follow;      /* --follow: number of the flow; 0: none */
	enum follow_sides follow_sides;
	bool raw;                     /* --raw */
	bool no_sandbox;              /* --no-sandbox */
	const char *user;             /* -Z; NULL: an unprivileged one where this is root */
	const char *export_directory; /* --export; NULL: none */
	/* The filter: words of an expression, up to a NULL, or a file with one (-F); or neither. */
	char *const *expression;
	const char *filter_file;
	bool unoptimized;      /* -O */
	unsigned dump_program; /* number of -d: print the program and stop */
	enum color_when color;
	unsigned threads;              /* --threads; 0: two where that pays */
	uint32_t file_count;           /* -W; 0: any number */
	uint32_t max_flows;            /* --max-flows; 0: the core's default */
	struct vsock_cid_names *names; /* --name, --names-file; never NULL; owned */
};

/* Only packets that match a filter are seen. */
static inline bool settings_filtered(const struct settings *settings)
{
	return settings->filter_file || (settings->expression && *settings->expression);
}

/* Whether -w's file is pcapng. */
static inline bool settings_pcapng(const struct settings *settings)
{
	static const char ending[] = ".pcapng";
	const size_t length = sizeof(ending) - 1;

	if (settings->file_format != FILE_FORMAT_BY_NAME)
		return settings->file_format == FILE_FORMAT_PCAPNG;
	size_t all = settings->write_file ? strlen(settings->write_file) : 0;
	return all >= length && strcmp(settings->write_file + all - length, ending) == 0;
}

/*
 * Whether anything goes to standard output. As with tcpdump, -w silences the packets unless
 * --print; asking for a special output is asking for output.
 */
static inline bool settings_prints(const struct settings *settings)
{
	return !settings->write_file || settings->print || settings->flows || settings->json ||
	       settings->count_only || settings->follow || settings->diagnose;
}

#endif

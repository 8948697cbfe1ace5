/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the command line asked for, by the room that reads it. tool/options/ fills it, and
 * mode_choose() completes it. Strings belong to argv.
 */
#ifndef VSOCKDUMP_SETTINGS_H
#define VSOCKDUMP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/cid-names.h"

struct mode;

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

/* Where packets come from, and which of them. */
struct source_settings {
	/* -i, or what to create or delete. NULL: the first vsockmon, else a private one. */
	const char *interface;
	const char *read_file; /* -r; NULL: capture */
	uint64_t count;        /* -c; 0: no end */
	uint32_t snaplen;      /* -s; 0: whole frames */
	uint32_t buffer_size;  /* -B, in bytes; 0: the tool's default */
	bool immediate;        /* deliver packets as they come */
	bool unoptimized;      /* -O */
	unsigned dump_program; /* number of -d: print the program and stop */
	uint32_t threads;      /* --threads; 0: two where that pays */
	/* The filter: words of an expression, up to a NULL, or a file with one (-F); or neither. */
	char *const *expression;
	const char *filter_file;
};

/* How packets, flows and findings are printed. */
struct print_settings {
	bool numbers;                  /* -n: no names */
	bool quiet;                    /* -q */
	unsigned verbose;              /* number of -v */
	int payload;                   /* enum payload_style */
	int time;                      /* enum time_style */
	bool nanosecond;               /* --nano */
	bool microsecond;              /* --micro: even if a file has nanoseconds */
	bool line_buffered;            /* -l */
	bool no_findings;              /* --no-findings */
	bool filtered;                 /* only packets that match a filter are seen */
	int color;                     /* enum color_when */
	struct vsock_cid_names *names; /* --name, --names-file; never NULL; owned */
};

/* What the mode prints. */
struct output_settings {
	bool json;                    /* --json */
	bool raw;                     /* --raw */
	bool despite_file;            /* --print: packets are printed although -w is given */
	int follow_sides;             /* enum follow_sides */
	uint64_t follow;              /* --follow: number of the flow */
	const char *export_directory; /* --export */
	uint32_t max_flows;           /* --max-flows; 0: the core's default */
};

/* -w's file. */
struct file_settings {
	const char *name;     /* -w; NULL: none */
	uint64_t bytes;       /* -C; 0: no end, as with the next two */
	uint64_t seconds;     /* -G */
	uint64_t packets;     /* --packets-per-file */
	uint32_t count;       /* -W; 0: any number */
	int format;           /* --file-format: enum file_format */
	bool packet_buffered; /* -U */
	bool annotate;        /* --annotate */
};

struct safety_settings {
	bool no_sandbox;  /* --no-sandbox */
	const char *user; /* -Z; NULL: an unprivileged one where this is root */
};

struct settings {
	enum action action;
	const struct mode *mode; /* NULL until one is chosen */
	struct source_settings source;
	struct print_settings print;
	struct output_settings output;
	struct file_settings file;
	struct safety_settings safety;
};

/* Whether -w's file is pcapng. */
static inline bool file_settings_pcapng(const struct file_settings *file)
{
	static const char ending[] = ".pcapng";
	const size_t length = sizeof(ending) - 1;
	size_t all = file->name ? strlen(file->name) : 0;

	if (file->format != FILE_FORMAT_BY_NAME)
		return file->format == FILE_FORMAT_PCAPNG;
	return all >= length && strcmp(file->name + all - length, ending) == 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of all modes. tool/mode/mode.h says what a mode is. */
#ifndef VSOCKDUMP_MODES_H
#define VSOCKDUMP_MODES_H

struct mode;

extern const struct mode mode_packets;
/* The same without flows, and without what is known only with them. It costs less than half. */
extern const struct mode mode_packets_alone;
extern const struct mode mode_packets_json;
extern const struct mode mode_flows;
extern const struct mode mode_flows_json;
extern const struct mode mode_diagnose;
extern const struct mode mode_diagnose_json;
extern const struct mode mode_count;
extern const struct mode mode_follow;
extern const struct mode mode_ladder;
extern const struct mode mode_stats;
extern const struct mode mode_stats_json;
extern const struct mode mode_calls;
extern const struct mode mode_calls_json;
extern const struct mode mode_report;
extern const struct mode mode_top;
extern const struct mode mode_top_json;
extern const struct mode mode_compare;
extern const struct mode mode_compare_json;
extern const struct mode mode_export;
extern const struct mode mode_records;
/* Nothing is printed: the packets go to a file. */
extern const struct mode mode_silent;

#endif

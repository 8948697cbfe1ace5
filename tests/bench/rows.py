# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests/bench/run measures.

A row is a job, a capture, an aim and the commands that do the job. The first command is ours,
then come peers, then floors. The aim is a ratio of wall times: how many times as long the first
peer should take. A row without a peer is only compared with another build.

FILE in a command is the capture's path. "libpcap" and "scan" are what bench-floor does; "plugin"
and "builtin" are tshark with the plugin and without it; "zcat-tcpdump" is a pipe. TZ is set for all
commands, unless the job says otherwise: without it, tcpdump looks at a file for each packet."""

LINE = "vsockdump -n -r FILE"
TABLE = "vsockdump --flows -r FILE"
DUMP = "tcpdump -nn -r FILE"
LOOP = "libpcap FILE"
COMPARE = "vsockdump -r FILE --compare FILE"
SCAN = "scan FILE"
HAND = "tcpdump --count -r FILE link[16:4]=0x16000000 or link[20:4]=0x16000000"
START = "plugin -n -r FILE"  # tshark's start, when FILE is the capture without packets
PORTS = "port " + " or ".join(str(port) for port in range(1, 600, 2))

WITH_PEERS = [
    ("a line per packet", "small", 6, [LINE, DUMP, SCAN]),
    ("a line per packet, TZ not set", "small", None, [LINE, DUMP]),
    ("a line per packet, one thread", "small", None, ["vsockdump --threads 1 -n -r FILE", DUMP]),
    ("a line per packet", "small.pcapng", 6, [LINE, DUMP]),
    ("a line per packet", "small.pcap.gz", None, [LINE, "zcat-tcpdump FILE"]),
    ("a line per packet", "flows-100k", 3.5, [LINE, DUMP]),
    ("a line per packet", "messages", None, [LINE, DUMP]),
    ("a line per packet", "full", 4, [LINE, DUMP]),
    ("flows with verdicts", "small", 0.95, [TABLE, LOOP, SCAN]),
    ("flows with verdicts, one thread", "small", None,
     ["vsockdump --threads 1 --flows -r FILE", LOOP]),
    ("flows with verdicts", "small.pcapng", 0.95, [TABLE, LOOP]),
    ("flows with verdicts", "flows-100k", 0.55, [TABLE, LOOP]),
    ("flows with verdicts", "flows-1m", 0.3, [TABLE, LOOP]),
    ("flows, at most 100000", "flows-1m", None,
     ["vsockdump --max-flows 100000 --flows -r FILE", LOOP]),
    ("flows, at most 1048576", "flows-10m", None, [TABLE, LOOP]),
    ("flows with verdicts", "full", 1.1, [TABLE, LOOP]),
    ("flows with verdicts", "messages", 0.8, [TABLE, LOOP]),
    ("diagnosis", "small", None, ["vsockdump --diagnose -r FILE", LOOP]),
    ("intervals and servers", "small", None, ["vsockdump --stats -r FILE", LOOP]),
    # At most three times the time of the loop.
    ("page for a browser", "small", 0.33, ["vsockdump --report page.html -r FILE", LOOP]),
    ("page for a browser", "flows-100k", 0.33, ["vsockdump --report page.html -r FILE", LOOP]),
    # At most 4 times the time for both files.
    ("comparison", "small", 0.25, [COMPARE, f"{LOOP} FILE"]),
    ("comparison", "full", None, [COMPARE, f"{LOOP} FILE"]),
    ("comparison", "flows-100k", 0.25, [COMPARE, f"{LOOP} FILE"]),
    # At most 2.5 times the time, with a call in each two packets, and without any.
    ("calls", "small", 0.4, ["vsockdump --calls -r FILE", LOOP]),
    ("calls", "calls", 0.4, ["vsockdump --calls -r FILE", LOOP]),
    ("a record per flow", "flows-1m", None, ["vsockdump --flow-log - -r FILE", LOOP]),
    ("a record per flow, one thread", "flows-1m", None,
     ["vsockdump --threads 1 --flow-log - -r FILE", LOOP]),
    ("export", "full", None, ["vsockdump --export streams -r FILE", LOOP]),
    ("copy", "small", None, ["vsockdump -r FILE -w copy.pcap", "tcpdump -r FILE -w copy.pcap"]),
    ("count, port 22", "small", 2, ["vsockdump --count -r FILE port 22", HAND, SCAN]),
    ("count, port 22, one thread", "small", None,
     ["vsockdump --threads 1 --count -r FILE port 22", HAND]),
    ("count, one of 300 ports", "small", None, [f"vsockdump --count -r FILE {PORTS}", HAND]),
    ("JSON of every packet", "small", 130, ["vsockdump --json -r FILE", "tshark -T ek -r FILE"]),
    # At most 1.1 times the time of Wireshark's own dissector with all of it, and 1.0 without.
    ("Wireshark, all analysis", "small", 0.91, ["plugin -n -r FILE", "builtin -n -r FILE"]),
    ("Wireshark, no analysis", "small", 1,
     ["plugin -n -o vsock.analysis:FALSE -r FILE", "builtin -n -r FILE"]),
    ("Wireshark, all analysis", "full", 0.91, ["plugin -n -r FILE", "builtin -n -r FILE"]),
]

# Few packets, few flows; much payload; many flows that send in no order.
SHAPES = ["small", "full", "flows-100k"]
LOSSES = ["lossy"]
CONDITIONS = " or ".join(f"(src cid {n} and dst port {7 * n} and op rw and len > {n})"
                         for n in range(3, 63, 2))

# Job, captures, command.
ALONE = [
    ("a line per packet", SHAPES + LOSSES + ["small.pcapng"], LINE),
    ("a line per packet, -v", SHAPES, "vsockdump -n -v -r FILE"),
    ("a line per packet, -vvv -X", ["small", "full"], "vsockdump -n -vvv -X -r FILE"),
    ("JSON of every packet", SHAPES + LOSSES, "vsockdump --json -r FILE"),
    ("flows with verdicts", SHAPES + ["messages"] + LOSSES, TABLE),
    ("flows as JSON", SHAPES + LOSSES, "vsockdump --flows --json -r FILE"),
    ("diagnosis", SHAPES + LOSSES, "vsockdump --diagnose -r FILE"),
    ("diagnosis", ["calls"], "vsockdump --diagnose -r FILE"),
    ("a line per packet, -v", ["calls"], "vsockdump -n -v -r FILE"),
    ("diagnosis as JSON", LOSSES, "vsockdump --diagnose --json -r FILE"),
    ("following a flow", SHAPES, "vsockdump --follow 0 -r FILE"),
    # With many flows this would measure the file system.
    ("export", ["small", "full", "messages"], "vsockdump --export streams -r FILE"),
    ("count", ["small"], "vsockdump --count -r FILE"),
    ("count, port 22", SHAPES, "vsockdump --count -r FILE port 22"),
    ("copy as pcap", SHAPES, "vsockdump -w copy.pcap -r FILE"),
    ("copy as pcapng", SHAPES, "vsockdump -w copy.pcapng -r FILE"),
    ("copy as pcapng, with findings", LOSSES, "vsockdump -w copy.pcapng --annotate -r FILE"),
    ("nothing but the start", ["none"], LINE),
    ("filter of 300 ports", [None], f"vsockdump -d {PORTS}"),
    ("filter of 30 conditions", [None], f"vsockdump -d {CONDITIONS}"),
    ("filters of bench-filter", [None], "bench-filter"),
]

ROWS = WITH_PEERS + [(job, capture, None, [command])
                     for job, captures, command in ALONE for capture in captures]


def name_of(row):
    job, capture = row[:2]
    return f"{job}, {capture}" if capture else job

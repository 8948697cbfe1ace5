#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""dask_flows.py [--scheduler ADDRESS] [--vsockdump PROGRAM] FILE...: a table of many capture files, made
by many machines. For each port of a server it has the flows, their bytes, and their verdicts.

Each file is a task: a worker of Dask runs vsockdump on it, and keeps only the sums. All workers must
see the files under the same names. If a worker dies, another one repeats its tasks. A flow that
is in two files counts as two. Needs the package python3-distributed; docs/fleet.md has an example."""

import argparse
import collections
import json
import subprocess
import sys

from distributed import Client, as_completed


def summary(vsockdump, path):
    """The table of one file: {server port: {column: number}}."""
    table = {}
    process = subprocess.Popen([vsockdump, "-r", path, "--flows", "--json"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        for line in process.stdout:
            flow = json.loads(line)
            if flow["kind"] != "flow":
                continue
            row = table.setdefault(flow["server_port"], collections.Counter())
            row["flows"] += 1
            row["bytes"] += flow["client_bytes"] + flow["server_bytes"]
            row[flow["verdict"]] += 1
        message = process.stderr.read()
    if process.returncode != 0:
        raise OSError(f"{path}: vsockdump ended with {process.returncode}: {message.strip()}")
    return table


def add(total, table):
    for port, row in table.items():
        total.setdefault(port, collections.Counter()).update(row)


def show(total):
    columns = ["flows", "bytes", *sorted({name for row in total.values() for name in row} -
                                         {"flows", "bytes"})]
    print("server_port", *columns, sep="\t")
    for port, row in sorted(total.items()):
        print(port, *(row[name] for name in columns), sep="\t")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scheduler", metavar="ADDRESS", help="tcp://HOST:8786; without it, workers "
                        "are started on this machine")
    parser.add_argument("--vsockdump", metavar="PROGRAM", default="vsockdump")
    parser.add_argument("files", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    total, failed = {}, 0
    with Client(arguments.scheduler) as client:
        tasks = client.map(summary, [arguments.vsockdump] * len(arguments.files), arguments.files,
                           pure=False)
        # Each table is added and dropped as soon as it is there, so memory does not grow.
        for task in as_completed(tasks):
            if task.status == "error":
                print(f"dask_flows: {task.exception()}", file=sys.stderr)
                failed += 1
            else:
                add(total, task.result())
            task.release()
    show(total)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

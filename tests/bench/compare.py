# SPDX-License-Identifier: GPL-2.0-or-later
"""run --compare: two builds alternately, row by row."""

import statistics

from builds import instructions, measure
from rows import name_of

HEAD = ("row", "this build", "other build", "ratio")


def line(cells):
    name, ours, theirs, ratio = cells
    return f"{name:<42} {ours:>14} {theirs:>14} {ratio:>6}"


def differing_flags(builds):
    """Builds with other flags have other instructions, whatever their sources are."""
    ours, theirs = (build.flags() for build in builds)
    if not ours or not theirs:
        return []
    return [f"{name}: this build {ours.get(name)!r}, other build {theirs.get(name)!r}"
            for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name)]


def distinct(rows):
    """One row of each command and capture: a job may have several of them, for several peers."""
    seen = {}
    for row in rows:
        seen.setdefault((row[1], row[3][0]), row)
    return list(seen.values())


def without_threads(rows):
    """Instructions are always those of one thread."""
    return [row for row in rows if "--threads" not in row[3][0]]


def costs(row, builds, options):
    """Of each build the median of its runs; which build is first changes with each pair."""
    job, capture, _, commands = row
    runs = {build: [] for build in builds}
    for pair in range(options.rounds):
        for build in builds if pair % 2 == 0 else reversed(builds):
            runs[build].append(instructions(commands[0], build, capture) if options.instructions
                               else measure(commands[0], build, capture, job)[0])
    return [statistics.median(runs[build]) for build in builds]


def compare(rows, builds, options):
    """Prints the table; returns the names of the rows that are above the limit."""
    above = []
    digits = ",.0f" if options.instructions else ".3f"
    for difference in differing_flags(builds):
        print(difference)
    print("Instructions" if options.instructions else "Processor seconds", end="")
    print(f", medians of {options.rounds}." if options.rounds > 1 else ".")
    print(line(HEAD), flush=True)
    for row in distinct(without_threads(rows) if options.instructions else rows):
        ours, theirs = costs(row, builds, options)
        print(line((name_of(row), format(ours, digits), format(theirs, digits),
                    f"{ours / theirs:.3f}")), flush=True)
        if options.limit is not None and ours > theirs * (1 + options.limit / 100):
            above.append(name_of(row))
    return above

# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests in Python share: reading captures without our own reader, and vsockdump's JSON."""

import json
import pathlib
import struct
import subprocess

HEADER = struct.Struct("<IHHiIII")
RECORD = struct.Struct("<IIII")
MICROSECONDS, NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D


def paths(directory):
    found = sorted(pathlib.Path(directory).glob("*.pcap"))
    assert len(found) >= 15, f"{directory}: {len(found)} captures only"
    return found


def records(path):
    """All records as (seconds, fraction, bytes on the wire, captured bytes)."""
    data = path.read_bytes()
    magic = HEADER.unpack_from(data)[0]
    assert magic in (MICROSECONDS, NANOSECONDS), path
    at, found = HEADER.size, []
    while at < len(data):
        seconds, fraction, captured, on_wire = RECORD.unpack_from(data, at)
        at += RECORD.size
        assert at + captured <= len(data), f"{path}: cut at {at}"
        found.append((seconds, fraction, on_wire, data[at : at + captured]))
        at += captured
    return found


def write(path, all_records):
    """A capture in microseconds; a fraction that is too fine for it is taken as 0."""
    with open(path, "wb") as file:
        file.write(HEADER.pack(MICROSECONDS, 2, 4, 0, 0, 262144, 271))
        for seconds, fraction, on_wire, data in all_records:
            fraction = fraction if fraction < 1000000 else 0
            file.write(RECORD.pack(seconds, fraction, len(data), on_wire) + data)


def lines(vsockdump, path, *options):
    done = subprocess.run(
        [vsockdump, "--names-file", "/dev/null", "-r", path, *options],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    text = done.stdout.decode("ascii")
    assert text == "" or text.endswith("\n"), f"{path}: no line break at the end"
    return text.split("\n")[:-1]


def objects(vsockdump, path, *options):
    """As lists of (key, value), so that order and repeated keys are seen."""

    def no_constant(name):
        raise ValueError(f"{name} is no JSON")

    return [
        json.loads(line, object_pairs_hook=list, parse_constant=no_constant)
        for line in lines(vsockdump, path, "--json", *options)
    ]

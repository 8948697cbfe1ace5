#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Helps the test "follow": reads what tshark's follow,vsock,raw shows of several streams, and prints
for each receiver the checksum of all bytes, and the length of each piece.

Usage: followed.py STREAMS <FOLLOWED

    CHECKSUM  CLIENTPORT-SERVERPORT.RECEIVER
    CLIENTPORT-SERVERPORT.RECEIVER LENGTH

STREAMS is a file of lines "STREAM CLIENTPORT-SERVERPORT"."""

import hashlib
import sys


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        ports = dict(line.split() for line in file)
    pieces = {
        (stream, receiver): [] for stream in ports for receiver in ("client", "server")
    }
    stream = None
    for line in sys.stdin:
        if line.startswith("Filter: vsock.stream eq "):
            stream = line.split()[-1]
        elif line.strip("\t\n0123456789abcdef") == "" and line.strip():
            receiver = "client" if line.startswith("\t") else "server"
            pieces[stream, receiver].append(bytes.fromhex(line.strip()))
    for (stream, receiver), parts in pieces.items():
        name = f"{ports[stream]}.{receiver}"
        print(f"{hashlib.sha256(b''.join(parts)).hexdigest()}  {name}")
        for part in parts:
            print(name, len(part))


if __name__ == "__main__":
    main()

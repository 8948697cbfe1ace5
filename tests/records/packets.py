# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture files of made-up connections."""

import struct

REQUEST, RESPONSE, RST, SHUTDOWN, RW = 1, 2, 3, 4, 5
CREDIT_UPDATE, CREDIT_REQUEST = 6, 7
MONITOR_OPS = {REQUEST: 1, RESPONSE: 1, RST: 2, SHUTDOWN: 2, RW: 4}
BUFFER = 262144
START = 1700000000


class Capture:
    """A pcap file with nanoseconds. Times are seconds since START."""

    def __init__(self):
        self.packets = []

    def add(self, at, source, target, op, length=0, flags=0, fwd=0, buffer=BUFFER):
        (src_cid, src_port), (dst_cid, dst_port) = source, target
        virtio = struct.pack("<QQIIIHHIII", src_cid, dst_cid, src_port, dst_port, length, 1, op,
                             flags, buffer, fwd)
        monitor = struct.pack("<QQIIHHHH", src_cid, dst_cid, src_port, dst_port,
                              MONITOR_OPS.get(op, 3), 2, len(virtio), 0)
        self.packets.append((at, monitor + virtio, length))

    def open(self, at, client, server):
        self.add(at, client, server, REQUEST)
        self.add(at + 0.001, server, client, RESPONSE)

    def close(self, at, client, server, fwd=0):
        self.add(at, client, server, SHUTDOWN, flags=3)
        self.add(at + 0.001, server, client, RST, fwd=fwd)

    def refuse(self, at, client, server):
        self.add(at, client, server, REQUEST)
        self.add(at + 0.001, server, client, RST)

    def write(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 271))
            # A second packet of the same time keeps its place.
            for at, frame, payload in sorted(self.packets, key=lambda packet: packet[0]):
                second, rest = divmod(round(at * 1e9), 1000000000)
                file.write(struct.pack("<IIII", START + second, rest, len(frame),
                                       len(frame) + payload))
                file.write(frame)
        return path

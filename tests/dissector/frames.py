# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets of one connection, and the captures that they are written to."""

import struct

REQUEST, RESPONSE, RST, SHUTDOWN, RW, CREDIT_UPDATE, CREDIT_REQUEST = range(1, 8)
CLIENT, SERVER = (3, 1024), (2, 5000)
VSOCK, SLL, SLL2 = 271, 113, 276
ARPHRD_VSOCKMON = 826


def packet(op, source=CLIENT, target=SERVER, data=b"", flags=0, room=65536, taken=0):
    ends = struct.pack("<QQII", source[0], target[0], source[1], target[1])
    monitor = {REQUEST: 1, RESPONSE: 1, RST: 2, SHUTDOWN: 2, RW: 4}.get(op, 3)
    header = struct.pack("<IHHIII", len(data), 1, op, flags, room, taken)
    return ends + struct.pack("<HHHH", monitor, 2, 44, 0) + ends + header + data


def answer(op, **more):
    return packet(op, SERVER, CLIENT, **more)


def sll(frame, _=0):
    return struct.pack(">HHHQH", 0, ARPHRD_VSOCKMON, 0, 0, 0) + frame


def sll2(frame, ifindex=3):
    return struct.pack(">HHIHBB8x", 0, 0, ifindex, ARPHRD_VSOCKMON, 0, 0) + frame


def pcap(link, frames, step=1000):
    """Packets are `step` microseconds apart."""
    file = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)]
    for number, frame in enumerate(frames):
        time = divmod(1700000000 * 10**6 + number * step, 10**6)
        file.append(struct.pack("<IIII", *time, len(frame), len(frame)) + frame)
    return b"".join(file)


def block(kind, body):
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def padded(data):
    return data + bytes(-len(data) % 4)


def option(code, text):
    """A text, as blocks have it at their end."""
    return struct.pack("<HH", code, len(text)) + padded(text.encode())


def section(*names, link=VSOCK, kernel=None, description=None, comment=None):
    head = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    if kernel:
        head += option(3, kernel) + bytes(4)
    file = block(0x0A0D0D0A, head)
    for name in names:
        texts = [(1, comment), (2, name), (3, description)]
        options = b"".join(option(code, text) for code, text in texts if text)
        file += block(1, struct.pack("<HHI", link, 0, 262144) + options + bytes(4))
    return file


def enhanced(interface, number, frame, comments=()):
    time = 1700000000 * 10**6 + number * 1000
    head = struct.pack("<IIIII", interface, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame))
    options = b"".join(option(1, text) for text in comments)
    return block(6, head + padded(frame) + (options + bytes(4) if options else b""))


def simple(frame):
    return block(3, struct.pack("<I", len(frame)) + padded(frame))

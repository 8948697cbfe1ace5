# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of what the real ones do not have: a guest that was reset, a silent connection, and
thousands of them."""

import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "dissector"))
from frames import CREDIT_UPDATE, REQUEST, RESPONSE, RST, RW, SHUTDOWN, packet

HOST = 2
START = 1795600000


def write(path, frames):
    """frames: pairs of seconds after START and a frame."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 271))
        for seconds, frame in sorted(frames, key=lambda pair: pair[0]):
            time = divmod(round((START + seconds) * 1000000), 1000000)
            file.write(struct.pack("<IIII", *time, len(frame), len(frame)) + frame)


def opened(at, client, server):
    return [(at, packet(REQUEST, client, server)), (at + 0.001, packet(RESPONSE, server, client))]


def talk(at, client, server, sent, received):
    """A short healthy connection."""
    return opened(at, client, server) + [
        (at + 0.002, packet(RW, client, server, bytes(sent))),
        (at + 0.003, packet(RW, server, client, bytes(received), taken=sent)),
        (at + 0.004, packet(SHUTDOWN, client, server, flags=3, taken=received)),
        (at + 0.005, packet(RST, server, client, taken=sent))]


def reset(path):
    """Guest 7 starts again, while the host has three connections to it."""
    frames = []
    for port in range(3):
        client, server = (HOST, 3000 + port), (7, 22)
        frames += opened(port * 0.1, client, server)
        frames += [(60 + port * 0.01, packet(RW, client, server, bytes(100))),
                   (60.001 + port * 0.01, packet(RST, server, client, room=0))]
    write(path, frames)


def idle(path):
    """A connection without a packet for two hours, a long one that sends, and short ones."""
    frames = opened(0, (8, 4000), (HOST, 5004))
    frames += [(0.01, packet(RW, (8, 4000), (HOST, 5004), bytes(10))),
               (0.02, packet(CREDIT_UPDATE, (HOST, 5004), (8, 4000), taken=10))]
    frames += opened(1, (9, 4000), (HOST, 5004))
    for minute in range(120):
        sent = 1000 * (minute + 1)
        frames += [(2 + minute * 60, packet(RW, (9, 4000), (HOST, 5004), bytes(1000))),
                   (2.001 + minute * 60, packet(CREDIT_UPDATE, (HOST, 5004), (9, 4000), taken=sent))]
    for number in range(10):
        frames += talk(100 + number * 700, (9, 5000 + number), (HOST, 22), 100, 300)
    write(path, frames)


def busy(path):
    """Many short connections of one guest."""
    frames = []
    for number in range(3000):
        frames += talk(number * 0.01, (10, 10000 + number), (HOST, 1234), 20, 50)
    write(path, frames)


def make(folder):
    busy(folder / "busy.pcap")
    reset(folder / "reset.pcap")
    idle(folder / "idle.pcap")

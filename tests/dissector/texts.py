# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints its input, with text in place of the bytes in one column: "ab" for "6162".

Usage: texts.py COLUMN, which counts from 1. Columns end with ";", and values with ",".
"""
import sys


def text(value):
    return bytes.fromhex(value).decode("latin-1").replace("\r", "\\r").replace("\n", "\\n")


column = int(sys.argv[1]) - 1
for line in sys.stdin:
    fields = line.split(";")
    if len(fields) > column:
        fields[column] = ",".join(map(text, fields[column].split(",")))
    sys.stdout.write(";".join(fields))

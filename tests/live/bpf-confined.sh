#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/live-bpf.c, tool/confine.
#
# The same as confined.sh, captured by BPF: after the program is attached, the process has no
# privileges, and it is in the same sandbox.
# shellcheck disable=SC2034 # confined.sh reads it
tap=bpf
# shellcheck source=tests/live/confined.sh
. "$LIVE/confined.sh"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Covers tool/run/live.c, process-watch.c.
#
# The same as process.sh, beside a vsockmon interface.
# shellcheck disable=SC2034 # process.sh reads it
source=()
# shellcheck source=tests/live/process.sh
. "$LIVE/process.sh"

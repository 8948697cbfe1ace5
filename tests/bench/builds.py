# SPDX-License-Identifier: GPL-2.0-or-later
"""The builds that are measured, their programs, and what a command of a row costs.

All commands run in the folder of the captures, which has a link of four letters to each build. So
paths have the same length whichever build it is, and the same command executes the same
instructions."""

import functools
import os
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "dissector"))
from wireshark import Tshark  # noqa: E402

from rows import START  # noqa: E402

CACHEGRIND = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--trace-children=yes",
              "--cachegrind-out-file=/dev/null", "--log-file=logs/%p"]
# Under valgrind there is one thread and no sandbox, and tshark runs only for some seconds.
COUNTED = {
    "vsockdump": ["--threads", "1", "--no-sandbox"],
    "plugin": ["-c", "25000"],
}
# CMake's variables that decide which instructions the compiler makes.
FLAGS = re.compile(r"(CMAKE_BUILD_TYPE|CMAKE_C_COMPILER|CMAKE_C_FLAGS\w*|VSOCKDUMP_\w*SANITIZE"
                   r"|VSOCKDUMP_HARDENING|VSOCKDUMP_LTO"
                   r"|CMAKE_(EXE|SHARED|MODULE)_LINKER_FLAGS\w*):\w+=(.*)")


class Build:
    """A build folder that has the name LINK in the folder of the captures."""

    def __init__(self, path, link, captures):
        self.path = os.path.abspath(path)
        self.link = f"./{link}"
        self.captures = captures
        os.symlink(self.path, os.path.join(captures, link))

    @functools.cached_property
    def wireshark(self):
        """tshark as a user who has the plugin in his home, and as one who has not."""
        homes = {"plugin": Tshark(f"{self.path}/dissector/vsock.so"), "builtin": Tshark(None)}
        return {
            name: (["env", *(f"{key}={value}" for key, value in home.environment.items()),
                    *home.command], home)
            for name, home in homes.items()
        }

    def program(self, name):
        if name in ("plugin", "builtin"):
            return self.wireshark[name][0]
        return {
            "vsockdump": [f"{self.link}/tool/vsockdump"],
            "libpcap": [f"{self.link}/tests/bench/bench-floor", "libpcap"],
            "scan": [f"{self.link}/tests/bench/bench-floor", "scan"],
            "bench-filter": [f"{self.link}/tests/bench/bench-filter"],
            "zcat-tcpdump": ["sh", "-c", 'zcat "$0" | tcpdump -nn -r -'],
        }.get(name, [name])

    def flags(self):
        """What the compiler was told, by CMake's names. A build without CMake has none."""
        try:
            with open(os.path.join(self.path, "CMakeCache.txt"), encoding="utf-8") as file:
                found = [FLAGS.fullmatch(line.rstrip("\n")) for line in file]
        except FileNotFoundError:
            return {}
        return {match[1]: match[3] for match in found if match}


def path_of(capture):
    return capture if "." in capture else f"{capture}.pcap"


def environment(job):
    """Nobody's own names; and the time zone, without which tcpdump looks at a file each packet."""
    env = {key: value for key, value in os.environ.items() if key != "TZ"}
    env["XDG_CONFIG_HOME"] = "/nonexistent"
    if "TZ not set" not in job:
        env["TZ"] = "UTC0"
    return env


def arguments(command, build, capture, options=()):
    """The words to run; OPTIONS come first of the program's own."""
    name, *words = command.split(" ")
    words = [path_of(capture) if word == "FILE" else word for word in words]
    if "link[" in command:  # an expression is one argument
        first = next(i for i, word in enumerate(words) if word.startswith("link["))
        words[first:] = [" ".join(words[first:])]
    return [*build.program(name), *options, *words]


def check(status, words, messages):
    """Findings are not a failure of the command, but what it was asked for."""
    if status not in (0, 10):
        sys.exit(f"{' '.join(words)}: exit status {status}\n{messages}")


def measure(command, build, capture, job):
    """Processor seconds, wall seconds, MiB."""
    words = arguments(command, build, capture)
    out = subprocess.run(["./this/tests/bench/bench-measure", *words], cwd=build.captures,
                         env=environment(job), check=True, capture_output=True, text=True)
    cpu, wall, kib, status = out.stdout.split()
    check(int(status), words, "")
    return float(cpu), float(wall), int(kib) / 1024


def under_cachegrind(words):
    """valgrind runs as the user that tshark runs as, and does not count how it becomes that."""
    at = words.index("tshark") if "tshark" in words else 0
    return words[:at] + CACHEGRIND + words[at:]


def logged(folder):
    """The instructions in all logs, which are of one process each; they are removed."""
    count = 0
    for log in pathlib.Path(folder).iterdir():
        count += sum(int(number.replace(",", ""))
                     for number in re.findall(r"I +refs: +([\d,]+)", log.read_text()))
        log.unlink()
    return count


def executed(command, build, capture):
    """The instructions of a command, outside of the kernel. The environment is always the same."""
    words = under_cachegrind(arguments(command, build, capture,
                                       COUNTED.get(command.split(" ")[0], ())))
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": "/nonexistent"}
    logs = os.path.join(build.captures, "logs")
    os.makedirs(logs, exist_ok=True)
    os.chmod(logs, 0o777)  # Wireshark is run as nobody when this is root
    done = subprocess.run(words, cwd=build.captures, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    check(done.returncode, words, done.stderr)
    return logged(logs)


@functools.cache
def start_of_wireshark(build):
    return executed(START, build, "none")


def instructions(command, build, capture):
    """Wireshark's start is left out: it takes more instructions than a hundred thousand packets."""
    count = executed(command, build, capture)
    return count - start_of_wireshark(build) if command.startswith("plugin") else count

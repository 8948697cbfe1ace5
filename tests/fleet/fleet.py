# SPDX-License-Identifier: GPL-2.0-or-later
"""What the parts of tests/fleet share: processes, waiting, and an own server of PostgreSQL. A part
runs as process 1 of its namespace, so its end ends all processes."""

import json
import os
import pathlib
import signal
import subprocess
import time

TOP = pathlib.Path(os.environ["FLEET_TOP"])
BUILD = pathlib.Path(os.environ["FLEET_BUILD"])
WORK = pathlib.Path(os.environ["FLEET_WORK"])
VSOCKDUMP = os.environ.get("FLEET_VSOCKDUMP", str(BUILD / "tool/vsockdump"))
POSTGRESQL = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), default=None,
                 key=lambda path: int(path.parent.name))
# As root, PostgreSQL gets this user: nobody.
NOBODY = 65534


class Failed(Exception):
    """A check that did not hold."""


def check(holds, text):
    """Prints what was checked, or raises Failed."""
    if not holds:
        raise Failed(text)
    print(f"  ok: {text}", flush=True)


def equal(found, wanted, text):
    if found != wanted:
        raise Failed(f"{text}: found {found}, expected {wanted}")
    print(f"  ok: {text}: {found}", flush=True)


def wait_for(text, condition, seconds=30, pause=0.05):
    """Waits until condition() is true, and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"waited {seconds} s in vain: {text}")
        time.sleep(pause)


def run(*command, **more):
    """Runs a command, and returns its standard output."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, **more)
    if done.returncode:
        raise Failed(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def start(log, *command, **more):
    """Starts a process, whose output goes to the file `log`."""
    with open(WORK / log, "ab") as file:
        return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                stdout=file, stderr=file, **more)


def kill(process, number=signal.SIGKILL):
    process.send_signal(number)
    process.wait(30)


def loopback():
    run("ip", "link", "set", "lo", "up")


def captures():
    """Unpacks the real captures of tests/captures, and makes those of make_captures.py."""
    from make_captures import make
    folder = WORK / "captures"
    folder.mkdir()
    packed = TOP / "tests/captures"
    for path in [*packed.glob("*.pcap.xz"), *packed.glob("kernels/*.xz")]:
        with open(folder / path.name[:-3], "wb") as file:
            subprocess.run(["xz", "-dc", path], stdout=file, check=True)
    make(folder)
    return folder


# The hosts of the fleet, and the captures of each. make_captures.py makes busy, reset and idle.
HOSTS = {
    "east": ["busy.pcap", "vsock_test-headers-7.3.4.pcap", "http.pcap"],
    "north": ["reset.pcap", "idle.pcap", "refused.pcap", "vhost-guest-dies.pcap", "vhost-bulk.pcap"],
    "west": ["many.pcap", "stall-recovers.pcap", "stall-by-sender.pcap", "vhost-connect-timeout.pcap",
             "forced-close.pcap"],
}
SERVICES = {22: "ssh", 1234: "test", 5004: "echo", 5011: "slow", 5101: "bulk"}


def record(host, capture, folder, *options):
    """vsockdump writes the records of a capture file into a folder."""
    services = [word for port, name in SERVICES.items() for word in ("--service", f"{port}={name}")]
    run(VSOCKDUMP, "-r", capture, "--flow-log", folder, "--host-id", host, *services, *options)


def lines(folder):
    """All lines of the complete files in a folder and below."""
    return [line for path in sorted(folder.rglob("flows-*.ndjson"))
            for line in path.read_text("ascii").splitlines()]


def records(folder):
    return [json.loads(line) for line in lines(folder)]


class Postgres:
    """A server of PostgreSQL in a folder, without root, on a port of the namespace's loopback."""

    def __init__(self, address="127.0.0.1"):
        self.data = WORK / "postgresql"
        self.port = 5432
        self.data.mkdir()
        if self._real_root():
            os.chown(self.data, NOBODY, NOBODY)
            self.user = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
        else:
            self.user = ["unshare", "--user", "--map-user", "1000", "--map-group", "1000"]
        self._as_user("initdb", "-D", self.data, "-U", "vsock", "-A", "trust", "-E", "UTF8",
                      "--no-locale", "-N")
        with open(self.data / "pg_hba.conf", "a") as file:
            file.write("host all all 10.0.0.0/8 trust\n")
        self.settings = {"listen_addresses": address, "unix_socket_directories": "",
                         "shared_buffers": "16MB", "log_statement": "none", "timezone": "UTC"}
        self.process = None

    @staticmethod
    def _real_root():
        return pathlib.Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]

    def _as_user(self, program, *words):
        return run(*self.user, POSTGRESQL / program, *words, cwd="/")

    def start(self):
        words = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        # After kill -9, the processes of the old server need a moment to see its end.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self.process = start("postgresql.log", *self.user, POSTGRESQL / "postgres", "-D", self.data,
                             *words, cwd="/")
        wait_for("PostgreSQL answers", self._answers)

    def _answers(self):
        if self.process.poll() is not None:
            raise Failed("PostgreSQL ended: " + (WORK / "postgresql.log").read_text()[-500:])
        done = subprocess.run([POSTGRESQL / "pg_isready", "-q", "-h", "127.0.0.1", "-U", "vsock",
                               "-p", str(self.port)], check=False)
        return done.returncode == 0

    def kill(self):
        """kill -9 of the server; its other processes notice this."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = children.read_text().split()
        kill(self.process)
        for pid in pids:
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        wait_for("the processes of PostgreSQL end",
                 lambda: not any(pathlib.Path(f"/proc/{pid}/exe").exists() for pid in pids))

    def psql(self, *words, text=None):
        return run(POSTGRESQL / "psql", "-h", "127.0.0.1", "-p", self.port, "-U", "vsock", "-d",
                   "vsock", "-X", "-q", "-v", "ON_ERROR_STOP=1", *words, input=text, cwd="/",
                   env={**os.environ, "PGTZ": "UTC", "PGOPTIONS": "-c client_min_messages=warning"})

    def ask(self, sql):
        """The rows of an answer, as lists of texts."""
        return [line.split("\t") for line in
                self.psql("-A", "-t", "-F", "\t", "-c", sql).splitlines()]

    def number(self, sql):
        return int(self.ask(sql)[0][0])

    def create(self):
        run(POSTGRESQL / "createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "vsock", "vsock",
            cwd="/")
        self.psql("-f", TOP / "contrib/fleet/postgresql.sql")


def main(part):
    """Runs a part, and prints what failed, with the ends of all logs."""
    try:
        part()
    except (Failed, AssertionError) as error:
        print(f"  FAILED: {error}", flush=True)
        for log in sorted(WORK.glob("*.log")):
            print(f"  end of {log.name}:")
            print(log.read_text(errors="replace")[-1500:])
        raise SystemExit(1) from None

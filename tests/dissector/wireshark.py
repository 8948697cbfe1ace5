# SPDX-License-Identifier: GPL-2.0-or-later
"""Running tshark with the plugin under test, as a user who has installed it for himself."""

import os
import pathlib
import shutil
import subprocess
import tempfile

NOBODY = 65534


class Tshark:
    """A home of its own with the plugin in it, or none. As root, Wireshark loads no such plugins."""

    def __init__(self, plugin):
        self.directory = tempfile.TemporaryDirectory()
        home = pathlib.Path(self.directory.name)
        done = subprocess.run(["tshark", "--version"], check=True, capture_output=True, text=True)
        version = ".".join(done.stdout.split()[2].split(".")[:2])
        self.version = version
        folder = home / ".local/lib/wireshark/plugins" / version / "epan"
        folder.mkdir(parents=True)
        if plugin:
            shutil.copy(plugin, folder)
        self.environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self.command = ["tshark"]
        if os.geteuid() == 0:
            os.chmod(home, 0o777)
            user = f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"
            self.command = ["setpriv", *user, "tshark"]

    def write(self, name, text):
        """A file in the home."""
        path = pathlib.Path(self.directory.name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
        for part in (path.parent, path.parent.parent):
            part.chmod(0o777)

    def run(self, *options, stdin=subprocess.DEVNULL, complaint=None):
        """Standard output, line by line. Anything on standard error is a failure, unless tshark
        shall complain with these words, or its SSH dissector does, as since 4.6."""
        done = subprocess.run(
            [*self.command, *options],
            stdin=stdin,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        noise = "\n".join(
            line
            for line in done.stderr.decode().strip().split("\n")
            if "[packet-ssh WARNING]" not in line
        )
        if complaint:
            assert complaint in noise, f"{options}: {noise}"
        else:
            assert done.returncode == 0 and noise == "", f"{options}: {done.returncode}: {noise}"
        return done.stdout.decode("utf-8").split("\n")[:-1]

    def lines(self, capture, *options, complaint=None):
        """The capture is read by its descriptor, which takes no right to the folders above it."""
        with open(capture, "rb") as file:
            return self.run("-r", "/dev/stdin", *options, stdin=file, complaint=complaint)

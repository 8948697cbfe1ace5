# SPDX-License-Identifier: GPL-2.0-or-later
"""What vsockdump and tshark with the plugin say of the same capture, in a form to compare."""

import collections
import json
import subprocess

SEVERITY = {"information": "4194304", "suspicious": "6291456", "certain": "8388608"}
VERDICTS = ["healthy", "waiting", "refused", "given-up", "recovered", "unhealthy", "unjudged"]


def by_vsockdump(vsockdump, path):
    """All findings as (severity, name of the expert field, text), and streams by verdict."""

    def objects(*options):
        done = subprocess.run(
            [vsockdump, "--names-file", "/dev/null", "-r", path, "--json", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        # 5: the file is odd; 10: there are findings.
        assert done.returncode in (0, 5, 10), (path, options, done.returncode)
        return [json.loads(line) for line in done.stdout.decode("ascii").split("\n")[:-1]]

    found = collections.Counter()
    for line in objects():
        for finding in line.get("findings", []):
            name = "vsock.expert." + finding["code"].replace("-", "_")
            found[SEVERITY[finding["class"]], name, finding["text"]] += 1
    summary = [line for line in objects("--diagnose") if "healthy_connections" in line][0]
    keys = {name: name.replace("-", "_") + "_connections" for name in VERDICTS}
    return found, {name: summary[key] for name, key in keys.items() if summary[key] > 0}


def expert_fields(tshark):
    found = set()
    for line in tshark.run("-G", "fields"):
        columns = line.split("\t")
        if len(columns) > 2 and columns[2].startswith("vsock.expert."):
            found.add(columns[2])
    return sorted(found)


def streams_at_end(lines):
    """Of "-z vsock,streams": the verdicts, and the findings that no packet has."""
    verdicts, findings = {}, collections.Counter()
    for line in lines:
        words = line.split()
        if line.startswith("at the end: "):
            severity = SEVERITY[words[4].strip("():")]
            name = "vsock.expert." + words[3].replace("-", "_")
            findings[severity, name, line.split("): ", 1)[1]] += 1
        elif len(words) == 2 and words[0] in VERDICTS:
            verdicts[words[0]] = int(words[1])
    return verdicts, findings


def by_tshark(tshark, path, names, *options, complaint=None):
    """Texts, names and verdicts. A packet shows severities and texts in one order, but names in
    their own."""
    texts, named = collections.Counter(), collections.Counter()
    fields = ["_ws.expert.severity", "vsock.expert", *names]
    command = ["-T", "fields", "-E", "aggregator=~", "-E", "occurrence=a", *options]
    for field in fields:
        command += ["-e", field]
    lines = tshark.lines(path, *command, "-z", "vsock,streams", complaint=complaint)
    end = lines.index("vsock streams at the end of the capture")
    for line in lines[: end - 2]:
        severities, messages, *counts = line.split("\t")
        if severities:
            texts.update(zip(severities.split("~"), messages.split("~")))
        for name, count in zip(names, counts):
            named[name] += len(count.split("~")) if count else 0
    verdicts, findings = streams_at_end(lines[end:])
    for (severity, name, text), count in findings.items():
        texts[severity, text] += count
        named[name] += count
    return texts, +named, verdicts


def compare(tshark, vsockdump, path, names, complaint=None):
    """How many findings there are: the same in both, in one pass and in two. `complaint`: what
    tshark says of a damaged file."""
    findings, verdicts = by_vsockdump(vsockdump, path)
    want_texts, want_names = collections.Counter(), collections.Counter()
    for (severity, name, text), count in findings.items():
        want_texts[severity, text] += count
        want_names[name] += count
    for options in [(), ("-2",)]:
        texts, named, shown = by_tshark(tshark, path, names, *options, complaint=complaint)
        # Other dissectors also add items. For ours, the names are enough.
        ours = collections.Counter({key: texts[key] for key in want_texts})
        assert ours == want_texts, (path, options, ours, want_texts)
        assert named == want_names, (path, options, named, want_names)
        assert shown == verdicts, (path, options, shown, verdicts)
    return sum(findings.values())

# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs vsockdump --flow-log, and reads and checks what it wrote."""

import collections
import json
import pathlib
import subprocess
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit("python3-jsonschema is missing: apt-get install python3-jsonschema")

TOP = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = TOP / "docs/vsockdump-records.schema.json"
MOST = 4096
FLOWS = {"flow": "flows", "flow_interim": "flows", "connect_failed": "flows"}


def validator():
    """Users' copy lets keys be added. Here no object may have a key that the schema lacks."""
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["additionalProperties"] = False
    return Draft202012Validator(schema)


def run(vsockdump, *options, status=0, **more):
    command = [vsockdump, "--names-file", "/dev/null", *map(str, options)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    assert done.returncode == status, f"{command}: status {done.returncode}\n{done.stderr}"
    return done


def records(vsockdump, capture, *options):
    """The records of a capture, by standard output."""
    text = run(vsockdump, "-r", capture, "--flow-log", "-", *options).stdout
    return [json.loads(line) for line in text.splitlines()]


def read_folder(folder):
    """The records of all files of a folder, all of which are complete."""
    lines = []
    for path in sorted(pathlib.Path(folder).iterdir()):
        assert path.suffix == ".ndjson", f"{path} is left"
        text = path.read_text()
        assert text.endswith("\n"), f"{path} has a cut line"
        lines += text.splitlines()
    return [json.loads(line) for line in lines]


def check(found, valid):
    """What is true of the records of each run. Returns the last record of each flow."""
    numbers, keys = [], set()
    changes = collections.defaultdict(lambda: [0, 0, 0, 0])
    last, counts = {}, collections.Counter()
    names = [f"{side}_{what}" for side in ("client", "server") for what in ("packets", "bytes")]
    for record in found:
        wrong = next(valid.iter_errors(record), None)
        assert not wrong, f"{record}\n{wrong and wrong.message}"
        assert len(json.dumps(record, separators=(",", ":"))) < MOST, record
        numbers.append(record["n"])
        key = record["uid"], FLOWS.get(record["kind"], record["kind"]), record["seq"]
        assert key not in keys, f"twice: {key}"
        keys.add(key)
        counts[record["kind"]] += 1
        if record["kind"] in FLOWS:
            for i, name in enumerate(names):
                changes[record["uid"]][i] += record["d_" + name]
            last[record["uid"]] = record
        if record["kind"] == "capture_stats":
            assert record["records"] == {kind: counts[kind] for kind in record["records"]}, record
    assert numbers == list(range(1, len(found) + 1)), numbers
    assert len({record["run"] for record in found}) == 1
    for uid, record in last.items():
        assert changes[uid] == [record[name] for name in names], (changes[uid], record)
    assert found[0]["kind"] == found[-1]["kind"] == "capture_stats"
    assert [found[0]["reason"], found[-1]["reason"]] == ["start", "end"]
    assert found[-1]["records_lost"] == 0
    return list(last.values())

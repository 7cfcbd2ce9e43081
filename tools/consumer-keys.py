#!/usr/bin/env python3
"""Writes assignor-core/data/consumer-keys.tsv and foreign-keys.tsv from a catalog of Kafka's keys.

    python3 tools/consumer-keys.py CATALOG.json

CATALOG.json holds what Kafka's own classes say about each key (`ConsumerConfig.configDef()` dumped
per release): name, type, unit, importance, validator, since, and defaults by release. The one-line
meanings are not in it: they are written by hand in the last column of consumer-keys.tsv and kept.
The tables are the project's source of truth; the script only saves typing when a release is added.
"""
import json
import pathlib
import sys

DATA = pathlib.Path(__file__).resolve().parent.parent / "assignor-core" / "data"
KEYS = DATA / "consumer-keys.tsv"
FOREIGN = DATA / "foreign-keys.tsv"
HEADER = "# name type unit importance protocol since removed deprecated defaults validator meaning".replace(" ", "\t")


def text(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(value)
    return str(value)


def release(version):
    """0.10.1.0 and 3.9.0 as 0.10.1 and 3.9: three numbers at most, no trailing zero."""
    parts = version.split()[0].split(".")[:3]
    while len(parts) > 2 and parts[-1] == "0":
        parts.pop()
    return ".".join(parts)


def defaults(entry):
    history = [(h["from"], text(h["default"])) for h in entry.get("default_history") or []]
    if not history:
        history = [(entry["since"], text(entry["default"]))]
    for override in entry.get("version_overrides") or []:
        if "default" in override:
            history.append((override["from"], text(override["default"])))
    kept = []
    for start, value in history:
        if value == "<required>":
            value = "null"
        if not kept or kept[-1][1] != value:
            kept.append((release(start), value))
    return ";".join(f"{start}={value}" for start, value in kept)


def validator(entry):
    rule = entry["validator"]
    if rule is None:
        return ""
    kind = rule["kind"]
    if kind == "range":
        return f"range {text(rule['min'])} {text(rule['max']) if rule['max'] is not None else ''}".strip()
    if kind == "enum":
        return ("enum " if rule["case_sensitive"] else "enum-any-case ") + ",".join(rule["values"])
    return kind


def removed(entry):
    if entry["removed_in"]:
        return release(entry["removed_in"])
    gone = [o["from"] for o in entry.get("version_overrides") or [] if o.get("removed")]
    return release(gone[0]) if gone else ""


def old_meanings():
    if not KEYS.exists():
        return {}
    rows = [line.split("\t") for line in KEYS.read_text().splitlines() if not line.startswith("#")]
    return {row[0]: row[-1] for row in rows}


def main():
    catalog = json.loads(pathlib.Path(sys.argv[1]).read_text())
    meanings = old_meanings()
    rows = []
    for entry in sorted(catalog["properties"], key=lambda entry: entry["name"]):
        rows.append("\t".join([
            entry["name"], entry["type"], entry["unit"], entry["importance"], entry["applies_to_protocol"],
            release(entry["since"]), removed(entry), "deprecated" if entry["deprecated"] else "",
            defaults(entry), validator(entry), meanings.get(entry["name"], ""),
        ]))
    KEYS.write_text("\n".join([HEADER, *rows]) + "\n")

    foreign = catalog["foreign_keys"]
    groups = [
        ("producer", {name: None for name in foreign["producer_only"]}),
        ("topic", {name: None for name in foreign["topic_only"]}),
        ("broker", {name: None for name in foreign["broker_only"]}),
        ("connect-worker", {name: None for name in foreign["connect_worker_only"]}),
        ("streams", {name: None for name in foreign["streams_only"]}),
        ("old-consumer", foreign["old_0.8_consumer"]),
        ("group", {name: None for key in foreign if key.startswith("group_config") for name in foreign[key]}),
        ("librdkafka", {name: None for name in catalog["librdkafka_only"]}),
        ("plugin-prefix", {name: None for name in catalog["known_pass_through"]["prefixes"]}),
        ("plugin", {name: None for name in catalog["known_pass_through"]["exact"]}),
        ("typo", catalog["typos"]),
    ]
    rows = ["# kind\tname\tconsumer key"]
    for kind, names in groups:
        rows += ["\t".join([kind, name, target or ""]).rstrip("\t") for name, target in sorted(names.items())]
    FOREIGN.write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()

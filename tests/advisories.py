"""Known advisories without a network: records in the format of OSV, from a folder or from the copy that is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.conftest import ROOT

KEPT = ROOT / "tests/vendored/advisories.json"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CHANGED = re.compile(r'^\s*"?modified"?: *["\']?(\d{4}-\d\d-\d\d)', re.MULTILINE)
_NAME = re.compile(r'^[\s-]*"?name"?: *["\']?([\w.-]+)', re.MULTILINE)
_SOURCE = "PyPA's advisory database, github.com/pypa/advisory-database, CC-BY-4.0; shortened"


@dataclass(frozen=True)
class Database:
    """Records of some packages, as they were on a day."""

    day: str
    """When a record was last changed."""
    names: frozenset[str]
    """The packages that were looked for; of others nothing is known."""
    records: tuple[Mapping[str, Any], ...]
    """``{"id", "aliases", "name", "ranges", "versions"}``, one for each package that is affected."""


def installed() -> dict[str, str]:
    """Versions by name, of all that is installed here but the package itself."""
    return {name: one.version for one in distributions()
            if (name := canonicalize_name(one.metadata["Name"])) != "phantom-lab"}


def read(folder: Path, names: Iterable[str]) -> Database:
    """What a folder of OSV records, ``.yaml`` or ``.json`` however deep, tells of packages."""
    wanted, days, found = frozenset(names), [""], []
    for file in sorted(folder.rglob("*")):
        if file.suffix not in (".yaml", ".json") or ".git" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        if not (changed := _CHANGED.search(text)):
            continue
        days.append(changed[1])
        if not wanted.isdisjoint(map(canonicalize_name, _NAME.findall(text))):
            record = json.loads(text) if file.suffix == ".json" else yaml.load(text, _LOADER)
            found += [one for one in _affected(record) if one["name"] in wanted]
    return Database(max(days), wanted, tuple(found))


def _affected(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if record.get("withdrawn"):
        return
    for one in record.get("affected", ()):
        if one["package"]["ecosystem"] == "PyPI":
            ranges = [each["events"] for each in one.get("ranges", ()) if each["type"] in ("ECOSYSTEM", "SEMVER")]
            versions = [each for each in one.get("versions", ()) if not _within(each, ranges)]
            yield {"id": record["id"], "aliases": record.get("aliases", []), "ranges": ranges, "versions": versions,
                   "name": canonicalize_name(one["package"]["name"])}


def _within(version: str, ranges: Iterable[list[dict[str, str]]]) -> bool | None:
    """Whether a version lies in one of the ranges; None where that cannot be compared."""
    try:
        found = Version(version)
        return any(_affects(found, events) for events in ranges)
    except InvalidVersion:
        return None


def _affects(version: Version, events: list[dict[str, str]]) -> bool:
    """As the format says: events in the order of their versions, and the last that applies counts."""
    told = [(Version("0.dev0") if text == "0" else Version(text), kind) for one in events for kind, text in one.items()]
    inside = False
    for at, kind in sorted(told):
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def held(versions: Mapping[str, str], known: Database, where: str) -> tuple[int, list[str]]:
    """Hold versions against a database; returns the exit code, and lines that say what was found and what was not."""
    hits, doubts = [], []
    for one in known.records:
        if (version := versions.get(one["name"])) is None:
            continue
        within = version in one["versions"] or _within(version, one["ranges"])
        if within:
            mended = [text for events in one["ranges"] for each in events for kind, text in each.items()
                      if kind == "fixed"]
            hits.append(f"{one['name']} {version}: {', '.join([one['id'], *one['aliases']])}, mended in "
                        f"{', '.join(mended) or 'none yet'}")
        elif within is None:
            doubts.append(f"{one['name']} {version}: {one['id']} cannot be compared")
    if unknown := sorted(versions.keys() - known.names):
        doubts.append(f"KNOWN ADVISORIES: NOT CHECKED for {', '.join(unknown)}: not in it")
    age = (date.today() - date.fromisoformat(known.day)).days if known.day else "?"
    return int(bool(hits)), [
        *hits, *doubts, (f"KNOWN ADVISORIES: {len(hits)} for {len(versions) - len(unknown)} packages, FROM {where} OF "
                         f"{known.day or 'NO DAY'}, {age} DAYS OLD: what became known since is not in it")]


def kept() -> Database:
    """The copy in the repository."""
    told = json.loads(KEPT.read_text(encoding="utf-8"))
    return Database(told["day"], frozenset(told["names"]), tuple(told["records"]))


def keep(known: Database, file: Path = KEPT) -> None:
    """Write a copy, a record a line."""
    records = ",\n".join(json.dumps(one) for one in sorted(known.records, key=lambda one: (one["name"], one["id"])))
    names = json.dumps(sorted(known.names))
    file.write_text(f'{{"source": {json.dumps(_SOURCE)},\n"day": "{known.day}",\n"names": {names},\n'
                    f'"records": [\n{records}]}}\n', encoding="utf-8")


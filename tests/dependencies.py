"""What the package depends on, and under which licences: ``python -m tests.dependencies`` writes the table in
SECURITY.md anew, and ``--audit`` looks for known advisories.

``--advisories FOLDER`` makes the copy anew that is asked where there is no network: of a checkout of PyPA's advisory
database, or any other folder of OSV records, what is declared or installed here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from tests import advisories
from tests.conftest import ROOT

FILE = ROOT / "SECURITY.md"
BEGIN, END = "| package | needed for | licence |\n| --- | --- | --- |\n", "\n## How to report"
_FAMILIES, _NOTHING = ("Apache-2.0", "BSD", "MIT", "MPL-2.0"), "not told"


def declared() -> dict[str, list[str]]:
    """What every package is needed for, by its name: the extras, and ``always``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, list[str]] = {}
    for extra, needed in {"always": project["dependencies"], **project["optional-dependencies"]}.items():
        for one in needed:
            found.setdefault(re.split(r"[^\w.-]", one)[0], []).append(extra)
    return found


def licence(name: str) -> str:
    """The family of what the package that is installed tells: releases spell it otherwise. Empty where none is."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    all_told = [told.get("License-Expression"), *(told.get_all("Classifier") or ()), told.get("License")]
    found = [family for one in all_told if one for family in _FAMILIES
             if re.match(rf"(License :: .*:: )?{family.partition('-')[0]}\b", one)]
    return found[0] if found else _NOTHING


def rows(text: str) -> dict[str, str]:
    """The rows of the table, by package."""
    _, _, rest = text.partition(BEGIN)
    return {line.split(" | ")[0].removeprefix("| "): line for line in rest.partition(END)[0].splitlines() if line}


def table(before: Mapping[str, str]) -> str:
    """The table; of what is not installed here, a licence stays as it was."""
    lines = []
    for name, extras in sorted(declared().items(), key=lambda one: one[0].lower()):
        known = licence(name) or before.get(name, f" | {_NOTHING} |").rpartition(" |")[0].rpartition("| ")[2]
        lines.append(f"| {name} | {', '.join(extras)} | {known} |\n")
    return BEGIN + "".join(lines)


def written(text: str) -> str:
    """The file, with the table anew."""
    head, _, rest = text.partition(BEGIN)
    return f"{head}{table(rows(text))}{END}{rest.partition(END)[2]}"


def judged(output: str, errors: str) -> tuple[int, list[str], set[str] | None]:
    """Exit code and lines, from what ``pip_audit`` writes, and which packages it did not look up; None: all of them."""
    try:
        found = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        why = (errors.strip().splitlines() or ["it says nothing"])[-1]
        return 0, [f"KNOWN ADVISORIES: NOT LOOKED UP HERE: {why}"], None
    told = [f"{one['name']} {one['version']}: {told['id']}, mended in {', '.join(told['fix_versions']) or 'none yet'}"
            for one in found for told in one.get("vulns", ())]
    left = [one for one in found if "version" not in one]
    why = left[0].get("skip_reason", "nobody says why") if left else ""
    unknown = [f"KNOWN ADVISORIES: NOT LOOKED UP HERE for {len(left)} of {len(found)} packages: {why}"] if left else []
    lines = [*told, *unknown, f"known advisories: {len(told)} for {len(found) - len(left)} packages"]
    return int(bool(told)), lines, {canonicalize_name(one["name"]) for one in left}


def audit() -> int:
    """Look up what is installed here, and hold what could not be looked up against records that are at hand: those of
    the folder ``PHANTOM_LAB_ADVISORIES``, or the copy in the repository. Returns the exit code."""
    done = subprocess.run([sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off",
                           "--skip-editable", "--timeout=15"], capture_output=True, text=True, check=False)
    code, lines, left = judged(done.stdout, done.stderr)
    versions = {name: one for name, one in advisories.installed().items() if left is None or name in left}
    if versions:
        folder = os.environ.get("PHANTOM_LAB_ADVISORIES")
        known = advisories.read(Path(folder), versions) if folder else advisories.kept()
        found, more = advisories.held(versions, known, folder or "THE COPY HERE")
        code, lines = max(code, found), [*lines, *more]
    print(*lines, sep="\n")
    return code


if __name__ == "__main__":
    if "--audit" in sys.argv:
        sys.exit(audit())
    if "--advisories" in sys.argv:
        names = {*advisories.installed(), *map(canonicalize_name, declared())}
        advisories.keep(advisories.read(Path(sys.argv[-1]), names))
    else:
        FILE.write_text(written(FILE.read_text(encoding="utf-8")), encoding="utf-8")

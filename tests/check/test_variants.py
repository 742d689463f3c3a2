"""Defects as engineers write them are told, and what comes close is not; and each report of people by its kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from phantom_lab.apps import Apps
from phantom_lab.apps.manifests import manifest_of
from phantom_lab.check.checking import check
from phantom_lab.check.kinds import KINDS
from tests.check.findings import PAGE
from tests.check.people import HITS, table
from tests.check.shapes import CLOSE, SHAPES
from tests.check.variants import RIGHT, VARIANTS
from tests.pains import ELSEWHERE, FUNCTIONS, HEAD, PAINS

MANIFEST = {"name": "m", "appid": "a1", "app_version": "1", "actions": [{"action": "geo", "parameters": {}, "output": [
    {"data_path": f"action_result.data.*.{path}", "data_type": "string"}
    for path in ("data.country", "net.owner.country", "state", "positives", "known")]}]}


def told(folder: Path, sources: Mapping[str, Sequence[str]]) -> dict[tuple[str, int], set[str]]:
    """The kinds that are found in each source, of one check of all of them."""
    for kind, each in sources.items():
        for number, source in enumerate(each):
            name = source[4:source.index("(")] if source.startswith("def ") else ""
            file = folder / f"{kind} {number}" / (f"custom_functions/{name}.py" if name else "book.py")
            file.parent.mkdir(parents=True)
            file.write_text(source, encoding="utf-8")
    report = check([folder])
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for one in (*report.problems, *report.remarks):
        kind, _, number = Path(one.playbook).relative_to(folder).parts[0].rpartition(" ")
        found[kind, int(number)].add(one.kind)
    assert not any("load" in kinds for kinds in found.values())
    return found


def test_each_way_to_write_a_defect_is_told(tmp_path: Path):
    """In the editor's form and in an author's own."""
    sources = {kind: [*VARIANTS.get(kind, []), *SHAPES.get(kind, [])] for kind in {**VARIANTS, **SHAPES}}
    found = told(tmp_path, sources)
    assert [(kind, number) for kind, each in sources.items() for number in range(len(each))
            if kind not in found[kind, number]] == []


def test_what_comes_close_is_not_told(tmp_path: Path):
    """As an engineer repairs it."""
    sources = {kind: [*RIGHT.get(kind, []), *CLOSE.get(kind, [])] for kind in {**RIGHT, **CLOSE}}
    found = told(tmp_path, sources)
    assert [(kind, number) for kind, each in sources.items() for number in range(len(each))
            if kind in found[kind, number]] == []


def test_what_people_hit_is_told_by_its_kind(tmp_path: Path):
    """On the samples that the questions of a run are tried with; the documents list all of it."""
    hits = {one.what: one for one in HITS}
    assert {one.what for one in PAINS} | ELSEWHERE.keys() <= hits.keys()
    assert all(kind in KINDS for one in HITS for kind in one.kinds)
    assert all(one.kinds or one.run for one in HITS)
    assert table() in PAGE.read_text(encoding="utf-8")
    for number, one in enumerate(PAINS):
        for name, text in {**FUNCTIONS, "book": HEAD + one.source}.items():
            folder = "custom_functions" if name in ("acts", "drops") else ""
            file = tmp_path / str(number) / folder / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    declared = manifest_of(MANIFEST)
    assert declared is not None
    report = check([tmp_path], apps=Apps([declared]))
    same = {one.playbook: one.same_as for one in report.copies}
    found: dict[str, set[str]] = defaultdict(set)
    for one in (*report.problems, *report.remarks):
        found[one.playbook].add(one.kind)
    for number, one in enumerate(PAINS):
        files = {str(file) for file in (tmp_path / str(number)).rglob("*.py")}
        kinds = set().union(*(found[same.get(file, file)] for file in files))
        assert hits[one.what].run or kinds.intersection(hits[one.what].kinds), (one.what, kinds)

"""Public exports, where they are at hand: in and out byte for byte, and one changed block is the only difference.

``PHANTOM_LAB_CORPUS`` names checkouts and folders of archives, separated as in ``PATH``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.exchange.graph import CLASSIC, MODERN, graph_of
from phantom_lab.exchange.handover import Handover, prepared
from phantom_lab.exchange.marks import DEFAULT, Marked, marked
from phantom_lab.exchange.put_back import hash_ends
from phantom_lab.source.source import read_source

CORPUS = [Path(one) for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]
STALE = {"titaniumcloud_file_reputation", "titaniumcloud_url_reputation"}
"""Blocks of published exports whose settings name another asset than their code."""
LINE = "    phantom.debug('a line more: \u00e4')\n"

pytestmark = pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE")


def exports() -> Iterator[Path]:
    """Every source with an export beside it, and every archive."""
    for folder in CORPUS:
        yield from (one for one in sorted(folder.rglob("*.json")) if one.with_suffix(".py").is_file())
        yield from sorted(folder.rglob("*.tgz"))


@pytest.fixture(scope="module")
def given() -> list[tuple[Path, Handover]]:
    """All of them, as they would go out."""
    return [(one, prepared(one)) for one in exports()]


def test_every_export_goes_out_as_it_came_in(given: list[tuple[Path, Handover]], tmp_path: Path):
    """Of archives the archive, of files both files; what they are packed into is read as the same."""
    assert given
    for file, made in given:
        if file.suffix == ".tgz":
            assert made.archive == file.read_bytes(), file
            continue
        for name, content in made.files.items():
            assert content == (file.parent / name).read_bytes(), file
        (tmp_path / "x.tgz").write_bytes(made.archive)
        again = prepared(tmp_path / "x.tgz")
        assert (again.files, again.archive) == (made.files, made.archive), file


def test_one_changed_block_is_the_only_difference(given: list[tuple[Path, Handover]], tmp_path: Path):
    """And the hash of the source with it, where that held; nothing is lost, with the original and without."""
    blocks = 0
    for file, before in given:
        source = before.files[f"{before.name}.py"].decode()
        found = marked(source, str(file))
        name = next((one for one, part in found.code.items() if part.of(source) != DEFAULT), next(iter(found.code), ""))
        if before.kind not in (MODERN, CLASSIC) or not name:
            continue
        blocks += 1
        end = found.code[name].end
        changed = (source[:end] + LINE + source[end:]).encode()
        for one, content in {**before.files, f"{before.name}.py": changed}.items():
            (tmp_path / one).write_bytes(content)
        for original in (None, file):
            made = prepared(tmp_path / f"{before.name}.py", original=original)
            old, new = (json.loads(one.files[f"{before.name}.json"]) for one in (before, made))
            paths = [*differences(old, new)]
            assert {path[-1] for path in paths} <= {"userCode", "customCode", "userGeneratedCode", "block_code", "hash"}
            assert len({path[:-1] for path in paths if path[-1] != "hash"}) == 1, file
            assert {one.block for one in made.losses} <= STALE, file
            assert not (original and made.lost), file
    assert blocks


def differences(one: Any, other: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths of members that differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from differences(one.get(key), other.get(key), (*at, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, (*at, number))
    elif one != other:
        yield at


def test_nothing_is_told_of_what_the_editor_wrote_itself(given: list[tuple[Path, Handover]]):
    """The hash proves that it did; what else is published is told of no more."""
    proved = 0
    for file, made in given:
        if made.kind != MODERN:
            continue
        graph = graph_of(json.loads(made.files[f"{made.name}.json"].decode("utf-8-sig")))
        proved += hash_ends(graph, _marked(made, file)) is not None
        assert {one.block for one in made.losses} <= STALE, file
    assert proved


def _marked(made: Handover, file: Path) -> Marked:
    return marked(read_source(made.source, "source"), str(file))

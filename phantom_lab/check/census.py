"""How often public playbooks use each form of datapath, condition and template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from phantom_lab.check.sources import distinct, find
from phantom_lab.later import dataclass
from phantom_lab.reading import forms, texts
from phantom_lab.reading.read import Reading, read
from phantom_lab.source.playbook import Playbook

DATAPATHS, KEYS, CONDITIONS, TEMPLATES = "datapaths", "keys", "conditions", "templates"
"""What is counted."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often a form occurs."""

    uses: int
    files: int


@dataclass(frozen=True, slots=True)
class Census:
    """What was counted, by table and form, the most frequent first."""

    playbooks: int
    custom_functions: int
    tables: dict[str, dict[str, Count]]


def census(folders: Sequence[str | Path]) -> Census:
    """Count over the distinct playbooks and custom functions below some folders.

    Raises:
        InputError: there is no such folder.
    """
    return count(list(map(read, distinct(find(folders)))))


def count(readings: Sequence[Reading]) -> Census:
    """Count over sources that have been read."""
    uses: Counter[tuple[str, str]] = Counter()
    files: Counter[tuple[str, str]] = Counter()
    for reading in readings:
        found = list(occurrences(reading))
        uses.update(found)
        files.update(set(found))
    tables: dict[str, dict[str, Count]] = {name: {} for name in (DATAPATHS, KEYS, CONDITIONS, TEMPLATES)}
    for (table, form), number in sorted(uses.items(), key=lambda one: (-one[1], one[0])):
        tables[table][form] = Count(number, files[table, form])
    playbooks = sum(isinstance(one.source, Playbook) for one in readings)
    return Census(playbooks, len(readings) - playbooks, tables)


def occurrences(reading: Reading) -> Iterator[tuple[str, str]]:
    """Table and form of every text of a source."""
    for datapath in texts.datapaths(reading):
        if path := forms.compiled(datapath):
            yield DATAPATHS, forms.form(path)
            yield from ((KEYS, one) for one in forms.oddities(path))
    for condition in texts.conditions(reading):
        yield from ((CONDITIONS, one) for one in forms.condition_forms(condition))
    for template in texts.templates(reading):
        yield from ((TEMPLATES, one) for one in forms.template_forms(template))

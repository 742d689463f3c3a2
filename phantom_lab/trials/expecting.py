"""Scenarios of a file, with what was seen of each as what it expects."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phantom_lab.expecting.seen import seen
from phantom_lab.isolation.deadline import deadline
from phantom_lab.lab import Lab
from phantom_lab.scenarios import read_scenarios
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.trial import Trials


def with_expectations(scenarios: Mapping[str, Any], file: Path, playbook: Playbook, trials: Trials) -> dict[str, Any]:
    """What a scenario file holds, in which every variant expects what a run in it shows.

    Args:
        scenarios: the same without; it stands in the file already, from which every variant is run as it will be.
        file: from whose folder the playbook's path leads.
    """
    expected = {}
    for one in read_scenarios(file):
        with deadline(trials.seconds):
            run = Lab(scenario=one, apps=trials.apps, paths=trials.paths).run(playbook)
        expected[one.name.partition("#")[2]] = seen(run.journal, playbook.blocks)
    variants = {name: {**one, "expect": expected[name]} for name, one in scenarios["variants"].items()}
    named = {"playbook": path_from(playbook.path, file)} if playbook.path else {}
    return {**named, **scenarios, "variants": variants}


def path_from(path: Path, file: Path) -> str:
    """How a file names another one: by a path from its own folder, where there is one."""
    try:
        return Path(os.path.relpath(path.resolve(), file.resolve().parent)).as_posix()
    except ValueError:  # another drive
        return str(path.resolve())

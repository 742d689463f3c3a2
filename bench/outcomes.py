"""Print what made-up results cost: one of them, and whole runs: ``python -m bench.outcomes``.

Folders of playbooks are named in ``PHANTOM_LAB_CORPUS``, app manifests in ``PHANTOM_LAB_APPS``.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import time
import tracemalloc
from statistics import median

from bench.measure import fastest, row
from phantom_lab import Playbook
from phantom_lab.apps import Apps, Generated
from phantom_lab.check.sources import distinct, find
from phantom_lab.outcomes import ActionCall
from phantom_lab.outcomes.declared import Demand, Read
from phantom_lab.trials.trial import Trials

FIELDS = 100
SAMPLES = "sample_data"


def results() -> None:
    """One generated result against reading the same from a text."""
    reads = tuple(Read(f"action_result.data.*.inner.field_{number}") for number in range(FIELDS))
    generated = Generated(None, lambda file: Demand(reads={"look_1": reads}))
    call = ActionCall("look up", "look_1", "x", "X", {"ip": "192.0.2.1"}, 1)
    made = generated.outcome(call)
    assert made is not None
    text = json.dumps(made.results[0].to_json())
    print("\n| results | ms | instead | ms | ratio |\n| --- | ---: | --- | ---: | ---: |")
    row(f"a generated result of {FIELDS} fields", fastest(lambda: generated.outcome(call)), "`json.loads` of it",
        fastest(lambda: json.loads(text)))


def runs() -> None:
    """Whole runs on one core, and what one of them holds at its most."""
    print("\n| runs to the end | playbooks | a second and core | memory a run, median |\n| --- | ---: | ---: | ---: |")
    apps = os.environ.get("PHANTOM_LAB_APPS")
    corpus = os.environ.get("PHANTOM_LAB_CORPUS", "")
    for name, folders in (("the sample playbooks", [SAMPLES]),
                          ("`PHANTOM_LAB_CORPUS`", [one for one in corpus.split(os.pathsep) if one])):
        if not folders:
            continue
        playbooks = [one for one in distinct(find(folders)) if isinstance(one, Playbook)]
        trials = Trials(Apps.load(apps) if apps else None, [*folders, *dict.fromkeys(
            str(one.path.parent) for one in playbooks if one.path)])
        with contextlib.redirect_stdout(io.StringIO()):
            for playbook in playbooks:  # sources and exports are read once
                trials.run(playbook)
            start = time.process_time()
            for playbook in playbooks:
                trials.run(playbook)
            took = time.process_time() - start
            peaks = [peak(trials, playbook) for playbook in playbooks[::5]]
        rate, used = len(playbooks) / took, median(peaks) / 2**20
        print(f"| {name} | {len(playbooks)} | {rate:.0f} | {used:.1f} MB |", flush=True)


def peak(trials: Trials, playbook: Playbook) -> int:
    """Bytes that a run holds at its most."""
    tracemalloc.start()
    try:
        trials.run(playbook)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


if __name__ == "__main__":

    results()
    runs()

"""Print what the platform costs: filters of the local REST, and checking playbooks: ``python -m bench.platform``.

Folders of playbooks to check are named in ``PHANTOM_LAB_CORPUS``, separated as in ``PATH``.
"""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

from werkzeug.test import Client

from bench.measure import fastest, row
from phantom_lab import Lab
from phantom_lab.check.checking import check
from phantom_lab.cli.lab_rest import LabRest

ARTIFACTS = 10_000
FILTERS = {
    "a field": ("artifact?_filter_name=\"artifact 77\"", lambda one: one["name"] == "artifact 77"),
    "a CEF field, all pages": ("artifact?_filter_cef__sourceAddress=\"10.0.0.7\"&page_size=0",
                               lambda one: one["cef"].get("sourceAddress") == "10.0.0.7"),
    "part of a text": ("artifact?_filter_name__icontains=\"fact 99\"&page_size=0",
                       lambda one: "fact 99" in one["name"].lower()),
}
SAMPLES = Path(__file__).parent.parent / "sample_data"


def filters() -> None:
    """A request to the local REST, against the comprehension over the same records."""
    artifacts = [{"name": f"artifact {n}", "cef": {"sourceAddress": f"10.0.0.{n % 250}"}} for n in range(ARTIFACTS)]
    lab = Lab({"container": {"name": "bench"}, "artifacts": artifacts})
    client, records = Client(LabRest(lab, lambda request: None)), lab.artifacts
    print("\n| local REST | ms | instead | ms | ratio |\n| --- | ---: | --- | ---: | ---: |")
    for name, (path, holds) in FILTERS.items():
        there = [one["id"] for one in records.values() if holds(one)]
        assert client.get(f"/rest/{path}").json["count"] == len(there) > 0
        row(f"{ARTIFACTS:,} artifacts filtered by {name}", fastest(lambda path=path: client.get(f"/rest/{path}")),
            "comprehension", fastest(lambda holds=holds: [one for one in records.values() if holds(one)]))


def checks() -> None:
    """Seconds of the processor and the process's memory at its most."""
    print("\n| `phantom-lab check` | files | s | ms a file | memory at most |\n| --- | ---: | ---: | ---: | ---: |")
    corpus = os.environ.get("PHANTOM_LAB_CORPUS", "")
    for name, folders in (("the sample playbooks", [str(SAMPLES)]),
                          ("`PHANTOM_LAB_CORPUS`", [one for one in corpus.split(os.pathsep) if one])):
        if not folders:
            continue
        start = time.process_time()
        report = check(folders)
        took = time.process_time() - start
        files = report.playbooks + report.custom_functions
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {name} | {files} | {took:.1f} | {took / files * 1e3:.1f} | {used:.0f} MB |", flush=True)


if __name__ == "__main__":
    checks()
    filters()

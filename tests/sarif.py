"""SARIF logs, held against the schema that its committee publishes."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from tests.conftest import ROOT


@cache
def _schema() -> Any:
    from jsonschema import Draft4Validator  # only now: it takes seconds, in every process that finds tests

    return Draft4Validator(json.loads((ROOT / "tests/vendored/sarif-schema-2.1.0.json").read_text(encoding="utf-8")))


def only_run(text: str) -> dict[str, Any]:
    """The run of a valid log that holds one."""
    log = json.loads(text)
    assert [f"{'/'.join(map(str, one.path))}: {one.message}" for one in _schema().iter_errors(log)] == []
    assert len(log["runs"]) == 1
    run: dict[str, Any] = log["runs"][0]
    return run

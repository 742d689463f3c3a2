"""What is large costs as much for each of its parts as what is small, and what is dense does not fill the machine."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.check.checking import check
from phantom_lab.cli import main
from phantom_lab.errors import InputError
from phantom_lab.limits import VARIABLE
from phantom_lab.model.jsons import read_json

FLOW = """
import phantom.rules as phantom
def on_start(container):
    phantom.collect2(container=container, datapath=["artifact:*.cef.key1", "artifact:*.cef.text"])
    phantom.act("look up", parameters=[{"ip": "1.2.3.4"}], assets=["a"], name="look_1", callback=after)
def after(results=None, container=None, **kwargs):
    phantom.collect2(container=container, datapath=["look_1:action_result.data.*.key1"], action_results=results)
"""


def of_run(folder: Path, cef: dict[str, object], data: list[object]) -> Callable[[], None]:
    """A run over files with such values, and its summary."""
    (folder / "c.json").write_text(json.dumps({"name": "x", "artifacts": [{"name": "a", "cef": cef}]}))
    (folder / "r.json").write_text(json.dumps([{"action": "look up", "data": data}]))

    def run() -> None:
        found = Lab(folder / "c.json", results=folder / "r.json").run(
            Playbook.from_source(FLOW, name="flow"), journal=folder / "j.jsonl")
        assert found.status == "success", found.message
        found.summary()
    return run


def keys(folder: Path, size: int) -> Callable[[], None]:
    many = {f"key{number}": number for number in range(size)}
    return of_run(folder, many, [many])


def text(folder: Path, size: int) -> Callable[[], None]:
    return of_run(folder, {"text": "a b\n" * size}, [{"text": "1.2.3.4 " * size}])


def functions(folder: Path, size: int) -> Callable[[], None]:
    """The source of a playbook, checked: one long chain of functions."""
    body = "".join(f"def f{number}(container=None, **kwargs):\n    f{number + 1}()\n" for number in range(size))
    (folder / "flow.py").write_text(f"import phantom.rules as phantom\ndef on_start(container):\n    f0()\n{body}"
                                    f"def f{size}(container=None, **kwargs):\n    pass\n")
    return lambda: print(check([folder / "flow.py"]))


@pytest.mark.parametrize(("make", "size"), [(keys, 5_000), (text, 100_000), (functions, 300)])
def test_ten_times_as_much_takes_no_more_than_fifteen_times_as_long(
        make: Callable[[Path, int], Callable[[], None]], size: int, tmp_path: Path):
    """A share that is fixed left out."""
    def seconds(size: int) -> float:
        carry_out = make(tmp_path, size)
        begun = time.process_time()
        carry_out()
        return time.process_time() - begun

    seconds(1)
    fixed = seconds(1)
    assert seconds(10 * size) - fixed < 15 * max(seconds(size) - fixed, 0.05)


@pytest.mark.parametrize("one", ["[],", "{},", '{"a":[]},'])
def test_json_of_too_many_values_is_told_in_one_line(one: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                     monkeypatch: pytest.MonkeyPatch):
    """Before it is read; a text that only looks like it is read, and so is it where the limit is raised."""
    file = tmp_path / "c.json"
    file.write_text(f'{{"name": "x", "data": {{"a": [{one * 1_450_000}1]}}}}')
    (tmp_path / "flow.py").write_text(FLOW)
    assert main(["run", str(tmp_path / "flow.py"), "--container", str(file)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "bytes with so many values would take " in told
    file.write_text(json.dumps({"name": "x", "data": {"a": one * 1_450_000}}))
    assert len(read_json(file, "container")["data"]["a"]) == len(one) * 1_450_000
    file.write_text(f"[{one * 10}1]")
    monkeypatch.setattr("phantom_lab.limits.ROOM", 0)
    with pytest.raises(InputError, match=f"{VARIABLE}=[0-9]+ allows it"):
        read_json(file, "container")
    monkeypatch.setenv(VARIABLE, "100000")
    assert len(read_json(file, "container")) == 11

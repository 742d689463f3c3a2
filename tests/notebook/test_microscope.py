"""The microscope in the panel: a drawer over the moment that is looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab
from phantom_lab.notebook.controller import Controller
from phantom_lab.notebook.parts.microscope import ROWS


def asked(controller: Controller, **message: Any) -> dict[str, Any]:
    controller.take({"part": "microscope", **message})
    return controller.view("microscope")


@pytest.fixture
def controller(samples: Path) -> Controller:
    """At rest in a block that was handed results."""
    lab = Lab(samples / "containers" / "phishing_report.json", results=samples / "results" / "phishing.json")
    stepper = lab.step(samples / "playbooks" / "triage_phishing_sources.py")
    for _ in range(3):
        stepper.step()
    return Controller(stepper)


def test_it_is_shut_until_somebody_opens_it(controller: Controller) -> None:
    """And costs nothing until then."""
    assert controller.view("microscope") == {}
    assert asked(controller, type="open", toggle=True)["text"] == ""
    assert asked(controller, type="open", toggle=True) == {}
    assert asked(controller, type="path", text="container:id")["rows"] == ["42"]
    assert asked(controller, type="close") == {}


def test_it_tells_where_a_datapath_loses_its_values(controller: Controller) -> None:
    """Step by step, with what has no such key."""
    view = asked(controller, type="path", text="geolocate_sources:action_result.data.*.country_nam")
    assert [(one["step"], one["there"], one["lost"]) for one in view["levels"]] == [
        ("", 7, 0), ("action_result", 7, 0), ("data", 7, 0), ("*", 6, 1), ("country_nam", 0, 6)]
    assert view["lost"] == 4
    assert '"city_name"' in view["levels"][4]["where_lost"]
    assert "closest is `country_name`" in view["problem"]
    assert view["offers"][0]["name"] == "country_name"


def test_what_is_being_typed_is_no_mistake(controller: Controller) -> None:
    """A dot or a colon at the end is read as if it were not there yet."""
    view = asked(controller, type="path", text="artifact:*.cef.")
    assert (view["problem"], view["levels"][-1]["step"]) == ("", "cef")
    assert "sourceAddress" in [one["name"] for one in view["offers"]]
    view = asked(controller, type="path", text="container:")
    assert (view["problem"], view["levels"]) == ("", [])


def test_it_reads_at_the_moment_that_is_looked_at(controller: Controller) -> None:
    """Before the action came back there is nothing of it."""
    text = "geolocate_sources:action_result.data.*.city_name"
    assert asked(controller, type="path", text=text)["at"] == "invocation 4, country_decision"
    controller.take({"part": "head", "type": "go", "n": 1})
    view = controller.view("microscope")
    assert (view["at"], view["total"]) == ("invocation 1, on_start", 0)
    assert "geolocate_sources has not run" in view["problem"]


def test_what_is_sent_is_bounded_and_inert(samples: Path) -> None:
    """Rows, values and keys, however many and long."""
    evil = "<img src=x onerror=alert(1)>\u202e"
    many = [{"cef": {evil: "x" * 2_000, "n": list(range(100))}} for _ in range(500)]
    controller = Controller(Lab({"container": {"name": "x"}, "artifacts": many}).step(
        samples / "playbooks" / "geolocate_ip.py"))
    view = asked(controller, type="path", text="artifact:*.cef.n.*")
    assert (len(view["rows"]), view["total"]) == (ROWS, 50_000)
    view = asked(controller, type="path", text="artifact:*.cef.")
    assert "\u202e" not in json.dumps(view, ensure_ascii=False).replace(view["offers"][0]["text"], "")
    assert len(json.dumps(view)) < 40_000


def test_a_slip_is_told_however_often_its_datapath_is_read(controller: Controller) -> None:
    """Also after another one was typed, and one that has none."""
    text = "geolocate_sources:action_result.data.country_name"
    first = asked(controller, type="path", text=text)["hints"]
    assert "is a list" in first[0]
    assert asked(controller, type="path", text="container:id")["hints"] == []
    assert asked(controller, type="path", text=text)["hints"] == first

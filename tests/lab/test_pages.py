"""A run as static HTML: everything is there, nothing executes, nothing is cut in silence."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from phantom_lab import InputError, Lab, Playbook, html_report, success
from phantom_lab.pages import fragment
from phantom_lab.pages.markup import CELL, ROWS, defanged, written

SOURCE = """
import phantom.rules as phantom
def on_start(container):
    phantom.act("look", parameters=[{"a": 1}], assets=["x"], name="look_1", callback=done)
def done(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    phantom.debug(container["name"])
    phantom.set_severity(container, "high")
    raise ValueError(container["name"])
"""
EVIL = "<img src=x onerror='pwned()'><script>pwned()</script>\x1b[31m\u202e https://evil.example.com/a"


class Elements(HTMLParser):
    """Tags, attributes and text of a page, as a browser reads it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def page(tmp_path: Path) -> Elements:
    lab = Lab({"name": EVIL, "artifacts": [{"name": EVIL, "cef": {EVIL: EVIL}}]})
    lab.action("look")(lambda parameter: success([{EVIL: EVIL}, {"n": 2}], summary={EVIL: EVIL}, message=EVIL))
    run = lab.run(Playbook.from_source(SOURCE, name="evil"), journal=tmp_path / "run.jsonl")
    assert run.report(tmp_path / "run.html") == tmp_path / "run.html"
    assert (tmp_path / "run.html").read_text(encoding="utf-8") == html_report(tmp_path / "run.jsonl")
    return Elements((tmp_path / "run.html").read_text(encoding="utf-8"))


def test_a_report_tells_what_came_in_what_was_done_and_what_was_raised(page: Elements) -> None:
    """The sections, by what people look for."""
    for told in ("look_1", "container severity", "high", "ValueError", "line 8", "phantom.set_severity",
                 "done is invoked because action look_1", "action_result.status"):
        assert told in page.text, told


def test_nothing_of_hostile_data_becomes_an_element_an_attribute_a_link_or_a_control_character(page: Elements) -> None:
    """It stays text, and visible."""
    assert page.tags.isdisjoint({"script", "img", "a", "iframe", "link", "object", "form"})
    assert {one for one in page.attributes if one.startswith("on")} == set()
    assert page.attributes.isdisjoint({"src", "href", "style"})
    assert "<img src=x onerror=" in page.text
    assert "hxxps://evil[.]example[.]com/a" in page.text
    assert "https://" not in page.text
    assert not {"\x1b", "\u202e"} & set(page.text)


def test_what_is_cut_says_so() -> None:
    """Rows, cells; and only what is shown is made. What is the same in each row is told once."""
    lab = Lab({"name": "x"})
    rows = [{"n": number, "long": f"{'y' * 1_000}{number:04}"} for number in range(5_000)]
    lab.action("look")(lambda parameter: success(rows))
    run = lab.run(Playbook.from_source(SOURCE, name="many"), journal=None)
    page = html_report(run)
    assert isinstance(page, str)
    assert f"{ROWS} of 5,000 rows are shown" in page
    assert "the same in each of these rows: action_result.status = success, " in page
    assert f"{'y' * CELL}… (1,004 characters)" in page
    assert len(page) < 400_000
    assert "20 of 5,000 rows are shown" in written(fragment(run.journal, looking=2))


def test_a_run_that_has_not_ended_says_where_it_stands() -> None:
    """It is not running: it rests, waits for an outcome, or was cut off there."""
    stepper = Lab({"name": "x"}).step(Playbook.from_source(SOURCE, name="evil"), journal=None)

    def told() -> list[str]:
        return [Elements(one).text for one in (html_report(stepper), written(fragment(stepper.journal)))]

    assert all("not ended: it stands before on_start (invocation 1, line 3)" in one for one in told())
    stepper.resume()
    assert all("not ended: look_1 needs an outcome" in one for one in told())
    stepper.fail("no route")
    assert all("running" not in one and "needs its kernel" not in one for one in told())


@pytest.mark.parametrize(("text", "shown"), [
    ("see http://a.b/c.d?e=f.g", "see hxxp://a[.]b/c.d?e=f.g"), ("HTTPS://A.B", "hxxpS://A[.]B"),
    ("ftp://x.y", "fxp://x[.]y"), ("no link: a.b.c", "no link: a.b.c")])
def test_links_are_defanged(text: str, shown: str) -> None:
    """As analysts write them."""
    assert defanged(text) == shown


def test_a_report_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """The path and why."""
    run = Lab({"name": "x"}).run(Playbook.from_source("def on_start(container): pass", name="p"), journal=None)
    with pytest.raises(InputError, match=r"nowhere.*cannot be written: No such file"):
        run.report(tmp_path / "nowhere" / "x.html")

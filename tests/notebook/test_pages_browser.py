"""What is saved, what a page without Jupyter draws, and what a screen reader is told, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import frames
from phantom_lab.notebook.panel import panel_of
from phantom_lab.terminal import visible
from tests.notebook.hostile import FOUND, HARM, HOOKS, PAYLOADS
from tests.notebook.plain import Plain, plain
from tests.notebook.test_data_browser import CONTRAST, chosen, hostile_run, shown

pytestmark = [pytest.mark.browser]
OF_NBCONVERT = ("https://cdnjs.cloudflare.com/",)
"""What its own template asks for: a loader and MathJax."""


@pytest.fixture(scope="module")
def panel() -> Iterator[Plain]:
    """One page for all of them."""
    with plain() as opened:
        yield opened


def test_nothing_of_published_payloads_runs_or_leaves_once_saved(panel: Plain, tmp_path: Path, shell: Any) -> None:
    """A report, and a saved notebook with frames and with what stands for the panel, opened as their readers do."""
    import nbformat  # only now: together they take seconds to load
    from nbconvert import HTMLExporter

    stepper = hostile_run()
    stepper.resume()
    report, saved = tmp_path / "report.html", tmp_path / "saved.html"
    stepper.run.report(report)
    tables = frames.results(stepper).iloc[:, :12], frames.debug(stepper), frames.changes(stepper)
    outputs = [panel_of(stepper).still.html().data, *(one.to_html() for one in tables)]
    cell = nbformat.v4.new_code_cell("stepper", outputs=[
        nbformat.v4.new_output("display_data", {"text/html": one, "text/plain": PAYLOADS[0]}) for one in outputs])
    saved.write_text(HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))[0], encoding="utf-8")
    told = {one: visible(PAYLOADS[one])[:9] for one in (0, 100, 200)}
    for file, section in ((report, "body"), (saved, ".jp-OutputArea")):
        page = panel.page.context.browser.new_page(viewport={"width": 900, "height": 900})
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("dialog", lambda dialog, asked=asked: (asked.append(dialog.message), dialog.dismiss()))
        page.add_init_script(f"({HOOKS})()")
        page.goto(file.as_uri())
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.locator(section).evaluate_all(f"all => all.flatMap({FOUND})") == []
        assert [one for one in asked if not one.startswith((file.as_uri(), *OF_NBCONVERT))] == []
        assert page.evaluate(HARM, 900) == []
        text = page.locator(section).first.text_content()
        assert [one for one in told.values() if one not in text] == []
        page.close()


def test_a_page_without_jupyter_and_without_eval_draws_it(panel: Plain) -> None:
    """As in VS Code: nothing of Jupyter, its classes and colors, and a policy that refuses what is not the module."""
    shown(panel, 1, "vscode-dark")
    page = panel.page
    page.locator(".phl-sentence", has_text="decide is invoked because").wait_for()
    for tab in ("results", "container", "log"):
        chosen(panel, tab)
    worst = page.evaluate(CONTRAST)
    assert worst[0][0] >= 4.5, worst[:3]
    assert page.locator(".phl-part-data").evaluate("one => getComputedStyle(one).color") == "rgb(204, 204, 204)"
    assert page.problems == []
    refused = page.evaluate("""async () => {
        const script = document.createElement('script');
        script.textContent = 'window.typed = 1';
        document.body.append(script);
        const code = "export let told; try { told = eval('1'); } catch (error) { told = error.name; }";
        const { told } = await import(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
        return [told, window.typed];
    }""")
    assert refused == ["EvalError", None]
    page.problems.clear()


def test_a_screen_reader_is_told_what_everything_is(panel: Plain) -> None:
    """By the tree that the browser hands it: roles and names of whatever takes the focus, heads of tables, and the
    region that speaks by itself of where the run rests."""
    shown(panel, 1)
    page = panel.page
    chosen(panel, "results")
    page.locator(".phl").focus()
    page.keyboard.press("l")
    page.locator(".phl-part-timeline table").wait_for()
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes = [(one["role"]["value"], one.get("name", {}).get("value", ""),
              {each["name"]: each["value"].get("value") for each in one.get("properties", ())})
             for one in tree if not one["ignored"]]
    takes = [(role, name) for role, name, told in nodes if told.get("focusable") and role != "RootWebArea"]
    assert [one for one in takes if one[0] in ("generic", "none", "") or not (one[1].strip() or one[0] == "cell")] == []
    roles = {role for role, _ in takes}
    assert {"button", "tab", "searchbox", "region", "gridcell" if "gridcell" in roles else "cell"} <= roles, roles
    assert ("toolbar", "stepping") in [one[:2] for one in nodes]
    assert {"columnheader", "tablist", "status"} <= {role for role, _, _ in nodes}
    speaks = [told for role, _, told in nodes if role == "status"]
    assert all(one.get("live") == "polite" for one in speaks)
    children = {one["nodeId"]: one for one in tree}

    def text(node: dict[str, Any]) -> str:
        own = node.get("name", {}).get("value", "") if node["role"]["value"] == "StaticText" else ""
        return own + "".join(text(children[one]) for one in node.get("childIds", ()))

    [sentence, *_] = [text(one) for one in tree if one.get("role", {}).get("value") == "status"]
    assert sentence.startswith("decide is invoked because action look_1 completed")
    tables = [one for one in tree if one.get("role", {}).get("value") in ("table", "grid")]
    assert tables

    def below(node: dict[str, Any]) -> set[str]:
        return {node["role"]["value"]}.union(*(below(children[one]) for one in node.get("childIds", ())))

    assert all("columnheader" in below(one) for one in tables)

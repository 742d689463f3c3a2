"""The tour in a real JupyterLab, in a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import ROOT
from tests.notebook.jupyterlab import CHROMIUM, FLAGS, Notebook, Server, jupyterlab
from tests.patience import LONG

pytestmark = [pytest.mark.browser]
SCREENSHOTS = Path(os.environ.get("PHANTOM_LAB_SCREENSHOTS", ROOT / "build" / "screenshots"))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a user has: notebooks and sample data."""
    root = tmp_path_factory.mktemp("workspace")
    for folder in ("notebooks", "sample_data"):
        shutil.copytree(ROOT / folder, root / folder)
    return root


@pytest.fixture(scope="module")
def server(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with jupyterlab(workspace, tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture(scope="module")
def page(server: Server) -> Iterator[Any]:
    """JupyterLab in a page that notes every request off this machine, and every script that hostile data starts."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="install the test extra")
    if CHROMIUM is None:
        pytest.fail("the browser test needs Chromium: `make test` installs Debian's, or put one on the PATH")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = chromium.new_page(viewport={"width": 1360, "height": 1000})
        opened.set_default_timeout(1000 * LONG)
        opened.outside = []
        opened.on("request", lambda request: opened.outside.append(request.url)
                  if not request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")) else None)
        opened.goto(f"{server.url}/lab?token={server.token}")
        opened.wait_for_function("window.jupyterapp")
        yield opened
        chromium.close()


def test_the_tour_is_stepped_by_clicks_while_other_cells_run(page: Any) -> None:
    """Click Step, see the next block and its results, and run another cell while the playbook rests."""
    notebook = Notebook(page, "notebooks/01_tour.ipynb")
    notebook.run(0)
    cell = notebook.run(1)
    _says(cell, "on_start is invoked because the playbook starts")
    cell.get_by_role("button", name="Step", exact=True).click()
    _says(cell, "geolocate_ip_1 is invoked because on_start calls it")
    cell.get_by_role("button", name="Step", exact=True).click()
    _says(cell, "log_location is invoked because action geolocate_ip_1 completed")

    _open(cell, "results")
    cell.locator("th [title='copy geolocate_ip_1:action_result.data.*.city_name']").wait_for()
    cell.locator("td", has_text="Research").first.wait_for()
    page.screenshot(path=SCREENSHOTS / "tour.png")

    other = notebook.run(2)  # another cell, while this playbook rests
    other.get_by_text("geolocate_ip_1 is invoked because on_start calls it").wait_for()

    cell.get_by_role("button", name="Resume").click()
    cell.locator(".phl-badge", has_text="success").wait_for()
    assert cell.get_by_role("button", name="Step", exact=True).is_disabled()
    assert page.outside == []


def test_a_missing_outcome_is_typed_in_at_the_panel(page: Any, workspace: Path) -> None:
    """The run waits, says what it needs, refuses what is no JSON, and goes on with what is given."""
    notebook = Notebook(page, _notebook(workspace, "outcome.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        Lab("../sample_data/containers/test_incident.json").step("../sample_data/playbooks/no_outcome.py")"""))
    cell = notebook.run(0)
    cell.get_by_role("button", name="Step", exact=True).click()
    _says(cell, "whois_domain_1 is invoked")  # a click while it runs is no further step
    cell.get_by_role("button", name="Step", exact=True).click()
    cell.get_by_text("What did whois domain on whois come back with").wait_for()
    page.screenshot(path=SCREENSHOTS / "needs_outcome.png")
    cell.locator("textarea[name=data]").fill("[{]")
    cell.get_by_role("button", name="Give result").click()
    cell.locator(".phl-problem", has_text="data is not JSON").wait_for()
    cell.locator("textarea[name=data]").fill('[{"registrar": "Typed Registrar"}]')
    cell.get_by_role("button", name="Give result").click()
    _says(cell, "show_status is invoked")
    _open(cell, "results")
    cell.locator("td", has_text="Typed Registrar").wait_for()


def test_hostile_artifacts_stay_text(page: Any, workspace: Path) -> None:
    """Markup and script in keys, cells, names and messages are shown, and nothing of them runs."""
    notebook = Notebook(page, _notebook(workspace, "hostile.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab, frames, success
        evil = "<img src=x onerror='window.pwned=1'><script>window.pwned=1</script>"
        lab = Lab([{"name": evil, "cef": {evil: evil, "x": evil * 50}}])
        lab.add({"container": {"name": evil}, "artifacts": [{"name": evil, "cef": {evil: evil}}]})
        lab.action("geolocate ip")(lambda parameter: success([{evil: [evil]}], summary={evil: evil}, message=evil))
        stepper = lab.step("../sample_data/playbooks/geolocate_ip.py", 2)
        stepper.step(), stepper.step()
        stepper""", """
        from phantom_lab.notebook.panel import panel_of
        panel_of(stepper).snapshot()""", "frames.results(stepper)", "frames.artifacts(stepper)",
        "stepper.position", "raise __import__('phantom_lab').LabError(evil)"))
    cell = notebook.run(0)
    for tab in ("container", "results", "action", "did"):
        _open(cell, tab)
        cell.locator("td").first.click()
        _broken_images_have_told(page)
    page.screenshot(path=SCREENSHOTS / "hostile.png")
    for number in range(1, 6):
        notebook.run(number)
    _broken_images_have_told(page)
    assert page.evaluate("window.pwned") is None
    assert page.outside == []


def test_keys_in_the_panel_step_and_never_reach_the_notebook(page: Any, workspace: Path) -> None:
    """`n` steps; `a` and `b`, which insert cells in JupyterLab, do nothing there; Ctrl+S saves as everywhere."""
    notebook = Notebook(page, _notebook(workspace, "keys.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        Lab("../sample_data/containers/test_incident.json").step("../sample_data/playbooks/geolocate_ip.py")"""))
    cell = notebook.run(0)
    cell.locator(".phl").focus()
    page.keyboard.press("n")
    _says(cell, "geolocate_ip_1 is invoked")
    cell.get_by_role("button", name="Step", exact=True).click()  # a button has the focus now, and keys work on
    _says(cell, "log_location is invoked")
    assert cell.get_by_role("button", name="Step", exact=True).evaluate("button => document.activeElement === button")
    page.keyboard.press("c")
    cell.locator(".phl-badge", has_text="success").wait_for()
    for key in "ab":
        page.keyboard.press(key)
    page.keyboard.press("Control+s")  # but this one does
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.locator(".jp-CodeCell").count() == 1


def test_the_notebook_for_analysts_runs_in_one_go(page: Any) -> None:
    """Every cell in a row, without a click; the panel rests at the callback that the text speaks of."""
    Notebook(page, "notebooks/02_callbacks_for_analysts.ipynb")
    wrong = page.evaluate("""async () => {
        const app = window.jupyterapp;
        await app.commands.execute('notebook:run-all-cells');
        const notebook = app.shell.currentWidget.content;
        const cells = notebook.widgets.filter((cell) => cell.model.type === 'code');
        const outputs = cells.flatMap((cell) => cell.model.outputs.toJSON());
        notebook.activeCellIndex = notebook.widgets.indexOf(cells[1]);
        await notebook.scrollToItem(notebook.activeCellIndex, 'start');
        return outputs.filter((one) => one.output_type === 'error' || one.name === 'stderr');
    }""")
    assert wrong == []
    _says(page, "country_decision is invoked because action geolocate_sources completed")
    page.locator(".phl-tab[data-key=results]").click()
    page.locator("td", has_text="São Paulo").first.wait_for()
    page.locator(".phl").evaluate("panel => panel.scrollIntoView({block: 'center'})")
    page.screenshot(path=SCREENSHOTS / "analysts.png")
    assert page.outside == []


def _broken_images_have_told(page: Any) -> None:
    """Wait until an image that is not there has failed, as those of hostile data would have."""
    page.evaluate("""() => new Promise((done) => {
        const image = new Image();
        image.onerror = done;
        image.src = 'x';
    })""")


def _open(cell: Any, tab: str) -> None:
    cell.locator(f".phl-tab[data-key={tab}]").click()
    cell.locator(f".phl-tab[data-key={tab}][aria-selected=true]").wait_for()


def _says(cell: Any, text: str) -> None:
    cell.locator(".phl-sentence", has_text=text).wait_for()


def _notebook(workspace: Path, name: str, *cells: str) -> str:
    sources = ["\n".join(line.strip() for line in cell.strip().splitlines()) for cell in cells]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (workspace / "notebooks" / name).write_text(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [
            {"cell_type": "code", "id": str(number), "execution_count": None, "metadata": {}, "outputs": [],
             "source": source} for number, source in enumerate(sources)]}))
    return f"notebooks/{name}"


def test_a_prompt_is_answered_at_the_panel(page: Any, workspace: Path) -> None:
    """Its text, its questions with their choices, and three ways to reply."""
    (workspace / "notebooks" / "ask.py").write_text(textwrap.dedent("""
        import phantom.rules as phantom
        def on_start(container):
            phantom.prompt2(container=container, user="admin", message="Block {0}?", parameters=["container:name"],
                            name="ask_1", callback=answered, response_types=[
                                {"prompt": "Sure?", "options": {"type": "list", "choices": ["Yes", "No"]}},
                                {"prompt": "Why?", "options": {"type": "message"}}])
        def answered(results=None, **kwargs):
            phantom.debug(results[0]["action_results"][0]["summary"]["responses"])
    """))
    notebook = Notebook(page, _notebook(workspace, "prompt.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        stepper = Lab({"name": "<b>X</b>"}).step("ask.py")
        stepper"""))
    cell = notebook.run(0)
    cell.get_by_role("button", name="Step", exact=True).click()
    cell.get_by_text("Block <b>X</b>? (prompt to admin)").wait_for()
    cell.locator("select").select_option("No")
    cell.locator("input[name=response]").fill("it is ours")
    page.screenshot(path=SCREENSHOTS / "prompt.png")
    cell.get_by_role("button", name="Respond").click()
    _says(cell, "answered is invoked because prompt ask_1 completed")
    _open(cell, "results")
    cell.locator("td", has_text="it is ours").first.wait_for()


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_a_sigterm_ends_the_jupyterlab_that_the_command_started(server: Server) -> None:
    """In good order: the command waits for it, and its port is free again."""
    (jupyterlab,) = psutil.Process(server.command.pid).children()
    assert server.answers
    server.command.send_signal(signal.SIGTERM)
    assert server.command.wait(LONG) == 0
    assert not jupyterlab.is_running()
    assert not server.answers

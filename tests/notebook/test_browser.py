"""The tour in a real JupyterLab, in a real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import ROOT
from tests.notebook import hostile
from tests.notebook.jupyterlab import CHROMIUM, FLAGS, Notebook, Server, jupyterlab, notebook_file
from tests.notebook.test_notebooks import IN_THE_BROWSER
from tests.patience import LONG

pytestmark = [pytest.mark.browser]
PALE = """part => {
    const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgb = (color) => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = color;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, under) => [0, 1, 2].map((n) => top[n] * top[3] + under[n] * (1 - top[3]));
    const light = (color) => color.slice(0, 3).map((one) => one / 255)
        .map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
        .reduce((sum, one, n) => sum + one * [0.2126, 0.7152, 0.0722][n], 0);
    const found = [];
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const around = node.parentElement;
        if (!node.data.trim() || !around.getClientRects().length) continue;
        const under = [];
        for (let one = around; one; one = one.parentElement) under.push(rgb(getComputedStyle(one).backgroundColor));
        const base = under.reverse().reduce((below, one) => over(one, below), [255, 255, 255]);
        const pair = [light(over(rgb(getComputedStyle(around).color), base)), light(base)].sort((a, b) => b - a);
        const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
        if (contrast < 4.5) found.push([node.data.trim().slice(0, 40), around.className, contrast]);
    }
    return found;
}"""
"""Texts of a part whose contrast is below 4.5."""
IN_SIGHT = """scroll => {
    const box = scroll.getBoundingClientRect(), first = Math.floor(scroll.scrollTop / 18) + 1;
    return [...Array(Math.floor(scroll.clientHeight / 18)).keys()].map((place) => {
        const row = scroll.querySelector(`[data-line="${first + place}"]`), top = row?.getBoundingClientRect().top;
        return [first + place, Math.round(top - box.top + scroll.scrollTop), row?.className, row?.textContent];
    });
}"""
"""Lines in sight of the source: where each is drawn, and what it shows."""
STEPPED = """(root, look) => new Promise((done) => {
    new MutationObserver((_, observer) => {
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(eval(look)(root.querySelector('.phl-src')))));
    }).observe(root.querySelector('.phl-sentence'), {subtree: true, childList: true, characterData: true});
    root.querySelector('.phl-step').click();
})"""
"""What is in sight in the first frame that shows the next step."""
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
    notebook = Notebook(page, "notebooks/01_tour.ipynb", shared=True)
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
    notebook = Notebook(page, notebook_file(workspace, "outcome.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        Lab("../sample_data/containers/test_incident.json").step("../sample_data/playbooks/no_outcome.py")
        """), shared=True)
    cell = notebook.run(0)
    cell.get_by_role("button", name="Step", exact=True).click()
    _says(cell, "whois_domain_1 is invoked")  # a click while it runs is no further step
    cell.get_by_role("button", name="Step", exact=True).click()
    cell.get_by_text("What did whois domain on whois come back with").wait_for()
    assert cell.locator(".phl-src-spot").get_attribute("data-kind") == "waits"
    cell.get_by_text("From JSON").click()
    cell.get_by_label("a result as JSON").fill("[{]")
    cell.get_by_role("button", name="Fill in").click()
    cell.locator(".phl-problem", has_text="this is not JSON").wait_for()
    cell.get_by_label("a result as JSON").fill('[{"registrar": "Typed Registrar", "days": 3}]')
    cell.get_by_role("button", name="Fill in").click()
    cell.locator("input[name=days]").fill("many")
    page.screenshot(path=SCREENSHOTS / "needs_outcome.png")
    cell.get_by_role("button", name="Give", exact=True).click()
    cell.locator(".phl-wrong", has_text="'many' is no number").wait_for()
    cell.locator("input[name=days]").fill("4")
    cell.get_by_role("button", name="Add an item").click()
    cell.get_by_label("remove item 2").click()
    cell.get_by_role("button", name="Give", exact=True).click()
    _says(cell, "show_status is invoked")
    _open(cell, "results")
    cell.locator("td", has_text="Typed Registrar").wait_for()


def test_the_frame_that_shows_a_step_shows_all_lines_in_sight(page: Any, workspace: Path) -> None:
    """Lines out of sight follow, so that all that the view holds is there in the end."""
    notebook = Notebook(page, notebook_file(workspace, "frames.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        lab = Lab("../sample_data/containers/phishing_report.json", results="../sample_data/results/phishing.json")
        stepper = lab.step("../sample_data/playbooks/triage_phishing_sources.py")
        stepper"""), shared=True)
    panel = notebook.run(0).locator(".phl")
    panel.locator(".phl-step").wait_for()
    source = panel.locator(".phl-src")
    for _ in range(7):
        painted = panel.evaluate(STEPPED, IN_SIGHT)
        assert len(painted) > 10
        assert all(top == (line - 1) * 18 for line, top, _, _ in painted)
        first, last = re.findall(r"lines (\d+) to (\d+)", source.get_attribute("aria-label"))[0]
        page.wait_for_function("""([first, last]) => String([...document.querySelectorAll('.phl-src-line')].map(
            row => Number(row.dataset.line))) === String([...Array(last - first + 1).keys()].map((n) => first + n))""",
                               arg=[int(first), int(last)])
        assert source.evaluate(IN_SIGHT) == painted
        assert source.locator(".phl-src-spot").count() == 1


def test_the_source_and_the_microscope_are_driven_by_keys_and_clicks(page: Any, workspace: Path) -> None:
    """Values, calls, a breakpoint, the caller's line; a datapath clicked together; text is readable in both themes."""
    notebook = Notebook(page, notebook_file(workspace, "source.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        lab = Lab("../sample_data/containers/phishing_report.json", results="../sample_data/results/phishing.json")
        stepper = lab.step("../sample_data/playbooks/triage_phishing_sources.py")
        for _ in range(4): stepper.step()
        stepper.go(2)
        stepper"""), shared=True)
    cell = notebook.run(0)
    source = cell.locator(".phl-part-source")
    source.locator(".phl-src-spot .phl-src-number", has_text="22").wait_for()
    first = source.locator(".phl-src-line[data-line='1']")
    first.evaluate("row => { row.kept = true; }")
    cell.locator(".phl").focus()
    page.keyboard.press("v")
    source.locator(".phl-src-values", has_text="matched_artifacts_1 = [").first.wait_for()
    assert first.evaluate("row => row.kept")  # what shows the same is not drawn anew
    source.get_by_label("line 26 made 1 call").click()
    called = source.locator(".phl-src-callname").first
    called.wait_for()
    assert called.evaluate("name => name.offsetWidth > 0.8 * name.parentElement.offsetWidth")  # JupyterLab: a fifth
    source.locator(".phl-src-gave", has_text="gave [[102").wait_for()
    source.get_by_label("close").click()
    page.wait_for_function("document.activeElement.closest('.phl')")
    page.keyboard.press("b")
    source.get_by_label("Rest before filter_sources if").fill("container['id'] == 42")
    source.get_by_role("button", name="Set", exact=True).click()
    source.locator(".phl-src-point[data-condition=true]").wait_for()
    cell.locator(".phl").focus()
    page.keyboard.press("t")
    source.locator(".phl-src-spot .phl-src-number", has_text="16").wait_for()
    source.locator(".phl-src").evaluate("scroll => { scroll.scrollTop = 1e9; }")
    source.locator(".phl-src-line[data-line='164']").wait_for()

    cell.locator(".phl").focus()
    page.keyboard.press("d")
    microscope = cell.locator(".phl-part-microscope")
    microscope.get_by_role("button", name="artifact:*.cef.", exact=True).click()
    microscope.get_by_role("button", name="sourceAddress").first.click()
    microscope.locator(".phl-mic-row", has_text="77.88.8.8").wait_for()
    microscope.locator("input").fill("artifact:*.cef.sourceAdress")
    microscope.locator(".phl-wrong", has_text="closest is `sourceAddress`").wait_for()
    microscope.locator(".phl-mic-lost").first.wait_for()
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        page.locator(f"[data-jp-theme-name='{theme}']").first.wait_for(state="attached")
        cell.locator(".phl").evaluate("panel => panel.scrollIntoView({block: 'start'})")
        page.screenshot(path=SCREENSHOTS / f"source_{theme[-5:].strip().lower()}.png")
        for part in (source, microscope):
            assert part.evaluate(PALE) == []
    microscope.locator("input").press("Escape")
    microscope.wait_for(state="hidden")
    assert page.outside == []


def test_hostile_data_stays_text_in_every_view(page: Any, workspace: Path) -> None:
    """Published payloads in every field: nothing runs, nothing is loaded, and nothing is pushed aside at 900 pixels."""
    hostile.written(workspace / "notebooks")
    notebook = Notebook(page, notebook_file(workspace, "hostile.ipynb", hostile.CELL, "%phantom snapshot",
                        "%phantom snapshot hostile.html", "frames.results(stepper)", """
        artifacts = frames.artifacts(stepper)
        artifacts[[one for one in artifacts if "$$" in one]].dropna()""",
                        "stepper.position", "raise __import__('phantom_lab').LabError(texts[0])"), shared=True)
    dialogs: list[str] = []
    loaded: list[str] = []
    page.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    page.on("request", lambda one: loaded.append(one.url) if one.resource_type not in ("fetch", "xhr", "websocket")
            and "/static/" not in one.url and not one.url.startswith("blob:") else None)
    page.evaluate(hostile.HOOKS)
    size = page.viewport_size
    page.set_viewport_size({"width": 900, "height": 1000})
    try:
        cell = notebook.run(0)
        panel = cell.locator(".phl")

        def harmless() -> None:
            """After what was just opened is painted."""
            _painted(page)
            assert panel.evaluate(hostile.FOUND) == []
            assert panel.evaluate(hostile.WIDER) == []

        def every_tab() -> None:
            for tab in cell.locator(".phl-tab").evaluate_all("all => all.map((one) => one.dataset.key)"):
                _open(cell, tab)
                harmless()

        cell.locator(".phl-node", has_text="<").first.wait_for()
        cell.locator(".phl-node", has_text="<").first.press("Enter")
        cell.get_by_role("menuitem", name="Why not?").wait_for()
        harmless()
        cell.get_by_role("menuitem", name="Why not?").click()
        cell.locator(".phl-problem:not([hidden])", has_text="nothing in this run is called").wait_for()
        harmless()
        cell.get_by_role("button", name="Step", exact=True).click()
        _says(cell, "tell is invoked")
        every_tab()
        panel.focus()
        page.keyboard.press("d")
        for path in ("artifact:*.cef.", "look_1:action_result.data.*."):
            cell.locator(".phl-mic-input").fill(path)
            cell.locator(".phl-mic-offer", has_text="<").first.click()
            cell.locator(".phl-mic-row", has_text="<").first.wait_for()
            harmless()
        cell.locator(".phl-mic-input").press("Escape")
        cell.get_by_role("button", name="Step", exact=True).click()
        cell.locator(".phl-message", has_text="<script").wait_for()
        page.screenshot(path=SCREENSHOTS / "hostile.png")
        every_tab()
        for number in range(1, 6):
            notebook.run(number)
        cell.locator("select[data-question='0']").select_option(index=2)
        cell.get_by_role("radio").first.check()
        cell.locator("textarea[data-question='2']").fill(hostile.PAYLOADS[0])
        cell.get_by_role("button", name="Respond", exact=True).click()
        _says(cell, "last is invoked")
        cell.get_by_role("button", name="Resume", exact=True).click()
        cell.locator(".phl-raised-title", has_text="ValueError").wait_for()
        panel.focus()
        page.keyboard.press("v")
        page.keyboard.press("l")
        every_tab()
        notebook.run(6)
        still = page.locator(".jp-OutputArea-output", has=page.locator(".mathjax_ignore"))
        assert [one.evaluate(hostile.FOUND) for one in still.all()] == [[]] * 4
        assert page.locator("table.mathjax_ignore", has_text="$$").count() == 1
        assert page.locator("mjx-container, .MathJax").count() == 0  # no data is a formula
        _painted(page)
        assert (page.evaluate("window.executed"), dialogs, loaded, page.outside) == ([], [], [], [])
    finally:
        page.set_viewport_size(size)


def test_what_takes_long_shows_how_far_it_is_and_is_stopped_by_a_click(page: Any, workspace: Path) -> None:
    """A run without an end, while its cell works: the bar's button ends it, as an interrupt does."""
    notebook = Notebook(page, notebook_file(workspace, "long.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab, Playbook
        lab = Lab({"name": "x"}, options={"max_steps": 10**12, "max_seconds": 10**6})
        source = "def on_start(container):\\n    while True: again()\\ndef again(**kwargs): pass\\n"
        run = lab.run(Playbook.from_source(source, name="round"))""", "1"), shared=True)
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell'); }")
    cell = page.locator(".jp-CodeCell").first
    cell.get_by_text(re.compile(r"[\d,]+ invocations, \d+ s")).wait_for()
    cell.get_by_role("button", name="Stop", exact=True).click()
    cell.get_by_text("KeyboardInterrupt").first.wait_for()
    assert cell.get_by_role("button").filter(visible=True).filter(has_text="Stop").count() == 0
    notebook.run(1).get_by_text("1", exact=True).first.wait_for()


def test_keys_in_the_panel_step_and_never_reach_the_notebook(page: Any, workspace: Path) -> None:
    """`n` steps; `a` and `b`, which insert cells in JupyterLab, do nothing there; Ctrl+S saves as everywhere."""
    notebook = Notebook(page, notebook_file(workspace, "keys.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        Lab("../sample_data/containers/test_incident.json").step("../sample_data/playbooks/geolocate_ip.py")
        """), shared=True)
    cell = notebook.run(0)
    cell.locator(".phl").focus()
    page.keyboard.press("n")
    _says(cell, "geolocate_ip_1 is invoked")
    cell.get_by_role("button", name="Step", exact=True).click()  # a button has the focus now, and keys work on
    _says(cell, "log_location is invoked")
    assert cell.get_by_role("button", name="Step", exact=True).evaluate("button => document.activeElement === button")
    page.keyboard.press("c")
    cell.locator(".phl-badge", has_text="success").wait_for()
    cell.locator(".phl-mark").first.click(button="right")
    page.get_by_role("menuitem", name="Why?", exact=True).click()
    cell.locator(".phl-answer", has_text="on_start is invoked").wait_for()
    cell.get_by_label("close the answer").click()  # what had the focus is gone, and the panel takes it
    page.wait_for_function("document.activeElement.classList.contains('phl')")
    for key in "ab":
        page.keyboard.press(key)
    page.keyboard.press("Control+s")  # but this one does
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    _painted(page)
    assert page.locator(".jp-CodeCell").count() == 1


def test_the_notebook_for_analysts_runs_in_one_go(page: Any) -> None:
    """Every cell in a row, without a click; the panel rests at the callback that the text speaks of."""
    Notebook(page, f"notebooks/{IN_THE_BROWSER}", shared=True)
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


def _painted(page: Any) -> None:
    """Wait until what has been asked for is on the screen."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _open(cell: Any, tab: str) -> None:
    cell.locator(f".phl-tab[data-key={tab}]").click()
    cell.locator(f".phl-tab[data-key={tab}][aria-selected=true]").wait_for()


def _says(cell: Any, text: str) -> None:
    cell.locator(".phl-sentence", has_text=text).wait_for()


def test_a_prompt_is_answered_at_the_panel(page: Any, workspace: Path) -> None:
    """Its text, its questions with their choices, and three ways to reply."""
    (workspace / "notebooks" / "ask.py").write_text(textwrap.dedent("""
        import phantom.rules as phantom
        def on_start(container):
            phantom.prompt2(container=container, user="admin", message="Block **{0}**?\\n- now",
                            parameters=["container:name"], name="ask_1", callback=answered, response_types=[
                                {"prompt": "Sure?", "options": {"type": "list", "choices": ["Yes", "No"]}},
                                {"prompt": "Why?", "options": {"type": "message"}}])
        def answered(results=None, **kwargs):
            phantom.debug(results[0]["action_results"][0]["summary"]["responses"])
    """))
    notebook = Notebook(page, notebook_file(workspace, "prompt.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        stepper = Lab({"name": "<b>X</b>"}).step("ask.py")
        stepper"""), shared=True)
    cell = notebook.run(0)
    cell.get_by_role("button", name="Step", exact=True).click()
    cell.locator(".phl-message strong", has_text="<b>X</b>").wait_for()
    cell.get_by_text("admin is asked").wait_for()
    cell.get_by_role("button", name="Respond").click()
    cell.locator(".phl-wrong", has_text="not answered yet").first.wait_for()
    assert cell.get_by_role("radio").first.evaluate("radio => document.activeElement === radio")  # what is to be mended
    cell.get_by_role("radio", name="No").check()
    cell.locator("textarea").last.fill("it is ours")
    page.screenshot(path=SCREENSHOTS / "prompt.png")
    cell.get_by_role("button", name="Respond").click()
    _says(cell, "answered is invoked because prompt ask_1 completed")
    _open(cell, "results")
    cell.locator("td", has_text="it is ours").first.wait_for()


def test_the_graph_is_gone_through_by_keys_and_keeps_its_nodes(page: Any, workspace: Path) -> None:
    """A step moves the mark on nodes that stay; arrows, Enter and a menu set a breakpoint, at which the run rests."""
    notebook = Notebook(page, notebook_file(workspace, "graph.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        lab = Lab("../sample_data/containers/phishing_report.json", results="../sample_data/results/phishing.json")
        lab.step("../sample_data/playbooks/triage_phishing_sources.py")"""), shared=True)
    cell = notebook.run(0)
    here = cell.locator('.phl-node[aria-current="step"]')
    here.filter(has_text="on_start").wait_for()
    nodes = cell.locator(".phl-node")
    nodes.evaluate_all("(all) => all.forEach((node, index) => { node.kept = index; })")
    cell.get_by_role("button", name="Step", exact=True).click()
    here.filter(has_text="filter_sources").wait_for()
    assert nodes.evaluate_all("(all) => all.every((node, index) => node.kept === index)")

    page.keyboard.press("g")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.querySelector('.phl-node-name').textContent") == "country_decision"
    page.keyboard.press("Enter")
    cell.get_by_role("menuitem", name="Set a breakpoint").click()
    cell.locator('.phl-node[data-stop="on"]', has_text="country_decision").wait_for()
    cell.get_by_role("button", name="Resume").click()
    here.filter(has_text="country_decision").wait_for()
    page.screenshot(path=SCREENSHOTS / "graph.png")

    cell.locator(".phl-node", has_text="note_usual").click()
    cell.get_by_role("menuitem", name="Why not?").click()
    cell.locator(".phl-answer", has_text="note_usual").wait_for()
    assert cell.locator(".phl-edge-label", has_text="has_source · 7/20").count() == 1
    assert page.outside == []


def test_notebook_7_steps_by_click_and_key(page: Any, server: Server, workspace: Path) -> None:
    """The same panel; keys of the panel do not reach its notebook."""
    path = notebook_file(workspace, "seven.ipynb", """
        %load_ext phantom_lab
        from phantom_lab import Lab
        Lab("../sample_data/containers/test_incident.json").step("../sample_data/playbooks/geolocate_ip.py")""")
    page.evaluate("""path => window.jupyterapp.serviceManager.sessions.startNew(
        {path, type: 'notebook', name: path, kernel: window.sharedKernel})""", path)
    seven = page.context.browser.new_page(viewport={"width": 1360, "height": 1000})
    try:
        seven.set_default_timeout(1000 * LONG)
        seven.goto(f"{server.url}/notebooks/{path}?token={server.token}")
        seven.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.info")
        seven.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.info")
        seven.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
        cell = seven.locator(".jp-CodeCell")
        _says(cell, "on_start is invoked")
        cell.get_by_role("button", name="Step", exact=True).click()
        _says(cell, "geolocate_ip_1 is invoked")
        seven.keyboard.press("n")
        _says(cell, "log_location is invoked")
        for key in ("a", "b", "x", "d", "Escape"):
            seven.keyboard.press(key)
        _open(cell, "results")
        cell.locator("td", has_text="Research").first.wait_for()
        assert seven.locator(".jp-CodeCell").count() == 1
        seven.screenshot(path=SCREENSHOTS / "notebook_7.png")
    finally:
        seven.close()


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_a_sigterm_ends_the_jupyterlab_that_the_command_started(server: Server) -> None:
    """In good order: the command waits for it, and its port is free again."""
    (jupyterlab,) = psutil.Process(server.command.pid).children()
    assert server.answers
    server.command.send_signal(signal.SIGTERM)
    assert server.command.wait(LONG) == 0
    assert not jupyterlab.is_running()
    assert not server.answers

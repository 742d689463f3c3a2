"""The pictures of docs/panel.md and the recording of the README, made in a real JupyterLab: ``python -m
tests.notebook.screens``.

Each view is brought about as a person would, then taken in both themes and at two widths into build/screenshots/panel;
the docs keep two of the four.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.notebook.jupyterlab import CHROMIUM, FLAGS, Notebook, Server, jupyterlab, notebook_file
from tests.patience import UNIT

DOCS = ROOT / "docs" / "images"
ALL = ROOT / "build" / "screenshots" / "panel"
LOOKS = [(theme, width) for theme in ("Light", "Dark") for width in (1440, 900)]
KEPT = {("Light", 1440), ("Dark", 900)}
COLORS = 256
SETTLED = 1_500 * UNIT
"""Milliseconds after which nothing moves any more: no verdict, pictures are looked at."""
HEIGHT = 1900
START = """
    %load_ext phantom_lab
    from phantom_lab import Lab
    SAMPLES = "../sample_data"
"""
TRIAGE = START + """
    lab = Lab(f"{SAMPLES}/containers/phishing_report.json", results=f"{SAMPLES}/results/phishing.json")
    stepper = lab.step(f"{SAMPLES}/playbooks/triage_phishing_sources.py")
"""
RAISES = '''
import phantom.rules as phantom


def on_start(container):
    phantom.act("look up owner", parameters=[{"host": "ws-17"}], assets=["cmdb"], name="look_up_1", callback=tell_owner)


def tell_owner(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    first = results[0]["action_results"][0]
    owner = first["data"][0]["owner"]
    phantom.comment(container=container, comment="owned by " + owner["mail"])
'''


class Screen:
    """One JupyterLab, in which notebook after notebook is opened."""

    def __init__(self, page: Any, root: Path, server: Server) -> None:
        self.page, self.root, self.server = page, root, server
        self.cell: Any = None
        self.taken: list[Path] = []

    def open(self, name: str, *cells: str) -> None:
        """Open a new notebook and run its cells; the panel is the first one's."""
        self.look("Light", 1440)
        notebook = Notebook(self.page, notebook_file(self.root, f"{name}.ipynb", *cells))
        found = [notebook.run(number) for number in range(len(cells))]
        self.cell = found[0]

    def panel(self) -> Any:
        return self.cell.locator(".phl")

    def press(self, *keys: str) -> None:
        """Keys of the panel, each painted before the next."""
        for key in keys:
            self.panel().focus()
            self.page.keyboard.press(key)
            self.settled()

    def step(self, times: int = 1) -> None:
        """By the key; each waits for the invocation that comes next, or for the end."""
        for _ in range(times):
            before = self.panel().locator(".phl-where").text_content()
            self.press("n")
            self.page.wait_for_function(
                "([panel, before]) => panel.querySelector('.phl-where').textContent !== before",
                arg=[self.panel().element_handle(), before])

    def tab(self, key: str) -> None:
        self.cell.locator(f".phl-tab[data-key={key}]").click()
        self.cell.locator(f".phl-tab[data-key={key}][aria-selected=true]").wait_for()
        self.settled()

    def settled(self) -> None:
        """Everything that was asked for is painted."""
        self.page.wait_for_timeout(SETTLED)

    def look(self, theme: str, width: int) -> None:
        """Another theme, another width."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})",
                           f"JupyterLab {theme}")
        self.page.locator(f"[data-jp-theme-name='JupyterLab {theme}']").first.wait_for(state="attached")
        self.settled()

    def take(self, name: str, page: Any = None) -> None:
        """Pictures of the panel, or of a whole page."""
        for theme, width in LOOKS:
            self.look(theme, width)
            self.save(name, theme, width, (page or self.panel()).screenshot())

    def save(self, name: str, theme: str, width: int, picture: bytes) -> None:
        """One picture, with few colours: it is text."""
        path = ALL / f"{name}_{theme.lower()}_{width}.png"
        small(picture).save(path, optimize=True)
        if (theme, width) in KEPT:
            self.taken.append(Path(shutil.copy(path, DOCS / "panel" / path.name)))
        print(path.relative_to(ROOT), path.stat().st_size, flush=True)


def small(picture: bytes) -> Any:
    """A picture with a palette."""
    from PIL import Image

    return Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)


# -- the views -------------------------------------------------------------------------------------------------------


def results(screen: Screen) -> None:
    """Graph, source and results of a callback."""
    screen.open("results", TRIAGE + "    stepper")
    screen.step(3)
    screen.tab("results")
    screen.take("results")


def filters(screen: Screen) -> None:
    screen.open("filters", TRIAGE + "    stepper")
    screen.step(2)
    screen.tab("filters")
    screen.take("filter")


def decision(screen: Screen) -> None:
    screen.open("decision", TRIAGE + "    stepper")
    screen.step(4)
    screen.press("p")
    screen.tab("conditions")
    screen.take("decision")


def back(screen: Screen) -> None:
    """Looking back, with what is executed on the lines."""
    screen.open("back", TRIAGE + "    stepper")
    screen.step(3)
    screen.press("p", "v")
    screen.take("looking_back")


def raised(screen: Screen) -> None:
    (screen.root / "notebooks" / "owner.py").write_text(RAISES)
    screen.open("exception", START + """
    from phantom_lab import success
    lab = Lab({"name": "Malware on ws-17"})
    lab.action("look up owner")(lambda parameter: success([{"owner": {"name": "R. Voss"}}], message="one owner"))
    stepper = lab.step("owner.py")
    stepper""")
    screen.step()
    screen.press("c")
    screen.cell.locator(".phl-raised-title").wait_for()
    screen.take("exception")


def prompt(screen: Screen) -> None:
    screen.open("prompt", START + """
    stepper = Lab(f"{SAMPLES}/containers/malware_alert.json").step(f"{SAMPLES}/playbooks/contain_host.py")
    stepper.resume()
    stepper""")
    screen.cell.get_by_role("button", name="Respond").wait_for()
    screen.take("prompt")


def outcome(screen: Screen) -> None:
    screen.open("outcome", START + """
    stepper = Lab(f"{SAMPLES}/containers/malware_alert.json").step(f"{SAMPLES}/playbooks/file_reputation_two_apps.py")
    stepper.resume()
    stepper""")
    screen.cell.get_by_role("button", name="Make up").click()
    screen.settled()
    screen.take("missing_outcome")


def microscope(screen: Screen) -> None:
    screen.open("microscope", TRIAGE + "    stepper")
    screen.step(3)
    screen.press("d")
    screen.cell.locator(".phl-mic-input").fill("geolocate_sources:action_result.data.*.country_nam")
    screen.cell.locator(".phl-mic-lost").first.wait_for()
    screen.take("microscope")


def ask(screen: Screen) -> None:
    """The menu of a node, and the answer in the drawer."""
    screen.open("ask", TRIAGE + "    stepper")
    screen.step(4)
    screen.cell.locator(".phl-node", has_text="note_usual").click()
    screen.settled()
    screen.take("menu")
    screen.cell.get_by_role("menuitem", name="Why not?").click()
    screen.cell.locator(".phl-answer", has_text="note_usual").wait_for()
    screen.take("answer")


def branches(screen: Screen) -> None:
    """A run is forked where an action is pending, which fails in the fork."""
    screen.open("branches", START + """
    lab = Lab(f"{SAMPLES}/containers/test_incident.json", generate=True)
    stepper = lab.step(f"{SAMPLES}/playbooks/two_actions_join.py")
    stepper.resume()
    stepper""")
    ended = screen.cell.locator(".phl-sentence", has_text="The run has ended")
    ended.wait_for()
    screen.cell.locator(".phl-mark", has_text="domain_reputation_1").click(button="right")
    screen.cell.get_by_role("menuitem", name="Fork here").click()
    screen.cell.locator(".phl-entry").click()
    screen.cell.get_by_role("menuitem", name="Fail").click()
    screen.cell.get_by_label("message").fill("no route to the server")
    screen.cell.get_by_role("button", name="Fail it").click()
    screen.settled()
    screen.press("c")
    ended.wait_for()
    screen.cell.get_by_role("button", name="compare with the one shown").first.click()
    screen.cell.locator(".phl-part-branches table").wait_for()
    screen.take("branches")


def queue(screen: Screen) -> None:
    screen.open("queue", START + """
    from phantom_lab import success
    lab = Lab(f"{SAMPLES}/containers/test_incident.json", generate=True)
    stepper = lab.step(f"{SAMPLES}/playbooks/two_actions_join.py")
    stepper""")
    screen.step(2)
    while not screen.cell.locator(".phl-entry").count():
        screen.step()
    screen.cell.locator(".phl-entry").first.click()
    screen.settled()
    screen.take("queue")


def gone(screen: Screen) -> None:
    """The kernel restarts under the panel."""
    screen.open("gone", TRIAGE.replace('sources.py")', 'sources.py", journal="triage.jsonl")') + "    stepper")
    screen.step(2)
    screen.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    screen.cell.locator(".phl-gone:not([hidden])").wait_for()
    screen.settled()
    screen.take("kernel_gone")


def pages(screen: Screen) -> None:
    """What is seen without a kernel: a report, and a saved notebook."""
    screen.open("saved", TRIAGE + """
    for _ in range(3): stepper.step()
    stepper""", "%phantom snapshot report.html")
    screen.page.wait_for_timeout(6 * SETTLED)
    screen.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    screen.settled()
    folder = screen.root / "notebooks"
    from nbconvert import HTMLExporter

    saved, _ = HTMLExporter(embed_images=True).from_filename(str(folder / "saved.ipynb"))
    (folder / "saved.html").write_text(saved)
    for name, file in (("report", "report.html"), ("saved_notebook", "saved.html")):
        for theme, width in LOOKS:
            other = screen.page.context.browser.new_page(viewport={"width": width, "height": HEIGHT},
                                                         color_scheme=theme.lower())
            other.goto((folder / file).as_uri(), wait_until="domcontentloaded")
            screen.save(name, theme, width, other.screenshot())
            other.close()


def notebook_7(screen: Screen) -> None:
    path = notebook_file(screen.root, "seven.ipynb", TRIAGE + "    stepper")
    other = screen.page.context.browser.new_page(viewport={"width": 1440, "height": 1000})
    other.goto(f"{screen.server.url}/notebooks/{path}?token={screen.server.token}")
    other.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel")
    other.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    inner = Screen(other, screen.root, screen.server)
    inner.taken = screen.taken
    inner.cell = other.locator(".jp-CodeCell").first
    inner.panel().wait_for()
    inner.step(3)
    inner.take("notebook_7", other)
    other.close()


def recording(screen: Screen) -> None:
    """A run from its start to its end, one picture after each key."""
    from PIL import Image

    screen.open("recording", TRIAGE + "    stepper")
    shots: list[bytes] = []

    def shot() -> None:
        screen.settled()
        shots.append(screen.panel().screenshot(animations="disabled"))

    shot()
    for _ in range(3):
        screen.step()
        shot()
    screen.tab("results")
    shot()
    screen.step()
    shot()
    screen.press("p")
    screen.tab("conditions")
    shot()
    screen.press("v")
    shot()
    screen.cell.locator(".phl-node", has_text="note_usual").click()
    shot()
    screen.cell.get_by_role("menuitem", name="Why not?").click()
    screen.cell.locator(".phl-answer", has_text="note_usual").wait_for()
    shot()
    screen.press("0", "c")
    shot()
    frames = [Image.open(io.BytesIO(one)).convert("RGB") for one in shots]
    high = max(one.height for one in frames)
    whole = []
    for one in frames:
        page = Image.new("RGB", (one.width, high), one.getpixel((0, one.height - 1)))
        page.paste(one)
        whole.append(page.resize((1080, round(high * 1080 / one.width)), Image.Resampling.LANCZOS))
    palette = whole[4].quantize(COLORS, dither=Image.Dither.NONE)
    drawn = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in whole]
    drawn[0].save(DOCS / "panel.gif", save_all=True, append_images=drawn[1:], duration=1800, loop=0, optimize=True)
    print("docs/images/panel.gif", (DOCS / "panel.gif").stat().st_size)


VIEWS: dict[str, Callable[[Screen], None]] = {one.__name__: one for one in (
    results, filters, decision, back, raised, prompt, outcome, microscope, ask, branches, queue, gone, pages,
    notebook_7, recording)}


@contextmanager
def lab() -> Iterator[Screen]:
    """A JupyterLab over a copy of the samples, with its side bars shut."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as held:
        root, scratch = Path(held) / "root", Path(held) / "scratch"
        scratch.mkdir()
        for folder in ("notebooks", "sample_data"):
            shutil.copytree(ROOT / folder, root / folder)
        with jupyterlab(root, scratch) as server, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = chromium.new_page(viewport={"width": 1440, "height": HEIGHT})
            page.set_default_timeout(20_000)
            page.goto(f"{server.url}/lab?token={server.token}")
            page.wait_for_function("window.jupyterapp")
            page.evaluate("""() => window.jupyterapp.restored.then(
                () => window.jupyterapp.commands.execute('application:toggle-left-area'))""")
            yield Screen(page, root, server)
            chromium.close()


def main(names: list[str]) -> None:
    """All views, or those that are named."""
    for folder in (ALL, DOCS / "panel"):
        folder.mkdir(parents=True, exist_ok=True)
    with lab() as screen:
        for name in names or VIEWS:
            VIEWS[name](screen)
    print(f"{sum(one.stat().st_size for one in screen.taken):,} bytes in {len(screen.taken)} pictures of the docs")


if __name__ == "__main__":
    main(sys.argv[1:])

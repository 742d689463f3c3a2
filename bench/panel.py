"""Print what a click in the panel costs, in a real browser: ``python -m bench.panel``.

From the click to the painted next step, against the floor: a click on a button of ipywidgets in the same page whose
handler in Python changes a label. Bytes are what the page's sockets received; memory is that of the kernel's process
and of the page.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import ROOT
from tests.notebook.jupyterlab import CHROMIUM, FLAGS, jupyterlab

CLICKS, PAGES = 20, 3
"""Clicks in a page, and pages: how the clicks of one meet the frames of the screen is the same all along."""
PAUSES = (0.0, 0.2)
"""Seconds before a click: at once, while what the last one led to is still drawn, and as a person clicks."""
LONG_RUN, EVERY = 500, 100
"""Steps, and after how many memory is measured."""
SIZES = ((50, 2_000, "results"), (120, 100_000, "results"), (120, 100_000, "container"))
"""Blocks, rows, and the tab that is open."""

CELL = '''
%load_ext phantom_lab
import gc, json, psutil, threading, ipywidgets
from phantom_lab import Lab, Options, Playbook, success
BLOCKS, ROWS, DEEP = {blocks}, {rows}, {deep}
given = "action=action, success=success, container=container, results=results"
source = ["import phantom.rules as phantom", "def on_start(container):",
    "    phantom.act('look', parameters=[{{'a': 1}}], assets=['x'], name='look_1', callback=block_0)"]
for n in range(BLOCKS):
    source += [f"def block_{{n}}(action=None, success=None, container=None, results=None, handle=None, **kwargs):",
        "    n = int(phantom.get_run_data(key='n') or 0); phantom.save_run_data(key='n', value=str(n + 1))",
        f"    block_{{(n + 1) % BLOCKS}}({{given}})" if DEEP or n == 0 else "    return"]
if not DEEP:
    others = ", ".join(f"block_{{n}}" for n in range(1, BLOCKS))
    source[5] = f"    while True:\\n        for one in ({{others}}): one({{given}})"
lab = Lab({{"name": "bench"}}, options=Options(max_steps=10**9, max_seconds=36000))
data = [{{"n": n, "ip": f"10.0.{{n // 250 % 250}}.{{n % 250}}", "country": "x" * (n % 20), "score": n % 101}}
        for n in range(ROWS)]
lab.action("look")(lambda parameter: success(data))
stepper = lab.step(Playbook.from_source("\\n".join(source), name="bench"))
stepper.step()
label, button = ipywidgets.Label("0"), ipywidgets.Button(description="floor")
button.on_click(lambda _: setattr(label, "value", str(int(label.value) + 1)))
memory = ipywidgets.Label("")
measure = ipywidgets.Button(description="memory")
measure.on_click(lambda _: (gc.collect(), setattr(memory, "value", json.dumps([
    psutil.Process().memory_info().rss, len(gc.get_objects()), threading.active_count(),
    stepper.journal.length]))))
display(ipywidgets.VBox([ipywidgets.HBox([button, label, measure, memory])]))
stepper
'''

TIMED = """([clicked, changed]) => new Promise((done) => {
    const target = document.querySelector(changed);
    const start = performance.now();
    new MutationObserver((_, observer) => {
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
    }).observe(target, {subtree: true, childList: true, characterData: true});
    (typeof clicked === 'string' ? document.querySelector(clicked) : clicked).click();
})"""
TYPED = """(text) => new Promise((done) => {
    const box = document.querySelector('.phl-part-data .phl-filter');
    const start = performance.now();
    new MutationObserver((_, observer) => {
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
    }).observe(document.querySelector('.phl-part-data'), {subtree: true, childList: true, characterData: true});
    box.value = text;
    box.dispatchEvent(new Event('input'));
})"""
FLOOR = (".jp-OutputArea .widget-button, .jp-OutputArea .jupyter-button", ".jp-OutputArea .widget-label")
STEP = (".phl-step", ".phl-sentence")


class Memory(NamedTuple):
    """What the kernel's process holds, and the page."""

    kernel: float
    """MB."""
    objects: int
    threads: int
    events: int
    """Of the journal, which grows."""
    page: float
    """MB."""
    nodes: int


@dataclass
class Opened:
    """A page with the panel in it."""

    page: Any
    received: list[int]
    """Bytes of the frames that its sockets got."""

    def timed(self, what: tuple[str, str]) -> float:
        """Milliseconds from a click to the painted change."""
        return float(self.page.evaluate(TIMED, list(what)))

    def median(self, what: tuple[str, str], times: int = CLICKS) -> float:
        return statistics.median(self.timed(what) for _ in range(times))

    def memory(self) -> Memory:
        """After garbage collections."""
        label = self.page.locator(".widget-label").nth(1)
        before = label.inner_text()
        self.page.get_by_role("button", name="memory").click()
        self.page.wait_for_function("(before) => document.querySelectorAll('.widget-label')[1].innerText !== before",
                                    arg=before)
        resident, objects, threads, events = json.loads(label.inner_text())
        self.page.context.new_cdp_session(self.page).send("HeapProfiler.collectGarbage")
        heap, nodes = self.page.evaluate(
            "[performance.memory.usedJSHeapSize, document.querySelectorAll('*').length]")
        return Memory(resident / 2**20, objects, threads, events, heap / 2**20, nodes)


@contextmanager
def opened(blocks: int, rows: int, front: str, *, deep: bool = True) -> Iterator[Opened]:
    """The panel at rest in ``lab`` or ``notebook``: that is Notebook 7.

    Args:
        deep: every block calls the next one; otherwise the first one calls all others, again and again.
    """
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as scratch:
        for folder in ("notebooks", "sample_data"):
            shutil.copytree(ROOT / folder, Path(root) / folder)
        cell = {"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}, "outputs": [],
                "source": CELL.format(blocks=blocks, rows=rows, deep=deep)}
        (Path(root) / "x.ipynb").write_text(json.dumps({
            "nbformat": 4, "nbformat_minor": 5, "cells": [cell], "metadata": {
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}}))
        with jupyterlab(Path(root), Path(scratch)) as server, sync_playwright() as playwright:
            flags = [*FLAGS, "--enable-precise-memory-info"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.set_default_timeout(300_000)
            received: list[int] = []
            page.on("websocket", lambda socket: socket.on(
                "framereceived", lambda frame: received.append(len(frame))))
            path = "lab/tree" if front == "lab" else "notebooks"
            page.goto(f"{server.url}/{path}/x.ipynb?token={server.token}")
            page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session")
            page.evaluate("""async () => {
                const {sessionContext} = window.jupyterapp.shell.currentWidget;
                await sessionContext.ready;
                await sessionContext.session.kernel.info;
                await window.jupyterapp.commands.execute('notebook:run-cell');
            }""")
            page.locator(".phl-step").wait_for()
            yield Opened(page, received)
            browser.close()


def clicks() -> None:
    """A step against the floor."""
    print("| front end | blocks | rows | tab | pause s | floor ms | step ms | ratio | bytes a step |\n"
          "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for front in ("lab", "notebook"):
        for blocks, rows, tab in SIZES:
            steps: dict[float, list[float]] = {pause: [] for pause in PAUSES}
            floors: dict[float, list[float]] = {pause: [] for pause in PAUSES}
            sent = dict.fromkeys(PAUSES, 0)
            for _ in range(PAGES):
                with opened(blocks, rows, front) as panel:
                    panel.page.locator(f".phl-tab[data-key={tab}]").click()
                    panel.page.locator(f".phl-tab[data-key={tab}][aria-selected=true]").wait_for()
                    panel.median(STEP, 3), panel.median(FLOOR, 3)
                    for pause in PAUSES:
                        for _ in range(CLICKS):  # by turns: other work on the machine meets both
                            time.sleep(pause)
                            floors[pause].append(panel.timed(FLOOR))
                            time.sleep(pause)
                            panel.received.clear()
                            steps[pause].append(panel.timed(STEP))
                            sent[pause] += sum(panel.received)
            for pause in PAUSES:
                step, floor = statistics.median(steps[pause]), statistics.median(floors[pause])
                print(f"| {front} | {blocks} | {rows:,} | {tab} | {pause:g} | {floor:.0f} | {step:.0f} | "
                      f"{step / floor:.2f} | {sent[pause] / len(steps[pause]):,.0f} |", flush=True)


def tables() -> None:
    """Sorting and filtering."""
    with opened(50, 100_000, "lab") as panel:
        panel.page.locator(".phl-tab[data-key=results]").click()
        panel.page.locator(".phl-tab[data-key=results][aria-selected=true]").wait_for()
        panel.page.locator(".phl-part-data td").first.wait_for()
        floor = panel.median(FLOOR, 10)
        sort = panel.median((".phl-part-data th:nth-child(3) .phl-sort", ".phl-part-data"), 6)
        typing = statistics.median(float(panel.page.evaluate(TYPED, f"10.0.{number + 1}")) for number in range(6))
        print(f"\n100,000 rows: sort {sort:.0f} ms ({sort / floor:.1f} x the floor), filter {typing:.0f} ms "
              f"({typing / floor:.1f} x), of which 200 ms wait for the next key.", flush=True)


def long_run() -> None:
    """Memory over many steps."""
    print("\n| steps | ms a step | kernel MB | its objects | threads | events | page MB | elements |\n"
          "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    with opened(50, 2_000, "lab", deep=False) as panel:
        panel.median(STEP, EVERY)  # caches are filled
        for steps in range(EVERY, LONG_RUN + EVERY + 1, EVERY):
            step = panel.median(STEP, EVERY)
            now = panel.memory()
            print(f"| {steps} | {step:.0f} | {now.kernel:.1f} | {now.objects:,} | {now.threads} | {now.events:,} | "
                  f"{now.page:.1f} | {now.nodes:,} |", flush=True)


if __name__ == "__main__":
    clicks()
    tables()
    long_run()

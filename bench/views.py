"""Print what looking at a run costs, by the processor's time: ``python -m bench.views``.

The first look at a journal folds it once, as it would have been folded while the run went on.
"""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import fields

from phantom_lab import Lab, Options, Playbook, success
from phantom_lab.engine import PlaybookRun
from phantom_lab.frames.results import ResultRows
from phantom_lab.history import Journal, Logged
from phantom_lab.history.encoding import decode, encode
from phantom_lab.notebook.controller import Controller
from phantom_lab.notebook.page import Page
from phantom_lab.views import Summary, at, summarize

ACTIONS = """
import phantom.rules as phantom
def on_start(container):
    phantom.set_action_limit(limit=1_000_000)
    block(container=container)
def block(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,
          filtered_results=None, **kwargs):
    n = int(phantom.get_run_data(key="n") or 0)
    phantom.save_run_data(key="n", value=str(n + 1))
    phantom.condition(container=container, conditions=[["artifact:*.cef.a", "==", 1]],
                      name=f"filter_{{n % 5}}:condition_1")
    if n < {many}:
        phantom.act("look", parameters=[{{"ip": str(n)}}], assets=["a"], name=f"look_{{n}}", callback=block)
"""
CALLS = """
import phantom.rules as phantom
def on_start(container):
    phantom.act("look", parameters=[{{"ip": str(n)}} for n in range(1_000)], assets=["a"], name="look_1")
    for number in range({many}):
        block(container=container, number=number)
def block(container=None, number=0, **kwargs):
    phantom.save_run_data(key=str(number % 100), value=str(number))
    if number % 10 == 0:
        phantom.set_severity(container=container, severity=["low", "high"][number // 10 % 2])
"""
MANY, EDGE = 1_000, 100
ROWS = 100_000
KILOBYTES = 10
"""Of a result: 10 MB in all."""


def lab() -> Lab:
    """Results of so many kilobytes each."""
    made = Lab({"name": "bench", "artifacts": [{"cef": {"a": 1}}]}, options=Options(max_steps=10**9, max_seconds=3_600))
    made.action("look")(lambda parameter: success([{"n": parameter["ip"], "text": "x" * KILOBYTES * 1_000}]))
    return made


def run(source: str, many: int) -> PlaybookRun:
    """One run, its journal in memory."""
    return lab().run(Playbook.from_source(source.format(many=many), name="bench"), journal=None)


def taken(function: Callable[[], object]) -> float:
    """Seconds of the processor, without the garbage collector."""
    gc.disable()
    try:
        start = time.process_time()
        function()
        return time.process_time() - start
    finally:
        gc.enable()


def steps() -> None:
    """The panel's part of a step."""
    print("| tab | ms a step, the first 100 | the last 100 of 1,000 | ratio |\n| --- | ---: | ---: | ---: |")
    for tab in ("results", "filters", "did"):
        stepper = lab().step(Playbook.from_source(ACTIONS.format(many=MANY + 2), name="bench"), journal=None)
        controller = Controller(stepper)
        controller.take({"part": "data", "type": "tab", "tab": tab})

        def look(controller: Controller = controller) -> object:
            controller.refresh()
            return controller.fresh()

        each = [(stepper.step(), taken(look))[1] for _ in range(MANY)]
        stepper.stop()
        first, last = statistics.mean(each[:EDGE]), statistics.mean(each[-EDGE:])
        print(f"| {tab.replace('_', ' ')} | {first * 1e3:.2f} | {last * 1e3:.2f} | {last / first:.2f} |", flush=True)


def tables() -> None:
    """Filtering and sorting all rows of results, against reading them."""
    rows = [{"ip": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "country": f"country {n % 50}", "score": n % 100,
             "nested": {"a": n, "b": f"text {n}"}, "tags": ["a", "b"], "domain": f"d{n}.example.com"}
            for n in range(ROWS)]
    text = encode([{"name": "look_1", "asset": "a", "app": "b", "action_results": [
        {"status": "success", "message": "", "parameter": {"ip": "x"}, "summary": {}, "data": rows}]}])
    read = taken(lambda: decode(text))
    page = Page(ResultRows(decode(text), "look_1"), tidy=True)
    shown = taken(page.view)
    print(f"\n| {ROWS:,} result rows, {len(text) / 1e6:.0f} MB | ms | of reading them |\n| --- | ---: | ---: |\n"
          f"| reading them, once | {read * 1e3:.0f} | 1 |\n| the first page | {shown * 1e3:.1f} | {shown / read:.3f} |")
    for what, message in (("filter, the first time", {"type": "filter", "text": "D777"}),
                          ("filter, another time", {"type": "filter", "text": "d7771"}),
                          ("no filter any more", {"type": "filter", "text": ""}),
                          ("sort by numbers", {"type": "sort", "column": "look_1:action_result.data.*.score"}),
                          ("sort by texts", {"type": "sort", "column": "look_1:action_result.data.*.domain"})):
        spent = taken(lambda message=message: (page.command(message), page.view()))
        print(f"| {what} | {spent * 1e3:.0f} | {spent / read:.2f} |", flush=True)


def told(summary: Summary) -> None:
    """All of it."""
    for one in fields(summary):
        getattr(summary, one.name)


def summaries() -> None:
    """Summaries of 1,000 invocations over 10 MB of results."""
    print("\n| summary of | how it ended, and the log | everything | again | with one event more |\n"
          "| --- | ---: | ---: | ---: | ---: |")
    for title, source in (("1,000 calls, one action", CALLS), ("1,000 actions, one after the other", ACTIONS)):
        journal = run(source, MANY).journal
        ended = taken(lambda journal=journal: (summarize(journal).status, summarize(journal).log))
        whole, again = (taken(lambda journal=journal: told(summarize(journal))) for _ in range(2))
        journal.append(Logged(1, 1, "debug", "x"))
        more = taken(lambda journal=journal: told(summarize(journal)))
        print(f"| {title} | {ended * 1e3:.1f} | {whole * 1e3:.1f} | {again * 1e3:.2f} | {more * 1e3:.1f} |", flush=True)


def seen(journal: Journal, position: int) -> object:
    """Everything that a moment tells."""
    moment = at(journal, position)
    return (moment.invocation, moment.stack, moment.arguments, moment.run_data, moment.formats, moment.limits,
            moment.filters, moment.outputs, moment.container, moment.artifacts, moment.lists, moment.pending,
            moment.completed, moment.debug_lines, moment.status, moment.clock)


def moments() -> None:
    """The state of a run at any position."""
    print("\n| state at any position of | first look, ms | median of 100 | longest |\n| --- | ---: | ---: | ---: |")
    for many in (MANY, 100 * MANY):
        journal = run(CALLS, many).journal
        first = taken(lambda journal=journal: seen(journal, 0))
        each = [taken(lambda journal=journal, n=n: seen(journal, n * 7_919 % journal.length)) for n in range(100)]
        print(f"| {many:,} invocations, {journal.length:,} events | {first * 1e3:.1f} | "
              f"{statistics.median(each) * 1e3:.2f} | {max(each) * 1e3:.2f} |", flush=True)


def memory() -> None:
    """What is kept for that."""
    tracemalloc.start()
    journal = run(CALLS, 10 * MANY).journal
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    seen(journal, 0)
    gc.collect()
    more, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"\n{10 * MANY:,} invocations keep {kept / 2**20:.1f} MB in memory, and {(more - kept) / 2**20:.1f} MB more "
          "once their moments are looked at.")


def views() -> None:
    """All tables."""
    steps()
    tables()
    summaries()
    moments()
    memory()


if __name__ == "__main__":
    views()

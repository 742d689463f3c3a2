"""The invocation view in a real Chromium, in a plain page: what is read, pressed and seen there."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from phantom_lab import Lab, Playbook, Stepper, failure, success
from phantom_lab.notebook.page import Page
from tests.notebook.hostile import FOUND, HARM, HOOKS, PAYLOADS
from tests.notebook.plain import THEMES, Plain, plain
from tests.notebook.test_data import SOURCE, answers

pytestmark = [pytest.mark.browser]
EVIL = "<img src=x onerror='window.pwned=1'>\u202eevil\u0007"
CONTRAST = """() => {
    const seen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgba = (colour) => {
        seen.clearRect(0, 0, 1, 1);
        seen.fillStyle = colour;
        seen.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = seen.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], under) => [r, g, b].map((one, at) => one * a + under[at] * (1 - a));
    const ground = (node) => {
        if (!node) return [255, 255, 255];
        const own = rgba(getComputedStyle(node).backgroundColor);
        return own[3] === 1 ? own.slice(0, 3) : over(own, ground(node.parentElement));
    };
    const light = (colour) => colour.map((one) => one / 255).map(
        (one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
        .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
    const found = [];
    const walker = document.createTreeWalker(document.querySelector('.phl'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !node.checkVisibility() || node.tagName === 'STYLE') continue;
        if (node.closest('[aria-disabled=true]')) continue;
        const under = ground(node);
        const [a, b] = [light(over(rgba(getComputedStyle(node).color), under)), light(under)].sort((x, y) => y - x);
        found.push([(a + 0.05) / (b + 0.05), node.className, walker.currentNode.textContent.slice(0, 40)]);
    }
    return found.sort((x, y) => x[0] - y[0]);
}"""

WIDER = """() => [...document.querySelectorAll('.phl-part-data :is(td, pre, .phl-caption, .phl-tab, .phl-chip)')]
    .filter((node) => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1)
    .map((node) => [node.className, node.textContent.slice(0, 40)])"""
"""What is wider than its place."""


@pytest.fixture(scope="module")
def panel() -> Iterator[Plain]:
    """One page for all of them."""
    with plain() as shown:
        yield shown


def shown(panel: Plain, steps: int, theme: str = "light") -> None:
    """The sample of the controller's tests, after so many steps, with names that would like to run."""
    lab = Lab({"name": EVIL, "severity": "low", "artifacts": [{"name": EVIL, "cef": {"a": 1, EVIL: EVIL}},
                                                               {"name": "x" * 10**6, "cef": {"a": 2}}]})
    lab.action("look")(lambda parameter, asset: failure(EVIL) if asset == "other" else success(
        [*answers(parameter, asset)["data"], {EVIL: EVIL, "country": EVIL}], message="found"))
    panel.show(lab.step(Playbook.from_source(SOURCE, name="sample"), journal=None), theme)
    panel.step(times=steps)


def chosen(panel: Plain, tab: str) -> None:
    panel.page.locator(f".phl-tab[data-key={tab}]").click()
    panel.page.locator(f".phl-tab[data-key={tab}][aria-selected=true]").wait_for()


def test_a_key_that_can_do_nothing_says_why_and_escape_closes_what_is_open(panel: Plain) -> None:
    """Escape works wherever the focus is, a key of the panel closes a menu, and Tab leaves one."""
    shown(panel, 0)
    page = panel.page
    notice = page.locator(".phl-notice")
    for key, why in {"a": "waits for no outcome", "h": "one run so far", "t": "no line of the source"}.items():
        page.locator(".phl").focus()
        page.keyboard.press(key)
        notice.get_by_text(why).wait_for()
    page.keyboard.press("?")
    assert page.get_by_role("menuitem").last.inner_text().split("\n") == ["?", "this list"]
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent") == "? this list"
    page.keyboard.press("w")
    page.locator(".phl-drawer-title").wait_for()
    assert page.locator(".phl-menu").count() == 0
    assert notice.is_hidden()
    page.keyboard.press("Escape")
    page.locator(".phl-drawer-title").wait_for(state="hidden")
    page.keyboard.press("?")
    page.keyboard.press("Tab")
    page.locator(".phl-menu").wait_for(state="detached")
    assert page.evaluate("document.querySelector('.phl').contains(document.activeElement)")
    assert page.problems == []


def test_a_panel_without_a_kernel_asks_for_nothing_and_its_menus_can_be_read(panel: Plain) -> None:
    """Every key and click says why nothing happens; what is a matter of the page still works."""
    shown(panel, 1)
    page = panel.page
    page.evaluate("() => { window.asked = []; window.kept = window.kernel; window.kernel = (one) => asked.push(one); }")
    page.evaluate("window.lose()")
    page.get_by_role("alert").get_by_text("The kernel of this panel is gone").wait_for()
    for act in (lambda: page.keyboard.press("n"), lambda: page.locator(".phl-tab").last.click(),
                lambda: page.locator(".phl-mark").first.click()):
        page.locator(".phl").focus()
        act()
        page.locator(".phl-notice", has_text="nothing is asked or done").wait_for()
    page.locator(".phl").focus()
    page.keyboard.press("?")
    assert page.locator(".phl-menu").evaluate("menu => getComputedStyle(menu).opacity") == "1"
    assert (page.evaluate("asked"), page.problems) == ([], [])
    page.evaluate("() => { window.kernel = window.kept; }")


def test_an_argument_that_is_empty_is_edited_at_its_tab(panel: Plain) -> None:
    """There is no cell of it at which its menu could be opened; keys do it, too."""
    panel.show(Lab({"name": "x"}).step(Playbook.from_source(
        "import phantom.rules as phantom\ndef on_start(container): block(container=container, none=[])\n"
        "def block(container=None, none=None, **kwargs): pass\n", name="p"), journal=None))
    panel.step()
    tab, page = panel.page.locator(".phl-tab[data-key=none]"), panel.page
    tab.click(button="right")
    page.get_by_role("menuitem", name="Edit none").click()
    page.locator(".phl-edit").fill('[{"a": 1}]')
    page.get_by_role("button", name="Change it").click()
    tab.locator(".phl-count", has_text="1").wait_for()
    tab.focus()
    page.keyboard.press("m")
    assert page.get_by_role("menuitem").all_inner_texts() == ["Copy this text", "Edit none…"]
    page.keyboard.press("Escape")
    assert tab.evaluate("tab => document.activeElement === tab")


def test_the_whole_graph_is_the_whole_however_long_it_is(panel: Plain) -> None:
    """Fit shows the first and the last block of a chain of 150, and the next key makes it larger."""
    chain = "".join(f"def block_{n}(container=None, **kwargs): block_{n + 1}(container=container)\n"
                    for n in range(150))
    panel.show(Lab({"name": "x"}).step(Playbook.from_source(
        f"import phantom.rules as phantom\ndef on_start(container): block_0(container=container)\n{chain}"
        "def block_150(container=None, **kwargs): pass\n", name="chain"), journal=None))
    frame = panel.page.locator(".phl-graph-frame")
    panel.page.get_by_role("button", name="the whole graph").click()
    within = """frame => { const room = frame.getBoundingClientRect();
        return [...frame.querySelectorAll('.phl-node-box')].every((one) => {
            const box = one.getBoundingClientRect();
            return box.top >= room.top - 1 && box.bottom <= room.bottom + 1; }); }"""
    assert frame.evaluate(within)
    panel.page.get_by_role("button", name="larger").click()
    assert not frame.evaluate(within)


def test_a_datapath_is_copied_in_a_page_that_has_no_clipboard(panel: Plain) -> None:
    """As one that is neither of this machine nor came by https; the focus stays."""
    shown(panel, 1)
    chosen(panel, "container")
    assert panel.page.evaluate("navigator.clipboard") is None
    panel.page.evaluate("() => document.addEventListener('copy', (event) => { window.copied = event.target.value; })")
    button = panel.page.locator("th .phl-copy").first
    button.click()
    assert panel.page.evaluate("window.copied") == "field"
    assert button.evaluate("button => button.classList.contains('phl-copied') && document.activeElement === button")


@pytest.mark.parametrize("theme", THEMES)
def test_all_text_can_be_read_in_both_themes(panel: Plain, theme: str) -> None:
    """4.5:1 on every tab, of what is good, bad, missing, cut, marked and raised; nothing of the data runs."""
    shown(panel, 2, theme)
    for tab in panel.page.locator(".phl-tab").evaluate_all("all => all.map((one) => one.dataset.key)"):
        chosen(panel, tab)
        worst = panel.page.evaluate(CONTRAST)
        assert worst[0][0] >= 4.5, (tab, worst[:3])
        assert panel.page.evaluate(WIDER) == [], tab
    panel.step()
    panel.page.get_by_role("button", name="look at it").click()
    panel.page.locator(".phl-raised-line", has_text='return first["missing"]').wait_for()
    worst = panel.page.evaluate(CONTRAST)
    assert worst[0][0] >= 4.5, worst[:3]
    assert "raised" in panel.page.locator(".phl-badge").text_content()
    assert panel.page.evaluate("window.pwned") is None
    assert panel.page.problems == []


def test_keys_walk_through_tabs_and_cells_and_still_step(panel: Plain) -> None:
    """Arrows within the tabs and the table; after a click on a cell, a key of the panel is one of the panel."""
    shown(panel, 1)
    page = panel.page
    page.locator(".phl-tab[aria-selected=true]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.key") == "container"
    page.keyboard.press("Enter")
    page.locator(".phl-tab[data-key=container][aria-selected=true]").wait_for()
    assert page.evaluate("document.activeElement.dataset.key") == "container"
    page.locator(".phl-part-data td[data-focus='cell 1 0']").click()
    page.locator(".phl-part-data .phl-detail pre").wait_for()
    assert page.evaluate("document.activeElement.dataset.focus") == "cell 1 0"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.focus") == "cell 2 1"
    assert page.locator(":focus").evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"
    page.keyboard.press("n")
    page.locator(".phl-sentence", has_text="use is invoked").wait_for()


def test_at_700_pixels_how_it_went_is_seen_without_scrolling(panel: Plain) -> None:
    """Asset, status and message stand within the pane, and nothing is wider than the page."""
    page = panel.page
    page.set_viewport_size({"width": 700, "height": 900})
    try:
        shown(panel, 1)
        for name in ("asset", "status", "message"):
            box = page.locator(".phl-part-data th", has_text=name).first.bounding_box()
            assert box["x"] + box["width"] <= 700, name
        assert page.evaluate("document.documentElement.scrollWidth") <= 700
        for tab in page.locator(".phl-tab").all():
            box = tab.bounding_box()
            assert box["x"] + box["width"] <= 700
    finally:
        page.set_viewport_size({"width": 1440, "height": 900})


def test_what_a_run_waits_for_comes_before_what_its_block_raised(panel: Plain) -> None:
    """In the badge. At 700 pixels the playbook's name can be read beside the choice of runs, and the map's frame lies
    within the map."""
    page, lab = panel.page, Lab({"name": "x"})
    lab.playbook("local/kid")(lambda inputs: {})
    page.set_viewport_size({"width": 700, "height": 900})
    try:
        panel.show(lab.step(Playbook.from_source(
            "import phantom.rules as phantom\ndef on_start(container):\n"
            "    phantom.playbook('local/kid', container=container, name='kid_1')\n"
            "    phantom.act('look', parameters=[{}], assets=['x'], name='look_1')\n    1 / 0\n", name="waits"),
            journal=None))
        panel.step("resume")
        page.locator(".phl-exception", has_text="ZeroDivisionError").wait_for()
        assert page.locator(".phl-badge").first.text_content() == "needs an outcome"
        page.locator(".phl-graph-runs").wait_for()
        assert page.locator(".phl-graph-name").evaluate("one => one.scrollWidth <= one.clientWidth")
        seen, whole = (page.evaluate("""() => ['.phl-map-seen', '.phl-map'].map((one) => {
            const {left, top, right, bottom} = document.querySelector(one).getBoundingClientRect();
            return [left, top, right, bottom];
        })"""))
        assert all(one >= other - 1 for one, other in zip(seen[:2], whole[:2], strict=True))
        assert all(one <= other + 1 for one, other in zip(seen[2:], whole[2:], strict=True))
    finally:
        page.set_viewport_size({"width": 1440, "height": 900})


def test_a_table_that_shows_what_it_showed_keeps_its_cells(panel: Plain) -> None:
    """After a step the container is that of another invocation, which its menu knows; nothing is laid out for it."""
    panel.show(Lab({"name": "x"}).step(Playbook.from_source(
        "def on_start(container):\n    one(container=container)\n"
        "def one(container=None):\n    two(container=container)\ndef two(container=None):\n    pass\n", name="calls"),
        journal=None))
    panel.step()
    page = panel.page
    chosen(panel, "container")
    page.evaluate("""() => {
        window.kept = document.querySelector(".phl-part-data td[data-focus='cell 1 1']");
        const ask = renderedPanel.ask;
        window.asked = [];
        renderedPanel.ask = (node, subject) => { window.asked.push(subject.what); ask(node, subject); };
    }""")
    for _ in range(2):
        page.locator(".phl-part-data td[data-focus='cell 1 1']").click(button="right")
        page.keyboard.press("Escape")
        panel.step()
        assert page.evaluate("kept.isConnected") is True
    assert page.evaluate("asked") == ["one@2", "two@3"]


def test_every_cell_can_be_asked_about_and_heads_are_copied(panel: Plain) -> None:
    """A right click hands on row, column and datapath; the key beside a cell does the same."""
    shown(panel, 1)
    page = panel.page
    page.evaluate("() => { renderedPanel.ask = (node, subject) => asked.push([node.tagName, subject]); }")
    page.locator(".phl-part-data td[data-focus='cell 1 2']").click(button="right")
    page.locator(".phl-part-data td[data-focus='cell 1 1']").hover()
    page.locator(".phl-part-data td[data-focus='cell 1 1'] .phl-more").click()
    root = "look_1:action_result"
    assert page.evaluate("asked") == [["TD", {
        "part": "data", "row": 1, "column": f"{root}.{field}", "title": f"{root}.{field}", "path": f"{root}.{field}",
        "what": "look_1", "uses": ["look_1", field], "argument": "results", "text": text}]
        for field, text in (("message", "found"), ("status", "success"))]
    chosen(panel, "container")
    page.locator(".phl-part-data td[data-focus='cell 1 1']").click(button="right")
    told = page.evaluate("asked.at(-1)[1]")
    assert (told["path"], told["uses"]) == ("container:name", ["container 1", "name"])
    chosen(panel, "run_data")
    page.locator(".phl-part-data td", has_text="1").last.click(button="right")
    told = page.evaluate("asked.at(-1)[1]")
    assert (told["path"], told["what"], told["uses"]) == ("run_data:a", "data a", ["a"])


def test_every_line_note_and_message_has_a_menu(panel: Plain) -> None:
    """By a right click, and by the key m where it has the focus; no menu is empty."""
    shown(panel, 3)
    page = panel.page
    page.evaluate("""() => {
        window.subjects = [];
        const ask = renderedPanel.ask;
        renderedPanel.ask = (node, subject) => { window.subjects.push(subject.what); ask(node, subject); };
    }""")

    def offered() -> list[str]:
        found = page.locator(".phl-menu .phl-item").all_text_contents()
        page.keyboard.press("Escape")
        return found

    def asked(what: str, *of: str) -> None:
        for one in of:
            page.locator(one).first.click(button="right")
            assert page.evaluate("subjects.at(-1)") == what, one
            assert {"Why?", "Copy this text"} <= {*offered()}, one

    asked("on_finish@4", ".phl-sentence", ".phl-where")
    asked("use@3", ".phl-exception")
    asked("line 23", ".phl-src-line[data-line='23']")
    page.locator(".phl-look").click()
    asked("use@3", ".phl-raised-title", ".phl-raised-where", ".phl-traced")
    page.locator(".phl-traced", has_text="File").focus()
    page.keyboard.press("m")
    assert "Show line 21 in the source" in offered()
    for tab, what, of in (("log", "message deciding", "deciding"), ("changes", "severity", "high")):
        chosen(panel, tab)
        asked(what, f".phl-part-data td:has-text('{of}')")
    page.keyboard.press("l")
    asked("decide@2", ".phl-part-timeline td:has-text('decide')")
    page.keyboard.press("l")
    page.set_viewport_size({"width": 400, "height": 900})
    page.wait_for_function("""() => {
        const row = document.querySelector('.phl-marks'), mark = row.querySelector('[aria-selected=true]');
        const [within, at] = [row.getBoundingClientRect(), mark.getBoundingClientRect()];
        return row.scrollWidth > row.clientWidth && at.left >= within.left - 1 && at.right <= within.right + 1;
    }""")  # the mark of what is looked at stays in sight
    page.set_viewport_size({"width": 1440, "height": 900})


def test_rows_are_filtered_folded_and_read_as_records(panel: Plain) -> None:
    """By clicks: a column comes back from its fold, a record goes on to the next row, a filter is cleared."""
    shown(panel, 1)
    page = panel.page
    page.locator(".phl-chip", has_text="one").click()
    page.locator(".phl-fold", has_text="asset").click()
    page.locator(".phl-part-data th", has_text="asset").wait_for()
    page.get_by_role("button", name="row 1 as a record").click()
    page.get_by_role("button", name="next row").click()
    page.locator(".phl-record-bar", has_text="row 2 of").wait_for()
    page.get_by_role("button", name="as a table").click()
    page.locator(".phl-part-data").get_by_role("searchbox", name="filter rows").fill("no such row")
    page.locator(".phl-empty", has_text="no row matches the filter").wait_for()
    panel.step()
    chosen(panel, "log")
    assert page.locator(".phl-part-data .phl-hidden").is_hidden()
    assert page.problems == []


HOSTILE = """
import json
import phantom.rules as phantom
def on_start(container):
    phantom.act("look", parameters=[{"at": "1"}], assets=["one"], name="look_1", callback=done)
def done(action=None, success=None, container=None, results=None, **kwargs):
    for number, text in enumerate(json.loads(container["description"])):
        phantom.debug(text)
        phantom.save_run_data(key=text, value=text)
        phantom.set_owner(container=container, user=text) if number % 20 == 0 else None
    phantom.condition(container=container, name="filter_1:condition_1", conditions=[["artifact:*.cef.text", "!=", ""]])
    last(container=container, own=dict.fromkeys(json.loads(container["description"]), "x"))
def last(container=None, own=None, **kwargs):
    raise ValueError("".join(own))
"""


def hostile_run() -> Stepper:
    """Every payload as a value, a key, a name, a log line, and within a message and an exception."""
    lab = Lab({"name": PAYLOADS[0], "description": json.dumps(PAYLOADS),
               "artifacts": [{"name": text, "cef": {"text": text, text: text}} for text in PAYLOADS]})
    rows = [{"text": text, text: text} for text in PAYLOADS]
    lab.action("look")(lambda parameter: success(rows, summary={"text": PAYLOADS[2]}, message=PAYLOADS[1]))
    return lab.step(Playbook.from_source(HOSTILE, name="hostile"), journal=None)


def test_nothing_of_published_payloads_runs_or_leaves_in_any_tab(panel: Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row of every tab, on one page each; a cell is opened in full and asked about, and a page is turned."""
    page = panel.page
    panel.show(hostile_run())
    page.problems.clear()
    page.evaluate(HOOKS)
    panel.step()
    chosen(panel, "results")
    page.locator(".phl-part-data td[data-focus]").last.click()
    page.locator(".phl-part-data .phl-detail pre").wait_for()
    page.locator(".phl-part-data").get_by_role("button", name="next page").click()
    page.locator(".phl-part-data .phl-foot", has_text="21").wait_for()
    page.locator(".phl-part-data .phl-columns").click()
    page.locator(".phl-choice").last.wait_for()
    monkeypatch.setitem(Page.__init__.__kwdefaults__, "size", len(PAYLOADS) + 6)
    panel.step()
    rows = {}
    for tab in page.locator(".phl-tab").evaluate_all("all => all.map((one) => one.dataset.key)"):
        chosen(panel, tab)
        rows[tab] = page.locator(".phl-part-data tbody tr").count()
        assert page.locator(".phl").evaluate(FOUND) == [], tab
    assert all(rows[tab] >= len(PAYLOADS) for tab in ("own", "artifacts", "run_data", "log", "did")), rows
    chosen(panel, "run_data")
    page.locator(".phl-part-data tr", has_text="\\u202e").locator("td[data-focus]").last.click(button="right")
    page.locator(".phl-menu-title", has_text="\\u202e").wait_for()
    assert page.evaluate(HARM, 1440) == []
    page.keyboard.press("Escape")
    panel.step("resume")
    page.locator(".phl-raised-title b", has_text="ValueError").wait_for()
    assert page.locator(".phl").evaluate(FOUND) == []
    assert page.evaluate(HARM, 1440) == []
    assert page.problems == []


def _cell_in_full(panel: Plain) -> None:
    table = panel.page.locator(".phl-part-data .phl-table")
    table.locator("td[data-focus]").last.click()
    table.locator(".phl-detail pre").wait_for()

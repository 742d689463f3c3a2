"""The invocation view without a browser: tabs, their counts and tables, and what is not as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from IPython import get_ipython
from IPython.testing.globalipapp import start_ipython

from phantom_lab import Lab, Playbook, Stepper, failure, success
from phantom_lab.frames.results import ResultRows
from phantom_lab.history import Journal
from phantom_lab.notebook.arranged import matching, ordered
from phantom_lab.notebook.cells import text_of
from phantom_lab.notebook.controller import Controller
from tests.patience import LONG

SOURCE = '''
import phantom.rules as phantom
def on_start(container):
    phantom.save_run_data(key="a", value="1")
    phantom.act("look", parameters=[{"ip": "1.1.1.1"}, {"ip": "2.2.2.2"}], assets=["one", "other"], name="look_1",
                callback=decide)
def decide(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, **kwargs):
    phantom.debug("deciding")
    phantom.save_run_data(key="a", value="2")
    phantom.save_run_data(key="b", value="3")
    phantom.set_severity(container=container, severity="high")
    ids, found = phantom.condition(
        container=container, action_results=results, name="filter_1:condition_1", logical_operator="and",
        conditions=[["look_1:action_result.data.*.country", "==", "se"],
                    ["look_1:action_result.data.*.score", ">", 1]])
    phantom.condition(container=container, conditions=[["artifact:*.cef.a", "==", 1]], name="filter_2:condition_1")
    use(container=container, filtered_results=found, filtered_artifacts=[1], my_own={"a": {"b": 1}})
def use(container=None, filtered_results=None, filtered_artifacts=None, my_own=None, **kwargs):
    phantom.debug("using")
    first = my_own["a"]
    return first["missing"]
def on_finish(container, summary):
    pass
'''


def answers(parameter: dict[str, Any], asset: str) -> dict[str, Any]:
    """Two rows for each address; one asset knows nothing."""
    if asset == "other":
        return failure("no such host")
    return success([{"country": "se", "score": 1}, {"country": "se", "score": 5}], message="found")


@pytest.fixture
def stepper() -> Stepper:
    lab = Lab({"name": "x", "severity": "low", "artifacts": [{"cef": {"a": 1}}, {"cef": {"a": 2}}]})
    lab.action("look")(answers)
    return lab.step(Playbook.from_source(SOURCE, name="sample"), journal=None)


def step(controller: Controller, times: int = 1) -> None:
    """Press Step, and wait as a person would."""
    for _ in range(times):
        controller.take({"part": "head", "type": "command", "command": "step"})
        controller.look.stepper.wait(LONG)
        controller.refresh()
        controller.fresh()


def send(controller: Controller, kind: str, **message: Any) -> dict[str, Any]:
    """A message of the pane, and the view after it."""
    controller.take({"part": "data", "type": kind, **message})
    return controller.view("data")


def opened(controller: Controller, tab: str) -> dict[str, Any]:
    return send(controller, "tab", tab=tab)["table"]


def tabs(controller: Controller, field: str = "count") -> dict[str, str]:
    return {one["key"]: one[field] for one in controller.view("data")["tabs"]}


def texts(table: dict[str, Any]) -> list[list[str]]:
    return [[one[0] for one in row] for row in table["rows"]]


def test_there_is_a_tab_for_every_argument_passed_and_one_for_what_was_not(stepper: Stepper) -> None:
    """The vendor's by name, the author's own, and what the run holds; `finding` only where a run is about one."""
    controller = Controller(stepper)
    step(controller)
    assert [*tabs(controller)] == ["action", "success", "results", "container", "handle", "absent", "did",
                                   "artifacts", "run_data", "changes", "log"]
    step(controller)
    assert [*tabs(controller)] == ["container", "filtered_results", "filtered_artifacts", "my_own", "absent",
                                   "conditions", "did", "filters", "artifacts", "run_data", "changes", "log"]
    assert [row[0] for row in texts(opened(controller, "absent"))] == ["action", "success", "results", "handle",
                                                                      "custom_function"]
    assert texts(opened(controller, "my_own")) == [["a.b", "1"]]


def test_a_list_of_objects_stands_under_their_fields_and_what_is_no_json_as_python_shows_it() -> None:
    """A folded column that some rows lack does not say that it is None in all; other lists are one value a row."""
    controller = Controller(Lab({"name": "x"}).step(Playbook.from_source(
        "import phantom.rules as phantom\n"
        "def on_start(container):\n"
        "    block(container=container, rows=[{'a': 1, 'b': None, 'c': {'d': 2}}, {'a': 3, 'e': 4}],\n"
        "          mixed=[{'a': 1}, 2], raw=b'xy', held={'raw': b'z'})\n"
        "def block(container=None, rows=None, mixed=None, raw=None, held=None, **kwargs): pass\n", name="p"),
        journal=None))
    step(controller)
    rows = opened(controller, "rows")
    assert (rows["columns"], texts(rows)) == (["a", "c.d", "e"], [["1", "2", ""], ["3", "", "4"]])
    assert [(one["name"], one["text"]) for one in rows["folded"]] == [("b", "None or not there")]
    ordered_rows = send(controller, "sort", column="a"), send(controller, "sort", column="a")
    assert texts(ordered_rows[1]["table"])[0][0] == "3"
    assert texts(opened(controller, "mixed")) == [['{"a": 1}'], ["2"]]
    assert texts(opened(controller, "raw")) == [["b'xy'"]]
    assert texts(opened(controller, "held")) == [["raw", "b'z'"]]


def test_an_argument_called_as_a_tab_of_ours_has_one_of_its_own() -> None:
    """An author may call an argument `log`."""
    controller = Controller(Lab({"name": "x"}).step(Playbook.from_source(
        "import phantom.rules as phantom\n"
        "def on_start(container):\n    block(container=container, log='mine')\n"
        "def block(container=None, log=None, **kwargs): pass\n", name="p"), journal=None))
    step(controller)
    assert [one["label"] for one in controller.view("data")["tabs"]].count("log") == 2
    assert texts(opened(controller, "argument log")) == [["mine"]]


def test_the_panel_shows_the_finding_that_a_run_is_about(samples: Path) -> None:
    """Its fields by name, as `finding:` reads them."""
    lab = Lab(finding=samples / "findings" / "odd_logins.json")
    controller = Controller(lab.step(samples / "playbooks" / "odd_logins_response.py"))
    shown = opened(controller, "finding")
    fields = dict(row[:2] for row in texts(shown))
    assert (fields["finding:name"], fields["finding:urgency"], shown["total"] > 10) == ("Odd logins", "high", True)


def test_counts_are_of_the_rows_that_are_meant(stepper: Stepper) -> None:
    """So many of so many, each row once."""
    controller = Controller(stepper)
    step(controller)
    assert {key: tabs(controller)[key] for key in ("success", "results", "artifacts", "run_data", "log")} == {
        "success": "True", "results": "6", "artifacts": "2", "run_data": "1", "log": "2"}
    step(controller)
    found = tabs(controller)
    assert (found["filtered_results"], found["filtered_artifacts"]) == ("2 of 6", "1 of 2")
    assert opened(controller, "filtered_results")["total"] == 2
    assert (found["conditions"], found["filters"], found["absent"]) == ("2 of 2 held", "2", "5")


def test_results_are_tables_per_asset_that_say_first_how_it_went(stepper: Stepper) -> None:
    """A chip for every asset; columns that are the same everywhere stand above, and come back with a click."""
    controller = Controller(stepper)
    step(controller)
    view = controller.view("data")
    assert [(one["label"], one["count"], one["kind"]) for one in view["chips"]] == [
        ("all assets", "6", ""), ("one", "4", "good"), ("other", "2", "bad")]
    root = "look_1:action_result"
    assert view["table"]["columns"][:4] == ["asset", f"{root}.status", f"{root}.message", f"{root}.parameter.ip"]
    assert [row[1][:2] for row in view["table"]["rows"]][::4] == [["success", "good"], ["failed", "bad"]]
    assert view["table"]["caption"].endswith("2 failed, 2 success") or "2 success, 2 failed" in view["table"]["caption"]
    one = send(controller, "chip", chip="one")["table"]
    folded = {fold["name"]: fold for fold in one["folded"]}
    assert (folded["asset"]["text"], folded[f"{root}.status"]["kind"]) == ("one", "good")
    assert "asset" not in one["columns"]
    shown = send(controller, "column", column=folded["asset"]["key"], shown=True)["table"]
    assert shown["columns"][0] == "asset"


def test_columns_can_be_chosen_and_a_row_is_a_record(stepper: Stepper) -> None:
    """The chooser lists what there is; a record stands vertically, and the next row follows."""
    controller = Controller(stepper)
    step(controller)
    listed = send(controller, "choose", text="score")["table"]["choosing"]
    assert [one["name"] for one in listed["columns"]] == ["look_1:action_result.data.*.score"]
    key = listed["columns"][0]["key"]
    assert not any("score" in one for one in send(controller, "column", column=key, shown=False)["table"]["columns"])
    record = send(controller, "record", row=1)["table"]["record"]
    fields = {one["name"]: one["cell"][0] for one in record["fields"]}
    assert (record["position"], fields["look_1:action_result.data.*.score"], fields["asset"]) == (1, "5", "one")
    assert send(controller, "record", row=99)["table"]["record"]["position"] == 5
    assert send(controller, "record")["table"]["record"] is None


def test_conditions_tell_each_comparison_and_what_a_filter_kept_back(stepper: Stepper) -> None:
    """Left, operator, right and result, row by row, of the block before while this one rests at its start."""
    controller = Controller(stepper)
    step(controller, 2)
    view = send(controller, "tab", tab="conditions")
    assert [(one["label"].partition(",")[0], one["count"]) for one in view["chips"]] == [
        ("filter_1:condition_1", "held"), ("filter_2:condition_1", "held")]
    table = send(controller, "chip", chip="1")["table"]
    assert table["caption"].startswith("decide (invocation 2), line 12: ")
    rows = [dict(zip(table["columns"], row, strict=True)) for row in texts(table)]
    assert rows[0] == {**rows[0], "row": "1 of 6", "left value": "se", "operator": "==", "right": "'se'",
                       "verdict": "True", "row passed": "False"}
    view = send(controller, "tab", tab="filters")
    assert [one["count"] for one in view["chips"]] == ["2 of 6", "2", "1 of 2", "1"]
    tested = [dict(zip(view["table"]["columns"], row, strict=True)) for row in texts(view["table"])]
    assert [one["passed"] for one in tested] == ["False", "True", "False", "True", "False", "False"]
    assert tested[0]["kept back by"] == "look_1:action_result.data.*.score > 1"
    assert send(controller, "chip", chip="filter_2:condition_1 let through")["table"]["total"] == 1
    through = opened(controller, "artifacts")
    column = through["columns"].index("let through by")
    assert [row[column] for row in texts(through)] == ["filter_2:condition_1", "none"]


def test_what_a_block_did_names_the_block_and_ends_with_the_container(stepper: Stepper) -> None:
    """While it rests at its start it has done nothing: the block before is named; the container hides no conditions."""
    controller = Controller(stepper)
    step(controller, 2)
    table = opened(controller, "did")
    assert table["caption"] == ("use (invocation 3) rests at its start, and has done nothing yet. This is what decide "
                                "(invocation 2), which called it, did so far.")
    names = [row[table["columns"].index("name")] for row in texts(table)]
    assert "phantom.condition" in names
    given = texts(table)[names.index("phantom.condition")][table["columns"].index("given")]
    assert given.startswith('{"conditions"') or '"container": {"' not in given
    controller.take({"part": "head", "type": "go", "n": 2})
    assert opened(controller, "did")["caption"] == "What decide (invocation 2) did so far."


def test_an_exception_is_shown_as_such(stepper: Stepper) -> None:
    """Its tab opens by itself, with line, code, traceback and values; locals are made on demand; nothing looks calm."""
    controller = Controller(stepper)
    step(controller, 3)
    head = controller.view("head")
    assert (head["raised"]["n"], head["raised"]["line"], head["raised"]["here"]) == (3, 21, False)
    controller.take({"part": "head", "type": "go", "n": 3})
    head, view = controller.view("head"), controller.view("data")
    assert (head["line"], head["raised"]["here"], view["tab"]) == (21, True, "exception")
    raised = view["raised"]
    assert (raised["type"], raised["line"], raised["code"]) == ("KeyError", 21, 'return first["missing"]')
    assert "Traceback" in raised["traceback"][0][0]
    assert [line for _, line in raised["traceback"] if line] == [21]
    assert "phantom_lab" not in str(raised["traceback"])
    assert texts(view["table"])[0][:2] == ["first", '{"b": 1}']
    seen = dict(texts(send(controller, "chip", chip="locals")["table"]))
    assert seen["first"] == '{"b": 1}'
    assert send(controller, "tab", tab="my_own")["tab"] == "my_own"


def test_a_breakpoint_at_an_exception_rests_at_it_in_red(stepper: Stepper) -> None:
    """The head says the line that raised, and not that of the `def`."""
    stepper.breakpoints.add("use", when="after")
    controller = Controller(stepper)
    controller.take({"part": "head", "type": "command", "command": "resume"})
    stepper.wait(LONG)
    controller.refresh()
    head = controller.view("head")
    assert (head["state"], head["at"], head["line"], head["raised"]["here"]) == ("resting", "exit", 21, True)
    assert controller.view("data")["tab"] == "exception"


def test_what_changed_since_the_last_step_is_marked_everywhere(stepper: Stepper) -> None:
    """Arguments, fields, run data, log lines and edits; a tab says how many."""
    controller = Controller(stepper)
    step(controller)
    assert tabs(controller, "changed")["results"] == "new"
    assert opened(controller, "results")["marks"] == [[row, -1, "new", ""] for row in range(6)]
    assert not tabs(controller, "changed")["container"]
    step(controller)
    changed = tabs(controller, "changed")
    assert {key: changed[key] for key in ("my_own", "run_data", "changes", "conditions", "filters")} == {
        "my_own": "new", "run_data": "1 new key, 1 changed key", "changes": "1 new change", "conditions": "2 new",
        "filters": "2 new"}
    assert opened(controller, "run_data")["marks"] == [[0, 1, "changed", "1"], [1, -1, "new", ""]]
    changed_once = opened(controller, "changes")
    assert (changed_once["record"]["mark"], changed_once["total"]) == ("new", 1)
    log = opened(controller, "log")
    assert [row for row, _, what, _ in log["marks"] if what == "new"] == [log["total"] - 1]
    assert [mark[1:3] for mark in opened(controller, "conditions")["marks"]] == [[-1, "new"]] * 2
    results = stepper.filtered_results
    data = results[0]["action_results"][0]["data"]
    data[0]["score"] = 9
    data.append({"country": "se", "score": 2})
    stepper.edit(arguments={"my_own": {"a": {"b": 2}}, "filtered_results": results}, run_data={"b": "4"},
                 container={"severity": "low"})
    controller.refresh()
    assert {key: tabs(controller, "changed")[key] for key in ("my_own", "changes")} == {
        "my_own": "edited by hand", "changes": "5 new changes"}
    mine = opened(controller, "my_own")
    assert ([row[:2] for row in texts(mine)], mine["marks"]) == ([["a.b", "2"]], [[0, 1, "edited", "1"]])
    found = opened(controller, "filtered_results")
    score = found["columns"].index("look_1:action_result.data.*.score")
    assert found["marks"] == [[0, score, "edited", "5"], [1, -1, "new", ""]]
    assert "edited" in [mark[2] for mark in opened(controller, "changes")["marks"]]


def test_a_changed_field_of_the_container_is_marked(stepper: Stepper) -> None:
    """By its row, with what it was."""
    controller = Controller(stepper)
    step(controller, 3)
    view = opened(controller, "container")
    marks = {texts(view)[row][0]: (what, was) for row, _, what, was in view["marks"]}
    assert marks["severity"] == ("changed", "low")


def test_a_filter_that_stays_on_says_what_it_hides(stepper: Stepper) -> None:
    """After the next step as well; one click clears it."""
    controller = Controller(stepper)
    step(controller)
    opened(controller, "log")
    assert send(controller, "filter", text="nothing like it")["table"]["matching"] == 0
    step(controller)
    view = controller.view("data")["table"]
    assert (view["query"], view["hidden"]) == ("nothing like it", "the filter hides 1 new row")
    cleared = send(controller, "filter", text="")["table"]
    assert (cleared["hidden"], cleared["matching"]) == ("", cleared["total"])


MANY = 100_000
BIG = '''
import phantom.rules as phantom
def on_start(container):
    phantom.act("look", parameters=[{}], assets=["a"], name="look_1", callback=done)
def done(action=None, success=None, container=None, results=None, **kwargs):
    last(container=container, results=results)
def last(container=None, results=None, **kwargs):
    pass
'''


def big(rows: list[Any]) -> Controller:
    """Rests at a block that was passed so many rows."""
    lab = Lab({"name": "big"})
    lab.action("look")(lambda: success(rows))
    controller = Controller(lab.step(Playbook.from_source(BIG, name="big"), journal=None))
    send(controller, "tab", tab="container")
    step(controller)
    return controller


def test_a_click_makes_one_page_and_touches_no_row_that_is_not_shown() -> None:
    """A hundred thousand rows are decoded once, when they are opened, and 20 of them are made."""
    controller = big([{"n": number, "text": f"text {number}"} for number in range(MANY)])
    assert tabs(controller)["results"].endswith(" MB")  # nobody counts what nobody looks at
    with (patch.object(ResultRows, "row", autospec=True, side_effect=ResultRows.row) as made,
          patch.object(ResultRows, "scanned", autospec=True, side_effect=ResultRows.scanned) as scanned,
          patch.object(Journal, "get", autospec=True, side_effect=Journal.get) as got):
        view = send(controller, "tab", tab="results")
        counts = {one["key"]: one["count"] for one in view["tabs"]}
        assert (counts["results"], view["table"]["total"], made.call_count) == (f"{MANY:,}", MANY, 20)
        large = [one for one in got.call_args_list if len(one.args[0].text(one.args[1])) > 10**6]
        assert len(large) == 1
        step(controller)  # the same rows are passed on
        controller.view("data")
        assert len([one for one in got.call_args_list if len(one.args[0].text(one.args[1])) > 10**6]) == 1
        assert (made.call_count, scanned.call_count) == (20, 0)
        assert len(json.dumps(controller.view("data"))) < 20_000
        found = send(controller, "filter", text="TEXT 9999")["table"]
        assert (found["matching"], scanned.call_count) == (11, 1)
        send(controller, "filter", text="")
        key = found["keys"][found["columns"].index("look_1:action_result.data.*.n")]
        send(controller, "sort", column=key)
        down = send(controller, "sort", column=key)["table"]
        assert (down["places"][:2], scanned.call_count) == ([MANY - 1, MANY - 2], 1)
        step(controller)
        again = controller.view("data")["table"]
        assert (again["places"], again["rows"], scanned.call_count) == (down["places"], down["rows"], 1)


def test_names_and_columns_without_end_are_cut_and_counted() -> None:
    """A name of 1 MB, 10,000 columns and a text of 1 MB: a view stays small, and says of how much it is a part."""
    row = {"n" * 10**6: "x" * 10**6, **{f"column {number}": number for number in range(10_000)}}
    other = {f"column {number}": -number for number in range(10_000)}
    controller = big([row, {**row, **other, "column 3": {"deep": ["\u202eabc"] * 100_000}}])
    view = send(controller, "tab", tab="results")
    table = view["table"]
    assert len(json.dumps(view)) < 60_000
    assert (len(table["columns"]), table["known"] > 10_000, table["left"] > 9_000) == (7, True, True)
    choosing = send(controller, "choose", text="column")["table"]["choosing"]
    assert (len(choosing["columns"]), choosing["total"]) == (200, 10_001)
    record = send(controller, "record", row=1)["table"]["record"]
    assert (len(record["fields"]), record["total"] > 10_000) == (200, True)
    assert len(json.dumps(controller.view("data"))) < 250_000
    name = next(one for one in record["fields"] if one["name"].startswith("look_1:action_result.data.*.nnn"))
    assert (name["name"].endswith(" characters)"), name["path"], name["cell"][1]) == (True, "", "capped")
    deep = next(one for one in record["fields"] if one["name"].endswith("column 3.deep"))
    assert deep["cell"] == [deep["cell"][0], "capped"]
    assert deep["cell"][0].endswith("(100,000 items)")
    assert "\\u202e" in deep["cell"][0]


SHAPES: list[dict[str, Any]] = [
    {"name": "a", "asset": "x", "app": "y", "app_run_id": 1, "action_results": [
        {"status": "success", "message": "m", "parameter": {"ip": 1, "context": {"guid": "g"}}, "summary": {"total": 2},
         "data": [{"a": {"b": 1, "c": []}}, {"a": 3}, {"a": {}}, {}, "text", None, {"d.e": [1]}]},
        {"status": "failed", "message": None, "data": []}, {"data": {"whole": {"x": 1}}}]},
    {"name": "b", "asset": "z", "app": None, "custom_function_results": [{"status": "success", "data": [[1, 2]]}]},
    {"name": "c"},
]


@pytest.mark.parametrize("name", [None, "a"])
def test_all_rows_column_by_column_are_the_rows_one_by_one(name: str | None) -> None:
    """Whatever the shapes of results are; nothing is told otherwise by the fast way."""
    rows = ResultRows(SHAPES, name, {1: ["one", "two", "three"]})
    one_by_one = [rows.row(place) for place in range(rows.length)]
    found = rows.scanned()
    names = dict.fromkeys(column for row in one_by_one for column in row)
    assert (rows.length, found.left_out) == (11, 0)
    assert {*found.columns} == {*names}
    for column in names:
        assert found.columns[column] == [row.get(column) for row in one_by_one], column


COLUMNS: list[list[Any]] = [
    ["Alpha", "beta", None, "ALPHA\"x\\", "x" * 20_000 + "Needle", ""], [1, 2.5, None, True, 10**400, float("inf")],
    ["same"] * 6, [["Alpha", 1], {"k": "v"}, None, [], "text", 3], [True, False, None, True, False, None],
    [["a\"b"], ["c"], ["ALPHA"], [], [None], [1.5]], [None] * 6, [0.0, -0.0, 0.0, 0.0, 0.0, 0.0],
    [1, 22, None, 2.5, 3, -1], ["\0", "a\0x", "x", "", "İ", "ΑΣ"], ["x, y", "ß", None, "Σx", "alpha", "none"],
    [[1], [True], [1.0], [1], [1], [1]]]


@pytest.mark.parametrize("query", ["alpha", "NEEDLE", "true", "none", "null", "2.5", "inf", "same", '"', "\\",
                                   '"k": "v"', "x", "", "zzz", "ALPHA\"x", "-", "1", "\0", ", ", "σ", "i"])
def test_a_filter_finds_what_a_look_at_every_cell_finds(query: str) -> None:
    """However a column is searched as a whole; a missing value holds nothing."""
    wanted = [[row for row in range(6) if column[row] is not None and query.lower() in text_of(column[row]).lower()]
              for column in COLUMNS]
    assert [matching([column], query, 6) for column in COLUMNS] == wanted
    assert matching(COLUMNS, query, 6) == sorted({row for rows in wanted for row in rows})
    assert matching([[] for _ in COLUMNS], query, 0) == []


def test_rows_are_ordered_as_python_orders_their_values() -> None:
    """Missing first, then numbers, then texts; equal ones stay as they were, also the other way round."""
    column = ["b", 3, None, "a", 3.0, -1, True, "b", None, 10**400]
    assert ordered(range(10), column, descending=False) == [2, 8, 5, 6, 1, 4, 9, 3, 0, 7]
    assert ordered(range(10), column, descending=True) == [0, 7, 3, 9, 1, 4, 6, 5, 2, 8]
    assert ordered([5, 4, 1], column[:9], descending=False) == [5, 4, 1]


def test_the_table_that_is_shown_is_given_as_a_frame(stepper: Stepper) -> None:
    """Without the rows that a filter hides, and with all columns."""
    controller = Controller(stepper)
    step(controller)
    send(controller, "filter", text="no such host")
    frame = controller.parts["data"].frame()
    assert (len(frame), frame["asset"].tolist()) == (2, ["other", "other"])


def test_the_table_goes_to_a_variable_of_the_notebook_or_to_a_file(stepper: Stepper, tmp_path: Path) -> None:
    """All of its rows, without what a filter hides; the panel says where it is."""
    shell = get_ipython() or start_ipython()
    controller = Controller(stepper)
    controller.take({"part": "data", "type": "tab", "tab": "artifacts"})
    controller.take({"part": "data", "type": "frame"})
    frame = shell.user_ns["panel_table"]
    assert controller.view("head")["notice"] == (
        f"panel_table is a DataFrame of {len(frame)} rows and {len(frame.columns)} columns now")
    assert len(frame) == 2
    controller.take({"part": "data", "type": "save", "file": str(tmp_path / "t.csv")})
    assert controller.view("head")["notice"].startswith("written: ")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").count("\n") >= 3
    controller.take({"part": "data", "type": "save", "file": str(tmp_path / "t.txt")})
    assert "exported as .csv or .xlsx" in controller.view("head")["problem"]
    assert controller.view("head")["notice"] == ""

"""`phantom.collect2`: datapaths in, rows out."""

from __future__ import annotations

import pytest

from phantom_lab import Lab
from tests.table import tabled

RICH = [  # what two items of `look up` came back with
    {"summary": {"hits": 2, "responses": ["yes", "no"]}, "message": "first", "data": [
        {"id": "a", "inner": [{"x": 1, "y": "p"}, {"x": 2, "y": "q"}], "other": [{"z": 7}], "kinds": ["k1", "k2"],
         "safety score": 3, "@type": "odd", "v1.2": "dotted", "deep": {"one": {"two": 5}}},
        {"id": "b", "inner": [{"x": 3}], "other": [{"z": 8}, {"z": 9}]}]},
    {"status": "failed", "message": "second", "data": []},
]
TAGGED = {"container": {"id": 7, "name": "tagged"}, "artifacts": [
    {"id": 1, "label": "event", "tags": ["red", "hot"], "cef": {"n": 1}},
    {"id": 2, "label": "event", "tags": ["red"], "cef": {"n": 2}},
    {"id": 3, "label": "flow", "tags": [], "cef": {"n": 3}}]}


def collect(datapath, **arguments):
    """The text of a call."""
    more = "".join(f", {name}={text}" for name, text in arguments.items())
    return f"phantom.collect2(container=container, datapath={datapath!r}{more})"


@pytest.mark.observed
def test_each_artifact_gives_one_row_in_creation_order_with_one_cell_per_datapath(value):
    """An artifact without the field gives None in its cell; the row stays."""
    rows = value(collect(["artifact:*.cef.sourceAddress", "artifact:*.id"]))
    assert rows == [["1.1.1.1", 1], ["8.8.8.8", 2], [None, 3], [None, 4], [None, 5]]


@pytest.mark.observed
def test_values_keep_their_json_types(value):
    """Numbers stay numbers, an object at the end of a path is given as an object, a null is None."""
    assert value(collect(["artifact:*.cef.sourcePort"]))[1] == [53]
    assert value(collect(["artifact:*.cef"]))[0] == [{"sourceAddress": "1.1.1.1"}]
    assert value(collect(["artifact:*.cef.deviceAction"]))[4] == [None]


@pytest.mark.observed
def test_a_datapath_given_as_a_text_gives_a_flat_list(value):
    """`datapath="…"` instead of a list spares the one-cell rows."""
    assert value(collect("artifact:*.id")) == [1, 2, 3, 4, 5]


@pytest.mark.observed
@tabled(("paths", "rows"), [
    (["data.*.id"], [["a"], ["b"], [None]]),
    (["data.*.id", "parameter.item", "status"], [["a", 0, "success"], ["b", 0, "success"], [None, 1, "failed"]]),
    (["data.*.id", "summary.hits", "message"], [["a", 2, "first"], ["b", 2, "first"], [None, None, "second"]]),
    (["data.*.id", "data.*.inner.*.x"], [["a", 1], ["a", 2], ["b", 3], [None, None]]),
    (["data.*.inner.*.x", "data.*.inner.*.y"], [[1, "p"], [2, "q"], [3, None], [None, None]]),
    (["data.*.inner.x"], [[1], [2], [3], [None]]),
    (["data.id"], [["a"], ["b"], [None]]),
    (["data.*.kinds"], [[["k1", "k2"]], [None], [None]]),
    (["data.*.kinds.*"], [["k1"], ["k2"], [None], [None]]),
    (["data.0.id"], [["a"], [None]]),
    (["data.1.id", "data.5.id"], [["b", None], [None, None]]),
    (["summary.responses.0", "summary.responses.1"], [["yes", "no"], [None, None]]),
    (["data.*.safety score"], [[3], [None], [None]]),
    (["data.*.@type"], [["odd"], [None], [None]]),
    (["data.*.deep.one.two"], [[5], [None], [None]]),
    (["parameter.context.artifact_id"], [[1], [2]]),
], ids=str)
def test_action_results_give_one_row_per_innermost_list_element(value, paths, rows):
    """Cells of a shallower path are repeated; a result without data gives one row with None and its parameter."""
    assert value(collect([f"look_1:action_result.{path}" for path in paths]), answers=RICH) == rows


@pytest.mark.assumed
@pytest.mark.parametrize(("paths", "rows"), [
    (["data.*.inner.*.x", "data.*.other.*.z"], [[1, 7], [2, None], [3, 8], [None, 9], [None, None]]),
    (["data.[0].id"], [["a"], [None]]),
    (['data.*."v1.2"'], [["dotted"], [None], [None]]),
], ids=str)
def test_two_lists_are_paired_and_index_and_quotes_are_read(value, paths, rows):
    """Two different lists in one call are paired by position; `[0]` is an index; a quoted segment may hold a dot."""
    assert value(collect([f"look_1:action_result.{path}" for path in paths]), answers=RICH) == rows


@pytest.mark.observed
def test_a_list_of_lists_is_walked_with_one_star_each(value):
    """`a.*.*.b` walks nested lists."""
    answers = [{"data": [{"grid": [[{"b": 1}, {"b": 2}], [{"b": 3}]]}]}]
    assert value(collect(["look_1:action_result.data.*.grid.*.*.b"]), answers=answers) == [[1], [2], [3]]


@pytest.mark.observed
def test_the_whole_data_list_is_one_cell_where_the_path_ends_on_it(value):
    """`action_result.data` without a star gives the list itself; the bare source gives the whole result."""
    assert value(collect(["look_1:action_result.data"]), answers=RICH)[1] == [[]]
    whole = value(collect(["look_1:action_result"]), answers=RICH)
    assert [row[0]["message"] for row in whole] == ["first", "second"]


@pytest.mark.observed
@pytest.mark.parametrize(("paths", "rows"), [
    (["action_result.parameter.item", "action", "app", "status"],
     [[0, "look up", "sample", "success"], [1, "look up", "sample", "success"]]),
    (["summary.total_objects", "summary.total_objects_successful"], [[2, 1], [2, 1]]),
], ids=str)
def test_an_unnamed_path_reads_the_passed_results_and_headers_those_of_the_app_run(value, paths, rows):
    """Without a block name, `action_results=` is read; `action`, `app`, `status`, `summary` are the app run's."""
    assert value(collect(paths, action_results="results"), answers=RICH) == rows


@pytest.mark.documented
def test_results_of_another_action_name_are_ignored(value):
    """A name in `action_name` makes every passed result of another name be ignored."""
    for name, count in (("look_1", 2), ("other_1", 0)):
        call = collect(["action_result.status"], action_results="results", action_name=repr(name))
        assert len(value(call, answers=RICH)) == count


@pytest.mark.assumed
def test_passed_results_of_another_name_than_the_path_do_not_hide_the_named_ones(value):
    """A path with a block name reads that block's results, whatever results were passed along."""
    call = collect(["look_1:action_result.parameter.item"],
                   action_results="[{**results[0], 'name': 'other_1', 'action_results': []}]")
    assert value(call, answers=RICH) == [[0], [1]]


@pytest.mark.assumed
@pytest.mark.parametrize("path", ["nobody:action_result.data.*.x", "filtered-data:no:condition_1:artifact:*.id",
                                  "filtered-data:no:condition_1:look_1:action_result.status"])
def test_an_unknown_block_or_filter_gives_no_rows(value, path):
    """What never ran gives an empty list."""
    assert value(collect([path]), answers=RICH) == []


@pytest.mark.observed
def test_a_container_without_artifacts_gives_no_rows(value):
    """No artifact, no row."""
    assert value(collect(["artifact:*.id"]), container={"id": 3, "name": "empty"}) == []


@pytest.mark.observed
def test_a_named_filter_narrows_later_paths(value):
    """`filtered-data:` paths read the rows that passed, of artifacts and of results."""
    setup = """
        phantom.condition(container=container, name="F:condition_1",
                          conditions=[["look_1:action_result.data.*.id", "==", "b"]])
        phantom.condition(container=container, name="A:condition_1",
                          conditions=[["artifact:*.cef.sourceAddress", "!=", ""]])
    """
    paths = ["filtered-data:F:condition_1:look_1:action_result.data.*.id",
             "filtered-data:F:condition_1:look_1:action_result.parameter.item"]
    assert value(collect(paths), setup=setup, answers=RICH) == [["b", 0]]
    assert value(collect(["filtered-data:A:condition_1:artifact:*.id"]), setup=setup, answers=RICH) == [[1], [2]]


@pytest.mark.observed
def test_the_artifacts_of_an_action_are_those_of_its_contexts(value):
    """`<block>:artifact:*` gives the artifacts that the parameters' contexts name."""
    assert value(collect(["look_1:artifact:*.id"]), answers=RICH) == [[1], [2]]


@pytest.mark.assumed
@tabled(("given", "ids"), [("2", [2]), ("'2'", [2]), ("0", []), ("None", []), ("'x'", []), ("[2]", []),
                          ("{}", []), ("True", [])])
def test_a_context_names_an_artifact_by_its_number_or_its_digits(incident, playbook, given, ids):
    """Anything else names none: to the action's artifacts, to a filter over its results, to one over artifacts."""
    lab = Lab(incident)
    lab.action("look up")(lambda parameter: [{"x": 1}])
    run = lab.run(playbook(f"""
def on_start(container):
    named = {{"context": {{"artifact_id": {given}}}}}
    phantom.act("look up", parameters=[named], assets=["a"], name="look_1", callback=go)

def go(action=None, success=None, container=None, results=None, handle=None):
    phantom.condition(conditions=[["look_1:action_result.status", "==", "success"]], name="R:condition_1")
    phantom.condition(conditions=[["artifact:*.id", "==", 2]], name="A:condition_1")
    for path in ("look_1:artifact:*.id", "filtered-data:R:condition_1:artifact:*.id",
                 "filtered-data:A:condition_1:look_1:action_result.status"):
        phantom.debug(len(phantom.collect2(datapath=[path])))
    phantom.debug(phantom.get_artifact_ids_from_action_result("look_1:action_result.data", None))
"""))
    assert run.summary().debug == [str(len(ids))] * 3 + [str(ids)]


@pytest.mark.documented
@tabled(("scope", "ids"), [("'all'", [1, 2, 3, 4, 5]), ("'new'", [1, 2, 3, 4, 5]), ("[2, 4]", [2, 4]),
                          ("3", [3]), ("None", [5])])
def test_scope_chooses_artifacts(value, scope, ids):
    """`all`, `new` (everything on a first run), an id or several; None is the run's own scope, here artifact 5."""
    assert value(collect("artifact:*.id", scope=scope), scope=[5]) == ids


@pytest.mark.observed
@pytest.mark.parametrize(("chosen", "ids"), [
    ("[3, 1]", [1, 3]), ("[9]", []), ("None", [1, 2, 3]),
])
def test_filter_artifacts_keeps_the_named_ids(value, chosen, ids):
    """Only artifacts whose id is named are read, in creation order."""
    assert value(collect("artifact:*.id", filter_artifacts=chosen), container=TAGGED) == ids


@pytest.mark.assumed
@tabled(("tags", "ids"), [
    ("['red']", [1, 2]), ("['red', 'hot']", [1]), ("'hot'", [1]), ("[]", [1, 2, 3]),
])
def test_tags_keep_artifacts_that_have_all_of_them(value, tags, ids):
    """An artifact must carry every tag."""
    assert value(collect("artifact:*.id", tags=tags), container=TAGGED) == ids


@pytest.mark.documented
@pytest.mark.parametrize(("limit", "count", "noted"), [("3", 3, True), ("5", 5, False), ("None", 2000, True)])
def test_the_limit_cuts_artifacts(block, limit, count, noted):
    """2,000 artifacts are read unless the call says otherwise; the lab notes a cut."""
    artifacts = [{"cef": {}} for _ in range(2001 if limit == "None" else 5)]
    container = {"container": {"id": 1}, "artifacts": artifacts}
    run = block(f"len({collect('artifact:*.id', limit=limit)})", container=container)
    assert run.summary().debug == [str(count)]
    assert any("limit" in note for note in run.summary().notes) is noted


@pytest.mark.observed
@pytest.mark.parametrize(("given", "rows"), [("one", [["one"]]), (5, [[5]])], ids=repr)
def test_a_single_value_as_playbook_input_gives_one_row(value, given, rows):
    """A value that is no list is one row, in its own type."""
    assert value(collect(["playbook_input:x"]), inputs={"x": given}) == rows


@pytest.mark.assumed
def test_an_unset_playbook_input_gives_one_row_of_none(value):
    """An input that nobody supplied is one None."""
    assert value(collect(["playbook_input:x"])) == [[None]]


@pytest.mark.observed
def test_playbook_inputs_cannot_be_mixed_with_other_sources(block):
    """The platform raises TypeError."""
    run = block(collect(["playbook_input:x", "artifact:*.id"]))
    assert run.status == "error"
    assert run.summary().message.startswith("TypeError")


@pytest.mark.observed
def test_the_container_is_optional(value):
    """A call without a container reads the run's own."""
    assert value('phantom.collect2(datapath=["artifact:*.id"], scope="all")') == [[1], [2], [3], [4], [5]]


@pytest.mark.observed
def test_collected_objects_are_the_callers_own(value):
    """Changing a collected object changes nothing for the next call."""
    setup = f"rows = {collect(['look_1:action_result.data.*.deep'])}\nrows[0][0]['one'] = 'changed'"
    assert value(collect(["look_1:action_result.data.*.deep.one"]), setup=setup, answers=RICH)[0] == [{"two": 5}]


@pytest.mark.assumed
def test_rows_of_one_result_share_a_repeated_object(value):
    """A change of it is seen in all of them, as in a Python list that was filled in a loop, and nowhere else: a copy
    for every row would take the square of the time where the whole data stand beside their items."""
    rows = collect(["look_1:action_result.parameter", "look_1:action_result.data.*.id"])
    setup = f"rows = {rows}\nrows[0][0]['mine'] = 1"
    answers = [{"data": [{"id": 1}, {"id": 2}]}, {"data": [{"id": 3}]}]
    found = f"[['mine' in row[0] for row in table] for table in (rows, {rows})]"
    assert value(found, setup=setup, answers=answers) == [[True, True, False], [False, False, False]]


@pytest.mark.observed
@tabled(("paths", "cell"), [
    (["artifact:*.tags"], "rows[0][0]"), (["artifact:*.tags", "container:id"], "rows[0][0]"),
    (["artifact:*.tags"], "rows[1][0]"), ("artifact:*.tags", "rows[0]"),
])
def test_rows_are_copies_of_what_the_platform_holds(value, paths, cell):
    """One source or several, rows or a flat list: a cell that is changed changes no artifact and no other cell."""
    setup = f"rows = {collect(paths)}\n{cell}.append('mine')\nrows.append('mine')"
    before = value(collect(paths), container=TAGGED)
    assert value(collect(paths), setup=setup, container=TAGGED) == before


@pytest.mark.assumed
def test_what_is_no_datapath_gives_no_value_and_is_told(block):
    """Beside others its cells are None; alone there is no row. Block, line and argument are named, once."""
    run = block(f"[{collect(['plain', 'artifact:*.id'])}, {collect(['plain'])}, {collect('plain')}, {collect([])}]",
                container=TAGGED)
    assert run.summary().debug == ["[[[null, 1], [null, 2], [null, 3]], [], [], []]"]
    assert run.summary().diagnoses == [
        {"run": run.id, "count": 1, "block": "after", "line": 10, "api": "collect2", "argument": "datapath",
         "datapath": "plain", "message": "'plain' is no datapath: it gives no value"}]


@pytest.mark.assumed
@tabled(("arguments", "count"), [
    ({"action_results": "results[0]"}, 2), ({"action_results": "[]"}, 0), ({"action_results": "None"}, 0),
    ({"action_results": "[None, 5, *results]"}, 2), ({"action_name": "'look_1'"}, 2), ({"action_name": "''"}, 0),
    ({"action_name": "'look_1'", "action_results": "[]"}, 0), ({"action_name": "'never'"}, 0),
])
def test_unnamed_paths_read_what_was_passed_or_what_the_name_says(value, arguments, count):
    """One of the results alone is a list of one; a name without results means the name's own."""
    assert len(value(collect(["action_result.status"], **arguments), answers=RICH)) == count


@pytest.mark.assumed
@tabled("tags", ["''", "['']", "[None]", "None"])
def test_empty_tags_restrict_nothing(value, tags):
    """An unset field of a custom function arrives like that."""
    assert value(collect("artifact:*.id", tags=tags), container=TAGGED) == [1, 2, 3]


@pytest.mark.observed
def test_what_the_run_added_is_not_new_though_another_one_went_away(value):
    """As many artifacts as at the start are not the same artifacts."""
    setup = """
    phantom.add_artifact(container=container, raw_data={}, cef_data={"n": 3}, label="event", name="a")
    phantom.delete_artifact(artifact_id=1)
    """
    assert value("phantom.collect2(container=container, datapath=['artifact:*.id'], scope='new')", setup=setup) == [
        [2], [3], [4], [5]]

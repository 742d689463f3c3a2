"""`filtered-data:` paths: what a filter keeps of sources whose rows have no ids, and where two spellings meet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phantom_lab import Lab
from phantom_lab.model import Options

KEPT = "filtered-data:F:condition_1"
TOOL = "def tool(n=None, answer=None):\n    return answer\n"
PARENT = """
import json
import phantom.rules as phantom

def on_start(container):
    phantom.playbook("local/child", container=container, name="child_1", inputs={inputs!r}, callback=tool)

def tool(container=None, **kwargs):
    phantom.custom_function(custom_function="local/tool", parameters={answers!r}, name="tool_1", callback=look)

def look(container=None, **kwargs):
    parameters = [{{"n": n, "context": {{"artifact_id": n}}}} for n in (1, 2, 3)]
    phantom.act("look", parameters=parameters, assets=["a", "b"], name="look_1", callback=after)

def after(container=None, results=None, **kwargs):
    {setup}
    phantom.debug(json.dumps({expression}))
"""
CHILD = """
import phantom.rules as phantom

def on_start(container):
    pass

def on_finish(container, summary):
    phantom.save_playbook_output_data(output={outputs!r})
"""
OBSERVABLES = [{"value": "a", "score": 9}, {"value": "b", "score": 1}, {"value": "c", "score": 7}]
OUTPUTS = {"observable": OBSERVABLES, "verdict": ["bad", "good", "bad"], "short": ["x"], "long": [1, 2, 3, 4],
           "one": "text", "none": None}


@pytest.fixture
def evaluate(tmp_path: Path, incident: Path):
    """What an expression gives after child ``child_1``, custom function ``tool_1`` and action ``look_1`` are done."""

    def run(expression, setup="pass", *, outputs=OUTPUTS, answers=({"k": 1}, {"k": 2}), inputs=None, given=None,
            data=None, options=None):
        sets = [{"n": n, "answer": answer} for n, answer in enumerate(answers)]
        (tmp_path / "tool.py").write_text(TOOL)
        (tmp_path / "child.py").write_text(CHILD.format(outputs=outputs))
        (tmp_path / "child.json").write_text(json.dumps(
            {"coa": {"playbook_type": "data", "input_spec": [{"name": name} for name in inputs or {}]}}))
        book = tmp_path / "book.py"
        book.write_text(PARENT.format(inputs=inputs or {}, answers=sets, setup=setup, expression=expression))
        lab = Lab(incident, options=options)
        lab.action("look")(data or (lambda parameter, asset: [
            {"id": f"{asset}{parameter['n']}{n}", "n": n} for n in range(parameter["n"])]))
        read = {name: one for name, one in (given or {}).items() if f"playbook_input:{name}" in book.read_text()}
        summary = lab.run(book, inputs=read).summary()
        assert summary.debug, summary.message
        return json.loads(summary.debug[-1])

    return run


def condition(*conditions, name="F:condition_1", logic="or", **arguments):
    """The text of a filter."""
    more = "".join(f", {key}={one!r}" for key, one in arguments.items())
    return (f"phantom.condition(container=container, conditions={list(conditions)!r}, logical_operator={logic!r}, "
            f"name={name!r}{more})")


def collect(*paths):
    """The text of a collect2."""
    return f"phantom.collect2(container=container, datapath={list(paths)!r})"


def column(path):
    """The text of the cells of one path."""
    return f"[row[0] for row in {collect(path)}]"


@pytest.mark.observed
@pytest.mark.parametrize(("comparison", "values"), [
    (["child_1:playbook_output:observable.score", ">", 5], ["a", "c"]),
    (["child_1:playbook_output:observable.score", "==", 1], ["b"]),
    (["child_1:playbook_output:observable.value", "in", ["b", "c"]], ["b", "c"]),
    (["child_1:playbook_output:observable.missing", "==", ""], ["a", "b", "c"]),
    (["child_1:playbook_output:observable.score", ">", 9], []),
    (["child_1:playbook_output:verdict", "==", "bad"], ["a", "c"]),
], ids=str)
def test_every_field_of_an_output_that_passed_is_kept(evaluate, comparison, values):
    """Public playbooks test one field of an observable and read another: the whole element is what passes."""
    scores = {one["value"]: one["score"] for one in OBSERVABLES}
    setup = condition(comparison)
    path = f"{KEPT}:child_1:playbook_output:observable"
    assert evaluate(column(f"{path}.value"), setup) == values
    assert evaluate(collect(f"{path}.score", f"{path}.value"), setup) == [[scores[one], one] for one in values]
    assert evaluate(column(path), setup) == [one for one in OBSERVABLES if one["value"] in values]


@pytest.mark.assumed
@pytest.mark.parametrize(("name", "kept"), [
    ("observable.value", ["a", "c"]), ("verdict", ["bad", "bad"]), ("short", ["x"]), ("long", [1, 3]),
    ("one", ["text"]), ("none", [None]), ("nobody", []),
])
def test_outputs_beside_the_tested_one_are_cut_to_the_same_places(evaluate, name, kept):
    """Elements of the same place belong together; a value that is no list is kept whole; unset ones have no row."""
    setup = condition(["child_1:playbook_output:observable.score", ">", 5])
    assert evaluate(column(f"{KEPT}:child_1:playbook_output:{name}"), setup) == kept


@pytest.mark.assumed
@pytest.mark.parametrize(("comparison", "kept"), [
    (["child_1:playbook_output:one", "==", "text"], [1, 2, 3, 4]), (["child_1:playbook_output:one", "==", "x"], []),
    (["child_1:playbook_output:none", "==", None], [1, 2, 3, 4]),
    (["child_1:playbook_output:short", "==", "x"], [1]), (["child_1:playbook_output:long", ">", 3], [4]),
])
def test_a_single_value_that_passes_lets_every_list_through(evaluate, comparison, kept):
    """It belongs to no element of them; a list of one element is a list all the same."""
    assert evaluate(column(f"{KEPT}:child_1:playbook_output:long"), condition(comparison)) == kept


@pytest.mark.assumed
@pytest.mark.parametrize("source", ["playbook_input", "child_1:playbook_input"])
def test_inputs_are_kept_like_outputs(evaluate, source):
    """Of this playbook and of a child; two tested inputs must pass in one place."""
    inputs = {"ip": ["a", "b", "c"], "port": [1, 2, 2], "note": "text"}
    where = {"given": inputs} if source == "playbook_input" else {"inputs": inputs}
    tested = [f"{source}:port", "==", 2]
    assert evaluate(column(f"{KEPT}:{source}:ip"), condition(tested), **where) == ["b", "c"]
    assert evaluate(column(f"{KEPT}:{source}:note"), condition(tested), **where) == ["text"]
    both = condition(tested, [f"{source}:ip", "==", "c"], logic="and")
    assert evaluate(collect(f"{KEPT}:{source}:ip", f"{KEPT}:{source}:port"), both, **where) == [["c", 2]]


@pytest.mark.assumed
def test_filters_over_elements_chain(evaluate):
    """A later filter tests what an earlier one kept, and keeps what stands beside; the first one stays."""
    first = condition(["child_1:playbook_output:observable.score", ">", 5])
    source = "child_1:playbook_output"
    second = condition([f"{KEPT}:{source}:observable.value", "==", "c"], name="G:condition_1")
    both = f"{first}; {second}"
    for name, kept in (("observable.score", [7]), ("verdict", ["bad"]), ("one", ["text"]), ("long", [3])):
        assert evaluate(column(f"filtered-data:G:condition_1:{source}:{name}"), both) == kept
    assert evaluate(column(f"{KEPT}:{source}:observable.value"), both) == ["a", "c"]
    gate = condition([f"{KEPT}:{source}:one", "==", "text"], name="G:condition_1")
    path = f"filtered-data:G:condition_1:{source}:observable.value"
    assert evaluate(column(path), f"{first}; {gate}") == ["a", "c"]


@pytest.mark.assumed
def test_variables_of_a_code_block_are_kept_by_element(evaluate):
    """Other variables of the block are cut to the same places; those of other blocks are not there."""
    save = "; ".join(f"phantom.save_run_data(key={key!r}, value=json.dumps({one!r}))" for key, one in (
        ("code_1:x", [{"k": 1, "v": "a"}, {"k": 2, "v": "b"}]), ("code_1:y", ["p", "q"]), ("code_1:z", {"d": 1}),
        ("code_2:y", ["no"])))
    setup = f"{save}; {condition(['code_1:custom_function:x.k', '==', 2])}"
    for path, kept in (("code_1:custom_function:x.v", ["b"]), ("code_1:custom_function:y", ["q"]),
                       ("code_1:custom_function:z.d", [1]), ("code_2:custom_function:y", [])):
        assert evaluate(column(f"{KEPT}:{path}"), setup) == kept


@pytest.mark.observed
@pytest.mark.parametrize(("value", "operator", "passes"), [([1], "!=", True), ([1], "==", False), ([], "==", True),
                                                           ([], "!=", False)])
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("no_rows", ["none", "skip"])
def test_a_whole_variable_that_passes_is_kept_whole(evaluate, value, operator, passes, swapped, no_rows):
    """`== []` and `!= []` compare the whole value, on either side; where they hold the next block goes on."""
    sides = ["code_1:custom_function:x", operator, []]
    setup = (f"phantom.save_run_data(key='code_1:x', value={json.dumps(value)!r}); "
             f"ids, found = {condition(sides[::-1] if swapped else sides)}")
    options = Options(no_rows=no_rows)
    assert evaluate("[ids, bool(found)]", setup, options=options) == [[], passes]
    kept = evaluate(column(f"{KEPT}:code_1:custom_function:x"), setup, options=options)
    assert kept == (value if passes else [])


@pytest.mark.assumed
@pytest.mark.parametrize(("path", "right", "items", "text"), [
    ("formatted_data.*", "b", ["b", "b2"], ["b\nb2"]), ("formatted_data.*", "c", [], []),
    ("formatted_data", "b2", ["a", "b", "b2"], ["a\nb\nb2\n"]), ("formatted_data", "c", [], []),
])
def test_rows_of_a_format_pass_for_themselves(evaluate, path, right, items, text):
    """The rows that passed are kept, with their text; where the text was tested, all of them."""
    setup = ("phantom.save_run_data(key='code_1:x', value='[\"a\", \"b\", \"b2\"]'); "
             "phantom.format(container=container, template='%%\\n{0}\\n%%\\n', "
             "parameters=['code_1:custom_function:x'], name='format_1'); "
             f"ids, found = {condition([right, 'in', f'format_1:{path}'])}")
    assert evaluate("bool(found)", setup) is bool(items)
    assert evaluate(column(f"{KEPT}:format_1:formatted_data.*"), setup) == items
    assert evaluate(column(f"{KEPT}:format_1:formatted_data"), setup) == text


@pytest.mark.observed
@pytest.mark.parametrize(("answers", "comparison", "kept"), [
    ([{"k": 1}, {"k": 2}, {"k": 3}], ["data.k", ">", 1], [[2, 1], [3, 2]]),
    ([{"k": 1}, {"k": 2}], ["data.k", ">", 5], []),
    ([{"k": 1}, {"k": 2}], ["parameter.n", "==", 0], [[1, 0]]),
    ([{"k": 1}, {"k": 2}], ["data.*.k", "==", 2], [[2, 1]]),
    ([[{"k": 1}, {"k": 2}, {"k": 3}], [{"k": 9}]], ["data.k", ">=", 3], [[3, 0], [9, 1]]),
    ([[{"k": 1}, {"k": 2}, {"k": 3}], [{"k": 9}]], ["data.*.k", "<", 3], [[1, 0], [2, 0]]),
    ([[{"k": 1}, {"k": 2}], [{"k": 9}]], ["status", "==", "success"], [[1, 0], [2, 0], [9, 1]]),
], ids=str)
def test_results_of_a_custom_function_are_cut_down_like_those_of_an_action(evaluate, answers, comparison, kept):
    """Result by result; where the returned value is a list, item by item."""
    path, operator, right = comparison
    setup = f"ids, found = {condition([f'tool_1:custom_function_result.{path}', operator, right])}"
    paths = [f"{KEPT}:tool_1:custom_function_result.{one}" for one in ("data.k", "parameter.n")]
    assert evaluate(collect(*paths), setup, answers=answers) == kept
    assert evaluate("[ids, bool(found)]", setup, answers=answers) == [[], bool(kept)]
    message = f"{KEPT}:tool_1:custom_function_result.status"
    assert evaluate(column(message), setup, answers=answers) == ["success"] * len({n for _, n in kept})


@pytest.mark.assumed
def test_what_a_condition_returns_of_a_custom_function_has_callback_form(evaluate):
    """Runs of the block with the results that passed, and copies of them."""
    setup = f"ids, found = {condition(['tool_1:custom_function_result.data.k', '==', 2])}"
    shape = "[(one['name'], [each['data'] for each in one['custom_function_results']]) for one in found]"
    assert evaluate(shape, setup) == [["tool_1", [{"k": 2}]]]
    change = f"{setup}; found[0]['custom_function_results'][0]['data']['k'] = 0"
    assert evaluate(column(f"{KEPT}:tool_1:custom_function_result.data.k"), change) == [2]
    assert evaluate(column("tool_1:custom_function_result.data.k"), change) == [1, 2]


@pytest.mark.assumed
def test_a_filter_over_artifacts_keeps_no_results_of_custom_functions(evaluate):
    """They name no artifact that could tie them."""
    setup = condition(["artifact:*.id", "==", 2])
    assert evaluate(column(f"{KEPT}:tool_1:custom_function_result.data.k"), setup) == []
    assert evaluate(column(f"{KEPT}:look_1:action_result.data.*.id"), setup) == ["a20", "a21", "b20", "b21"]


RESULT = "look_1:action_result"


@pytest.mark.documented
@pytest.mark.parametrize(("comparisons", "ids"), [
    ([[f"{KEPT}:artifact:*.id", ">", 1], ["artifact:*.id", "<", 4]], [2, 3]),
    ([["artifact:*.id", "<", 4], [f"{KEPT}:artifact:*.id", ">", 2]], [3]),
    ([[f"{KEPT}:artifact:*.id", "==", 3], ["artifact:*.id", "==", 2]], []),
    ([["filtered-artifact:*.id", ">", 2], [f"{KEPT}:artifact:*.id", "<", 4]], [3]),
    ([["look_1:artifact:*.id", ">=", 2], ["artifact:*.id", "!=", 2]], [3]),
    ([["look_1:artifact:*.id", "==", 1], [f"{KEPT}:artifact:*.id", "!=", ""]], []),
], ids=str)
def test_and_means_the_same_artifact_however_it_is_spelled(evaluate, comparisons, ids):
    """Of all artifacts, of those that a filter let through, or of those that an action was about."""
    setup = condition(["artifact:*.id", "in", [2, 3, 4]])
    text = condition(*comparisons, name="G:condition_1", logic="and")
    assert evaluate(text, setup) == [ids, []]


@pytest.mark.assumed
@pytest.mark.parametrize(("comparisons", "ids"), [
    ([[f"{KEPT}:artifact:*.id", "!=", 2], ["artifact:*.id", "==", 5]], [3, 4, 5]),
    ([[f"{KEPT}:artifact:*.cef.none", "==", ""], ["artifact:*.id", "==", 1]], [1, 2, 3, 4]),
    ([["look_1:artifact:*.id", "!=", 1], [f"{KEPT}:artifact:*.id", "==", 4]], [2, 3, 4]),
], ids=str)
def test_or_of_two_spellings_asks_each_of_its_own_artifacts(evaluate, comparisons, ids):
    """A comparison says nothing of an artifact that its path does not read; ids come in the order of creation."""
    setup = condition(["artifact:*.id", "in", [2, 3, 4]])
    assert evaluate(condition(*comparisons, name="G:condition_1"), setup) == [ids, []]


@pytest.mark.documented
@pytest.mark.parametrize(("comparisons", "kept"), [
    ([[f"{KEPT}:{RESULT}.data.*.n", ">=", 1], [f"{RESULT}.parameter.n", "==", 2]], ["a21", "b21"]),
    ([[f"{RESULT}.data.*.id", "!=", "b31"], [f"{KEPT}:{RESULT}.data.*.n", "==", 1]], ["a21", "a31", "b21"]),
    ([[f"{KEPT}:{RESULT}.parameter.n", "==", 3], [f"{RESULT}.status", "==", "success"]], ["a31", "a32", "b31", "b32"]),
    ([[f"{KEPT}:{RESULT}.data.*.n", "==", 2], [f"{RESULT}.data.*.n", "==", 1]], []),
    ([[f"{KEPT}:{RESULT}.data.*.n", ">", 0], [f"{RESULT}.data.*.n", "==", 0]], []),
], ids=str)
def test_and_means_the_same_result_however_it_is_spelled(evaluate, comparisons, kept):
    """A result or item that a filter let through is the same one as the action's own."""
    setup = (f"{condition([f'{RESULT}.data.*.n', '>', 0])}; "
             f"ids, found = {condition(*comparisons, name='G:condition_1', logic='and')}")
    assert evaluate(column(f"filtered-data:G:condition_1:{RESULT}.data.*.id"), setup) == kept
    assert evaluate("bool(found)", setup) is bool(kept)


@pytest.mark.assumed
@pytest.mark.parametrize(("comparisons", "kept"), [
    ([["data.*.in.*.k", "==", 2]], ["p"]), ([["data.*.in.*.k", ">", 2]], ["q"]),
    ([["data.*.in.*.k", "==", 1], ["data.*.id", "==", "p"]], ["p"]),
    ([["data.*.in.*.k", "==", 1], ["data.*.id", "==", "q"]], []),
    ([["data.*.in.*.k", "==", 2], ["summary.l.*.s", "==", 9]], ["p"]),
    ([["data.*.in.*.k", "==", 1], ["summary.l.*.s", "==", 9]], []),
    ([["data.*.id", "!=", ""], ["summary.l.*.s", "==", 9]], ["q"]),
    ([["data.*.in.*.k", "==", ""], ["summary.more.*.s", "==", 5]], ["r"]),
    ([["data.*.in.*.k", "==", ""], ["status", "==", "success"]], ["r"]),
], ids=str)
def test_an_item_is_kept_where_one_of_its_rows_passes(evaluate, comparisons, kept):
    """The rows are those of collect2: lists in an item give it several, lists beside the data go by position."""
    item = [{"id": "p", "in": [{"k": 1}, {"k": 2}]}, {"id": "q", "in": [{"k": 3}]}, {"id": "r", "in": []}]
    data = {"data": item, "summary": {"l": [{"s": 8}, {"s": 9}], "more": [{"s": n} for n in range(6)]}}
    tested = [[f"{RESULT}.{path}", operator, right] for path, operator, right in comparisons]
    setup = f"ids, found = {condition(*tested, logic='and')}"
    answer = lambda parameter, asset: data if (parameter["n"], asset) == (2, "a") else []  # noqa: E731
    found = evaluate(column(f"{KEPT}:{RESULT}.data.*.id"), setup, data=answer)
    assert [one for one in found if one] == kept
    text = f"phantom.decision(container=container, conditions={tested!r}, logical_operator='and')"
    assert evaluate(f"[bool(found), {text}]", setup, data=answer) == [bool(found)] * 2


@pytest.mark.assumed
def test_equal_items_are_told_apart_by_their_number(evaluate):
    """Two items that say the same stay two."""
    setup = (f"{condition([f'{RESULT}.data.*.n', '==', 1])}; "
             + condition([f"{KEPT}:{RESULT}.data.*.n", "==", 1], [f"{RESULT}.status", "==", "success"],
                         name="G:condition_1", logic="and"))
    paths = [f"filtered-data:G:condition_1:{RESULT}.{one}" for one in ("parameter.n", "data.*.n")]
    found = evaluate(collect(*paths), setup, data=lambda parameter, asset: [{"n": 1}, {"n": 1}, {"n": 2}])
    assert found == [[n, 1] for _ in "ab" for n in (1, 2, 3) for _ in range(2)]


@pytest.mark.assumed
@pytest.mark.parametrize(("comparisons", "logic", "passes"), [
    ([["artifact:*.id", "==", 5], ["child_1:playbook_output:observable.score", "==", 9]], "and", True),
    ([["artifact:*.id", "==", 5], ["child_1:playbook_output:observable.score", "==", 8]], "and", False),
    ([["artifact:*.id", "==", 6], ["child_1:playbook_output:observable.score", "==", 9]], "or", True),
    ([["tool_1:custom_function_result.data.k", "==", 2], [f"{RESULT}.data.*.id", "==", "a10"]], "and", True),
    ([[f"{RESULT}.data.*.id", "==", "a10"], ["child_1:playbook_input:x", "!=", ""]], "and", False),
], ids=str)
def test_truly_different_sources_are_asked_apart(evaluate, comparisons, logic, passes):
    """Each side needs a row that passes; what passed on one side alone is not let through."""
    setup = f"ids, found = {condition(*comparisons, logic=logic)}"
    assert evaluate("bool(ids or found)", setup) is passes
    if logic == "and" and not passes:
        assert evaluate(column(f"{KEPT}:artifact:*.id"), setup) == []


@pytest.mark.observed
def test_a_decision_lets_everything_through(evaluate):
    """It does not filter: what follows it reads everything (a public fix turned decisions into filters)."""
    setup = "phantom.decision(container=container, conditions=[['artifact:*.id', '==', 2]], name='F:condition_1')"
    assert evaluate(column("artifact:*.id"), setup) == [1, 2, 3, 4, 5]
    assert evaluate(column(f"{KEPT}:artifact:*.id"), setup) == []


@pytest.mark.assumed
def test_only_what_is_filtered_is_without_the_other_rows(evaluate):
    """An unfiltered path in a template gives None for every artifact without the field, the filtered one does not."""
    setup = condition(["artifact:*.cef.sourceAddress", "!=", ""])
    text = "phantom.format(container=container, template='{0}', parameters=[%r])"
    assert evaluate(text % "artifact:*.cef.sourceAddress", setup) == "1.1.1.1, 8.8.8.8, None, None, None"
    assert evaluate(text % f"{KEPT}:artifact:*.cef.sourceAddress", setup) == "1.1.1.1, 8.8.8.8"


@pytest.mark.assumed
@pytest.mark.parametrize("rows", [20_000])
def test_tens_of_thousands_of_rows_are_kept(evaluate, rows):
    """Work grows with the rows, not with their square: this took minutes once."""
    setup = (f"{condition([f'{RESULT}.data.*.n', '>', 0], [f'{RESULT}.data.*.n', '<', rows], logic='and')}; "
             + condition([f"{KEPT}:{RESULT}.data.*.n", "!=", 1], [f"{RESULT}.data.*.n", "!=", 2],
                         name="G:condition_1", logic="and"))
    text = f"len({collect(f'filtered-data:G:condition_1:{RESULT}.data.*.n')})"
    found = evaluate(text, setup, data=lambda parameter, asset: [
        {"n": n} for n in range(rows if (parameter["n"], asset) == (1, "a") else 0)])
    assert found == rows - 3

"""What people have hit with data: None, mixed types, texts for lists, outputs and datapaths of the wrong kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab

HEAD = "import json, math\nimport phantom.rules as phantom\n"
DEMUX = """
def demux(items=None):
    '''One row per item of a list; nothing at all for what is no list.'''
    if not isinstance(items, list):
        return None
    return [{"item": one} for one in items]
"""
DROP = """
def drop(items=None):
    if isinstance(items, list):
        return [{"item": one} for one in items if one]
"""
SWITCH = """
def switch(on=None):
    if on is None or isinstance(on, bool):
        return {"on": bool(on)}
    return {"on": on.strip().lower() == "true"}
"""
CHILD = "def on_start(container):\n    pass\n\ndef on_finish(container, summary):\n    {}\n"


@pytest.fixture
def run(tmp_path: Path):
    """Run a playbook on artifacts with these CEF fields; custom functions and a child playbook stand beside it."""

    def execute(source: str, *cefs: dict[str, Any], verdict: Any = None, **options: Any):
        child = CHILD.format(f"phantom.save_playbook_output_data(output={{'verdict': {verdict!r}}})")
        for name, text in (("book", source), ("demux", DEMUX), ("drop", DROP), ("switch", SWITCH), ("child", child)):
            (tmp_path / f"{name}.py").write_text(HEAD + text)
        lab = Lab({"container": {"id": 42}, "artifacts": [{"cef": cef} for cef in cefs or ({},)]})
        lab.action("look up")(lambda parameter: [{"seen": parameter}])
        lab.action("scan")(lambda parameter: {"summary": {"positives": parameter["hits"], "total": 70}})
        return lab.run(tmp_path / "book.py", **options)

    return execute


def told(ended) -> dict[str, str]:
    """What the lab says of datapaths without a value, without the datapath itself."""
    return {one["datapath"]: one["message"].partition(": ")[2] for one in ended.summary().diagnoses}


# -- None, mixed types, repeated values --------------------------------------------------------------------------------

COLLECT = """
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.kinds", "artifact:*.cef.value"])
    {code}
    phantom.debug(json.dumps(found))
"""
KINDS = ({"value": "a"}, {"value": "b", "kinds": ["ip", "ipv4"]}, {"value": "c", "kinds": ["url"]})
MIXED = ({"value": 443}, {"value": "10.0.0.1"}, {"value": "22"})
PAIRS = ({"one": "a", "two": "b", "value": 1},)


@pytest.mark.observed
@pytest.mark.parametrize(("artifacts", "broken", "repaired", "right"), [
    pytest.param(KINDS, "found = [row[1] for row in rows if 'url' in row[0]]",
                 "found = [row[1] for row in rows if row[0] and 'url' in row[0]]", ["c"], id="membership in None"),
    pytest.param(MIXED, "found = sorted(row[1] for row in rows)",
                 "found = sorted((row[1] for row in rows), key=str)", ["10.0.0.1", "22", 443], id="mixed types"),
    pytest.param(KINDS[:1], "found = [kind.upper() for row in rows for kind in row[0]]",
                 "found = [kind.upper() for row in rows for kind in row[0] or []]", [], id="loop over None"),
])
def test_a_value_that_is_missing_or_of_another_type_ends_the_block_as_on_the_platform(
        run, artifacts, broken, repaired, right):
    """Public fixes: a membership test met None, a sort met numbers among texts. The repaired line gives what is right.

    The failure names the block and the line.
    """
    failed = run(COLLECT.format(code=broken), *artifacts)
    assert (failed.status, failed.failures[0].type) == ("error", "TypeError")
    assert (failed.failures[0].block, failed.failures[0].line) == ("on_start", 6)
    assert json.loads(run(COLLECT.format(code=repaired), *artifacts).summary().debug[0]) == right


@pytest.mark.observed
def test_a_collector_that_is_made_outside_of_the_loop_repeats_what_it_holds(run):
    """Public fix: of one artifact with two fields, the first came twice."""
    found = [json.loads(run(f"""
def on_start(container):
    found, kept = [], []
    for row in phantom.collect2(container=container, datapath=["artifact:*.cef.one", "artifact:*.cef.two"]):
        for cell in row:
            {line}
            kept.append(cell)
            found += kept
    phantom.debug(json.dumps(found))
""", *PAIRS).summary().debug[0]) for line in ("pass", "kept = []")]
    assert found == [["a", "a", "b"], ["a", "b"]]


SCORE = """
def on_start(container):
    phantom.act("scan", parameters=[{{"hits": {hits}}}], assets=["scanner"], name="scan_1", callback=score)

def score(container=None, **kwargs):
    row, = phantom.collect2(container=container, datapath=["scan_1:action_result.summary.positives",
                                                           "scan_1:action_result.summary.total"])
    hits, total = row
    {code}
    phantom.debug(json.dumps(found))
"""
BROKEN = "found = 5 + round(math.log10(hits / total))"
MISREAD = "found = 5 + round(math.log10(hits / total)) if hits else 10"
REPAIRED = "found = None if hits is None else 5 + round(math.log10(hits / total)) if hits else 0"


@pytest.mark.observed
@pytest.mark.parametrize(("hits", "code", "right"), [
    (7, BROKEN, 4), (7, MISREAD, 4), (7, REPAIRED, 4), (0, BROKEN, "ValueError"), (0, MISREAD, 10), (0, REPAIRED, 0),
    (None, BROKEN, "TypeError"), (None, MISREAD, 10), (None, REPAIRED, None),
])
def test_zero_is_a_value_and_none_is_none(run, hits, code, right):
    """Public fixes, two in a row: no detection at all broke a score, and was then taken for a missing one."""
    ended = run(SCORE.format(hits=hits, code=code))
    found = ended.failures[0].type if ended.failures else json.loads(ended.summary().debug[0])
    assert found == right


@pytest.mark.observed
@pytest.mark.parametrize(("given", "found"), [
    (True, [True]), ("true", [True]), ("False", [False]), (False, [False]), (None, [False]), (7, [None]),
])
def test_a_boolean_reaches_a_custom_function_as_a_boolean_and_a_text_as_a_text(run, given, found):
    """Public fix: older systems passed the text "true", newer ones a real boolean, and ``.lower()`` failed."""
    ended = run(f"""
def on_start(container):
    phantom.custom_function("local/switch", parameters=[{{"on": {given!r}}}], name="switch_1", callback=done)

def done(container=None, success=None, **kwargs):
    phantom.debug(json.dumps(phantom.collect2(container=container,
                                              datapath=["switch_1:custom_function_result.data.on"])))
""")
    assert json.loads(ended.summary().debug[0]) == [found]
    assert (ended.status == "failed") is (given == 7)


@pytest.mark.observed
@pytest.mark.parametrize("call", [
    "collect2(container={}, datapath='artifact:*.cef.value')", "collect_from_contains(container={}, contains=['ip'])",
    "set_severity(container={}, severity='high')[0]", "get_container({})['id']",
    "decision(container={}, conditions=[['artifact:*.cef.value', '==', 'x']])",
])
def test_an_id_of_digits_is_that_id(run, call):
    """Public fix: ids arrive as texts. Another text is no id."""
    source = "def on_start(container):\n    phantom.debug(json.dumps(phantom.{}))\n"
    known, digits, unknown = (run(source.format(call.format(given)), {"value": "x", "ip": "1.1.1.1"})
                              for given in ("42", "'42'", "'4x'"))
    assert known.summary().debug[0] == digits.summary().debug[0]
    assert unknown.status == "error" or unknown.summary().debug[-1] != known.summary().debug[0]
    assert unknown.summary().changes == []


# -- empty, and only None ----------------------------------------------------------------------------------------------

@pytest.mark.documented
def test_a_field_that_is_nowhere_looks_non_empty_and_holds_nothing(run):
    """One row of None per artifact: asking whether there are rows says yes, and the lab says what there is instead."""
    ended = run("""
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceAdress"])
    phantom.debug(json.dumps([rows, bool(rows), any(row[0] for row in rows)]))
""", *[{"sourceAddress": n} for n in range(3)])
    assert json.loads(ended.summary().debug[0]) == [[[None]] * 3, True, False]
    message, = (one["message"] for one in ended.summary().diagnoses)
    assert message == ("artifact:*.cef.sourceAdress gives only None: walked `cef`, no `sourceAdress`; there are "
                       "`sourceAddress`; closest is `sourceAddress`")


@pytest.mark.documented
def test_the_word_none_gets_into_a_note_unless_it_is_dropped(run):
    """Public fix: a note of a report said None where an indicator was missing."""
    ended = run("""
def on_start(container):
    for drop in (False, True):
        text = phantom.format(container=container, template="Seen: {0}", parameters=["artifact:*.cef.value"],
                              drop_none=drop)
        phantom.add_note(container=container, note_type="general", title="Report", content=text)
""", {"value": "a"}, {"other": 1})
    assert [one["after"]["content"] for one in ended.summary().changes] == ["Seen: a, None", "Seen: a"]


ROWS = """
def on_start(container):
    phantom.playbook("local/child", container=container, name="child_1", callback=done)

def done(container=None, results=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=["child_1:playbook_output:verdict"])
    naive = []
    naive.extend(json.loads(results[0]["outputs"][0])["verdict"])
    phantom.debug(json.dumps([[row[0] for row in rows], naive]))
"""


@pytest.mark.observed
@pytest.mark.parametrize(("verdict", "naive"), [(["bad"], ["bad"]), ("bad", ["b", "a", "d"])])
def test_an_output_is_one_row_whether_it_is_a_list_or_a_text(run, verdict, naive):
    """Public fix: a list was extended by a child playbook's output, and a text fell into its letters."""
    assert json.loads(run(ROWS, verdict=verdict).summary().debug[0]) == [["bad"], naive]


# -- custom functions that give no rows --------------------------------------------------------------------------------

FUNCTION = """
def on_start(container):
    phantom.custom_function("local/{name}", parameters=[{{"items": {items}}}], name="rows_1", callback=done)

def done(container=None, **kwargs):
    phantom.debug(json.dumps(phantom.collect2(container=container,
                                              datapath=["rows_1:custom_function_result.data.*.item"])))
"""


@pytest.mark.observed
@pytest.mark.parametrize("name", ["demux", "drop"])
def test_a_custom_function_that_returns_nothing_is_told_where_it_returns_and_where_it_is_read(run, name):
    """Published functions for lists give nothing for a text; the next block sees nothing either."""
    ended = run(FUNCTION.format(name=name, items="'a'"))
    assert json.loads(ended.summary().debug[0]) == [[None]]
    note, = ended.summary().notes
    assert note == (f"custom function local/{name} (block rows_1) returned NoneType, no dict or list: "
                    "its outputs have no value")
    assert told(ended) == {"rows_1:custom_function_result.data.*.item":
                           "the result has no data (success: Custom function completed)"}


@pytest.mark.observed
def test_dropping_what_is_false_drops_zero_and_false_too(run):
    """A published function that is meant to drop None does."""
    ended = run(FUNCTION.format(name="drop", items="[None, 0, '', False, 'a']"))
    assert json.loads(ended.summary().debug[0]) == [["a"]]


# -- the wrong form, the wrong block, no output ------------------------------------------------------------------------

CODE = """
def on_start(container):
    phantom.act("look up", assets=["a"], name="look_1")
    phantom.custom_function("local/demux", parameters=[{{"items": [1, 2]}}], name="rows_1", callback=tidy)

def tidy(container=None, **kwargs):
    tidy__kept, tidy__size = ["x"], 1
    {code}
    phantom.save_run_data(key="tidy:kept", value=json.dumps(tidy__kept))
    reads(container=container)

def never(container=None, **kwargs):
    phantom.save_run_data(key="never:out", value="1")

def reads(container=None, **kwargs):
    {read}
"""
RIGHT = {
    "rows_1:custom_function:item": "'rows_1' is a custom function: rows_1:custom_function_result.data.item reads it",
    "tidy:custom_function_result.data.kept": "'tidy' is a code block: tidy:custom_function:kept reads it",
    "look_1:custom_function:seen": "'look_1' is an action: look_1:action_result.data.*.seen reads it",
}
READERS = {
    "collect2": "phantom.collect2(container=container, datapath=[{!r}])",
    "format": "phantom.format(container=container, template='{{0}}', parameters=[{!r}])",
    "decision": "phantom.decision(container=container, conditions=[[{!r}, '==', 'x']])",
}


@pytest.mark.observed
@pytest.mark.parametrize("path", RIGHT)
@pytest.mark.parametrize("reader", READERS)
def test_the_form_of_another_kind_of_block_gives_nothing_and_the_right_form_is_named(run, reader, path):
    """Code blocks and custom functions are read by different forms, and the wrong one is silent on the platform."""
    ended = run(CODE.format(code="pass", read=READERS[reader].format(path)))
    assert ended.status == "success"
    assert told(ended) == {path: RIGHT[path]}


OLD, NEW = ("json.loads({})", "json.loads(_ if (_ := {}) != '' else 'null')")
MISSING = {
    "tidy:size": "the block 'tidy' saved no 'size' (there are: kept)",
    "tidy:kpt": "the block 'tidy' saved no 'kpt' (closest: kept)",
    "rows_1:item": RIGHT["rows_1:custom_function:item"],
    "tdy:kept": "no block 'tdy' has run (closest: tidy)",
    "never:out": "nothing has come back as 'never': never has not run",
}


@pytest.mark.assumed
@pytest.mark.parametrize("call", ["get_run_data", "get_block_result"])
@pytest.mark.parametrize("key", MISSING)
@pytest.mark.parametrize("reader", [OLD, NEW])
def test_an_output_that_is_not_there_breaks_older_readers_and_is_told_with_its_block(run, reader, key, call):
    """A missing key is an empty text: older generated code cannot decode it, newer code makes it None.

    The decoder's error names neither the block nor the output; the lab does, and says why it is missing.
    """
    ended = run(CODE.format(code="pass", read=f"phantom.debug({reader.format(f'phantom.{call}(key={key!r})')})"))
    if reader is OLD:
        assert [(one.type, one.block) for one in ended.failures] == [("JSONDecodeError", "reads")]
    else:
        assert (ended.status, ended.summary().debug) == ("success", ["None"])
    assert told(ended) == {key: MISSING[key]}


@pytest.mark.assumed
@pytest.mark.parametrize(("code", "read", "why"), [
    ("raise ValueError('x')", "tidy", "nothing was saved as 'tidy:kept': tidy ended with ValueError in line 10"),
    ("return", "tidy", "nothing was saved as 'tidy:kept': tidy has run, but not stored it"),
    ("pass", "never", "nothing has come back as 'never': never has not run"),
])
def test_why_an_output_is_missing_is_told(run, code, read, why):
    """Its block failed, left early or never ran; also where a datapath reads it at the end of the playbook."""
    ended = run(CODE.format(code=code, read="pass") + f"""
def on_finish(container, summary):
    phantom.debug(json.dumps(phantom.collect2(container=container, datapath=["{read}:custom_function:kept"])))
""")
    assert told(ended) == {f"{read}:custom_function:kept": why}


@pytest.mark.assumed
@pytest.mark.parametrize("key", ["join_reads_called", "counter", ":kept"])
def test_run_data_that_are_no_output_are_nobodys_business(run, key):
    """A guard asks for what is not there yet."""
    ended = run(f"def on_start(container):\n    phantom.debug(phantom.get_run_data(key={key!r}))\n")
    assert (ended.summary().debug, ended.summary().diagnoses) == ([""], [])


@pytest.mark.observed
def test_a_block_that_is_not_upstream_any_more_has_no_rows(run):
    """Public fix: after rewiring, an update still read the block that used to stand before it."""
    ended = run("""
def on_start(container):
    enrich(container=container)
    update(container=container)

def enrich(container=None, **kwargs):
    phantom.act("look up", assets=["a"], name="enrich", callback=None)

def before(container=None, **kwargs):
    phantom.act("look up", assets=["a"], name="before", callback=update)

def update(container=None, **kwargs):
    phantom.debug(json.dumps([phantom.collect2(container=container, datapath=[f"{block}:action_result.status"])
                              for block in ("before", "enrich")]))
""")
    assert json.loads(ended.summary().debug[0]) == [[], []]
    assert told(ended) == {"before:action_result.status": "nothing has come back as 'before': before has not run",
                           "enrich:action_result.status": "'enrich' has not completed yet"}


# -- texts and rows as parameters --------------------------------------------------------------------------------------

@pytest.mark.documented
@pytest.mark.parametrize(("path", "sets"), [
    ("list_1:formatted_data", [{"text": "<a>\n<b>\n<c>\n"}]),
    ("list_1:formatted_data.*", [{"text": "<a>"}, {"text": "<b>"}, {"text": "<c>"}]),
])
def test_a_format_is_one_text_or_one_row_per_item(run, path, sets):
    """The star at the end of its datapath makes one call with three lines three calls."""
    ended = run(f"""
def on_start(container):
    phantom.format(container=container, template="%%\\n<{{0}}>\\n%%", parameters=["artifact:*.cef.value"],
                   name="list_1")
    rows = phantom.collect2(container=container, datapath=[{path!r}])
    phantom.act("look up", parameters=[{{"text": row[0]}} for row in rows], assets=["a"], name="look_1")
""", {"value": "a"}, {"value": "b"}, {"value": "c"})
    results = ended.summary().action_runs[0]["results"][0]["action_results"]
    assert [{"text": one["parameter"]["text"]} for one in results] == sets


LIST = """
def on_start(container):
    {start}

def use(container=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=[{path!r}])
    phantom.act("look up", parameters=[{{"ip": row[0]}} for row in rows], assets=["a"], name="look_1")
"""
DEMUXED = """rows = phantom.collect2(container=container, datapath=["artifact:*.cef.addresses"])
    phantom.custom_function("local/demux", parameters=[{"items": row[0]} for row in rows], name="rows_1", callback=use)
"""


ONE_CALL = "that is one call with the list, not one per value (list_demux makes rows of it)"


@pytest.mark.documented
@pytest.mark.parametrize(("start", "path", "ips", "hints"), [
    ("use(container=container)", "artifact:*.cef.addresses", [["1.1.1.1", "8.8.8.8"]],
     [f"action 'look up' (look_1): parameter 'ip' holds a list in 1 of 1 parameter sets: {ONE_CALL}"]),
    (DEMUXED, "rows_1:custom_function_result.data.*.item", ["1.1.1.1", "8.8.8.8"], []),
])
def test_a_field_with_several_values_is_one_parameter_until_it_is_made_rows(run, start, path, ips, hints):
    """The platform passes the list on as it is; the lab gives a hint."""
    ended = run(LIST.format(start=start, path=path), {"addresses": ["1.1.1.1", "8.8.8.8"]})
    results = ended.summary().action_runs[0]["results"][0]["action_results"]
    assert [one["parameter"]["ip"] for one in results] == ips
    assert [one["message"] for one in ended.summary().hints] == hints

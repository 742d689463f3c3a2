"""Where values came from: said of each parameter, and only where the value flowed."""

from __future__ import annotations

import json
import re
import sys
from copy import deepcopy
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from phantom_lab import Lab, Playbook, failure, frames, responses
from phantom_lab.history import read_journal
from phantom_lab.views import handed_over, receipt
from phantom_lab.views.report import as_json, as_text
from tests.table import tabled

CONTAINER: dict[str, Any] = {"id": 1, "name": "Alert", "label": "events", "description": "10.0.0.9", "artifacts": [
    {"id": 1, "name": "a", "cef": {"src": "10.0.0.1", "dst": "10.0.0.9", "port": 443, "flag": True,
                                   "list": ["x1", "x2"]}},
    {"id": 2, "name": "b", "cef": {"src": "10.0.0.2", "user": "ann"}},
    {"id": 3, "name": "c", "cef": {"src": "10.0.0.1", "user": "bob"}}]}
"""Two artifacts hold the same address."""
ROWS = 'rows = phantom.collect2(container=container, datapath=["artifact:*.cef.src", "artifact:*.id"])\n'
ONE, TWO, SAME = "artifact 1, cef.src", "artifact 2, cef.src", "artifact 1 or artifact 3, cef.src"
CALLBACK = "container=None, results=None, handle=None, **kwargs"


def act(parameters: str, more: str = "") -> str:
    return f'phantom.act("block ip", parameters={parameters}, assets=["fw"], name="block_1"{more})'


def lab_of(container: dict[str, Any] = CONTAINER, **options: Any) -> Lab:
    lab = Lab(deepcopy(container), **options)
    lab.action("block ip")(lambda parameter: [{"rule": f"rule for {parameter.get('ip')}", "score": 7}])
    lab.action("prompt")(lambda parameter: responses("Yes"))
    return lab


def source_of(body: str, more: str = "") -> str:
    """A playbook whose ``on_start`` begins in line 4."""
    return ("import phantom.rules as phantom\nimport json\ndef on_start(container):\n"
            f"{indent(body.strip(), '    ')}\n{dedent(more)}")


def told_of(run: Any, change: str = "block ip") -> list[dict[str, str]]:
    """Per row of the receipt, what is said of each parameter."""
    return [{one["parameter"]: one["told"] for one in row["origins"]} for row in receipt(run.journal)
            if row["change"] == change]


def told(body: str, more: str = "", **options: Any) -> list[dict[str, str]]:
    """Run a body of ``on_start``; what is said of each parameter set."""
    ended = lab_of(**options).run(Playbook.from_source(source_of(body, more), name="sample"))
    assert ended.status == "success", ended.message
    return told_of(ended)


_CASE = re.compile(r"# (.+)\n((?:(?!# |=> ).*\n)*?)(?:---\n((?:(?!=> ).*\n)*))?=> (.+)\n")
CASES = {name: (body, more, expected) for name, body, more, expected in _CASE.findall(
    (Path(__file__).parent / "origins.txt").read_text())}
LISTS = {"known": [["10.0.0.1", "10.0.0.5"]]}


def run_of(name: str, container: dict[str, Any] = CONTAINER) -> Any:
    """Run a case of ``origins.txt``."""
    body, more, _ = CASES[name]
    body = re.sub(r"^act\((.+)\)$", lambda one: act(one[1]), body.replace("ROWS\n", ROWS), flags=re.MULTILINE)
    return lab_of(container, lists=LISTS).run(Playbook.from_source(source_of(body, f"\n{more}"), name="sample"))


@tabled("name", CASES)
def test_a_parameter_of_an_action(name):
    """Small playbooks: what is followed, what is a constant or computed, and what may be one of several."""
    assert told_of(run_of(name))[-1]["ip"] == CASES[name][2]


def test_there_are_cases_of_every_class():
    """A case that is not read is not tested."""
    text = (Path(__file__).parent / "origins.txt").read_text()
    assert len(CASES) == len(re.findall(r"^# ", text, re.MULTILINE)) > 90


@tabled("name", [name for name, one in CASES.items()
                if re.fullmatch(r"(artifact \d|container 1), [\w.]+|constant, line \d+", one[2])])
def test_values_change_with_what_they_come_from(name):
    """The proof: with another value in that field the parameter has that one; a constant stays, whatever changes."""
    case, twin = CASES[name][2], deepcopy(CONTAINER)
    which, _, path = case.partition(", ")
    (field, *inner) = path.split(".")[1:] if which.startswith("artifact") else [path]
    records = [twin] if which == "container 1" else [one["cef"] for one in twin["artifacts"]]
    if which.startswith("artifact"):
        record = records[int(which.split()[1]) - 1]
        record[field] = {"list": ["y1", "y2"], "flag": False, "port": 4430}.get(field, f"changed {field}")
        expected = record[field][int(inner[0])] if inner else record[field]
    elif which == "container 1":
        twin[field] = expected = f"changed {field}"
    else:
        expected = values_of(run_of(name))
        for place, record in enumerate(records):
            record.update({key: f"other {key} {place}" for key, value in record.items() if key == "dst"})
    assert values_of(run_of(name, twin)) == expected


def values_of(run: Any) -> Any:
    """The parameter ``ip`` of the last set."""
    return [one for one in receipt(run.journal) if one["change"] == "block ip"][-1]["given"]["ip"]


def test_the_artifact_of_a_set_is_the_one_that_its_rows_name():
    """As the editor builds parameters; a default counts where that artifact has no value."""
    body = ('rows = phantom.collect2(container=container, datapath=["artifact:*.cef.user", "artifact:*.id"])\n'
            + ROWS.replace("rows", "more") +
            'params = []\nfor row in rows:\n'
            '    params.append({"ip": row[0] or "bob", "context": {"artifact_id": row[1]}})\n'
            'for row in more:\n    params.append({"ip": row[0], "context": {"artifact_id": row[1]}})\n')
    assert [one["ip"] for one in told(body + act("params"))] == [
        "constant, line 8", "artifact 2, cef.user", "artifact 3, cef.user", ONE, TWO, "artifact 3, cef.src"]


@tabled(("parameters", "expected"), [
    ('[{"ip": "10.0.0.1", "context": {"artifact_id": 1}}]', "constant, line 5"),
    ('[{"ip": rows[2][0], "context": {"artifact_id": 2}}]', SAME),
    ('[{"ip": rows[2][0], "context": {"artifact_id": rows[1][1]}}]', SAME),
    ('[{"ip": rows[1][0], "context": {"artifact_id": 77}}]', TWO),
    ('[{"ip": rows[1][0], "context": {"artifact_id": True}}]', TWO),
    ('[{"ip": rows[1][0], "context": "1"}]', TWO),
])
def test_a_context_that_comes_from_elsewhere_tells_nothing(parameters, expected):
    """Constants, other rows, and what names no artifact."""
    assert told(ROWS + act(parameters))[0]["ip"] == expected


USERS = 'rows = phantom.collect2(container=container, datapath=["artifact:*.cef.user"])\n'
TURNED = "computed in on_start, line {}, from artifact {}, cef.user"


@tabled(("body", "expected"), [
    (act('[{"ip": rows[0][0].lower()}]'), TURNED.format(5, 1)),
    (act('[{"ip": rows[0][0].replace("Ann", "ann")}]'), TURNED.format(5, 1)),
    (act('[{"ip": rows[1][0]}]'), "artifact 2, cef.user"),
    (act('[{"ip": rows[2][0].strip()}]'), "artifact 3, cef.user"),
    ("for row in rows[:1]:\n    " + act('[{"ip": row[0].lower()}]'), TURNED.format(6, "1 or artifact 2")),
    ("for row in rows[2:]:\n    " + act('[{"ip": row[0].lower()}]'), "artifact 3, cef.user"),
    ("def turned(user):\n    return user.strip().lower()\n" + act('[{"ip": turned(rows[0][0])}]'),
     "computed in turned, line 6, from artifact 1, cef.user"),
])
def test_what_code_makes_of_one_artifact_is_not_taken_for_another_s(body, expected):
    """Another artifact holds just what lower() gives: it flowed from there only where its own row was read."""
    container = deepcopy(CONTAINER)
    for one, user in zip(container["artifacts"], ("Ann", "ann", "bob"), strict=True):
        one["cef"]["user"] = user
    run = lab_of(container).run(Playbook.from_source(source_of(USERS + body), name="sample"))
    assert told_of(run)[-1]["ip"] == expected


def block(body: str, name: str = "done") -> str:
    return f"\ndef {name}({CALLBACK}):\n{indent(dedent(body), '    ')}\n"


@tabled(("datapath", "expected"), [
    ("block_0:action_result.data.*.rule", "result of block_0, data.*.rule"),
    ("block_0:action_result.data.*.score", "result of block_0, data.*.score"),
    ("block_0:action_result.status", "result of block_0, status"),
    ("block_0:action_result.parameter.ip", TWO),
    ("block_0:action_result.parameter.why", "constant, line 5"),
])
def test_what_an_action_came_back_with(datapath, expected):
    """Of the parameters that it was asked with, where those came from."""
    first = ('phantom.act("block ip", parameters=[{"ip": rows[1][0], "why": "bad host"}], assets=["fw"], '
             'name="block_0", callback=done)')
    more = block(f'found = phantom.collect2(container=container, datapath=["{datapath}"], action_results=results)\n'
                 + act('[{"ip": found[0][0]}]'))
    assert told(ROWS + first, more)[1]["ip"] == expected


@tabled(("given", "expected"), [
    ('results[0]["action_results"][0]["data"][0]["rule"]', "result of block_0, data.0.rule"),
    ('results[0]["action_results"][0]["parameter"]["ip"]', TWO),
    ('handle["ip"]', SAME),
    ('container["name"]', "container 1, name"),
    ('phantom.collect(results, "action_result.data.*.rule")[0]', "result of block_0, data.*.rule"),
])
def test_what_a_callback_gets(given, expected):
    """Results, the handle, the container."""
    first = ('phantom.act("block ip", parameters=[{"ip": rows[1][0]}], assets=["fw"], name="block_0", callback=done, '
             'handle={"ip": rows[0][0]})')
    assert told(ROWS + first, block(act(f'[{{"ip": {given}}}]')))[1]["ip"] == expected


def test_the_same_artifact_through_two_actions():
    """Equal values are told apart by the context that every result echoes."""
    first = ('phantom.act("block ip", parameters=[{"ip": r[0], "context": {"artifact_id": r[1]}} for r in rows], '
             'assets=["fw"], name="block_0", callback=done)')
    more = block('''
        found = phantom.collect2(container=container, action_results=results, datapath=[
            "block_0:action_result.parameter.ip", "block_0:action_result.parameter.context.artifact_id"])
        ''' + act('[{"ip": r[0], "context": {"artifact_id": r[1]}} for r in found]'))
    assert [one["ip"] for one in told(ROWS + first, more)] == [ONE, TWO, "artifact 3, cef.src"] * 2


def test_what_a_block_passes_to_another():
    """By keyword, by position, and by a default."""
    more = ("\ndef done(container=None, ips=None, fixed=None, other='10.0.0.9', **kwargs):\n    "
            + act('[{"ip": ips[1], "fixed": fixed, "other": other}]') + "\n")
    assert told(ROWS + 'done(container, [r[0] for r in rows], fixed="10.0.0.1")', more) == [
        {"ip": TWO, "fixed": "constant, line 5", "other": "constant, line 7"}]


def test_an_answer_of_a_person():
    """What was asked, and what was answered."""
    ask = ('phantom.prompt2(container=container, user="bob", message="Block?", respond_in_mins=5, name="ask_1", '
           'response_types=[{"prompt": "?", "options": {"type": "message"}}], callback=done)')
    more = block('found = phantom.collect2(container=container, action_results=results, datapath=[\n'
                 '    "ask_1:action_result.summary.responses.0", "ask_1:action_result.parameter.message"])\n'
                 + act('[{"ip": found[0][0], "text": found[0][1]}]'))
    assert told(ask, more) == [{"ip": "answer to ask_1", "text": "constant, line 4"}]


def run_files(folder: Path, files: dict[str, str], **options: Any) -> Any:
    """Run ``main.py`` of a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(dedent(text))
    given = options.pop("inputs", None)
    ended = lab_of(**options).run(folder / "main.py", inputs=given)
    assert ended.status == "success", ended.message
    return ended


def export(**names: list[str]) -> str:
    return json.dumps({"playbook_type": "data", "coa": {"playbook_type": "data", **{
        f"{kind}_spec": [{"name": one} for one in listed] for kind, listed in names.items()}}})


CHILD = """
    import phantom.rules as phantom

    def on_start(container):
        rows = phantom.collect2(container=container, datapath=["playbook_input:ip"])
        phantom.act("block ip", parameters=[{"ip": r[0]} for r in rows], assets=["fw"], name="block_1")
        one = phantom.collect2(container=container, datapath=["playbook_input:why"])[0][0]
        phantom.act("list why", parameters=[{"why": one, "n": 5000}], assets=["fw"], name="list_1")

    def on_finish(container, summary):
        rows = phantom.collect2(container=container, datapath=["playbook_input:ip"])
        phantom.save_playbook_output_data(output={"verdict": "bad", "ips": [r[0] for r in rows][::-1]})
"""


def test_child_playbooks(tmp_path):
    """Inputs are followed to the parent, outputs to the child; lines say whose they are."""
    main = source_of(ROWS + 'phantom.playbook("local/child", container=container, name="child_1", callback=done,\n'
                     '                 inputs={"ip": [rows[1][0], "10.0.0.9"], "why": "of " + container["name"]})',
                     block('found = phantom.collect2(container=container, datapath=[\n'
                           '    "child_1:playbook_output:verdict", "child_1:playbook_output:ips"])\n'
                           + act('[{"ip": found[1][1], "why": found[0][0]}]')))
    (tmp_path / "stub.json").write_text(json.dumps([{"action": "list why"}]))
    ended = run_files(tmp_path, {"main.py": main, "child.py": CHILD,
                                 "child.json": export(input=["ip", "why"], output=["verdict", "ips"])},
                      results=str(tmp_path / "stub.json"))
    assert told_of(ended) == [
        {"ip": TWO}, {"ip": "constant, line 6 of playbook main"},
        {"ip": TWO, "why": "constant, line 12 of playbook child"}]
    assert told_of(ended, "list why") == [
        {"why": "computed in on_start, line 6 of playbook main, from container 1, name", "n": "constant, line 8"}]
    (child,) = ended.summary().playbook_runs
    assert {one["parameter"]: one["told"] for one in child["origins"]} == {
        "ip": f"{TWO}, and constant, line 6", "why": "computed in on_start, line 6, from container 1, name"}


def test_the_inputs_of_a_run(tmp_path):
    """Of the playbook that is started nobody passed them; one that equals an artifact's value as well."""
    main = source_of('rows = phantom.collect2(container=container, datapath=["playbook_input:ip"])\n'
                     + act('[{"ip": r[0]} for r in rows]'))
    ended = run_files(tmp_path, {"main.py": main, "main.json": export(input=["ip"])},
                      inputs={"ip": ["10.0.0.1", "203.0.113.5"]})
    assert told_of(ended) == [{"ip": "input ip"}, {"ip": "input ip"}]


@tabled(("path", "origin"), [
    ("finding:consolidated_findings.src", "finding, consolidated_findings.src"), ("finding:name", "finding, name"),
    ("finding:status", "finding, status"), ("finding:id", "finding, id"),
    ("filtered-data:f:condition_1:finding:owner", "finding, owner"),
    ("finding:response_plans.*.name", "finding, response_plans.*.name")])
def test_what_a_finding_holds(path, origin):
    """In parameters, in rows and in the text of a format; also behind a filter."""
    finding = {"investigation_id": "I1", "name": "Odd", "status": "New", "owner": "mara", "response_plans": ["Plan"],
               "consolidated_findings": {"src": "10.0.0.7"}}
    body = ("phantom.condition(container=container, conditions=[['finding:id', '!=', '']], name='f:condition_1')\n"
            f"text = phantom.format(container=container, template='{{0}}', parameters=['{path}'])\n"
            f"rows = phantom.collect2(container=container, datapath=['{path}', 'finding:id'])\n"
            + act('[{"ip": row[0], "text": text} for row in rows]'))
    (found,) = told(body, finding=finding)
    assert (found["ip"], found["text"]) == (origin, f"text of phantom.format, line 5, from {origin}")


DEMUX = """
    def demux(items=None, label=None, **kwargs):
        outputs = []
        for item in items:
            outputs.append({"item": item, "kind": "address"})
        return outputs
"""
SHOUT = """
    def shout(text=None, **kwargs):
        import phantom.rules as phantom
        phantom.pin(container=1, message="from within", data=text)
        outputs = {}
        outputs["loud"] = text.upper() + "!"
        outputs["same"] = text
        return outputs
"""


def test_custom_functions(tmp_path):
    """What passes through is followed; what is computed within says so, and of what; stand-ins are told."""
    call = 'phantom.custom_function(custom_function="local/{0}", parameters={1}, name="{0}_1", callback={0}_done)\n'
    main = source_of(
        'rows = phantom.collect2(container=container, datapath=["artifact:*.cef.user"])[1:]\n'
        + call.format("demux", '[{"items": [r[0] for r in rows], "label": "x"}]')
        + call.format("shout", '[{"text": rows[0][0]}, {"text": rows[1][0]}]')
        + call.format("other", '[{"text": "10.0.0.1"}]'),
        "".join(block(f"found = phantom.collect2(container=container, datapath={paths})\n"
                      + act('[{"ip": r[0], "more": r[1]} for r in found]'), f"{name}_done") for name, paths in {
            "demux": ["demux_1:custom_function_result.data.*.item", "demux_1:custom_function_result.data.*.kind"],
            "shout": ["shout_1:custom_function_result.data.loud", "shout_1:custom_function_result.data.same"],
            "other": ["other_1:custom_function_result.data.ip", "other_1:custom_function_result.parameter.text"],
        }.items()))
    stubs = tmp_path / "stubs.json"
    stubs.write_text(json.dumps([{"custom_function": "local/other", "data": {"ip": "10.0.0.1"}}]))
    files = {"main.py": main, "custom_functions/demux.py": DEMUX, "custom_functions/shout.py": SHOUT}
    ended = run_files(tmp_path, files, results=str(stubs))
    two, three = "artifact 2, cef.user", "artifact 3, cef.user"
    assert told_of(ended) == [
        {"ip": two, "more": "constant, line 5 of custom function demux"},
        {"ip": three, "more": "constant, line 5 of custom function demux"},
        {"ip": f"result of custom function shout_1, data.loud, from {two}", "more": two},
        {"ip": f"result of custom function shout_1, data.loud, from {three}", "more": three},
        {"ip": "result of custom function other_1, data.ip", "more": "constant, line 7"}]
    assert told_of(ended, "container_pin added") == [
        {"message": "constant, line 4", "data": two}, {"message": "constant, line 4", "data": three}]
    demux, shout, other = ended.summary().custom_function_runs
    told = [[[one["told"] for one in given] for given in function["origins"]] for function in (demux, shout, other)]
    assert told == [[["artifact 2 and artifact 3, cef.user", "constant, line 5"]], [[two], [three]],
                    [["constant, line 7"]]]


WRITES = {
    "status": ('phantom.set_status(container, "closed")', {"status": "constant, line 5"}),
    "severity": ('phantom.set_severity(container, "high")', {"severity": "constant, line 5"}),
    "note": ('phantom.add_note(container=container, note_type="general", title="t", content="of " + rows[1][0])',
             {"note_type": "constant, line 5", "title": "constant, line 5",
              "content": f"computed in on_start, line 5, from {TWO}"}),
    "comment": ('phantom.comment(container=container, comment=rows[1][0])', {"comment": TWO}),
    "pin": ('phantom.pin(container=container, data=rows[1][0], message="see")',
            {"data": TWO, "message": "constant, line 5"}),
    "list entry": ('phantom.add_list("blocked", [rows[1][0], "10.0.0.9"])',
                   {"list_name": "constant, line 5", "values": f"{TWO}, and constant, line 5"}),
    "tags": ('phantom.add_tags(container, ["x", rows[1][0]])', {"tags": f"constant, line 5, and {TWO}"}),
    "update": ('phantom.update(container, {"description": rows[1][0]})', {"update": TWO}),
    "REST": ('phantom.requests.post(phantom.build_phantom_rest_url("container", 1), json={"description": rows[1][0]})',
             {"description": TWO}),
    "REST with a text": ("""phantom.requests.post(
    phantom.build_phantom_rest_url("container", 1), data=json.dumps({"description": rows[1][0]}))""",
                         {"description": TWO}),
    "HTTP app": ("""body = json.dumps({"description": "10.0.0.1"})
phantom.act("post data", parameters=[{"location": "/rest/container/1", "body": body}], assets=["http"], name="post_1")
""", {"location": "constant, line 6", "body": "computed in on_start, line 5"}),
}


@tabled("name", WRITES)
def test_writes_to_the_platform(name):
    """Of the argument that is what was written, else of all; of a request of what its body says."""
    body, expected = WRITES[name]
    ended = lab_of().run(Playbook.from_source(source_of(ROWS + body), name="sample"))
    (row,) = [one for one in receipt(ended.journal) if one["side"] == "inside"]
    assert {one["parameter"]: one["told"] for one in row["origins"]} == expected


def test_questions_and_requests():
    """A message names what fills it; an approval who is asked; a request its URL and its body."""
    lab = lab_of()
    lab.action("approve")(lambda parameter: failure("no"))
    body = (ROWS + 'phantom.prompt2(container=container, user=container["label"], message="Block {0}?", '
            'parameters=["artifact:*.cef.port"], respond_in_mins=5, name="ask_1")\n'
            + act('[{"ip": rows[1][0]}]', ', reviewer="bob"') +
            '\nimport requests\ntry:\n    requests.post("https://intel.example/api", json={"ip": rows[1][0]})\n'
            'except Exception:\n    pass\n')
    ended = lab.run(Playbook.from_source(source_of(body), name="sample"))
    rows = {one["change"]: one for one in receipt(ended.journal)}
    assert {name: [(one["parameter"], one["told"]) for one in row["origins"]] for name, row in rows.items()} == {
        "prompt": [("message", "text of ask_1, line 5, from artifact 1, cef.port"), ("to", "container 1, label"),
                   ("respond_in_mins", "constant, line 5")],
        "approve": [("to", "constant, line 6"), ("message", "phantom.act, line 6")],
        "block ip": [("ip", TWO)],
        "requests.post": [("url", "constant, line 9"), ("json", TWO)]}
    assert rows["prompt"]["from"] == "message: text of ask_1, line 5, from artifact 1, cef.port; to: container 1, label"
    text = as_text(ended.summary())
    assert ("prompt to events: Block 443, None, None? (message: text of ask_1, line 5, from artifact 1, cef.port; "
            "to from container 1, label): answered") in text
    assert "(url: constant, line 9; json from artifact 2, cef.src)" in text


def test_the_fields_of_an_origin(tmp_path):
    """Kind, where, path and line; what it was made of; where else the value stands. A journal's file is enough."""
    file = tmp_path / "run.jsonl"
    body = ROWS + act('[{"ip": rows[1][0], "text": "see " + rows[1][0], "n": "10.0." + "0.9", "m": "x"}]')
    ended = lab_of().run(Playbook.from_source(source_of(body), name="sample"), journal=file)
    (row,) = receipt(read_journal(file))
    assert [row] == receipt(ended.journal) == frames.receipt(read_journal(file)).to_dict("records")
    ip, text, same, constant = row["origins"]
    fields = {"parameter": "ip", "kind": "artifact", "where": "artifact 2", "path": "cef.src", "line": 0, "source": "",
              "of": [], "equal": [], "left_out": 0, "lost": False, "flowed": True, "told": TWO}
    assert ip == fields
    assert (text["kind"], text["where"], text["line"], text["flowed"]) == ("computed", "on_start", 5, False)
    assert text["of"] == [{key: value for key, value in fields.items() if key != "parameter"}]
    assert [(one["where"], one["path"]) for one in same["equal"]] == [("artifact 1", "cef.dst")]
    assert (constant["kind"], constant["line"], constant["flowed"]) == ("constant", 5, False)
    assert json.loads(as_json(ended.summary()))["receipt"][0]["origins"] == row["origins"]
    assert [(one["to"], one["parameter"], one["told"]) for one in handed_over(ended.journal)] == [
        ("block ip fw", one["parameter"], one["told"]) for one in row["origins"]]
    assert list(frames.origins(ended)["kind"]) == ["artifact", "computed", "computed", "constant"]


def test_what_was_changed_by_hand_is_told():
    """An argument that somebody edited at a rest comes from nowhere else."""
    more = f"\ndef done(container=None, ip=None, **kwargs):\n    {act(repr([{'ip': 0}]).replace('0', 'ip'))}\n"
    stepper = lab_of().step(Playbook.from_source(source_of('done(container=container, ip="10.0.0.1")', more), name="s"))
    stepper.step()
    stepper.edit(arguments={"ip": "10.0.0.9"})
    stepper.resume()
    assert told_of(stepper.run) == [{"ip": "argument ip, changed by hand"}]


def test_hostile_values_and_names_are_bounded():
    """A text of a megabyte, a deep value and many values; a sentence stays short, and what is left out is counted."""
    deep: Any = "end"
    for _ in range(300):
        deep = [deep]
    cef = {"text": "x" * 1_000_000, "many": [f"value {n}" for n in range(5000)], "deep": deep, "k" * 500: "long name"}
    lab = Lab({"id": 1, "name": "x", "artifacts": [{"id": 1, "name": "a", "cef": cef}]})
    lab.action("block ip")(lambda parameter: [])
    paths = ["artifact:*.cef.text", "artifact:*.cef.many", "artifact:*.cef.deep", f"artifact:*.cef.{'k' * 500}"]
    body = (f"rows = phantom.collect2(container=container, datapath={paths!r})\n"
            + act('[{"ip": rows[0][0], "many": rows[0][1], "deep": rows[0][2], "long": rows[0][3]}]'))
    ended = lab.run(Playbook.from_source(source_of(body), name="sample"))
    (row,) = receipt(ended.journal)
    text, many, nested, long = row["origins"]
    assert text["told"] == "artifact 1, cef.text"
    assert many["told"] == "artifact 1, cef.many.* (and 4,968 more values that were not looked at)"
    assert nested["kind"] in ("artifact", "computed")
    assert len(long["told"]) < 200
    assert max(map(len, as_text(ended.summary()).splitlines())) < 700


def test_values_that_are_made_of_each_other_end():
    """Run data that a loop reads and writes: no way is gone twice."""
    body = """
phantom.save_run_data(key="a", value="10.0.0.1")
phantom.save_run_data(key="b", value="10.0.0.2")
for n in range(40):
    a, b = phantom.get_run_data(key="a"), phantom.get_run_data(key="b")
    phantom.save_run_data(key="a", value=b or a or f"{a}{b}")
    phantom.save_run_data(key="b", value=a or b or f"{b}{a}")
""" + act('[{"ip": phantom.get_run_data(key="a")}]')
    assert told(body)[0]["ip"].startswith(("constant, line", "computed in on_start, line"))


def test_the_work_grows_with_the_number_of_parameter_sets():
    """By the steps of Python that it takes: four times the sets take about four times as many."""

    def steps(number: int) -> int:
        artifacts = [{"id": n + 1, "name": "a", "cef": {"src": f"10.0.{n // 250}.{n % 250}"}} for n in range(number)]
        lab = Lab({"id": 1, "name": "x", "artifacts": artifacts})
        lab.action("block ip")(lambda parameter: [{"rule": parameter["ip"]}])
        body = (ROWS + act('[{"ip": r[0], "text": f"block {r[0]}", "context": {"artifact_id": r[1]}} for r in rows]',
                           ", callback=done"))
        more = block('found = phantom.collect2(container=container, action_results=results, datapath=[\n'
                     '    "block_1:action_result.parameter.ip", "block_1:action_result.data.*.rule"])\n'
                     + act('[{"ip": r[0], "rule": r[1]} for r in found]'))
        journal = lab.run(Playbook.from_source(source_of(body, more), name="sample")).journal
        count = 0

        def counting(frame: Any, event: str, argument: Any) -> None:
            nonlocal count
            count += 1

        sys.setprofile(counting)
        try:
            found = receipt(journal)
        finally:
            sys.setprofile(None)
        assert {one["told"].partition(",")[0] for row in found for one in row["origins"]} >= {f"artifact {number}"}
        return count

    small, large = steps(150), steps(600)
    assert large < 5 * small

"""Where values came from: said of each parameter, and only where the value flowed."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest
from phantom_lab.journal.report import as_json, as_text

from phantom_lab import Lab, failure, frames, responses
from phantom_lab.journal import handed_over, read_journal, receipt

CONTAINER = {"id": 1, "name": "Alert", "label": "events", "description": "10.0.0.9", "artifacts": [
    {"id": 1, "name": "a", "cef": {"src": "10.0.0.1", "dst": "10.0.0.9", "port": 443, "flag": True, "list": ["x1", "x2"]}},
    {"id": 2, "name": "b", "cef": {"src": "10.0.0.2", "user": "ann"}},
    {"id": 3, "name": "c", "cef": {"src": "10.0.0.1", "user": "bob"}}]}
"""Two artifacts hold the same address."""
ROWS = 'rows = phantom.collect2(container=container, datapath=["artifact:*.cef.src", "artifact:*.id"])\n'
ONE, TWO, SAME = "artifact 1, cef.src", "artifact 2, cef.src", "artifact 1 or artifact 3, cef.src"
CALLBACK = "container=None, results=None, handle=None, **kwargs"


def act(parameters: str, more: str = "") -> str:
    return f'phantom.act("block ip", parameters={parameters}, assets=["fw"], name="block_1"{more})'


def lab_of(**options: Any) -> Lab:
    lab = Lab(json.loads(json.dumps(CONTAINER)), **options)
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


@pytest.fixture
def told(playbook):
    """Run a body of ``on_start``; what is said of each parameter set of the last action."""

    def run(body: str, more: str = "", **options: Any) -> list[dict[str, str]]:
        from phantom_lab import Playbook

        ended = lab_of(**options).run(Playbook.from_source(source_of(body, more), name="sample"))
        assert ended.status == "success", ended.message
        return told_of(ended)

    return run


FLOWS = {
    "constant equal to an artifact's value": ('', '[{"ip": "10.0.0.1"}]', "constant, line 4"),
    "constant that occurs nowhere": ('', '[{"ip": "203.0.113.7"}]', "constant, line 4"),
    "constant by a name": ('ip = "10.0.0.1"\n', '[{"ip": ip}]', "constant, line 4"),
    "small numbers and booleans are constants": ('', '[{"ip": 1}]', "constant, line 4"),
    "a boolean is a constant": (ROWS, '[{"ip": True}]', "constant, line 5"),
    "negative number": ('', '[{"ip": -5}]', "constant, line 4"),
    "the first row": (ROWS, '[{"ip": rows[1][0]}]', TWO),
    "equal values of two artifacts": (ROWS, '[{"ip": rows[0][0]}]', SAME),
    "a flat column": ('rows = phantom.collect2(container=container, datapath="artifact:*.cef.user")\n',
                      '[{"ip": rows[1]}]', "artifact 2, cef.user"),
    "field of the container": ('', '[{"ip": container["name"]}]', "container 1, name"),
    "field of the container, equal to an artifact's": ('', '[{"ip": container.get("description")}]',
                                                     "container 1, description"),
    "container by datapath": ('rows = phantom.collect2(container=container, datapath=["container:name"])\n',
                              '[{"ip": rows[0][0]}]', "container 1, name"),
    "nested list of an artifact": ('rows = phantom.collect2(container=container, datapath=["artifact:*.cef.list"])\n',
                                   '[{"ip": rows[0][0][1]}]', "artifact 1, cef.list.1"),
    "number of an artifact": ('rows = phantom.collect2(container=container, datapath=["artifact:*.cef.port"])\n',
                              '[{"ip": rows[0][0]}]', "artifact 1, cef.port"),
    "boolean of an artifact": ('rows = phantom.collect2(container=container, datapath=["artifact:*.cef.flag"])\n',
                               '[{"ip": rows[0][0]}]', "artifact 1, cef.flag"),
    "formatted text": (ROWS, '[{"ip": f"{rows[1][0]}/32"}]', f"computed in on_start, line 5, from {TWO}"),
    "sum of texts": (ROWS, '[{"ip": "net " + rows[1][0]}]', f"computed in on_start, line 5, from {TWO}"),
    "percent": (ROWS, '[{"ip": "%s/32" % rows[1][0]}]', f"computed in on_start, line 5, from {TWO}"),
    "format method": (ROWS, '[{"ip": "{}!".format(rows[1][0])}]', f"computed in on_start, line 5, from {TWO}"),
    "text built bit by bit": (ROWS + 'text = "see"\ntext += " " + rows[1][0]\n', '[{"ip": text}]',
                              f"computed in on_start, line 6, from {TWO}"),
    "sum of constants, equal to an artifact's value": (
        'ip = "10.0." + "0.9"\n', '[{"ip": ip}]',
        "computed in on_start, line 4; equal to artifact 1, cef.dst (not shown to come from it)"),
    "computed, and nowhere": ('', '[{"ip": str(2 ** 40)}]', "computed in on_start, line 4"),
    "a count": (ROWS, '[{"ip": len(rows) * 100}]', "computed in on_start, line 5, from the artifacts, cef.src, and the "
                                                   "artifacts, id"),
    "a comparison": ('rows = phantom.collect2(container=container, datapath=["artifact:*.cef.port"])\n',
                     '[{"ip": rows[0][0] > 5}]', "computed in on_start, line 5, from artifact 1, cef.port"),
    "conversions that change nothing": (ROWS, '[{"ip": str(rows[1][0]).strip()}]', TWO),
    "a conversion that changes it": ('rows = phantom.collect2(container=container, datapath=["artifact:*.cef.user"])\n',
                                     '[{"ip": rows[1][0].upper()}]',
                                     "computed in on_start, line 5, from artifact 2, cef.user"),
    "list of values": (ROWS, '[{"ip": [rows[1][0], "10.0.0.9"]}]', f"{TWO}, and constant, line 5"),
    "joined": ('rows = phantom.collect2(container=container, datapath=["artifact:*.cef.user"])\n',
               '[{"ip": ", ".join(r[0] for r in rows if r[0])}]',
               "computed in on_start, line 5, from artifact 2 and artifact 3, cef.user"),
    "dict, filled later": (ROWS + 'p = {}\nparams = [p]\np["ip"] = rows[1][0]\n', 'params', TWO),
    "dict by keywords": (ROWS + 'p = dict(ip=rows[1][0])\n', '[p]', TWO),
    "dict overwritten": (ROWS + 'p = {"ip": rows[0][0]}\np["ip"] = "10.0.0.1"\n', '[p]', "constant, line 6"),
    "dict updated": (ROWS + 'p = {"ip": rows[0][0]}\np.update(ip="10.0.0.1")\n', '[p]', "constant, line 6"),
    "dict merged": (ROWS + 'p = {"ip": rows[0][0]}\n', '[{**p, "ip": "10.0.0.1"}]', "constant, line 6"),
    "two names of one dict": (ROWS + 'p = q = {"ip": rows[0][0]}\nq["ip"] = "10.0.0.1"\n', '[p]', "constant, line 6"),
    "a name that may stand for it": (
        ROWS + 'p = {"ip": rows[0][0]}\nq = {}\nif container["label"]:\n    q = p\nq["ip"] = "10.0.0.1"\n', '[p]',
        f"{SAME}, or constant, line 9"),
    "a loop that changes every set": (
        ROWS + 'params = [{"ip": rows[0][0]}]\nfor p in params:\n    p["ip"] = "10.0.0.1"\n', 'params',
        "constant, line 7"),
    "a loop that computes every set": (
        ROWS + 'params = [{"ip": rows[1][0]}]\nfor p in params:\n    p["ip"] = p["ip"] + "/32"\n', 'params',
        f"computed in on_start, line 7, from {TWO}"),
    "a loop that may pass over a set": (
        ROWS + 'params = [{"ip": rows[0][0]}]\nfor p in params:\n    if p["ip"]:\n        p["ip"] = "10.0.0.1"\n',
        'params', "artifact 1 or artifact 3, cef.src, or constant, line 8"),
    "reassigned": (ROWS + 'ip = rows[0][0]\nip = "10.0.0.1"\n', '[{"ip": ip}]', "constant, line 6"),
    "reassigned in a branch, and different": (ROWS + 'ip = rows[1][0]\nif not ip:\n    ip = "10.0.0.1"\n',
                                              '[{"ip": ip}]', TWO),
    "reassigned in a branch, and equal": (ROWS + 'ip = rows[0][0]\nif container["name"]:\n    ip = "10.0.0.1"\n',
                                          '[{"ip": ip}]', f"constant, line 7, or {SAME}"),
    "default that is not needed": (ROWS, '[{"ip": rows[0][0] or "10.0.0.1"}]', SAME),
    "default that is needed": ('rows = phantom.collect2(container=container, datapath=["artifact:*.cef.user"])\n',
                               '[{"ip": rows[0][0] or "10.0.0.1"}]', "constant, line 5"),
    "default of a dict": ('', '[{"ip": container.get("nothing", "10.0.0.1")}]', "constant, line 4"),
    "conditional": (ROWS, '[{"ip": rows[1][0] if rows else "10.0.0.1"}]', TWO),
    "exception": (ROWS + 'try:\n    ip = rows[9][0]\nexcept IndexError:\n    ip = "10.0.0.77"\n', '[{"ip": ip}]',
                  "constant, line 8"),
    "table of constants": (ROWS + 'table = {"10.0.0.2": "10.0.0.1"}\n', '[{"ip": table[rows[1][0]]}]',
                           "constant, line 5"),
    "columns side by side": (
        ROWS + 'users = phantom.collect2(container=container, datapath=["artifact:*.cef.user"])\nparams = []\n'
        'for row, user in zip(rows[1:2], users[1:2]):\n    params.append({"ip": row[0] if False else user[0]})\n',
        'params', "artifact 2, cef.user"),
    "columns turned": (ROWS + 'ips, ids = zip(*rows)\n', '[{"ip": ips[1]}]', TWO),
    "numbered": (ROWS, '[{"ip": r[0]} for n, r in enumerate(rows) if n == 1]', TWO),
    "map": (ROWS, 'list(map(lambda r: {"ip": r[0]}, rows[1:2]))', TWO),
    "once each": (ROWS + 'seen = {}\nfor r in rows[1:2]:\n    seen[r[0]] = True\n', '[{"ip": ip} for ip in seen]', TWO),
    "sorted set": (ROWS, '[{"ip": ip} for ip in sorted({r[0] for r in rows})[1:]]', TWO),
    "carried by a loop": (
        ROWS + 'ip = "10.0.0.8"\nparams = []\nfor r in rows[1:]:\n    params.append({"ip": ip})\n    ip = r[0]\n',
        'params[1:]', TWO),
    "JSON and back": (ROWS + 'text = json.dumps({"a": [r[0] for r in rows]})\n', '[{"ip": json.loads(text)["a"][1]}]',
                      TWO),
    "JSON that is a constant": ('found = json.loads(\'{"ip": "10.0.0.1"}\')\n', '[{"ip": found["ip"]}]',
                                "constant, line 4"),
    "the clock": ('from datetime import datetime\n', '[{"ip": datetime.now().isoformat()}]',
                  "computed in on_start, line 5"),
    "another name for the function": ('go = phantom.act\ngo("block ip", parameters=[{"ip": "10.0.0.9"}], assets=["fw"])\n',
                                      "", "computed in on_start, line 5; equal to artifact 1, cef.dst (not shown to "
                                      "come from it)"),
    "arguments as a dict": ('given = {"parameters": [{"ip": "10.0.0.1"}], "assets": ["fw"], "name": "block_1"}\n'
                            'phantom.act("block ip", **given)\n', "", "constant, line 4"),
    "chosen by match": (ROWS + 'match rows[1][0]:\n    case "10.0.0.2":\n        ip = "10.0.0.7"\n    case _:\n'
                        '        ip = rows[1][0]\n', '[{"ip": ip}]', "constant, line 7"),
    "artifacts of the API": ('found = phantom.collect(container, "artifact:*", scope="all")\n',
                             '[{"ip": found[1]["cef"]["src"]}]', TWO),
    "the platform's REST": (
        'url = phantom.build_phantom_rest_url("artifact")\nfound = phantom.requests.get(url, verify=False).json()\n',
        '[{"ip": found["data"][1]["cef"]["user"]}]', "artifact 2, cef.user"),
    "what the platform returns": ('', '[{"ip": phantom.get_base_url()}]', "phantom.get_base_url, line 4"),
    "run data": (ROWS + 'phantom.save_run_data(key="k", value=json.dumps([r[0] for r in rows]))\n',
                 '[{"ip": json.loads(phantom.get_run_data(key="k"))[1]}]', TWO),
    "output of a code block": (
        ROWS + 'phantom.save_run_data(key="code_1:ips", value=json.dumps([rows[1][0]]))\n'
        'found = phantom.collect2(container=container, datapath=["code_1:custom_function:ips"])\n',
        '[{"ip": found[0][0]}]', TWO),
    "run data that nobody saved": ('', '[{"ip": phantom.get_run_data(key="none")}]', "run data none"),
    "two kept values in one line, of which one is meant": (
        ROWS + 'phantom.save_run_data(key="a", value="10.0.0.8")\nphantom.save_run_data(key="b", value=rows[1][0])\n',
        '[{"ip": phantom.get_run_data(key="a"), "two": phantom.get_run_data(key="b")}]', "constant, line 5"),
    "as the editor reads run data": (
        'phantom.save_run_data(key="a", value=json.dumps("10.0.0.1"))\n' + ROWS +
        'phantom.save_run_data(key="b", value=json.dumps(rows[1][0]))\n'
        'a = json.loads(_ if (_ := phantom.get_run_data(key="a")) != "" else "null")\n'
        'b = json.loads(_ if (_ := phantom.get_run_data(key="b")) != "" else "null")\n', '[{"ip": b, "a": a}]', TWO),
    "format of several sources": (
        'phantom.format(container=container, template="{0} of {1} by {2}", name="text_1",\n'
        '               parameters=["artifact:*.cef.port", "container:name", container["label"]])\n'
        'text = phantom.get_format_data(name="text_1")\n', '[{"ip": text}]',
        "text of text_1, line 4, from artifact 1, cef.port, container 1, name, and container 1, label"),
    "format that is its only value": (
        'text = phantom.format(container=container, template="{0}", parameters=["container:name"], name="text_1")\n',
        '[{"ip": text}]', "container 1, name"),
    "format without values": ('text = phantom.format(container=container, template="hello", name="text_1")\n',
                              '[{"ip": text}]', "text of text_1, line 4, a constant template"),
    "format's rows": (
        'phantom.format(container=container, template="%%\\nuser {0}\\n%%", parameters=["artifact:*.cef.user"],\n'
        '               name="text_1")\n'
        'found = phantom.collect2(container=container, datapath=["text_1:formatted_data.*"])\n',
        '[{"ip": found[2][0]}]', "text of text_1, line 4, from artifact 3, cef.user"),
    "let through by a filter": (
        'phantom.condition(container=container, conditions=[["artifact:*.cef.user", "==", "bob"]],\n'
        '                  name="filter_1:condition_1", scope="all")\n'
        'found = phantom.collect2(container=container,\n'
        '                         datapath=["filtered-data:filter_1:condition_1:artifact:*.cef.src"])\n',
        '[{"ip": found[0][0]}]', "artifact 3, cef.src"),
    "custom list": ('_, _, found = phantom.get_list(list_name="known")\n', '[{"ip": found[0][1]}]', "custom list known"),
    "custom list by datapath, equal to an artifact's": (
        'found = phantom.collect2(container=container, datapath=["custom_list:known"])\n', '[{"ip": found[0][0]}]',
        "custom list known"),
}


@pytest.mark.parametrize("name", FLOWS)
def test_a_parameter_of_an_action(told, name):
    """Said of the parameter ``ip``; line 4 is the first of ``on_start``."""
    body, parameters, expected = FLOWS[name]
    (found,) = told(body + (act(parameters) if parameters else ""), lists={"known": [["10.0.0.1", "10.0.0.5"]]})
    assert found["ip"] == expected


FUNCTIONS = {
    "a helper makes the set": ("[make(rows[1])]", "def make(row):\n    return {'ip': row[0]}", TWO),
    "a helper gives a constant": ("[{'ip': pick(rows)}]", "def pick(rows):\n    return '10.0.0.1'", "constant, line 8"),
    "a helper's default": ("[make()]", "def make(ip='10.0.0.1'):\n    return {'ip': ip}", "constant, line 7"),
    "the right one of two calls": ("[make(rows[0][0]), make(rows[1][0])][1:]", "def make(ip):\n    return {'ip': ip}",
                                   TWO),
    "a helper that calls another": ("[{'ip': one(rows)}]", "def one(r):\n    return two(r[1])\n\ndef two(row):\n"
                                    "    return row[0]", TWO),
    "a helper that computes": ("[{'ip': net(rows[1][0])}]", "def net(ip):\n    return ip + '/32'",
                               f"computed in net, line 8, from {TWO}"),
    "a helper fills": ("fill([{'ip': '10.0.0.8'}], rows)", "def fill(sets, rows):\n    for one in sets:\n"
                       "        one['ip'] = rows[1][0]\n    return sets", TWO),
    "a decorated helper": ("[{'ip': made(rows)}]", "def shout(function):\n    return lambda rows: '10.0.0.9'\n\n@shout\n"
                           "def made(rows):\n    return rows[1][0]", "computed in on_start, line 5, from the artifacts, "
                           "cef.src, and the artifacts, id"),
    "a helper that calls itself": ("[{'ip': deep(rows, 3)}]", "def deep(rows, n):\n    return rows[1][0] if not n else "
                                   "deep(rows, n - 1)", TWO),
    "a constant of the module": ("[{'ip': IP}]", "IP = '10.0.0.1'", "constant, line 7"),
    "a dict of the module": ("[{'ip': CONFIG['a']['ip']}]", "CONFIG = {'a': {'ip': '10.0.0.1'}}", "constant, line 7"),
    "a list of the module": ("keep(rows)", "KEPT = []\n\ndef keep(rows):\n    KEPT.append({'ip': rows[1][0]})\n"
                             "    return KEPT", TWO),
    "a function within": ("[within(rows)]", "def within(rows):\n    def inner():\n        return {'ip': rows[1][0]}\n"
                          "    return inner()", TWO),
    "a generator": ("list(each(rows))", "def each(rows):\n    yield {'ip': rows[1][0]}", TWO),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_the_playbook(told, name):
    """Values are followed through the call that was made."""
    parameters, more, expected = FUNCTIONS[name]
    (found,) = told(ROWS + act(parameters), "\n" + more + "\n")
    assert found["ip"] == expected


def test_the_artifact_of_a_set_is_the_one_that_its_rows_name(told):
    """As the editor builds parameters; a default counts where that artifact has no value."""
    body = ('rows = phantom.collect2(container=container, datapath=["artifact:*.cef.user", "artifact:*.id"])\n'
            + ROWS.replace("rows", "more") +
            'params = []\nfor row in rows:\n'
            '    params.append({"ip": row[0] or "bob", "context": {"artifact_id": row[1]}})\n'
            'for row in more:\n    params.append({"ip": row[0], "context": {"artifact_id": row[1]}})\n')
    assert [one["ip"] for one in told(body + act("params"))] == [
        "constant, line 8", "artifact 2, cef.user", "artifact 3, cef.user", ONE, TWO, "artifact 3, cef.src"]


@pytest.mark.parametrize(("parameters", "expected"), [
    ('[{"ip": "10.0.0.1", "context": {"artifact_id": 1}}]', "constant, line 5"),
    ('[{"ip": rows[2][0], "context": {"artifact_id": 2}}]', SAME),
    ('[{"ip": rows[2][0], "context": {"artifact_id": rows[1][1]}}]', SAME),
    ('[{"ip": rows[1][0], "context": {"artifact_id": 77}}]', TWO),
    ('[{"ip": rows[1][0], "context": {"artifact_id": True}}]', TWO),
    ('[{"ip": rows[1][0], "context": "1"}]', TWO),
])
def test_a_context_that_comes_from_elsewhere_tells_nothing(told, parameters, expected):
    """Constants, other rows, and what names no artifact."""
    assert told(ROWS + act(parameters))[0]["ip"] == expected


def block(body: str, name: str = "done") -> str:
    return f"\ndef {name}({CALLBACK}):\n{indent(dedent(body), '    ')}\n"


@pytest.mark.parametrize(("datapath", "expected"), [
    ("block_0:action_result.data.*.rule", "result of block_0, data.*.rule"),
    ("block_0:action_result.data.*.score", "result of block_0, data.*.score"),
    ("block_0:action_result.status", "result of block_0, status"),
    ("block_0:action_result.parameter.ip", TWO),
    ("block_0:action_result.parameter.why", "constant, line 5"),
])
def test_what_an_action_came_back_with(told, datapath, expected):
    """Of the parameters that it was asked with, where those came from."""
    first = 'phantom.act("block ip", parameters=[{"ip": rows[1][0], "why": "bad host"}], assets=["fw"], ' \
            'name="block_0", callback=done)'
    more = block(f'found = phantom.collect2(container=container, datapath=["{datapath}"], action_results=results)\n'
                 + act('[{"ip": found[0][0]}]'))
    assert told(ROWS + first, more)[1]["ip"] == expected


@pytest.mark.parametrize(("given", "expected"), [
    ('results[0]["action_results"][0]["data"][0]["rule"]', "result of block_0, data.0.rule"),
    ('results[0]["action_results"][0]["parameter"]["ip"]', TWO),
    ('handle["ip"]', SAME),
    ('container["name"]', "container 1, name"),
    ('phantom.collect(results, "action_result.data.*.rule")[0]', "result of block_0, data.*.rule"),
])
def test_what_a_callback_gets(told, given, expected):
    """Results, the handle, the container."""
    first = ('phantom.act("block ip", parameters=[{"ip": rows[1][0]}], assets=["fw"], name="block_0", callback=done, '
             'handle={"ip": rows[0][0]})')
    assert told(ROWS + first, block(act(f'[{{"ip": {given}}}]')))[1]["ip"] == expected


def test_the_same_artifact_through_two_actions(told):
    """Equal values are told apart by the context that every result echoes."""
    first = ('phantom.act("block ip", parameters=[{"ip": r[0], "context": {"artifact_id": r[1]}} for r in rows], '
             'assets=["fw"], name="block_0", callback=done)')
    more = block('''
        found = phantom.collect2(container=container, action_results=results, datapath=[
            "block_0:action_result.parameter.ip", "block_0:action_result.parameter.context.artifact_id"])
        ''' + act('[{"ip": r[0], "context": {"artifact_id": r[1]}} for r in found]'))
    assert [one["ip"] for one in told(ROWS + first, more)] == [ONE, TWO, "artifact 3, cef.src"] * 2


def test_what_a_block_passes_to_another(told):
    """By keyword, by position, and by a default."""
    more = ("\ndef done(container=None, ips=None, fixed=None, other='10.0.0.9', **kwargs):\n    "
            + act('[{"ip": ips[1], "fixed": fixed, "other": other}]') + "\n")
    assert told(ROWS + 'done(container, [r[0] for r in rows], fixed="10.0.0.1")', more) == [
        {"ip": TWO, "fixed": "constant, line 5", "other": "constant, line 7"}]


def test_an_answer_of_a_person(told):
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
    lab = {"list why": lambda parameter: []}
    del lab
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
    lab_file = tmp_path / "stubs.json"
    lab_file.write_text(json.dumps([{"custom_function": "local/other", "data": {"ip": "10.0.0.1"}}]))
    ended = run_files(tmp_path, {"main.py": main, "custom_functions/demux.py": DEMUX, "custom_functions/shout.py": SHOUT},
                      results=str(lab_file))
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
    assert [[one["told"] for one in given] for given in demux["origins"]] == [["artifact 2 and artifact 3, cef.user", "constant, line 5"]]
    assert [[one["told"] for one in given] for given in shout["origins"]] == [[two], [three]]
    assert [[one["told"] for one in given] for given in other["origins"]] == [["constant, line 7"]]


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
    "REST with a text": ('phantom.requests.post(phantom.build_phantom_rest_url("container", 1), '
                         'data=json.dumps({"description": rows[1][0]}))', {"description": TWO}),
    "HTTP app": ('phantom.act("post data", parameters=[{"location": "/rest/container/1", '
                 '"body": json.dumps({"description": "10.0.0.1"})}], assets=["http"], name="post_1")',
                 {"location": "constant, line 5", "body": "computed in on_start, line 5"}),
}


@pytest.mark.parametrize("name", WRITES)
def test_writes_to_the_platform(playbook, name):
    """Of the argument that is what was written, else of all; of a request of what its body says."""
    from phantom_lab import Playbook

    body, expected = WRITES[name]
    ended = lab_of().run(Playbook.from_source(source_of(ROWS + body), name="sample"))
    (row,) = [one for one in receipt(ended.journal) if one["side"] == "inside"]
    assert {one["parameter"]: one["told"] for one in row["origins"]} == expected


def test_questions_and_requests(playbook):
    """A message names what fills it; an approval who is asked; a request its URL and its body."""
    from phantom_lab import Playbook

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
    assert "requests.post" in text and "(url: constant, line 9; json from artifact 2, cef.src)" in text


def test_the_fields_of_an_origin(playbook, tmp_path):
    """Kind, where, path and line; what it was made of; where else the value stands. The file of the journal is enough."""
    from phantom_lab import Playbook

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


def test_what_was_changed_by_hand_is_told(playbook):
    """An argument that somebody edited at a rest comes from nowhere else."""
    from phantom_lab import Playbook

    more = f"\ndef done(container=None, ip=None, **kwargs):\n    {act(repr([{'ip': 0}]).replace('0', 'ip'))}\n"
    stepper = lab_of().step(Playbook.from_source(source_of('done(container=container, ip="10.0.0.1")', more), name="s"))
    stepper.step()
    stepper.edit(arguments={"ip": "10.0.0.9"})
    stepper.resume()
    assert told_of(stepper.run) == [{"ip": "argument ip, changed by hand"}]


def test_hostile_values_and_names_are_bounded(playbook):
    """A text of a megabyte, a deep value and many values; a sentence stays short, and what is left out is counted."""
    from phantom_lab import Playbook

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


def test_the_work_grows_with_the_number_of_parameter_sets(playbook):
    """By the steps of Python that it takes: four times the sets take about four times as many."""
    import sys

    from phantom_lab import Playbook

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

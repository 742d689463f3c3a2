"""The value that made a playbook's own code raise, and who gave it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from phantom_lab import Lab, Playbook, PlaybookRun, responses
from phantom_lab.history import Failure, InvocationEnded, Journal, read_journal
from phantom_lab.views.report import as_text
from phantom_lab.why import Responsible, responsible
from tests.older import LATER, older
from tests.table import tabled

HEAD = "import json\nimport phantom.rules as phantom\n\n"
ARTIFACTS = [{"name": "a", "cef": {"sourceAddress": "198.51.100.7", "bytes": "many"}}, {"name": "b", "cef": {}}]
WHOIS = [{"action": "whois domain", "data": [{"created": None, "owner": {"name": "mara"}, "names": [], "age": "old"}],
          "summary": {"total": 0}}]
WHO = 'results[0], asset whois, parameter {"domain": "a.example"}'
ASK = """
    def on_start(container):
        phantom.act("whois domain", parameters=[{"domain": "a.example"}], assets=["whois"], name="whois_1",
                    callback=then)

    def then(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    """
START = "\ndef on_start(container):\n"


def collected(path: str, code: str) -> str:
    """A callback of ``whois_1`` that collects one datapath, and goes on."""
    return f'rows = phantom.collect2(container=container, datapath=["{path}"], action_results=results)\n{code}'


def run_of(source: str, **options: Any) -> PlaybookRun:
    """Run a playbook on a container with two artifacts; ``whois domain`` answers."""
    lab = Lab({"name": "Any", "artifacts": ARTIFACTS}, results=WHOIS, maxmind=False)
    for name, (kind, stub) in options.pop("stubs", {}).items():
        getattr(lab, kind)(name)(stub)
    return lab.run(Playbook.from_source(HEAD + source, name="book"), **options)


def told(run: PlaybookRun) -> Responsible:
    """What the first failure is put down to."""
    ended = next(one for one in run.journal.events if isinstance(one, InvocationEnded) and one.failure)
    found = responsible(run.journal, ended)
    assert found is not None
    return found


def after_whois(code: str) -> str:
    """A playbook that asks for ``whois_1``, and whose callback is some code."""
    return dedent(ASK).rstrip() + "\n" + indent(dedent(code).strip(), "    ") + "\n"


@tabled(("code", "sentence"), [
    (collected("whois_1:action_result.data.*.created", "values = [item[0] for item in rows]\nvalues[0].split('-')"),
     f"values[0] is None: from whois_1:action_result.data.*.created ({WHO})"),
    (collected("whois_1:action_result.data.*.created", "for item in rows:\n    item[0] + 1"),
     f"item[0] is None: from whois_1:action_result.data.*.created ({WHO})"),
    (collected("whois_1:action_result.data.*.owner", "owner = rows[0][0]\nowner['mail']"),
     f"owner has no 'mail': from whois_1:action_result.data.*.owner ({WHO})"),
    (collected("whois_1:action_result.data.*.names", "found = rows[0][0]\nfound[0]"),
     f"found is empty: from whois_1:action_result.data.*.names ({WHO})"),
    (collected("whois_1:action_result.data.*.age", "age = rows[0][0].strip()\nint(age)"),
     f'age is "old": from whois_1:action_result.data.*.age ({WHO})'),
    (collected("whois_1:action_result.data", "for name in rows[0][0][0]['owner']['pets']:\n    pass"),
     f"rows[0][0][0]['owner'] has no 'pets': from whois_1:action_result.data.0.owner ({WHO})"),
    (collected("whois_1:action_result.summary.total", "100 / rows[0][0]"),
     f"rows[0][0] is 0: from whois_1:action_result.summary.total ({WHO})"),
    (collected("whois_1:action_result.data.*.age", "json.loads(rows[0][0])"),
     f'rows[0][0] is "old": from whois_1:action_result.data.*.age ({WHO})'),
    (collected("whois_1:action_result.data.*.owner.name", "first, second, third = rows[0]"),
     f'rows[0] is ["mara"]: from whois_1:action_result.data.*.owner.name ({WHO})'),
    (collected("whois_1:action_result.data.*.created", "','.join([item[0] for item in rows])"),
     f"rows is [[null]]: from whois_1:action_result.data.*.created ({WHO})"),
    (collected("whois_1:action_result.data.*.created", "pairs = dict(zip(['x'], rows))\n"
               "for one in pairs['x'][0]:\n  0"),
     f"pairs['x'][0] is None: from whois_1:action_result.data.*.created ({WHO})"),
    (collected("whois_1:action_result.data.*.created",
               "def year(text):\n    return text[:4]\n\nfor [when] in rows:\n    year(when)"),
     f"text is None: from whois_1:action_result.data.*.created ({WHO})"),
    (collected("whois_1:action_result.data.*.created", "state = {}\nfor row in rows:\n    state['when'] = row[0]\n"
               "state['when'].lower()"),
     f"state['when'] is None: from whois_1:action_result.data.*.created ({WHO})"),
    (collected("whois_1:action_result.data.*.created", "if not rows[0][0]:\n    raise ValueError('nothing there')"),
     f"rows[0][0] is None: from whois_1:action_result.data.*.created ({WHO})"),
    (collected("whois_1:action_result.data.*.age", "try:\n    int(rows[0][0])\nexcept ValueError as exc:\n"
               "    raise RuntimeError(str(exc))"),
     f'rows[0][0] is "old": from whois_1:action_result.data.*.age ({WHO})'),
    (collected("whois_1:action_result.data.*.created", "for row in rows:\n    if row[0]:\n        when = row[0]\nwhen"),
     f"row[0] is None: from whois_1:action_result.data.*.created ({WHO})"),
    ("results[0]['action_results'][0]['data'][0]['owner']['mail']",
     ("results[0]['action_results'][0]['data'][0]['owner'] has no 'mail': from whois_1:action_result.data.0.owner "
      f"({WHO})")),
    (collected("whois_2:action_result.data.*.x", "rows[0][0].lower()"),
     "rows is empty: from whois_2:action_result.data.*.x, as no action 'whois_2' has completed"),
    (collected("whois_1:action_result.parameter.mail", "rows[0][0].lower()"),
     "rows[0][0] is None: whois_1:action_result.parameter.mail, which the playbook does not pass to the action"),
])
def test_an_outcome_is_named_with_its_datapath_its_provider_and_what_it_answered(code: str, sentence: str):
    """Through assignments, loops, unpacking, containers, helpers, and exceptions put in place of others."""
    found = told(run_of(after_whois(code)))
    assert str(found) == sentence
    assert found.kind == ("own code" if "does not pass" in sentence else "outcome")


FIRST = [
    ("artifact", "rows = phantom.collect2(container=container, datapath=['artifact:*.cef.bytes'])\nint(rows[0][0])",
     'rows[0][0] is "many": from cef \'bytes\' of artifact 1'),
    ("artifact", ("rows = phantom.collect2(container=container, datapath=['artifact:*.cef.sourceAddress', "
                  "'artifact:*.id'])\n"
                  "for item in rows:\n    item[0].split('.')"),
     "item[0] is None: from cef 'sourceAddress' of artifact 2"),
    ("container", "container['owner']['mail']",
     "container['owner'] is empty: from container field 'owner'"),
    ("input", "rows = phantom.collect2(container=container, datapath=['playbook_input:ip'])\nrows[0][0].lower()",
     "rows[0][0] is None: from playbook input 'ip'"),
    ("list", "ok, message, rows = phantom.get_list(list_name='x')\nlen(rows)",
     "rows is None: from custom list 'x', which is not there"),
    ("run data", "text = phantom.get_run_data(key='x:y')\njson.loads(text)",
     "text is empty: from run data 'x:y', which nobody has saved"),
    ("run data", "json.loads(phantom.get_run_data(key='x:y'))",
     "phantom.get_run_data(key='x:y'): from run data 'x:y', which nobody has saved"),
    ("run data", ("phantom.save_run_data(key='x:y', value=json.dumps(container['owner']))\n"
                  "rows = phantom.collect2(container=container, datapath=['x:custom_function:y'])\nrows[0][0][5]"),
     ("rows[0][0] is empty: from run data 'x:y', saved by block on_start in line 6, from container field "
      "'owner'")),
    ("format", "phantom.get_format_data(name='note').upper()",
     "phantom.get_format_data(name='note') is None: from format 'note', which never ran"),
    ("artifact", ("phantom.format(container=container, template='{0}', parameters=['artifact:*.name'], name='note')\n"
                  "int(phantom.get_format_data(name='note'))"),
     "phantom.get_format_data(name='note'): from format 'note', from field 'name' of the artifacts"),
    ("http", ("answer = phantom.requests.get(phantom.build_phantom_rest_url('asset'), verify=False).json()\n"
              "answer['data'][0]"),
     'answer[\'data\'] is empty: from HTTP answer to GET "https://127.0.0.1/rest/asset"'),
    ("http", "phantom.requests.get('https://a.example/b').json()",
     ("phantom.requests.get('https://a.example/b'): from GET \"https://a.example/b\", which the lab refused: playbook "
      "code reaches no network")),
    ("own code", "phantom.playbook('local/none', container=container, name='x')",
     "nobody: no such playbook is there"),
    ("own code", "phantom.custom_function(custom_function='local/none', parameters=[container], name='x')",
     "nobody: no such custom function is there"),
    ("own code", "phantom.format(container=container, template='{64}', parameters=['artifact:*.name'], name='x')",
     "the constant '{64}' in line 6"),
    ("platform", ("tasks = phantom.get_tasks(container)\nfound = 0\nfor one in tasks:\n    found += 1\n"
                  "if found == 0:\n    raise RuntimeError('no task')"),
     "found is 0: from what phantom.get_tasks returned in line 6"),
    ("own code", "phantom.act('whois ip', parameters=[{}], name='x', callback='on_start')",
     "what the playbook's own code passes in line 6"),
    ("container", "phantom.act('whois ip', parameters=container['owner'], name='x')",
     "container['owner'] is empty: from container field 'owner'"),
    ("own code", "limit = 'ten'\nint(limit)",
     'limit is "ten": the constant \'ten\' in line 6'),
    ("own code", "undefined_name",
     "undefined_name: the playbook's own name 'undefined_name'"),
    ("own code", "import no_such_module_anywhere",
     "import no_such_module_anywhere: the module 'no_such_module_anywhere' is not installed"),
    ("own code", "{}.iteritems()",
     "{}.iteritems: it is Python 2"),
    ("own code", "def twice(x):\n    return x\n\ntwice(1, 2)",
     "twice(1, 2): a call with other arguments than the function takes"),
    ("own code", "raise RuntimeError('always')",
     "raise RuntimeError('always'): a value of the playbook's own in line 6"),
    ("own code", "def on_start_too(results=None):\n    results[0]\n\non_start_too()",
     "results is None: the parameter results, which the call in line 9 does not pass"),
]


@pytest.mark.parametrize(("kind", "code", "sentence"), FIRST, ids=range(len(FIRST)))
def test_every_error_of_a_first_block_has_a_named_cause(kind: str, code: str, sentence: str):
    """What was provided, or else that nothing was."""
    found = told(run_of(START + indent(code, "    ") + "\n"))
    assert str(found) == sentence
    assert found.kind == kind


def test_playbooks_that_start_each_other_without_end_are_no_values_fault(tmp_path: Path):
    """The container that every one of them is given has no part in it."""
    (tmp_path / "again.py").write_text(f"{HEAD}{START}    phantom.playbook('local/again', container=container)\n")
    run = Lab({"name": "Any"}, maxmind=False, paths=[tmp_path]).run(tmp_path / "again.py")
    (failure,) = {str(one.failure): one.failure for one in run.journal.events
                  if isinstance(one, InvocationEnded) and one.failure}.values()
    assert str(responsible(run.journal, failure)) == "nobody: playbooks that start each other without a way out"


@pytest.mark.parametrize(("expression", "given", "made_up"), [
    ("rows[0][0].missing", {"generate": True}, True),
    ("rows[0][0].missing", {"results": [{"action": "look", "data": [{"n": "1"}]}]}, False),
    ("rows[0][0].missing", {"results": [{"action": "look", "data": [{"n": "generated from x"}]}]}, False),
    ("container['name'].missing", {"generate": True}, True),
    ("'sample'.missing", {"generate": True}, False),
])
def test_a_value_that_the_lab_made_up_is_known_as_such(expression: str, given: dict[str, Any], made_up: bool):
    """Of generated results, and samples; never what the playbook's own code says."""
    source = f"""{HEAD}{START}    phantom.act("look", parameters=[{{}}], assets=["x"], name="look_1", callback=seen)

def seen(container=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=["look_1:action_result.data.*.n"])
    {expression}
"""
    run = Lab({"name": "sample"}, maxmind=False, **given).run(Playbook.from_source(source, name="seen"))
    assert run.status == "error", run.message
    found = responsible(run.journal, run.failures[0])
    assert found is not None
    assert found.made_up is made_up
    again = responsible(read_back(run.journal), run.failures[0])
    assert again == found


def read_back(journal: Journal) -> Journal:
    """A journal without what its memory knows besides."""
    copy = Journal()
    copy.restore(journal.events, journal.stamps, dict(journal._values))
    return copy


CHAINED = """
def on_start(container):
    phantom.act("whois domain", parameters=[{"domain": "a.example"}], assets=["whois"], name="whois_1", callback=join_x)

def join_x(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=["whois_1:action_result.data.*.created"])
    last(CALL)

def last(action=None, success=None, container=None, results=None, handle=None, extra=None, **kwargs):
    CODE
"""


@pytest.mark.parametrize(("call", "code", "sentence"), [
    ("container=container", "results[0]",
     "results is None: the argument results of last: it is None because join_x passed none"),
    ("container=container, results=results", "results[0]['action_results'][0]['data'][0]['x']",
     "results[0]['action_results'][0]['data'][0] has no 'x': from whois_1:action_result.data.0 (" + WHO + ")"),
    ("container=container, extra=rows[0][0]", "extra.lower()",
     f"extra is None: from whois_1:action_result.data.*.created ({WHO})"),
    ("extra=[one[0] for one in rows]", "extra[0].lower()",
     f"extra[0] is None: from whois_1:action_result.data.*.created ({WHO})"),
])
def test_what_a_block_was_called_with_is_followed_to_its_caller(call: str, code: str, sentence: str):
    """The value's own place is told, not that of the block that handed it on."""
    assert str(told(run_of(CHAINED.replace("CALL", call).replace("CODE", code)))) == sentence


REPLIED = """
def on_start(container):
    phantom.prompt2(container=container, user="kim", message="Sure?", name="ask", callback=then)

def then(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=["ask:action_result.summary.responses.0"])
    int(rows[0][0])
"""
MERGED = """
def on_start(container):
    phantom.custom_function(custom_function="community/list_merge", parameters=[{"a": 1}], name="merge", callback=then)

def then(custom_function=None, success=None, container=None, results=None, handle=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=["merge:custom_function_result.data.item"])
    rows[0][0].lower()
"""
CHILD = """
def on_start(container):
    phantom.playbook("local/child", container=container, name="child_1", callback=then)

def then(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=["child_1:playbook_output:score"])
    rows[0][0] + 1
"""


ANSWERS = [
    ("reply", REPLIED, {"prompt": ("action", lambda parameter: responses("Yes"))},
     "rows[0][0] is \"Yes\": from reply to prompt 'ask' (stub <lambda> (test_responsible.py:LINE))"),
    ("custom function", MERGED, {"list_merge": ("custom_function", lambda a: {"item": None})},
     ("rows[0][0] is None: from merge:custom_function_result.data.item: custom function 'list_merge' returned "
      '{"item": null}')),
    ("child playbook", CHILD, {"child": ("playbook", lambda inputs: {"score": ["high"]})},
     "rows[0][0] is \"high\": from output 'score' of child playbook 'child'"),
]


@pytest.mark.parametrize(("kind", "source", "stubs", "sentence"), ANSWERS, ids=[one[0] for one in ANSWERS])
def test_who_else_answers_is_named(kind: str, source: str, stubs: Any, sentence: str):
    """People, custom functions and child playbooks."""
    found = told(run_of(source, stubs=stubs))
    assert re.sub(r"\.py:\d+", ".py:LINE", str(found)) == sentence
    assert found.kind == kind


def test_the_input_of_a_custom_function_is_followed_to_the_block_that_gave_it(tmp_path: Path):
    """The journal holds no source of custom functions, but that of the playbook that asked."""
    (tmp_path / "shorten.py").write_text("def shorten(text=None, **kwargs):\n    return {'short': text[:3]}\n")
    (tmp_path / "book.py").write_text(HEAD + dedent("""
        def on_start(container):
            rows = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceAddress", "artifact:*.id"])
            parameters = []
            for item in rows:
                parameters.append({"text": item[0]})
            phantom.custom_function(custom_function="local/shorten", parameters=parameters, name="shorten_1")
        """))
    run = Lab({"name": "Any", "artifacts": ARTIFACTS}, maxmind=False).run(tmp_path / "book.py")
    assert str(told(run)) == ("text is None: from input 'text' of custom function shorten, from cef 'sourceAddress' of "
                              "artifact 2")


HOSTILE = """
class Odd:
    @property
    def boom(self):
        phantom.debug("called")
        return {}
    def __repr__(self):
        phantom.debug("called")
        return "odd"
    __str__ = __eq__ = __hash__ = __len__ = __getattr__ = __getitem__ = __iter__ = lambda self, *given: self.boom

class Dict(dict):
    def __getitem__(self, key):
        phantom.debug("called")
        return None
    get = items = values = __iter__ = __getitem__

def on_start(container):
    odd = Odd()
    many = Dict(a=1)
    values = [odd, many, "x" * 100000, 10 ** 5000, [[[[[[[[1]]]]]]]]]
    int(values[2:], base=odd)
"""


def test_nothing_of_the_playbook_is_called_to_find_out_and_what_is_kept_is_short():
    """Methods and properties of its own classes stay uncalled; a text of a value has 200 characters at most."""
    run = run_of(HOSTILE)
    failure = next(one.failure for one in run.journal.events if isinstance(one, InvocationEnded) and one.failure)
    assert run.summary().debug == []
    assert failure.values
    assert all(len(one.get("value", "")) <= 200 for one in failure.values)
    assert told(run).kind == "own code"


def test_a_journal_that_is_read_back_tells_the_same(tmp_path: Path):
    """Everything that is told stands in the journal."""
    source = after_whois(collected("whois_1:action_result.data.*.created", "rows[0][0].split()"))
    run = run_of(source, journal=tmp_path / "run.jsonl")
    ended = [one for one in read_journal(tmp_path / "run.jsonl").events
             if isinstance(one, InvocationEnded) and one.failure]
    assert responsible(read_journal(tmp_path / "run.jsonl"), ended[0]) == told(run)


def test_a_journal_of_an_older_version_is_read_and_tells_nothing(tmp_path: Path):
    """Failures had no values then."""
    file = tmp_path / "run.jsonl"
    file.write_text(older(run_of(START + "    container['x']['y']\n").journal, 1))
    journal = read_journal(file)
    (ended,) = [one for one in journal.events if isinstance(one, InvocationEnded) and one.failure]
    assert ended.failure == Failure(**{one.name: getattr(ended.failure, one.name) for one in fields(Failure)
                                       if one.name not in LATER[1]})
    assert responsible(journal, ended) is None


def test_the_report_tells_it_below_the_error():
    """One line, below that of the block that raised and not of those around it."""
    text = as_text(run_of(CHAINED.replace("CALL", "container=container").replace("CODE", "results[0]")).summary())
    assert text.count("        as results is None: the argument results of last: it is None because join_x passed") == 1
    assert text.count("raised TypeError") == 2


def test_an_invocation_that_returned_has_nobody_responsible():
    """None is the answer, not an error."""
    run = run_of(START + "    pass\n")
    assert [responsible(run.journal, one) for one in run.journal.events if isinstance(one, InvocationEnded)] == [None]

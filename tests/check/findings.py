"""The smallest sources that give each kind of finding, and the nearest that do not; and the table of the documents.

``python -m tests.check.findings`` writes the tables of `docs/check.md` anew.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import NamedTuple

from phantom_lab.check.kinds import KINDS
from tests.check import people

PAGE = Path(__file__).resolve().parents[2] / "docs" / "check.md"
BEGIN = "| code | level | what | what to do |\n"
RULES = "import phantom.rules as phantom\n\n\n"
_LEVELS = {"error": "error", "warning": "warning", "info": "remark"}


class Example(NamedTuple):
    """The body of a block, or a whole file, that gives a finding; and one that does not."""

    bad: str
    good: str
    file: str = "x.py"
    inputs: tuple[str, ...] = ()
    """Of the playbook x, as its export names them."""


def source(text: str, file: str = "x.py") -> str:
    """A whole file: what does not begin with a definition is the body of ``on_start``, up to the first one."""
    text = dedent(text).strip("\n")
    if file != "x.py" or text.startswith(("import phantom", "#!")):
        return f"{text}\n"
    body, *functions = text.split("\ndef ")
    return f"{RULES}def on_start(container):\n{indent(body, '    ')}\n" + "".join(f"\n\ndef {one}\n" for one in functions)


ROWS = "rows = phantom.collect2(container=container, datapath=['artifact:*.cef.user', 'artifact:*.id'])\n"
ASK = "def {0}(**kwargs):\n    phantom.act('look up', name='{0}', callback={1})"
TWO = "one()\ntwo()\n" + ASK.format("one", "{0}") + "\n" + ASK.format("two", "{1}") + "\n"
PROMPT = """phantom.prompt2(user='admin', message='Go on?', name='ask', callback=decide)
def decide(container=None, **kwargs):
    if phantom.decision(container=container, conditions=[['ask:action_result.summary.responses.0', '{0}', '{1}']]):
        go()
def go(**kwargs):
    phantom.act('send email', name='go')"""
ELSE = """if phantom.decision(container=container, conditions=[['artifact:*.cef.host', '==', 'a']]):
    one()
    return
if phantom.decision(container=container, conditions=[['artifact:*.cef.host', '==', 'b']]):
    two()
    return{0}
def one():
    phantom.act('look up', name='one')
def two():
    phantom.act('look up', name='two')"""
LOOP = """loop = phantom.LoopState(state={{'max_iterations': {0}, 'max_ttl': 600, 'delay_time': 120, 'conditions': None}})
phantom.act('look up', name='a', callback=after, loop_state=loop.to_json())
def after(**kwargs):
    pass"""
STAR = """phantom.act('look up star', parameters=[{{'star': 'x'}}], assets=['star_map'], name='a', callback=b)
def b(container=None, **kwargs):
    phantom.collect2(container=container, datapath=['a:action_result.data.*.{0}'])"""
MADE = "custom_functions/made.py"
EXAMPLES: dict[str, list[Example]] = {
    "load": [Example("import phantom.rules\ndef broken(:", "pass")],
    "passed-over": [Example("#! a script\nprint('a')", "pass")],
    "unchecked": [Example(f"x = {'1+' * 900}1", "pass")],
    "ignore": [Example("container == 1  # phantom-lab: ignore[no-effect]",
                       "container == 1  # phantom-lab: ignore[no-effect] it is a trial"),
               Example("pass  # phantom-lab: ignore[no-effect] nothing is there",
                       "# phantom-lab: ignore[no-effect] the next line\ncontainer == 1"),
               Example("pass  # phantom-lab: ignore[no-efect] a slip", "pass")],
    "gap": [Example("phantom.ph_engine", "phantom.debug(1)")],
    "unknown-name": [Example("phantom.add_tag()", "phantom.add_tags(container, 'a')")],
    "arguments": [Example("phantom.set_label(label='a', colour='b')", "phantom.set_label(container, 'a')"),
                  Example("phantom.act('a', parameters={'ip': '1'})", "phantom.act('a', parameters=[{'ip': '1'}])")],
    "refused": [Example(f"def made():\n    {RULES.strip()}\n    phantom.act('a')",
                        f"def made():\n    {RULES.strip()}\n    phantom.debug('a')", MADE)],
    "module": [Example("import not_a_module", "import json")],
    "callback": [Example("nowhere(container)", "phantom.debug(container)"),
                 Example("phantom.act('a', callback=nowhere)", "phantom.act('a', callback=on_finish)\n"
                         "def on_finish(container, summary):\n    pass"),
                 Example("phantom.act('a', callback='on_finish')\ndef on_finish(container, summary):\n    pass",
                         "phantom.act('a', callback=None)")],
    "name": [Example("pass", "#! without its export", inputs=("a b", "a_b"))],
    "playbook": [Example("phantom.playbook('local/nowhere', name='a')", "pass")],
    "custom-function": [Example("phantom.custom_function('local/nowhere', name='a')", "pass")],
    "failing-child": [Example("phantom.playbook('local/x', name='a')\nraise ValueError('not yet')",
                              "phantom.playbook('local/x', name='a')\nif container['id'] == 1:\n    raise ValueError('not yet')")],
    "inputs": [Example("phantom.playbook('local/x', inputs={'other': 1}, name='a')",
                       "phantom.playbook('local/x', inputs={'one': 1}, name='a')", inputs=("one",))],
    "computed": [Example("phantom.playbook(container['name'], name='a')", "pass")],
    "action": [Example("phantom.act('get findings', assets=['builtin_mc_connector'], name='a')",
                       "phantom.act('list findings', assets=['builtin_mc_connector'], name='a')")],
    "parameter": [Example("phantom.act('get finding or investigation', parameters=[{'ID': 'x'}], "
                          "assets=['builtin_mc_connector'], name='a')",
                          "phantom.act('get finding or investigation', parameters=[{'id': 'x'}], "
                          "assets=['builtin_mc_connector'], name='a')")],
    "output": [Example(STAR.format("magnitud"), STAR.format("magnitude"))],
    "datapath": [Example("phantom.collect2(container=container, datapath=['nothing'])",
                         "phantom.collect2(container=container, datapath=['artifact:*.id'])")],
    "condition": [Example("phantom.decision(conditions=[['artifact:*.id', 'like', 1]])",
                          "phantom.decision(conditions=[['artifact:*.id', '==', 1]])")],
    "template": [Example("phantom.format(template='{0} {1}', parameters=['artifact:*.id'], name='t')",
                         "phantom.format(template='{0}', parameters=['artifact:*.id'], name='t')")],
    "block": [Example("phantom.collect2(container=container, datapath=['gone:action_result.status'])", "pass")],
    "form": [Example("phantom.save_run_data(key='on_start:one', value='1')\n"
                     "phantom.collect2(container=container, datapath=['on_start:custom_function:two'])",
                     "phantom.save_run_data(key='on_start:one', value='1')\n"
                     "phantom.collect2(container=container, datapath=['on_start:custom_function:one'])")],
    "run-data": [
        Example("phantom.debug(phantom.get_run_data(key='on_start:two'))", "phantom.save_run_data(key='on_start:two', value='1')\n"
                "phantom.debug(phantom.get_run_data(key='on_start:two'))"),
        Example("import json\nphantom.debug(json.loads(phantom.get_run_data(key='on_start:two')))",
                         "import json\nphantom.save_run_data(key='on_start:two', value='1')\n"
                         "phantom.debug(json.loads(phantom.get_run_data(key='on_start:two')))")],
    "no-effect": [Example("url = 'a'\nurl + 'b'", "url = 'a'\nurl += 'b'")],
    "constant": [
        Example("if 'a' or 'b' in container['name']:\n    pass", "if 'a' in container['name'] or 'b' in container:\n    pass"),
        Example("name = container['name']\nif name == 'a' or 'b':\n    pass", "if container['name'] in ('a', 'b'):\n    pass"),
        Example("x = 'a' or 'b' in container['name']", "x = container['name'] or 'b'"),
        Example("n = container['name']\nif n != 'a' or n != 'b':\n    pass", "n = 1\nif n != 'a' and n != 'b':\n    pass"),
        Example("n = container['name']\nif n == 'a' and n == 'b':\n    pass", "n = 1\nif n == 'a' or n == 'b':\n    pass"),
        Example("if not container['name'].isdigit:\n    pass", "if container['name'].isdigit():\n    pass"),
        Example("if container['name'].lower() == 'High':\n    pass", "if container['name'].lower() == 'high':\n    pass"),
        Example("if type(container) == 'dict':\n    pass", "if type(container) == dict:\n    pass"),
        Example("if len(container) >= 0:\n    pass", "if len(container) > 0:\n    pass"),
        Example("if (container, 'no name'):\n    pass", "while True:\n    break"),
        Example("if helper:\n    pass\ndef helper():\n    return True", "if helper():\n    pass\ndef helper():\n    return True"),
        Example("x = [one for one in container if one is one]", "x = [one for one in container if one is not None]"),
        Example("phantom.decision(conditions=[['severity', '==', 'high']])",
                "phantom.decision(conditions=[['container:severity', '==', 'high']])"),
        Example("phantom.decision(conditions=[['artifact:*.name', '!=', 'a'], ['artifact:*.name', '!=', 'b']])",
                "phantom.decision(conditions=[['artifact:*.name', '!=', 'a'], ['artifact:*.name', '!=', 'b']], "
                "logical_operator='and')"),
        Example("phantom.condition(conditions=[['artifact:*.name', '==', 'a'], ['artifact:*.name', '==', 'b']], "
                "logical_operator='and', name='f:condition_1')",
                "phantom.condition(conditions=[['artifact:*.name', '==', 'a'], ['artifact:*.label', '==', 'b']], "
                "logical_operator='and', name='f:condition_1')")],
    "letter-case": [
        Example("if container['severity'] == 'High':\n    pass", "if container['severity'] == 'high':\n    pass"),
        Example(f"{ROWS}host = rows[0][0].lower()\nif host == 'Main':\n    pass", f"{ROWS}host = rows[0][0].lower()\nif host == 'main':\n    pass"),
        Example(STAR.format("kind").replace("phantom.collect2(container=container, datapath=['a:action_result.data.*.kind'])",
                                            "phantom.decision(conditions=[['a:action_result.data.*.kind', '==', 'GIANT']])"),
                STAR.format("kind").replace("phantom.collect2(container=container, datapath=['a:action_result.data.*.kind'])",
                                            "phantom.decision(conditions=[['a:action_result.data.*.kind', '==', 'giant']])"))],
    "digits": [Example("if container['id'] == '42':\n    pass", "if container['id'] == 42:\n    pass"),
               Example("def made(number=None, **kwargs):\n    return {'id': number if isinstance(number, int) else 0}",
                       "def made(number=None, **kwargs):\n    return {'id': int(number) if isinstance(number, (int, str)) else 0}", MADE)],
    "several-values": [
        Example(STAR.format("moons").replace("phantom.collect2(", "rows = phantom.collect2(")
                + "\n    phantom.act('look up star', parameters=[{'star': rows[0][0]}], assets=['star_map'], name='b')",
                STAR.format("moons.*").replace("phantom.collect2(", "rows = phantom.collect2(")
                + "\n    phantom.act('look up star', parameters=[{'star': rows[0][0]}], assets=['star_map'], name='b')"),
        Example(f"{ROWS}phantom.act('a', parameters=[{{'user': rows[0][0]}}], name='a')\nfor one in rows[0][0].split(','):\n    pass",
                f"{ROWS}for one in rows[0][0].split(','):\n    phantom.act('a', parameters=[{{'user': one}}], name='a')")],
    "boolean": [Example("def made(flag=None, **kwargs):\n    return {'on': flag == 'True'}",
                        "def made(flag=None, **kwargs):\n    return {'on': str(flag) == 'True'}", MADE)],
    "precedence": [Example("a = b = c = container\nif a or b and c:\n    pass", "a = b = c = container\nif a or (b and c):\n    pass")],
    "unreachable": [Example("pass\ndef lost(container):\n    pass", "lost(container)\ndef lost(container):\n    pass")],
    "join": [Example(TWO.format("both", "both") + "def both(**kwargs):\n    if phantom.completed(action_names=['one', 'tow']):\n"
                     "        pass",
                     TWO.format("both", "both") + "def both(**kwargs):\n    if phantom.completed(action_names=['one', 'two']):\n"
                     "        pass")],
    "join-left-out": [Example("one()\nif phantom.decision(conditions=[['artifact:*.name', '==', 'a']]):\n    two()\n" + TWO[12:].format(
        "both", "both") + "def both(**kwargs):\n    if phantom.completed(action_names=['one', 'two']):\n        last()\n"
        "def last(**kwargs):\n    pass", TWO.format("both", "both") + "def both(**kwargs):\n"
        "    if phantom.completed(action_names=['one', 'two']):\n        last()\ndef last(**kwargs):\n    pass")],
    "join-twice": [
        Example(TWO.format("both", "both") + "def both(**kwargs):\n    if phantom.completed(action_names=['one']):\n        last()\n"
                "def last(**kwargs):\n    pass",
                TWO.format("both", "both") + "def both(**kwargs):\n    if phantom.get_run_data(key='both_called'):\n        return\n"
                "    if phantom.completed(action_names=['one']):\n        phantom.save_run_data(key='both_called', value='1')\n"
                "        last()\ndef last(**kwargs):\n    pass"),
        Example(TWO.format("both", "both") + "def both(**kwargs):\n    if phantom.completed(action_names=['one']):\n        last()\n"
                "def last(**kwargs):\n    pass",
                TWO.format("both", "both") + "def both(**kwargs):\n    if phantom.completed(action_names=['one', 'two']):\n"
                "        last()\ndef last(**kwargs):\n    pass")],
    "upstream": [Example("one()\nlast()\n" + ASK.format("one", "None")
                         + "\ndef last(**kwargs):\n    phantom.collect2(container={}, datapath=['one:action_result.status'])",
                         "one()\n" + ASK.format("one", "last")
                         + "\ndef last(**kwargs):\n    phantom.collect2(container={}, datapath=['one:action_result.status'])")],
    "without-results": [Example("one()\n" + ASK.format("one", "both") + "\ndef both(**kwargs):\n"
                                "    if phantom.completed(action_names=['one']):\n        last(container=None)\n"
                                "def last(container=None, results=None, **kwargs):\n    phantom.debug(results[0])",
                                "one()\n" + ASK.format("one", "both") + "\ndef both(results=None, **kwargs):\n"
                                "    if phantom.completed(action_names=['one']):\n        last(container=None, results=results)\n"
                                "def last(container=None, results=None, **kwargs):\n    phantom.debug(results[0])")],
    "not-waited-for": [Example("phantom.playbook('local/x', name='below')\nlast()\ndef last(**kwargs):\n    phantom.act('a')",
                               "phantom.playbook('local/x', name='below', callback=last)\ndef last(**kwargs):\n    phantom.act('a')")],
    "product": [Example(f"{ROWS}more = phantom.collect2(container=container, datapath=['artifact:*.cef.host', 'artifact:*.id'])\n"
                        "parameters = []\nfor row in rows:\n    for other in more:\n"
                        "        parameters.append({'user': row[0], 'host': other[0]})\n"
                        "phantom.act('a', parameters=parameters, name='a')", "pass")],
    "pairing": [
        Example("one()\n" + ASK.format("one", "two") + "\n" + ASK.format("two", "last") + "\ndef last(container=None, **kwargs):\n"
                "    a = phantom.collect2(container=container, datapath=['one:action_result.data.*.a'])\n"
                "    b = phantom.collect2(container=container, datapath=['two:action_result.data.*.b'])\n"
                "    for x, y in zip(a, b):\n        phantom.debug(x, y)",
                "one()\n" + ASK.format("one", "last") + "\ndef last(container=None, **kwargs):\n"
                "    a = phantom.collect2(container=container, datapath=['one:action_result.data.*.a'])\n"
                "    b = phantom.collect2(container=container, datapath=['one:action_result.data.*.b'])\n"
                "    for x, y in zip(a, b):\n        phantom.debug(x, y)"),
        Example("one()\n" + ASK.format("one", "last") + "\ndef last(container=None, **kwargs):\n"
                "    phantom.format(container=container, template='%%\\n{0} {1}\\n%%', name='t', drop_none=True,\n"
                "                   parameters=['one:action_result.data.*.a', 'artifact:*.cef.host'])", "pass")],
    "scope": [Example("phantom.collect2(container=container, datapath=['artifact:*.id'], scope='every')",
                      "phantom.collect2(container=container, datapath=['artifact:*.id'], scope='all')"),
              Example("phantom.collect2(container=container, datapath=['artifact:*.id'], scope='new')",
                      "phantom.collect2(container=container, datapath=['artifact:*.id'])")],
    "order": [Example(TWO.format("bad", "good") + "def bad(**kwargs):\n    phantom.set_severity('high')\ndef good(**kwargs):\n"
                      "    phantom.set_severity('low')",
                      TWO.format("bad", "two") + "def bad(**kwargs):\n    phantom.set_severity('high')")],
    "loop": [Example(LOOP.format(20), LOOP.format(6)), Example(LOOP.format(1), LOOP.format(2))],
    "unfiltered": [Example("if phantom.decision(container=container, conditions=[['artifact:*.cef.host', '==', 'a']]):\n    go(container)\n"
                           "def go(container):\n    rows = phantom.collect2(container=container, datapath=['artifact:*.cef.host'])\n"
                           "    phantom.debug(rows)",
                           "if phantom.decision(container=container, conditions=[['artifact:*.cef.host', '!=', '']]):\n    go(container)\n"
                           "def go(container):\n    rows = phantom.collect2(container=container, datapath=['artifact:*.cef.host'])\n"
                           "    phantom.debug(rows)")],
    "no-else": [Example(ELSE.format(""), ELSE.format("\none()"))],
    "silence": [Example(PROMPT.format("!=", "Yes"), PROMPT.format("==", "Yes")),
                Example(PROMPT.format("==", "No").replace("        go()", "        return\n    go()"), PROMPT.format("==", "Yes"))],
    "unasked": [Example("phantom.act('block ip', name='a')", "phantom.act('look up ip', name='a')")],
    "automatic": [Example("phantom.prompt2(user=phantom.get_effective_user(), message='Go on?', name='a')",
                          "phantom.prompt2(user='admin', message='Go on?', name='a')")],
    "refusal": [
        Example("if phantom.set_status(container, 'closed'):\n    pass",
                "done, why = phantom.set_status(container, 'closed')\nif done:\n    pass"),
        Example("answer = phantom.add_list('a', ['b'])\nif not answer:\n    pass",
                "answer = phantom.add_list('a', ['b'])\nif not answer[0]:\n    pass"),
        Example("done, why, rows = phantom.get_list('a')\nphantom.debug(rows)",
                "done, why, rows = phantom.get_list('a')\nphantom.debug(rows if done else why)"),
        Example("rows = phantom.get_list('a')[2]\nphantom.debug(rows)", "pass"),
        Example("for one in phantom.get_tasks(container):\n    phantom.debug(one['data']['name'])",
                "for one in phantom.get_tasks(container):\n    if one['success']:\n        phantom.debug(one['data']['name'])"),
        Example("phantom.set_status(container, 'closed')", "done, why = phantom.set_status(container, 'closed')\nphantom.debug(why)"),
        Example("phantom.requests.post('https://x/rest/container_comment', json={})", "pass")],
    "shared": [
        Example("one()\n" + ASK.format("one", "last") + "\n    global seen\n    seen = 1\ndef last(**kwargs):\n    phantom.debug(seen)",
                "one()\n" + ASK.format("one", "last") + "\n    seen = 1\ndef last(**kwargs):\n    seen = 2\n    phantom.debug(seen)"),
        Example(f"{RULES}seen = []\n\n\ndef on_start(container):\n    seen.append(1)\n    phantom.act('a', callback=last)\n\n\n"
                "def last(**kwargs):\n    phantom.debug(seen)",
                f"{RULES}SEEN = [1]\n\n\ndef on_start(container):\n    phantom.act('a', callback=last)\n\n\n"
                "def last(**kwargs):\n    phantom.debug(SEEN)")],
    "shared-key": [Example("phantom.save_data('a', key='last seen')", "phantom.save_data('a', key=str(container['id']))")],
    "missing-value": [
        Example(f"{ROWS}for row in rows:\n    phantom.debug(row[0].lower())",
                f"{ROWS}for row in rows:\n    if row[0]:\n        phantom.debug(row[0].lower())"),
        Example(f"{ROWS}for row in rows:\n    if 'admin' in row[0]:\n        pass",
                f"{ROWS}for row in rows:\n    if 'admin' in (row[0] or ''):\n        pass"),
        Example("def made(flag=None, **kwargs):\n    return {'on': flag.lower() == 'true'}",
                "def made(flag=None, **kwargs):\n    return {'on': str(flag).lower() == 'true'}", MADE)],
    "first-row": [Example("pass\ndef on_finish(results=None, **kwargs):\n    phantom.debug(results[0]['action_results'][0]['data'][0])",
                          "pass\ndef on_finish(results=None, **kwargs):\n    if results[0]['action_results'][0]['data']:\n"
                          "        phantom.debug(results[0]['action_results'][0]['data'][0])")],
    "mixed-types": [Example(f"{ROWS}phantom.debug(sorted([row[0] for row in rows]))",
                            f"{ROWS}phantom.debug(sorted([row[0] for row in rows], key=str))")],
    "zero": [
        Example("def made(positives=None, **kwargs):\n    if positives:\n        return {'score': positives / 70}\n    return {'score': 10}",
                "def made(positives=None, **kwargs):\n    if positives is not None:\n        return {'score': positives / 70}\n"
                "    return {'score': 10}", MADE),
        Example("import math\n\n\ndef made(positives=None, **kwargs):\n    return {'score': math.log(positives)}",
                "import math\n\n\ndef made(positives=None, **kwargs):\n    return {'score': math.log(positives + 1)}", MADE)],
    "rows-test": [Example(f"{ROWS}if rows:\n    pass", f"{ROWS}if [row for row in rows if row[0]]:\n    pass"),
                  Example(f"{ROWS}if len(rows) > 0:\n    pass",
                          "rows = phantom.collect2(container=container, datapath=['artifact:*.id'])\nif rows:\n    pass")],
    "text-as-list": [Example(f"{ROWS}found = []\nfor row in rows:\n    found.extend(row[0])",
                             f"{ROWS}found = []\nfor row in rows:\n    found.append(row[0])"),
                     Example(f"{ROWS}found = []\nfor row in rows:\n    found += row[0]",
                             f"{ROWS}found = []\nfor row in rows:\n    if isinstance(row[0], list):\n        found += row[0]")],
    "none-in-text": [Example("phantom.format(container=container, template='{0}', parameters=['artifact:*.cef.user'], name='t')",
                             "phantom.format(container=container, template='{0}', parameters=['artifact:*.cef.user'], name='t', "
                             "drop_none=True)")],
    "collector": [Example("found, out = [], []\nfound = []\nfor one in container['artifacts']:\n    for key in one['cef']:\n"
                          "        found.append(key)\n    out.append(found)",
                          "out = []\nfor one in container['artifacts']:\n    found = []\n    for key in one['cef']:\n"
                          "        found.append(key)\n    out.append(found)")],
    "rest-filter": [
        Example("phantom.requests.get('/rest/artifact?_filter_cef__port=\"{}\"'.format(443))",
                "phantom.requests.get('/rest/artifact?_filter_cef__port={}'.format(443))"),
        Example("port = 443\nphantom.requests.get('/rest/artifact', params={'_filter_cef__port': f'\"{port}\"'})",
                "port = 443\nphantom.requests.get('/rest/artifact', params={'_filter_cef__port': port})")],
    "rest-body": [
        Example("url = phantom.build_phantom_rest_url('playbook_run')\nphantom.requests.post(url, json={'playbook_id': 'local/x', 'run': True})",
                "url = phantom.build_phantom_rest_url('playbook_run')\n"
                "phantom.requests.post(url, json={'playbook_id': 'local/x', 'run': True, 'container_id': container['id']})"),
        Example("phantom.requests.post(phantom.build_phantom_rest_url('container', 1), json={'comment': 'a'})",
                "phantom.requests.post(phantom.build_phantom_rest_url('container', 1), json={'description': 'a'})"),
        Example("phantom.requests.post(phantom.build_phantom_rest_url('container', 1, 'comments'), json={'comment': 'a'})",
                "phantom.requests.post(phantom.build_phantom_rest_url('container_comment'), json={'container_id': 1, 'comment': 'a'})"),
        Example("phantom.requests.put(phantom.build_phantom_rest_url('note', 1), json={'title': 'a'})",
                "phantom.requests.post(phantom.build_phantom_rest_url('note', 1), json={'title': 'a'})"),
        Example("phantom.requests.get(phantom.build_phantom_rest_url('artifct'))", "phantom.requests.get(phantom.build_phantom_rest_url('artifact'))"),
        Example("phantom.requests.post(phantom.build_phantom_rest_url('note', 1), data={'title': 'a'})",
                "import json\nphantom.requests.post(phantom.build_phantom_rest_url('note', 1), data=json.dumps({'title': 'a'}))")],
    "returns-nothing": [
        Example("def made(values=None, **kwargs):\n    if isinstance(values, list):\n        return {'item': values}",
                "def made(values=None, **kwargs):\n    if isinstance(values, list):\n        return {'item': values}\n"
                "    return {'item': []}", MADE),
        Example("def made(values=None, **kwargs):\n    if not values:\n        return\n    return {'item': values}",
                "def made(values=None, **kwargs):\n    if not values:\n        raise ValueError\n    return {'item': values}", MADE)],
    "run": [],
    "editor": [],
    "classic": [Example("pass\n#phantom.debug('Action: {0} {1}'.format(1, 2))", "pass")],
    "python-2": [Example("container.iteritems()", "container.items()")],
    "removed": [Example("import imp", "import importlib")],
    "deprecated": [Example("phantom.actions_done(['a'])", "pass")],
}
"""By code; ``run`` is tested with the runs, ``editor`` with the exports."""


def table() -> str:
    """What the documents list: a line for each kind."""
    lines = [BEGIN.rstrip(), "| --- | --- | --- | --- |"]
    lines += [f"| `{code}` | {', '.join(_LEVELS[one] for one in kind.levels.split())} | {kind.about} | {kind.advice} |"
              for code, kind in KINDS.items()]
    return "\n".join(lines).replace("[row for row in rows if row[0]]", "`[row for row in rows if row[0]]`")


def main() -> None:
    """Write the tables anew."""
    for begin, made in ((BEGIN, table()), (people.BEGIN, people.table())):
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
        after = rest[rest.index("\n\n"):]
        PAGE.write_text(before + made + after, encoding="utf-8")


if __name__ == "__main__":
    main()

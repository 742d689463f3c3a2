"""The defects of `variants.py` in less usual shapes: behind other names, in helpers, methods, lambdas and comprehensions,
and put together over several statements."""

from __future__ import annotations

from tests.check.variants import ASKED, DATA, HEAD, HOST, IP, SIDE, START, behind, beside, block, book, collected, made

OUTPUT = "child_1:playbook_output:verdict"
COUNT = "geo_1:action_result.summary.positives"
STOP = block("stop", "phantom.act('block ip', parameters=[{'ip': '192.0.2.1'}], assets=['fw'], name='block')")
ANSWER = ("rows = phantom.collect2(container=container, datapath=['ask:action_result.summary.responses.0'], "
          "action_results=results)\n")
JOIN = "if phantom.completed(action_names=['one']):\n    last(container=container)"
LAST = block("last", SIDE.format("three", "None"))



def shares(head: str, writes: str, reads: str) -> str:
    """What one callback writes and another one reads."""
    begun = START.format(f"{writes}\n    {SIDE.format('one', 'after')}")
    return f"{HEAD}{head}\n\n\n{begun}" + block("after", f"phantom.debug({reads})")


SHAPES: dict[str, list[str]] = {
    "missing-value": [
        collected("hits = any('domain' in entry[0] for entry in rows)", "artifact:*.cef.kind"),
        collected("hits = list(filter(lambda row: 'ip' in row[0], rows))", "artifact:*.cef.kind"),
        collected("for (kind,) in rows:\n    if is_host(kind):\n        pass", "artifact:*.cef.kind")
        + "\ndef is_host(kind):\n    return 'host' in kind\n",
        collected("[[kind]] = rows\nphantom.debug(kind.lower())", "artifact:*.cef.kind"),
        HEAD + "class Desk:\n    def look(self, container):\n        for row in phantom.collect2(container=container, "
        "datapath=['artifact:*.cef.kind']):\n            phantom.debug(row[0].lower())\n\n\n" + START.format("Desk().look(container)")],
    "mixed-types": [
        collected("rows.sort(key=lambda row: row[0])", "artifact:*.cef.cs2"),
        collected("worst = max(row[0] for row in rows)", "artifact:*.cef.cs2"),
        collected("values = {row[0] for row in rows}\nfor one in sorted(values):\n    pass", "artifact:*.cef.cs2")],
    "zero": [
        collected("score = (rows[0][0] or 100) / 10", COUNT),
        collected("[[positives]] = rows\nif not positives:\n    phantom.set_severity(container=container, severity='high')", COUNT)],
    "none-in-text": [
        collected("for row in rows:\n    phantom.comment(container=container, comment=f'Host {row[0]} was seen')", HOST),
        collected("phantom.comment(container=container, comment=', '.join(str(row[0]) for row in rows))", HOST),
        collected("for row in rows:\n    phantom.comment(container=container, comment='Host {} was seen'.format(row[0]))", HOST)],
    "rows-test": [
        collected("if bool(rows):\n    return", HOST), collected("if any(rows):\n    return", HOST),
        behind("if phantom.collect2(container=container, datapath=['artifact:*.cef.nothing']):\n    return"),
        behind("hosts = phantom.collect(container, 'artifact:*.cef.nothing')\nif hosts:\n    return")],
    "text-as-list": [
        collected("found = []\nfor row in rows:\n    found = found + list(row[0])", OUTPUT),
        collected("found = set()\nfor (verdict,) in rows:\n    found.update(verdict)", OUTPUT),
        collected("found = [one for row in rows for one in row[0]]", OUTPUT)],
    "first-row": [
        behind("data = results[0]['action_results'][0]['data']\nphantom.debug(data[0])"),
        behind("for result in results:\n    for one in result.get('action_results'):\n"
               "        phantom.debug(one.get('data')[0].get('country'))")],
    "letter-case": [
        collected("blocked = ['Evil.example', 'bad.example']\nfor row in rows:\n    if row[0] and row[0].lower() in blocked:\n        pass", HOST),
        HEAD + "LEVELS = {'High': 3, 'Low': 1}\n\n\n" + START.format("name = container['name'].lower()\n    phantom.debug(LEVELS.get(name))"),
        collected("for row in rows:\n    if row[0] and row[0].lower().startswith('HTTPS://'):\n        pass", "artifact:*.cef.requestURL")],
    "collector": [
        collected("found, one, number = [], {}, 0\nwhile number < len(rows):\n    one['ip'] = rows[number][0]\n    found.append(one)\n"
                  "    number += 1", IP),
        collected("found = []\none = {'ip': None}\nfor row in rows:\n    one['ip'] = row[0]\n    found += [one]", IP),
        collected("found = []\none = {}\nfor row in rows:\n    one['ip'] = row[0]\n    found.insert(0, one)", IP),
        collected("found, names = {}, []\nfor row in rows:\n    names.append(row[0])\n    found[row[0]] = names", IP)],
    "refusal": [
        behind("if save(container):\n    return") + "\ndef save(container):\n    return phantom.set_severity(container=container, severity='high')\n",
        "from phantom.rules import set_status as put\n\n\ndef on_start(container):\n    if not put(container, 'closed'):\n        return\n",
        behind("if phantom.set_status(container, 'closed') == True:\n    return"),
        behind("done = bool(phantom.set_status(container, 'closed'))\nphantom.debug(done)"),
        behind("if all([phantom.set_status(container, 'closed'), phantom.set_severity(container, 'low')]):\n    return"),
        HEAD + "class Case:\n    def close(self, container):\n        if phantom.close(container):\n            return True\n        return False\n\n\n"
        + START.format("Case().close(container)")],
    "no-effect": [
        behind("url = 'https://a.example/{}'\nurl.format('b')\nphantom.debug(url)"), behind("names = [2, 1]\nsorted(names)\nphantom.debug(names)"),
        behind("from urllib.parse import urljoin\nurljoin('https://a.example/', 'b')"),
        behind("names = ['a']\nlist(set(names))\nphantom.debug(names)"), behind("number = 1\nstr(number)\nphantom.debug(number)")],
    "run-data": [behind("kept = json.loads(_ if (_ := phantom.get_run_data(key='tidy:kept')) != '' else 'null')\nphantom.debug(kept)")],
    "join-twice": [
        book(block("first", SIDE.format("one", "left") + "\n" + SIDE.format("two", "right")), block("left", "last(container=container)"),
             block("right", "last(container=container)"), LAST)],
    "not-waited-for": [
        book(block("first", "for name in ('local/one', 'local/two'):\n    phantom.playbook(name, container=container)\n"
                            "last(container=container)"), LAST)],
    "order": [
        beside("phantom.update(container, {'severity': 'high'})", "phantom.update(container, {'severity': 'low'})"),
        beside("phantom.save_object(key='verdict', value={'a': 1}, container_id=container['id'])",
               "phantom.save_object(key='verdict', value={'a': 2}, container_id=container['id'])")],
    "product": [
        collected("import itertools\nmore = phantom.collect2(container=container, datapath=['artifact:*.cef.destinationHostName'])\n"
                  "phantom.act('log off', parameters=[{'ip': a[0], 'host': b[0]} for a, b in itertools.product(rows, more)], "
                  "assets=['a'], name='x')", IP)],
    "unasked": [
        book(block("first", "stop(container, 'terminate process')"), "def stop(container, verb):\n    phantom.act(verb, name='x')\n"),
        behind("for verb in ['isolate device', 'look up']:\n    phantom.act(verb, parameters=[{}], assets=['edr'])"),
        behind("options = {'action': 'disable user', 'parameters': [{}], 'assets': ['ad']}\nphantom.act(**options)")],
    "silence": [
        book(block("first", ASKED), block("after", ANSWER + "if rows[0][0] not in ('No', 'Later'):\n    stop(container=container)"), STOP),
        book(block("first", ASKED), block("after", ANSWER + "if not rows[0][0] == 'No':\n    stop(container=container)"), STOP),
        book(block("first", ASKED), block("after", (
            "if results[0]['action_results'][0]['summary']['responses'][0] != 'No':\n    stop(container=container)")), STOP)],
    "automatic": [behind("options = {'user': phantom.get_effective_user(), 'message': 'Go on?', 'name': 'ask'}\nphantom.prompt2(**options)")],
    "rest-filter": [
        behind("for port in (443, 80):\n    phantom.requests.get(phantom.build_phantom_rest_url('artifact') + "
               "'?_filter_cef__port=\"%d\"' % port)"),
        behind("query = {}\nquery['_filter_cef__fileName'] = '\"' + container['name'] + '\"'\n"
               "phantom.requests.get(phantom.build_phantom_rest_url('artifact'), params=query)"),
        behind("phantom.requests.get(phantom.build_phantom_rest_url('indicator'), params={'_filter_value': '\"%s\"' % container['name']})")],
    "constant": [
        behind("name = container['name']\nis_bad = name == 'a' or 'b'\nphantom.debug(is_bad)"),
        behind("phantom.debug(hot(container))") + "\ndef hot(one):\n    return one['label'] != 'a' or one['label'] != 'b'\n",
        behind("if len(container['name']) > -1:\n    return"), behind("if container['name'].find('a') >= -1:\n    return"),
        behind("owner = str(container['owner'])\nif owner is None:\n    return"),
        behind("level = container['severity']\nif level in ['high'] and level not in ['high']:\n    return"),
        behind("number = container['id']\nif number > 10 and number < 5:\n    return"),
        behind("number = container['id']\nif number < 10 or number > 5:\n    return")],
    "python-2": [
        behind("keys = container.keys()\nkeys.sort()\nphantom.debug(keys)"), behind("names = map(str, [1])\nnames.append('a')"),
        behind("hits = filter(None, [0])\nif hits:\n    return"), behind("phantom.debug(json.dumps(map(str, [1])))")],
    "shared": [
        shares("state = dict()", "state.update(one=1)", "state.get('one')"),
        shares("class State:\n    seen = 0", "State.seen = 5", "State.seen"),
        shares("from collections import defaultdict\nseen = defaultdict(list)", "seen['a'].append(1)", "seen['a']"),
        shares("", "globals()['seen'] = 5", "seen"), shares("", "after.container = container", "after.container")],
    "playbook": [behind("for child in ['local/no one', 'local/nowhere']:\n    phantom.playbook(child, container=container, name='c')")],
    "custom-function": [behind("for name in ('local/no_one', 'local/nowhere'):\n    phantom.custom_function(custom_function=name, "
                               "parameters=[{}], name='c')")],
    "callback": [behind("atfer_all(container=container)")],
}
"""By kind."""

CLOSE: dict[str, list[str]] = {
    "missing-value": [
        collected("for row in rows:\n    if row[0] and is_host(row[0]):\n        pass", "artifact:*.cef.kind")
        + "\ndef is_host(kind):\n    return 'host' in kind\n",
        collected("hits = list(filter(lambda row: row[0] and 'ip' in row[0], rows))\n"
                  "more = [row for row in filter(lambda one: one[0], rows) if 'ip' in row[0]]", "artifact:*.cef.kind"),
        collected("found = is_host(rows[0][0])", "artifact:*.cef.kind") + "\ndef is_host(kind):\n    return bool(kind) and 'host' in kind\n"],
    "mixed-types": [
        collected("rows.sort(key=lambda row: str(row[0]))\nworst = max((row[0] for row in rows if row[0]), default=0)", "artifact:*.cef.cs2"),
        behind("artifacts = phantom.collect2(container=container, datapath=['artifacts:*'])\n"
               "artifacts.sort(key=lambda row: row[0]['update_time'])")],
    "zero": [collected("ratio = 10 / (rows[0][0] or 1)", "geo_1:action_result.data.*.total")],
    "none-in-text": [
        collected("for row in rows:\n    phantom.debug(f'Host {row[0]}')\n    if row[0]:\n"
                  "        phantom.comment(container=container, comment=f'Host {row[0]} was seen')", HOST),
        collected("phantom.comment(container=container, comment=f'Country {rows[0][0]}')", DATA)],
    "rows-test": [collected("if any(row[0] for row in rows):\n    return\nif any(rows[0]):\n    return", HOST)],
    "text-as-list": [collected("found = []\nfor row in rows:\n    value = row[0] if isinstance(row[0], list) else [row[0]]\n"
                               "    found.extend(value)\nphantom.debug(list(rows), set(one[0] for one in rows))", OUTPUT)],
    "letter-case": [
        collected("blocked = ['evil.example']\nfor row in rows:\n    if row[0] and row[0].lower() in blocked:\n        pass\n"
                  "    if row[0] in ('High', 'Low'):\n        pass", HOST)],
    "collector": [
        collected("found, one = [], {}\nfor row in rows:\n    one['ip'] = row[0]\n    found.append(dict(one))\n    found.append({**one})\n"
                  "    found.append(one.copy())", IP),
        collected("found, names = {}, []\nfor row in rows:\n    names = [row[0]]\n    names.append('a')\n    found[row[0]] = names", IP)],
    "refusal": [
        behind("answer = phantom.add_list('a', ['b'])\nif answer and answer[0]:\n    return\n"
               "done, why = save(container)\nif done is False:\n    phantom.debug(why)")
        + "\ndef save(container):\n    return phantom.set_severity(container=container, severity='high')\n"],
    "no-effect": [
        ("from phantom import rules as ph\n\n\ndef on_start(container):\n    ph.format(container=container, template='a', parameters=[], name='t')\n"
        "    int('5')\n    [print(one) for one in container]\n")],
    "join-twice": [
        book(block("first", "if container['label'] == 'a':\n    " + SIDE.format("one", "left") + "\nelse:\n    " + SIDE.format("two", "right")),
             block("left", "last(container=container)"), block("right", "last(container=container)"), LAST),
        book(block("first", SIDE.format("one", "left") + "\n" + SIDE.format("two", "right")), block("left", "phantom.debug('back')"),
             block("right", JOIN), LAST)],
    "not-waited-for": [
        book(block("first", "phantom.playbook(container['name'], container=container)\nlast(container=container)"),
             block("last", "phantom.add_note(container=container, note_type='general', title='a', content='b')"))],
    "order": [beside("phantom.update(container, {'severity': 'high'})", "phantom.update(container, {'sensitivity': 'red'})")],
    "silence": [
        book(block("first", ASKED), block("after", ANSWER + "if rows[0][0] in ('Yes', 'Sure'):\n    stop(container=container)"), STOP)],
    "constant": [
        behind("name, number = container['name'], container['id']\nif name == 'a' or name in ('b', 'c') or len(name) > 0:\n    return\n"
               "if number > 5 and number < 10 or number < 3 or number > 20 or name.find('a') > -1:\n    return\nkind = name or 'none'")],
    "python-2": [behind("keys = list(container.keys())\nkeys.sort()\nhits = list(filter(None, [0]))\nif hits or container.items():\n    return")],
    "shared": [shares("LIMIT = dict(a=1)\n\n\nclass Kind:\n    one = 1", "phantom.debug(LIMIT['a'], Kind.one)", "LIMIT.get('a'), Kind.one")],
    "callback": [("from phantom.rules import *\n\n\ndef on_start(container):\n"
                 "    collect2(container=container, datapath=['artifact:*.id'])\n    (lambda one: one)(1)\n    unicode('a')\n")],
    "run-data": [behind("phantom.save_run_data(key=container['name'], value='1')\nphantom.debug(phantom.get_run_data(key='tidy:kept'))")],
    "returns-nothing": [made("pick", "items=None, ", "if not items:\n    raise ValueError('none')\nreturn {'items': items}")],
}
"""What comes close, and is right."""

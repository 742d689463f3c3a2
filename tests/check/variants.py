"""Each defect as different engineers write it, in blocks of the classic and of today's editor and in custom functions.

What the smallest examples in `findings.py` leave open: that a kind is told by what is wrong, and not by one way to write it.
"""

from __future__ import annotations

from textwrap import indent

HEAD = "import json\nimport math\nfrom math import log\nimport phantom.rules as phantom\n\n\n"
START = "def on_start(container):\n    {0}\n\n\n"
BLOCK = ("@phantom.playbook_block()\ndef {0}(action=None, success=None, container=None, results=None, handle=None, "
         "filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):\n{1}\n\n")


def block(name: str, body: str) -> str:
    """A block as today's editor heads it."""
    return BLOCK.format(name, indent(body.strip("\n"), "    "))


def book(*blocks: str, start: str = "first(container=container)") -> str:
    """A playbook of some blocks."""
    return HEAD + START.format(start) + "\n".join(blocks)


def behind(code: str) -> str:
    """Code in the callback of an action ``geo_1``."""
    return book(block("first", 'phantom.act("geolocate ip", parameters=[{"ip": "192.0.2.1"}], assets=["maxmind"], '
                               'name="geo_1", callback=after)'), block("after", code))


def collected(code: str, *paths: str) -> str:
    """Code over the rows of some datapaths, as today's editor names them."""
    return behind(f"rows = phantom.collect2(container=container, datapath={list(paths)}, action_results=results)\n{code}")


def made(name: str, head: str, code: str) -> str:
    """A custom function."""
    return f"def {name}({head}**kwargs):\n    import json\n    import math\n    import phantom.rules as phantom\n\n" + indent(
        code.strip("\n"), "    ")


HOST, USER, IP = "artifact:*.cef.destinationHostName", "artifact:*.cef.sourceUserName", "artifact:*.cef.sourceAddress"
COUNTED, DATA = "geo_1:action_result.data.*.detected_urls", "geo_1:action_result.data.*.country"
ASKED = ("phantom.prompt2(container=container, user='admin', message='Block it?', name='ask', callback=after, "
         "response_types=[{'prompt': 'Block it?', 'options': {'type': 'list', 'choices': ['Yes', 'No']}}])")
SIDE = 'phantom.act("look up", parameters=[{{}}], assets=["a"], name="{0}", callback={1})'


def answered(*conditions: object, more: str = "") -> str:
    """A decision about the answer to a prompt, behind which something is done."""
    return book(block("first", ASKED), block("after", (
        f"if phantom.decision(container=container, conditions={[*map(list, conditions)]!r}{more}):\n"
        "    phantom.act('block ip', parameters=[{'ip': '192.0.2.1'}], assets=['fw'], name='block')")))  # type: ignore[call-overload]


def beside(one: str, other: str, *more: str) -> str:
    """Two actions side by side, and what is done when each of them has come back."""
    return book(block("first", SIDE.format("one", "after_one") + "\n" + SIDE.format("two", "after_two")),
                block("after_one", one), block("after_two", other), *more)


VARIANTS: dict[str, list[str]] = {
    "letter-case": [
        answered(["ask:action_result.summary.responses.0", "==", "yes"]),
        answered(["ask:action_result.summary.responses.0", "==", "YES"], more=", logical_operator='and'"),
        collected("blocked = ['evil.example']\nfor row in rows:\n    name = row[0].strip().lower()\n    if name == 'Evil.example':\n        pass",
                  HOST),
        collected("found, why, known = phantom.get_list(list_name='known')\nknown = [one[0] for one in known]\n"
                  "hits = [row[0] for row in rows if row[0].lower() in known]", HOST),
        collected("for row in rows:\n    if row[0].lower() == row[1]:\n        phantom.debug(row)", USER, "artifact:*.cef.destinationUserName"),
        behind("if container['severity'] == 'High':\n    phantom.set_status(container=container, status='open')"),
        behind("if phantom.decision(container=container, conditions=[['container:status', '==', 'Closed']]):\n    return"),
        behind("if phantom.decision(container=container, conditions=[['geo_1:action_result.status', '==', 'Success']]):\n    return"),
        behind("matched = phantom.condition(container=container, conditions=[['artifact:*.cef.fileHash', 'in', 'custom_list:bad hashes']], "
               "name='after:condition_1')"),
        made("found", "value=None, ", "url = phantom.build_phantom_rest_url('indicator')\n"
             "found = phantom.requests.get(url, params={'_filter_value': f'\"{value}\"'}).json()\nreturn {'count': found['count']}")],
    "digits": [
        behind("if container['id'] == '42':\n    return"),
        behind("phantom.debug('/rest/container/' + container['id'])"),
        collected("for row in rows:\n    if str(row[0]) == container.get('id'):\n        pass", "playbook_input:container_id"),
        collected("found, why, known = phantom.get_list(list_name='known')\nif container['id'] in [one[0] for one in known]:\n    return", HOST),
        behind("phantom.set_status(container='4x', status='open')"),
        made("close", "container=None, ", "if isinstance(container, dict):\n    number = container['id']\nelif isinstance(container, int):\n"
             "    number = container\nelse:\n    raise TypeError('no container')\nreturn {'id': number}")],
    "boolean": [
        made("split", "strip=None, ", "if strip == None or strip.lower() == 'true':\n    strip = True\nreturn {'on': strip}"),
        made("split", "strip=None, ", "if strip:\n    if not isinstance(strip, str):\n        raise TypeError('a text')\n"
             "    if strip.lower() == 'true':\n        return {'on': True}\nreturn {'on': False}"),
        made("split", "strip=None, ", "return {'on': strip == 'True'}"),
        made("split", "strip='true', ", "on = strip.strip().lower() in ('true', 'yes')\nreturn {'on': on}")],
    "several-values": [
        collected("parameters = [{'ip': row[0]} for row in rows]\nphantom.act('block ip', parameters=parameters, assets=['fw'], name='b')\n"
                  "for row in rows:\n    for one in row[0].split(','):\n        phantom.debug(one)", IP),
        collected("parameters = []\nfor row in rows:\n    parameters.append({'user': row[0]})\n"
                  "phantom.act('disable user', parameters=parameters, assets=['ad'], name='b')\n"
                  "names = [row[0] for row in rows]\nfor one in names[0]:\n    phantom.debug(one)", USER),
        behind("phantom.format(container=container, template='%%\\n{0}\\n%%', parameters=['artifact:*.cef.sourceAddress'], name='all_ips')\n"
               "parameters = []\nparameters.append({'ip': phantom.get_format_data(name='all_ips')})\n"
               "phantom.act('block ip', parameters=parameters, assets=['fw'], name='b')"),
        book(block("first", "phantom.format(container=container, template='%%\\n{0}\\n%%\\n', parameters=['artifact:*.cef.requestURL'], "
                            "name='urls')\nafter(container=container)"),
             block("after", "urls = phantom.collect2(container=container, datapath=['urls:formatted_data'])\n"
                            "phantom.act('url reputation', parameters=[{'url': one[0]} for one in urls], assets=['vt'], name='b')"))],
    "scope": [
        book(block("first", "phantom.condition(container=container, conditions=[['artifact:*.cef.sourceAddress', '!=', '']], "
                            "name='first:condition_1', scope='all')\nafter(container=container)"),
             block("after", "rows = phantom.collect2(container=container, datapath=["
                            "'filtered-data:first:condition_1:artifact:*.cef.sourceAddress'])\nphantom.debug(rows)")),
        book(block("first", "phantom.condition(container=container, conditions=[['artifact:*.name', '!=', '']], "
                            "name='first:condition_1', scope='all')\nafter(container=container)"),
             block("after", "phantom.format(container=container, template='{0}', parameters=['filtered-data:first:condition_1:artifact:*.name'],"
                            " name='t')")),
        collected("more = phantom.collect2(container=container, datapath=['artifact:*.cef.destinationHostName'], scope='all')", IP),
        collected("more = phantom.collect2(container=container, datapath=['artifact:*.cef.destinationHostName'], scope='old')", HOST),
        made("collect", "scope=None, ", "if not scope:\n    scope = 'new'\nfound = phantom.collect_from_contains(contains=['ip'], scope=scope)\n"
             "return {'found': found}")],
    "order": [
        beside("phantom.set_severity(container=container, severity='high')", "phantom.set_severity(container=container, severity='low')"),
        beside("phantom.save_run_data(key='verdict', value='bad')", "phantom.save_run_data(key='verdict', value='good')"),
        beside("global verdict\nverdict = results[0]['summary']", "global verdict\nverdict = results[0]['message']"),
        book(block("first", SIDE.format("one", "after") + "\n" + SIDE.format("two", "after")),
             block("after", "phantom.set_owner(container=container, user=results[0]['name'])")),
        book(block("first", "for name in ('one', 'two'):\n    pass\n" + SIDE.format("one", "after") + "\n" + SIDE.format("two", "other")),
             block("after", "phantom.set_status(container=container, status='open')"),
             block("other", SIDE.format("three", "last")), block("last", "phantom.set_status(container=container, status='closed')"))],
    "join-twice": [
        book(block("first", SIDE.format("one", "after") + "\n" + SIDE.format("two", "after")),
             block("after", "phantom.act('create ticket', parameters=[{}], assets=['a'], name='ticket')"))],
    "pairing": [
        collected("phantom.act('look up', parameters=[{'ip': row[0]} for row in rows], assets=['a'], name='x')\n"
                  "found = phantom.collect2(container=container, datapath=['geo_1:action_result.data.*.country'], action_results=results)\n"
                  "for one, other in zip(rows, found):\n    phantom.debug(one, other)", IP),
        collected("found = phantom.collect2(container=container, datapath=['geo_1:action_result.data.*.country'])\n"
                  "for number, row in enumerate(rows):\n    phantom.debug(found[number][0])", IP),
        collected("found = phantom.collect2(container=container, datapath=['geo_1:action_result.data.*.country'])\n"
                  "parameters = []\nfor i in range(len(rows)):\n    parameters.append({'ip': rows[i][0], 'country': found[i][0]})\n"
                  "phantom.act('look up', parameters=parameters, assets=['a'], name='x')", IP),
        collected("found = phantom.collect2(container=container, datapath=['geo_1:action_result.data.*.country'])\n"
                  "for one, other in zip(rows, found):\n    phantom.debug(one, other)", "geo_1:action_result.parameter.ip"),
        collected("users = [row[0] for row in rows if row[0]]\nhosts = [row[1] for row in rows if row[1]]\n"
                  "for user, host in zip(users, hosts):\n    phantom.debug(user, host)", USER, HOST),
        collected("more = phantom.collect2(container=container, datapath=['playbook_input:host'])\n"
                  "for i, row in enumerate(rows):\n    phantom.debug(row[0], more[i][0])", "playbook_input:user")],
    "product": [
        collected("more = phantom.collect2(container=container, datapath=['artifact:*.cef.destinationHostName'])\n"
                  "parameters = [{'user': one[0], 'host': two[0]} for one in rows for two in more]\n"
                  "phantom.act('log off', parameters=parameters, assets=['a'], name='x')", USER),
        collected("more = phantom.collect2(container=container, datapath=['artifact:*.cef.destinationHostName'])\n"
                  "parameters = []\nfor one in rows:\n    for two in more:\n        if one[0] and two[0]:\n"
                  "            parameters.append({'user': one[0], 'host': two[0]})\n"
                  "phantom.act('log off', parameters=parameters, assets=['a'], name='x')", USER)],
    "collector": [
        collected("found, one = [], {}\nfor row in rows:\n    one['ip'] = row[0]\n    found.append(one)", IP),
        collected("found = []\none = dict()\nfor row in rows:\n    one.update({'ip': row[0]})\n    found.append(one)", IP),
        made("collect", "artifacts=None, ", "outputs = []\nfor artifact in artifacts:\n    seen = {}\n    for key, value in artifact['cef'].items():\n"
             "        seen[value] = {'key': key}\n        for one in seen.values():\n            outputs.append(one)\nreturn outputs"),
        made("collect", "artifacts=None, ", "outputs = []\nkeys = []\nfor artifact in artifacts:\n    for key in artifact['cef']:\n"
             "        keys.append(key)\n    outputs.append({'id': artifact['id'], 'keys': keys})\nreturn outputs"),
        made("collect", "artifacts=None, ", "outputs = []\nfor artifact in artifacts:\n    for key, value in artifact['cef'].items():\n"
             "        seen = {}\n        if value and key:\n            seen[value] = {'key': key}\n    for one in seen.values():\n"
             "        outputs.append(one)\nreturn outputs"),
        collected("for row in rows:\n    parameters = []\n    if row[0]:\n        parameters.append({'ip': row[0]})\n"
                  "phantom.act('block ip', parameters=parameters, assets=['fw'], name='b')", IP)],
    "zero": [
        collected("for row in rows:\n    score = log(row[0] * 100, 100)", COUNTED),
        collected("for row in rows:\n    bad = row[0]['malicious'] + row[0]['suspicious']\n    every = bad + row[0]['harmless']\n"
                  "    if row[0]['harmless'] and not bad:\n        score = 1\n    else:\n        score = math.log(bad / every * 100, 100)",
                  "geo_1:action_result.summary"),
        collected("for row in rows:\n    bad = row[0]['malicious'] + row[0]['suspicious']\n"
                  "    ratio = bad / row[0]['total'] if bad and row[0]['total'] else 1\n    phantom.debug(ratio)", "geo_1:action_result.summary"),
        collected("for row in rows:\n    if row[0]:\n        score = row[0] / 70\n    else:\n        score = 10", COUNTED),
        collected("if not rows[0][0]:\n    phantom.set_severity(container=container, severity='high')", "geo_1:action_result.data.*.positives")],
    "mixed-types": [
        collected("values = sorted(set(row[0] for row in rows))", "artifact:*.cef.cs1"),
        collected("values = [row[0] for row in rows]\nvalues.sort()", "artifact:*.cef.cs1"),
        made("collect", "container=None, ", "outputs = {'all': []}\nurl = phantom.build_phantom_rest_url('artifact')\n"
             "for artifact in phantom.requests.get(url).json()['data']:\n    for key, value in artifact['cef'].items():\n"
             "        outputs['all'].append({'cef_value': value})\noutputs['all'].sort(key=lambda one: one['cef_value'])\nreturn outputs"),
        made("collect", "container=None, ", "found = []\nurl = phantom.build_phantom_rest_url('artifact')\n"
             "for artifact in phantom.requests.get(url).json()['data']:\n    for key in artifact['cef']:\n"
             "        value = artifact['cef'][key]\n        found.append({'value': value, 'key': key})\n"
             "return {'all': sorted(found, key=lambda one: one['value'])}")],
    "text-as-list": [
        collected("found = []\nfor row in rows:\n    found.extend(row[0])", "child_1:playbook_output:verdict"),
        collected("found = []\nfor row in rows:\n    found += row[0]", "child_1:playbook_output:verdict"),
        behind("found = {'verdict': []}\nurl = phantom.build_phantom_rest_url('playbook_run', 1)\n"
               "for output in phantom.requests.get(url).json()['outputs']:\n    for key, value in json.loads(output).items():\n"
               "        found[key].extend(value)"),
        collected("found = []\nfound.extend(rows[0][0])", "child_1:playbook_output:verdict")],
    "rows-test": [
        collected("if rows:\n    phantom.set_severity(container=container, severity='high')", IP),
        collected("if len(rows):\n    phantom.set_severity(container=container, severity='high')", IP),
        collected("if not rows:\n    return", IP, "artifact:*.id"),
        collected("if rows and len(rows) > 0:\n    return", IP),
        collected("values = [row[0] for row in rows]\nif values:\n    return", IP),
        collected("if len(rows) == 0:\n    return", IP),
        collected("if rows != []:\n    return", IP)],
    "missing-value": [
        collected("hits = [row[0] for row in rows if 'ip' in row[0]]", "artifact:*.cef.kind"),
        collected("for row in rows:\n    name = row[0].split('@')[0]", "artifact:*.cef.toEmail"),
        collected("names = [row[0].lower() for row in rows]", HOST),
        collected("for row in rows:\n    for kind in row[0]:\n        for each in row[1]:\n            if kind in each:\n                pass",
                  "geo_1:action_result.data.*.kinds", "geo_1:action_result.data.*.inputs"),
        collected("for row in rows:\n    if row[0] > 5:\n        pass", COUNTED),
        collected("text = row = rows[0][0]\nphantom.debug(text.replace('a', 'b'))", HOST),
        collected("for row in rows:\n    number = int(row[0])", "artifact:*.cef.sourcePort")],
    "first-row": [
        behind("first = results[0]['action_results'][0]['data'][0]"),
        behind("country = results[0]['action_results'][0]['data'][0]['country']\nphantom.debug(country)")],
    "none-in-text": [
        behind("phantom.format(container=container, template='%%\\n{0}\\n%%', parameters=['artifact:*.cef.sourceAddress'], name='t')"),
        behind("text = phantom.format(container=container, template='Users: {0}', parameters=['artifact:*.cef.sourceUserName'])\n"
               "phantom.debug(text)")],
    "rest-filter": [
        made("find", "field=None, value=None, ", "params = {f'_filter_cef__{field}': f'\"{value}\"', 'page_size': 0}\n"
             "url = phantom.build_phantom_rest_url('artifact')\nreturn phantom.requests.get(url, params=params).json()"),
        behind("url = phantom.build_phantom_rest_url('artifact') + '?_filter_cef__port=%22443%22'\nphantom.debug(phantom.requests.get(url))"),
        collected("url = phantom.build_phantom_rest_url('artifact')\nfor row in rows:\n"
                  "    found = phantom.requests.get('{}?_filter_cef__sourcePort=\"{}\"'.format(url, row[0]))", "artifact:*.cef.sourcePort"),
        collected("url = phantom.build_phantom_rest_url('artifact')\nfor row in rows:\n"
                  "    found = phantom.requests.get(url + '?_filter_cef__sourcePort=\"%s\"' % row[0])", "artifact:*.cef.sourcePort"),
        collected("url = phantom.build_phantom_rest_url('artifact')\nfor row in rows:\n"
                  "    found = phantom.requests.get(url + '?_filter_cef__sourcePort=\"' + row[0] + '\"')", "artifact:*.cef.sourcePort")],
    "rest-body": [
        behind("target = {'playbook_id': 'local/triage', 'run': True}\ntarget['scope'] = 'all'\n"
               "url = '{}/rest/playbook_run'.format(phantom.get_base_url())\nphantom.requests.post(url, data=json.dumps(target), verify=False)"),
        behind("options = {'verify': False, 'json': {'playbook_id': 'local/triage', 'container_id': '', 'run': True}}\n"
               "phantom.session_post('playbook_run', **options)"),
        behind("for name in ('one', 'two'):\n    made = {'container_id': container['id'], 'title': name, 'note_type': 'general'}\n"
               "    phantom._do_request_post('note', made)"),
        HEAD + "def tell(path, **fields):\n    return phantom.requests.post(f'{phantom.get_base_url()}/rest/{path}', json=fields)\n\n\n"
        + START.format("tell('evidence', container_id=container['id'], object_id=1)"),
        HEAD + "from functools import partial\nfrom requests import post as send\n\n\nclass Desk:\n    def push(self, what, fields):\n"
        "        post = partial(send, verify=False)\n        return post(phantom.get_rest_base_url() + what, json=fields)\n\n\n"
        + START.format("Desk().push('container_attachment', dict(file_name='a', file_content='YQ=='))"),
        behind("for one in [{'container_id': 1}, {'comment': 'seen'}]:\n"
               "    phantom.requests.request('POST', phantom.build_phantom_rest_url('container_comment'), json=one)"),
        behind("phantom.requests.post(phantom.build_phantom_rest_url('playbook_run'), json={'playbook_id': 'local/triage', "
               "'container_id': container['id'], 'scope': 'everything', 'run': True})"),
        behind("body = {'container_id': container['id'], 'title': 'a', 'content': 'b'}\nif container['label'] == 'x':\n"
               "    body['note_type'] = 'general'\nelse:\n    phantom.requests.post(phantom.build_phantom_rest_url('note'), json=body)"),
        behind("phantom.act('post data', parameters=[{'location': '/rest/decided_list', 'body': json.dumps({'content': []})}], "
               "assets=['http'], name='made')"),
        behind("phantom.requests.post(phantom.build_phantom_rest_url('artifact', 5), json={'severty': 'high', 'label': 'x'})"),
        made("tell", "container=None, ", "url = phantom.build_phantom_rest_url('container', container, 'notes')\n"
             "return {'done': phantom.requests.post(url, json={'title': 'a'}, verify=False).json()['success']}")],
    "no-effect": [
        behind("url = 'https://a.example/'\nurl + 'indicators'\nphantom.debug(url)"),
        behind("url = 'https://a.example/'\nurl + '/{}'.format(1)\nphantom.debug(url)"),
        behind("name = 'A '\nname.strip()\nphantom.debug(name)"),
        behind("name = 'A'\nname.replace('A', 'b')\nphantom.debug(name)"),
        behind("status = 'a'\nstatus == 'b'\nphantom.debug(status)")],
    "returns-nothing": [
        made("drops", "items=None, ", "if isinstance(items, list):\n    return [{'item': one} for one in items]"),
        made("drops", "items=None, ", "if not items:\n    phantom.debug('nothing')\n    return\nreturn {'items': items}"),
        made("drops", "items=None, ", "try:\n    return {'items': json.loads(items)}\nexcept ValueError:\n    phantom.debug('no JSON')")],
    "run-data": [
        behind("kept = json.loads(phantom.get_run_data(key='tidy:kept'))\nphantom.debug(kept)"),
        behind("text = phantom.get_run_data(key='tidy:kept')\nkept = json.loads(text)\nphantom.debug(kept)")],
    "form": [
        book(block("first", "phantom.custom_function(custom_function='community/list_drop_none', parameters=[{}], name='drop', callback=after)"),
             block("after", "phantom.debug(phantom.collect2(container=container, datapath=['drop:custom_function:item']))")),
        book(block("first", "phantom.save_run_data(key='first:found', value='[]')\nafter(container=container)"),
             block("after", "phantom.debug(phantom.collect2(container=container, datapath=['first:custom_function_result.data.found']))"))],
    "block": [
        behind("rows = phantom.collect2(container=container, datapath=['geo_9:action_result.data.*.ip'])\nphantom.debug(rows)"),
        behind("phantom.playbook('local/other', container=container)\n"
               "rows = phantom.collect2(container=container, datapath=['other_9:playbook_output:note'])\nphantom.debug(rows)")],
    "without-results": [
        book(block("first", SIDE.format("one", "join_last")), block("join_last", "if phantom.completed(action_names=['one']):\n"
             "    last(container=container, handle=handle)"), block("last", f"status = {code}\nphantom.debug(status)"))
        for code in ("results[0]['status']", "[one['status'] for one in results]", "filtered_artifacts[0]",
                     "len(filtered_results)", "results[0]['action_results'][0]['data']")],
    "unfiltered": [
        book(block("first", "if phantom.decision(container=container, conditions=[['artifact:*.cef.sourceAddress', '==', '192.0.2.1']]):\n"
                            "    look(container=container)\n    return"),
             block("look", "rows = phantom.collect2(container=container, datapath=['artifact:*.cef.sourceAddress', 'artifact:*.id'])\n"
                           "phantom.act('block ip', parameters=[{'ip': row[0]} for row in rows], assets=['fw'], name='b')")),
        book(block("first", "found_match_1 = phantom.decision(container=container, conditions=["
                            "['artifact:*.cef.sourceAddress', 'in', 'custom_list:bad']])\nif found_match_1:\n"
                            "    note(container=container)\n    return"),
             block("note", "phantom.debug('noted')\nlook(container=container)"),
             block("look", "rows = phantom.collect2(container=container, datapath=['artifact:*.cef.sourceAddress', 'artifact:*.id'])\n"
                           "phantom.act('block ip', parameters=[{'ip': row[0]} for row in rows], assets=['fw'], name='b')"))],
    "silence": [
        answered(["ask:action_result.summary.responses.0", "!=", "No"]),
        book(block("first", ASKED), block("after", (
            "if phantom.decision(container=container, conditions=[['ask:action_result.summary.responses.0', '==', 'No']]):\n    return\n"
            "phantom.act('block ip', parameters=[{'ip': '192.0.2.1'}], assets=['fw'], name='block')"))),
        book(block("first", ASKED), block("after", (
            "rows = phantom.collect2(container=container, datapath=['ask:action_result.summary.responses.0'], action_results=results)\n"
            "if rows[0][0] != 'No':\n"
            "    phantom.act('block ip', parameters=[{'ip': '192.0.2.1'}], assets=['fw'], name='block')")))],
    "automatic": [
        behind("phantom.prompt2(container=container, user=phantom.get_effective_user(), message='Go on?', name='ask')"),
        behind("owner = phantom.collect2(container=container, datapath=['playbook:launching_user.name'])[0][0]\n"
               "phantom.prompt2(container=container, user=owner, message='Go on?', name='ask')"),
        behind("user = phantom.get_effective_user()\nphantom.prompt(user=user, message='Go on?', name='ask')")],
    "shared-key": [
        behind("phantom.save_data(['a'], key='seen')"),
        behind("phantom.save_object(key='seen', value={'a': 1}, playbook_name='book', auto_delete=False)")],
    "shared": [
        HEAD + "seen = {}\n\n\n" + START.format("first(container=container)") + block(
            "first", "seen['a'] = 1\n" + SIDE.format("one", "after")) + "\n" + block("after", "phantom.debug(seen['a'])"),
        book(block("first", "global host\nhost = container['name']\n" + SIDE.format("one", "after")), block("after", "phantom.debug(host)")),
        HEAD + "COUNT = 0\n\n\n" + START.format("first(container=container)") + block(
            "first", "global COUNT\nCOUNT += 1\n" + SIDE.format("one", "after")) + "\n" + block(
            "after", "if COUNT > 0:\n    phantom.debug(COUNT)")],
    "refusal": [
        made("tell", "container=None, ", "for task in phantom.get_tasks(container=container):\n    phantom.debug(task['data']['name'])\nreturn {}"),
        behind("found, message, rows = phantom.get_list(list_name='known')\nfor row in rows:\n    phantom.debug(row)"),
        behind("if phantom.add_list('known', ['a']):\n    phantom.debug('added')")],
    "precedence": [behind("a = b = c = container\nif a['name'] == 'x' or b['label'] == 'y' and c['status'] == 'new':\n    return")],
    "not-waited-for": [
        book(block("first", "phantom.playbook('local/enrich', container=container, name='enrich')\nafter(container=container)"),
             block("after", SIDE.format("one", "None"))),
        book(block("first", "playbook_run_id = phantom.playbook('local/enrich', container=container)\n\nafter(container=container)\nreturn"),
             block("after", SIDE.format("one", "None")))],
    "unasked": [behind("phantom.act('disable user', parameters=[{'user': 'kim'}], assets=['ad'], name='off')")],
}
"""By kind; what begins with another definition than `on_start` is a custom function."""

RIGHT: dict[str, list[str]] = {
    "letter-case": [
        answered(["ask:action_result.summary.responses.0", "==", "Yes"]),
        answered(["ask:action_result.summary.responses.0", "==", "yes"], more=", case_sensitive=False"),
        collected("found, why, known = phantom.get_list(list_name='known')\nknown = [one[0].lower() for one in known]\n"
                  "hits = [row[0] for row in rows if row[0].lower() in known]", HOST),
        collected("for row in rows:\n    if row[0].lower() == row[1].lower():\n        phantom.debug(row)", USER,
                  "artifact:*.cef.destinationUserName"),
        collected("for row in rows:\n    name = row[0]\n    if name.islower():\n        name = name.lower()\n    if name == 'High':\n        pass", HOST),
        behind("if container['severity'] == 'high' or container['label'] == 'High':\n    return"),
        behind("if phantom.decision(container=container, conditions=[['geo_1:action_result.status', '==', 'success']]):\n    return"),
        behind("if phantom.condition(container=container, conditions=[['artifact:*.cef.fileHash', '==', "
               "'geo_1:action_result.parameter.hash']], name='after:condition_1'):\n    return")],
    "digits": [
        behind("if str(container['id']) == '42' or container['id'] == 42:\n    return"),
        behind("phantom.debug('/rest/container/' + str(container['id']) + f\"/{container['id']}\")"),
        collected("if container['id'] in [row[0] for row in rows]:\n    return", "artifact:*.id"),
        behind("phantom.set_status(container=container['id'], status='open')\nphantom.set_status(container='42', status='open')"),
        made("close", "container=None, ", "if isinstance(container, int) or (isinstance(container, str) and container.isdigit()):\n"
             "    return {'id': int(container)}\nreturn {'id': 0}")],
    "boolean": [
        made("split", "strip=None, ", "if isinstance(strip, str) and strip.lower() == 'false':\n    strip = False\nreturn {'on': strip}"),
        made("split", "strip=None, ", "return {'on': str(strip).lower() == 'true'}"),
        made("split", "strip=None, ", "return {'on': strip == 'True' or strip == True}"),
        made("split", "strip=None, ", "return {'on': strip.lower() == 'on'}")],
    "several-values": [
        collected("parameters = []\nfor row in rows:\n    for one in row[0].split(','):\n        parameters.append({'ip': one})\n"
                  "phantom.act('block ip', parameters=parameters, assets=['fw'], name='b')", IP),
        behind("phantom.format(container=container, template='%%\\n{0}\\n%%', parameters=['artifact:*.cef.sourceAddress'], name='all_ips')\n"
               "parameters = [{'body': phantom.get_format_data(name='all_ips')}]\n"
               "phantom.act('send email', parameters=parameters, assets=['smtp'], name='b')")],
    "scope": [
        book(block("first", "phantom.condition(container=container, conditions=[['artifact:*.cef.sourceAddress', '!=', '']], "
                            "name='first:condition_1', scope='all')\nafter(container=container)"),
             block("after", "rows = phantom.collect2(container=container, datapath=["
                            "'filtered-data:first:condition_1:artifact:*.cef.sourceAddress'], scope='all')\nphantom.debug(rows)")),
        behind("phantom.debug(phantom.collect2(container=container, datapath=['geo_1:action_result.data.*.country'], scope='all'))\n"
               "phantom.debug(phantom.collect2(container=container, datapath=['artifact:*.id']))")],
    "order": [
        beside("phantom.set_severity(container=container, severity='high')", "phantom.set_severity(container=container, severity='high')"),
        beside("phantom.save_run_data(key='one', value='bad')", "phantom.save_run_data(key='two', value='good')"),
        behind("if phantom.decision(container=container, conditions=[['geo_1:action_result.data.*.country', '==', 'AU']]):\n"
               "    low(container=container)\n    return\nhigh(container=container)") + "\n" + block(
            "low", "phantom.set_severity(container=container, severity='low')") + "\n" + block(
            "high", "phantom.set_severity(container=container, severity='high')"),
        book(block("first", "phantom.set_status(container=container, status='open')\n" + SIDE.format("one", "after")),
             block("after", "phantom.set_status(container=container, status='closed')")),
        book(block("first", SIDE.format("one", "join_last") + "\n" + SIDE.format("two", "join_last")),
             block("join_last", "if phantom.completed(action_names=['one', 'two']):\n    last(container=container)"),
             block("last", "phantom.set_severity(container=container, severity=container['label'])"))],
    "pairing": [
        collected("for row in rows:\n    phantom.debug(row[0], row[1])", IP, HOST),
        collected("for one, other in zip([row[0] for row in rows], [row[1] for row in rows]):\n    phantom.debug(one, other)", IP, HOST),
        collected("for i, row in enumerate(rows):\n    phantom.debug(i, rows[i])", IP),
        collected("more = phantom.collect2(container=container, datapath=['artifact:*.cef.destinationHostName'])\n"
                  "for one, other in zip(rows, more):\n    phantom.debug(one, other)", IP)],
    "collector": [
        collected("found = []\nfor row in rows:\n    one = {}\n    one['ip'] = row[0]\n    found.append(one)", IP),
        collected("found, batch = [], []\nfor row in rows:\n    batch.append(row[0])\n    if len(batch) == 10:\n        found.append(batch)\n"
                  "        batch = []", IP),
        collected("for row in rows:\n    parameters = []\n    parameters.append({'ip': row[0]})\n"
                  "    phantom.act('block ip', parameters=parameters, assets=['fw'], name='b')\nphantom.debug(parameters)", IP),
        collected("for number in range(3):\n    found = []\n    found.append(number)\n    if rows:\n        break\nphantom.debug(found)", IP),
        collected("found, seen = [], {}\nfor row in rows:\n    seen[row[0]] = row\nfor one in seen.values():\n    found.append(one)", IP)],
    "zero": [
        collected("for row in rows:\n    bad = row[0]['malicious'] + row[0]['suspicious']\n    if bad and row[0]['total']:\n"
                  "        score = log(bad / row[0]['total'] * 100, 100)", "geo_1:action_result.summary"),
        collected("for row in rows:\n    bad = row[0]['malicious'] + row[0]['suspicious']\n    if not bad:\n        continue\n"
                  "    score = math.log(bad, 2)", "geo_1:action_result.summary"),
        collected("for row in rows:\n    bad = row[0]['malicious'] + 1\n    score = math.log(bad)\n    ratio = 1 / bad if bad else 0",
                  "geo_1:action_result.summary"),
        collected("for row in rows:\n    if row[0] is not None:\n        score = row[0] / 70\n    else:\n        score = 10", COUNTED)],
    "mixed-types": [
        made("collect", "container=None, ", "found = []\nurl = phantom.build_phantom_rest_url('artifact')\n"
             "for artifact in phantom.requests.get(url).json()['data']:\n    for key, value in artifact['cef'].items():\n"
             "        found.append({'value': value, 'id': artifact['id']})\nfound.sort(key=lambda one: one['id'])\n"
             "return {'all': sorted(found, key=lambda one: str(one['value']))}")],
    "text-as-list": [
        behind("found = []\nurl = phantom.build_phantom_rest_url('playbook_run', 1)\nfor output in phantom.requests.get(url).json()['outputs']:\n"
               "    for key, value in json.loads(output).items():\n        if isinstance(value, list):\n            found.extend(value)\n"
               "        else:\n            found.append(value)"),
        behind("found = []\nfound.extend(phantom.requests.get(phantom.build_phantom_rest_url('artifact')).json()['data'])")],
    "rows-test": [collected("values = [row[0] for row in rows if row[0]]\nif values:\n    return", IP),
                  collected("if len(rows) > 1:\n    return", IP)],
    "missing-value": [
        collected("for row in rows:\n    for kind in row[0]:\n        for each in row[1]['contains']:\n            if kind and kind in each:\n"
                  "                pass", "geo_1:action_result.data.*.kinds", "geo_1:action_result.data.*.input")],
    "rest-body": [
        behind("def fill(body):\n    body['container_id'] = container['id']\n    return body\n"
               "body = {}\nbody.update(playbook_id='local/triage')\nfill(body)\nif container['label']:\n    body['run'] = True\n"
               "phantom.requests.post(phantom.build_phantom_rest_url('playbook_run'), json=body)"),
        behind("base = {'container_id': container['id'], 'note_type': 'general'}\nurl = phantom.build_phantom_rest_url('note')\n"
               "for title, text in (('a', 'b'), ('c', 'd')):\n    phantom.requests.post(url, json={**base, 'title': title, 'content': text})\n"
               "phantom.requests.post(f'{url}/{container[\"id\"]}', json={'content': 'new'})"),
        HEAD + "def made(container):\n    found = dict(container_id=container['id'])\n    found.setdefault('object_id', 4)\n"
        "    found |= {'content_type': 'note'}\n    return found\n\n\n"
        + START.format("phantom.requests.post(phantom.build_phantom_rest_url('evidence'), json=made(container))"),
        behind("phantom.requests.post('https://tracker.example/rest/note', data={'a': 1})\n"
               "phantom.requests.put('https://tracker.example/rest/api/2/issue/1', json={'a': 1})"),
        behind("more = json.loads(phantom.get_run_data(key='more') or '{}')\n"
               "phantom.requests.post(phantom.build_phantom_rest_url('note'), json=more)\n"
               "phantom.requests.post(phantom.build_phantom_rest_url('container', 1), json={'status': 'open', 'note': 'x'})"),
        behind("phantom.requests.post(phantom.build_phantom_rest_url('container_attachment'), files={'file': container['name']})\n"
               "phantom.requests.post(phantom.build_phantom_rest_url('artifact'), json=[{'container_id': 1}, {'container': 4}])")],
    "no-effect": [behind("import os\nos.replace('a', 'b')\nphantom.debug('A '.strip())\n[].append('a'.lower())")],
    "without-results": [
        book(block("first", SIDE.format("one", "after")), block("after", "after_2(filtered_artifacts=[1], container=container)"),
             block("after_2", "phantom.debug(filtered_artifacts[0])"))],
    "silence": [
        answered(["ask:action_result.summary.responses.0", "==", "Yes"]),
        book(block("first", ASKED), block("after", (
            "rows = phantom.collect2(container=container, datapath=['ask:action_result.summary.responses.0'], action_results=results)\n"
            "if rows[0][0] == 'Yes':\n"
            "    phantom.act('block ip', parameters=[{'ip': '192.0.2.1'}], assets=['fw'], name='block')")))],
    "join-twice": [
        book(block("first", SIDE.format("one", "after") + "\n" + SIDE.format("two", "after")), block("after", "phantom.debug('back')")),
        book(block("first", "if container['label'] == 'a':\n    " + SIDE.format("one", "after") + "\nelse:\n    " + SIDE.format("two", "after")),
             block("after", SIDE.format("three", "None")))],
    "shared-key": [behind("phantom.save_object(key='seen', value={'a': 1}, container_id=container['id'])")],
    "block": [behind("phantom.playbook('local/other', container=container)\n"
                     "rows = phantom.collect2(container=container, datapath=['other_1:playbook_output:note'])\nphantom.debug(rows)")],
}
"""What comes close, and is right."""

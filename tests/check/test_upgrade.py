"""What ``phantom-lab check`` says of playbooks that a platform of today cannot run as they are, or not show."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.check.checking import Report, check
from phantom_lab.check.upgrade import KINDS
from phantom_lab.cli import main

RULES = "import phantom.rules as phantom\n"
START = f"{RULES}def on_start(container):\n"
MARK = "    #phantom.debug('Action: {0} {1}'.format(action['name'], 'x'))\n"
MODERN = {"coa": {"schema": "5.0.10", "version": "4.10.0.40961", "data": {"nodes": {"0": {}}}}}
CLASSIC = {"coa": {"schema": 4, "data": {"joint": {"cells": []}}}}


def found(folder: Path) -> list[tuple[str, int, str, str]]:
    """File, line, level and message of everything about the upgrade."""
    report = check([folder])
    return [(Path(one.playbook).name, one.line, one.level, f"{one.kind}: {one.message}")
            for one in (*report.problems, *report.remarks) if one.kind in KINDS]


def said(folder: Path, source: str) -> list[str]:
    """What is said of one playbook whose start has these lines; line breaks are indented."""
    (folder / "flow.py").write_text(START + "".join(f"    {line}\n" for line in source.split("\n")), encoding="utf-8")
    return [message for *_, message in found(folder)]


@pytest.mark.parametrize(("source", "told"), [
    ("import urllib2", "python-2: module urllib2 is Python 2, and today urllib.request"),
    ("import urlparse", "python-2: module urlparse is Python 2, and today urllib.parse"),
    ("from urllib import quote", "python-2: urllib.quote is Python 2, and today urllib.parse.quote"),
    ("import urllib as web\nweb.urlencode({})",
     "python-2: urllib.urlencode is Python 2, and today urllib.parse.urlencode"),
    ("from email.MIMEText import MIMEText", "python-2: module email.MIMEText is Python 2, and today email.mime.text"),
    ("from email import Encoders", "python-2: module email.Encoders is Python 2, and today the same in lower case"),
    ("container.iteritems()", "python-2: iteritems is Python 2, and today items()"),
    ("dict.iteritems(container)", "python-2: iteritems is Python 2, and today items()"),
    ("container.has_key('a')", "python-2: has_key is Python 2, and today the operator in"),
    ("isinstance(container, basestring)", "python-2: basestring is Python 2, and today str"),
    ("raise StandardError('x')", "python-2: StandardError is Python 2, and today Exception"),
    ("import string\nstring.letters", "python-2: string.letters is Python 2, and today string.ascii_letters"),
    ("import itertools as i\ni.izip(container)", "python-2: itertools.izip is Python 2, and today zip"),
    ("first = container.keys()[0]", "python-2: a place in what keys() gives is Python 2, and today list(…)[…]"),
    ("some = container.keys() + ['a']", "python-2: a sum with what keys() gives is Python 2, and today list(…) + …"),
    ("some = filter(None, container)\nphantom.debug(len(some))",
     "python-2: len of what filter() gives is Python 2, and today len(list(…))"),
    ("container.items().sort()", "python-2: sort() of what items() gives is Python 2, and today sorted(…)"),
    ("import random\nrandom.choice(container.values())",
     "python-2: random.choice of what values() gives is Python 2, and today random.choice(list(…))"),
    ("sorted(container, cmp=max)", "python-2: sorted(cmp=…) is Python 2, and today key=functools.cmp_to_key(…)"),
    ("sorted(container, max)", "python-2: sorted(…, function) is Python 2, and today key=functools.cmp_to_key(…)"),
    ("import sys\nprint >> sys.stderr, 'x'", "python-2: print >> file is Python 2, and today print(…, file=file)"),
    ("container['id'].encode('hex')",
     "python-2: .encode('hex') is Python 2, and today base64, binascii or the module codecs"),
    ("'text'.decode('utf-8')", "python-2: decode() of a text is Python 2, and today only bytes have it"),
    ("import json\njson.dumps({}, encoding='utf-8')", "python-2: json.dumps(encoding=…) is Python 2"),
    ("import telnetlib", "removed: module telnetlib is gone since Python 3.13, and today socket"),
    ("from distutils.version import LooseVersion",
     "removed: module distutils is gone since Python 3.12, and today sysconfig or shutil"),
    ("import importlib\nimportlib.import_module('imp')",
     "removed: module imp is gone since Python 3.12, and today importlib"),
    ("from collections import Mapping",
     "removed: collections.Mapping is gone since Python 3.10, and today collections.abc.Mapping"),
    ("import collections\ncollections.Mapping",
     "removed: collections.Mapping is gone since Python 3.10, and today collections.abc.Mapping"),
    ("import base64\nbase64.encodestring(b'')",
     "removed: base64.encodestring is gone since Python 3.9, and today base64.encodebytes"),
    ("import time\ntime.clock()", "removed: time.clock is gone since Python 3.8, and today time.perf_counter"),
    ("import ssl, socket\nssl.wrap_socket(socket.socket())",
     "removed: ssl.wrap_socket is gone since Python 3.12, and today ssl.SSLContext.wrap_socket"),
    ("import json\njson.loads('1', encoding='utf-8')", "removed: json.loads(encoding=…) is gone since Python 3.9"),
    ("import hmac\nhmac.new(b'k', b'x')",
     "removed: hmac.new without digestmod is gone since Python 3.8, and today digestmod=hashlib.md5"),
    ("open('x', 'rU')", "removed: open(…, 'rU') is gone since Python 3.11, and today 'r'"),
    ("import random\nstyles = set('ab')\nrandom.sample(styles, 1)",
     "removed: random.sample of a set is gone since Python 3.11, and today random.sample(sorted(…), …)"),
    ("import random\nrandom.sample(container.keys(), 1)",
     "removed: random.sample of what keys() gives is gone since Python 3.11, and today random.sample(list(…), …)"),
    ("import threading\nother = threading.Thread()\nother.isAlive()",
     "removed: .isAlive() is gone since Python 3.9, and today is_alive()"),
    ("from configparser import RawConfigParser\nRawConfigParser().readfp(None)",
     "removed: .readfp() is gone since Python 3.12, and today read_file()"),
    ("import smtplib\nsmtplib.SMTP_SSL('h', keyfile='k')",
     "removed: smtplib.SMTP_SSL(keyfile=…) is gone since Python 3.12, and today context=ssl.SSLContext"),
    ("phantom.actions_done(['a'])", "deprecated: phantom.actions_done is deprecated: use phantom.completed"),
    ("phantom.add_comment(container, 'a')", "deprecated: phantom.add_comment is deprecated: use phantom.comment"),
])
def test_what_is_gone_is_named_with_what_to_write(source: str, told: str, tmp_path: Path):
    """Once, with the version since when it is."""
    assert said(tmp_path, source) == [told]


@pytest.mark.parametrize("source", [
    "for file in [1]:\n    print(file)", "reduce = max\nreduce(1, 2)", "def cmp(a, b):\n    return 0\ncmp(1, 2)",
    "from functools import reduce\nreduce(max, [1])", "import six\nsix.iteritems(container)",
    "class Own:\n    def has_key(self, key):\n        return True\nOwn().has_key(1)",
    "try:\n    import urllib2\nexcept ImportError:\n    import urllib.request as urllib2",
    "try:\n    import urlparse\nexcept Exception:\n    from urllib import parse as urlparse",
    "try:\n    text = unicode\nexcept NameError:\n    text = str",
    "try:\n    items = container.iteritems()\nexcept AttributeError:\n    items = container.items()",
    "try:\n    set\nexcept NameError:\n    from sets import Set",
    "import sys\nif sys.version_info[0] < 3:\n    import urllib2\n    text = unicode('x')",
    "import base64\nif hasattr(base64, 'encodestring'):\n    base64.encodestring(b'')",
    "import sys\ntext = str if sys.version_info > (3,) else unicode",
    "import collections.abc\ncollections.abc.Mapping", "from urllib import parse\nparse.quote('x')",
    "import random\nrandom.sample(sorted(set('ab')), 1)", "import random\nrandom.sample(container['a'], 1)",
    "import random\nsome = set('ab')\nsome = list(some)\nrandom.sample(some, 1)",
    "some = filter(None, container)\nsome = list(some)\nphantom.debug(len(some))",
    "phantom.debug(len(container.keys()))", "first = container.values()['a']", "first = list(container.keys())[0]",
    "import codecs\ncodecs.encode('x', 'rot13')", "b'text'.decode('utf-8')", "container['id'].encode('utf-8')",
    "import hmac\nhmac.new(b'k', b'x', 'sha1')", "import hmac\nhmac.new(b'k', digestmod='sha1')",
    "from datetime import datetime\ndatetime.utcnow()", "import logging\nlogging.warn('x')",
    "import re\nre.compile('\\d')", "from xml.etree import cElementTree", "text = 'import urllib2'",
    "from lxml import etree\netree.fromstring('<a/>').getchildren()", "open('Users.txt')", "sorted(container, key=max)",
    "from . import urllib2",
])
def test_what_a_platform_of_today_has_or_the_source_provides_for_is_nothing(source: str, tmp_path: Path):
    """Names of its own, other objects, both ways of an import, what is deprecated only."""
    assert said(tmp_path, source) == []


@pytest.mark.parametrize(("line", "form"), [
    ("print 'x'", "the statement print"), ("print x, y", "the statement print"),
    ("if x: print x", "the statement print"), ("exec 'x = 1' in {}", "the statement exec"),
    ("if x <> 1: pass", "the operator <>"), ("y = `x`", "the backtick"),
    ("raise ValueError, 'x'", "raise …, text"), ("y = ur'x'", 'the prefix ur""'),
    ("y = 10L", "a number that ends in L"), ("phantom.act('a', async=True)", "a name async or await"),
    ("y = 0777", "a number that begins with 0"), ("y = lambda (a, b): a", "a tuple among the parameters"),
    ("def g(a, (b, c)): pass", "a tuple among the parameters"),
    ("try: pass\n    except (ValueError, KeyError), e: pass", "except …, name:"),
    ("try: pass\n    except ValueError, e: pass", "except …, name:"),
    ("if x:\n        y = 1\n\ty = 2", "an indentation of tabs and blanks"),
])
def test_syntax_of_python_2_is_an_error_that_says_so(line: str, form: str, tmp_path: Path):
    """Nothing of the file runs; with its line."""
    (tmp_path / "flow.py").write_text(f"{START}    {line}\n", encoding="utf-8")
    ((file, number, level, message),) = found(tmp_path)
    assert (file, level) == ("flow.py", "error")
    assert 3 <= number <= 5
    assert message.startswith(f"python-2: syntax error: {form} is Python 2, and today ")


@pytest.mark.parametrize("line", ["x = (1", "print('x'", "x = 'print 1", "x = 1 +", "return = 1", "else:", "'<>' +",
                                  "x = 'a: print 1", "async def"])
def test_another_syntax_error_is_no_python_2(line: str, tmp_path: Path):
    """Its line holds nothing that Python 2 took."""
    (tmp_path / "flow.py").write_text(f"{START}    {line}\n", encoding="utf-8")
    assert found(tmp_path) == []
    assert [one.kind for one in check([tmp_path]).problems] == ["load"]


def test_what_stops_the_file_itself_is_an_error(tmp_path: Path):
    """No Python 3 has it; what only later ones took away still runs on a platform with Python 3.9."""
    (tmp_path / "old.py").write_text(f"import urllib2\n{START}    pass\n", encoding="utf-8")
    (tmp_path / "older.py").write_text(f"import telnetlib\n{START}    pass\n", encoding="utf-8")
    here = "warning" if sys.version_info < (3, 13) else "error"
    assert [(file, line, level) for file, line, level, _ in found(tmp_path)] == [
        ("old.py", 1, "error"), ("older.py", 1, here)]
    assert [(one.kind, bool(one.hint)) for one in check([tmp_path]).problems] == [("python-2", True), ("removed", True)]


def test_what_is_not_here_stops_a_run(tmp_path: Path):
    """As any other module that is missing; ``urlparse`` has a stand-in."""
    for name in ("urlparse", "urllib2"):
        (tmp_path / f"{name}.py").write_text(f"{START}    import {name}\n", encoding="utf-8")
    report = check([tmp_path])
    assert (report.playbooks, report.supported) == (2, 1)


@pytest.mark.parametrize(("export", "code", "classic"), [
    (CLASSIC, "", True), (MODERN, "", False), (MODERN, MARK, False), (None, "", False), (None, MARK, True),
    ({"coa": {"schema": "5.0.20", "data": {"customCode": "x"}}}, "", False), ({"coa": {"data": {}}}, "", True),
    ({"coa": None}, "", True), ({"category": "x", "labels": ["*"]}, "", True), ({"something": "else"}, "", False),
    ([], "", False), ({"coa": {"schema": 6, "data": {}}}, "", False),
])
def test_a_classic_playbook_is_a_remark(export: Any, code: str, classic: bool, tmp_path: Path):
    """By the blocks of its export; the version stays when a playbook is converted. Without one, by its comments."""
    (tmp_path / "flow.py").write_text(f"{START}    pass\n{code}", encoding="utf-8")
    if export is not None:
        (tmp_path / "flow.json").write_text(json.dumps(export), encoding="utf-8")
    assert [(file, line, level) for file, line, level, _ in found(tmp_path)] == [("flow.py", 0, "info")] * classic


def counts(report: Report, folder: Path) -> list[tuple[str, int, int, int, int]]:
    """The counts of every repository, which is named from the folder."""
    return [(one.repository.removeprefix(f"{folder}/"), one.classic, one.python_2, one.removed, one.deprecated)
            for one in report.upgrade]


def test_every_repository_has_its_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A checkout is one, wherever in it a path points to; outside of one it is the path. A file counts once a kind."""
    for name, source in {"a/one/x.py": "import urllib2, imp\n    unicode('x')", "a/two/x.py": "import imp",
                         "a/two/zcopy.py": "import imp", "b/broken.py": "print 'x'", "b/good.py": "pass",
                         "c/copy.py": "import imp"}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{START}    {source}\n", encoding="utf-8")
    (tmp_path / "a" / ".git").write_text("gitdir: elsewhere", encoding="utf-8")
    (tmp_path / "a/two/x.json").write_text(json.dumps(CLASSIC), encoding="utf-8")
    paths = [str(tmp_path / one) for one in ("a/one", "a/two", "b", "c")]
    assert counts(check(paths), tmp_path) == [("a", 1, 1, 2, 0), ("b", 0, 1, 0, 0), ("c", 1, 0, 1, 0)]
    main(["check", *paths])
    shown = [line.split(": ")[1:] for line in capsys.readouterr().out.split("\n\n")[0].splitlines() if ": " in line]
    assert shown == [["1 classic, 1 with Python 2 leftovers, 2 with what Python up to 3.13 took away"],
                     ["1 with Python 2 leftovers"], ["1 classic, 1 with what Python up to 3.13 took away"]]

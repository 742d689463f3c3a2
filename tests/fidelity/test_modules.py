"""What `phantom.rules` shows besides functions, `phantom.utils`, libraries of the platform, leftovers of Python 2."""

from __future__ import annotations

import json
import sys

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.errors import PlaybookLoadError
from phantom_lab.rules import rules_module, surface
from tests.table import tabled

LIBRARIES = {"bs4": "platform", "django.utils.dateparse": "platform", "dateutil": "platform", "pytz": "platform",
             "simplejson": "platform", "six": "platform", "xmltodict": "platform", "weasyprint": "pdf"}
USES = {
    "Context": "phantom.Context({'a': 1})['a']",
    "Template": "phantom.Template('{{ a }}').render(phantom.Context({'a': 1}))",
    "CONTAINS_VALIDATORS": "phantom.CONTAINS_VALIDATORS['ip']('1.1.1.1')",
    "ZoneInfo": "str(phantom.ZoneInfo('UTC'))", "base64": "phantom.base64.b64encode(b'a').decode()",
    "datetime": "phantom.datetime(2026, 1, 2).isoformat()",
    "dateutil": "phantom.dateutil.parser.parse('2026-01-02').day",
    "ipaddress": "phantom.ipaddress.ip_address('1.1.1.1').version", "json": "phantom.json.loads('[1]')",
    "os": "phantom.os.path.basename('/a/b')", "random": "phantom.random.choice([1])",
    "re": "phantom.re.findall('a', 'aa')", "requests": "phantom.requests.codes.ok",
    "six": "phantom.six.PY3", "string": "phantom.string.digits",
    "subprocess": "phantom.subprocess.PIPE", "sys": "phantom.sys.version_info[0]",
    "timedelta": "phantom.timedelta(days=1).total_seconds()", "traceback": "phantom.traceback.format_exc()",
    "types": "phantom.types.FunctionType.__name__", "urllib": "phantom.urllib.parse.quote('a b')",
    "urlparse": "phantom.urlparse.urlparse('http://a/b').netloc", "utc": "phantom.utc.zone",
    "uuid": "len(str(phantom.uuid.uuid4()))", "vault": "phantom.vault.__name__", "xrange": "list(phantom.xrange(2))",
}
ANSWERS = {
    "Context": 1, "Template": "1", "CONTAINS_VALIDATORS": True, "ZoneInfo": "UTC", "base64": "YQ==",
    "datetime": "2026-01-02T00:00:00", "dateutil": 2, "ipaddress": 4, "json": [1], "os": "b", "random": 1,
    "re": ["a", "a"], "requests": 200,
    "six": True, "string": "0123456789", "subprocess": -1, "sys": 3, "timedelta": 86400.0,
    "traceback": "NoneType: None\n", "types": "function", "urllib": "a%20b", "urlparse": "a", "utc": "UTC", "uuid": 36,
    "vault": "phantom.vault",
    "xrange": [0, 1],
}


# -- names within phantom.rules ------------------------------------------------------------------------------------

@pytest.mark.observed
@tabled("name", sorted(surface().imported))
def test_what_the_platform_imports_is_shown(value, name):
    """A playbook may use it without an import of its own."""
    assert value(USES[name]) == ANSWERS[name]
    assert value(f"hasattr(phantom, {name!r})") is True


@pytest.mark.observed
def test_it_can_be_imported_from_there(lab, playbook):
    """And is the same each time."""
    run = lab.run(playbook("from phantom.rules import json, timedelta\n"
                           "def on_start(container):\n"
                           "    phantom.debug([json.__name__, json is phantom.json, timedelta is phantom.timedelta])"))
    assert run.summary().debug == ["['simplejson', True, True]"]


@pytest.mark.assumed
@pytest.mark.parametrize(("expression", "own"), [
    ("phantom.datetime is datetime.datetime", True), ("phantom.random is random", True), ("phantom.uuid is uuid", True),
    ("phantom.datetime.now().year", 2026), ("phantom.xrange is range", True),
])
def test_time_and_chance_are_the_runs_own(lab, playbook, expression, own):
    """What tells the time or draws lots is what `import` finds, bound to the run."""
    run = lab.run(playbook("import datetime, random, uuid\n"
                           f"def on_start(container):\n    phantom.debug({expression})\n"))
    assert run.summary().debug == [str(own)]


@pytest.mark.assumed
@pytest.mark.parametrize("call", ["subprocess.run(['true'])", "os.system('true')"])
def test_programs_stay_refused(block, call):
    """Whichever way a playbook gets at the module."""
    run = block(f"phantom.{call}")
    assert run.status == "error"
    assert "refused to start" in run.summary().message


@pytest.mark.observed
def test_every_name_of_the_platforms_module_is_told(lab, playbook):
    """Each is there, or a gap that says so; no name is both."""
    module = rules_module(lab.prepare(playbook("def on_start(container):\n    pass\n")))
    told = surface()
    assert {"JsonTranslator", "is_python_3_9", "ph_jsons"} <= told.names
    assert not told.names & {*dir(module), *told.imported}
    assert told.functions.keys() | told.constants.keys() | {"LoopState"} <= {*dir(module)}


# -- phantom.utils -------------------------------------------------------------------------------------------------

@pytest.mark.observed
@pytest.mark.parametrize("statement", ["import phantom.utils as utils", "from phantom import utils",
                                       "import phantom.utils\nutils = phantom.utils"])
def test_utils_holds_the_functions_of_rules(lab, playbook, statement):
    """They can be passed along as objects, as a public playbook does."""
    run = lab.run(playbook(f"""
{statement}
from phantom.utils import CONTAINS_VALIDATORS, is_ip
from phantom import rules

def on_start(container):
    tests = {{"ip": utils.is_ip, "url": utils.is_url, "email": utils.is_email, "hash": utils.is_hash}}
    rules.debug([kind for kind, test in tests.items() if test("1.1.1.1")])
    rules.debug(is_ip is rules.is_ip and CONTAINS_VALIDATORS["ip"] is is_ip)
"""))
    assert run.summary().debug == ["['ip']", "True"]


@pytest.mark.observed
@pytest.mark.parametrize(("name", "status", "message"), [
    ("to_bool", "not_emulated", "phantom.utils.to_bool (chapter: modules) is not emulated yet"),
    ("no_such_name", "error", "AttributeError: module 'phantom.utils' has no attribute 'no_such_name'"),
    ("act", "error", "AttributeError: module 'phantom.utils' has no attribute 'act'"),
])
def test_other_names_of_utils(lab, playbook, name, status, message):
    """What the platform has there and the lab does not is a gap; anything else is Python's error."""
    run = lab.run(playbook(f"import phantom.utils as utils\ndef on_start(container):\n    utils.{name}\n"))
    assert run.status == status
    assert message in run.summary().message


# -- libraries of the platform -------------------------------------------------------------------------------------

@pytest.mark.observed
@pytest.mark.parametrize(("statement", "expression", "answer"), [
    ("from django.utils.dateparse import parse_datetime", "parse_datetime('2026-01-02T03:04:05Z').hour", 3),
    ("from dateutil.parser import parse", "parse('2 January 2026').month", 1), ("import pytz", "str(pytz.utc)", "UTC"),
    ("import xmltodict", "xmltodict.parse('<a><b>1</b></a>')['a']['b']", "1"),
    ("from bs4 import BeautifulSoup", "BeautifulSoup('<p>x</p>', 'html.parser').p.text", "x"),
    ("import simplejson", "simplejson.loads('1')", 1), ("import six", "six.text_type.__name__", "str"),
])
def test_libraries_that_public_playbooks_import(lab, playbook, statement, expression, answer):
    """The real ones."""
    run = lab.run(playbook(f"import json\n{statement}\n"
                           f"def on_start(container):\n    phantom.debug(json.dumps({expression}))\n"))
    assert json.loads(run.summary().debug[0]) == answer


@pytest.mark.assumed
@pytest.mark.parametrize("name", sorted(LIBRARIES))
def test_a_missing_library_says_how_it_is_installed(monkeypatch, name):
    """The load error is one line with the extra; so is the error of a block that imports it."""
    monkeypatch.setitem(sys.modules, name, None)
    lab = Lab({"id": 1, "name": "sample"})
    with pytest.raises(PlaybookLoadError, match=rf"here: pip install 'phantom-lab\[{LIBRARIES[name]}\]'"):
        lab.prepare(Playbook.from_source(f"import {name}\ndef on_start(container):\n    pass\n", name="sample"))
    run = lab.run(Playbook.from_source(f"def on_start(container):\n    import {name}\n", name="sample"))
    assert f"'phantom-lab[{LIBRARIES[name]}]' (block on_start, sample:2)" in run.summary().message


@pytest.mark.assumed
@pytest.mark.parametrize(("module", "use"), [
    ("simplejson", "phantom.json"), ("pytz", "phantom.utc"), ("django.template", "phantom.render_template('', {})"),
    ("weasyprint", "phantom.html_string_to_pdf('', 'x.pdf')"),
])
def test_what_needs_a_missing_library_says_so(block, monkeypatch, module, use):
    """The other names of the module stay."""
    monkeypatch.setitem(sys.modules, module, None)
    assert "here: pip install 'phantom-lab[" in block(use).summary().message
    assert block("phantom.is_ip('1.1.1.1')").summary().debug == ["true"]


@pytest.mark.assumed
def test_another_missing_module_is_pythons_error(block):
    """A playbook's own `except ImportError` takes both."""
    setup = "try:\n    import no_such_module\nexcept ImportError as exc:\n    said = str(exc)"
    assert block("said", setup=setup).summary().debug == ['"No module named \'no_such_module\'"']


# -- Python 2 ------------------------------------------------------------------------------------------------------

@pytest.mark.assumed
@pytest.mark.parametrize(("expression", "answer", "name"), [
    ("unicode('x')", "x", "unicode"), ("unicode(b'caf\\xc3\\xa9', 'utf-8')", "café", "unicode"),
    ("unicode()", "", "unicode"),
    ("[isinstance(one, unicode) for one in ('x', b'x')]", [True, False], "unicode"),
    ("[type(one) == unicode for one in ('x', b'x')]", [True, False], "unicode"),
    ("issubclass(str, unicode)", True, "unicode"), ("list(map(unicode.upper, 'ab'))", ["A", "B"], "unicode"),
    ("list(xrange(1, 7, 3))", [1, 4], "xrange"),
    ("urlparse.urlparse('http://a/b').path", "/b", "module urlparse"),
    ("urlsplit('http://a/b').netloc", "a", "module urlparse"),
])
def test_leftovers_of_python_2_work_and_are_noted(lab, playbook, expression, answer, name):
    """A platform of today has none of them, so that each use is said, once."""
    imports = "import urlparse\nfrom urlparse import urlsplit\n" if "url" in expression else ""
    run = lab.run(playbook(f"{imports}import json\ndef on_start(container):\n"
                           f"    {expression}\n    phantom.debug(json.dumps({expression}))\n"))
    assert json.loads(run.summary().debug[0]) == answer
    assert [note for note in run.summary().notes if "Python 2" in note and note.startswith(name)] == [
        note for note in run.summary().notes if "Python 2" in note]
    assert len([note for note in run.summary().notes if "Python 2" in note]) == 1


@pytest.mark.assumed
def test_a_playbook_without_leftovers_has_no_notes(block):
    """The names are there for everyone, and said only where they are used."""
    assert block("1").summary().notes == []


@pytest.mark.assumed
@tabled(("call", "today"), [
    ("iteritems()", "items()"), ("itervalues()", "values()"), ("iterkeys()", "keys()"),
    ("has_key('a')", "the operator in"),
])
def test_a_method_of_python_2_is_explained(block, call, today):
    """It cannot be given back to dicts: the error says what stands for it today."""
    message = block(f"{{}}.{call}").summary().message
    assert message.startswith(f"AttributeError: 'dict' object has no attribute '{call.split('(')[0]}'")
    assert f": that is Python 2, and today {today} (block after" in message

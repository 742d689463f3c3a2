"""Helpers of `phantom.rules`: texts, dicts, parameters, Python 2's bytes, status codes, and the platform's machine."""

from __future__ import annotations

import base64
import os
import re
import sys
import zlib
from pathlib import Path

import pytest

from phantom_lab import Lab
from phantom_lab.rules import surface
from tests.table import tabled

BOTH = "both = {'k': [b'x', ('y', 1)], b'z': None}; "
"""A value with texts and bytes at every depth."""


TEXT = "__import__('base64').b64encode(open(%r, 'rb').read()).decode()"
"""What a file holds that a playbook reads, in Base64."""


def uncompressed(raw):
    """What stands in a PDF file, its compressed parts as well."""
    parts = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)endstream", raw, re.DOTALL)
    return b"\n".join([raw, *(zlib.decompressobj().decompress(part) for part in parts)])


# -- texts and values ----------------------------------------------------------------------------------------------

@pytest.mark.observed
@tabled(("call", "answer"), [
    ("get_list_from_string('a, b,,  , a,c ')", ["a", "b", "c"]),
    ("get_list_from_string('a, b,, a', drop_blanks=False)", ["a", "b", ""]),
    ("get_list_from_string('a, b,, a', remove_duplicates=False)", ["a", "b", "a"]),
    ("get_list_from_string('')", []), ("get_list_from_string('', False)", [""]),
    ("get_value({'a': ' x '}, 'a')", "x"), ("get_value({'a': ' x '}, 'a', strip_it=False)", " x "),
    ("get_value({'a': ' '}, 'a', 'default')", "default"), ("get_value({'a': ' '}, 'a')", None),
    ("get_value({'a': [1]}, 'a', 'default')", [1]), ("get_value({'a': None}, 'a', 'default')", None),
    ("get_value({}, 'a', ' default ')", " default "), ("get_value({}, 'a')", None),
    ("quote_plus('a b/ü')", "a+b%2F%C3%BC"), ("quote_plus('a/b', safe='/')", "a/b"),
    ("quote_plus('ü', encoding='latin-1')", "%FC"), ("quote_plus('ü', '', 'ascii', 'replace')", "%3F"),
    ("unquote('a%20b+c')", "a b+c"), ("unquote('%FC', 'latin-1')", "ü"), ("unquote('%FC', errors='ignore')", ""),
    ("is_success(phantom.APP_SUCCESS)", True), ("is_success(phantom.APP_ERROR)", False),
    ("is_fail(phantom.APP_SUCCESS)", False), ("is_fail(phantom.APP_ERROR)", True),
    ("convert_to_unicode(b'caf\\xc3\\xa9')", "café"), ("convert_to_unicode(7)", "7"),
    ("convert_to_unicode('x')", "x"),
    ("_check_required_params(a=1, b=0, c='')", [True, ""]),
    ("deepcopy({'a': [1]})", {"a": [1]}), ("deepcopy(5, {})", 5),
])
def test_helpers_whose_answer_is_known(value, call, answer):
    """From the library whose signature they have, from public code that uses them, or from the dumped annotations."""
    assert value(f"phantom.{call}") == answer


@pytest.mark.assumed
@tabled(("call", "answer"), [
    ("get_str_val({'a': 7}, 'a')", "7"), ("get_str_val({'a': ' x '}, 'a')", "x"),
    ("get_str_val({'a': ' x '}, 'a', strip_it=False)", " x "), ("get_str_val({'a': ''}, 'a', 5)", 5),
    ("get_str_val({'a': None}, 'a', 5)", 5), ("get_str_val({}, 'a')", None),
    ("get_str_val({'a': False}, 'a')", "False"),
    ("get_req_value({'a': ' x '}, 'a')", "x"), ("get_req_value({'a': ' x '}, 'a', False)", " x "),
    ("get_req_value({'a': 0}, 'a')", 0),
    ("validate_value_presense('x')", True), ("validate_value_presense(0)", True),
    ("validate_value_presense(False)", True), ("validate_value_presense('')", False),
    ("validate_value_presense([])", False), ("validate_value_presense(None)", False),
    ("bytes_to_human_readable_size_str(0)", "0 B"), ("bytes_to_human_readable_size_str(1023)", "1023 B"),
    ("bytes_to_human_readable_size_str(1536)", "1.5 KB"), ("bytes_to_human_readable_size_str(5 * 1024 ** 3)", "5.0 GB"),
    ("bytes_to_human_readable_size_str(1024 ** 7)", "1048576.0 PB"),
    ("encode_proxy_var('http://user:p@ss/w d@proxy.example.com:8080')",
     "http://user:p%40ss%2Fw%20d@proxy.example.com:8080"),
    ("encode_proxy_var('http://user:a://b@proxy')", "http://user:a%3A%2F%2Fb@proxy"),
    ("encode_proxy_var('user:p%40ss@proxy:8080')", "user:p%40ss@proxy:8080"),
    ("encode_proxy_var('http://proxy.example.com:8080')", "http://proxy.example.com:8080"),
    ("is_success('failed')", False), ("is_success('success')", True), ("is_success(phantom.APP_SUCC_STOP)", True),
    ("is_fail(None)", True), ("is_fail('failed')", True),
    ("get_succ_or_failure_text(phantom.APP_SUCCESS)", "success"),
    ("get_succ_or_failure_text(phantom.APP_ERROR)", "failed"),
    ("get_json_object('{\"a\": [1]}')", {"a": [1]}), ("get_json_object(b'[1]')", [1]), ("get_json_object('{')", None),
    ("get_json_object('[' * 100000)", None), ("get_json_object({'a': 1})", {"a": 1}), ("get_json_object(None)", None),
    ("_merge_jsons({'a': {'b': 1, 'c': 2}, 'd': 3}, {'a': {'b': 5}, 'd': None, 'e': [1]})",
     {"a": {"b": 5, "c": 2}, "d": None, "e": [1]}),
    ("deduplicate_params([{'ip': 'a'}, {'ip': 'b'}, {'ip': 'a'}])", [{"ip": "a"}, {"ip": "b"}]),
    ("deduplicate_params([{'ip': 'a', 'context': {'artifact_id': 1}}, {'ip': 'a', 'context': {'artifact_id': 2}}])",
     [{"ip": "a", "context": {"artifact_id": 1}}, {"ip": "a", "context": {"artifact_id": 2}}]),
    ("remove_none_values({'a': None, 'b': 0, 'c': {'d': None}})", {"b": 0, "c": {"d": None}}),
    ("_check_required_params(a=None, b=1, c=None)", [False, "missing required parameters: a, c"]),
    ("_check_at_least_one_param(a=None, b=0)", [True, ""]),
    ("_check_at_least_one_param(a=None, b=None)", [False, "at least one of these parameters is required: a, b"]),
    ("_check_one_and_only_one_param(a=None, b=0)", [True, ""]),
    ("_check_one_and_only_one_param(a=1, b=0)", [False, "exactly one of these parameters is allowed: a, b"]),
    ("_check_one_and_only_one_param(a=None)", [False, "exactly one of these parameters is allowed: a"]),
    ("_check_one_and_only_one_param(or_none=True, a=None)", [True, ""]),
    ("_check_one_and_only_one_param(True, a=1, b=2)", [False, "at most one of these parameters is allowed: a, b"]),
    ("_check_param_in_choices(['x', 'y'], a='x', b='y')", [True, ""]),
    ("_check_param_in_choices(['x', 'y'], a='x', b='z', c=None)", [False, "b, c must be one of x, y"]),
    ("_get_arity(a=1, b=None, c='')", 2), ("_get_arity(include_none=True, a=1, b=None)", 2), ("_get_arity()", 0),
])
def test_helpers_of_which_only_the_name_is_known(value, call, answer):
    """What the names promise; no public source tells more."""
    assert value(f"phantom.{call}") == answer


@pytest.mark.assumed
@tabled(("name", "arguments", "message"), [
    ("get_list_from_string", "None", "comma_seperated_list must be a text, not NoneType"),
    ("get_value", "[], 'a'", "in_dict must be a dict, not list"),
    ("get_str_val", "None, 'a'", "in_dict must be a dict, not NoneType"),
    ("get_req_value", "{'b': 1}, 'a'", "in_dict has no value for in_key 'a'. There are 'b'."),
    ("get_req_value", "{'a': ' '}, 'a'", "in_dict has no value for in_key 'a'. There are 'a'."),
    ("get_req_value", "{}, 'a'", "in_dict has no value for in_key 'a'. There are none at all."),
    ("get_random_chars", "-1", "size must be a number of characters up to 1000000, not -1"),
    ("get_random_chars", "3, ''", "chars must hold at least one character"),
    ("bytes_to_human_readable_size_str", "'1'", "n must be a number, not str"),
    ("encode_proxy_var", "5", "val must be a text, not int"),
    ("_merge_jsons", "{}, []", "merge_json must be a dict, not list"),
    ("deduplicate_params", "{}", "parameters must be a list of dicts, not dict"),
    ("remove_none_values", "[]", "input_dict must be a dict, not list"),
    ("_check_param_in_choices", "5, a=1", "choices must be a list, not int"),
    ("decode_unicode_dict", "[]", "args must be a dict, not list"),
    ("encode_unicode_list", "()", "args must be a list, not tuple"),
    ("render_template", "5, {}", "template must be a text, not int"),
    ("render_template", "'', []", "context must be a dict, not list"),
    ("html_string_to_pdf", "None, 'x.pdf'", "source_html_string must be a text, not NoneType"),
    ("get_assets", "action=5", "action must be the name of an action, not int"),
    ("call_playbook_action_callback", "5, '', 1, '', '', '', ''", "function_object must be a function, not int"),
    ("call_playbook_action_callback", "print, '{', 1, '', '', '', ''",
     "callable_metadata_json_str must be a JSON text: Expecting property name"),
])
def test_a_wrong_argument_is_named(block, name, arguments, message):
    """In one line, with the function and the argument."""
    run = block(f"phantom.{name}({arguments})")
    assert run.status == "error"
    assert f"{name}: {message}" in run.summary().message


@pytest.mark.assumed
def test_random_characters_are_the_runs_own(lab, playbook):
    """Equal seeds give equal texts, of the size and the characters asked for."""
    made = playbook("def on_start(container):\n"
                    "    phantom.debug([phantom.get_random_chars(), phantom.get_random_chars(40, 'ab')])\n")
    first, again = (lab.run(made).summary().debug[0] for _ in range(2))
    default, chosen = eval(first)
    assert first == again
    assert len(default) == 6
    assert set(default) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    assert len(chosen) == 40
    assert set(chosen) == set("ab")


@pytest.mark.observed
def test_a_deep_copy_is_another_object(value):
    """All the way down."""
    setup = "one = {'a': [1]}; two = phantom.deepcopy(one); two['a'].append(2)"
    assert value("[one, two]", setup=setup) == [{"a": [1]}, {"a": [1, 2]}]


@pytest.mark.observed
def test_wraps_is_the_decorator_of_the_library(value):
    """A decorated function keeps its name; `assigned` and `updated` choose what else."""
    setup = """
def one(): "text"
def two(): pass
two.mark = 1
"""
    assert value("[phantom.wraps(one)(two).__name__, two.__doc__, two.mark]", setup=setup) == ["one", "text", 1]
    assert value("[phantom.wraps(one, ('__doc__',), ())(two).__name__, two.__doc__]", setup=setup) == ["two", "text"]


@pytest.mark.assumed
@pytest.mark.parametrize(("given", "lines"), [
    ("{'b': 1, 'a': [None]}", ['{\n    "b": 1,\n    "a": [\n        null\n    ]\n}']),
    ("{}, 'tag'", ["tag: {}"]), ("{(1, 2): 3}, tag='odd'", ["odd: {(1, 2): 3}"]),
])
def test_dumped_json_is_a_debug_line(block, given, lines):
    """With the tag before it; what is no JSON is written as Python does."""
    run = block("0", setup=f"phantom.dump_json({given})")
    assert run.summary().debug[:-1] == lines


# -- bytes and texts -----------------------------------------------------------------------------------------------

@pytest.mark.assumed
@tabled(("expression", "answer"), [
    ("phantom.decode_unicode(both)", "{'k': ['x', ('y', 1)], 'z': None}"),
    ("phantom.encode_unicode(both)", "{b'k': [b'x', (b'y', 1)], b'z': None}"),
    ("[phantom.decode_unicode(both), both][1]", "{'k': [b'x', ('y', 1)], b'z': None}"),
    ("phantom.decode_unicode(b'caf\\xc3\\xa9 \\xff')", "'café \ufffd'"),
    ("phantom.encode_unicode('café')", "b'caf\\xc3\\xa9'"),
    ("phantom.encode_unicode(7)", "7"), ("phantom.decode_unicode(None)", "None"),
    ("phantom.decode_unicode_tuple((b'x', [b'y']))", "('x', ['y'])"),
    ("phantom.encode_unicode_tuple(('x', ['y']))", "(b'x', [b'y'])"),
    ("[phantom.decode_unicode_dict(both), both]", "[None, {'k': ['x', ('y', 1)], 'z': None}]"),
    ("[phantom.encode_unicode_dict(both), both]", "[None, {b'k': [b'x', (b'y', 1)], b'z': None}]"),
    ("[phantom.decode_unicode_list(many), many]", "[None, ['x', {'y': 1}]]"),
    ("[phantom.encode_unicode_list(many), many]", "[None, [b'x', {b'y': 1}]]"),
    ("phantom.decode_unicode_parameters(shown)(b'x', a=[b'y'])", "(('x',), {'a': ['y']})"),
    ("phantom.encode_unicode_parameters(shown)('x', a=['y'])", "((b'x',), {'a': [b'y']})"),
    ("phantom.decode_unicode_parameters(shown).__name__", "'shown'"),
    ("phantom.encode_unicode_parameters(shown).__name__", "'shown'"),
])
def test_bytes_and_texts_of_python_2(value, expression, answer):
    """`decode` makes texts and `encode` UTF-8 bytes, at every depth; dicts and lists are changed in place."""
    setup = f"{BOTH}many = [b'x', {{'y': 1}}]\ndef shown(*args, **kwargs): return args, kwargs"
    assert value(f"repr({expression})", setup=setup) == answer


# -- the platform's machine ----------------------------------------------------------------------------------------

@pytest.mark.assumed
@tabled(("call", "debug"), [
    ("trace_(True, 'seen')", ["seen"]), ("trace_(False, 'not seen')", []),
    ("_dump_shell_returns('o', 'e', 1)", ["out: o, err: e, ret_code: 1"]),
    ("debug_private_message_({'a': 1})", []), ("debug_private_error_('x')", []),
])
def test_lines_for_the_log(block, call, debug):
    """Private ones are no part of a playbook's debug log."""
    assert block("0", setup=f"phantom.{call}").summary().debug[:-1] == debug


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "level"), [("debug_private_message_({'a': 1})", "private"),
                                             ("debug_private_error_({'a': 1})", "private error")])
def test_private_lines_stand_in_the_journal(block, call, level):
    """Nothing is lost."""
    run = block("0", setup=f"phantom.{call}")
    assert [one.message for one in run.journal.events if getattr(one, "level", "") == level] == ["{'a': 1}"]


@pytest.mark.assumed
@pytest.mark.parametrize("call", ["reset_python_path_(['/x'])", "set_python_path_('/x')",
                                  "set_git_repo_path_('local')"])
def test_what_has_no_effect_says_so(block, call):
    """The paths of this Python stay; the run goes on."""
    before = list(sys.path)
    run = block("0", setup=f"phantom.{call}")
    assert run.status == "success"
    assert sys.path == before
    assert [note for note in run.summary().notes if note.startswith(f"{call.split('(')[0]} has no effect: ")]


@pytest.mark.assumed
@pytest.mark.parametrize(("name", "command"), [("run_ext_command", "touch {there}"),
                                               ("run_ext_command_list", ["touch", "{there}"])])
@pytest.mark.parametrize("dump", [False, True])
def test_external_commands_are_refused(block, tmp_path, name, command, dump):
    """Like a subprocess: with an OSError that says what to do, also where the playbook swallows it."""
    there = tmp_path / "there"
    given = repr(command).replace("{there}", str(there))
    setup = f"try:\n    phantom.{name}({given}, dump_ouput={dump})\nexcept OSError as exc:\n    said = str(exc)"
    run = block("said", setup=setup)
    assert not there.exists()
    assert run.status == "success"
    assert f"sample:10: {name}: refused to start" in run.summary().debug[0]
    assert "Ask for it with phantom.act" in run.summary().debug[0]
    assert any(f"{name}: refused to start" in note for note in run.summary().notes)


# -- templates and PDF ---------------------------------------------------------------------------------------------

@pytest.mark.observed
@pytest.mark.parametrize(("template", "context", "answer"), [
    ("Hello {{ name }}", {"name": "<b>"}, "Hello &lt;b&gt;"), ("{{ a.b.0|upper }}", {"a": {"b": ["x"]}}, "X"),
    ("{% for one in many %}{{ one }};{% empty %}none{% endfor %}", {"many": [1, 2]}, "1;2;"),
    ("{% if a %}yes{% else %}no{% endif %}{{ missing }}", {}, "no"),
    ("{{ n }} {{ f }}", {"n": 1234567, "f": 0.5}, "1234567 0.5"),
    ("{% autoescape off %}{{ name }}{% endautoescape %}", {"name": "<b>"}, "<b>"), ("plain", None, "plain"),
])
def test_a_template_is_djangos(value, template, context, answer):
    """Loops, filters and escaping are those of the library itself."""
    assert value(f"phantom.render_template({template!r}, {context!r})") == answer
    if context is not None:
        assert value(f"phantom.Template({template!r}).render(phantom.Context({context!r}))") == answer


@pytest.mark.observed
@pytest.mark.parametrize(("template", "error"), [
    ("{% for %}", "TemplateSyntaxError"), ("{% include '/etc/passwd' %}", "TemplateDoesNotExist"),
    ("{% extends 'x' %}", "TemplateDoesNotExist"), ("{% load static %}", "TemplateSyntaxError")])
def test_a_template_that_cannot_be_rendered_raises(block, template, error):
    """The library's own error; no file is ever read."""
    assert block(f"phantom.render_template({template!r}, {{}})").summary().message.startswith(f"{error}: ")


@pytest.mark.observed
@pytest.mark.parametrize("from_file", [False, True])
def test_html_becomes_a_pdf_file(value, tmp_path, from_file):
    """It returns True, and the file is a PDF of as many pages as the text needs."""
    html, target = "<h1>Bericht für Ämter</h1>" + "<p>line</p>" * 200, tmp_path / "report.pdf"
    source = tmp_path / "report.html"
    source.write_text(html, encoding="utf-8")
    call = "html_file_to_pdf" if from_file else "html_string_to_pdf"
    written = value(f"[phantom.{call}({str(source) if from_file else html!r}, {str(target)!r}), {TEXT % str(target)}]")
    assert written[0] is True
    pdf = base64.b64decode(written[1])
    assert pdf.startswith(b"%PDF-")
    assert uncompressed(pdf).count(b"/Type /Page ") + uncompressed(pdf).count(b"/Type /Page/") > 3
    assert not target.exists()


@pytest.mark.assumed
@pytest.mark.parametrize(("place", "there"), [("data:text/plain,public", True), ("file://{secret}", False),
                                              ("http://127.0.0.1:9/x", False)])
def test_a_pdf_holds_nothing_from_elsewhere(value, tmp_path, place, there):
    """Hostile HTML reads no file and no URL: what it attaches from there is left out."""
    secret, target = tmp_path / "secret.txt", tmp_path / "report.pdf"
    secret.write_text("secret", encoding="utf-8")
    html = f'<link rel="attachment" href="{place.format(secret=secret)}"><p>text</p>'
    written = value(f"[phantom.html_string_to_pdf({html!r}, {str(target)!r}), {TEXT % str(target)}]")
    assert (b"/EmbeddedFile" in uncompressed(base64.b64decode(written[1]))) is there


@pytest.mark.observed
@pytest.mark.parametrize("call", ["html_string_to_pdf('x', '/no/such/folder/x.pdf')",
                                  "html_file_to_pdf('/no/such/file.html', '/tmp/x.pdf')",
                                  "html_file_to_pdf('a\\0b', '/tmp/x.pdf')"])
def test_a_pdf_that_cannot_be_written_is_false(block, call):
    """With an error line that says why, as a public playbook expects."""
    run = block(f"phantom.{call}")
    assert run.summary().debug[-1] == "false"
    assert run.summary().debug[0].startswith(call.split("(")[0])


@pytest.mark.assumed
@pytest.mark.parametrize("place", ["/usr/way-x.pdf", "{there}/real.html", "{there}/../../../../../../usr/way-x.pdf"])
def test_a_pdf_is_written_as_the_playbook_itself_would(block, tmp_path, place):
    """To the run's own folder: a name that artifact data gives overwrites nothing, and leads nowhere else."""
    (tmp_path / "real.html").write_text("real", encoding="utf-8")
    run = block(f"phantom.html_string_to_pdf('x', {place.format(there=tmp_path)!r})")
    assert run.summary().debug[-1] == "false"
    assert "RefusedError" in run.summary().debug[0] or "refused to write to" in run.summary().debug[0]
    assert (tmp_path / "real.html").read_text(encoding="utf-8") == "real"
    assert not os.path.exists("/usr/way-x.pdf")


# -- apps and assets -----------------------------------------------------------------------------------------------

ASSETS = [{"name": "vt", "app": "VirusTotal", "actions": ["file reputation", "ip reputation"], "tags": ["cloud"],
           "type": "reputation"},
          {"name": "vt2", "app": "VirusTotal", "actions": ["file reputation", "ip reputation"], "tags": ["old"]},
          {"name": "fw", "app": "Firewall", "actions": ["block ip"], "tags": ["cloud", "edge"], "type": "firewall"}]


@pytest.fixture
def asked(incident, playbook):
    """What an expression gives where some assets are configured and one action has a stub."""

    def ask(expression):
        lab = Lab(incident, assets=ASSETS, records={"asset": [{"name": "fw", "product_name": "Wall", "id": 77}],
                                                    "app": [{"name": "Firewall", "type": "firewall"}]})
        lab.action("look up", asset="stubbed")(lambda parameter: [])
        run = lab.run(playbook(f"def on_start(container):\n    phantom.debug({expression})\n"))
        return eval(run.summary().debug[0])

    return ask


@pytest.mark.assumed
@tabled(("arguments", "names"), [
    ("", ["vt", "vt2", "fw"]), ("'file reputation'", ["vt", "vt2"]), ("action='File Reputation'", ["vt", "vt2"]),
    ("action='look up'", ["stubbed"]), ("action='nothing'", []), ("tags='cloud'", ["vt", "fw"]),
    ("action='ip reputation', tags=['old', 'edge']", ["vt2"]), ("tags=['none']", []),
])
def test_assets_are_those_that_an_action_would_run_on(asked, arguments, names):
    """The configured ones, or those of stubs and results for an action that none of them supports."""
    assert asked(f"phantom.get_asset_names({arguments})") == names
    assert [one["name"] for one in asked(f"phantom.get_assets({arguments})")] == names


@pytest.mark.assumed
def test_assets_by_type(asked):
    """The product type."""
    assert [one["name"] for one in asked("phantom.get_assets(types=['firewall', 'reputation'])")] == ["vt", "fw"]


@pytest.mark.observed
def test_an_asset_tells_its_name_and_product(asked):
    """Public playbooks read these two; a stored record is given as it is."""
    first, _, third = asked("phantom.get_assets()")
    assert (first["name"], first["product_name"], first["tags"]) == ("vt", "VirusTotal", ["cloud"])
    assert (third["id"], third["product_name"]) == (77, "Wall")


@pytest.mark.assumed
@tabled(("arguments", "names"), [
    ("", ["VirusTotal", "Firewall"]), ("action='block ip'", ["Firewall"]), ("asset='vt2'", ["VirusTotal"]),
    ("action='block ip', asset='vt'", []), ("app_type='firewall'", ["Firewall"]), ("app_type='none'", []),
])
def test_apps_are_those_of_the_assets(asked, arguments, names):
    """Each once."""
    assert [one["name"] for one in asked(f"phantom.get_apps({arguments})")] == names


# -- entry points --------------------------------------------------------------------------------------------------

@pytest.mark.assumed
@pytest.mark.parametrize(("call", "kind"), [("call_playbook_action_callback", "action"),
                                            ("call_playbook_custom_function_callback", "custom_function")])
def test_a_callback_is_called_from_json_texts(lab, playbook, call, kind):
    """Its arguments are what the texts say; only the loop state stays a text."""
    run = lab.run(playbook(f"""
def block(**kwargs):
    phantom.debug(sorted(kwargs.items()))
    return "returned"

def on_start(container):
    phantom.debug(phantom.{call}(block, '{{"name": "x"}}', 1, '{{"id": 3}}', '[1]', '', '{{"i": 1}}'))
    phantom.{call}(block, '', 0, '', '', '"h"', '')
"""))
    first, returned, second = run.summary().debug
    assert eval(first) == sorted({kind: {"name": "x"}, "success": True, "container": {"id": 3}, "results": [1],
                                  "handle": None, "loop_state_json": '{"i": 1}'}.items())
    assert returned == "returned"
    assert eval(second) == sorted({kind: None, "success": False, "container": None, "results": None,
                                   "handle": "h"}.items())
    assert [one["block"] for one in run.summary().invocations] == ["on_start", "block", "block"]


@pytest.mark.observed
def test_every_helper_is_tested():
    """No helper of the dump is left out of this file."""
    text = Path(__file__).read_text(encoding="utf-8")
    chapter = {name for name, entry in surface().functions.items() if entry.chapter == "helpers"}
    assert not [name for name in chapter if name not in text]


@pytest.mark.observed
@pytest.mark.parametrize("name", ["get_apps", "get_assets"])
def test_the_platforms_assets_are_not_for_custom_functions(lab, playbook, tmp_path, name):
    """As in the vendor's own self-test."""
    (tmp_path / "custom_functions").mkdir()
    (tmp_path / "custom_functions" / "probe.py").write_text(
        f"import phantom.rules as phantom\n\ndef probe(**kwargs):\n    phantom.{name}()\n", encoding="utf-8")
    lab.paths.append(tmp_path)
    run = lab.run(playbook('def on_start(container):\n    phantom.custom_function("local/probe", name="probe_1")\n'))
    assert f"RuntimeError: phantom.{name} cannot be called from within a custom function" in run.summary().message

"""Loading: unmodified source, blocks and helpers, exports, and what cannot be loaded."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from phantom_lab import InputError, Lab, Playbook, PlaybookLoadError
from phantom_lab.source.parsing import walk
from tests.table import tabled

MINIMAL = "import phantom.rules as phantom\n\n\ndef on_start(container):\n    phantom.debug('here')\n"


def blocks_of(run) -> list[str]:
    """Names of the invoked blocks, in order."""
    return [one["block"] for one in run.summary().invocations]


@tabled("name", ["geolocate_ip", "triage_phishing_sources", "two_actions_join", "no_outcome",
                "file_reputation_two_apps", "kwargs_callbacks"])
def test_the_sample_playbooks_load_unmodified(name: str, samples: Path):
    """Source is kept as it stands, and every block of it is found at its line."""
    file = samples / "playbooks" / f"{name}.py"
    loaded = Playbook.load(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert loaded.source == file.read_text(encoding="utf-8")
    assert loaded.name == name
    assert {block: lines[line - 1].split("(")[0] for block, line in loaded.blocks.items()} == {
        block: f"def {block}" for block in loaded.blocks}
    assert {"on_start", "on_finish"} <= loaded.blocks.keys()


def test_tracebacks_show_the_playbooks_own_lines(tmp_path: Path, lab: Lab):
    """The failure names file and line of the source, and no frame of the lab's own."""
    file = tmp_path / "broken.py"
    file.write_text("import phantom.rules as phantom\n\n\n@phantom.playbook_block()\ndef on_start(container):\n"
                    "    second(container=container)\n\n\ndef second(container=None, **kwargs):\n"
                    "    return {}['missing key']\n", encoding="utf-8")
    run = lab.run(file)
    assert run.status == "error"
    failure = next(one.failure for one in run.journal.events if getattr(one, "failure", None))
    assert (failure.type, failure.block, failure.file, failure.line) == ("KeyError", "second", "broken.py", 10)
    assert "return {}['missing key']" in failure.traceback
    assert f'File "{file}", line 10, in second' in failure.traceback
    assert "phantom_lab" not in failure.traceback.replace(str(tmp_path), "")
    assert run.summary().message == "KeyError: 'missing key' (block second, broken.py:10)"


def test_a_playbook_given_as_text_shows_its_lines_too(playbook, lab: Lab):
    """A notebook cell's playbook has no file, and its traceback has the lines all the same."""
    run = lab.run(playbook("def on_start(container):\n    raise ValueError('of line 3')\n"))
    failure = next(one.failure for one in run.journal.events if getattr(one, "failure", None))
    assert failure.line == 3
    assert "raise ValueError('of line 3')" in failure.traceback


@pytest.mark.parametrize(("coa", "kind", "inputs", "outputs"), [
    ({"playbook_type": "data", "input_spec": [{"name": "ip"}, {"name": "user"}], "output_spec": [{"name": "score"}]},
     "data", ("ip", "user"), ("score",)),
    ({"playbook_type": "automation", "input_spec": None, "output_spec": None}, "automation", (), ()),
    ({"input_spec": ["no object", {"no": "name"}]}, "automation", (), ()), (None, "automation", (), ()),
])
def test_the_export_beside_the_source_is_read(coa, kind: str, inputs, outputs, tmp_path: Path):
    """Type, inputs and outputs come from ``X.json`` beside ``X.py``."""
    (tmp_path / "flow.py").write_text(MINIMAL, encoding="utf-8")
    (tmp_path / "flow.json").write_text(json.dumps({"coa": coa}), encoding="utf-8")
    loaded = Playbook.load(tmp_path / "flow.py")
    assert (loaded.type, loaded.inputs, loaded.outputs) == (kind, inputs, outputs)


def test_an_input_that_the_playbook_does_not_have_is_refused(tmp_path: Path, lab: Lab):
    """The message names the inputs there are."""
    (tmp_path / "flow.py").write_text(MINIMAL, encoding="utf-8")
    (tmp_path / "flow.json").write_text('{"coa": {"input_spec": [{"name": "ip"}]}}', encoding="utf-8")
    with pytest.raises(InputError, match=r"playbook flow has no input 'ipp'\. It has ip\."):
        lab.run(tmp_path / "flow.py", inputs={"ipp": 1})


@tabled(("definition", "is_block"), [
    ("@phantom.playbook_block()\ndef f():", True), ("def f(container):", True), ("def f(*, container=None):", True),
    ("def f(**kwargs):", True), ("def f(container, /):", True), ("def f(a, b):", False), ("def f(*args):", False),
    ("def f():", False), ("def used(results):", True), ("if True:\n  def f(container=None):", True),
    ("try:\n  def f(x):", False), ("class C:\n  def f(self, container):", False),
])
def test_which_functions_are_blocks(definition: str, is_block: bool, playbook):
    """Decorated, used as a callback, or taking ``container`` or ``**kwargs``; any other function is a helper."""
    tail = "\nexcept Exception:\n    pass" if definition.startswith("try") else ""
    source = (f"{definition}\n    pass{tail}\n"
              "def on_start(container):\n    phantom.act('a', parameters=[{}], callback=used)\n")
    found = set(playbook(source).blocks) - {"on_start"}
    assert found == ({"used" if "used" in definition else "f"} if is_block else set())


def test_helpers_are_recorded_and_are_no_resting_place(playbook, lab: Lab):
    """A helper's arguments and value are in the journal; the invocations are those of blocks."""
    run = lab.run(playbook("def double(n):\n    return 2 * n\n"
                           "def on_start(container):\n    phantom.debug(double(21))\n"))
    helper = next(one for one in run.journal.events if type(one).__name__ == "HelperCalled")
    assert (helper.name, helper.line, helper.invocation) == ("double", 5, 1)
    assert (run.journal.get(helper.arguments["n"]), run.journal.get(helper.returned)) == (21, 42)
    assert blocks_of(run) == ["on_start"]


def test_dispatch_tables_defaults_and_decorators_go_through_invocations(playbook, lab: Lab):
    """However a block is reached, its invocation is seen."""
    run = lab.run(playbook("""
import functools

def seen(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

@seen
def decorated(container=None, **kwargs):
    phantom.debug("decorated")

def in_table(container=None, **kwargs):
    phantom.debug("in_table")

def by_default(container=None, then=in_table, **kwargs):
    then(container=container)

TABLE = {"key": in_table}

@phantom.playbook_block()
def on_start(container):
    TABLE["key"](container=container)
    by_default(container=container)
    decorated(container=container)
    functools.partial(in_table, container=container)()
    (lambda: decorated(container=container))()
"""))
    assert run.status == "success"
    assert blocks_of(run) == ["on_start", "in_table", "by_default", "in_table", "decorated", "in_table", "decorated"]
    assert run.summary().invocations[3]["cause"] == {"kind": "call", "name": None, "caller": "by_default"}


def test_two_runs_do_not_share_module_globals(playbook, lab: Lab):
    """Each run executes the source in a module of its own."""
    source = playbook("SEEN = []\ndef on_start(container):\n    SEEN.append(1)\n    phantom.debug(len(SEEN))\n")
    assert [lab.run(source).summary().debug for _ in range(2)] == [["1"], ["1"]]


def test_two_stepped_runs_do_not_meet(playbook, incident: Path):
    """Runs that are interleaved write to their own journals."""
    source = playbook("N = 0\ndef on_start(container):\n    again(container)\n"
                      "def again(container):\n    global N\n    N += 1\n    phantom.debug(N)\n")
    steppers = [Lab(incident).step(source) for _ in range(2)]
    for one in [*steppers, *steppers]:
        one.step()
    assert [one.run.summary().debug for one in steppers] == [["1"], ["1"]]


@pytest.mark.parametrize("statement", [
    "import phantom.rules as phantom", "from phantom import rules as phantom",
    "import phantom.rules as ph; phantom = ph", "from phantom.rules import *\nimport phantom.rules as phantom",
    "import phantom.rules\nphantom = phantom.rules",
])
def test_every_way_to_import_the_rules(statement: str, lab: Lab):
    """All published ways to import the API work, and leave no ``phantom`` in ``sys.modules``."""
    source = Playbook.from_source(f"{statement}\ndef on_start(container):\n    phantom.debug('here')\n", name="sample")
    assert lab.run(source).summary().debug == ["here"]
    assert [name for name in sys.modules if name.partition(".")[0] == "phantom"] == []


@pytest.mark.parametrize("statement", ["import phantom.cef", "from phantom import cef", "import phantom.app as x",
                                       "from phantom.cef import anything"])
def test_another_module_of_the_platform_is_a_named_gap(statement: str, playbook, lab: Lab):
    """The run ends as ``not_emulated``, naming module, block and line."""
    run = lab.run(playbook(f"def on_start(container):\n    try:\n        {statement}\n"
                           "    except Exception:\n        phantom.debug('swallowed')\n"))
    module = "phantom.app" if "app" in statement else "phantom.cef"
    assert run.status == "not_emulated"
    assert run.summary().gaps == {f"module {module}": 1}
    assert run.summary().debug == []
    assert f"sample:4: module {module} (chapter: modules) is not emulated yet (block on_start)" in (
        run.summary().message)


def test_a_gap_at_import_names_the_module(playbook, lab: Lab):
    """``import phantom.cef`` at the top of a playbook says what is missing, and where."""
    run = lab.run(playbook("import phantom.cef\ndef on_start(container):\n    pass\n"))
    assert run.status == "not_emulated"
    assert run.summary().message.startswith("sample:2: module phantom.cef (chapter: modules) is not emulated yet")


@pytest.mark.parametrize(("content", "message"), [
    (b"def on_start(container)\n    pass\n", ":1: syntax error: expected ':'"),
    (b"x = 1\n  y = 2\n", ":2: syntax error: unexpected indent"),
    (b"x = 1\n", "the playbook defines no on_start(container). The platform starts a playbook there."),
    (b"class C:\n    def on_start(self, container):\n        pass\n", "the playbook defines no on_start(container)"),
    (b"\xff\xfe\x00", "the playbook is not UTF-8 text"), (b"", "the playbook defines no on_start(container)"),
    (b"def on_start(container):\n    pass\n\nraise ValueError('of\\nmine')\n",
     ":4: the playbook raised ValueError when it was imported: of mine"),
    (b"import nothing_of_that_name\ndef on_start(container):\n    pass\n",
     ":1: the playbook raised ModuleNotFoundError when it was imported: No module named 'nothing_of_that_name'"),
    (b"def on_start(container):\n    pass\nraise SystemExit(3)\n", ":3: the playbook raised SystemExit"),
    (b"def f():\n    return 1 / 0\ndef on_start(container):\n    pass\nX = f()\n", "the playbook raised ZeroDivision"),
    (None, "no such playbook file. Looked in "),
])
def test_what_cannot_be_loaded_is_one_line(content: bytes | None, message: str, tmp_path: Path, lab: Lab):
    """The error names the file, the line where there is one, and what is wrong."""
    file = tmp_path / "flow.py"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(PlaybookLoadError) as caught:
        lab.run(file)
    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broken_export_is_one_line(tmp_path: Path):
    """An export that is no JSON is said to be broken, with its line: it is somebody's lost work."""
    (tmp_path / "flow.py").write_text(MINIMAL, encoding="utf-8")
    (tmp_path / "flow.json").write_text('{"coa":\n', encoding="utf-8")
    with pytest.raises(PlaybookLoadError, match=r"flow\.json:2: the playbook export file is not JSON.*Mend or remove"):
        Playbook.load(tmp_path / "flow.py")


@pytest.mark.parametrize("name", ["flow", "flow.py", "sub/flow", "flow.v2"])
def test_a_playbook_is_found_by_name_in_the_labs_folders(name: str, tmp_path: Path, incident: Path):
    """A bare name is looked for in ``paths``, with or without its ending."""
    file = tmp_path / "there" / (name if name.endswith(".py") else f"{name}.py")
    file.parent.mkdir(parents=True)
    file.write_text("\ufeff" + MINIMAL, encoding="utf-8")
    lab = Lab(incident, paths=[tmp_path / "not here", tmp_path / "there"])
    assert lab.run(name).summary().debug == ["here"]


def test_a_tree_is_walked_as_the_standard_library_does(samples: Path):
    """In the same order, also where a list holds what is no node; only what says how a name is used is left out."""
    odd = ("def f(a, /, b=1, *c, d, e=2, **g):\n    global h, i\n    with a as b, c:\n        del b[1:2]\n"
           "    match a:\n        case {'k': [1, *r], **s} | K(x=None, y=2): return {**a, 'b': f'{b!r:>{c}}'}\n"
           "    import j as k\n    return [lambda x=y: x async for y in z if not y]\n")
    texts = [odd.replace("def f", "async def f"), *(one.read_text(encoding="utf-8") for one in
                                                     sorted((samples / "playbooks").glob("*.py")))]
    for tree in map(ast.parse, texts):
        assert list(walk(tree)) == [one for one in ast.walk(tree) if not isinstance(one, ast.expr_context)]

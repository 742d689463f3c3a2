"""Loading at its edges: hostile source, names that change, decorators, and whose lines a traceback shows."""

from __future__ import annotations

import json
import warnings
from contextlib import suppress
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook, PlaybookLoadError

HEAD = "import phantom.rules as phantom\n"
START = "def on_start(container):\n    phantom.debug('here')\n"


def failure_of(run):
    """How the run failed."""
    return run.journal.events[-1].failures[0]


@pytest.mark.parametrize(("content", "message"), [
    (f"x = {'-' * 20_000}1\n{START}", "the source cannot be parsed: "),
    (f"x = {'(' * 500}1{')' * 500}\n{START}", "too many nested parentheses"),
    (f"x = 1\0\n{START}", "null bytes"),
    (f"{START}del on_start\n", "on_start is no function once the playbook is imported"),
    (f"{START}on_start = 5\n", "on_start is no function once the playbook is imported"),
    (f"{START}on_start = None\n", "on_start is no function once the playbook is imported"),
    (f"x = 1\n\nasync {START}",
     ":3: block on_start is an async function, which the platform never awaits. Write a plain def"),
    (f"{START}async def on_finish(container, summary): pass\n", ":3: block on_finish is an async function"),
    (f"{START}async def cb(results, **kwargs): pass\n", ":3: block cb is an async function"),
    (f"{START}@phantom.playbook_block()\nasync def cb(): pass\n", "block cb is an async function"),
], ids=lambda value: value[:20] if isinstance(value, str) else value)
def test_hostile_source_is_one_line(content: str, message: str, tmp_path: Path, lab: Lab):
    """From a file and from a text alike: the error names the file, the line where there is one, and what is wrong."""
    file = tmp_path / "flow.py"
    file.write_text(content, encoding="utf-8")
    for where, load in ((str(file), lambda: lab.run(file)),
                        ("sample", lambda: lab.run(Playbook.from_source(content, name="sample")))):
        with pytest.raises(PlaybookLoadError) as caught:
            load()
        assert where in str(caught.value)
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_null_byte_in_a_name_is_no_file(lab: Lab):
    """It is not found, like any other name without a file."""
    with pytest.raises(PlaybookLoadError, match="no such playbook file"):
        lab.run("flow\0.py")


@pytest.mark.parametrize("coa", [{"input_spec": 5}, {"input_spec": "ip"}, {"input_spec": {"name": "ip"}}, 5, [],
                                 {"input_spec": [5, None, [], {"name": None}], "output_spec": True},
                                 {"playbook_type": None}])
def test_an_export_of_another_shape_says_nothing(coa, tmp_path: Path, lab: Lab):
    """The playbook runs as one without an export."""
    (tmp_path / "flow.py").write_text(HEAD + START, encoding="utf-8")
    (tmp_path / "flow.json").write_text(json.dumps({"coa": coa}), encoding="utf-8")
    loaded = Playbook.load(tmp_path / "flow.py")
    assert (loaded.type, loaded.inputs, loaded.outputs) == ("automation", (), ())
    assert lab.run(loaded).summary().debug == ["here"]


@pytest.mark.parametrize("decorator", [
    ("def seen(function):\n    def wrapper(*args, **kwargs):\n        return function(*args, **kwargs)\n"
     "    return wrapper"),
    "import functools\ndef seen(function):\n    return functools.partial(function)",
    "def seen(function):\n    return lambda *args, **kwargs: function(*args, **kwargs)",
    ("class seen:\n    def __init__(self, function): self.function = function\n"
     "    def __call__(self, *args, **kwargs): return self.function(*args, **kwargs)"),
], ids=["plain wrapper", "partial", "lambda", "object"])
def test_a_decorated_block_keeps_its_name(decorator: str, playbook, lab: Lab):
    """Whatever a decorator returns, the invocation, its cause and its line are those of the ``def``."""
    lab.action("look")(lambda parameter: [])
    run = lab.run(playbook(f"""{decorator}
@seen
def first(container=None, **kwargs):
    phantom.act("look", assets=["x"], name="one", callback=second)
@seen
def second(container=None, **kwargs):
    first_again(container=container)
@seen
def first_again(container=None, **kwargs): raise ValueError("x")
@seen
def on_start(container):
    first(container=container)
"""))
    assert [(one["block"], one["cause"]["kind"], one["cause"]["caller"]) for one in run.summary().invocations] == [
        ("on_start", "start", None), ("first", "call", "on_start"), ("second", "action", "first"),
        ("first_again", "call", "second")]
    assert run.summary().message.startswith("ValueError: x (block first_again, sample:")


def test_two_texts_of_one_name_keep_their_own_lines(lab: Lab):
    """A notebook cell that is changed and run again does not change what the first run's traceback shows."""
    texts = [f"{HEAD}def on_start(container):\n    raise ValueError('{word}')  # of the {word}\n" for word in ("one",
                                                                                                               "two")]
    loaded = [Playbook.from_source(text, name="same") for text in texts]
    runs = [lab.prepare(one) for one in loaded]
    tracebacks = [failure_of(run.execute()).traceback for run in runs]
    for word, other, traceback in zip(("one", "two"), ("two", "one"), tracebacks, strict=True):
        assert f"# of the {word}" in traceback
        assert other not in traceback


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"], ids=repr)
@pytest.mark.parametrize("form", ["text", "file"])
def test_only_newlines_count_as_lines(form: str, mark: str, lab: Lab, tmp_path: Path):
    """Other separators inside a literal move no line of a traceback."""
    text = (f"{HEAD}X = 'a{mark}b'\ndef on_start(container):\n    phantom.debug(repr(X))\n"
            "    raise ValueError(X)  # here\n")
    (tmp_path / "flow.py").write_text(text, encoding="utf-8")
    run = lab.run(Playbook.from_source(text, name="flow") if form == "text" else tmp_path / "flow.py")
    assert run.summary().debug == [repr(f"a{mark}b")]
    assert failure_of(run).line == 5
    assert "# here" in failure_of(run).traceback


def test_a_traceback_shows_the_playbooks_callers(playbook, lab: Lab):
    """From the block that the engine invoked down to the line that raised, through blocks and helpers."""
    run = lab.run(playbook("def on_start(container):\n    first(container)  # 1\n"
                           "def first(container):\n    helper()  # 2\n"
                           "def helper():\n    second(container=None)  # 3\n"
                           "def second(container):\n    raise ValueError('x')  # 4\n"))
    failure = failure_of(run)
    assert (failure.block, failure.line) == ("second", 9)
    shown = [line.strip() for line in failure.traceback.splitlines() if "# " in line]
    assert [line.rpartition("# ")[2] for line in shown] == ["1", "2", "3", "4"]
    assert "phantom_lab" not in failure.traceback
    assert failure.traceback.endswith("ValueError: x\n")


def test_a_deeply_nested_decorator_is_no_traceback_of_ours():
    """Whether it decorates a block is found without writing it out."""
    source = f"@({'+'.join(['1'] * 850)})\ndef helper(x): pass\ndef on_start(container): pass\n"
    with pytest.raises(PlaybookLoadError, match="not callable"):
        Lab({"name": "x"}).run(Playbook.from_source(source, name="deep"))


def test_a_source_that_is_too_deep_to_be_compiled_is_told():
    """It may be parsed all the same; which is which does not depend on the stack of whoever asks."""
    source = "def on_start(container):\n    return {}\n"
    for depth in range(500, 4000, 190):
        with suppress(PlaybookLoadError):
            Lab({"name": "x"}).run(Playbook.from_source(source.format("+".join(["1"] * depth)), name="deep"))


def test_a_literal_that_is_only_odd_is_no_warning(lab: Lab, tmp_path: Path):
    """Python 3.12 warns of it aloud, for every parse; where warnings are errors, it would be a syntax error."""
    file = tmp_path / "flow.py"
    file.write_text("import re\nimport phantom.rules as phantom\ndef on_start(container):\n"
                    "    phantom.debug(re.match('\\d+', '12x').group())\n", encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = lab.run(Playbook.load(file))
        assert (run.status, run.summary().debug) == ("success", ["12"])
        assert run.report()


@pytest.mark.parametrize("levels", [20_000, 200_000])
def test_what_python_cannot_compile_is_told(levels: int):
    """In one line, wherever it gives up: while it parses or while it compiles."""
    source = f"import phantom.rules as phantom\ndef on_start(container):\n    print({'+'.join(['1'] * levels)})\n"
    with pytest.raises(PlaybookLoadError, match=r"the source cannot be parsed|an expression is nested"):
        Lab({"name": "x"}).run(Playbook.from_source(source, name="deep"))

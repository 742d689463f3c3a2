"""Apps made with the vendor's Python SDK: their source says what a manifest would, and is never executed.

The expected manifests follow the SDK's own serializers; public apps have been compared with what the SDK makes of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab
from phantom_lab.apps import Apps
from phantom_lab.apps.sdk.app import read_app

PROJECT = """
[project]
name = "star-map"
version = "2.1.0"
dependencies = ["splunk-soar-sdk>=3.1"]

[tool.soar.app]
main_module = "src.app:app"
"""
HEAD = """
raise SystemExit("never executed")
from soar_sdk.action_results import ActionOutput, OutputField, PermissiveActionOutput, MakeRequestOutput
from soar_sdk.app import App
from soar_sdk.params import MakeRequestParams, OnPollParams, Param, Params
"""
APP = f"""{HEAD}
app = App(name="Star Map", app_type="information", logo="a.svg", logo_dark="b.svg", product_vendor="Sky",
          product_name="Stars", publisher="Us", appid="0b1c2d3e-0000-4000-8000-000000000001")
"""
STATUS = ["action_result.status", "action_result.message"]
TOTALS = ["summary.total_objects", "summary.total_objects_successful"]


def made(folder: Path, main: str, project: str = PROJECT, **files: str) -> tuple[dict[str, Any], list[str]]:
    """The manifest of an app, and what could not be read; further files are named below ``src``."""
    written = {"pyproject.toml": project, "src/app.py": main,
               **{f"src/{name}.py": text for name, text in files.items()}}
    for name, text in written.items():
        path = folder / "star_app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    problems: list[str] = []
    found = read_app(folder / "star_app", problems)
    assert found is not None, problems
    return found, problems


def action(folder: Path, body: str, **files: str) -> dict[str, Any]:
    """The only action that a body defines, without any problem."""
    found, problems = made(folder, f"{APP}{body}", **files)
    assert problems == []
    (one,) = found["actions"]
    assert isinstance(one, dict)
    return one


def paths(one: dict[str, Any]) -> list[str]:
    """Paths of the action's own output."""
    return [each["data_path"] for each in one["output"] if each["data_path"] not in (*STATUS, *TOTALS)]


def test_an_app_is_what_its_source_says(tmp_path: Path):
    """Name and id from the source, the version from the project."""
    found, problems = made(tmp_path, f'''{APP}
@app.action(action_type="investigate", read_only=True)
def look_up_star(params: Params) -> ActionOutput:
    """Look up a star."""
''')
    assert problems == []
    assert found == {
        "name": "Star Map", "appid": "0b1c2d3e-0000-4000-8000-000000000001", "product_vendor": "Sky",
        "product_name": "Stars", "publisher": "Us", "app_type": "information", "app_version": "2.1.0", "complete": True,
        "actions": [{"action": "look up star", "identifier": "look_up_star", "description": "Look up a star.",
                     "type": "investigate", "read_only": True, "parameters": {}, "output": [
                         {"data_path": STATUS[0], "data_type": "string", "example_values": ["success", "failure"]},
                         {"data_path": STATUS[1], "data_type": "string"},
                         *({"data_path": one, "data_type": "numeric", "example_values": [1]} for one in TOTALS)]}]}


@pytest.mark.parametrize(("field", "said"), [
    ("star: str", {"data_type": "string", "required": True}),
    ("star: str | None", {"data_type": "string", "required": False}),
    ("star: Optional[str]", {"data_type": "string", "required": False}),
    ("star: Union[None, int]", {"data_type": "numeric", "required": False}),
    ("star: float = 2.5", {"data_type": "numeric", "required": True, "default": 2.5}),
    ("star: bool = Param(default=False)", {"data_type": "boolean", "required": True, "default": False}),
    ("star: str = Param(required=False)", {"data_type": "string", "required": False}),
    ("star: str = Param('Which', False, True)", {"required": False, "primary": True, "description": "Which"}),
    ("star: str = Param(sensitive=True)", {"data_type": "password", "required": True}),
    ("star: str = Param(cef_types=['host name'], value_list=KINDS, allow_list=True)",
     {"contains": ["host name"], "value_list": ["a", "b", "c"], "allow_list": True}),
    ("star: str = Param(description=f'{WORD} it', default=WORD)", {"description": "look it", "default": "look"}),
    ("star: Annotated[int, 'x'] = Param(default=-1)", {"data_type": "numeric", "default": -1}),
    ("star: 'str | None' = None", {"data_type": "string", "required": False}),
    ("star: Alias", {"data_type": "string", "required": False}),
    ("star: str = Field(default='x', json_schema_extra={'required': False, 'cef_types': ['ip']})",
     {"required": False, "default": "x", "contains": ["ip"]}),
])
def test_a_parameter_is_read_as_the_sdk_takes_it(tmp_path: Path, field: str, said: dict[str, Any]):
    """From its annotation, and what it is described with."""
    one = action(tmp_path, f"""
from typing import Annotated, Optional, Union
from pydantic import Field
WORD = "look"
KINDS = ["a", *["b"]] + list(("c",))
Alias = Optional[str]

class StarParams(Params):
    {field}

@app.action()
def look_up(params: StarParams) -> ActionOutput: ...
""")
    assert {**one["parameters"]["star"], **said} == one["parameters"]["star"]


def test_a_name_that_python_cannot_have_is_an_alias(tmp_path: Path):
    """Private names, class variables and settings are no fields."""
    one = action(tmp_path, """
from typing import ClassVar

class StarParams(Params):
    star_name: str = Param(alias="star-name")
    _cache: str = "x"
    model_config = {}
    kinds: ClassVar[list[str]] = []

class Out(ActionOutput):
    under: str = OutputField(alias="_under")

@app.action()
def look_up(params: StarParams) -> Out: ...
""")
    assert list(one["parameters"]) == ["star-name"]
    assert paths(one) == ["action_result.parameter.star-name", "action_result.data.*._under"]


def test_outputs_are_paths_through_classes_and_lists(tmp_path: Path):
    """With types, examples, what they contain, and columns in the order of parameters, data and summary."""
    one = action(tmp_path, """
class Planet(ActionOutput):
    name: str = OutputField(example_values=["b"], column_name="Planet")
    habitable: bool | None

class Star(ActionOutput):
    name: str = OutputField(cef_types=["host name"], example_values=["Vega"], column_name="Star")
    planets: list[Planet]
    grid: list[list[int]]
    nearest: "Planet | None" = None

class Summary(ActionOutput):
    total: int = OutputField(column_name="Total")

class StarParams(Params):
    star: str = Param(cef_types=["host name"], column_name="Asked")

@app.action(name="look up star", identifier="lookup", summary_type=Summary)
def look_up(params: StarParams) -> Star: ...
""")
    assert (one["action"], one["identifier"]) == ("look up star", "lookup")
    data = "action_result.data.*"
    assert one["output"][2:-2] == [
        {"data_path": "action_result.parameter.star", "data_type": "string", "contains": ["host name"],
         "column_name": "Asked", "column_order": 0},
        {"data_path": f"{data}.name", "data_type": "string", "contains": ["host name"], "example_values": ["Vega"],
         "column_name": "Star", "column_order": 1},
        {"data_path": f"{data}.planets.*.name", "data_type": "string", "example_values": ["b"],
         "column_name": "Planet", "column_order": 2},
        {"data_path": f"{data}.planets.*.habitable", "data_type": "boolean", "example_values": [True, False]},
        {"data_path": f"{data}.grid.*.*", "data_type": "numeric"},
        {"data_path": f"{data}.nearest.name", "data_type": "string", "example_values": ["b"], "column_name": "Planet",
         "column_order": 3},
        {"data_path": f"{data}.nearest.habitable", "data_type": "boolean", "example_values": [True, False]},
        {"data_path": "action_result.summary.total", "data_type": "numeric", "column_name": "Total",
         "column_order": 4}]


def test_a_class_has_the_fields_of_its_bases_first(tmp_path: Path):
    """One that is named again keeps its place, and takes the new type."""
    one = action(tmp_path, """
from enum import Enum
class Kind(Enum):
    A = "a"

class Base(ActionOutput):
    name: str
    size: int

class Mixin(ActionOutput):
    mixed: str

class Star(Mixin, Base):
    colour: str = OutputField(example_values=[Kind.A.value])
    size: str

@app.action()
def look_up(params: Params) -> list[Star]: ...
""")
    assert [(each["data_path"][21:], each["data_type"]) for each in one["output"][2:-2]] == [
        ("name", "string"), ("size", "string"), ("mixed", "string"), ("colour", "string")]
    assert one["output"][-3]["example_values"] == ["a"]


def test_an_output_that_is_open_admits_further_fields(tmp_path: Path):
    """The SDK's manifest has no word for it; here the path stands without a type."""
    one = action(tmp_path, """
class Star(PermissiveActionOutput):
    name: str

@app.action()
def look_up(params: Params) -> Star: ...
""")
    assert paths(one) == ["action_result.data.*", "action_result.data.*.name"]
    known = Apps.load(tmp_path / "star_app").known("look up", name="Stars")
    assert known is not None
    assert known.undeclared("action_result.data.*.anything") is None
    assert known.source == "SDK app Star Map 2.1.0"


SPECIAL = """
@app.test_connectivity()
def test_connectivity(asset) -> None: ...

@app.on_poll()
def on_poll(params: OnPollParams): yield

@app.on_es_poll()
def poll(params): yield

class Request(MakeRequestParams):
    endpoint: str = Param(description="Where", required=True)

@app.make_request()
def request(params: Request, asset) -> MakeRequestOutput: ...
"""


def test_the_actions_that_every_app_has(tmp_path: Path):
    """Of the SDK's own classes the fields are known."""
    found, problems = made(tmp_path, APP + SPECIAL)
    actions = {one["identifier"]: one for one in found["actions"]}
    assert problems == []
    assert {name: (one["action"], one["type"], one["read_only"], list(one["parameters"]), len(one["output"]))
            for name, one in actions.items()} == {
        "test_connectivity": ("test connectivity", "test", True, [], 4),
        "on_poll": ("on poll", "ingest", True,
                    ["start_time", "end_time", "container_count", "artifact_count", "container_id"], 0),
        "on_es_poll": ("on es poll", "ingest", True, ["start_time", "end_time", "container_count"], 0),
        "make_request": ("make request", "generic", False,
                         ["http_method", "endpoint", "headers", "query_parameters", "body", "timeout", "verify_ssl"],
                         13)}
    assert actions["make_request"]["parameters"]["endpoint"]["required"] is True
    assert actions["make_request"]["parameters"]["headers"]["required"] is False


ONE = "@app.action()\ndef look_up(params: StarParams) -> Star: ...\n"
CLASSES = "class StarParams(Params):\n    star: str\n\nclass Star(ActionOutput):\n    name: str\n"
CALLED = "app.register_action(action=f, name='look up', params_class=StarParams, output_class=Star)\n"
TWO = "@app.action()\ndef f(params: Params) -> ActionOutput: ...\n"
FACTORY = """
from .register import register

class OurApp(App):
    pass

def create():
    made = OurApp(name="Star Map", appid="x")
    register(made)
    return made
"""
PLAIN = "def look_up(params: StarParams) -> Star: ...\n"


@pytest.mark.parametrize(("main", "files"), [
    (f"{APP}from .actions import look\n", {"actions/look": f"{HEAD}from ..app import app\n{CLASSES}{ONE}"}),
    (f"{APP}import actions.look\n", {"actions/look": f"{HEAD}from app import app\n{CLASSES}{ONE}"}),
    (f"{APP}from star_app.src.actions import look\n",
     {"actions/look": f"{HEAD}from star_app.src.app import app\n{CLASSES}{ONE}"}),
    (f"{APP}from .models import *\n{ONE}", {"models": HEAD + CLASSES}),
    (f"{APP}from . import models\nStarParams = models.StarParams\n{ONE.replace('-> Star', '-> models.Star')}",
     {"models": HEAD + CLASSES}),
    (f"{APP}from .actions import look_up\napp.register_action(look_up)\n",
     {"actions/__init__": "from .look import look_up\n", "actions/look": HEAD + CLASSES + PLAIN}),
    (f'{APP}app.register_action("actions.look:look_up")\n', {"actions/look": HEAD + CLASSES + PLAIN}),
    (f'{APP}app.register_action("actions.look.look_up")\n', {"actions/look": HEAD + CLASSES + PLAIN}),
    (f"{APP}{CLASSES}def f(params): ...\n{CALLED}", {}),
    (f"{APP}{CLASSES}{PLAIN}app.action()(look_up)\n", {}),
    ("from .making import create\napp = create()\n",
     {"making": f"{HEAD}{FACTORY}",
      "register": f"{HEAD}{CLASSES}{PLAIN}def register(to: App) -> None:\n    to.register_action(look_up)\n"}),
    ("def create_app():\n    from .made import app as one\n    return one\napp = create_app()\n" + HEAD,
     {"made": f"{APP}{CLASSES}{ONE}"}),
])
def test_an_action_is_found_wherever_it_is_registered(tmp_path: Path, main: str, files: dict[str, str]):
    """By a decorator or a call, in any file that the main one imports, through factories and texts."""
    found, problems = made(tmp_path, main, **files)
    assert problems == []
    assert [(one["action"], list(one["parameters"]), paths(one)[1:]) for one in found["actions"]] == [
        ("look up", ["star"], ["action_result.data.*.name"])]


@pytest.mark.parametrize(("body", "told", "complete"), [
    ("for one in (a, b):\n    app.register_action(one)\n",
     "src/app.py:10: the function of this action is computed: the action is not read", False),
    ("@app.action(name=word())\ndef f(params: Params) -> ActionOutput: ...\n",
     "src/app.py:9: the name of this action is computed: the action is not read", False),
    ("@app.action()\ndef f(params: made()) -> ActionOutput: ...\n",
     "src/app.py:9: the class of the parameters of 'f' is computed, and not read", True),
    ("@app.action()\ndef f(params: Params) -> made(): ...\n",
     "src/app.py:9: the class of the output of 'f' is computed, and not read", True),
    ("class P(Params):\n    x: dict\n@app.action()\ndef f(params: P) -> ActionOutput: ...\n",
     "src/app.py:10: the field 'x' is of a type that the SDK has no word for (dict)", True),
    ("class P(Params):\n    x: str = Param(required=word())\n@app.action()\ndef f(params: P) -> ActionOutput: ...\n",
     "src/app.py:10: 'required' is computed, and not read", True),
    ("class O(ActionOutput):\n    name: str\n    next: list['O']\n@app.action()\ndef f(params: Params) -> O: ...\n",
     "src/app.py:9: the class holds itself: its fields below action_result.data.*.next.* are left out", True),
    (f"{TWO}@app.action(identifier='f')\n{TWO.splitlines()[1].replace('def f', 'def g')}\n",
     "src/app.py:11: a second action has the identifier 'f', and is left out", True),
    ("from .broken import f\n", "src/broken.py:1: cannot be read by this Python: invalid syntax", True),
])
def test_what_only_executing_it_could_tell_is_told_in_one_line(tmp_path: Path, body: str, told: str, complete: bool):
    """With file and line; an app some of whose actions are not read may have any."""
    found, problems = made(tmp_path, APP + body, broken="def (:\n")
    assert problems == [f"star_app/{told}"]
    assert found["complete"] is complete
    known = Apps.load(tmp_path / "star_app").known("anything", name="Stars")
    assert (known is not None) is complete


def test_an_action_whose_class_is_computed_is_held_against_nothing(tmp_path: Path):
    """Neither its parameters nor its outputs are known."""
    made(tmp_path, f"{APP}@app.action()\ndef f(params: made()) -> made(): ...\n")
    known = Apps.load(tmp_path / "star_app").known("f", name="Stars")
    assert known is not None
    assert (known.misses({}), known.unknown(["x"]), known.undeclared("action_result.data.*.x")) == (None, [], None)


@pytest.mark.parametrize(("version", "read_only"), [(">=3.1", True), (">=4.0,<5", False), ("", None)])
def test_what_an_action_is_that_does_not_say_whether_it_reads_only(tmp_path: Path, version: str,
                                                                   read_only: bool | None):
    """The SDK's default has changed with version 4."""
    found, _ = made(tmp_path, f"{APP}@app.action()\ndef f(params: Params) -> ActionOutput: ...\n",
                    PROJECT.replace(">=3.1", version))
    assert found["actions"][0].get("read_only") is read_only


def test_the_version_that_is_locked_decides(tmp_path: Path):
    """The project may allow others."""
    (tmp_path / "star_app").mkdir()
    lock = '[[package]]\nname = "splunk-soar-sdk"\nversion = "7.0.3"\n'
    (tmp_path / "star_app" / "uv.lock").write_text(lock, "utf-8")
    found, _ = made(tmp_path, f"{APP}@app.action()\ndef f(params: Params) -> ActionOutput: ...\n")
    assert found["actions"][0]["read_only"] is False


def test_a_folder_the_project_file_and_a_folder_of_apps_are_taken(tmp_path: Path):
    """Beside manifests; an older one of the same app is asked after it."""
    made(tmp_path, f"{APP}@app.action()\ndef look_up(params: Params) -> ActionOutput: ...\n")
    (tmp_path / "moon.json").write_text('{"name": "Moon Map", "appid": "m", "actions": []}', "utf-8")
    for given, count in ((tmp_path / "star_app", 1), (tmp_path / "star_app" / "pyproject.toml", 1), (tmp_path, 2)):
        apps = Apps.load(given)
        assert (len(apps), apps.problems) == (count, [])
        assert apps.find("look up", name="star map").source == "SDK app Star Map 2.1.0"


@pytest.mark.parametrize(("project", "main", "told"), [
    (PROJECT.replace("src.app:app", "src.other:app"), APP, "the main module 'src.other' of the app cannot be read"),
    (PROJECT.replace("src.app", "/etc/passwd"), APP, "of the app cannot be read"),
    (PROJECT.replace("src.app:app", "../../other:app"), APP, "of the app cannot be read"),
    (PROJECT, "app = made()\n", "which App(…) 'app' is, is computed: the app is not read"),
    (PROJECT, f"{HEAD}a = App(name='A')\nb = App(name='B')\n", "which App(…) 'app' is, is computed"),
    (PROJECT, "(" * 10_000, "cannot be read"),
])
def test_a_folder_without_a_readable_app_is_refused_in_one_line(tmp_path: Path, project: str, main: str, told: str):
    """And nothing outside of the folder is read."""
    (tmp_path / "star_app" / "src").mkdir(parents=True)
    (tmp_path / "star_app" / "pyproject.toml").write_text(project, "utf-8")
    (tmp_path / "star_app" / "src" / "app.py").write_text(main, "utf-8")
    (tmp_path / "other.py").write_text(APP, "utf-8")
    with pytest.raises(InputError) as caught:
        Apps.load(tmp_path / "star_app")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_projects_of_other_kinds_are_passed_by(tmp_path: Path):
    """A project file alone is no app."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", "utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pyproject.toml").write_text("[", "utf-8")
    (tmp_path / "moon.json").write_text('{"name": "Moon Map", "appid": "m", "actions": []}', "utf-8")
    assert (len(Apps.load(tmp_path)), Apps.load(tmp_path).problems) == (1, [])


@pytest.mark.parametrize("field", ["x: str", "pass"])
def test_classes_that_multiply_are_cut(tmp_path: Path, field: str):
    """Each level doubles what is below, be it paths or nothing."""
    levels = "".join(f"class L{n}(ActionOutput):\n    a: L{n - 1}\n    b: L{n - 1}\n" for n in range(1, 30))
    found, problems = made(tmp_path, f"{APP}class L0(ActionOutput):\n    {field}\n{levels}"
                                     "@app.action()\ndef f(params: Params) -> L29: ...\n")
    assert len(found["actions"][0]["output"]) < 20_100
    assert any("more than 20,000 fields of one action are not read" in one for one in problems)


def test_a_run_is_given_results_of_an_sdk_app_and_told_what_could_not_be_read(
        tmp_path: Path, incident: Path, playbook: Any, capsys: pytest.CaptureFixture[str]):
    """As of a manifest; in a notebook the note lands in the cell."""
    made(tmp_path, f"""{APP}
class StarParams(Params):
    star: str

class Star(ActionOutput):
    name: str = OutputField(example_values=["Vega"])

@app.action()
def look_up(params: StarParams) -> Star: ...

for one in others:
    app.register_action(one)
""")
    lab = Lab(incident, apps=tmp_path / "star_app", generate=True)
    assert "the function of this action is computed" in capsys.readouterr().err
    run = lab.run(playbook("""
def on_start(container):
    phantom.act("look up", parameters=[{"star": "x"}], assets=["star_map"], name="star_1", callback=done)

def done(action=None, success=None, container=None, results=None, handle=None):
    phantom.debug(phantom.collect2(container=container, datapath=["star_1:action_result.data.*.name"],
                                   action_results=results))
"""))
    assert run.summary().debug == ["[['Vega']]"]


@pytest.mark.parametrize("files", [
    {"a": "".join(f"v{n} = [v{n - 1}, v{n - 1}]\n" for n in range(40, 0, -1)), "b": ""},
    {"a": "".join(f"v{n} = f'{{v{n - 1}}}{{v{n - 1}}}'\n" for n in range(40, 0, -1)) + "v0 = 'x'\n", "b": ""},
    {"a": "from .b import *\nfrom .a import *\nfrom . import b\n" * 30,
     "b": "from .a import *\nfrom .b import *\n" * 30},
    {"a": "class v40(v40): pass\n" + "".join(
        f"class {one}{n}(v{n - 1}, w{n - 1}): pass\n" for n in range(1, 40) for one in "vw"), "b": ""},
    {"a": "v40 = v40\nfrom .b import v40\n", "b": "from .a import v40\n"},
    {"a": "v40 = " + "[" * 80 + "]" * 80, "b": ""}, {"a": "x.action(1)\n" * 20_000, "b": "raise\n" * 9},
])
def test_sources_that_would_take_for_ever_are_read_in_no_time(tmp_path: Path, files: dict[str, str]):
    """Names, classes and imports that multiply or lead in circles."""
    found, problems = made(tmp_path, f"""{APP}from .a import *
from .b import *
class P(Params):
    star: str = Param(value_list=v40)

class O(v40, ActionOutput):
    x: v40
    y: str

@app.action()
def f(params: P) -> O: ...
""", **files)
    assert "action_result.data.*.y" in paths(found["actions"][0])
    assert all("\n" not in one for one in problems)

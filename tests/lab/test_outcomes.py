"""What actions come back with: stubs, the results file, the MaxMind app, or a question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import ActionCall, InputError, Lab, Playbook, failure, success

LINE = "def on_start(container):\n"
GEO = LINE + "    phantom.act('geolocate ip', parameters=[{'ip': '1.1.1.1'}], name='geo', assets=['maxmind'])\n"


@pytest.fixture
def ask(playbook):
    """Run one action with the given parameter sets on the given assets; its results, or the run where it has none."""

    def run(lab: Lab, parameters: Any = ({"ip": "1.1.1.1"},), assets: Any = ("whois",), action: str = "whois ip"):
        return lab.run(playbook(f"{LINE}    phantom.act({action!r}, parameters={list(parameters)!r}, "
                                f"assets={list(assets)!r}, name='block_1')\n"))

    return run


def answers(run) -> list[tuple[str, dict[str, Any]]]:
    """Asset and action result, in order, of the only action run."""
    (action_run,) = run.summary().action_runs
    return [(app_run["asset"], one) for app_run in action_run["results"] for one in app_run["action_results"]]


def only(run) -> dict[str, Any]:
    """The only action result."""
    ((_, result),) = answers(run)
    return result


def sources(run) -> list[str]:
    """Who gave each outcome."""
    return [one.source for one in run.journal.events if type(one).__name__ == "OutcomeGiven"]


def test_a_stub_answers_before_the_results_file_and_that_before_the_maxmind_app(incident: Path, playbook):
    """Providers are asked in order: stub, results file, local app; the first that knows decides."""
    pytest.importorskip("maxminddb")
    results = [{"action": "geolocate ip", "data": [{"country_name": "of the file"}]}]
    lab = Lab(incident, results=results)
    choice = {"stub": True}

    @lab.action("geolocate ip")
    def locate(parameter):
        return [{"country_name": "of the stub"}] if choice["stub"] else None

    first = lab.run(playbook(GEO))
    choice["stub"] = False
    second = lab.run(playbook(GEO))
    third = Lab(incident).run(playbook(GEO))
    assert [only(run)["data"][0]["country_name"] for run in (first, second, third)] == [
        "of the stub", "of the file", "Australia"]
    assert [one.split(" (")[0] for run in (first, second, third) for one in sources(run)] == [
        "stub locate", "results[0]", "MaxMind app"]


def test_the_maxmind_app_can_be_left_out(incident: Path, playbook):
    """``maxmind=False`` leaves ``geolocate ip`` to nobody."""
    assert Lab(incident, maxmind=False).run(playbook(GEO)).status == "needs_outcome"


def test_a_maxmind_database_that_cannot_be_opened_is_an_input_error(tmp_path: Path, incident: Path):
    """A database that somebody names is opened at once."""
    pytest.importorskip("maxminddb")
    (tmp_path / "bad.mmdb").write_bytes(b"no database")
    for name in ("bad.mmdb", "missing.mmdb"):
        with pytest.raises(InputError, match=rf"{name}: the MaxMind database cannot be opened"):
            Lab(incident, maxmind=tmp_path / name)


@pytest.mark.parametrize(("stub", "seen"), [
    (lambda parameter: [parameter["ip"]], ["1.1.1.1"]), (lambda anything: [anything["ip"]], ["1.1.1.1"]),
    (lambda asset, number: [asset, number], ["whois", 1]), (lambda action: [action], ["whois ip"]),
    (lambda name: [name], ["block_1"]), (lambda: ["nothing"], ["nothing"]),
    (lambda call: [isinstance(call, ActionCall), call.app, call.name], [True, "whois", "block_1"]),
    (lambda parameter, more=5: [parameter["ip"], more], ["1.1.1.1", 5]),
])
def test_a_stub_declares_what_it_wants(stub, seen: list[Any], lab: Lab, ask):
    """Arguments are given by name; a single one of another name is the parameter."""
    lab.action("whois ip")(stub)
    assert only(ask(lab))["data"] == seen


@pytest.mark.parametrize(("answer", "expected"), [
    ([{"a": 1}], ("success", "", [{"a": 1}], {})), ([], ("success", "", [], {})), ({}, ("success", "", [], {})),
    ({"data": {"a": 1}}, ("success", "", [{"a": 1}], {})), ({"data": None}, ("success", "", [], {})),
    ({"summary": {"total_hits": 3}}, ("success", "Total hits: 3", [], {"total_hits": 3})),
    ({"status": "failed", "message": "no"}, ("failed", "no", [], {})),
    (success([{"a": (1, 2)}], summary={"n": 1}), ("success", "N: 1", [{"a": [1, 2]}], {"n": 1})),
    (success(message="said"), ("success", "said", [], {})), (failure("no"), ("failed", "no", [], {})),
    (failure("no", data=[1], summary={"n": 1}), ("failed", "no", [1], {"n": 1})),
])
def test_what_a_stub_may_return(answer: Any, expected: tuple[Any, ...], lab: Lab, ask):
    """A list is the data of a success; an object has status, message, summary and data, all optional."""
    lab.action("whois ip")(lambda parameter: answer)
    result = only(ask(lab))
    assert (result["status"], result["message"], result["data"], result["summary"]) == expected


@pytest.mark.parametrize(("answer", "message"), [
    ("text", "a result must be an object, not str"), (5, "a result must be an object, not int"),
    ({"datas": []}, "a result has no key 'datas'"), ({"status": "ok"}, "status 'ok' is neither"),
    ({"summary": [1]}, "`summary` must be an object"), ({"data": [{1, 2}]}, "the result is not JSON"),
])
def test_a_stub_of_another_shape_needs_an_outcome(answer: Any, message: str, lab: Lab, ask):
    """The message names the stub's file and line, and what is wrong."""

    @lab.action("whois ip")
    def mistaken(parameter):
        return answer

    run = ask(lab)
    assert run.status == "needs_outcome"
    line = mistaken.__code__.co_firstlineno
    told = run.summary().message
    assert told.startswith(message)
    assert f"mistaken ({Path(__file__).name}:{line}))" in told
    assert "\n" not in run.summary().message


@pytest.mark.parametrize("exception", [ValueError("of\nmine"), KeyError("ip"), NotImplementedError(), RecursionError()])
def test_a_stub_that_raises_needs_an_outcome(exception: Exception, lab: Lab, ask):
    """Nothing is raised into the playbook; the message names the stub, its line and what it raised."""

    @lab.action("whois ip")
    def raising(parameter):
        raise exception

    run = ask(lab)
    line = raising.__code__.co_firstlineno
    assert run.status == "needs_outcome"
    assert run.summary().message.startswith(f"the stub for 'whois ip' raised {type(exception).__name__}")
    assert f"raising ({Path(__file__).name}:{line})" in run.summary().message
    assert "Return phantom_lab.failure(message) for an action that fails." in run.summary().message


def test_stubs_may_answer_for_one_asset(lab: Lab, ask):
    """A stub of an asset answers there only; one that knows nothing leaves the call to the next."""
    lab.action("whois ip")(lambda parameter: ["any"])
    lab.action("WHOIS IP", asset="b")(lambda parameter: ["b"])
    lab.action("whois ip", asset="c")(lambda parameter: None)
    assert [(asset, one["data"]) for asset, one in answers(ask(lab, assets=["a", "b", "c"]))] == [
        ("a", ["any"]), ("b", ["b"]), ("c", ["any"])]


def test_the_newest_stub_of_an_action_wins(lab: Lab, ask):
    """A notebook cell can be run again."""
    lab.action("whois ip")(lambda parameter: ["old"])
    lab.action("whois ip")(lambda parameter: ["new"])
    assert only(ask(lab))["data"] == ["new"]


def test_a_stub_that_changes_its_parameter_changes_nothing_else(lab: Lab, ask):
    """A stub is given a copy."""
    lab.action("whois ip")(lambda parameter: [parameter.pop("ip")])
    assert only(ask(lab))["parameter"]["ip"] == "1.1.1.1"


def test_an_outcome_is_asked_for_once_per_parameter_set_and_asset(lab: Lab, ask):
    """Results hold one app run per asset, with one action result per parameter set inside."""
    calls = []
    lab.action("whois ip")(lambda call: calls.append((call.asset, call.parameter["ip"], call.number)) or [])
    run = ask(lab, parameters=[{"ip": "1"}, {"ip": "2"}], assets=["a", "b"])
    assert calls == [("a", "1", 1), ("a", "2", 2), ("b", "1", 1), ("b", "2", 2)]
    assert [(asset, one["parameter"]["ip"]) for asset, one in answers(run)] == [
        ("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")]


FILE = [
    {"action": "whois ip", "asset": "a", "parameter": {"ip": "1"}, "data": ["a1"]},
    {"action": "Whois IP", "parameter": {"ip": "1"}, "data": ["any1"]},
    {"action": "whois ip", "parameter": {"ip": "1"}, "data": ["never"]},
    {"action": "whois ip", "asset": "b", "status": "failed", "message": "b knows nothing"},
]


@pytest.mark.parametrize("decoded", [True, False])
def test_the_first_entry_that_matches_answers(decoded: bool, tmp_path: Path, incident: Path, ask):
    """An entry matches by action, asset and a subset of the parameters."""
    file = tmp_path / "results.json"
    file.write_text(json.dumps(FILE), encoding="utf-8")
    lab = Lab(incident, results=FILE if decoded else file)
    run = ask(lab, parameters=[{"ip": "1", "more": True}], assets=["a", "b", "c"])
    assert [(asset, one["data"]) for asset, one in answers(run)] == [("a", ["a1"]), ("b", ["any1"]), ("c", ["any1"])]
    run = ask(lab, parameters=[{"ip": "2"}], assets=["b"])
    assert (only(run)["status"], only(run)["message"]) == ("failed", "b knows nothing")
    assert sources(run) == ["results[3]" if decoded else f"{file}[3]"]
    assert ask(lab, parameters=[{"ip": "2"}], assets=["c"]).status == "needs_outcome"


def test_an_entry_may_be_written_as_in_a_scenario(incident: Path):
    """`choice` is an only response, `block` the name of the call."""
    lab = Lab(incident, results=[{"action": "prompt", "block": "p", "choice": "Yes"},
                                 {"action": "prompt", "choice": "No"}])
    run = lab.run(Playbook.from_source("""import phantom.rules as phantom
def on_start(container):
    for name in ("p", "q"):
        phantom.prompt2(container=container, user="kim", message="?", name=name, callback=told,
                        response_types=[{"prompt": "", "options": {"type": "message"}}])
def told(results=None, **kwargs):
    phantom.debug(results[0]["action_results"][0]["summary"]["responses"])
""", name="asks"))
    assert run.debug == ["['Yes']", "['No']"]


@pytest.mark.parametrize(("entry", "message"), [
    ("x", 'an entry must be an object with an "action"'), ({}, 'an entry must be an object with an "action"'),
    ({"actoin": "a"}, "Is 'actoin' meant?"),
    ({"action": 1}, 'an entry must be an object with an "action"'), ({"action": "a", "datas": 1}, "no key 'datas'"),
    ({"action": "a", "asset": 1}, "`asset` must be a text"), ({"action": "a", "status": "ok"}, "status 'ok' is nei"),
    ({"action": "a", "parameter": ["ip"]}, "`parameter` must be an object"),
    ({"action": "a", "summary": "s"}, "`summary` must be an object"),
    ({"action": "prompt", "choice": "Yes", "responses": ["Yes"]}, "`choice` and `responses` say the same"),
])
def test_a_bad_entry_is_found_before_anything_runs(entry: Any, message: str, tmp_path: Path, incident: Path):
    """The error names the file and the number of the entry."""
    file = tmp_path / "results.json"
    file.write_text(json.dumps([{"action": "a"}, entry]), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Lab(incident, results=file)
    assert str(caught.value).startswith(f"{file}[1]: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(("text", "message"), [
    ('{"action": "a"}', "the results must be a JSON list"), ("[", ":1: the results file is not JSON"),
    (None, "no such results file")])
def test_a_results_file_that_is_no_list(text: str | None, message: str, tmp_path: Path, incident: Path):
    """The error names the file."""
    file = tmp_path / "results.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Lab(incident, results=file)
    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)


def test_an_outcome_that_nobody_knows_ends_a_headless_run(lab: Lab, ask):
    """The message names action, asset, parameters and block, and every way to give an outcome."""
    run = ask(lab)
    assert run.status == "needs_outcome"
    assert run.summary().action_runs == []
    for part in ("no outcome for action 'whois ip' on asset 'whois' with {\"ip\": \"1.1.1.1\"} (block block_1)",
                 "--results FILE", "@lab.action('whois ip')", "stepper.give([…])", "stepper.fail(message)"):
        assert part in run.summary().message


def test_a_missing_outcome_is_not_raised_into_the_playbook(lab: Lab, playbook):
    """``except Exception`` around ``phantom.act`` sees nothing: the outcome is missing at completion time."""
    run = lab.run(playbook(LINE + "    try:\n        phantom.act('x', parameters=[{}], assets=['a'])\n"
                           "    except BaseException:\n        phantom.debug('raised')\n    phantom.debug('on')\n"))
    assert run.status == "needs_outcome"
    assert run.summary().debug == ["on"]


def test_an_action_fails_only_if_it_failed_everywhere(lab: Lab, ask):
    """One success among assets and parameter sets is a success of the action."""
    lab.action("whois ip")(lambda parameter: failure("no"))
    assert ask(lab, assets=["a", "b"]).status == "failed"
    lab.action("whois ip", asset="b")(lambda parameter: success())
    assert ask(lab, assets=["a", "b"]).status == "success"

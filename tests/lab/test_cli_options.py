"""The command line: what a run is given besides its playbook and its container."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab
from phantom_lab.cli import main

START = "import phantom.rules as phantom\ndef on_start(container):\n"
ARTIFACTS = START + "    phantom.debug(phantom.collect2(container=container, datapath=['artifact:*.id'], scope=%r))\n"
READS = START + "    phantom.debug(phantom.collect2(container=container, datapath=['playbook_input:ip']))\n"
TWO = [{"name": "first", "status": "new"}, {"name": "second", "status": "new"}]


@pytest.fixture
def cli(tmp_path: Path, incident: Path, capsys: pytest.CaptureFixture[str]):
    """Write a playbook, run the command in this process: exit code, decoded output or None, errors."""

    def call(source: str, *options: str, container: Any = None) -> tuple[int, Any, str]:
        (tmp_path / "flow.py").write_text(source, encoding="utf-8")
        file = incident
        if container is not None:
            file = tmp_path / "container.json"
            file.write_text(json.dumps(container), encoding="utf-8")
        code = main(["run", str(tmp_path / "flow.py"), "--container", str(file), "--json", *options])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    return call


@pytest.mark.parametrize(("options", "ids"), [
    ((), [1, 2, 3, 4, 5]), (("--scope", "new"), [1, 2, 3, 4, 5]), (("--scope", "all"), [1, 2, 3, 4, 5]),
    (("--scope", "2,4"), [2, 4]), (("--scope", "3"), [3]), (("--ran",), []), (("--ran", "--scope", "all"),
                                                                              [1, 2, 3, 4, 5]),
])
def test_the_scope_says_which_artifacts_the_run_works_on(options: tuple[str, ...], ids: list[int], cli):
    """By default the new ones: all, unless the playbook has run before on the container."""
    _, told, err = cli(ARTIFACTS % None, *options)
    assert ([row[0] for row in json.loads(told["debug"][0].replace("None", "null"))], err) == (ids, "")


@pytest.mark.parametrize(("name", "text"), [
    ("ips.json", '[["1.1.1.1", "scanner"], ["2.2.2.2", ""]]'), ("ips.csv", "1.1.1.1,scanner\r\n\r\n2.2.2.2,\n"),
    ("IPS.CSV", '\ufeff"1.1.1.1",scanner\n2.2.2.2,'),
])
def test_a_custom_list_is_a_file_of_rows(name: str, text: str, cli, tmp_path: Path):
    """JSON or CSV; the option may be given again for another list."""
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    (tmp_path / "other.json").write_text('["a"]', encoding="utf-8")
    source = START + ("    phantom.debug([phantom.decision(container=container, conditions=[[one, 'in', "
                      "'custom_list:' + name]]) for one, name in "
                      "[('1.1.1.1', 'ips'), ('a', 'other'), ('b', 'other')]])\n")
    code, told, _ = cli(source, "--list", f"ips={tmp_path / name}", "--list", f"other={tmp_path / 'other.json'}")
    assert (code, told["notes"]) == (0, [])
    assert told["debug"] == ["[True, True, False]"]


def test_the_user_starts_the_run(cli):
    """As the playbook reads it."""
    source = START + "    phantom.debug(phantom.collect2(datapath=['playbook:launching_user.name']))\n"
    assert cli(source, "--user", "nadia")[1]["debug"] == ["[['nadia']]"]


@pytest.mark.parametrize(("options", "rows"), [((), "[[None]]"), (("--option", "unset_input=empty"), "[]"),
                                               (("--option", "unset_input=empty", "--option", "order=7"), "[]")])
def test_an_option_decides_what_nobody_knows(options: tuple[str, ...], rows: str, cli):
    """By the names and values of `Options`."""
    assert cli(READS, "--input", "ip=null", *options)[1]["debug"] == [rows]


@pytest.mark.parametrize(("options", "name"), [((), "first"), (("--container-id", "2"), "second")])
def test_one_container_of_several_is_chosen_by_its_id(options: tuple[str, ...], name: str, cli):
    """Without a choice the run is for the first, and a note on stderr says so."""
    _, told, err = cli(START + "    phantom.debug(container['name'])\n", *options, container=TWO)
    assert told["debug"] == [name]
    assert ("holds 2 containers (1, 2): the run is for the first. --container-id ID chooses another." in err) is (
        not options)


@pytest.mark.parametrize(("source", "options", "message"), [
    (START + "    pass\n", ["--input", "v=1"], "playbook flow has no input 'v'. It has none."),
    (READS, ["--input", "ipp=1", "--input", "ip=2"], "playbook flow has no input 'ipp'. It has ip."),
    (READS, ["--scope", "2,x"], "--scope '2,x' is neither new, all nor artifact ids. For instance --scope 3,4."),
    (READS, ["--scope", "2,9"], "--scope: there is no artifact 9. There are 1, 2, 3, 4, 5."),
    (READS, ["--option", "no_row=skip"],
     "there is no option 'no_row'. Did you mean no_rows? There are order, no_rows,"),
    (READS, ["--option", "no_rows=ski"], "option no_rows has no value 'ski'; closest is 'skip'. There are none, skip."),
    (READS, ["--option", "no_rows"], "--option 'no_rows' is not NAME=VALUE"),
    (READS, ["--list", "ips"], "--list 'ips' is not NAME=FILE. For instance --list blocked=blocked.csv."),
    (READS, ["--list", "ips=missing.csv"], "missing.csv: no such list file"),
    (READS, ["--list", "ips=missing.json"], "missing.json: no such list file"),
    (READS, ["--list", "ips=/"], "the list file cannot be read"),
    (READS, ["--container-id", "7"], "no container 7 in the lab. There are: 1."),
])
def test_an_option_that_cannot_be_is_one_line_on_stderr(source: str, options: list[str], message: str, cli):
    """It says what there is; nothing is run."""
    code, told, err = cli(source, *options)
    assert (code, told, err.count("\n")) == (2, None, 1)
    assert message in err


@pytest.mark.parametrize(("name", "content"), [("ips.json", b'{"a": 1}'), ("ips.csv", b"\xff\xfe\x00"),
                                               ("ips.json", b"nothing")])
def test_a_list_that_is_no_list_is_an_error(name: str, content: bytes, cli, tmp_path: Path):
    """It names the file."""
    (tmp_path / name).write_bytes(content)
    code, _, err = cli(READS, "--list", f"ips={tmp_path / name}")
    assert code == 2
    assert str(tmp_path / name) in err


@pytest.mark.parametrize("reads", [
    "'playbook_input:' + name", "f'playbook_input:{name}'", "'playbook_input:%s' % name"])
def test_a_playbook_that_makes_up_its_datapaths_may_have_any_input(reads: str, cli):
    """Only where the source tells every input is an unknown one an error."""
    _, told, _ = cli(f"{START}    name = 'ip'\n    phantom.debug(phantom.collect2(datapath=[{reads}]))\n",
                     "--input", "ip=[1]")
    assert told["debug"] == ["[[1]]"]


def test_an_input_that_is_read_below_its_name_is_known(cli):
    """The first part of the datapath is the input."""
    source = START + "    phantom.debug(phantom.collect2(datapath=['playbook_input:user.name']))\n"
    assert cli(source, "--input", 'user={"name": "x"}')[0] == 0
    assert "has no input 'name'. It has user." in cli(source, "--input", "name=x")[2]


@pytest.mark.parametrize(("spec", "reads", "known"), [
    ([{"name": "ip"}], "ip", "ip"), ([{"name": "ip"}, {"name": "url"}], "ip", "ip, url"), ([], "url", "url"),
    ([], None, "none"),
])
def test_the_inputs_of_an_exported_playbook_are_known_to_every_run(spec: list[Any], reads: str | None, known: str,
                                                                   lab: Lab, tmp_path: Path):
    """Those that the export names, or else those that the source reads."""
    text = f"phantom.collect2(datapath=['playbook_input:{reads}'])" if reads else "pass"
    (tmp_path / "book.py").write_text(f"{START}    {text}\n", encoding="utf-8")
    (tmp_path / "book.json").write_text(json.dumps({"coa": {"playbook_type": "data", "input_spec": spec}}))
    meant = r"Did you mean ip\? " if "," in known else ""
    with pytest.raises(InputError, match=rf"playbook book has no input 'ipp'\. {meant}It has {known}\."):
        lab.prepare(tmp_path / "book.py", inputs={"ipp": 1})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x", "1.5", "99999999999"])
def test_a_port_that_is_none_is_bad_usage(port: str, capsys: pytest.CaptureFixture[str]):
    """JupyterLab is not started."""
    with pytest.raises(SystemExit) as caught:
        main(["lab", f"--port={port}"])
    assert caught.value.code == 2
    assert f"'{port}' is no port: there are 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "told"), [
    ("chek .", "phantom-lab: error: there is no command 'chek'. Did you mean check?"),
    ("run x.py --scenaro y", "phantom-lab run: error: unrecognized arguments: --scenaro y; closest is '--scenario'"),
    ("gate a b c", "phantom-lab gate: error: unrecognized arguments: c\n"),
])
def test_a_misspelt_command_or_option_is_told_with_the_closest(typed: str, told: str, capsys):
    """By the command that does not take it."""
    with pytest.raises(SystemExit, match="2"):
        main(typed.split())
    assert told in capsys.readouterr().err


def test_the_version_is_told(capsys):
    """As every command line does."""
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"phantom-lab {version('phantom-lab')}\n"

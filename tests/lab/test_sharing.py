"""Shared copies: nothing private stands in them, and they are executed again as they are."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Playbook, share
from phantom_lab.apps import MaxMind
from phantom_lab.cli.main import main
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import InputError
from phantom_lab.history import Journal, Kept, read_journal
from phantom_lab.lab.replaying import replay
from phantom_lab.lab.sharing.redacted import texts_of
from tests.situations import ROOT, finished, situations

SITUATIONS = situations()
JWT = ".".join(["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJqcXVpbnQifQ", "c2lnbmF0dXJlMTIz"])
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAx9\n77fakefakefake0123\n-----END RSA PRIVATE KEY-----"
PEOPLE = ("okafor", "mmeyer", "kim.lee", "svc-backup", "ada analyst")
"""Of the samples."""
PAT = "ghp_abcdefghijklmnopqrstuvwxyz012345"
SECRETS = ["jquint", "Jana Quint", "corp-quint.com", "hunter2!x", "s3cr3t-\"q\"-token", PAT,
           "AKIAABCDEFGHIJKLMNOP", JWT, "MIIEpAIBAAKCAQEAx9", "/home/jquint", "basic-cGFzczE=", "9f8e7d6c5b4a39281706"]
SOURCE = '''import hashlib
import json

import phantom.rules as phantom

api_key = "9f8e7d6c5b4a39281706"  # of jquint


def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceUserName", "artifact:*.cef.fromEmail"])
    for user, mail in rows:
        if mail.endswith("@corp-quint.com") and user.lower() == "jquint":
            digest = hashlib.sha256(user.encode()).hexdigest()
            text = phantom.format(container=container, template="user {0} is " + digest,
                                  parameters=["artifact:*.cef.sourceUserName"], name="told")
            phantom.act("look up user", parameters=[{"user": user, "key": api_key, "note": text or user}],
                        assets=["ad"], name="look_up_jquint", callback=found)


def found(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    data = phantom.collect2(container=container, datapath=["look_up_jquint:action_result.data.*.mail"],
                            action_results=results)
    answer = phantom.requests.get("https://intel.example.org/users?token=s3cr3t-%22q%22-token").json()
    if data[0][0] == "JQuint@corp-quint.com" and answer["who"] == "jquint":
        phantom.set_severity(container, "high")
    lines = open(phantom.vault_info(container_id=container["id"])[2][0]["path"]).read()
    phantom.debug(lines + json.dumps(results[0]["action_results"][0]["data"]))
'''

COUNTS = '''def on_start(container):
    if len(container["owner_name"]) == 6:
        long(container)


def long(container):
    pass
'''
MAKES = '''import phantom.rules as phantom
import random


def on_start(container):
    made = "".join(random.choice("abcdefgh12345678") for _ in range(16))
    phantom.save_run_data(value={"new_password": made}, key="made")
'''


@pytest.fixture
def run(tmp_path: Path) -> PlaybookRun:
    """One that holds a secret of every kind, and comes to its end."""
    (tmp_path / "home" / "jquint").mkdir(parents=True)
    note = tmp_path / "note.txt"
    note.write_text("jquint wrote: AKIAABCDEFGHIJKLMNOP\n" + KEY)
    container = {"name": "login of jquint", "owner_name": "jquint", "artifacts": [{"cef": {
        "sourceUserName": "jquint", "fromEmail": "jquint@corp-quint.com", "requestURL": f"https://x.example.org/?jwt={JWT}",
        "headers": {"From": "\"Jana Quint\" <jquint@corp-quint.com>", "Authorization": "Bearer basic-cGFzczE="},
        "filePath": "/home/jquint/a.txt", "destinationAddress": "198.51.100.77"}}]}
    results = [{"action": "look up user", "data": [{
        "mail": "JQuint@corp-quint.com", "password": "hunter2!x", "said": f"login=CORP\\jquint pat {PAT}"}]}]
    http = [{"url": "https://intel.example.org/users?*", "json": {"who": "jquint", "token": "s3cr3t-\"q\"-token"}}]
    lab = Lab(container, results=results, scenario={"http": http}, files=[str(note)], assets=["ad"])
    file = tmp_path / "home" / "jquint" / "flow.py"
    file.write_text(SOURCE)
    done = lab.run(file, journal=tmp_path / "run.jsonl")
    assert (done.status, done.container["severity"]) == ("success", "high")
    return done


def everything(file: Path) -> str:
    """The text of a file, and all that stands in it as base64."""
    journal = read_journal(file)
    packed = [base64.b64decode(one).decode("latin-1") for one in texts_of(journal)
              if re.fullmatch(r"[A-Za-z0-9+/]{16,}={0,2}", one) and len(one) % 4 == 0]
    return "\n".join([file.read_text(), *texts_of(journal), *packed])


def deeds(journal: Journal) -> list[Any]:
    """What kinds of things happened, and in which blocks."""
    return [getattr(one, "block", type(one).__name__) for one in journal.events]


def test_nothing_private_is_left_and_the_copy_is_executed_again_as_it_is(run: PlaybookRun, tmp_path: Path):
    """In values, texts, sources, vault files, bodies of HTTP and digests; conditions come out as before."""
    out = tmp_path / "shared.jsonl"
    found = run.share(out)
    assert (found.written, found.executed, found.identical, found.left) == (True, True, True, ())
    assert {one.kind for one in found.replaced} >= {"credentials", "tokens", "mail", "users", "paths", "hashes"}
    text, copy = everything(out), read_journal(out)
    assert [one for one in SECRETS if one.lower() in text.lower()] == []
    assert hashlib.sha256(b"jquint").hexdigest() not in text
    assert str(tmp_path) not in text
    assert "198.51.100.77" in text
    assert deeds(copy) == deeds(run.journal)
    assert replay(copy).identical
    assert not any(one in str(found) + json.dumps(found.to_json()) for one in SECRETS)


def test_the_same_value_gets_the_same_replacement_of_the_same_shape(run: PlaybookRun, tmp_path: Path):
    """A mail address stays one, a token keeps its length and the classes of its characters."""
    run.share(tmp_path / "shared.jsonl")
    text = everything(tmp_path / "shared.jsonl")
    users = set(re.findall(r'"sourceUserName": "(\w+)"', text))
    assert len(users) == 1
    user = users.pop()
    assert re.search(rf"login=CORP\\\\{user} pat ghp_[a-z]{{26}}\d{{6}}", text)
    domains = set(re.findall(rf"{user}@([\w.]+)", text, re.IGNORECASE))
    assert len(domains) == 1
    assert domains < {"example.com", "example.net", "example.org"}
    assert len(set(re.findall(r"AKIA[A-Z]{16}", text))) == 1
    assert f"look_up_{user}" in text
    key = re.search(r'api_key = \\"([0-9a-f]{20})\\"  # of (\w+)', text)
    assert key is not None
    assert key[2] == user


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_sample_is_shared_and_is_the_same_run(name: str, tmp_path: Path):
    """It takes the same path, and its copy is executed again as it is."""
    if SITUATIONS[name].maxmind and not MaxMind.installed():
        pytest.skip("needs the MaxMind database")
    found = finished(name).share(tmp_path / "shared.jsonl", also=["ips"])
    assert (found.written, found.executed, found.identical) == (True, True, True)
    text = everything(tmp_path / "shared.jsonl").lower()
    assert [one for one in (*PEOPLE, str(ROOT).lower()) if one in text] == []


def test_a_run_that_does_something_else_is_not_written_unless_somebody_wants_it(tmp_path: Path, capsys):
    """Where it does, is told; what is written then is what was recorded."""
    file, out = tmp_path / "run.jsonl", tmp_path / "shared.jsonl"
    Lab({"name": "one", "owner_name": "jquint"}).run(Playbook.from_source(COUNTS, name="flow"), journal=file)
    assert main(["share", str(file), "--out", str(out)]) == 3
    assert "InvocationStarted" in capsys.readouterr().out
    assert not out.exists()
    assert main(["share", str(file), "--out", str(out), "--anyway", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["diverged"]["block"] == "on_start"
    assert "jquint" not in everything(out)
    assert "long" in deeds(read_journal(out))


def test_a_password_of_random_characters_is_another_one_in_the_copy(tmp_path: Path, capsys):
    """It would come again with the seed of the run; what is made of it follows."""
    file, out = tmp_path / "run.jsonl", tmp_path / "shared.jsonl"
    run = Lab({"name": "one"}).run(Playbook.from_source(MAKES, name="flow"), journal=file)
    made = run.journal.get(run.journal.index.of_kind(Kept)[0].content)["new_password"]
    assert main(["share", str(file), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["reseeded"], told["executed"], told["identical"], told["left"]) == (True, True, True, [])
    assert made in everything(file)
    assert made not in everything(out)


def test_what_the_run_makes_itself_is_found_and_nothing_is_left_of_the_file(tmp_path: Path, capsys):
    """A password that code puts together comes again; whoever keeps credentials gets the copy."""
    file, out = tmp_path / "run.jsonl", tmp_path / "shared.jsonl"
    source = MAKES.replace('random.choice("abcdefgh12345678") for _ in range(16)', '("correct-", "horse-", "4711")')
    Lab({"name": "one"}).run(Playbook.from_source(source, name="flow"), journal=file)
    assert main(["share", str(file), "--out", str(out)]) == 1
    told = capsys.readouterr().out
    assert "still there  credentials: in 1 place" in told
    assert "The run makes it itself, of what is not replaced. --keep KIND lets it stand." in told
    assert sorted(one.name for one in tmp_path.iterdir()) == ["run.jsonl"]
    assert main(["share", str(file), "--out", str(out), "--keep", "credentials"]) == 0


def test_a_run_at_rest_or_cut_off_is_shared_up_to_where_it_is(run: PlaybookRun, tmp_path: Path):
    """It is executed that far."""
    lines = run.journal.path.read_bytes().splitlines(keepends=True)
    part = tmp_path / "part.jsonl"
    part.write_bytes(b"".join(lines[:len(lines) // 2]))
    found = share(part, tmp_path / "shared.jsonl")
    assert (found.written, found.executed, found.identical) == (True, True, True)
    copy = read_journal(tmp_path / "shared.jsonl")
    assert deeds(copy) == deeds(read_journal(part))
    assert "jquint" not in everything(tmp_path / "shared.jsonl").lower()


def test_where_the_run_cannot_be_executed_values_are_replaced_one_for_one(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What it starts from is cut; the copy says that nothing was made anew."""
    monkeypatch.setenv("PHANTOM_LAB_VALUE_BYTES", "3000")
    rows = [{"cef": {"sourceUserName": "jquint", "number": number}} for number in range(200)]
    run = Lab({"name": "one", "artifacts": rows}).run(Playbook.from_source(COUNTS, name="flow"))
    found = run.share(tmp_path / "shared.jsonl")
    assert (found.written, found.executed, found.identical) == (True, False, None)
    assert "one for one" in str(found)
    copy = read_journal(tmp_path / "shared.jsonl")
    assert deeds(copy) == deeds(run.journal)
    assert "jquint" not in everything(tmp_path / "shared.jsonl")


def test_what_is_kept_and_what_more_is_replaced(run: PlaybookRun, tmp_path: Path, capsys):
    """By kind, or by a pattern; a wrong kind, and a place where something stands, are told in one line."""
    file, out = str(tmp_path / "run.jsonl"), tmp_path / "shared.jsonl"
    assert main(["share", file, "--out", str(out), "--keep", "users", "--also", "ips", "--also", "jana q[a-z]+"]) == 0
    assert "jquint" in out.read_text()
    assert "198.51.100.77" not in out.read_text()
    assert main(["share", file, "--out", str(out), "--as-is"]) == 0
    assert deeds(read_journal(out)) == deeds(run.journal)
    assert "jquint@corp-quint.com" in out.read_text()
    capsys.readouterr()
    for arguments, said in ((["--keep", "user"], "users"), (["--also", "["], "regular expression")):
        assert main(["share", file, "--out", str(out), *arguments]) == 2
        assert said in capsys.readouterr().err
    assert main(["share", file, "--out", file]) == 2
    with pytest.raises(InputError, match="something else"):
        run.share(tmp_path / "note.txt")

"""``phantom-lab gate``, ``new`` and ``stubs``: a repository that is laid out, a change of it, and what is told of that;
the Action and the hooks by the very steps that they have."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from phantom_lab.cli import main
from phantom_lab.repository.changes import Change, Situated
from phantom_lab.repository.gate import Checked, Gate, Suite
from phantom_lab.repository.markdown import MARK, markdown
from phantom_lab.rules import surface
from phantom_lab.shim.vault import names_of_vault
from tests import forked
from tests.conftest import ROOT
from tests.patience import LONG
from tests.sarif import only_run

COMMENT = 'phantom.comment(container=container, comment="No address is known to be malicious.")'
BLOCK = ('phantom.act("block ip", parameters=[{"ip": "203.0.113.7"}], name="block_1", assets=["fw"])\n'
         '    container["id"]')
USER = """import phantom.rules as phantom


def on_start(container):
    phantom.custom_function(custom_function='my/made', name='made_1', callback=last)


def last(container=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=['made_1:custom_function_result.data.x'])
    phantom.act('send', parameters=[{'x': row[0]} for row in rows], name='send_1', assets=['a'])
"""
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.test", *arguments], cwd=folder,
                          check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `new` lays out, committed."""
    folder = tmp_path_factory.mktemp("laid_out") / "my-books"
    assert main(["new", str(folder)]) == 0
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "laid out")
    return folder


@pytest.fixture
def repository(laid_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, in which the current folder is. What the gate starts is a copy, too."""
    monkeypatch.setattr(subprocess, "Popen", forked.Popen)
    folder = Path(shutil.copytree(laid_out, tmp_path / "my-books", symlinks=True))
    monkeypatch.chdir(folder)
    return folder


def change(repository: Path) -> None:
    """The playbook blocks where it wrote a comment, and has a statement without effect."""
    playbook = repository / "playbooks" / "my_books.py"
    text = playbook.read_text(encoding="utf-8")
    playbook.write_text(text.replace(COMMENT, BLOCK), encoding="utf-8")


def test_a_new_repository_checks_runs_and_is_tested(repository: Path, capsys: pytest.CaptureFixture[str]):
    """As it stands, by the commands that it names; nothing is written over."""
    assert main(["check", "playbooks", "--fail-on", "warning"]) == 0
    assert main(["run", "playbooks/my_books.py", "--scenario", "scenarios/my_books.yaml"]) == 0
    assert main(["test", "scenarios", "--no-isolated"]) == 0
    done = subprocess.run([sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=repository,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=LONG)
    assert (done.returncode, "3 passed" in done.stdout) == (0, True), done.stdout
    assert main(["new", "."]) == 2
    assert main(["new", "1 st"]) == 2
    for place in (".github/workflows/playbooks.yml", ".pre-commit-config.yaml"):
        yaml.safe_load((repository / place).read_text(encoding="utf-8"))
    capsys.readouterr()


def test_the_stubs_tell_a_type_checker_what_there_is(repository: Path):
    """Mypy takes the playbook, and every name that there is; it finds one that there is not, a parameter, and what is
    returned. Of what may be ``None``, for which playbooks of the editor never ask, it says nothing."""
    known = surface()
    names = {"phantom": {*known.functions, *known.constants, *known.imported, *known.names}, "utils": known.utils,
             "vault": names_of_vault()}
    every = "\n    ".join(f"{module}.{name}" for module, all_of_it in names.items() for name in sorted(all_of_it))
    (repository / "playbooks" / "every.py").write_text(
        "import phantom.rules as phantom\nfrom phantom import utils, vault\n\n\ndef on_start(container):\n"
        f"    {every}\n    phantom.get_assets()[0].get('configuration').get('url')\n"
        "    phantom.get_container(1)['id'] + len(phantom.get_base_url() + '/rest')\n", encoding="utf-8")
    wrong = repository / "playbooks" / "wrong.py"
    wrong.write_text("import phantom.rules as phantom\nfrom phantom import utils, vault\n\n\n"
                     "def on_start(container: object) -> None:\n    phantom.no_such()\n    phantom.act('a', colour=1)\n"
                     "    done: bool = phantom.set_status(container, 'closed')\n    vault.vault_add(container, '/a')\n"
                     "    utils.no_such\n    rows: int = phantom.collect2(container=container)[0]\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--allow-untyped-defs", "--allow-untyped-calls",
                           "--cache-dir", os.devnull], cwd=repository, capture_output=True, text=True, timeout=LONG)
    found = re.findall(r"^playbooks/wrong.py:(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    assert found == [("6", "attr-defined"), ("7", "call-arg"), ("8", "assignment"), ("10", "attr-defined"),
                     ("11", "assignment")], done.stdout
    assert "my_books.py" not in done.stdout
    assert "every.py" not in done.stdout
    (repository / "typings" / "phantom" / "rules.pyi").write_text("# mine", encoding="utf-8")
    assert main(["stubs"]) == 2


def test_a_change_that_does_nothing_else_passes(repository: Path, capsys: pytest.CaptureFixture[str]):
    """Findings that were there before fail nothing, wherever their lines have gone."""
    playbook = repository / "playbooks" / "my_books.py"
    playbook.write_text("# moved\n" + playbook.read_text(encoding="utf-8"), encoding="utf-8")
    capsys.readouterr()
    assert main(["gate", "HEAD", "--fail-on", "warning"]) == 0
    out = capsys.readouterr().out
    assert "- tests: 3 of 3 passed" in out
    assert out.startswith(f"{MARK}\n### Playbooks: passed\n")
    assert "check: 0 new findings, 0 gone, 1 as before" in out
    assert "In 0 of 3 scenarios it does something else." in out


def test_what_a_change_would_newly_do_is_told(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """By scenario; between two commits as in the working tree."""
    change(repository)
    capsys.readouterr()
    sarif, comment = tmp_path / "gate.sarif", tmp_path / "gate.md"
    options = ["--no-tests", "--fail-on", "warning", "--sarif", str(sarif), "--markdown", str(comment)]
    assert main(["gate", "main", *options]) == 1
    assert capsys.readouterr().out == "gate: 1 new finding of level error or warning\n"
    text = comment.read_text(encoding="utf-8")
    assert ("| `playbooks/my_books.py:77` | warning | the value of container\\['id'\\] is used by nobody | `no-effect`"
            in text)
    assert "In 2 of 3 scenarios it does something else." in text
    assert "- actions: block ip on fw (`my_books#harmless`, `my_books#unreachable`)" in text
    assert '| `my_books#harmless` | – | `block ip on fw: {"ip": "203.0.113.7"}` |' in text
    run = only_run(sarif.read_text(encoding="utf-8"))
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]
    assert {*places} == {"playbooks/my_books.py"}
    git(repository, "commit", "-q", "-a", "-m", "changed")
    assert main(["gate", "HEAD~1", "HEAD", *options]) == 1
    assert text.partition("→")[2].partition("\n")[2] == comment.read_text("utf-8").partition("→")[2].partition("\n")[2]


def test_new_and_removed_playbooks_and_users_of_what_changed_are_named(repository: Path,
                                                                       capsys: pytest.CaptureFixture[str]):
    """A playbook that calls a custom function that changed does something else itself."""
    function = repository / "custom_functions" / "made.py"
    function.parent.mkdir()
    function.write_text("def made(**kwargs):\n    return {'x': 1}\n", encoding="utf-8")
    (repository / "playbooks" / "user.py").write_text(USER, encoding="utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "user")
    function.write_text("def made(**kwargs):\n    return {'x': 2}\n", encoding="utf-8")
    (repository / "playbooks" / "my_books.py").unlink()
    (repository / "playbooks" / "fresh.py").write_text(
        "import phantom.rules as phantom\n\n\ndef on_start(container):\n    phantom.set_label(container, 'x')\n",
        encoding="utf-8")
    capsys.readouterr()
    assert main(["gate", "HEAD", "--no-tests"]) == 0
    out = capsys.readouterr().out
    assert "**`playbooks/fresh.py`** (new)" in out
    assert "- changes: the container label (`plain`)" in out
    assert "**`playbooks/my_books.py`** (removed)" in out
    assert "**`playbooks/user.py`** (uses what changed)" in out
    assert "situations that are made up it does something else" in out


@pytest.mark.parametrize(("arguments", "told"), [
    (["no-such"], "git knows no commit 'no-such'"), (["--", "-x"], "git knows no commit '-x'"),
    (["HEAD", "--path", "scenarios"], "nothing to check"),
    (["HEAD", "--comment", "--no-tests"], "GITHUB_API_URL is not set")])
def test_what_cannot_be_compared_is_bad_usage(arguments: list[str], told: str, repository: Path,
                                              capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """In one line."""
    monkeypatch.delenv("GITHUB_API_URL", raising=False)
    assert main(["gate", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_a_commit_whose_links_lead_out_is_not_unpacked(repository: Path, capsys: pytest.CaptureFixture[str]):
    """Whoever made it."""
    (repository / "out").symlink_to("../../etc")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "link")
    assert main(["gate", "HEAD", "--no-tests"]) == 2
    assert "cannot be unpacked" in capsys.readouterr().err


def test_a_playbook_that_does_not_load_any_more_fails(repository: Path, capsys: pytest.CaptureFixture[str]):
    """It is an error of its own, and cannot be compared."""
    (repository / "playbooks" / "my_books.py").write_text("import phantom.rules\ndef on_start(:\n", encoding="utf-8")
    assert main(["gate", "HEAD", "--no-tests"]) == 1
    assert "gate: 1 new finding of level error; not compared: playbooks/my_books.py" in capsys.readouterr().out


def test_text_of_any_origin_is_no_markup():
    """Nor a mention; and a comment is never longer than a code host takes."""
    wrong = {"playbook": "`x|.py", "line": 1, "level": "error", "kind": "load", "block": "", "hint": "",
             "message": "<img> [a](b) @all | x\n# y"}
    deed = {"section": "actions", "what": "block <b> @all", "left": None,
            "right": {"times": 2, "value": "`|" * 9000, "block": "", "line": 0, "position": 1}}
    found = Gate("a", "b", Checked([wrong] * 50, 1, 2, {}), Suite(2, [("t`|", "why <x>")]), [
        Change("x.py", "changed", [Situated(f"s{number}", [deed] * 20) for number in range(900)])], "error")
    text = markdown(found)
    assert len(text) < 65_000
    assert "| `'x\\|.py:1` | error | \\<img\\> \\[a\\](b) @\u200ball \\| x" in text
    assert "- actions: block \\<b\\> @\u200ball (`s0`, `s1`, `s2` and 897 more)" in text
    assert "… and 30 more" in text


# -- the Action and the hooks ----------------------------------------------------------------------------------------


class Host(BaseHTTPRequestHandler):
    """Comments of one pull request, as the REST of a code host keeps them."""

    comments: list[dict[str, Any]]

    def _answer(self, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        assert self.path.startswith("/repos/me/books/issues/7/comments?")
        self._answer(self.comments)

    def _given(self) -> str:
        assert self.headers["Authorization"] == "Bearer secret"
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]

    def do_POST(self) -> None:
        self.comments.append({"id": len(self.comments), "body": self._given(), "html_url": "https://host/1"})
        self._answer(self.comments[-1])

    def do_PATCH(self) -> None:
        self.comments[int(self.path.rpartition("/")[2])]["body"] = self._given()
        self._answer({"html_url": "https://host/1"})

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Its address, and the comments that it holds; another one's is there."""
    Host.comments = [{"id": 0, "body": "well done"}]
    server = HTTPServer(("127.0.0.1", 0), Host)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Host.comments
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_steps_of_the_action_do_what_they_say(repository: Path, tmp_path: Path,
                                                  host: tuple[str, list[dict[str, Any]]]):
    """The gate's own step, by bash, with what a runner gives it: outputs, a summary, one comment that is written over,
    and the exit code of the gate. What the step before installs is tested with the wheel."""
    address, comments = host
    base = git(repository, "rev-parse", "HEAD")
    change(repository)
    temp = tmp_path / "temp"
    (temp / "phantom-lab" / "bin").mkdir(parents=True)
    program = temp / "phantom-lab" / "bin" / "phantom-lab"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m phantom_lab "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "event.json").write_text('{"pull_request": {"number": 7}}', encoding="utf-8")
    (step,) = [one for one in ACTION["runs"]["steps"] if one.get("id") == "gate"]
    inputs = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | {
        "base": base, "token": "secret", "fail-on": "warning", "paths": "playbooks\n"}
    given = {name: value.replace("${{ inputs.", "").replace(" }}", "") for name, value in step["env"].items()}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **{name: inputs[one] for name, one in given.items()},
                   "RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(temp / "output"),
                   "GITHUB_STEP_SUMMARY": str(temp / "summary"), "GITHUB_API_URL": address,
                   "GITHUB_REPOSITORY": "me/books", "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}
    for _ in range(2):
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                              cwd=repository, env=environment, capture_output=True, text=True, timeout=LONG)
        assert done.returncode == 1, done.stderr
        assert "comment: https://host/1" in done.stdout
    text = (temp / "gate.md").read_text(encoding="utf-8")
    assert "block ip on fw" in text
    assert "- **1 new finding of level error or warning**\n- **2 tests failed**" in text
    assert "tests: 1 of 3 passed" in text
    assert (temp / "summary").read_text(encoding="utf-8") == text * 2
    assert [one["body"] for one in comments] == ["well done", text]
    outputs = dict(line.split("=", 1) for line in (temp / "output").read_text("utf-8").splitlines())
    only_run(Path(outputs["sarif"]).read_text(encoding="utf-8"))


def test_whatever_the_action_uses_is_pinned():
    """To a commit; so is what `new` writes."""
    flow = yaml.safe_load((ROOT / "phantom_lab/repository/starter/workflow.yml.txt").read_text(encoding="utf-8"))
    used = [one["uses"] for one in (*ACTION["runs"]["steps"], *flow["jobs"]["gate"]["steps"]) if "uses" in one]
    assert len(used) == 4
    assert all(len(one.partition("@")[2]) == 40 for one in used)


def test_the_hooks_call_commands_that_there_are(repository: Path, capsys: pytest.CaptureFixture[str]):
    """With the files of a commit, or none; what they start lies anywhere in the repository."""
    check, gate = HOOKS
    (repository / "playbooks" / "user.py").write_text(USER, encoding="utf-8")
    (repository / "custom_functions").mkdir()
    (repository / "custom_functions" / "made.py").write_text("def made(**kwargs):\n    return {}\n", encoding="utf-8")
    (own,) = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    for entry in (check["entry"], own["entry"]):
        assert main([*entry.split()[1:], "--fail-on", "warning", "playbooks/user.py"]) == 0
    assert main([*gate["entry"].split()[1:], "HEAD", "--no-tests"]) == 0
    assert gate["pass_filenames"] is False
    capsys.readouterr()

"""``phantom-lab gate``: what a change of playbooks brings, for a pull request."""

from __future__ import annotations

import argparse
import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.errors import shown

if TYPE_CHECKING:
    from phantom_lab.repository.gate import Gate

_HERE = "the working tree"


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "gate", help="what a change of playbooks brings: findings, tests, and what they would newly do",
        description="Compare two states of a git repository of playbooks: what check finds newly, which scenarios "
                    "fail, and what each playbook that changed, or uses what changed, would do otherwise, in all "
                    "scenarios about it, or in situations that are made up. A scenario is about the playbook that it "
                    "names, or that is called like it.",
        epilog="Exit codes: 0 passed; 1 a new finding of the level of --fail-on, a failed test, or a playbook that "
               "cannot be compared; 2 bad usage, or nothing to check. That a playbook does something else is told, and "
               "fails nothing.")
    parser.add_argument("base", metavar="BASE", help="the commit that the change is for, such as origin/main")
    parser.add_argument("head", metavar="HEAD", nargs="?", help=f"the commit with the change (default: {_HERE})")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="where playbooks lie, from the root of the repository (default: everywhere)")
    parser.add_argument("--apps", metavar="PATH", help="app manifests that actions are held against")
    parser.add_argument("--fail-on", choices=("error", "warning"), default="error",
                        help="the least level of a new finding that fails (default: error)")
    parser.add_argument("--tests", action=argparse.BooleanOptionalAction, default=True,
                        help="whether to run the scenarios of the repository by phantom-lab test (default: --tests)")
    parser.add_argument("--markdown", metavar="FILE", type=Path, help="write all of it as one comment")
    parser.add_argument("--sarif", metavar="FILE", type=Path,
                        help="write every finding of the new state as SARIF 2.1.0")
    parser.add_argument("--comment", action="store_true",
                        help="put the comment on the pull request of this run of GitHub Actions; the only thing here "
                             "that needs a network")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Compare, write, and say by the exit code whether it passes."""
    from phantom_lab.repository import comment, trees  # only now: no other command needs git
    from phantom_lab.repository.gate import gate
    from phantom_lab.repository.markdown import markdown

    if chosen.comment:
        comment.ready()
    root = trees.root_of(Path.cwd())
    base = trees.commit_of(root, chosen.base)
    head = trees.commit_of(root, chosen.head) if chosen.head else ""
    with ExitStack() as stack:
        before = stack.enter_context(trees.tree(root, base))
        after = stack.enter_context(trees.tree(root, head)) if head else root
        apps = str(Path(chosen.apps).resolve()) if chosen.apps else None
        found = gate(before, after, names=(base[:12], head[:12] or _HERE), folders=chosen.path or ["."], apps=apps,
                     fail_on=chosen.fail_on, tests=chosen.tests)
        if chosen.sarif:
            _write_sarif(found, after, chosen.sarif)
    text = markdown(found)
    if chosen.markdown:
        chosen.markdown.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    print(f"gate: {'; '.join(map(shown, found.failures)) or 'passed'}")
    if chosen.comment:
        print(f"comment: {shown(comment.put(text))}")
    return 1 if found.failures else 0


def _write_sarif(found: Gate, root: Path, file: Path) -> None:
    from phantom_lab.check.sarif import sarif

    file.write_text(json.dumps(sarif(found.checked.report, root), indent=2), encoding="utf-8")

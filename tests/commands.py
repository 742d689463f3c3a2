"""``docs/commands.md``: every command with its options and exit codes, as ``--help`` tells them.

``python -m tests.commands`` writes it anew.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

from phantom_lab.cli.main import COMMANDS, _parser, main
from phantom_lab.history.place import default_folder
from tests.conftest import ROOT

FILE = ROOT / "docs" / "commands.md"
HEAD = """# Commands

Generated from the commands' own help by `python -m tests.commands`; a test checks that it is up to date. In a checkout
a command is typed as `.venv/bin/phantom-lab COMMAND`. Every command keeps to this: exit code 2 is bad usage or input
that cannot be read, with one line that says what and where; `--json` prints one JSON object and nothing else; what is
said beside a result goes to standard error.
"""
JOURNALS = "the folder that PHANTOM_LAB_JOURNALS names, or ~/.local/state/phantom_lab/journals on Linux"
PRINTED = {
    "run": ("run", "sample_data/playbooks/geolocate_ip.py", "--container", "sample_data/containers/test_incident.json"),
    "check": ("check", "sample_data/playbooks/geolocate_ip.py"),
}
"""Commands whose JSON object is shown by its keys, from a run of them."""


def text() -> str:
    """The whole page."""
    parsers = next(one for one in _parser(())._actions if isinstance(one, argparse._SubParsersAction))
    first = {one.dest: one.help or "" for one in parsers._choices_actions}
    table = [f"| [`{name}`](#{name}) | {first[name]} |" for name in COMMANDS]
    told = [line for name in COMMANDS for line in _command(name, parsers.choices[name])]
    page = "\n".join([HEAD, "| command | |", "| --- | --- |", *table, "", *told])
    return page.replace(str(default_folder()), JOURNALS)


def _command(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"## {name}\n"
    given = [one for one in parser._actions if not one.option_strings]
    needed = " ".join(parser._get_formatter()._format_args(one, str(one.dest).upper()) for one in given)
    yield f"    phantom-lab {name} [options] {needed}".rstrip() + "\n"
    yield f"{parser.description}\n"
    rows = [(one, help) for one in parser._actions if (help := _help(one)) and one.dest != "help"]
    if rows:
        yield from ("| | |", "| --- | --- |")
        yield from (f"| `{_named(one)}` | {_cell(help)} |" for one, help in rows)
        yield ""
    if parser.epilog:
        yield f"{parser.epilog}\n"
    if name in PRINTED:
        yield f"`--json`: {', '.join(f'`{key}`' for key in _keys(name))}.\n"


def _help(action: argparse.Action) -> str:
    return "" if action.help in (None, argparse.SUPPRESS) else str(action.help) % vars(action)


def _named(action: argparse.Action) -> str:
    value = action.metavar or (f"{{{','.join(map(str, action.choices))}}}" if action.choices else "")
    return _cell(" ".join(filter(None, (", ".join(action.option_strings), str(value)))))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _keys(name: str) -> list[str]:
    with redirect_stdout(StringIO()) as printed:
        main([*(str(ROOT / one) if one.startswith("sample_data/") else one for one in PRINTED[name]), "--json"])
    return list(json.loads(printed.getvalue()))


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")

"""Helpers and logging: what the platform does on its own machine, and private lines of the log."""

from __future__ import annotations

from typing import Any, NoReturn

from phantom_lab.engine import PlaybookRun
from phantom_lab.isolation.guard import RefusedError
from phantom_lab.rules.arguments import brief
from phantom_lab.rules.registry import emulates

_REFUSED = ("it starts nothing: nothing that a playbook runs leaves its process", "`dump_ouput`: there is no output")
_PATHS = "a playbook's imports are those of this Python"


@emulates("run_ext_command", gaps=_REFUSED)
def run_ext_command(run: PlaybookRun, command: Any, dump_ouput: Any) -> NoReturn:
    """Refused, as a subprocess is; on the platform it returns the output, the errors and the code (observed)."""
    _refuse(run, "run_ext_command", command)


@emulates("run_ext_command_list", gaps=_REFUSED)
def run_ext_command_list(run: PlaybookRun, command_list: Any, dump_ouput: Any) -> NoReturn:
    """Refused, as a subprocess is."""
    _refuse(run, "run_ext_command_list", command_list)


@emulates("_dump_shell_returns")
def dump_shell_returns(run: PlaybookRun, out: Any, err: Any, ret_code: Any) -> None:
    """Write what a command came back with to the debug log (form assumed)."""
    run.log("debug", f"out: {out}, err: {err}, ret_code: {ret_code}")


@emulates("reset_python_path_", gaps=(f"`paths`: {_PATHS}",))
def reset_python_path(run: PlaybookRun, paths: Any) -> None:
    """Nothing but a note."""
    run.note(f"reset_python_path_ has no effect: {_PATHS}")


@emulates("set_python_path_", gaps=(f"`path_val`: {_PATHS}",))
def set_python_path(run: PlaybookRun, path_val: Any) -> None:
    """Nothing but a note."""
    run.note(f"set_python_path_ has no effect: {_PATHS}")


@emulates("set_git_repo_path_", gaps=("`repo_name`: playbooks are found in the lab's folders",))
def set_git_repo_path(run: PlaybookRun, repo_name: Any) -> None:
    """Nothing but a note."""
    run.note("set_git_repo_path_ has no effect: playbooks are found in the lab's folders")


@emulates("debug_private_message_")
def debug_private_message(run: PlaybookRun, message: Any) -> None:
    """Write a line that is not the playbook's own: level ``private``, and no part of its debug log (assumed)."""
    run.log("private", str(message))


@emulates("debug_private_error_")
def debug_private_error(run: PlaybookRun, message: Any) -> None:
    """As `debug_private_message`, with the level ``private error`` (assumed)."""
    run.log("private error", str(message))


@emulates("trace_")
def trace(run: PlaybookRun, show_message: Any, message: Any) -> None:
    """Write a line to the debug log if it is to be shown (assumed)."""
    if show_message:
        run.log("debug", str(message))


def _refuse(run: PlaybookRun, call: str, command: Any) -> NoReturn:
    error = RefusedError(f"{call}: refused to start {brief(command)}: playbook code starts no other programs",
                         where=f"{run.playbook.title}:{run.line}",
                         hint="Ask for it with phantom.act, and answer that with a stub (@lab.action).")
    run.tree.refused("start", brief(command), run.line, str(error))
    raise error

"""How a run ended that was not unwound."""

from __future__ import annotations

from phantom_lab.engine.record import RunRecord
from phantom_lab.model import PEOPLE, Options
from phantom_lab.views import unmatched


def outcome_of(run: RunRecord, options: Options) -> tuple[str, str]:
    """The status and the message of a run that waits for nothing any more."""
    if run.failures:
        return "error", str(run.failures[0])
    for done in run.state.action_runs:
        if not done.success:
            return "failed", f"{PEOPLE.get(done.action, 'action')} '{done.name}' failed: {done.reason}"
    for executed in run.state.custom_function_runs:
        if not executed.success:
            return "failed", f"custom function '{executed.name}' failed: {executed.message}"
    if options.unmatched == "fail":
        for one in unmatched(run.journal):
            if one["run"] == run.id:
                where = f"{one['block']}, line {one['line']}"
                return "failed", f"no branch matched ({where}): {'; '.join(one['conditions'])}"
    return "success", ""

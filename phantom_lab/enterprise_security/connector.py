"""The built-in connector: its actions work on the local Enterprise Security."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from phantom_lab.apps.manifests import Manifest, manifest_of
from phantom_lab.engine import PlaybookRun
from phantom_lab.enterprise_security.reads import READS
from phantom_lab.enterprise_security.writes import WRITES
from phantom_lab.model import ActionResult, App, Asset, Record
from phantom_lab.outcomes import ActionCall, Outcome
from phantom_lab.outcomes.declared import Declaration
from phantom_lab.outcomes.known import Known
from phantom_lab.state.names import Refused, is_nothing, shown

ASSET = "builtin_mc_connector"
"""The name of its asset in every public playbook."""
SOURCE = "local Enterprise Security"
_TITLE = "the built-in Enterprise Security connector"
"""For people. Of its actions only those are known that public playbooks use."""
_ACTIONS = {**READS, **WRITES}


@cache
def connector() -> Manifest:
    """Its declaration: no manifest of it is public, so this one holds what exports require and what playbooks read."""
    found = manifest_of(json.loads(Path(__file__).with_name("connector.json").read_text(encoding="utf-8")))
    assert found is not None
    return found


class EnterpriseSecurity:
    """Answers its actions, unless somebody before it does.

    What an action writes belongs to the run, and the next one reads it. A failure is a failed result with a message
    (their texts are assumed).
    """

    def __init__(self) -> None:
        self.run: PlaybookRun | None = None
        """Set once there is one: its platform is read and written to."""

    def outcome(self, call: ActionCall) -> Outcome | None:
        """Carry out an action of the connector."""
        declared = self.declaration(call)
        if declared is None or self.run is None:
            return None
        given = {name: value for name, value in call.parameter.items() if name != "context"}
        try:
            _check(declared, given)
            data, message = _ACTIONS[call.action.strip().lower()](self.run, given)
            result = ActionResult("success", message, call.parameter, data, {})
        except Refused as exc:
            nothing = declared.read_only and self.run.platform.options.connector_refusal == "nothing"
            result = ActionResult("success" if nothing else "failed", str(exc), call.parameter)
        return Outcome((result,), SOURCE, own=True, local=True, by="platform")

    def declaration(self, call: ActionCall) -> Declaration | None:
        """What is declared of an action of the connector; None for another app's."""
        action = call.action.strip().lower()
        return connector().declaration(action) if ASSET in (call.asset, call.app) or _is_app(call.app) else None

    def known(self, call: ActionCall) -> Known | None:
        """The connector, as far as the lab knows it."""
        own = ASSET in (call.asset, call.app) or _is_app(call.app)
        return Known(_TITLE, connector().actions, self.declaration(call)) if own else None

    def assets(self, action: str) -> Iterable[Asset]:
        """Its asset, for an action of its own."""
        return [Asset(ASSET, App(connector().name), built_in=True)] if action.strip().lower() in _ACTIONS else []


def _is_app(name: str) -> bool:
    return name.lower() in (connector().name.lower(), connector().product.lower())


def _check(declared: Declaration, given: Record) -> None:
    """Refuse a call without what its action requires; an empty text is none."""
    missing = [name for name, one in declared.parameters.items() if one.get("required") and is_nothing(given.get(name))]
    if missing:
        raise Refused(f"{declared.action}: required parameter {', '.join(map(shown, missing))} is missing")

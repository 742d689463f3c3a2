"""`phantom.act`: from one call to app runs, and from outcomes to results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from phantom_lab.errors import AssetNotConfiguredError, PlaybookArgumentError
from phantom_lab.model import ActionResult, ActionRun, App, AppRun, Asset, json_copy
from phantom_lab.outcomes import ActionCall, Outcome, Providers, read_answer
from phantom_lab.state import Ids, RunState


@dataclass(frozen=True, slots=True)
class AssetSelection:
    """What an ``act`` call says about where to run."""

    assets: list[str] | None = None
    tags: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    app: dict[str, Any] | None = None

    def admits(self, asset: Asset) -> bool:
        """Whether tags, product type and app allow the asset; several restrictions intersect (documented)."""
        if self.tags and not self.tags & asset.tags:
            return False
        if self.types and asset.type not in self.types:
            return False
        wanted = self.app or {}
        name, version = wanted.get("name"), wanted.get("version")
        return ((not name or str(name).lower() == asset.app.name.lower())
                and (not version or asset.app.version in ("", str(version))))


@dataclass(frozen=True, slots=True)
class PendingAction:
    """An action run in the queue."""

    id: int
    name: str
    action: str
    assets: list[Asset]
    parameters: list[dict[str, Any]]
    callback: Callable[..., Any] | None
    handle: Any
    registered_by: str | None
    line: int
    command: int
    due: float
    """When it completes, in seconds of the run's clock."""
    refused: str = ""
    answers: tuple[dict[str, Any], ...] = ()
    """Answers given by hand, each for one asset or (without one) for all: ``{"asset"?, "status", …}``."""

    def answered(self, call: ActionCall) -> Outcome | None:
        """The outcome that was given by hand for a call; the newest one counts."""
        for given in reversed(self.answers):
            if given.get("asset") in (None, call.asset):
                answer = {key: value for key, value in given.items() if key != "asset"}
                return Outcome((read_answer(answer, call.parameter, where="the given result"),), "given by hand")
        return None


def select_assets(state: RunState, providers: Providers, action: str, chosen: AssetSelection,
                  note: Callable[[str], None]) -> list[Asset]:
    """The assets an action runs on.

    Named assets that nobody configured are assumed to exist, with a note. An action that names none runs on every
    asset whose app supports it (documented): configured ones, else those that outcome providers answer for.

    Raises:
        AssetNotConfiguredError: a named asset is unknown, and the lab is strict about assets.
    """
    configured = {asset.name: asset for asset in state.assets}
    offered = providers.assets(action)
    if chosen.assets is None:
        able = [asset for asset in configured.values() if asset.app.supports(action)]
        found = [asset for asset in able or offered if chosen.admits(asset)]
        if not found and not state.strict_assets:
            found = [_assumed(f"any asset for '{action}'", offered, chosen)]
            note(f"action '{action}' names no asset and none is configured for it: one is assumed")
        return found
    found = []
    for name in chosen.assets:
        asset = configured.get(name)
        if asset is None:
            if state.strict_assets:
                known = ", ".join(configured) or "none"
                raise AssetNotConfiguredError(f"action '{action}': asset '{name}' is not configured",
                                              hint=f"Configured are: {known}.")
            asset = _assumed(name, offered, chosen)
            note(f"asset '{name}' is not configured: it is assumed to exist, with app {asset.app.name}")
        if asset.app.supports(action) and chosen.admits(asset):
            found.append(asset)
    return found


def _assumed(name: str, offered: list[Asset], chosen: AssetSelection) -> Asset:
    same = next((asset.app for asset in offered if asset.name == name), None)
    local = next((asset.app for asset in offered if asset.app.actions is not None), None)
    wanted = chosen.app or {}
    app = App(str(wanted["name"])) if wanted.get("name") else same or local or App(name)
    return Asset(name, app, chosen.tags, next(iter(chosen.types), ""), assumed=True)


def read_parameters(given: Any, action: str) -> list[dict[str, Any]]:
    """The parameter sets of an ``act`` call.

    None (the default) runs the action once without parameters; an empty list runs nothing, and the callback is
    called all the same (both assumed).

    Raises:
        PlaybookArgumentError: no list of dicts, or no JSON.
    """
    if given is None:
        return [{}]
    if not isinstance(given, list | tuple) or not all(isinstance(one, dict) for one in given):
        kind = type(given).__name__
        wrong = next((type(one).__name__ for one in given if not isinstance(one, dict)), "") if kind == "list" else ""
        raise PlaybookArgumentError(
            f"act '{action}': parameters must be a list of dicts, not {f'a list holding {wrong}' if wrong else kind}",
            hint='Give [{"ip": "1.1.1.1"}].')
    try:
        return [json_copy(one) for one in given]
    except (TypeError, ValueError) as exc:
        raise PlaybookArgumentError(f"act '{action}': parameters are not JSON: {exc}",
                                    hint="Give texts, numbers, booleans, lists and dicts only.") from None


def with_context(parameter: dict[str, Any], ids: Ids, parent: Any) -> dict[str, Any]:
    """Add what the engine writes into every parameter set (observed)."""
    given = parameter.get("context")
    context = {"artifact_id": 0, "guid": ids.guid(), "parent_action_run": [parent] if parent else []}
    context.update(given if isinstance(given, dict) else {})
    return {**parameter, "context": context}


def complete(pending: PendingAction, ids: Ids, ask: Callable[[ActionCall], Outcome]) -> ActionRun:
    """Run a pending action: every asset × every parameter set."""
    runs = []
    for asset in pending.assets:
        results: list[ActionResult] = []
        for parameter in pending.parameters:
            number = ids.next(f"call {pending.action} on {asset.name}")
            results += ask(ActionCall(pending.action, pending.name, asset.name, asset.app.name, parameter,
                                      number)).results
        if pending.parameters:
            runs.append(AppRun(
                ids.next("app_run"), pending.id, pending.name, pending.action, asset.app.name,
                ids.number("app", asset.app.name), asset.name, ids.number("asset", asset.name), tuple(results)))
    return ActionRun(pending.id, pending.name, pending.action, tuple(runs), pending.refused)

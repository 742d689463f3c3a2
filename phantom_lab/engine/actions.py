"""`phantom.act`: from one call to app runs, and from outcomes to results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.engine.declared_calls import having
from phantom_lab.engine.outside import Outside
from phantom_lab.engine.pending import PendingAction
from phantom_lab.errors import AssetNotConfiguredError, PlaybookArgumentError
from phantom_lab.later import dataclass
from phantom_lab.misspelt import SURE, closest
from phantom_lab.model import ActionResult, App, AppRun, Asset, json_copy
from phantom_lab.outcomes import ActionCall, Outcome
from phantom_lab.state import Ids, Platform


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


def select_assets(platform: Platform, outside: Outside, action: str, chosen: AssetSelection,
                  note: Callable[[str], None]) -> list[Asset]:
    """The assets an action runs on.

    Named assets that nobody configured are assumed to exist, with a note. An action that names none runs on every
    asset whose app supports it (documented): configured ones, else those that outcome providers answer for.

    Raises:
        AssetNotConfiguredError: a named asset is unknown, and the lab is strict about assets.
    """
    configured = {asset.name: asset for asset in platform.assets}
    offered = outside.assets(action)
    if chosen.assets is None:
        able = [asset for asset in configured.values() if asset.app.supports(action)]
        found = [asset for asset in having(outside, action, able) or able or offered if chosen.admits(asset)]
        if not found and not platform.strict_assets:
            found = [_assumed(f"any asset for '{action}'", offered, chosen)]
            note(f"action '{action}' names no asset and none is configured for it: one is assumed")
        return found
    found = []
    for name in chosen.assets:
        asset = configured.get(name)
        asset = asset or next((one for one in offered if one.name == name and one.built_in), None)
        if asset is None:
            if platform.strict_assets:
                raise AssetNotConfiguredError(
                    f"action '{action}': asset '{name}' is not configured{closest(name, configured)}",
                    hint=f"Configured are: {', '.join(configured) or 'none'}.")
            asset = _assumed(name, offered, chosen)
            known = [one.name for one in offered]
            meant = closest(name, [*configured, *(() if name in known else known)], least=SURE)
            note(f"asset '{name}' is not configured: it is assumed to exist, with app {asset.app.name}{meant}")
        if asset.app.supports(action) and chosen.admits(asset):
            found.append(asset)
    return found


def _assumed(name: str, offered: list[Asset], chosen: AssetSelection) -> Asset:
    same = next((asset.app for asset in offered if asset.name == name), None)
    local = next((asset.app for asset in offered if asset.app.actions is not None), None)
    wanted = chosen.app or {}
    app = App(str(wanted["name"])) if wanted.get("name") else same or local or App(name)
    return Asset(name, app, chosen.tags, next(iter(chosen.types), ""), assumed=True)


def read_parameters(given: Any, call: str) -> list[dict[str, Any]]:
    """The parameter sets of an ``act`` or ``custom_function`` call.

    None (the default) runs it once without parameters. An empty list runs a custom function not at all, and an action
    as `phantom_lab.model.Options.empty_parameters` says; the callback is called all the same (all assumed).

    Args:
        call: which call it is, for messages: ``act 'whois ip'``.

    Raises:
        PlaybookArgumentError: no list of dicts, or no JSON.
    """
    if given is None:
        return [{}]
    if not isinstance(given, list | tuple) or not all(isinstance(one, dict) for one in given):
        kind = type(given).__name__
        wrong = next((type(one).__name__ for one in given if not isinstance(one, dict)), "") if kind == "list" else ""
        raise PlaybookArgumentError(
            f"{call}: parameters must be a list of dicts, not {f'a list holding {wrong}' if wrong else kind}",
            hint='Give [{"ip": "1.1.1.1"}].')
    try:
        return [json_copy(one) for one in given]
    except (TypeError, ValueError) as exc:
        raise PlaybookArgumentError(f"{call}: parameters are not JSON: {exc}",
                                    hint="Give texts, numbers, booleans, lists and dicts only.") from None


def with_context(parameter: dict[str, Any], ids: Ids, parent: Any) -> dict[str, Any]:
    """Add what the engine writes into every parameter set (observed)."""
    given = parameter.get("context")
    context = {"artifact_id": 0, "guid": ids.guid(), "parent_action_run": [parent] if parent else []}
    context.update(given if isinstance(given, dict) else {})
    return {**parameter, "context": context}


def carry_out(pending: PendingAction, ids: Ids,
              ask: Callable[[ActionCall], Outcome | None]) -> tuple[list[AppRun], float]:
    """Run a pending action on every asset with every parameter set.

    Args:
        ask: gives the outcome of a call; None: it is not dispatched, and leaves no result. An asset on which nothing is
            dispatched has no app run (observed).

    Returns:
        The app runs, and the seconds until the last outcome arrives.
    """
    runs, delay = [], 0.0
    for asset in pending.assets:
        results: list[ActionResult] = []
        dispatched = False
        for parameter in pending.parameters:
            if (outcome := ask(call_of(pending, asset, parameter, ids))) is not None:
                dispatched = True
                results += outcome.results
                delay = max(delay, outcome.delay)
        if dispatched:
            runs.append(AppRun(
                pending.app_run_id or ids.next("app_run"), pending.id, pending.name, pending.action, asset.app.name,
                ids.number("app", asset.app.name), asset.name, ids.number("asset", asset.name), tuple(results),
                pending.loop_state))
    return runs, delay


def call_of(pending: PendingAction, asset: Asset, parameter: dict[str, Any], ids: Ids) -> ActionCall:
    """One parameter set on one asset, as outcome providers are asked about it."""
    number = ids.next(f"call {pending.action} on {asset.name}")
    return ActionCall(pending.action, pending.name, asset.name, asset.app.name, parameter, number,
                      pending.run.playbook.file)

"""Playbook automation API: which apps and assets there are.

Those are the configured assets and, for an action that none of them supports, those that outcome providers answer for:
the ones on which ``act`` would run the action.
"""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import AssetSelection, PlaybookRun
from phantom_lab.model import Asset, Record, complete, json_copy
from phantom_lab.rules.arguments import check, check_names, names
from phantom_lab.rules.registry import emulates


@emulates("get_assets")
def get_assets(run: PlaybookRun, action: Any, tags: Any, types: Any) -> list[Record]:
    """Records of assets (``name`` and ``product_name`` observed, the others those of REST).

    With several restrictions an asset has to meet all of them, as in ``act``.
    """
    return [_asset(run, one) for one in _assets(run, "get_assets", action, tags, types)]


@emulates("get_asset_names")
def get_asset_names(run: PlaybookRun, action: Any, tags: Any) -> list[str]:
    """The names of the `get_assets`."""
    return [one.name for one in _assets(run, "get_asset_names", action, tags)]


@emulates("get_apps")
def get_apps(run: PlaybookRun, action: Any, asset: Any, app_type: Any) -> list[Record]:
    """Records of the apps of assets: that support an action, of the asset of a name, of a type (assumed)."""
    check("get_apps", "asset", asset, (str,), "the name of an asset")
    check("get_apps", "app_type", app_type, (str,), "a type of apps")
    found = {one.app.name: _app(run, one) for one in _assets(run, "get_apps", action)
             if asset in (None, one.name)}
    return [one for one in found.values() if app_type in (None, one["type"])]


def _assets(run: PlaybookRun, call: str, action: Any, tags: Any = None, types: Any = None) -> list[Asset]:
    check(call, "action", action, (str,), "the name of an action")
    check_names(call, "tags", tags, "a list of tags")
    check_names(call, "types", types, "a list of types")
    chosen = AssetSelection(None, frozenset(names(tags)), frozenset(names(types)))
    found = [one for one in run.platform.assets if not action or one.app.supports(action)]
    return [one for one in found or (run.tree.outside.assets(action) if action else []) if chosen.admits(one)]


def _asset(run: PlaybookRun, one: Asset) -> Record:
    return _record(run, "asset", one.name, {
        "app": run.tree.ids.number("app", one.app.name), "product_name": one.app.name, "type": one.type,
        "tags": sorted(one.tags)})


def _app(run: PlaybookRun, one: Asset) -> Record:
    return _record(run, "app", one.app.name, {"app_version": one.app.version, "product_name": one.app.name})


def _record(run: PlaybookRun, kind: str, name: str, fields: Record) -> Record:
    """A copy of the stored record of a name; without one what is known."""
    stored = run.platform.records(kind).first(name=name)
    return dict(json_copy(stored)) if stored else complete(
        kind, {"name": name, **fields}, record_id=run.tree.ids.number(kind, name), now="")

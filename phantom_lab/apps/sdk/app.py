"""The folder of an app that is made with the SDK, as a manifest."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from phantom_lab.apps.sdk.actions import Actions
from phantom_lab.apps.sdk.sources import Sources
from phantom_lab.apps.sdk.values import COMPUTED, value_of
from phantom_lab.limits import MANIFEST, read_plain

PROJECT = "pyproject.toml"
_PACKAGE = "splunk-soar-sdk"
_MAIN = "src/app.py:app"
"""The SDK's own default."""
_TOLD = ("name", "appid", "product_vendor", "product_name", "publisher", "app_type")


def settings_of(folder: Path) -> dict[str, Any] | None:
    """The project file of an app's folder; None where there is none, or none of an app made with the SDK."""
    data = _toml(folder / PROJECT)
    return data if data is not None and ("app" in _table(data, "tool", "soar") or _needs(data)) else None


def read_app(folder: Path, problems: list[str]) -> dict[str, Any] | None:
    """What the SDK would write as the app's manifest, as far as its source tells.

    Args:
        folder: with the project file.
        problems: told here is what only executing the source could tell, one line each.

    Returns:
        The manifest; None where there is no app in the folder. ``complete`` is false where not every action could be
        read.
    """
    settings = settings_of(folder)
    if settings is None:
        return None
    sources = Sources(folder, problems)
    given = _table(settings, "tool", "soar", "app").get("main_module")
    place, _, name = (given if isinstance(given, str) else _MAIN).partition(":")
    path = sources.root.joinpath(*place.removesuffix(".py").replace("/", ".").split("."))
    sources.start = path.parent
    main = sources.module(path.with_name(f"{path.name}.py")) or sources.module(path / "__init__.py")
    if main is None and given is None:  # a classic app may need the SDK for its tests
        return None
    if main is None:
        sources.tell(f"{folder / PROJECT}: the main module '{place}' of the app cannot be read")
        return None
    modules = sources.reached(sources.module(path.parent / "__init__.py"), main)
    actions = Actions(sources, modules, _version(folder, settings))
    made = actions.app(main, name or "app")
    if made is None:
        sources.tell(f"{folder.name}/{main.shown}: which App(…) '{name or 'app'}' is, is computed: the app is not read")
        return None
    module, call = made
    said = {one.arg: value_of(sources, module, one.value) for one in call.keywords if one.arg in _TOLD}
    for one in [one for one, value in said.items() if value is COMPUTED]:
        sources.tell(f"{folder.name}/{module.at(call)}: the app's '{one}' is computed, and not read")
    told = {one: value if isinstance(value := said.get(one), str) else "" for one in _TOLD}
    project, found = _table(settings, "project"), actions.read()
    return {**told, "name": told["name"] or str(project.get("name") or folder.name),
            "app_version": str(project.get("version") or ""), "actions": found, "complete": actions.complete}


def _toml(path: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(read_plain(path, MANIFEST).decode())
    except (OSError, ValueError, RecursionError):
        return None


def _table(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    found: Any = data
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _needs(data: dict[str, Any]) -> str:
    """What the project says of the SDK among the packages that it needs; empty where it does not name it."""
    given = _table(data, "project").get("dependencies")
    return next((one for one in given if isinstance(one, str) and one.lower().replace("_", "-").startswith(_PACKAGE)),
                "") if isinstance(given, list) else ""


def _version(folder: Path, settings: dict[str, Any]) -> int:
    """The SDK's main version: the one that is locked, else the least that is asked for; 0 where neither is said."""
    packages = (_toml(folder / "uv.lock") or {}).get("package")
    listed = [one for one in packages if isinstance(one, dict)] if isinstance(packages, list) else []
    locked = next((str(one.get("version")) for one in listed if one.get("name") == _PACKAGE), "")
    found = re.search(r"\d+", locked or _needs(settings).removeprefix(_PACKAGE))
    return int(found[0][:9]) if found else 0

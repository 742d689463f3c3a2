"""One app's manifest: its actions, read when they are asked for. Published manifests hold slips of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from phantom_lab.later import dataclass, regex
from phantom_lab.outcomes.declared import Declaration, Output

_DEEPEST = 50
"""Steps of an output path; more is not what an app gives."""
_EXAMPLES = regex(r"exa\w*_val\w*")
_CONTAINS = regex(r"conta\w*")
_ROOT = regex(r"\w*ction_results?\.")


@dataclass(frozen=True, slots=True, eq=False)
class Manifest:
    """What an app says of itself."""

    name: str
    appid: str
    version: str
    product: str
    actions: Mapping[str, Mapping[str, Any]]
    """Undecoded, by lower-case name."""
    origin: str = "manifest"
    """What it was read from, for people: ``manifest``, or ``SDK app`` for the source of one."""
    complete: bool = True
    """Whether the app has no other actions."""

    @property
    def title(self) -> str:
        """For people: ``manifest MaxMind 2.2.6``."""
        return " ".join(part for part in (self.origin, self.name, self.version) if part)

    @property
    def order(self) -> tuple[int, ...]:
        """What newer versions have more of."""
        return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", self.version))

    def declaration(self, action: str, note: str = "") -> Declaration | None:
        """What it declares of an action; None for one that it does not have.

        Args:
            action: its name, in lower case.
            note: what else its source should tell.
        """
        given = self.actions.get(action)
        if given is None:
            return None
        source = " ".join(part for part in (self.title, note) if part)
        read_only = given.get("read_only")
        return Declaration(self.name, str(given["action"]), source, self.appid,
                           read_only if isinstance(read_only, bool) else None,
                           _objects(given.get("parameters")), outputs_of(given.get("output")),
                           _text(given.get("type")).lower(), isinstance(given.get("parameters"), dict),
                           isinstance(given.get("output"), list))

    def weight(self, action: str) -> int:
        """How many outputs it declares of an action."""
        output = self.actions[action].get("output")
        return len(output) if isinstance(output, list) else 0


def manifest_of(given: Any) -> Manifest | None:
    """The manifest in a decoded JSON file; None for something else."""
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        return None
    if not isinstance(given.get("actions"), list) or not {"appid", "app_version", "product_name"} & given.keys():
        return None
    actions = {one["action"].strip().lower(): one for one in given["actions"]
               if isinstance(one, dict) and isinstance(one.get("action"), str)}
    return Manifest(given["name"].strip(), _text(given.get("appid")).lower(), _text(given.get("app_version")),
                    _text(given.get("product_name")), actions)


def outputs_of(given: Any) -> tuple[Output, ...]:
    """The outputs in the ``output`` of an action, one for each path; what is none is left out."""
    found: dict[str, Output] = {}
    for one in given if isinstance(given, list) else ():
        path = path_of(one.get("data_path")) if isinstance(one, dict) else ""
        if path:
            type_ = one.get("data_type")
            found.setdefault(path, Output(path, type_.lower() if isinstance(type_, str) else "",
                                          tuple(_elements(one, _EXAMPLES)),
                                          tuple(word for word in _elements(one, _CONTAINS) if isinstance(word, str))))
    return tuple(found.values())


def path_of(given: Any) -> str:
    """An output path as a playbook writes it; empty for what is none."""
    if not isinstance(given, str):
        return ""
    path = ".".join(step.strip() for step in given.split("."))
    path = _ROOT.sub("action_result.", path, count=1) if _ROOT.match(path) else path
    return path if path.count(".") < _DEEPEST else ""


def _elements(one: Mapping[str, Any], key: re.Pattern[str]) -> Iterator[Any]:
    """What a key holds whose name is written in one way or another, as elements."""
    for name, value in one.items():
        if key.match(name):
            yield from value if isinstance(value, list) else () if value is None else (value,)


def _objects(given: Any) -> dict[str, Mapping[str, Any]]:
    return {name: one for name, one in given.items() if isinstance(one, dict)} if isinstance(given, dict) else {}


def _text(given: Any) -> str:
    return given.strip() if isinstance(given, str) else ""

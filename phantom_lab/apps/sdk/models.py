"""Classes of parameters and outputs, and what the SDK's manifest says of them.

The rules are those of the SDK's own serializers (`soar_sdk.params`, `soar_sdk.action_results`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import count
from typing import Any

from phantom_lab.apps.sdk.sources import External, Found, Local, Module, Sources
from phantom_lab.apps.sdk.values import COMPUTED, annotation_of, value_of
from phantom_lab.later import dataclass

_TYPES = {"builtins.str": "string", "builtins.int": "numeric", "builtins.float": "numeric",
          "builtins.bool": "boolean", "zoneinfo.ZoneInfo": "timezone"}
_ARGUMENTS = {
    "Param": ("description", "required", "primary", "default", "value_list", "cef_types", "allow_list", "sensitive",
              "alias", "column_name"),
    "OutputField": ("cef_types", "example_values", "alias", "column_name"),
    "Field": ("default",),
}
"""Of the functions that describe a field, in the order of their places."""
_DEEPEST, _MOST = 40, 20_000
"""Levels of classes in classes, and fields of one action."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a class."""

    name: str
    """As the manifest has it: the alias, where there is one."""
    type: str
    """Empty where the SDK would take none of it."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of ``Param`` or ``OutputField`` that are constants."""
    lists: int = 0
    optional: bool = False
    inside: Found = None
    """The class of outputs that it holds."""


def _own(name: str, type_: str, **said: Any) -> Field:
    return Field(name, type_, said)


_POLL = tuple(_own(name, "numeric", required=False) for name in ("start_time", "end_time", "container_count"))
_BASES: dict[str, tuple[Field, ...]] = {
    "Params": (), "ActionOutput": (), "PermissiveActionOutput": (),
    "OnPollParams": (*_POLL, _own("artifact_count", "numeric", required=False),
                     _own("container_id", "string", required=False, allow_list=True)),
    "OnESPollParams": _POLL,
    "MakeRequestParams": (
        _own("http_method", "string", required=True,
             value_list=["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]),
        _own("endpoint", "string", required=True),
        *(_own(name, "string", required=False) for name in ("headers", "query_parameters", "body")),
        _own("timeout", "numeric", required=False), _own("verify_ssl", "boolean", required=False)),
    "MakeRequestOutput": (_own("status_code", "numeric", example_values=[200, 404, 500]),
                          _own("response_body", "string", example_values=['{"key": "value"}'])),
}
"""Fields of the SDK's own classes."""


class Models:
    """Classes of one app, as manifests have them."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._known: dict[Found, list[Field] | None] = {}
        self._lines: dict[Found, list[Found]] = {}
        self._left = _MOST
        """Fields of an action that are still read."""

    def parameters(self, of: Found) -> dict[str, dict[str, Any]] | None:
        """The ``parameters`` of an action; None where the class cannot be read."""
        fields = self._fields(of)
        return None if fields is None else {one.name: _parameter(order, one) for order, one in enumerate(fields)}

    def outputs(self, parameters: Found, output: Found, summary: Found) -> list[dict[str, Any]] | None:
        """The ``output`` of an action; None where the class of its data cannot be read.

        A path that an app leaves open to further fields (``PermissiveActionOutput``) stands there as well, without a
        type: the SDK's manifest has no word for it.
        """
        order = count()
        self._left = _MOST
        data = self._fields(output)
        if data is None:
            return None
        found: list[dict[str, Any]] = [
            {"data_path": "action_result.status", "data_type": "string", "example_values": ["success", "failure"]},
            {"data_path": "action_result.message", "data_type": "string"}]
        found += [_output(f"action_result.parameter.{one.name}", one, order) for one in self._fields(parameters) or ()]
        found += self._below("action_result.data.*", output, order, ())
        if summary is not None:
            found += self._below("action_result.summary", summary, order, ())
        return [*found, *({"data_path": f"summary.{name}", "data_type": "numeric", "example_values": [1]}
                          for name in ("total_objects", "total_objects_successful"))]

    def is_of(self, of: Found, base: str) -> bool:
        """Whether a class is one of the SDK's, or made of it."""
        return any(isinstance(one, External) and one.is_sdk and one.last == base for one in self._line(of))

    def _below(self, path: str, of: Found, order: Iterator[int], within: tuple[Found, ...]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [{"data_path": path, "data_type": ""}] if self.is_of(
            of, "PermissiveActionOutput") else []
        for one in self._fields(of) or ():
            here = f"{path}.{one.name}{'.*' * one.lists}"
            if one.inside is None:
                found.append(_output(here, one, order))
            elif one.inside in (*within, of) or len(within) >= _DEEPEST:
                self._sources.tell(f"{self._where(one.inside)}: the class holds itself: its fields below {here} are "
                                   "left out")
            else:
                found += self._below(here, one.inside, order, (*within, of))
            self._left -= 1
            if self._left < 0:
                self._sources.tell(f"{self._where(of)}: more than {_MOST:,} fields of one action are not read")
                break
        return found

    def _where(self, of: Found) -> str:
        return f"{self._sources.root.name}/{of.module.at(of.node)}" if isinstance(of, Local) else "the SDK"

    def _fields(self, of: Found) -> list[Field] | None:
        """Fields in the SDK's order: those of bases first, each where it was named first."""
        if of not in self._known:
            self._known[of] = self._read(of)
        return self._known[of]

    def _read(self, of: Found) -> list[Field] | None:
        line = self._line(of)
        if not any(isinstance(one, External) and one.is_sdk and one.last in _BASES for one in line):
            return None
        found: dict[str, Field] = {}
        for one in reversed(line):
            if isinstance(one, External):
                found.update((each.name, each) for each in _BASES.get(one.last, ()))
            elif isinstance(one, Local) and isinstance(one.node, ast.ClassDef):
                for node in one.node.body:
                    if isinstance(node, ast.AnnAssign) and (made := self._field(one.module, node)):
                        found[made[0]] = made[1]
        return list(found.values())

    def _line(self, of: Found) -> list[Found]:
        """A class and its bases, the nearest first; of a base that is met twice the last place counts, as in Python."""
        if not isinstance(of, Local) or not isinstance(of.node, ast.ClassDef):
            return [of] if of is not None else []
        if of not in self._lines:
            self._lines[of] = [of]  # a class that is its own base
            every = [one for base in of.node.bases for one in self._line(self._sources.resolve(of.module, base))]
            last = dict.fromkeys(reversed(every))
            self._lines[of] = [of, *reversed(last)]
        return self._lines[of]

    def _field(self, module: Module, node: ast.AnnAssign) -> tuple[str, Field] | None:
        """A field by its name in the class; None for what the SDK takes for none."""
        if not isinstance(node.target, ast.Name) or node.target.id.startswith("_") or node.target.id == "model_config":
            return None
        told = annotation_of(self._sources, module, node.annotation)
        if told.class_variable:
            return None
        said = self._said(module, node.value)
        name, base = node.target.id, told.base
        alias = said.get("alias")
        type_ = _TYPES.get(base.name, "") if isinstance(base, External) else ""
        inside = base if self.is_of(base, "ActionOutput") or self.is_of(base, "PermissiveActionOutput") or self.is_of(
            base, "MakeRequestOutput") else None
        if not type_ and inside is None:
            self._sources.tell(f"{self._sources.root.name}/{module.at(node)}: the field '{name}' is of a type that the "
                               f"SDK has no word for ({ast.unparse(node.annotation)[:80]})")
        return name, Field(alias if isinstance(alias, str) and alias else name, type_, said, told.lists, told.optional,
                           inside)

    def _said(self, module: Module, node: ast.expr | None) -> dict[str, Any]:
        """Constant arguments of what a field is given; None is one that is not said."""
        if node is None:
            return {}
        called = self._sources.resolve(module, node.func) if isinstance(node, ast.Call) else None
        if not isinstance(node, ast.Call) or not isinstance(called, External) or called.last not in _ARGUMENTS:
            value = value_of(self._sources, module, node)
            return {} if value is None or value is COMPUTED or value is Ellipsis else {"default": value}
        given = {**dict(zip(_ARGUMENTS[called.last], node.args, strict=False)),
                 **{one.arg: one.value for one in node.keywords if one.arg}}
        values = {name: value_of(self._sources, module, one) for name, one in given.items()}
        extra = values.pop("json_schema_extra", None)
        for name in [name for name, value in values.items() if value is COMPUTED]:
            if name not in ("description", "default"):
                self._sources.tell(f"{self._sources.root.name}/{module.at(node)}: '{name}' is computed, and not read")
        more = {"example_values" if name == "examples" else name: one for name, one in extra.items()} if isinstance(
            extra, dict) else {}
        return {name: one for name, one in {**values, **more}.items()
                if one is not None and one is not COMPUTED and one is not Ellipsis}


def _parameter(order: int, one: Field) -> dict[str, Any]:
    said = one.said
    found = {"order": order, "name": one.name, "description": said.get("description", ""),
             "data_type": "password" if said.get("sensitive") else one.type,
             "required": bool(said.get("required", not one.optional)), "primary": bool(said.get("primary")),
             "allow_list": bool(said.get("allow_list"))}
    also = {"contains": "cef_types", "default": "default", "value_list": "value_list"}
    return {**found, **{key: said[name] for key, name in also.items() if said.get(name) or (
        name == "default" and name in said)}}


def _output(path: str, one: Field, order: Iterator[int]) -> dict[str, Any]:
    said = one.said
    found: dict[str, Any] = {"data_path": path, "data_type": one.type}
    if said.get("cef_types"):
        found["contains"] = said["cef_types"]
    if one.type == "boolean" and not path.startswith("action_result.parameter."):
        found["example_values"] = [True, False]
    elif said.get("example_values"):
        found["example_values"] = said["example_values"]
    if "column_name" in said:
        found |= {"column_name": said["column_name"], "column_order": next(order)}
    return found

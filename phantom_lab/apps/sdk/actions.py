"""Actions that an app registers, wherever in its folder it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from phantom_lab.apps.sdk.models import Models
from phantom_lab.apps.sdk.sources import External, Found, Local, Module, Sources
from phantom_lab.apps.sdk.values import COMPUTED, value_of
from phantom_lab.later import dataclass

_SPECIAL = {"make_request": ("make request", "generic", "MakeRequestParams"),
            "test_connectivity": ("test connectivity", "test", ""),
            "on_poll": ("on poll", "ingest", "OnPollParams"), "on_es_poll": ("on es poll", "ingest", "OnESPollParams")}
"""Actions that a decorator of their own registers: name, type, class of parameters."""
_METHODS = ("action", *_SPECIAL)
_CHANGED = 4
"""The version of the SDK from which on an action that does not say so is not read-only."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class _Registration:
    module: Module
    method: str
    call: ast.Call
    """Whose keyword arguments describe the action."""
    function: Found


class Actions:
    """The actions of one app.

    Args:
        version: of the SDK that the app is made with; 0 where that is not known.
    """

    def __init__(self, sources: Sources, modules: list[Module], version: int) -> None:
        self._sources, self._modules, self._models, self._version = sources, modules, Models(sources), version
        self._apps: dict[Module, set[str]] = {}
        self.complete = True
        """Whether every registration could be read."""

    def app(self, module: Module, name: str) -> tuple[Module, ast.Call] | None:
        """The call that makes the app: what a name stands for, or else the only one that there is."""
        found = self._app(self._sources.lookup(module, name))
        if found is not None:
            return found
        every = [(one, node) for one in self._modules for node in ast.walk(one.tree) if self._makes(one, node)]
        return every[0] if len(every) == 1 and isinstance(every[0][1], ast.Call) else None  # type: ignore[return-value]

    def read(self) -> list[dict[str, Any]]:
        """Every action as a manifest has it; the first of an identifier."""
        found: dict[str, dict[str, Any]] = {}
        for module in self._modules:
            for one in self._registrations(module):
                if (made := self._made(one)) is None:
                    self.complete = False
                elif made["identifier"] in found:
                    self._tell(one, f"a second action has the identifier '{made['identifier']}', and is left out")
                else:
                    found[made["identifier"]] = made
        return list(found.values())

    def _app(self, found: Found) -> tuple[Module, ast.Call] | None:
        if not isinstance(found, Local) or not isinstance(found.node, ast.Call):
            return None
        if self._makes(found.module, found.node):
            return found.module, found.node
        factory = self._sources.resolve(found.module, found.node.func)
        if isinstance(factory, Local) and isinstance(factory.node, Function):
            return next(((factory.module, node) for node in ast.walk(factory.node) if isinstance(node, ast.Call)
                         and self._makes(factory.module, node)), None)
        return None

    def _makes(self, module: Module, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and self._models.is_of(self._sources.resolve(module, node.func), "App")

    def _registrations(self, module: Module) -> Iterator[_Registration]:
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                for one in node.decorator_list:
                    if isinstance(one, ast.Call) and (method := self._method(module, one)) in _METHODS:
                        yield _Registration(module, method, one, Local(module, node))
            elif isinstance(node, ast.Call):
                if self._method(module, node) == "register_action":
                    yield _Registration(module, "action", node, self._registered(module, node))
                elif isinstance(node.func, ast.Call) and node.args and (
                        method := self._method(module, node.func)) in _METHODS:
                    yield _Registration(module, method, node.func, self._sources.resolve(module, node.args[0]))

    def _method(self, module: Module, call: ast.Call) -> str:
        """The method of the app that is called; empty for anything else."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in (*_METHODS, "register_action"):
            return ""
        base = call.func.value
        found = self._sources.resolve(module, base)
        own = isinstance(base, ast.Name) and base.id not in module.names and base.id in self._passed(module)
        return call.func.attr if own or self._app(found) is not None else ""

    def _passed(self, module: Module) -> set[str]:
        """Names under which functions of a module get or make an app."""
        if module not in self._apps:
            found = self._apps[module] = set()
            for node in ast.walk(module.tree):
                if isinstance(node, ast.arg) and self._models.is_of(self._annotated(module, node.annotation), "App"):
                    found.add(node.arg)
                elif isinstance(node, ast.Assign) and self._app(Local(module, node.value)) is not None:
                    found.update(one.id for one in node.targets if isinstance(one, ast.Name))
        return self._apps[module]

    def _registered(self, module: Module, call: ast.Call) -> Found:
        """The function that ``register_action`` gets: itself, or the text of where it is."""
        given = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "action"), None)
        if given is None:
            return None
        text = value_of(self._sources, module, given)
        if not isinstance(text, str):
            return self._sources.resolve(module, given)
        path, _, name = text.rpartition(":" if ":" in text else ".")
        of = self._sources.named(module.path.parent, path.removesuffix(".py").replace("/", "."))
        return self._sources.lookup(of, name) if of else None

    def _made(self, one: _Registration) -> dict[str, Any] | None:
        if not isinstance(one.function, Local) or not isinstance(one.function.node, Function):
            self._tell(one, "the function of this action is computed: the action is not read")
            return None
        module, function = one.function.module, one.function.node
        if one.method in _SPECIAL:
            return self._special(one, module, function)
        said = {name: self._argument(one, name)
                for name in ("name", "identifier", "action_type", "read_only", "description")}
        if COMPUTED in (said["name"], said["identifier"]):
            self._tell(one, "the name of this action is computed: the action is not read")
            return None
        identifier = said["identifier"] or function.name
        output = self._annotated(module, function.returns) or self._class(one, "output_class")
        parameters = self._class(one, "params_class") or self._first(module, function)
        return self._action(one, said["name"] or identifier.replace("_", " "), identifier,
                            said["action_type"] or "generic", self._read_only(said["read_only"]), parameters, output,
                            self._class(one, "summary_type"), said["description"] or ast.get_docstring(function) or "")

    def _special(self, one: _Registration, module: Module, function: Function) -> dict[str, Any]:
        name, type_, class_ = _SPECIAL[one.method]
        parameters: Found = External(f"soar_sdk.params.{class_ or 'Params'}")
        output: Found = External("soar_sdk.action_results.ActionOutput")
        if one.method == "make_request":
            arguments = (*function.args.posonlyargs, *function.args.args)
            given = [self._annotated(module, each.annotation) for each in arguments]
            parameters = next((each for each in given if self._models.is_of(each, class_)), parameters)
            output = self._annotated(module, function.returns) or self._class(one, "output_class")
        made = self._action(one, name, one.method, type_, one.method != "make_request", parameters, output, None,
                            ast.get_docstring(function) or "")
        return {**made, "output": []} if type_ == "ingest" else made

    def _action(self, one: _Registration, name: str, identifier: str, type_: Any, read_only: Any, parameters: Found,
                output: Found, summary: Found, description: Any) -> dict[str, Any]:
        taken, given = self._models.parameters(parameters), self._models.outputs(parameters, output, summary)
        for what, found in (("parameters", taken), ("output", given)):
            if found is None:
                self._tell(one, f"the class of the {what} of '{name}' is computed, and not read")
        return {"action": name, "identifier": identifier, "description": description, "type": type_,
                **({} if read_only is None else {"read_only": read_only}),
                **({} if taken is None else {"parameters": taken}), **({} if given is None else {"output": given})}

    def _argument(self, one: _Registration, name: str) -> Any:
        node = next((each.value for each in one.call.keywords if each.arg == name), None)
        return None if node is None else value_of(self._sources, one.module, node)

    def _read_only(self, said: Any) -> bool | None:
        if isinstance(said, bool) or not self._version:
            return said if isinstance(said, bool) else None
        return None if said is COMPUTED else self._version < _CHANGED

    def _class(self, one: _Registration, name: str) -> Found:
        node = next((each.value for each in one.call.keywords if each.arg == name), None)
        return self._annotated(one.module, node)

    def _first(self, module: Module, function: Function) -> Found:
        arguments = [*function.args.posonlyargs, *function.args.args]
        return self._annotated(module, arguments[0].annotation) if arguments else None

    def _annotated(self, module: Module, node: ast.expr | None) -> Found:
        """The class that an annotation names: the element of a list or iterator."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
        if isinstance(node, ast.Subscript):
            node = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        if node is None or (isinstance(node, ast.Constant) and node.value is None):
            return None
        found = self._sources.resolve(module, node)
        return self._annotated(found.module, found.node) if isinstance(found, Local) and isinstance(
            found.node, ast.Subscript) else found

    def _tell(self, one: _Registration, what: str) -> None:
        self._sources.tell(f"{self._sources.root.name}/{one.module.at(one.call)}: {what}")

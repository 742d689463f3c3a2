"""Importing the modules of a run: its playbook's, and those of its custom functions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from types import ModuleType
from typing import Any

from phantom_lab.engine.counts import Counts
from phantom_lab.engine.invoker import Invoker
from phantom_lab.engine.tree import Tree
from phantom_lab.engine.watch import Watch
from phantom_lab.errors import PlaybookLoadError, RunUnwound, is_from_within
from phantom_lab.history import Cause
from phantom_lab.isolation.guard import guarded
from phantom_lab.isolation.whose import ROOM
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.failures import failure_of
from phantom_lab.source.forks import WATCH, Fork
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.signatures import required, takes
from phantom_lab.source.source import CHECK, HOOK, Source


class Modules:
    """Imports the sources of one run, each once.

    Args:
        invoker: of the run: the functions of its modules go through it.
        tree: of the run.
        builtins: makes those of the run's modules.

    Raises:
        PlaybookLoadError: the playbook raised when it was imported.
    """

    def __init__(self, invoker: Invoker, tree: Tree, builtins: Callable[[], dict[str, Any]]) -> None:
        self._invoker = invoker
        self._run = invoker.run
        self._tree = tree
        self._custom_functions: dict[str, ModuleType] = {}
        with guarded():  # Python's builtins are those that stand in, too
            self._builtins = builtins()
            self.playbook = self._load(self._run.playbook)
        """The playbook's module."""

    def execute(self, function: CustomFunction, inputs: dict[str, Any], cause: Cause, run_id: int) -> Any:
        """Execute a custom function for one parameter set; inputs that it does not take are left out, with a note.

        Raises:
            CustomFunctionRaised: it did.
            PlaybookLoadError: it raised when it was imported.
        """
        if function.file not in self._custom_functions:
            self._custom_functions[function.file] = self._load(function)
        body = getattr(self._custom_functions[function.file], function.function)
        ignored = [name for name in inputs if not takes(body, name)]
        if ignored:
            self._run.note(f"custom function {function.name} (block {cause.name}) has no input "
                           f"{', '.join(map(repr, ignored))}")
        taken = {**dict.fromkeys(required(body)), **{name: value for name, value in inputs.items()
                                                     if name not in ignored}}
        return self._invoker.execute(body, taken, cause, run_id)

    def _load(self, source: Source) -> ModuleType:
        run, tree, ending = self._run, self._tree, self._tree.ending
        what = "playbook" if isinstance(source, Playbook) else "custom function"
        first = source is run.playbook and run.parent is None
        ending.files[source.file] = source.title
        module = ModuleType(source.name)
        module.__dict__["__file__"] = source.file
        module.__dict__["__builtins__"] = builtins = {**self._builtins, HOOK: self._invoker.hook(source),
                                                      CHECK: ending.swallowed, ROOM: tree.room}
        forks: list[Fork] | None = [] if tree.watched and source.file == tree.root.playbook.file else None
        if forks is not None:
            builtins[WATCH] = Watch(run, ending, forks)
        try:
            with guarded(), ending.limited(tree.gate.rested) if first else nullcontext():
                code = source.code(watched=forks)
                Counts(source, tree.steps, ending, builtins)
                exec(code, module.__dict__)
        except RunUnwound as exc:
            if not first:
                raise
            ending.unwinding = ending.unwound_by(exc)
            return module  # the run says so when it is executed
        except BaseException as exc:
            if not is_from_within(exc):
                raise
            failure = failure_of(exc, block="<module>", sources=[source])
            raise PlaybookLoadError(f"the {what} raised {failure.type} when it was imported: {failure.message}",
                                    where=f"{source.file}:{failure.line}") from exc
        name = source.function if isinstance(source, CustomFunction) else "on_start"
        if not callable(getattr(module, name, None)):
            raise PlaybookLoadError(f"{name} is no function once the {what} is imported", where=source.file)
        return module

"""What gave a value that a call of the platform read: results, artifacts, inputs, run data, formats."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CustomFunctionCompleted,
    Event,
    OutcomeGiven,
    PlaybookCompleted,
    PlaybookStarted,
)
from phantom_lab.model import PEOPLE, naming
from phantom_lab.why.provenance.scopes import ANY
from phantom_lab.why.provenance.until import NO_VALUE, OWN, Path, Provenance, Recorded, holds
from phantom_lab.why.provenance.walking import brief, parts, steps_of, text_of_steps

_SAVES = {"get_run_data": ("save_run_data", "save_block_result"), "get_block_result": ("save_run_data",
          "save_block_result"), "get_data": ("save_data",), "get_object": ("save_object",)}
_ARTIFACTS = ("artifact", "artifacts", "filtered-artifact", "filtered_artifact")


class Reached(Recorded, ABC):
    """Tells what a datapath, a key or a name was filled with."""

    @abstractmethod
    def passed(self, call: ApiCalled, name: str, path: Path, value: Any, hops: int) -> Provenance | None:
        """What an argument of a call of the platform was made of."""

    def datapath(self, call: ApiCalled, text: str, rest: Path, value: Any, hops: int) -> Provenance:
        """What a datapath reads, with steps below it."""
        whole = text if not rest else f"{text}.{text_of_steps(rest)}"
        inner = text.strip()
        if inner.startswith("filtered-data:"):
            inner = inner.split(":", 3)[-1]
        head, _, tail = inner.partition(":")
        second, _, after = tail.partition(":")
        if not tail or "." in head:
            head, tail = self._passed_name(call), inner
        if head in _ARTIFACTS or second in _ARTIFACTS:
            return self._artifact(call, whole, (*steps_of(tail if head in _ARTIFACTS else after), *rest)[1:], value)
        if head == "container":
            field = text_of_steps((*steps_of(tail), *rest))
            return Provenance("container", f"container field '{field}'", whole, "the container")
        if head == "playbook_input":
            return self._input(call, tail, whole, rest, value, hops)
        if head == "custom_list":
            there = isinstance(self.get(call.returned), list) and bool(self.get(call.returned))
            state = "" if there else ", which is empty or not there"
            return Provenance("list", f"custom list '{tail.strip()}'{state}", whole, "the lab's lists")
        if head == "playbook":
            return Provenance("platform", whole, whole, "the platform")
        if second == "custom_function":
            return self.kept(call, f"{head}:{steps_of(after)[0]}", (*steps_of(after)[1:], *rest), value, hops)
        if second == "playbook_output":
            return self.output(call, head, text_of_steps((*steps_of(after), *rest)))
        if second == "playbook_input":
            return Provenance("child playbook", f"input '{after}' of child playbook '{head}'", whole, head)
        if tail.startswith("formatted_data"):
            return self.formatted(call, head, value, hops)
        steps = (*steps_of(tail)[1:], *rest)
        if tail.partition(".")[0].endswith("_results"):
            steps = steps[1:]  # which of an app run's results
        if "custom_function_result" in tail.partition(".")[0]:
            return self.function_result(call, head, whole, steps, value, hops)
        if tail.partition(".")[0].removeprefix("filtered-") in ("action_result", "action_results", "summary", "status",
                                                                "message", "action", "app", "asset", "name"):
            return self.outcome(call, head, whole, steps, value, hops)
        return Provenance(OWN, f"the text {brief(text)} in line {call.line}, which is no datapath", whole)

    def _passed_name(self, call: ApiCalled) -> str:
        """Whose results were passed along to a call."""
        given = self.argument_of(call, "action_results") or self.argument_of(call, "action_result")
        names = [one.get("name") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
        return str(names[0]) if names else ""

    def kept(self, call: ApiCalled, key: str, path: Path, value: Any, hops: int) -> Provenance:
        """What was saved under a key, by whom, and of what."""
        kept = f"run data '{key}'" if call.name in ("get_run_data", "get_block_result", "collect2") else f"data '{key}'"
        saves = _SAVES.get(call.name, _SAVES["get_run_data"])
        saved = next((one for one in self.latest_calls if one.name in saves
                      and str(self.argument_of(one, "key")) == key), None)
        if saved is None:
            return Provenance("run data", f"{kept}, which nobody has saved", key, "nobody")
        by = f"saved by {self.block_of(saved.invocation)} in line {saved.line}"
        found = self.passed(saved, "value", path, value, hops)
        beyond = f", from {found.told}" if found is not None and found.kind != OWN else ""
        return Provenance("run data", f"{kept}, {by}{beyond}", key, by)

    def formatted(self, call: Event, name: str, value: Any, hops: int) -> Provenance:
        """The text or the rows of a named format."""
        wanted = name.removesuffix("__as_list")
        filled = next((one for one in self.latest_calls if one.name == "format" and one.run == call.run
                       and self.argument_of(one, "name") == wanted), None)
        if filled is None:
            return Provenance("format", f"format '{wanted}', which never ran", f"{wanted}:formatted_data", "nobody")
        return self.filled(filled, wanted, value, hops)

    def filled(self, call: ApiCalled, name: str, value: Any, hops: int) -> Provenance:
        """What a call of ``format`` put into its text."""
        told = f"format '{name}'" if name else f"the format in line {call.line}"
        given = self.argument_of(call, "parameters")
        for one in [given] if isinstance(given, str) else given or []:
            found = self.datapath(call, str(one), (), NO_VALUE, hops) if ":" in str(one) else None
            if found is not None and found.kind != OWN:
                return replace(found, told=f"{told}, from {found.told}")
        return Provenance(OWN, f"{told}, which only the playbook's own text fills", name)

    def outcome(self, asked: Event, name: str, datapath: str, steps: Path, value: Any, hops: int) -> Provenance:
        """What an action run came back with, and of its outcomes the one that holds the value."""
        done = self.latest(ActionCompleted, asked.run, name)
        if done is None:
            return Provenance("outcome", f"{datapath}, as no action '{name}' has completed", datapath, "nobody")
        if steps[:1] == ("parameter",):
            return self._parameter(done, datapath, steps[1:], value, hops)
        given = [one for one in self.of_kind(OutcomeGiven) if one.action_run_id == done.action_run_id]
        chosen = next((one for one in given if holds(self.get(one.results), (ANY, *steps), value)),
                      given[0] if given else None)
        if chosen is None:
            return Provenance("outcome", f"{datapath} ({done.message})", datapath, done.message)
        parameter = self.get(chosen.parameter)
        shown = {key: one for key, one in parameter.items() if key != "context"} if isinstance(parameter, dict) else {}
        who = f"{chosen.source}, asset {chosen.asset}, parameter {brief(shown)}"
        if done.action in PEOPLE:
            return Provenance("reply", f"reply to {done.action} '{name}' ({chosen.source})", datapath, chosen.source,
                         made_up=chosen.made_up)
        return Provenance("outcome", f"{datapath} ({who})", datapath, who, made_up=chosen.made_up)

    def _parameter(self, done: ActionCompleted, datapath: str, steps: Path, value: Any, hops: int) -> Provenance:
        """What an action was asked with: the playbook's own doing, or what it got it from."""
        begun = next((one for one in self.latest_of(ActionStarted) if one.action_run_id == done.action_run_id), None)
        call = self.call_of(begun.command) if begun is not None else None
        asked = self.get(begun.parameters) if begun else []
        if steps and not any(steps[0] in one for one in asked if isinstance(one, dict)):
            return Provenance(OWN, f"{datapath}, which the playbook does not pass to the action", datapath)
        found = call and self.passed(call, "parameters", (ANY, *steps), value, hops)
        if found:
            return replace(found, told=f"{datapath}, from {found.told}")
        return Provenance(OWN, f"{datapath}, as the playbook asked")

    def _artifact(self, call: Event, datapath: str, steps: Path, value: Any) -> Provenance:
        run = self.runs.get(call.run)
        artifacts = self.get(run.artifacts) if run else []
        field = f"cef '{text_of_steps(steps[1:])}'" if steps[:1] == ("cef",) and steps[1:] else (
            f"field '{text_of_steps(steps)}'")
        if not artifacts:
            return Provenance("artifact", f"{datapath}, as there is no artifact", datapath, "the container")
        same = [one for one in artifacts if holds(one, steps, value)]
        lacking = same or [one for one in artifacts if parts(one, steps) == [None]]
        which = f"artifact {lacking[0]['id']}" if lacking else "the artifacts"
        return Provenance("artifact", f"{field} of {which}", datapath, which)

    def _input(self, call: Event, tail: str, datapath: str, rest: Path, value: Any, hops: int) -> Provenance:
        name = str(next(iter(steps_of(tail)), tail))
        asked = next((one for one in self.latest_of(PlaybookStarted) if one.child == call.run), None)
        parent = self.call_of(asked.command) if asked is not None else None
        given = next(iter(naming.meant(name, self.get(asked.inputs) if asked else ())), name)
        found = parent and self.passed(parent, "inputs", (given, *rest), value, hops)
        beyond = f", from {found.told}" if found and found.kind != OWN else ""
        return Provenance("input", f"playbook input '{name}'{beyond}", datapath,
                     self.block_of(asked.invocation) if asked else "the inputs of the run")

    def function_result(self, asked: Event, name: str, datapath: str, steps: Path, value: Any, hops: int) -> Provenance:
        """What a custom function returned."""
        done = self.latest(CustomFunctionCompleted, asked.run, name)
        if done is None:
            return Provenance("custom function", f"{datapath}, as no custom function '{name}' has completed", datapath,
                         "nobody")
        results = self.get(done.results)
        returned = parts(results, (ANY, "custom_function_results", ANY, "data"))
        told = f"custom function '{naming.base(done.function)}'"
        if done.status != "success":
            return Provenance("custom function", f"{told}, which failed: {done.message[:200]}", datapath, told)
        return Provenance("custom function", f"{datapath}: {told} returned {brief(returned[0] if returned else None)}",
                     datapath, told)

    def output(self, asked: Event, name: str, output: str) -> Provenance:
        """An output of a child playbook."""
        done = self.latest(PlaybookCompleted, asked.run, name)
        state = "" if done is None or done.status == "success" else f", which ended as {done.status}"
        playbook = naming.base(done.playbook) if done else name
        told = f"output '{output}' of child playbook '{playbook}'{state if done else ', which has not ended'}"
        return Provenance("child playbook", told, f"{name}:playbook_output:{output}", playbook)

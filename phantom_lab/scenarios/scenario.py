"""Scenarios: a situation in one small file, with what everything outside answers in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.errors import InputError
from phantom_lab.later import dataclass
from phantom_lab.misspelt import meant
from phantom_lab.model import App, Asset, Options, given_json, read_json
from phantom_lab.outcomes.http_answer import HttpAnswer
from phantom_lab.outcomes.outcome import ActionCall, Outcome
from phantom_lab.outcomes.stand_ins import StandIn
from phantom_lab.scenarios.entries import BY, ActionEntry, Generate, read_entry
from phantom_lab.scenarios.entry_pool import EntryPool, check_alike
from phantom_lab.scenarios.expectation import Expectation, read_expectation
from phantom_lab.scenarios.http_entries import HttpEntry, read_request
from phantom_lab.scenarios.leftovers import Leftovers, in_part
from phantom_lab.scenarios.parts import LabArguments, lab_arguments, stand_ins

if TYPE_CHECKING:
    from phantom_lab.scenarios.yaml_text import Document, Place

_ANSWERS = ("outcomes", "http")
"""Keys whose lists are not replaced by a variant: its entries come before those of the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A situation, ready to run in. It is never changed: a run gets a provider of its own."""

    name: str
    """The file's, without its ending; of a variant ``name#variant``."""
    file: Path | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    """What it says, variant and rest merged, for people: it does not tell that answers of a variant come first. Its
    paths lead from the file's folder."""
    lab: LabArguments = field(default_factory=LabArguments)
    """What it says for a `Lab`, read."""
    outcomes: tuple[tuple[ActionEntry, ...], ...] = ()
    """Those of the variant, then those of the rest, which all variants share."""
    http: tuple[tuple[HttpEntry, ...], ...] = ()
    shared: bool = False
    """Whether it is a variant: its last outcomes and answers are for others, too."""
    stand_ins: tuple[StandIn, ...] = ()
    """For child playbooks and custom functions."""
    expected: Expectation = field(default_factory=Expectation)
    """What it expects of a run."""
    playbook: Path | str | None = None
    """What runs in it: a path, or a name where no file of that path is there; None: it names none."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, name: str = "scenario", folder: str | Path = ".") -> Scenario:
        """A scenario that a program made.

        Args:
            data: what a file of one scenario holds; without ``variants``.
            name: for people.
            folder: from where its paths lead.

        Raises:
            InputError: it is none.
        """
        from phantom_lab.scenarios.checking import check
        from phantom_lab.scenarios.yaml_text import Document

        document = Document(given_json(data, "the scenario", where=name), name)
        check(document)
        if "variants" in document.data:
            raise InputError("a scenario made by a program has no `variants`", where=name, hint="Make one of each.")
        return _made(document, name, None, Path(folder))

    @property
    def ran(self) -> bool:
        """Whether the playbook ran before on the container: its artifacts are not new any more."""
        return bool(self.data.get("ran", False))

    @property
    def generate(self) -> bool:
        """Whether what nothing answers is generated."""
        return bool(self.data.get("generate", False))

    @property
    def edits(self) -> tuple[Mapping[str, Any], ...]:
        """What is changed on the way, at the entry of blocks."""
        return tuple(self.data.get("edits", ()))

    @property
    def expect(self) -> str:
        """How the run is expected to end; empty where nothing is said."""
        return self.expected.status

    def lab_arguments(self) -> dict[str, Any]:
        """Arguments for `Lab`; what the scenario does not say is left out."""
        said = {one.name: value for one in fields(self.lab) if (value := getattr(self.lab, one.name)) or value == 0}
        said.pop("finding_at", None)
        return {**said, **({"options": Options(**said["options"])} if "options" in said else {})}

    def run_arguments(self) -> dict[str, Any]:
        """``inputs`` and ``scope`` for `Lab.run`, as far as the scenario says them."""
        return {key: self.data[key] for key in ("inputs", "scope") if key in self.data}

    def provider(self, generated: Generate | None = None) -> ScenarioProvider:
        """A provider for one run: its lists of answers start anew.

        Args:
            generated: makes the results of which the scenario ``set``s values.
        """
        return ScenarioProvider(self, generated)


class ScenarioProvider:
    """Answers of a scenario, for one run."""

    by = BY

    def __init__(self, scenario: Scenario, generated: Generate | None = None) -> None:
        self._scenario, self._generated = scenario, generated
        self._outcomes, self._http = EntryPool(scenario.outcomes), EntryPool(scenario.http)
        self._leftovers = Leftovers(scenario.outcomes)

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The answer of the most specific entry that matches.

        Raises:
            InputError: two entries are equally specific, the answers have run out, or the answer does not fit.
        """
        self._leftovers.asked(call)
        found = self._outcomes.take(lambda entry: entry.matches(call), f"'{call.action}' (block {call.name})",
                                    lambda entry: entry.rank(call))
        return None if found is None else found.outcome(call, self._generated)

    def http(self, method: str, url: str) -> HttpAnswer | None:
        """The answer to a request that leaves the platform.

        Raises:
            InputError: two entries are equally specific, or the answers have run out.
        """
        found: HttpAnswer | None = self._http.take(lambda entry: entry.matches(method, url), f"{method} {url[:200]}")
        return found

    def near(self, call: ActionCall) -> str:
        """Why no entry of its action is for a call, or which action may have been meant."""
        return self._leftovers.near(call)

    def remarks(self) -> Iterable[str]:
        """Entries that were not used, and why."""
        shared = len(self._scenario.outcomes) - 1 if self._scenario.shared else None
        yield from self._leftovers.told(self._outcomes.left(), shared)
        for number, entry, used in self._http.left():
            if not used and not (self._scenario.shared and number == len(self._scenario.http) - 1):
                yield f"scenario {entry.where}: the answer to {entry.title} was never asked for"
            elif used:
                yield in_part(entry, used)

    def assets(self, action: str) -> Iterable[Asset]:
        """The assets that entries of the action name."""
        named = [entry.wanted["asset"] for tier in self._scenario.outcomes for entry in tier
                 if "asset" in entry.wanted and entry.wanted["action"] == action.lower()]
        return [Asset(name, App(name)) for name in dict.fromkeys(named)]


def expectation_of(given: Mapping[str, Any] | str) -> Expectation:
    """What stands below ``expect`` of a scenario, given by a program.

    Raises:
        InputError: it cannot be read, or contradicts itself.
    """
    return Scenario.from_json({"expect": given}, name="expect").expected


def read_scenarios(path: str | Path) -> list[Scenario]:
    """Every scenario of a YAML or JSON file, checked.

    Args:
        path: the file, or ``file.yaml#variant`` for one of its variants.

    Raises:
        InputError: it cannot be read, is no scenario, or has no such variant.
    """
    # YAML and the schema are loaded only where a scenario is read.
    from phantom_lab.scenarios.checking import check
    from phantom_lab.scenarios.yaml_text import read_document

    file, chosen = _named(path)
    document = read_document(file)
    if document.data is None:
        raise InputError("the file holds nothing", where=str(file), hint="An empty scenario is {}.")
    check(document)
    variants = document.data.get("variants")
    if chosen is not None and chosen not in (variants or {}):
        raise InputError(f"there is no variant {chosen!r}", where=str(file), hint=meant(chosen, variants or ()))
    found = [_made(document, f"{file.stem}#{one}", file, file.parent, one) for one in variants] if variants else [
        _made(document, file.stem, file, file.parent)]
    return [one for one in found if chosen is None or one.name == f"{file.stem}#{chosen}"]


def _named(path: str | Path) -> tuple[Path, str | None]:
    """The file, and the variant that is chosen."""
    text = str(path)
    if "#" not in text or Path(path).exists():
        return Path(path), None
    file, _, variant = text.rpartition("#")
    return Path(file), variant


def _made(document: Document, name: str, file: Path | None, folder: Path, variant: str | None = None) -> Scenario:
    """A scenario of a document: the variant, if one is meant, over the rest."""
    base = {key: value for key, value in document.data.items() if key != "variants"}
    top = (document.data["variants"][variant] or {}) if variant is not None else {}
    if isinstance(base.get("container"), str) and isinstance(top.get("container"), dict):
        base, top = _over_a_file(base, top, folder, document.at(("container",)))
    prefix: Place = ("variants", variant or "")

    def at(*place: str | int) -> str:
        """Where a part of the merged scenario stands."""
        here = (*prefix, *place)
        return str(document.at(here if here in document.lines else place))

    def entries(key: str, read: Any) -> tuple[tuple[Any, ...], ...]:
        tiers = [(prefix, top.get(key, ())), ((), base.get(key, ()))]
        found = [tuple(_entry(read, one, document, (*start, key, number)) for number, one in enumerate(given))
                 for start, given in tiers]
        for tier in found:
            check_alike(tier)
        return tuple(found)

    data = {**_merged(base, top), **{key: [*top.get(key, ()), *base.get(key, ())] for key in _ANSWERS
                                     if key in base or key in top}}
    return Scenario(name=name, file=file, data=data, lab=lab_arguments(data, folder, at),
                    outcomes=entries("outcomes", read_entry), http=entries("http", read_request),
                    shared=variant is not None, stand_ins=stand_ins(data, at),
                    expected=read_expectation(data.get("expect"), lambda *place: at("expect", *place)),
                    playbook=_playbook(data.get("playbook"), folder))


def _over_a_file(base: dict[str, Any], top: dict[str, Any], folder: Path, where: str
                 ) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rest with the container that its file holds, and the variant that is merged over it.

    Raises:
        InputError: the file cannot be read, or holds no single container.
    """
    name, changed = base["container"], top["container"]
    try:
        held = read_json(folder / name, "container")
    except InputError as exc:
        raise InputError(f"container: {exc.where}: {exc.what}", where=where, hint=exc.hint) from None
    if isinstance(held, dict) and isinstance(held.get("container"), dict):
        changed = {"container": {key: one for key, one in changed.items() if key != "artifacts"},
                   **({"artifacts": changed["artifacts"]} if "artifacts" in changed else {})}
    elif not isinstance(held, dict) or ("data" in held and "count" in held):
        raise InputError(f"a variant's container cannot be merged over {name}, which holds no single one", where=where,
                         hint="Let the variant name a file as well.")
    return {**base, "container": held}, {**top, "container": changed}


def _playbook(given: str | None, folder: Path) -> Path | str | None:
    """A path from the scenario's folder; what is no file there is a name to look for."""
    if given is None:
        return None
    path = folder / given
    path = path.resolve() if ".." in path.parts else path
    return path if path.suffix == ".py" or path.exists() else given


def _entry(read: Any, given: Any, document: Document, place: Place) -> Any:
    return read(given, lambda *more: document.at((*place, *more)))


def _merged(base: Any, top: Any) -> Any:
    """Objects are merged key by key; anything else is replaced."""
    if not isinstance(base, dict) or not isinstance(top, dict):
        return top
    return {**base, **{key: _merged(base[key], value) if key in base else value for key, value in top.items()}}

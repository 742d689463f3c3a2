"""The protocol of outcome providers, and their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, Protocol

from phantom_lab.errors import InputError
from phantom_lab.misspelt import meant
from phantom_lab.model import PEOPLE, Asset
from phantom_lab.outcomes.contract import CONTRACTS, LENIENT, OFF, STRICT, Breach, check_contract, in_one_line
from phantom_lab.outcomes.declared import Declaration
from phantom_lab.outcomes.http_answer import HttpAnswer
from phantom_lab.outcomes.known import Known
from phantom_lab.outcomes.offers import Offering, Offers
from phantom_lab.outcomes.outcome import ActionCall, Outcome


class OutcomeProvider(Protocol):
    """Somebody who may know what an action comes back with."""

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The outcome of a call, or None: somebody else's business."""

    def assets(self, action: str) -> Iterable[Asset]:
        """Assets that this provider answers for, for an action that names none."""


class Declaring(Protocol):
    """A provider that itself knows what an app declares."""

    def declaration(self, call: ActionCall) -> Declaration | None:
        """What the app of a call declares of its action."""


class Knowing(Protocol):
    """A provider that itself knows an app."""

    def known(self, call: ActionCall) -> Known | None:
        """The app of a call."""


class Manifests(Knowing, Protocol):
    """Who knows apps by their manifests."""

    def like(self, call: ActionCall) -> str:
        """Which action may be meant by one that no app at hand has, in words; empty where that cannot be told."""


class HttpProvider(Protocol):
    """A provider that also answers requests which leave the platform."""

    def http(self, method: str, url: str) -> HttpAnswer | None:
        """The answer to a request, or None: somebody else's business."""


class InTurn(Protocol):
    """A provider whose answers are used up."""

    by: str
    """As in the outcomes that it gives."""

    def outcome(self, call: ActionCall) -> Outcome | None:
        """As of `OutcomeProvider`; nothing but the provider itself is changed by it."""


class Telling(Protocol):
    """A provider that tells people what it was not used for."""

    def near(self, call: ActionCall) -> str:
        """What it has instead of an answer to a call; empty: nothing that comes near."""

    def remarks(self) -> Iterable[str]:
        """What there is to say of it after a run."""


class Providers:
    """Providers, asked in order; the first that knows decides.

    Args:
        declaration_of: what the app of a call declares of its action; None: nothing is known of apps.
        manifests: who knows the app of a call; None: there are none.
        inventing: who is asked last, and not for an action that an app lacks; None: nobody.
        undeclared: whether that one is asked for such actions, too.
        requires: whether the playbook's export says that a call's action requires any parameter; None: it does not say.
        contract: what becomes of an outcome that does not keep the declaration: ``strict`` refuses it, ``lenient``
            notes every difference once per block, ``off`` does not look.
    """

    def __init__(self, providers: Iterable[OutcomeProvider], *,
                 declaration_of: Callable[[ActionCall], Declaration | None] | None = None,
                 manifests: Manifests | None = None,
                 inventing: OutcomeProvider | None = None, undeclared: bool = False,
                 contract: str = LENIENT,
                 requires: Callable[[ActionCall], bool | None] = lambda call: None) -> None:
        if contract not in CONTRACTS:
            raise InputError(f"there is no contract {contract!r}", hint=meant(str(contract), CONTRACTS))
        self._providers = (*providers, *([inventing] if inventing else []))
        self._declaration_of, self._manifests = declaration_of, manifests
        self._inventing, self._undeclared = inventing, undeclared
        self.contract = contract
        """``strict``, ``lenient`` or ``off``."""
        self._requires = requires
        self._objected: set[tuple[str, str, str]] = set()
        self._offers = Offers(lambda: (offer for one in self._offering for offer in one.offers()))

    def _having(self, *names: str) -> list[Any]:
        """Those that have all the names of a protocol: every run looks, and ``isinstance`` of a protocol takes long."""
        return [one for one in self._providers if all(hasattr(one, name) for name in names)]

    @cached_property
    def _declaring(self) -> list[Declaring]:
        return self._having("declaration")

    @cached_property
    def _knowing(self) -> list[Knowing]:
        return self._having("known")

    @cached_property
    def _offering(self) -> list[Offering]:
        return self._having("offers")

    @cached_property
    def _telling(self) -> list[Telling]:
        return self._having("near", "remarks")

    @cached_property
    def _in_turn(self) -> list[InTurn]:
        return self._having("by")

    @cached_property
    def _http(self) -> list[HttpProvider]:
        return self._having("http")

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The first outcome that a provider has for the call.

        Raises:
            InputError: it does not keep what the app declares, and the contract is strict.
        """
        self._offers.asked(call)
        found = next((found for one in self._providers if (one is not self._inventing or self._may_invent(call))
                      and (found := one.outcome(call)) is not None), None)
        if found is not None and self.contract == STRICT and (
                told := _told(call, found, *self.breaches(call, found))):
            raise InputError(told, hint="contract=\"lenient\" notes it only.")
        return found

    def passed(self, call: ActionCall, outcome: Outcome) -> None:
        """A call was answered in a run that is executed again: where answers are used up, this one is."""
        for one in self._in_turn:
            if one.by == outcome.by:
                with suppress(InputError):
                    one.outcome(call)

    def passed_http(self, method: str, url: str) -> None:
        """The same of a request."""
        for one in self._http:
            if hasattr(one, "by"):
                with suppress(InputError):
                    one.http(method, url)

    def _may_invent(self, call: ActionCall) -> bool:
        known = None if self._undeclared else self.known(call)
        return known is None or known.declaration is not None

    def objection(self, call: ActionCall, outcome: Outcome) -> str:
        """How an outcome does not keep what the app declares, each told once per block; empty: nothing to tell."""
        declared, found = self.breaches(call, outcome)
        texts = {str(one): one for one in found if (call.playbook, call.name, str(one)) not in self._objected}
        self._objected.update((call.playbook, call.name, text) for text in texts)
        return _told(call, outcome, declared, list(texts.values()))

    def known(self, call: ActionCall) -> Known | None:
        """The app of a call, where its declaration is known; None of what people answer."""
        if call.action.lower() in PEOPLE:
            return None
        asked = [*([self._manifests] if self._manifests else []), *self._knowing]
        return next((found for one in asked if (found := one.known(call)) is not None), None)

    def like(self, call: ActionCall) -> str:
        """Which action may be meant, where no app is known, and no app at hand has it; in words."""
        unknown = self._manifests is not None and call.action.lower() not in PEOPLE and self.known(call) is None
        return self._manifests.like(call) if self._manifests and unknown else ""

    def declaration(self, call: ActionCall) -> Declaration | None:
        """What is declared of a call's action."""
        return next(self._declarations(call), None)

    def read_only(self, call: ActionCall) -> bool | None:
        """Whether a call changes nothing outside; None: nobody says."""
        said = (one.read_only for one in self._declarations(call))
        return next((one for one in said if one is not None), None)

    def kind(self, call: ActionCall) -> str:
        """The type, such as ``contain``, under which whoever says whether a call is read-only declares it."""
        return next((one.kind for one in self._declarations(call) if one.read_only is not None), "")

    def needs_parameters(self, call: ActionCall) -> bool | None:
        """Whether a call's action requires any parameter; None: nobody says."""
        return next((one.needs_parameters for one in self._declarations(call)), self._requires(call))

    def http(self, method: str, url: str) -> HttpAnswer | None:
        """The first answer that a provider has to a request which leaves the platform."""
        own = (one.http(method, url) for one in self._http)
        return next((one for one in own if one is not None), None)

    def near(self, call: ActionCall) -> str:
        """What providers have instead of an answer to a call."""
        telling = [one.near for one in self._telling]
        return " ".join(filter(None, (near(call) for near in (*telling, self._offers.near))))

    def remarks(self, texts: Callable[[], Mapping[str, bool]]) -> list[str]:
        """What there is to say of providers after a run.

        Args:
            texts: as for `Offers.unasked`.
        """
        told = [told for one in self._telling for told in one.remarks()]
        return [*told, *self._offers.unasked(texts)]

    def _declarations(self, call: ActionCall) -> Iterator[Declaration]:
        known = [self._declaration_of] if self._declaration_of else []
        own = (one.declaration for one in self._declaring)
        return (found for declared in (*known, *own) if (found := declared(call)) is not None)

    def breaches(self, call: ActionCall, outcome: Outcome) -> tuple[Declaration | None, list[Breach]]:
        """What is declared of a call's action, and where an outcome does not keep it."""
        if self.contract == OFF or outcome.own or (declared := self.declaration(call)) is None:
            return None, []
        return declared, check_contract(outcome.results, declared)

    def assets(self, action: str) -> list[Asset]:
        """Every asset that some provider answers for, by name; one whose app is known stands for its namesakes."""
        found: dict[str, Asset] = {}
        for one in self._providers:
            for asset in one.assets(action):
                if asset.name not in found or found[asset.name].app.actions is None:
                    found[asset.name] = asset
        return list(found.values())


def _told(call: ActionCall, outcome: Outcome, declared: Declaration | None, breaches: Sequence[Breach]) -> str:
    if declared is None or not breaches:
        return ""
    return (f"block {call.name}: what {outcome.source} gives for '{call.action}' on asset '{call.asset}' "
            f"is not what {declared.source} declares: {in_one_line(breaches)}")

"""Choices where the platform's behaviour is not known, or where sources disagree."""

from __future__ import annotations

from dataclasses import fields

from phantom_lab.errors import InputError
from phantom_lab.later import dataclass
from phantom_lab.misspelt import closest, keyworded

CHOICES: dict[str, tuple[str, ...]] = {
    "no_rows": ("none", "skip"),
    "unset_input": ("none", "empty"),
    "stray_braces": ("keep", "raise"),
    "objects": ("json", "str"),
    "unmatched": ("end", "fail"),
    "written_texts": ("str", "json"),
    "unknown_family": ("stop", "note"),
    "is_none": ("none", "blank"),
    "no_finding": ("none", "empty"),
    "finding": ("snapshot", "live", "fixed"),
    "finding_ids": ("own", "same"),
    "finding_owner": ("none", "empty", "unassigned"),
    "consolidated_findings": ("list", "newline", "comma"),
    "no_response_plan": ("none", "empty"),
    "filtered_finding": ("kept", "current"),
    "finding_container": ("bare", "artifact"),
    "empty_update": ("unchanged", "clear"),
    "connector_refusal": ("failed", "nothing"),
    "empty_parameters": ("declared", "none", "once"),
    "undeclared_calls": ("refuse", "ask"),
    "outside_writes": ("refuse", "redirect"),
}
"""The values of the options that have names, the default first."""


@keyworded
@dataclass(frozen=True, slots=True)
class Options:
    """Every default is marked ``assumed`` where it is tested. The table in ``docs/fidelity.md`` says why.

    Raises:
        InputError: there is no such value.
    """

    order: str | int = "asked"
    """In which order things complete that are due at the same moment: ``asked`` (as they were asked for), or a number,
    the seed of a random order."""
    no_rows: str = "none"
    """An operand of a condition that has no rows: ``none`` (it counts as one row of None) or ``skip`` (as no row)."""
    unset_input: str = "none"
    """A playbook input or output that nobody set: ``none`` (one row of None) or ``empty`` (no row)."""
    stray_braces: str = "keep"
    """A brace in a template that is no ``{number}``: ``keep`` it as text, or ``raise`` as ``str.format`` does."""
    objects: str = "json"
    """How a template shows dicts and lists: as ``json`` or by ``str``."""
    written_texts: str = "str"
    """How a list, dict, number or None is written where the platform keeps a text, such as a pin or a note: by ``str``
    or as ``json``."""
    unmatched: str = "end"
    """A run in which a decision or filter matched nothing and no block followed: it goes on to its ``end``, or
    ``fail``s."""

    empty_parameters: str = "declared"
    """What ``act(parameters=[])`` runs: one call without parameters where the app's declaration, or the playbook's
    export, says that none is required, and nothing otherwise (``declared``); ``none``; or one call always
    (``once``)."""

    undeclared_calls: str = "refuse"
    """A call that the known declaration of an app does not allow: an action that it lacks, a required parameter that is
    missing. It is not dispatched (``refuse``), or whoever gives results is asked all the same (``ask``)."""

    unknown_family: str = "stop"
    """A datapath of a family that the lab does not know, such as ``incident:name``: the run ends as ``not_emulated``
    (``stop``), or goes on with a ``note``."""
    is_none: str = "none"
    """What ``is None`` holds for: a missing value alone (``none``), or an empty text as well (``blank``)."""
    no_finding: str = "none"
    """``finding:`` in a run that is about none: one row of None (``none``) or no row (``empty``)."""
    finding: str = "snapshot"
    """What ``finding:`` reads: the record as it was when the run started, renewed by the action ``refresh finding or
    investigation`` (``snapshot``); as it is at the moment (``live``); or as it was at the start, whatever is refreshed
    (``fixed``)."""
    finding_ids: str = "own"
    """Of ``finding:id``, ``finding_id`` and ``investigation_id``: that of the other kind is None (``own``), or all are
    the ``same``."""
    finding_owner: str = "none"
    """What ``finding:owner`` reads where nobody owns it: None (``none``), an ``empty`` text or ``unassigned``."""
    consolidated_findings: str = "list"
    """A field in which findings differ: a ``list`` of the distinct values, or one text of them, with a ``newline`` or a
    ``comma`` between."""
    no_response_plan: str = "none"
    """``finding:response_plans.*.name`` where no plan is applied: one row of None (``none``) or no row (``empty``)."""
    filtered_finding: str = "kept"
    """What is read of a finding that a filter let through: the record as the filter ``kept`` it, or the ``current`` one
    that ``finding:`` reads."""
    finding_container: str = "bare"
    """The container that is made for a finding has no artifacts (``bare``), or an ``artifact`` for each finding, with
    what its search found."""
    empty_update: str = "unchanged"
    """An empty text given to an action that updates a finding: the field stays ``unchanged``, or it is ``clear``ed."""
    connector_refusal: str = "failed"
    """What comes back where the connector cannot read what it is asked for, as with an id that is not there: a
    ``failed`` result, or a success with ``nothing`` in it. What it cannot write always fails."""

    outside_writes: str = "refuse"
    """A change of a file that the machine has, or a new one beyond the folders in which a run makes its own: it is
    ``refuse``d, or made to a copy that goes with the run (``redirect``)."""

    custom_function_seconds: float = 60.0
    """Seconds of real time after which a custom function is ended as timed out; rests do not count."""

    max_steps: int = 10_000_000
    """Steps after which a run is taken for one that does not end: a round of a loop is one, a wait ten, an event of the
    journal a hundred. A custom function is ended as timed out after a quarter of them."""

    max_seconds: float = 300.0
    """Seconds of real time after which a run is ended that takes no steps; rests do not count."""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in ("custom_function_seconds", "max_seconds"):
                valid, known = type(value) in (int, float) and value > 0, "numbers of seconds"
            elif one.name == "max_steps":
                valid, known = type(value) is int and value > 0, "numbers from 1"
            elif one.name == "order":
                valid, known = value == "asked" or type(value) is int, "asked, and numbers"
            else:
                valid, known = value in CHOICES[one.name], ", ".join(CHOICES[one.name])
            if not valid:
                near = closest(str(value), CHOICES.get(one.name, ()))
                raise InputError(f"option {one.name} has no value {value!r}{near}", hint=f"There are {known}.")

"""Data access automation API: artifacts, and the addresses and URLs in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import Artifact, json_copy
from phantom_lab.rules.arguments import brief, check, check_keywords
from phantom_lab.rules.cef import cef_value
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import restrict
from phantom_lab.rules.sources import ARTIFACTS, artifacts, dicts

_OUTBOUND = frozenset({"1", "outbound", "out"})
"""The Common Event Format writes 0 for inbound and 1 for outbound."""


@emulates("get_artifacts")
def get_artifacts(run: PlaybookRun, container: Any, artifact_label: Any, scope: Any, filter_artifact_ids: Any,
                  limit: Any) -> list[Artifact]:
    """Artifacts of a label as dicts (observed); ``*`` and None are any label (assumed)."""
    return _artifacts(run, "get_artifacts", container, artifact_label, label_argument="artifact_label", scope=scope,
                      ids=filter_artifact_ids, limit=limit)


@emulates("get_tagged_artifacts")
def get_tagged_artifacts(run: PlaybookRun, container: Any, tags: Any, label: Any,
                         kwargs: dict[str, Any]) -> list[Artifact]:
    """Artifacts that have all the tags; takes ``scope``, ``filter_artifact_ids`` and ``limit`` besides (assumed)."""
    call = "get_tagged_artifacts"
    check_keywords(call, kwargs, ("scope", "filter_artifact_ids", "limit", "trace"))
    return _artifacts(run, call, container, label, tags=tags, scope=kwargs.get("scope"),
                      ids=kwargs.get("filter_artifact_ids"), limit=kwargs.get("limit"))


@emulates("attacker_ips")
def attacker_ips(run: PlaybookRun, container: Any, scope: Any, filter_artifact_ids: Any, events: Any) -> list[str]:
    """Addresses of attackers: the source or, where ``deviceDirection`` is outbound, the destination.

    Which fields count is documented; which of them it is, is assumed.
    """
    found = _events(run, "attacker_ips", container, scope, filter_artifact_ids, events)
    return _unique(_value(one, "destinationAddress" if _outbound(one) else "sourceAddress") for one in found)


@emulates("victim_ips")
def victim_ips(run: PlaybookRun, container: Any, scope: Any, filter_artifact_ids: Any, events: Any) -> list[str]:
    """Addresses of victims: the other side of `attacker_ips`."""
    return _victims(_events(run, "victim_ips", container, scope, filter_artifact_ids, events))


@emulates("get_attacked_ips")
def get_attacked_ips(run: PlaybookRun, container: Any, events: Any) -> list[str]:
    """`victim_ips` of events (assumed)."""
    return _victims(_events(run, "get_attacked_ips", container, None, None, events))


@emulates("get_URLs")
def get_urls(run: PlaybookRun, container: Any, scope: Any, filter_artifact_ids: Any, events: Any) -> list[str]:
    """The values of ``requestURL`` (assumed)."""
    return _unique(_value(one, "requestURL")
                   for one in _events(run, "get_URLs", container, scope, filter_artifact_ids, events))


@emulates("get_values_in_events")
def get_values_in_events(run: PlaybookRun, events: Any, field_name: Any) -> list[str]:
    """The unique values of a CEF field in artifacts, under either of its names (assumed)."""
    call = "get_values_in_events"
    field = _field(call, field_name)
    return _unique(_value(one, field) for one in _given(call, events))


@emulates("get_cef_value")
def get_cef_value(run: PlaybookRun, event_id: Any, cef: Any, field_name: Any) -> str:
    """A field of CEF data as text, under either of its names; empty where there is none (assumed).

    The id is not needed for it.
    """
    check("get_cef_value", "cef", cef, (dict,), "CEF data")
    found = cef_value(cef, _field("get_cef_value", field_name))
    return "" if found is None else str(found)


def _artifacts(run: PlaybookRun, call: str, container: Any, label: Any, *, label_argument: str = "label",
               tags: Any = None, scope: Any = None, ids: Any = None, limit: Any = None) -> list[Artifact]:
    check(call, label_argument, label, (str,), "a label or '*'")
    restriction = restrict(run, call, container=container, scope=scope, limit=limit, filter_artifacts=ids,
                           ids_argument="filter_artifact_ids", tags=tags)
    return list(json_copy([one for one in artifacts(run, ARTIFACTS, restriction)
                           if label in (None, "", "*", one["label"])]))


def _events(run: PlaybookRun, call: str, container: Any, scope: Any, ids: Any, events: Any) -> list[Artifact]:
    """The artifacts that were given, or those of the container."""
    return _given(call, events) if events else _artifacts(run, call, container, None, scope=scope, ids=ids)


def _given(call: str, events: Any) -> list[Artifact]:
    check(call, "events", events, (list, tuple), "a list of artifacts")
    return dicts(events)


def _field(call: str, given: Any) -> str:
    if not isinstance(given, str):
        raise PlaybookArgumentError(f"{call}: field_name must be the name of a CEF field, not {brief(given)}")
    return given


def _victims(found: Iterable[Artifact]) -> list[str]:
    return _unique(_value(one, "sourceAddress" if _outbound(one) else "destinationAddress") for one in found)


def _outbound(artifact: Artifact) -> bool:
    return str(_value(artifact, "deviceDirection")).strip().lower() in _OUTBOUND


def _value(artifact: Artifact, field: str) -> Any:
    return cef_value(artifact.get("cef"), field)


def _unique(values: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(str(value) for value in values if value not in (None, "")))

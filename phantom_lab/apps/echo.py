"""Fields of a result that are a parameter of the call: later blocks join what they collected by them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phantom_lab.apps.choosing import number_of
from phantom_lab.later import regex
from phantom_lab.outcomes.declared import Declaration, Output
from phantom_lab.outcomes.shaping import STAR, Steps, name_of

NOTHING = object()
"""A field that no parameter tells."""
_SHORT = 4
"""Characters of an example that others may have by chance."""
_KEYS = frozenset({"address", "indicator", "ioc", "observable", "resource", "value"})
"""Keys of what was asked for, besides the word for what it is."""
_HASHES = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_LOOKS = {
    "ip": regex(r"[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*"), "domain": regex(r"[^/@\s:]+\.[^/@\s:]*[a-zA-Z]"),
    "url": regex(r"\w+://.*"), "email": regex(r".*@.*"),
    **{kind: regex(rf"[0-9a-fA-F]{{{length}}}") for kind, length in _HASHES.items()},
}


class Echo:
    """The parameters of a call, by the fields that repeat them.

    Args:
        parameter: the call's parameter set.
        declaration: what is declared of its action.
    """

    def __init__(self, parameter: Mapping[str, Any], declaration: Declaration | None) -> None:
        self._given = {name: value for name, value in parameter.items()
                       if isinstance(value, str | int | float) and value != "" and name != "context"}
        self._names = {_plain(name): name for name in self._given}
        self._examples: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        for name in self._given:
            self._learn(name, declaration)

    def value(self, steps: Steps, output: Output | None) -> Any:
        """The parameter that a field repeats, in the field's type; `NOTHING` for most fields."""
        for name in self._candidates(steps, output):
            value = _fitting(self._given[name], output, name_of(steps))
            if value is not NOTHING:
                return value
        return NOTHING

    def _candidates(self, steps: Steps, output: Output | None) -> Iterator[str]:
        """Names of parameters that a field may repeat, likeliest first.

        By its key only where it stands in no list inside the data: that is a list of other things.
        """
        key, own = _plain(name_of(steps)), steps.count(STAR) <= 1
        if own and key in self._names:
            yield self._names[key]
        if output is not None:
            yield from (self._examples[one] for one in map(_telling, output.examples)
                        if one in self._examples and _may_be(self._given[self._examples[one]], output.contains))
            if own:
                yield from self._by_kind(key, output)

    def _by_kind(self, key: str, output: Output) -> Iterator[str]:
        words = {_plain(one): one for one in output.contains}
        if key in _KEYS or key in words or any(key in (f"{word}address", f"{word}name") for word in words):
            yield from (self._kinds[one] for one in output.contains
                        if one in self._kinds and _looks(self._given[self._kinds[one]], one))

    def _learn(self, name: str, declaration: Declaration | None) -> None:
        if declaration is None:
            return
        path = f"action_result.parameter.{name}"
        output = next((one for one in declaration.outputs if one.path == path), None)
        for one in output.examples if output else ():
            if telling := _telling(one):
                self._examples.setdefault(telling, name)
        declared = declaration.parameters.get(name, {})
        contains = declared.get("contains")
        if declared.get("primary") and isinstance(contains, list):
            for word in contains:
                self._kinds.setdefault(str(word), name)


def _looks(value: Any, kind: str) -> bool:
    """Whether a parameter that may be of several kinds is of this one."""
    return kind not in _LOOKS or _LOOKS[kind].fullmatch(str(value)) is not None


def _may_be(value: Any, contains: Sequence[str]) -> bool:
    kinds = [one for one in contains if one in _LOOKS]
    return not kinds or any(_looks(value, one) for one in kinds)


def _telling(example: Any) -> str:
    """An example that is equal to another only where they are the same thing; empty for any other."""
    text = str(example) if isinstance(example, str | int) and not isinstance(example, bool) else ""
    return text.lower() if len(text) >= _SHORT and text.lower() not in ("true", "false", "none", "success") else ""


def _fitting(value: Any, output: Output | None, key: str) -> Any:
    """A parameter's value in the type of a field; `NOTHING` where it cannot be the field's."""
    length = _HASHES.get(_plain(key))
    if length is not None and len(str(value)) != length:
        return NOTHING
    types = {type(one) for one in output.examples} if output else set()
    if types & {bool} or (not types and output and output.type == "boolean"):
        return value if isinstance(value, bool) else NOTHING
    if (types and types <= {int, float}) or (not types and output and output.type == "numeric"):
        found = None if isinstance(value, bool) else number_of(value)
        return NOTHING if found is None else found
    if isinstance(value, str) or not types & {str}:
        return value
    return NOTHING if isinstance(value, bool) else str(value)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()

"""What ``condition`` and ``decision`` were asked: the call, and its comparisons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from phantom_lab.datapath import OPERATORS, UNARY, Family, Path, operand, triple
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.later import dataclass
from phantom_lab.rules.arguments import brief, check
from phantom_lab.rules.restrictions import restrict, results_of
from phantom_lab.rules.sources import RESULTS, Restriction


@dataclass(frozen=True, slots=True)
class Call:
    """One evaluation."""

    run: PlaybookRun
    api: str
    name: str
    restriction: Restriction
    together: bool
    """``and``: every comparison of one source must hold in the same row (documented)."""
    case_sensitive: bool
    delimiter: str | None

    @property
    def skips(self) -> bool:
        """Whether an operand without rows counts as no row."""
        return self.run.tree.options.no_rows == "skip"


@dataclass(frozen=True, slots=True)
class Comparison:
    """``[left, operator, right]``."""

    number: int
    left: Any
    operator: str
    right: Any
    left_path: Path | None
    right_path: Path | None
    whole: bool = False
    """The whole value is compared, in no row of its own."""

    @property
    def path(self) -> Path | None:
        """The path whose rows are tested."""
        right = self.right_path
        return self.left_path or (None if right is not None and right.source is Family.CUSTOM_LIST else right)

    @property
    def columns(self) -> list[Path]:
        """The paths that are read in these rows."""
        tested = self.path
        return [path for path in (self.left_path, self.right_path)
                if path is not None and tested is not None and rows_of(path) == rows_of(tested)]


def call_of(run: PlaybookRun, api: str, name: Any, logical_operator: Any, case_sensitive: Any, delimiter: Any,
            restriction: Restriction) -> Call:
    """A call from its arguments.

    Raises:
        PlaybookArgumentError: one of them is of a wrong kind.
    """
    logic = str(logical_operator or "or").strip().lower()
    if logic not in ("and", "or"):
        raise PlaybookArgumentError(f"{api}: logical_operator must be 'and' or 'or', not {brief(logical_operator)}")
    if delimiter is not None and not isinstance(delimiter, str):
        raise PlaybookArgumentError(f"{api}: delimiter must be a text or None, not {brief(delimiter)}")
    check(api, "name", name, (str,), "a text")
    return Call(run, api, name or "", restriction, logic == "and", bool(case_sensitive), delimiter)


def restriction_of(run: PlaybookRun, api: str, container: Any, scope: Any, limit: Any, artifact_ids: Any,
                   filtered_results: Any, action_results: Any) -> Restriction:
    """What a call restricts its operands to; errors as for `restrict`."""
    passed = results_of(api, "filtered_results", filtered_results) or action_results
    return restrict(run, api, container=container, scope=scope, limit=limit, filter_artifacts=artifact_ids,
                    ids_argument="filtered_artifacts", action_results=passed)


def read_comparisons(conditions: Any, api: str, *, unnamed: bool, blank: bool = False) -> list[Comparison]:
    """The comparisons of a call.

    Args:
        unnamed: whether results were passed along, which a datapath without a block reads.
        blank: whether an empty text counts as None for ``is None`` (`Options.is_none`).

    Raises:
        PlaybookArgumentError: `conditions` is no list of triples with known operators.
    """
    form = f"{api}: conditions must be a list of [left, operator, right]"
    if not isinstance(conditions, list | tuple):
        raise PlaybookArgumentError(f"{form}, not {type(conditions).__name__}")
    read = []
    for number, given in enumerate(conditions):
        if (found := triple(given)) is None:
            raise PlaybookArgumentError(f"{form}; found {brief(given)}")
        left, operator, right = found
        if not isinstance(operator, str) or operator not in OPERATORS:
            raise PlaybookArgumentError(f"{api}: conditions have no operator {brief(operator)}",
                                        hint=f"There are {', '.join(sorted(OPERATORS))}.")
        if operator in UNARY:
            right = "" if blank else None
        one = Comparison(number, left, operator, right, operand(left, unnamed=unnamed),
                          operand(right, unnamed=unnamed))
        read.append(_whole(_listed(one)))
    return read


def _listed(given: Comparison) -> Comparison:
    """A custom list on either side: whether a value equals one of its cells; ``==`` acts as ``in`` (observed)."""
    left, right = (path is not None and path.source is Family.CUSTOM_LIST
                   for path in (given.left_path, given.right_path))
    if given.operator not in _MEMBERSHIP or not (left or right):
        return given
    operator = _MEMBERSHIP[given.operator]
    if right:
        return replace(given, operator=operator)
    value = given.right
    if given.right_path is None and isinstance(value, str) and given.operator == operator:
        value = [value, *filter(None, map(str.strip, value.split(",")))]  # the texts that a text of `in` stands for
    return replace(given, left=value, left_path=given.right_path, operator=operator, right=given.left,
                   right_path=given.left_path)


_MEMBERSHIP = {"in": "in", "==": "in", "not in": "not in", "!=": "not in"}


def _whole(given: Comparison) -> Comparison:
    """A code block's output against a list literal is compared as a whole (public playbooks test ``== []``)."""
    path = given.left_path or given.right_path
    other = given.right if given.left_path else given.left
    alone = given.left_path is None or given.right_path is None
    if path is None or path.source is not Family.CUSTOM_FUNCTION or path.filter or len(path.steps) != 1:
        return given
    return replace(given, whole=alone and isinstance(other, list) and given.operator in ("==", "!="))


def records_read(path: Path | None) -> Any:
    """A key for the records that a path reads: equal for paths to the same artifacts or results, however spelled."""
    if path is None:
        return None
    if path.source is Family.ARTIFACT:
        return path.source
    if path.source in RESULTS:
        return path.source, path.block
    return rows_of(path)


def rows_of(path: Path) -> Any:
    """A key for the rows that a path is read in; the whole text of a format is in none of its rows."""
    return (*path.origin, bool(path.steps)) if path.source is Family.FORMATTED_DATA else path.origin

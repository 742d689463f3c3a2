"""What a scenario gives to a lab: its container, lists, files and options, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.later import dataclass
from phantom_lab.misspelt import closest_file, meant
from phantom_lab.model import KINDS, Asset, Options, Situation, User, read_given
from phantom_lab.outcomes.answer import failure
from phantom_lab.outcomes.stand_ins import CUSTOM_FUNCTION, PLAYBOOK, StandIn
from phantom_lab.scenarios.list_file import rows_of

OPTIONS = [one.name for one in fields(Options)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabArguments:
    """Arguments for `Lab` that a scenario may hold; None, or nothing, where it is not said."""

    container: Any = None
    finding: Any = None
    finding_at: str = ""
    """Where a scenario says it."""
    assets: Iterable[str | Asset | dict[str, Any]] = ()
    seed: int | None = None
    start: datetime | None = None
    lists: Mapping[str, list[Any]] = field(default_factory=dict)
    user: str | User | None = None
    options: Mapping[str, Any] | Options | None = None
    """Fields of `Options` by name, or all of them."""
    records: Mapping[str, list[Any]] | None = None
    files: Sequence[str | Path | dict[str, Any]] = ()


def lab_arguments(given: Mapping[str, Any], folder: Path, at: Callable[..., str]) -> LabArguments:
    """The arguments for `Lab` that a scenario holds.

    Args:
        given: the scenario, of the shape that the schema demands.
        folder: from where its paths lead.
        at: gives the place of a part of it, named by keys and numbers.

    Raises:
        InputError: a file cannot be read, or a value is none that the lab takes.
    """
    readers: dict[str, Callable[[Any, Path], Any]] = {
        "lists": _lists, "files": _files, "options": _options, "start": _start, "user": _user,
        "finding": _finding}
    found = {key: _told(key, at(key), read, given[key], folder) for key, read in readers.items() if key in given}
    if "finding" in given:
        found["finding_at"] = at("finding")  # it is looked at where the records of the lab are
    if containers := _containers(given, folder, at):
        found["container"] = containers
    if "records" in given or "users" in given:
        found["records"] = _told("records", at("records"), _records, given, folder)
    return LabArguments(**found, **{key: given[key] for key in ("assets", "seed") if key in given})


def stand_ins(given: Mapping[str, Any], at: Callable[..., str]) -> tuple[StandIn, ...]:
    """What stands in for child playbooks and custom functions."""
    found = []
    for key, kind in (("playbooks", PLAYBOOK), ("custom_functions", CUSTOM_FUNCTION)):
        for name, answer in given.get(key, {}).items():
            where = at(key, name)
            found.append(StandIn(kind, name, _giving(_answer_of(answer, where)), where, where, of_scenario=True))
    return tuple(found)


def _finding(given: Any, folder: Path) -> Any:
    return str(folder / given) if isinstance(given, str) else given


def _told(key: str, where: str, read: Callable[[Any, Path], Any], given: Any, folder: Path) -> Any:
    """Read a part; whatever is wrong is told with its place in the scenario."""
    try:
        return read(given, folder)
    except InputError as exc:
        raise InputError(f"{key}: {exc.where}: {exc.what}" if exc.where else f"{key}: {exc.what}", where=where,
                         hint=exc.hint) from None


def _containers(given: Mapping[str, Any], folder: Path, at: Callable[..., str]) -> list[Situation]:
    """Every container with its artifacts."""
    if "container" in given and "containers" in given:
        raise InputError("`container` and `containers` are two words for the same", where=at("containers"))
    if "containers" in given and "artifacts" in given:
        raise InputError("`artifacts` stand beside one `container`", where=at("artifacts"),
                         hint="Put them into the containers.")
    if "containers" in given:
        return _read([("containers", at("containers", number), one) for number, one in enumerate(given["containers"])],
                     folder)
    found = _read([(key, at(key), given[key]) for key in ("container", "artifacts") if key in given], folder, one=True)
    if "artifacts" in given and len(found) > 1:
        raise InputError("`artifacts` stand beside one `container`", where=at("artifacts"))
    return found


def _read(parts: list[tuple[str, str, Any]], folder: Path, *, one: bool = False) -> list[Situation]:
    """What keys say, each with its place in the scenario."""
    try:
        return read_given(*((where, part) for _, where, part in parts), folder=folder, one=one) if parts else []
    except InputError as exc:
        key, where = next(((key, where) for key, where, _ in parts if where == exc.where), (parts[0][0], ""))
        raise InputError(f"{key}: {exc.what}" if where else f"{key}: {exc.where}: {exc.what}",
                         where=where or parts[0][1], hint=exc.hint) from None


def _lists(given: dict[str, Any], folder: Path) -> dict[str, list[Any]]:
    return {name: rows_of(folder / rows) if isinstance(rows, str) else rows for name, rows in given.items()}


def _files(given: list[Any], folder: Path) -> list[dict[str, Any]]:
    found = [{**one, "path": folder / one["path"]} if isinstance(one, dict) else {"path": folder / one}
             for one in given]
    for one in found:
        try:
            there = one["path"].is_file()
        except (OSError, ValueError):
            there = False
        if not there:
            raise InputError(f"there is no such file{closest_file(one['path'])}", where=str(one["path"]))
    return found


def _options(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    for name in given:
        if name not in OPTIONS:
            raise InputError(f"there is no option {name!r}", hint=meant(name, OPTIONS))
    try:
        Options(**given)
    except TypeError as exc:  # a list is no value that could be looked up
        raise InputError(f"an option has no such value: {exc}") from None
    return given


def _start(given: str, folder: Path) -> datetime:
    return moment_of(given)


def moment_of(given: str, where: str = "") -> datetime:
    """A moment from ISO 8601 text; without a zone it is in UTC.

    Args:
        where: what is told to be none.

    Raises:
        InputError: it is none.
    """
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise InputError(f"{given!r} is no time", where=where, hint="For instance 2026-01-31T08:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _user(given: Any, folder: Path) -> str | User:
    if isinstance(given, str):
        return given
    name = given["name"]
    return User(**{"type": "automation" if name == "automation" else "normal", "email": f"{name}@example.com", **given})


def _records(given: Mapping[str, Any], folder: Path) -> dict[str, list[Any]]:
    found = dict(given.get("records", {}))
    for kind in found:
        if kind not in KINDS:
            raise InputError(f"there are no records of kind {kind!r}", hint=meant(kind, sorted(KINDS)))
    users = [{"name": one} if isinstance(one, str) else one for one in given.get("users", ())]
    named = [{**{key: one[key] for key in ("id", "email", "type") if key in one}, "username": one["name"]}
             for one in users]
    return {**found, "ph_user": [*found.get("ph_user", ()), *named]} if named else found


def _answer_of(given: Any, where: str) -> Any:
    if isinstance(given, dict) and given.get("status") == "failed" and given.keys() <= {"status", "message"}:
        return failure(str(given.get("message") or ""))
    return given


def _giving(answer: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda given: answer

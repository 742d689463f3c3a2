"""Cases: promoting a container, and adding to a case what other containers hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model import Record
from phantom_lab.state.names import Refused, shown
from phantom_lab.state.platform import Platform
from phantom_lab.state.workbooks import add_workbook, find_template

_CALLED = {"container_attachment": "vault file", "playbook_run": "playbook run", "action_run": "action run"}
_OWN = frozenset({"id", "create_time"})


@dataclass(frozen=True, slots=True)
class Item:
    """Something to add to a case."""

    kind: str
    """``container``, ``artifact``, ``container_attachment``, ``playbook_run`` or ``action_run``."""
    record: Record
    ioc_field: str = ""
    """Of an artifact: the CEF field that is added alone."""
    parts: tuple[Item, ...] = ()
    """Of a container or a playbook run: the runs that come along, once they have ended (documented)."""

    @property
    def called(self) -> str:
        """It, in a message."""
        what = f"{_CALLED.get(self.kind, self.kind)} {self.record['id']}"
        return f"field {self.ioc_field} of {what}" if self.ioc_field else what


def promote(platform: Platform, container: int, template: Any = None) -> Record:
    """Make a container a case, with the phases and tasks of a template given by id or name, or of the default one.

    Returns:
        The template.

    Raises:
        Refused: there is no such template, or no default one (documented), or it is a case already (assumed).
    """
    if platform.containers[container]["container_type"] == "case":
        raise Refused(f"container {container} is a case already")
    found = find_template(platform, template)
    platform.containers.update(container, container_type="case")
    add_workbook(platform, container, found)
    return found


def merge(platform: Platform, case: int, items: Sequence[Item]) -> None:
    """Copy items into a case; each is remembered, so that it comes there once. All of them or, if one is refused, none.

    Of a container all artifacts, files, notes, comments and ended runs are copied; copied artifacts get ``in_case`` at
    their source (documented).

    Raises:
        Refused: the target is no case (assumed), an item is there already (documented), still runs (documented), is
            the case itself, or an artifact has no such field.
    """
    if platform.containers[case]["container_type"] != "case":
        raise Refused(f"container {case} is no case: promote it first")
    for item in items:
        _check(platform, case, item)
    for item in items:
        _copy(platform, case, item)


def is_in_case(platform: Platform, case: int, item: Item) -> bool:
    """Whether an item has been added to a case."""
    return platform.records("case_item").first(case=case, kind=item.kind, item=item.record["id"],
                                               ioc_field=item.ioc_field or None) is not None


def _check(platform: Platform, case: int, item: Item) -> None:
    if item.kind == "container" and item.record["id"] == case:
        raise Refused(f"container {case} cannot be added to itself")
    if is_in_case(platform, case, item):
        raise Refused(f"{item.called} has already been added to case {case}")
    if _runs(item):
        raise Refused(f"{item.called} is running: it can be added once it has ended")
    if item.ioc_field and item.ioc_field not in item.record["cef"]:
        raise Refused(f"artifact {item.record['id']} has no CEF field {shown(item.ioc_field)}")


def _runs(item: Item) -> bool:
    return item.kind.endswith("_run") and item.record["status"] == "running"


def _copy(platform: Platform, case: int, item: Item) -> None:
    source, copied = item.record["id"], None
    if item.kind == "container":
        _copy_container(platform, case, item)
    elif item.kind == "artifact":
        copied = _copy_artifact(platform, case, item)
        platform.containers.update(item.record["container"], in_case=True)
    else:
        copied = _copied(platform, item.kind, item.record, case)
    platform.records("case_item").add(case=case, kind=item.kind, item=source, ioc_field=item.ioc_field or None,
                                      copy=copied)
    for part in item.parts:
        if not _runs(part) and not is_in_case(platform, case, part):
            _copy(platform, case, part)


def _copy_container(platform: Platform, case: int, item: Item) -> None:
    source = item.record["id"]
    for kind in ("artifact", "container_attachment"):
        for record in platform.records(kind).where(container=source):
            part = Item(kind, record)
            if not is_in_case(platform, case, part):
                _copy(platform, case, part)
    artifacts = {one["item"]: one["copy"]
                 for one in platform.records("case_item").where(case=case, kind="artifact", ioc_field=None)}
    for note in platform.records("note").where(container=source):
        _copied(platform, "note", {**note, "artifact": artifacts.get(note["artifact"]), "task": None, "phase": None},
                case)
    for comment in platform.records("container_comment").where(container=source):
        _copied(platform, "container_comment", comment, case)
    platform.containers.update(source, in_case=True)


def _copy_artifact(platform: Platform, case: int, item: Item) -> int:
    source = {**item.record, "in_case": False, "parent_artifact": item.record["id"],
              "parent_container": item.record["container"]}
    if field := item.ioc_field:
        types = source["cef_types"].get(field)
        source.update(cef={field: source["cef"][field]}, cef_types={field: types} if types else {},
                      source_data_identifier=platform.ids.guid(), external_id=None)
    copied = _copied(platform, "artifact", source, case)
    platform.artifacts.update(item.record["id"], in_case=True)
    return copied


def _copied(platform: Platform, kind: str, record: Record, case: int) -> int:
    fields = {name: value for name, value in record.items() if name not in _OWN}
    return int(platform.records(kind).add(**{**fields, "container": case})["id"])

"""``add_to_case``: what a container holds is copied into a case."""

from __future__ import annotations

from phantom_lab.model import Record
from phantom_lab.rest.fields import container_id
from phantom_lab.rest.world import World
from phantom_lab.state.cases import Item, merge


def add_to_case(world: World, case: int, body: Record) -> Record:
    """Merge the container ``container_id`` into a case.

    Raises:
        RestError: there is no such container.
        Refused: as for `merge`.
    """
    number = container_id(world, body.get("container_id"))
    left = [name for name in ("copy_artifacts", "copy_files", "copy_comments") if body.get(name) is False]
    if left:
        world.platform.tell(f"add_to_case copies everything: no effect of {', '.join(left)}")
    runs = tuple(Item(kind, one) for kind in ("playbook_run", "action_run") for one in world.records(kind)
                 if one["container"] == number) if body.get("copy_automation") else ()
    merge(world.platform, case, [Item("container", world.platform.containers[number], parts=runs)])
    return {}

"""Vault automation API: files of containers, with real bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import Record
from phantom_lab.rules.refusals import container_of, raising, refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import vault
from phantom_lab.state.names import Refused, record_of, shown


@emulates("vault_add")
@refusable(None)
def vault_add(run: PlaybookRun, container: Any, file_location: Any, file_name: Any, metadata: Any,
              trace: Any) -> tuple[bool, str, str | None]:
    """Attach a file to a container: ``(success, message, vault id)``; a file below ``/opt/phantom/vault/tmp`` is
    removed there, and of `metadata` only ``contains`` counts (documented).

    The vault id is the SHA-1 of the content (observed). A content that the container has already stays one file, known
    by both names (assumed). Files outside of the platform's folders are refused (assumed).
    """
    added = vault.attach(run.platform, root_of(run), container_of(run, container), file_location, file_name, metadata,
                         run.tree.room.overlay.named)
    return True, f"{shown(added['name'])} is in the vault of container {added['container']}", added["vault_id"]


@emulates("vault_info", gaps=("`download_file`: where it is false, the file may lie at its path all the same",))
@refusable([], write=False)
def vault_info(run: PlaybookRun, vault_id: Any, file_name: Any, container_id: Any, trace: Any,
               download_file: Any) -> tuple[bool, str, list[Record]]:
    """The files that match all that is given (observed): ``(success, message, files)``; nothing given, or none found,
    is a failure (assumed) with an empty list (documented)."""
    found = _found(run, vault_id, file_name, container_id)
    return True, f"{len(found)} files", views(run, found, fetch=download_file is not False)


@emulates("vault_delete")
@refusable([])
def vault_delete(run: PlaybookRun, vault_id: Any, file_name: Any, container_id: Any, remove_all: Any,
                 trace: Any) -> tuple[bool, str, list[str]]:
    """Remove files from containers: ``(success, message, names)``; several are a failure unless all are meant
    (documented). The bytes go with the last container that has them (documented)."""
    found = _found(run, vault_id, file_name, container_id)
    if len(found) > 1 and remove_all is not True:
        raise Refused(f"{len(found)} files match: with remove_all=True all of them are meant")
    names = vault.detach(run.platform, root_of(run), found)
    return True, f"removed from the vault: {', '.join(map(shown, names))}", names


@emulates("add_attachment")
def add_attachment(run: PlaybookRun, local_path: Any, container_id: Any, file_name: Any,
                   metadata: Any) -> dict[str, Any]:
    """The older `vault_add`: ``{"succeeded", "message", …}``, with ``vault_id`` and ``hash`` (observed)."""
    return attached(run, container_id, lambda number: vault.attach(
        run.platform, root_of(run), number, local_path, file_name, metadata, run.tree.room.overlay.named))


@emulates("delete_attachment")
@refusable()
def delete_attachment(run: PlaybookRun, attachment_id: Any) -> tuple[bool, str]:
    """Remove one file from its container, by the id that `vault_info` gives: ``(success, message)`` (assumed)."""
    found = record_of(run.platform, vault.KIND, "attachment", attachment_id)
    vault.detach(run.platform, root_of(run), [found])
    return True, f"removed from the vault: {shown(found['name'])}"


@emulates("get_vault_file_path")
def get_vault_file_path(run: PlaybookRun, vault_id: Any) -> str | None:
    """Where a file can be opened; None for one that is not in the vault (assumed)."""
    return path_for(run, "get_vault_file_path", "vault_id", vault_id)


@emulates("get_vault_file")
def get_vault_file(run: PlaybookRun, s_hash: Any) -> str | None:
    """As `get_vault_file_path` (assumed)."""
    return path_for(run, "get_vault_file", "s_hash", s_hash)


@emulates("get_vault_item_info")
def get_vault_item_info(run: PlaybookRun, vault_id: Any, get_hashes: Any) -> list[Record]:
    """The files of a vault id, or those of the run's container, with the id as ``vault_document_id``, too (observed).

    Their hashes stand in ``metadata`` if they are asked for (assumed).
    """
    scope = {"vault_id": vault_id} if vault_id is not None else {"container": run.state.container_id}
    found = views(run, chosen(run, "get_vault_item_info", **scope))
    for one in found:
        one["vault_document_id"] = one["vault_id"]
        for name in () if get_hashes else ("sha1", "sha256", "md5"):
            one["metadata"].pop(name, None)
    return found


def root_of(run: PlaybookRun) -> str:
    """The folder that stands for ``/`` above the platform's own folders."""
    return run.tree.room.overlay.root


def views(run: PlaybookRun, found: list[Record], *, fetch: bool = True) -> list[Record]:
    """Attachments as `vault_info` tells them."""
    return [vault.view(run.platform, root_of(run), one, fetch=fetch) for one in found]


def attached(run: PlaybookRun, container: Any, add: Callable[[int], Record]) -> dict[str, Any]:
    """What older functions tell of an attachment that they add (observed)."""
    try:
        added = add(container_of(run, container))
    except Refused as exc:
        run.call_failed(str(exc))
        return {"succeeded": False, "message": str(exc), "error": str(exc)}
    return {"succeeded": True, "message": f"{shown(added['name'])} added", "vault_id": added["vault_id"],
            "hash": added["vault_id"], "id": added["id"], "container": added["container"]}


def chosen(run: PlaybookRun, call: str, **given: Any) -> list[Record]:
    """`select` of the vault, for functions that have no way to tell of a failure: errors as for `raising`."""
    with raising(call):
        return vault.select(run.platform, **given)


def path_for(run: PlaybookRun, call: str, argument: str, vault_id: Any) -> str | None:
    """Where the content of a vault id can be opened; None where it is not in the vault."""
    if not isinstance(vault_id, str):
        raise PlaybookArgumentError(f"{call}: {argument} must be a vault id, not {shown(vault_id)}")
    found = views(run, chosen(run, call, vault_id=vault_id)[:1])
    return str(found[0]["path"]) if found else None


def _found(run: PlaybookRun, vault_id: Any, file_name: Any, container: Any) -> list[Record]:
    if vault_id is None and file_name is None and container is None:
        raise Refused("a vault_id, a file_name or a container_id is needed")
    number = None if container is None else container_of(run, container)
    found = vault.select(run.platform, vault_id=vault_id, file_name=file_name, container=number)
    if not found:
        raise Refused("no file in the vault matches")
    return found

"""Vault automation API: the older ``Vault`` class."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import Record
from phantom_lab.rules.refusals import container_of, raising
from phantom_lab.rules.registry import emulates_class
from phantom_lab.rules.vault import add_attachment as add
from phantom_lab.rules.vault import attached, chosen, path_for, root_of, views
from phantom_lab.state import vault
from phantom_lab.state.names import shown

_SHOWN = 500
"""How many bytes of contents the journal shows."""


@emulates_class("Vault")
def vault_class(run: PlaybookRun) -> type:
    """``Vault`` for one run: static methods, as before there was `vault_info`."""

    def add_attachment(file_location: Any, container_id: Any, file_name: Any = None,
                       metadata: Any = None) -> dict[str, Any]:
        """As the function of this name."""
        return add(run, file_location, container_id, file_name, metadata)

    def create_attachment(file_contents: Any, container_id: Any, file_name: Any = None,
                          metadata: Any = None) -> dict[str, Any]:
        """Attach bytes or a text; what it returns is that of ``add_attachment`` (observed)."""
        return attached(run, container_id, lambda number: vault.create(
            run.platform, root_of(run), number, file_contents, file_name, metadata))

    def get_file_path(vault_id: Any) -> str | None:
        """Where a file can be opened (observed); None for one that is not in the vault (assumed)."""
        return path_for(run, "Vault.get_file_path", "vault_id", vault_id)

    def get_file_info(vault_id: Any = None, file_name: Any = None, container_id: Any = None,
                      method: Any = "or") -> list[Record]:
        """The files that match any or, with ``and``, all that is given, as `vault_info` tells them (observed)."""
        if not isinstance(method, str) or method not in ("or", "and"):
            raise PlaybookArgumentError(f"Vault.get_file_info: method must be 'or' or 'and', not {shown(method)}")
        with raising("Vault.get_file_info"):
            number = None if container_id is None else container_of(run, container_id)
        return views(run, chosen(run, "Vault.get_file_info", vault_id=vault_id, file_name=file_name, container=number,
                                 either=method == "or"))

    def get_vault_tmp_dir() -> str:
        """The folder for files that are to be added."""
        return vault.TMP

    methods = (add_attachment, create_attachment, get_file_path, get_file_info, get_vault_tmp_dir)
    return type("Vault", (), {one.__name__: staticmethod(_journaled(run, one)) for one in methods})


def _journaled(run: PlaybookRun, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        given = {name: value[:_SHOWN] if isinstance(value, bytes | bytearray) else value
                 for name, value in signature(method).bind(*args, **kwargs).arguments.items()}
        return run.call_api(f"Vault.{method.__name__}", lambda _, **__: method(*args, **kwargs), given)

    return call

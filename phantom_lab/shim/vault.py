"""The module ``phantom.vault``: the vault's part of ``phantom.rules`` under another name."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.misspelt import attribute
from phantom_lab.state.vault import TMP, VAULT

_SHARED = ("Vault", "vault_add", "vault_delete", "vault_info", "add_attachment", "delete_attachment", "get_vault_file",
           "get_vault_file_path", "build_phantom_rest_url", "get_default_rest_headers", "get_request_iter_pages",
           "get_rest_base_url", "safe_int", "_check_at_least_one_param", "_check_required_params", "_do_request_delete",
           "_get_container_id_from_user_input", "debug_private_error_", "debug_private_message_")
"""Names of the same functions in both modules (observed)."""
_ROOMS = ("PHANTOM_VAULT", "PHANTOM_VAULT_TMP")
_OTHERS = frozenset({"contains_from_file", "get_meta_by_hash", "chown_user_grp", "is_nonroot_install", "ChunkTracker",
                     "_chunk_file_upload", "_download_attachment", "FILE_EXTENSIONS", "MAGIC_FORMATS"})
"""Further names that the module has (observed), none of them emulated."""


def names_of_vault() -> list[str]:
    """Every name that the module has."""
    return sorted({*_SHARED, *_ROOMS, *_OTHERS, "get_phantom_vault_tmp_dir"})


def vault_module(run: PlaybookRun, rules: ModuleType) -> ModuleType:
    """The module of one run."""
    module = ModuleType("phantom.vault", "Emulated by phantom_lab.")

    def missing(name: str) -> Any:
        if name in _SHARED:
            return getattr(rules, name)
        if name in _ROOMS:
            return TMP if name.endswith("TMP") else VAULT
        if name == "get_phantom_vault_tmp_dir":
            return rules.Vault.get_vault_tmp_dir
        if name in _OTHERS:
            raise run.gap(f"phantom.vault.{name}", "vault")
        raise AttributeError(f"module 'phantom.vault' has no attribute '{name}'{attribute(name, module)}")

    module.__dict__.update(__getattr__=missing, __dir__=lambda: [*_SHARED, *_ROOMS, "get_phantom_vault_tmp_dir"])
    return module

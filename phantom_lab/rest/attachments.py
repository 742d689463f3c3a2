"""``container_attachment``: files, which come into the vault."""

from __future__ import annotations

import base64
import binascii

from phantom_lab.model import Record
from phantom_lab.rest.problems import bad_request
from phantom_lab.rest.world import World
from phantom_lab.state.vault import create


def add_attachment(world: World, container: int, body: Record) -> Record:
    """Attach ``file_content`` (Base64) under ``file_name``, with ``metadata`` (documented).

    Raises:
        RestError: the content is no Base64.
        Refused: as for `create`.
    """
    try:
        contents = base64.b64decode(body.get("file_content", ""), validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise bad_request("file_content must be Base64") from None
    added = create(world.platform, world.root(), container, contents, body.get("file_name"), body.get("metadata"))
    number, vault_id = added["id"], added["vault_id"]
    return {"id": number, "vault_id": vault_id, "hash": vault_id, "message": "Added Successfully"}

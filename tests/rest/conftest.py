"""Fixtures of the tests of the local REST: a lab, and clients of its application."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from phantom_lab import Lab
from phantom_lab.cli.lab_rest import LabRest

Ask = Callable[..., Any]


@pytest.fixture
def client(lab: Lab, samples: Path) -> Client:
    """A client that everybody lets in, of the application over a lab."""
    lab.paths.append(samples / "playbooks")
    return Client(LabRest(lab, lambda request: None))


@pytest.fixture
def ask(client: Client) -> Ask:
    """GET, or POST what is given for `json`: the status code and the decoded body."""

    def send(path: str, *, method: str = "", **options: Any) -> tuple[int, Any]:
        verb = method or ("POST" if "json" in options or "data" in options else "GET")
        response: TestResponse = client.open(f"/rest/{path}", method=verb, **options)
        assert response.content_type == "application/json"
        return response.status_code, response.json

    return send

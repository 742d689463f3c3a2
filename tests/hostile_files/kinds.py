"""Every kind of file that the lab reads: a good one, and the command that reads it."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from phantom_lab import Lab, Playbook
from tests.conftest import SAMPLES

PLAYBOOK = SAMPLES / "playbooks" / "enrich_indicators.py"
CLASSIC = SAMPLES / "playbooks" / "classic_filters.py"
CONTAINER = SAMPLES / "containers" / "test_incident.json"
MANIFEST = {
    "appid": "5ad2a7a9-5b6a-4ba1-8f8e-5e0ba3f0c3c1", "name": "Look Up", "app_version": "1.0.0", "product_vendor": "V",
    "product_name": "P", "type": "information", "main_module": "x.py", "actions": [
        {"action": "lookup ip", "identifier": "lookup_ip", "type": "investigate", "read_only": True,
         "parameters": {"ip": {"data_type": "string", "required": True, "contains": ["ip"], "order": 0}},
         "output": [{"data_path": "action_result.status", "data_type": "string"},
                    {"data_path": "action_result.data.*.country", "data_type": "string", "example_values": ["x"]}]}]}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file."""

    file: str
    """Its name."""
    good: Callable[[], bytes]
    arguments: tuple[str, ...]
    """The command, run in the file's folder."""
    beside: tuple[Path, ...] = ()
    """Files that lie there, too."""


def _sample(*parts: str) -> Callable[[], bytes]:
    return SAMPLES.joinpath(*parts).read_bytes


def _run(*given: str, playbook: Path = CLASSIC, container: Path = CONTAINER) -> tuple[str, ...]:
    return "run", str(playbook), "--container", str(container), *given


def _journal() -> bytes:
    path = Path.cwd() / "good.jsonl"
    Lab(CONTAINER).run(Playbook.load(CLASSIC), journal=path)
    content = path.read_bytes()
    path.unlink()
    return content


def _zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app/look_up.json", json.dumps(MANIFEST))
        archive.writestr("app/look_up.py", "raise SystemExit")
    return made.getvalue()


def _tar(mode: str) -> Callable[[], bytes]:
    def made() -> bytes:
        content, out = json.dumps(MANIFEST).encode(), io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode, format=tarfile.PAX_FORMAT) as archive:
            for name in ("look_up.json", f"{'long' * 60}/é.json"):
                one = tarfile.TarInfo(name)
                one.size = len(content)
                archive.addfile(one, io.BytesIO(content))
        return out.getvalue()

    return made


def _log() -> bytes:
    result = {"status": "success", "message": "m", "parameter": {"ip": "1.1.1.1", "context": {"guid": "a"}},
              "data": [{"x": [1, None, True, "it's \\ \u00e9"]}], "summary": {}}
    printed = [{"action": "whois ip", "asset": "whois", "name": "whois_1", "app_run_id": 3, "action_results": [result]}]
    return f"09:00 : it's called\n09:01 : {printed}\n09:02 : {json.dumps(printed, indent=2)}\n".encode()


_PROJECT = b"""[project]
name = "x"
version = "1.0"
dependencies = ["splunk-soar-sdk"]
[tool.soar.app]
main_module = "app:app"
"""
_SCENARIO = b"""container: {name: x}
artifacts:
- cef: {sourceAddress: 1.1.1.1, bytes: 12}
  name: event
http:
- url: https://x.example/*
  json: {a: 1}
variants:
  none:
    artifacts: []
"""
KINDS = {
    "container": Kind("c.json", CONTAINER.read_bytes, ("run", str(CLASSIC), "--container", "c.json")),
    "results": Kind("r.json", _sample("results", "indicators.json"), _run("--results", "r.json", playbook=PLAYBOOK)),
    "scenario": Kind("s.yaml", lambda: _SCENARIO, ("run", str(CLASSIC), "--scenario", "s.yaml")),
    "scenario in JSON": Kind("s.json", lambda: json.dumps({"container": {"name": "x"}, "artifacts": [
        {"cef": {"sourceAddress": "1.1.1.1"}}], "http": [{"url": "https://x.example/*", "json": {"a": 1}}]}).encode(),
        ("run", str(CLASSIC), "--scenario", "s.json")),
    "list": Kind("l.json", lambda: b'[["1.1.1.1", "scanner"], ["x", 5, null]]', _run("--list", "blocked=l.json")),
    "list in CSV": Kind("l.csv", lambda: b'1.1.1.1,"scan\nner"\n2.2.2.2,\xc3\xa9\n', _run("--list", "blocked=l.csv")),
    "finding": Kind("f.json", _sample("findings", "odd_logins.json"), _run("--finding", "f.json")),
    "vault file": Kind("v.eml", lambda: b"From: a@b\n\nx" * 50, _run("--file", "v.eml")),
    "manifest": Kind("a.json", lambda: json.dumps(MANIFEST).encode(),
                     _run("--apps", "a.json", "--generate", playbook=PLAYBOOK)),
    "manifests in a .zip": Kind("a.zip", _zip, _run("--apps", "a.zip", "--generate", playbook=PLAYBOOK)),
    "manifests in a .tar": Kind("a.tar", _tar("w"), _run("--apps", "a.tar", "--generate", playbook=PLAYBOOK)),
    "manifests in a .tar.gz": Kind("a.tar.gz", _tar("w:gz"), _run("--apps", "a.tar.gz", "--generate")),
    "manifests in a .tar.xz": Kind("a.tar.xz", _tar("w:xz"), _run("--apps", "a.tar.xz", "--generate")),
    "project": Kind("pyproject.toml", lambda: _PROJECT, _run("--apps", "pyproject.toml")),
    "journal that is shown": Kind("j.jsonl", _journal, ("show", "j.jsonl")),
    "journal that is compared": Kind("j.jsonl", _journal, ("diff", "j.jsonl", "j.jsonl")),
    "journal that is executed": Kind("j.jsonl", _journal, ("replay", "j.jsonl")),
    "journal that answers": Kind("j.jsonl", _journal, _run("--recording", "j.jsonl")),
    "playbook": Kind("p.py", CLASSIC.read_bytes, ("check", "p.py")),
    "export": Kind("enrich_address.json", _sample("playbooks", "enrich_address.json"), ("check", "."),
                   (SAMPLES / "playbooks" / "enrich_address.py",)),
    "archive of a playbook": Kind("x.tgz", _sample("exports", "rate_countries.tgz"), ("export", "x.tgz", "-o", "out")),
    "archive that is run": Kind("x.tgz", _sample("exports", "rate_countries.tgz"), (
        "run", "x.tgz", "--container", str(CONTAINER))),
    "export that goes out": Kind("rate_countries.json", _sample("exports", "rate_countries.json"), (
        "export", "rate_countries.py", "-o", "out.tgz"), (SAMPLES / "exports" / "rate_countries.py",)),
    "source that goes out": Kind("rate_countries.py", _sample("exports", "rate_countries.py"), (
        "export", "rate_countries.py", "-o", "out.tgz"), (SAMPLES / "exports" / "rate_countries.json",)),
    "results in a log": Kind("x.log", _log, _run("--results", "x.log", playbook=PLAYBOOK)),
    "database": Kind("g.mmdb", lambda: b"\xab\xcd\xefMaxMind.com\xe2\x4abinary_format_major_version",
                     _run("--maxmind", "g.mmdb")),
}

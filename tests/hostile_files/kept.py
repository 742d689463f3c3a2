"""Hostile files that once did harm, or would: by what they are, the kinds they are given as, and what makes them."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Callable

from tests.deep import TOO_DEEP
from tests.hostile_files.mutations import CODE

JSONS = ("container", "results", "scenario in JSON", "list", "finding", "manifest", "export", "scenario")
TARS = ("manifests in a .tar", "manifests in a .tar.gz")
JOURNALS = ("journal that is shown", "journal that is executed", "journal that answers")
ANY = (*JSONS, *TARS, *JOURNALS, "list in CSV", "manifests in a .zip", "project", "playbook", "vault file")


def _header(kind: bytes, size: int) -> bytes:
    one = tarfile.TarInfo("x")
    one.type, one.size = kind, size
    return one.tobuf(tarfile.GNU_FORMAT)


def _bomb(kind: bytes) -> bytes:
    """A name, or properties, of three gigabytes of zeros."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as packed:
        packed.write(_header(kind, 3 << 30))
        for _ in range(300):  # a tenth of it is enough
            packed.write(bytes(1 << 20))
    return out.getvalue()


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", bytes(300_000_000))
    return out.getvalue()


def _directory() -> bytes:
    """The end of an archive, whose directory claims to have four gigabytes."""
    return b"x" * 100 + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 0xFFFFFFF0, 0, 0)


KEPT: dict[str, tuple[tuple[str, ...], Callable[[], bytes]]] = {
    "nothing": (ANY, bytes),
    "null bytes": (ANY, lambda: bytes(1000)),
    "a number of a million digits": (JSONS, lambda: b'[{"id": 1, "name": ' + b"9" * 1_000_000 + b"}]"),
    "brackets": (JSONS, lambda: b"[" * 1_000_000),
    "nesting": (JSONS, lambda: b'{"name": "x", "data": ' + b"[" * TOO_DEEP + b"]" * TOO_DEEP + b"}"),
    "one key a hundred thousand times": (JSONS, lambda: b"{" + b'"a":1,' * 100_000 + b'"a":1}'),
    "a hundred thousand keys": (JSONS, lambda: json.dumps({f"k{n}": n for n in range(100_000)}).encode()),
    "half a character": (JSONS, lambda: (
        b'{"name": "\\ud800", "\\udfff": 1, "artifacts": [{"cef": {"\\ud800": "\\udc00"}}]}')),
    "no numbers": (JSONS, lambda: (
        b'{"name": "x", "id": NaN, "artifacts": [{"cef": {"a": Infinity, "b": -Infinity, "c": 1e999}}]}')),
    "moments out of range": (JSONS, lambda: json.dumps({
        "name": "x", "start_time": "0001-01-01T00:00:00Z", "due_time": "9999-12-31T23:59:59+14:00",
        "create_time": 10**18,
        "artifacts": [{"cef": {}, "start_time": "99999-99-99", "create_time": -1e308}]}).encode()),
    "a text of a megabyte": (JSONS, lambda: json.dumps({"name": "x" * 1_000_000}).encode()),
    "UTF-16": (ANY, lambda: '{"name": "x"}'.encode("utf-16")),
    "code in YAML": (("scenario",), lambda: f"container: !!python/object/apply:eval [\"{CODE}\"]\n".encode()),
    "laughs": (("scenario",), lambda: b"a0: &a0 x\n" + b"".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n".encode() for n in range(1, 10))),
    "many small values in YAML": (("scenario",), lambda: b"container: [" + b"a," * 200_000 + b"]"),
    "many lines in YAML": (("scenario",), lambda: b"- a\n" * 100_000),
    "many keys in YAML": (("scenario",), lambda: b"".join(b"k%d: 1\n" % n for n in range(40_000))),
    "open brackets in YAML": (("scenario",), lambda: b"[" * 400_000),
    "question marks in YAML": (("scenario",), lambda: b"? " * 400_000),
    "quotes in YAML": (("scenario",), lambda: b"a: '" + b"''" * 400_000),
    "a quote in CSV": (("list in CSV",), lambda: b'"' + b"a" * 1_000_000),
    "commas": (("list in CSV",), lambda: b"," * 5_000_000),
    "a long name": (TARS, lambda: _bomb(tarfile.GNUTYPE_LONGNAME)),
    "a long header": (TARS, lambda: _bomb(tarfile.XHDTYPE)),
    "a global header": (TARS, lambda: _bomb(tarfile.XGLTYPE)),
    "a broken header": (TARS, lambda: _header(tarfile.XHDTYPE, 512) + b"x" * 512 + _header(tarfile.REGTYPE, 0)),
    "a sparse file": (TARS, lambda: _header(tarfile.GNUTYPE_SPARSE, 1 << 33) + b"\xff" * 512),
    "headers": (TARS, lambda: (_header(tarfile.XHDTYPE, 512) + b"20 a=bbbbbbbbbbbbbb\n".ljust(512, b"\0")) * 5000),
    "a packed manifest": (("manifests in a .zip",), _zip_bomb),
    "a directory": (("manifests in a .zip",), _directory),
    "a deep source": (("playbook",), lambda: b"x = " + b"(" * 5000 + b")" * 5000),
    "a long sum": (("playbook",), lambda: b"def on_start(container):\n    return " + b"1+" * 100_000 + b"1\n"),
    "a source of many values": (("playbook",), lambda: (
        b"def on_start(container):\n    return [" + b"1," * 60_000 + b"]\n")),
    "a source of one line": (("playbook",), lambda: b"x=1;" * 200_000),
    "no encoding": (("playbook",), lambda: b"# coding: rot13\ndef on_start(container): pass\n"),
    "code that is executed on import": (("playbook",), lambda: f"{CODE}\ndef on_start(container): pass\n".encode()),
    "a journal of one line": (JOURNALS, lambda: b'{"journal": 3}'),
    "a journal of no format": (JOURNALS, lambda: b'{"journal": {"a": [1]}, "hash_seed": "0"}\n{"event": 5}\n'),
}

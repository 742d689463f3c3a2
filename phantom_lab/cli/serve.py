"""``phantom-lab serve``: the platform's REST over a lab, on this machine only."""

from __future__ import annotations

import argparse
import secrets
import signal
import socket
import sys
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from phantom_lab.cli.admission import only
from phantom_lab.cli.arguments import note, port
from phantom_lab.errors import InputError
from phantom_lab.lab import Lab
from phantom_lab.model import read_given, read_json

HOST = "127.0.0.1"
PATIENCE = 30.0
"""Seconds without a byte after which a connection is given up."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "serve", help="serve the platform's REST API over a lab",
        description="Serve the platform's REST API over a lab, on the loopback device. Clients send the token as "
                    "header `ph-auth-token`, or as password of basic authentication; what they POST is JSON, "
                    "and says so.")
    parser.add_argument("--container", metavar="FILE", action="append", default=[],
                        help="JSON: containers and artifacts, as for `run`; given several times, what belongs to one "
                             "container is joined")
    parser.add_argument("--records", metavar="FILE", help="JSON object of further records, by kind")
    parser.add_argument("--results", metavar="FILE", help="JSON list of results that actions come back with")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="folder of playbooks that can be run")
    parser.add_argument("--port", type=partial(port, lowest=0), default=8443,
                        help="port to listen at (default: 8443; 0: any free one)")
    parser.add_argument("--token", help="token that clients send (default: a new one, which is printed)")
    parser.set_defaults(function=serve)


def serve(chosen: argparse.Namespace) -> int:
    """Serve until interrupted or terminated."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    from phantom_lab.cli.lab_rest import LabRest

    class Quiet(WSGIRequestHandler):
        timeout = PATIENCE

        def log(self, type: str, message: str, *args: Any) -> None:
            """Requests are of hostile origin, and none of them is news."""

    token = chosen.token or secrets.token_urlsafe(24)
    application = LabRest(_lab(chosen), only(token), lru_cache(note))
    listening = _listen(chosen.port)
    port = listening.getsockname()[1]
    server = make_server(HOST, port, application, threaded=True, request_handler=Quiet, fd=listening.fileno())
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        print(f"http://{HOST}:{port}/rest", f"ph-auth-token: {token}", sep="\n", flush=True)
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        listening.close()
    print("phantom-lab: the server has ended", file=sys.stderr)
    return 0


def _lab(chosen: argparse.Namespace) -> Lab:
    records = read_json(chosen.records, "records") if chosen.records else None
    if records is not None and not isinstance(records, dict):
        raise InputError("the records must be a JSON object of lists by kind", where=chosen.records,
                         hint='For instance {"note": [{"container": 1, "title": "x"}]}.')
    lab = Lab(read_given(*((file, file) for file in chosen.container)) or None, results=chosen.results,
              records=records, paths=chosen.path)
    for remark in dict.fromkeys(chain.from_iterable(lab.remarks.values())):
        note(remark)
    return lab


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except OSError as exc:
        listening.close()
        raise InputError(f"cannot listen at port {port}: {exc.strerror}",
                         hint="Choose another one with --port; 0 is any free one.") from None
    return listening

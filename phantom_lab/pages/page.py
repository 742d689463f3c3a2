"""One run as one HTML file."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from phantom_lab.errors import InputError
from phantom_lab.history.held import Held, journal_of
from phantom_lab.pages.markup import node, safe, written
from phantom_lab.pages.sections import details, effects, graphs, head, invocations, playbook_of
from phantom_lab.views import summarize

_STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
"""Should anything ever slip through, the browser neither executes nor loads it."""


def html_report(run: Held, file: str | Path | None = None) -> str | Path:
    """A run as one self-contained HTML page, which executes nothing and asks for nothing.

    Args:
        run: a run, its stepper, its journal, or the file of one.
        file: where to write it; None: it is returned.

    Returns:
        The page, or the file.

    Raises:
        InputError: the journal cannot be read, or the file cannot be written.
    """
    journal = journal_of(run)
    told = summarize(journal)
    body = [head(journal, told), graphs(journal), invocations(journal), effects(journal), details(journal)]
    page = f"<!DOCTYPE html>\n{written(_document(playbook_of(journal), body))}\n"
    if file is None:
        return page
    try:
        Path(file).write_text(page, encoding="utf-8", errors="backslashreplace")
    except OSError as exc:
        raise InputError(f"the report cannot be written: {exc.strerror or exc}", where=str(file)) from None
    return Path(file)


def _document(title: str, body: list[Element]) -> Element:
    meta = [node("meta", charset="utf-8"), node("meta", content=_POLICY, **{"http-equiv": "Content-Security-Policy"}),
                       node("meta", name="viewport", content="width=device-width"), node("title", safe(title)),
                       node("style", _STYLE)]
    return node("html", node("head", *meta), node("body", *body), lang="en")


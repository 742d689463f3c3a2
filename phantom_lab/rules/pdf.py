"""Helpers: HTML as PDF, by WeasyPrint (extra ``pdf``)."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import LabError
from phantom_lab.rules.arguments import text_of
from phantom_lab.rules.libraries import library
from phantom_lab.rules.registry import emulates

_LONGEST = 1_000_000
"""Characters that are drawn: a million takes half a minute."""
_GAPS = ("images, styles and fonts from elsewhere are left out, whether files or URLs; those within the text are used",
         f"a text of more than {_LONGEST:,} characters is not drawn")


@emulates("html_string_to_pdf", gaps=_GAPS)
def html_string_to_pdf(run: PlaybookRun, source_html_string: Any, output_file_path: Any) -> bool:
    """Write a PDF file of an HTML text; False, and an error line, where that fails (observed).

    The file is written as one that the playbook itself writes: to the run's own folder (assumed).

    Raises:
        ModuleNotFoundError: WeasyPrint is not installed.
    """
    html = text_of("html_string_to_pdf", "source_html_string", source_html_string)
    return _written(run, "html_string_to_pdf", html, output_file_path)


@emulates("html_file_to_pdf", gaps=_GAPS)
def html_file_to_pdf(run: PlaybookRun, source_file_path: Any, output_file_path: Any) -> bool:
    """`html_string_to_pdf` of what an HTML file holds, in UTF-8."""
    call = "html_file_to_pdf"
    try:
        with run.open_file(text_of(call, "source_file_path", source_file_path), "rb") as source:
            html = source.read(4 * _LONGEST + 1).decode("utf-8", "replace")
    except (OSError, ValueError) as exc:
        run.log("error", f"{call}: {source_file_path} cannot be read: {exc}")
        return False
    return _written(run, call, html, output_file_path)


def _written(run: PlaybookRun, call: str, html: str, path: Any) -> bool:
    named, weasyprint = text_of(call, "output_file_path", path), _weasyprint(call)
    if len(html) > _LONGEST:
        run.log("error", f"{call}: no PDF was written to {path}: more than {_LONGEST:,} characters are not drawn")
        return False
    within = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    try:
        drawn = weasyprint.HTML(string=html, url_fetcher=within).write_pdf()
        with run.open_file(named, "wb") as target:
            target.write(drawn)
    except Exception as exc:  # whatever hostile HTML makes of a renderer is no error of the playbook
        run.log("error", f"{call}: no PDF was written to {path}: {exc}")
        return False
    return True


def _weasyprint(call: str) -> Any:
    try:
        return library("weasyprint")
    except OSError as exc:  # it is installed, but what it draws with is not
        raise LabError(f"{call}: WeasyPrint finds no Pango: {exc}",
                       hint="Install the system's package: libpangoft2-1.0-0 on Debian, pango on Homebrew.") from None

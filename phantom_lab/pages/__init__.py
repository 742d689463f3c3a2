"""Runs as static HTML: one self-contained page that executes nothing, asks for nothing, and needs no kernel."""

from phantom_lab.pages.page import html_report
from phantom_lab.pages.sections import fragment

__all__ = ["fragment", "html_report"]

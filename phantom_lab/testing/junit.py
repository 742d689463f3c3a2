"""Results as JUnit XML, which CI systems show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from phantom_lab.errors import InputError, shown
from phantom_lab.testing.running import ERROR, PASSED, Ended

_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML holds, besides those that are shown as escapes."""


def write_junit(found: Sequence[Ended], file: Path) -> None:
    """Write a report: a suite for every scenario file, a case for every scenario.

    Raises:
        InputError: it cannot be written.
    """
    root = Element("testsuites", {"name": "phantom-lab test", **_counts(found)})
    for name in dict.fromkeys(one.key.partition("#")[0] for one in found):
        own = [one for one in found if one.key.partition("#")[0] == name]
        suite = SubElement(root, "testsuite", {"name": _text(name), **_counts(own)})
        for one in own:
            _add(suite, one, name)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(tostring(root, encoding="utf-8", xml_declaration=True))
    except OSError as exc:
        raise InputError(f"the report cannot be written: {exc.strerror}", where=str(file)) from None


def _add(suite: Element, one: Ended, file: str) -> None:
    case = SubElement(suite, "testcase", classname=_text(file), name=_text(one.name), file=_text(file),
                      time=f"{one.seconds:.3f}")
    if one.result != PASSED:
        told = [str(each) for each in one.unmet] or [one.message]
        inner = SubElement(case, "error" if one.result == ERROR else "failure", message=_text(told[0].split("\n")[0]))
        inner.text = _text("\n".join([*told, *([f"journal: {one.journal}"] if one.journal else [])]))
    if one.prints:
        SubElement(case, "system-out").text = _text("\n".join(one.prints))


def _counts(found: Sequence[Ended]) -> dict[str, str]:
    results = [one.result for one in found]
    return {"tests": str(len(found)), "failures": str(len(found) - results.count(PASSED) - results.count(ERROR)),
            "errors": str(results.count(ERROR)), "time": f"{sum(one.seconds for one in found):.3f}"}


def _text(text: str) -> str:
    return _NO_XML.sub("?", "\n".join(map(shown, text.split("\n"))))

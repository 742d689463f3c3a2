"""Which form of Python 2 it is that keeps a line from being parsed."""

from __future__ import annotations

import re

from phantom_lab.later import regex

_TEXT = regex(r"\"(?:\\.|[^\"\\])*(?:\"|$)|'(?:\\.|[^'\\])*(?:'|$)", re.MULTILINE)
"""A text, one without an end included."""
_FORMS = (
    (r"(?:^|[:;])\s*print\s+[^\s=.,()\[]", "the statement print", "print(…)"),
    (r"(?:^|[:;])\s*exec\s+[^\s=.,()\[]", "the statement exec", "exec(…)"),
    (r"\bexcept\b[^:]*,\s*\w+\s*:", "except …, name:", "except … as name:"),
    (r"\braise\s+[\w.]+\s*,", "raise …, text", "raise …(text)"),
    (r"<>", "the operator <>", "!="),
    (r"`", "the backtick", "repr(…)"),
    (r"\b(?:[uU][rR])\"\"", 'the prefix ur""', 'r""'),
    (r"(?<![\w.])(?:0[xX][\da-fA-F]+|\d+)[lL]\b", "a number that ends in L", "without L"),
    (r"(?<![\w.])0\d+\b", "a number that begins with 0", "0o…"),
    (r"\b(?:async|await)\s*[=,)]", "a name async or await", "another name"),
    (r"\bdef\s+\w+\s*\([^)]*\(|\blambda\s*\(", "a tuple among the parameters", "names of their own"),
)
"""A form of Python 2 alone, what it is, and what is written today."""


def python2_form(error: SyntaxError) -> str:
    """What a line that Python 3 cannot parse has of Python 2, and what stands for it today; empty where it has nothing.

    Only the line where the parser gave up is looked at: in any other one a form need not be code.
    """
    if isinstance(error, TabError):
        return "an indentation of tabs and blanks is Python 2, and today blanks alone"
    code = _TEXT.sub('""', error.text or "").partition("#")[0]
    return next((f"{what} is Python 2, and today {today}" for form, what, today in _FORMS if re.search(form, code)), "")

"""Datapaths: text to compiled path, compiled path to rows; comparison operators; templates. Pure functions."""

from phantom_lab.datapath.compare import OPERATORS, UNARY, as_number, compare, comparison, triple
from phantom_lab.datapath.judge import Row, Test, judge
from phantom_lab.datapath.path import (
    STAR,
    Family,
    Path,
    Step,
    operand,
    parse,
    result_by_result,
    unfinished,
    unknown_family,
    words,
)
from phantom_lab.datapath.rows import Met, collect, nearby, rows
from phantom_lab.datapath.slips import datapaths_in, unfilled
from phantom_lab.datapath.template import Rendered, render

__all__ = [
    "OPERATORS",
    "STAR",
    "UNARY",
    "Family",
    "Met",
    "Path",
    "Rendered",
    "Row",
    "Step",
    "Test",
    "as_number",
    "collect",
    "compare",
    "comparison",
    "datapaths_in",
    "judge",
    "nearby",
    "operand",
    "parse",
    "render",
    "result_by_result",
    "rows",
    "triple",
    "unfilled",
    "unfinished",
    "unknown_family",
    "words",
]

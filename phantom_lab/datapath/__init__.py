"""Datapaths: text to compiled path, compiled path to rows; comparison operators; templates. Pure functions."""

from phantom_lab.datapath.compare import OPERATORS, as_number, compare, comparison
from phantom_lab.datapath.judge import Row, Test, judge
from phantom_lab.datapath.path import STAR, Path, Source, Step, operand, parse, result_by_result, unfinished, words
from phantom_lab.datapath.rows import Met, collect, nearby, rows
from phantom_lab.datapath.template import Rendered, render

__all__ = ["OPERATORS", "STAR", "Met", "Path", "Rendered", "Row", "Source", "Step", "Test", "as_number", "collect",
           "compare", "comparison", "judge", "nearby", "operand", "parse", "render", "result_by_result", "rows",
           "unfinished", "words"]

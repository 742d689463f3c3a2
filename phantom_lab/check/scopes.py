"""Which artifacts are read: a scope that does not exist, that hides some, or that is another one than before."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from phantom_lab.check.blocks import Finding
from phantom_lab.datapath import Family
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading

KIND = "scope"
_SCOPES = ("new", "all")


def scopes(reading: Reading) -> Iterator[Finding]:
    """A scope that there is not, and one that is fixed to what is new."""
    fixed: dict[str, int] = {}
    named = {name: {target.id for node in nodes if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
                    and node.value.value == "new" for target in node.targets if isinstance(target, ast.Name)}
             for (name, nodes) in ((function.name, nodes) for function, nodes in reading.bodies)}
    for call in reading.calls:
        scope = call.get("scope")
        if isinstance(scope, str) and scope not in _SCOPES:
            yield (call.line, "warning", KIND, f"there is no scope {scope!r}: it is 'new', 'all' or ids of artifacts")
        elif scope == "new" or (isinstance(node := call.nodes.get("scope"), ast.Name)
                                and node.id in named.get(call.function, ())):
            fixed.setdefault(call.function, call.line)
    for function, line in fixed.items():
        yield (line, "info", KIND, (f"{function} reads what is new also where the run is to work on all artifacts: "
                                   f"without scope='new' it would follow the run"))


def mixed(flow: Flow) -> Iterator[Finding]:
    """What one block let through of all artifacts and another one reads of the new ones only, or of the same function
    two scopes."""
    filters = {call.get("name"): call for call in flow.reading.calls_of("condition")}
    read: dict[str, dict[str, Call]] = defaultdict(dict)
    narrow: dict[tuple[int, str], str] = {}
    for datapath in texts.datapaths(flow.reading):
        path, call = compiled(datapath), datapath.call
        scope = call.get("scope")
        if path is None or path.source is not Family.ARTIFACT or call.name == "LoopState" or scope is COMPUTED:
            continue
        made = filters.get(path.filter) if path.filter else None
        if made is not None and made.get("scope") == "all" and scope is None:
            narrow.setdefault((call.line, path.filter), path.text)
        elif not path.filter:
            read[call.function].setdefault("all" if scope == "all" else "run", call)
    for (line, name), text in narrow.items():
        yield (line, "warning", KIND, (f"'{text}' is read of the run's artifacts, and the filter '{name}' looks at "
                                       f"all of them: what is old is left out"))
    for function, found in read.items():
        if len(found) > 1:
            line = max(one.line for one in found.values())
            yield (line, "info", KIND, (f"{function} reads artifacts with scope='all' and without: the rows are not of "
                                       f"the same artifacts"))

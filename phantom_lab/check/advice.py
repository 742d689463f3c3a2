"""What to do about each kind of finding."""

from __future__ import annotations

ADVICE = {
    "unchecked": "Split the statement into smaller ones.",
    "gap": "A run stops there: stand in for it, or leave it out while you try the rest.",
    "unknown name": "API_COVERAGE.md lists the names that there are.",
    "arguments": "API_COVERAGE.md lists what it takes.",
    "refused": "Call it in the playbook, and hand over what it gives as an input.",
    "module": "Install it beside the lab, or provide for its absence.",
    "callback": "Define it, or hand over a function that is there.",
    "inputs": "Give the inputs that the child's export names.",
    "datapath": "Write the path as the editor shows it.",
    "condition": "Write [left, operator, right].",
    "template": "Add the parameter, or double the braces.",
    "no effect": "Assign the value, or remove the line.",
    "unreachable": "Connect it to a block that runs, or remove it.",
    "join": "Correct the name, or take it out of the join (in the editor: not required).",
    "block": "Correct the name: the block may have been renamed or removed.",
    "form": "Correct the path, or save that key.",
    "upstream": "Connect it behind the other block, or wait for that in a join.",
    "product": "Read both in one collect2, so that their rows stay together.",
    "classic": "Build it anew in the editor of today before it has to change.",
    "python 2": "A platform of today runs Python 3: write what it has.",
    "removed": "A platform of today runs Python 3.13: write what it has.",
    "deprecated": "The vendor says that playbooks in Python 3 do not have it.",
    "action": "Correct its name, or give the manifest of the version that has it.",
    "parameter": "Correct its name, or give the manifest of the version that takes it.",
    "output": "Correct the path; many apps declare less than they give.",
    "computed": "Only a run can tell: check --run.",
    "unasked": "If somebody has to decide, put a prompt before it or name a reviewer.",
}
"""By kind; a kind that is not here says it in its message."""

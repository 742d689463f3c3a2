"""Texts in calls that seem to be meant otherwise: datapaths that nothing reads, misspelt ones, parts of templates."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from phantom_lab.datapath import datapaths_in, unfilled
from phantom_lab.engine import PlaybookRun
from phantom_lab.later import regex
from phantom_lab.misspelt import SURE, closest, near
from phantom_lab.model import as_id
from phantom_lab.model.container import CONTAINER_FIELDS
from phantom_lab.rules.arguments import brief
from phantom_lab.source.parsing import nodes

_ASKED = ("user", "role", "message")
TEXTS: Mapping[str, tuple[str, ...]] = {
    "act": ("parameters",), "add_artifact": ("raw_data", "cef_data", "label", "name", "identifier"),
    "add_comment": ("comment",), "add_list": ("values",), "add_note": ("kwargs",), "add_tags": ("tags",),
    "add_task": ("name", "kwargs"), "check_list": ("value",), "comment": ("comment",),
    "create_container": ("name", "label"), "custom_function": ("parameters",), "delete_from_list": ("value",),
    "format": ("template",), "get_list": ("values",), "pin": ("message", "data"), "playbook": ("inputs",),
    "prompt": (*_ASKED, "options"), "prompt2": (*_ASKED, "response_types"), "remove_tags": ("tags",),
    "render_template": ("context",), "save_playbook_output_data": ("output",), "set_label": ("label",),
    "set_list": ("values",), "set_owner": ("user",), "set_severity": ("severity",), "set_status": ("status",),
    "task": _ASKED, "update": ("update",), "update_pin": ("message", "data"),
}
"""Arguments that are taken as they stand, by function: no datapath in them is read."""
_TEMPLATES, _PARAMETER = ("template", "message"), "one in parameters is, for its {0}"
_FIELDS = frozenset(CONTAINER_FIELDS)
_MOST, _DEEP, _TOLD, _LONGEST, _AUTHORS = 2_000, 20, 5, 300, 50_000
"""Texts of a call that are looked at, and levels; of a kind that are told; characters of what may be a datapath, and of
what an author may have written: the rest of a longer text is data."""
_MARKS = regex(r"artifact:|container:|custom_list:|playbook_input:|playbook_output:|formatted_data|action_result|"
                    r"custom_function|filtered-data:")
_FORM = regex(r"(?:filtered-data:[^:]+:[^:]+:)?(?:([\w -]+):)?([\w-]+)(?=[.:*])(?:[.:*]\S.*)")
_DOTTED = regex(r"(container|artifact|playbook_input|custom_list)\.(\S.*)|([\w -]+)\.((?:action_result|playbook_output|"
                r"custom_function_result|playbook_input|formatted_data)(?:[.:]\S*)?)")
"""A datapath whose first colon is a dot."""
_SCOPES = ("", "new", "all")
_FIRST = ("artifact", "container", "custom_list", "filtered-data", "playbook_input")
_SECOND = ("action_result", "artifact", "custom_function", "custom_function_result", "formatted_data",
           "playbook_input", "playbook_output")


def tell_texts(run: PlaybookRun, call: str, arguments: Mapping[str, Any]) -> None:
    """Hint at datapaths of the playbook's author that stand where a call takes a text as it is."""
    if run.custom_function:  # its texts are of another source
        return
    of = f" {brief(arguments['action'])}" if call == "act" else ""
    for argument in TEXTS[call]:
        for key, text in islice(_texts(arguments.get(argument), argument), _MOST):
            for path in datapaths_in(text[:_AUTHORS], _FIELDS)[:_TOLD]:
                if call == "act" and path.startswith("custom_list:") and "list" in key:
                    continue  # public playbooks name a list so, to actions on lists
                if _written(run.playbook.source, path):
                    holds = "is" if path == text else "holds"
                    run.hint(f"{call}{of}: {key} {holds} {brief(path)} as a text: no datapath is read there "
                             f"({_PARAMETER if argument in _TEMPLATES else 'collect2 gives its values'})")


def _texts(given: Any, key: str) -> Iterator[tuple[str, str]]:
    """Texts within an argument, each with what it is called: the key in front of it."""
    level = [(key, given)]
    for _ in range(_DEEP):
        yield from ((name, one) for name, one in level if isinstance(one, str))
        keyed = ((f"'{inner}'", item) for _, one in level if isinstance(one, dict) for inner, item in one.items())
        listed = ((name, item) for name, one in level if isinstance(one, list | tuple) for item in one)
        level = [*islice(keyed, _MOST), *islice(listed, _MOST)]
        if not level:
            return


def _written(source: str, text: str) -> bool:
    """Whether a text, or its telling part, stands in the source: what data say is no slip of the author's."""
    return any(one in text or text in one for one in _constants(source))


@lru_cache(maxsize=32)
def _constants(source: str) -> frozenset[str]:
    """Texts of a source by which a datapath is known; an f-string's parts are texts of their own."""
    return frozenset(node.value for node in nodes(source)
                     if isinstance(node, ast.Constant) and isinstance(node.value, str) and _MARKS.search(node.value))


def tell_template(run: PlaybookRun, call: str, argument: str, template: str, parameters: Sequence[Any] | None) -> None:
    """Hint at parts of a template that stay as they stand, and at parameters that it does not use."""
    for told in islice(unfilled(template, parameters), _TOLD):
        run.hint(f"{call}: {argument}: {told}")


def tell_literal(run: PlaybookRun, call: str, text: Any) -> None:
    """Hint at a text where a datapath may stand, that is none, and is nearly one."""
    if isinstance(text, str) and (meant := nearly(text)):
        run.hint(f"{call}: {brief(text)} is no datapath, but a text; closest is {meant!r}")


@lru_cache(maxsize=1024)
def nearly(text: str) -> str:
    """The word of datapaths that may be misspelt in a text, or the datapath that has a dot in it for a colon; empty
    where there is none."""
    if len(text) <= _LONGEST and (right := _with_colon(text)):
        return right
    form = _FORM.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if form is None or not {form[1], form[2]}.isdisjoint({*_FIRST, *_SECOND}):
        return ""
    head, word = form[1], form[2]
    found = [*near(head or word, _FIRST, least=SURE), *(near(word, _SECOND, least=SURE) if head else ())]
    return next(iter(found), "")


def _with_colon(text: str) -> str:
    """The datapath that has a dot for its first colon; empty for any other text, such as the name of a file."""
    if (dotted := _DOTTED.fullmatch(text)) is None:
        return ""
    head, rest = dotted[1] or dotted[3], dotted[2] or dotted[4]
    field = rest.removeprefix("*.").removeprefix("0.").partition(".")[0]
    if head in ("container", "artifact") and field not in {"cef", *CONTAINER_FIELDS}:
        return ""
    return f"{head}:{'*.' if head == 'artifact' and rest.startswith(field) else ''}{rest}"


def tell_scope(run: PlaybookRun, call: str, scope: Any) -> None:
    """Hint at a scope that is a text, and no scope."""
    if isinstance(scope, str) and as_id(scope) is None and (name := scope.strip().lower()) not in _SCOPES:
        run.hint(f"{call}: scope {brief(scope)} is none, and is read as 'new' (assumed){closest(name, ('new', 'all'))}")


def tell_ignored(run: PlaybookRun, call: str, given: Collection[str], known: Collection[str]) -> None:
    """Hint at a keyword that has no effect, and is nearly one that is not given."""
    for name in given:
        if name not in known and (meant := near(name, [one for one in known if one not in given], least=SURE)):
            run.hint(f"{call}: the argument {name!r} has no effect; closest is {meant[0]!r}")

"""A gate as one comment of a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from phantom_lab.errors import cut, shown
from phantom_lab.repository.changes import Change, Situated
from phantom_lab.repository.gate import Gate

MARK = "<!-- phantom-lab gate -->"
"""By which the comment is found again."""
_MOST = 60_000
"""Characters; a code host takes a few more."""
_ROWS, _LONGEST = 20, 160
_LEVELS = {"error": "error", "warning": "warning", "info": "remark"}


def markdown(gate: Gate) -> str:
    """The whole comment; what is too much is cut, and that is said."""
    text = "\n".join((MARK, *_lines(gate)))
    if len(text) <= _MOST:
        return f"{text}\n"
    kept = text[:_MOST].rpartition("\n")[0]
    return f"{kept}\n\n… and {len(text) - len(kept):,} more characters, which are left out here.\n"


def _lines(gate: Gate) -> Iterator[str]:
    yield f"### Playbooks: {'not passed' if gate.failures else 'passed'}"
    yield ""
    yield from (f"- **{_text(one)}**" for one in gate.failures)
    yield f"- {_findings_told(gate)}"
    tested = gate.tested
    if tested is None:
        yield "- tests: not run"
    elif not tested.problem:
        passed = f"{tested.tests - len(tested.failed)} of {tested.tests} passed"
        yield f"- tests: {passed if tested.tests else 'there are no scenarios'}"
    yield f"- playbooks that changed, or use what changed: {len(gate.changes)}"
    yield f"- {_code(gate.base)} → {_code(gate.head)}"
    if gate.checked.new:
        yield from ("", "#### New findings", "", "| where | level | what | kind |", "| --- | --- | --- | --- |")
        rows = [f"| {_code(_place(one))} | {_LEVELS[one['level']]} | {_text(one['message'])} | `{one['kind']}` |"
                for one in sorted(gate.checked.new, key=lambda one: ("error", "warning", "info").index(one["level"]))]
        yield from _some(rows)
    if tested and tested.failed:
        yield from ("", "#### Failed tests", "", "| test | why |", "| --- | --- |")
        yield from _some([f"| {_code(name)} | {_text(why)} |" for name, why in tested.failed])
    if gate.changes:
        yield from ("", "#### What the change would do")
        for change in gate.changes:
            yield from _change(change)


def _findings_told(gate: Gate) -> str:
    checked = gate.checked
    ignored = len(checked.report.get("ignored", ()))
    more = f", {ignored} silenced by comments" if ignored else ""
    return f"check: {len(checked.new)} new findings, {checked.gone} gone, {checked.left} as before{more}"


def _change(change: Change) -> Iterator[str]:
    yield from ("", f"**{_code(change.playbook)}** ({change.what})", "")
    if change.problem:
        yield f"Not compared: {_text(change.problem)}"
        return
    if change.what == "removed":
        yield "It is not there any more."
        return
    differ = [one for one in change.situations if one.differences]
    kind = "situations that are made up" if change.made_up else "scenarios"
    yield f"In {len(differ)} of {len(change.situations)} {kind} it does something else."
    if newly := _newly(change.situations):
        yield from ("", "It would newly", "")
        yield from _some([f"- {_text(what)} ({often})" for what, often in newly])
    if differ:
        yield from ("", "<details><summary>By situation</summary>", "", "| situation | before | after |",
                    "| --- | --- | --- |")
        yield from _some([f"| {_code(one.name)} | {_side(each, 'left')} | {_side(each, 'right')} |"
                          for one in differ for each in one.differences])
        yield from ("", "</details>")
    for one in change.situations:
        if one.why:
            yield f"\n{_code(one.name)} was not judged: {_text(one.why)}"


def _newly(situations: Sequence[Situated]) -> list[tuple[str, str]]:
    """What is done in the new version only, with the situations in which it is; actions first."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in situations:
        for each in one.newly:
            names = found.setdefault((each["section"], each["what"]), [])
            names += [] if one.name in names else [one.name]
    ordered = sorted(found.items(), key=lambda one: one[0][0] != "actions")
    return [(f"{section}: {what}", ", ".join(map(_code, names[:3]))
             + (f" and {len(names) - 3} more" if len(names) > 3 else "")) for (section, what), names in ordered]


def _side(difference: dict[str, Any], side: str) -> str:
    seen = difference[side]
    if seen is None:
        return "–"
    value = difference.get("apart") or seen.get("value")
    if isinstance(value, list) and value and isinstance(value[0], dict) and side in value[0]:
        value = {one.get("path") or "value": one.get(side) for one in value}
    times = seen["times"]
    what = seen.get("what", difference["what"]) + (f" ({times} times)" if times > 1 else "")
    told = "" if value is None else f": {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
    return _code(cut(f"{what}{told}", _LONGEST))


def _some(rows: Sequence[str]) -> Iterator[str]:
    yield from rows[:_ROWS]
    if len(rows) > _ROWS:
        yield from ("", f"… and {len(rows) - _ROWS} more")


def _place(one: dict[str, Any]) -> str:
    return f"{one['playbook']}:{one['line']}" if one["line"] else str(one["playbook"])


def _code(text: str) -> str:
    """Text of any origin as code, in which nothing is markup, link or mention."""
    return f"`{shown(text).replace('`', chr(39)).replace('|', chr(92) + '|')}`" if text else ""


def _text(text: str) -> str:
    """Text of any origin as text: what has a meaning in Markdown stands for itself."""
    plain = "".join(f"\\{one}" if one in "\\`*_{}[]<>#|~!" else one for one in shown(cut(text, _LONGEST * 2)))
    return plain.replace("@", "@\u200b")

"""Playbook automation API: what blocks ask for, and whether it has completed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from phantom_lab.engine import AssetSelection, PlaybookRun, asking
from phantom_lab.engine.actions import read_parameters
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import as_id
from phantom_lab.rules.arguments import brief, check, check_names, container_id, json_of, names
from phantom_lab.rules.formats import fill
from phantom_lab.rules.loops import read_state
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.session import BASE_URL
from phantom_lab.rules.slips import tell_ignored
from phantom_lab.source.inputs import refusal, unusual

_MINUTES = 30
"""How long a prompt waits unless it says otherwise (documented)."""
_LONGEST = 100 * 365 * 24 * 60
"""Minutes that a prompt may wait (assumed): the calendar ends somewhere."""


@emulates("act")
def act(run: PlaybookRun, action: Any, parameters: Any, assets: Any, tags: Any, callback: Any, reviewer: Any,
        handle: Any, start_time: Any, name: Any, asset_type: Any, app: Any, parent_action: Any,
        loop_state: Any) -> None:
    """Run one action on every matching asset × every parameter set; the callback is called once, when all are done."""
    if not isinstance(action, str) or not action.strip():
        raise PlaybookArgumentError(f"act: action must be the name of an action, not {brief(action)}")
    call = f"act '{action}'"
    _check_callback("act", callback)
    if start_time is not None and not isinstance(start_time, datetime):
        raise PlaybookArgumentError(f"{call}: start_time must be a datetime, not {type(start_time).__name__}",
                                    hint="For instance datetime.now() + timedelta(minutes=5).")
    check("act", "name", name, (str,), "a text")
    check("act", "app", app, (str, dict), "the name of an app")
    for argument, given in (("assets", assets), ("tags", tags), ("asset_type", asset_type), ("reviewer", reviewer)):
        check_names("act", argument, given)
    chosen = AssetSelection(names(assets) if assets is not None else None, frozenset(names(tags)),
                            frozenset(names(asset_type)), app if isinstance(app, dict) else {"name": app})
    asking.act(run, action, read_parameters(parameters, call), chosen, callback=callback,
               handle=json_of(call, "handle", handle), name=name, parent=json_of(call, "parent_action", parent_action),
               reviewer=", ".join(names(reviewer)), start=start_time, loop_state=read_state(loop_state, call))


@emulates("custom_function")
def custom_function(run: PlaybookRun, custom_function: Any, parameters: Any, callback: Any, name: Any,
                    loop_state: Any) -> int:
    """Run a custom function once per parameter set; the callback is called once, when all are done. Returns the id."""
    call = f"custom_function {brief(custom_function)}"
    if not isinstance(custom_function, str) or not custom_function.strip():
        raise PlaybookArgumentError(f"custom_function: it must be named like 'community/list_merge', "
                                    f"not {brief(custom_function)}")
    _check_callback("custom_function", callback)
    check("custom_function", "name", name, (str,), "a text")
    sets = read_parameters(parameters, call)
    number = asking.custom_function(run, custom_function, sets, callback=callback, name=name,
                                    loop_state=read_state(loop_state, call))
    function = asking.find_custom_function(run, custom_function)
    given = {name: None for one in sets for name in one}
    if unknown := [one for one in given if not function.takes(one)] if function.function else []:
        tell_ignored(run, call, unknown, [one for one in function.parameters if one not in given])
    return number


@emulates("playbook")
def playbook(run: PlaybookRun, playbook: Any, container: Any, handle: Any, show_debug: Any, callback: Any, name: Any,
             inherit_scope: Any, inputs: Any, loop_state: Any) -> int | None:
    """Start a child playbook; returns its run id at once. None where the platform refuses it, with an error line.

    With a callback, which needs a `name`, the callback is called when the child has ended, and the parent stays open
    until then; without one nothing waits for it (documented).
    """
    if not isinstance(playbook, str) or not playbook.strip():
        raise PlaybookArgumentError(f"playbook: it must be named like 'local/my_playbook', not {brief(playbook)}")
    call = f"playbook '{playbook}'"
    _check_callback("playbook", callback)
    check("playbook", "name", name, (str,), "a text")
    if inputs is not None and not isinstance(inputs, dict):
        raise PlaybookArgumentError(f"{call}: inputs must be a dict, not {type(inputs).__name__}",
                                    hint='For instance {"ip": ["1.1.1.1"]}.')
    given, passed = json_of(call, "inputs", inputs or {}), json_of(call, "handle", handle)
    found = run.tree.outside.playbook(playbook, run)
    number = container_id(run, container)
    problem = refusal(found, given)
    if number is None:
        problem = f"there is no container {brief(container)}"
    elif not problem and callback is not None and not name:
        problem = "a callback needs a name"
    if problem or number is None:
        run.log("error", f"{call} is not started: {problem}")
        run.call_failed(problem, on=call)
        return None
    for one, meant in unusual(found.inputs, given).items():
        run.note(f"{call}: input {one!r} is taken for {meant!r}; the platform may refuse it")
    return asking.playbook(run, found, playbook, container_id=number, inputs=given,
                           inherit_scope=bool(inherit_scope), callback=callback,
                           handle=passed if callback is not None else None,  # documented: only where the parent waits
                           name=name, loop_state=read_state(loop_state, call))


@emulates("prompt2", gaps=("`saml_required`, `saml_group`: nobody signs in",))
def prompt2(run: PlaybookRun, user: Any, respond_in_mins: Any, callback: Any, response_types: Any, message: Any,
            parameters: Any, name: Any, container: Any, scope: Any, filter_artifact_ids: Any, separator: Any,
            drop_none: Any, trace: Any, role: Any, dispatch_callback: Any, saml_required: Any,
            saml_group: Any) -> None:
    """Ask a user or the members of a role; the callback is called with the reply, and also when the time is over.

    With a `dispatch_callback` the prompt is answered through a link, by anybody who has it; that callback is called
    with the container as soon as the link is there (observed).
    """
    _check_callback("prompt2", dispatch_callback, "dispatch_callback")
    text = fill(run, message, parameters, container=container, scope=scope, artifact_ids=filter_artifact_ids,
                separator=separator, drop_none=drop_none, call="prompt2").text
    external = None
    if dispatch_callback is not None or saml_required or saml_group:
        external = {"to_role": role or None, "saml_required": bool(saml_required),
                    "saml_group": json_of("prompt2", "saml_group", saml_group)}
    _ask(run, "prompt2", user, role, text, respond_in_mins, response_types, callback, name, external=external,
         on_dispatch=dispatch_callback)


@emulates("prompt")
def prompt(run: PlaybookRun, user: Any, message: Any, respond_in_mins: Any, callback: Any, name: Any, options: Any,
           parameters: Any, container: Any, scope: Any, filter_artifact_ids: Any, trace: Any, separator: Any,
           drop_none: Any) -> None:
    """The older prompt, with one question: the message itself."""
    text = fill(run, message, parameters, container=container, scope=scope, artifact_ids=filter_artifact_ids,
                separator=separator, drop_none=drop_none, call="prompt").text
    questions = None if options is None else [{"prompt": text, "options": json_of("prompt", "options", options)}]
    _ask(run, "prompt", user, None, text, respond_in_mins, questions, callback, name)


@emulates("task")
def task(run: PlaybookRun, user: Any, message: Any, respond_in_mins: Any, callback: Any, name: Any) -> None:
    """Assign a manual task; the callback is called when it is done, and also when its time is over (documented)."""
    check("task", "message", message, (str,), "a text")
    _ask(run, "task", user, None, message or "", respond_in_mins, None, callback, name, kind="task")


@emulates("completed")
def completed(run: PlaybookRun, action_names: Any, playbook_names: Any, custom_function_names: Any,
              trace: Any, code_names: Any = None) -> bool:
    """Whether all of these have finished, succeeded or failed; a name that was never started has not (assumed).

    A code block (`code_names`, observed since 6.4) has once it was invoked: it is the block itself that goes on to what
    asks (assumed).
    """
    for argument, given in (("action_names", action_names), ("playbook_names", playbook_names),
                            ("custom_function_names", custom_function_names), ("code_names", code_names)):
        check_names("completed", argument, given)
    return run.state.invoked.issuperset(names(code_names)) and run.state.completed(
        [*names(action_names), *names(playbook_names), *names(custom_function_names)])


@emulates("actions_done")
def actions_done(run: PlaybookRun, action_names: Any, trace: Any) -> bool:
    """The older name of `completed`, for actions."""
    check_names("actions_done", "action_names", action_names)
    return run.state.completed(names(action_names))


@emulates("playbooks_completed")
def playbooks_completed(run: PlaybookRun, names: Any, trace: Any) -> bool:
    """Whether child playbooks have finished."""
    check_names("playbooks_completed", "names", names)
    return completed(run, None, names, None, trace)


@emulates("discontinue")
def discontinue(run: PlaybookRun) -> None:
    """Keep other active playbooks from this container; this run goes on, and the lab starts no others by itself."""
    run.note("discontinue: playbooks after this one would not run on this container")


@emulates("playbook_block")
def playbook_block(run: PlaybookRun, block_name: Any, cf_run_id: Any) -> Callable[[Any], Any]:
    """The decorator of generated blocks. The loader itself sees every function, decorated or not."""
    return lambda function: function


def _ask(run: PlaybookRun, call: str, user: Any, role: Any, message: str, minutes: Any, questions: Any, callback: Any,
         name: Any, *, kind: str = "prompt", external: dict[str, Any] | None = None,
         on_dispatch: Callable[..., Any] | None = None) -> None:
    """Ask somebody; whoever has the link, where fields of an external prompt are given."""
    _check_callback(call, callback)
    check(call, "name", name, (str,), "a text")
    for argument, given in (("user", user), ("role", role)):
        check(call, argument, given, (str, int), "a name or an id")
    to = user if user not in (None, "") else role
    to = None if to is None or not str(to).strip() else str(to)
    if to is None and external is None:
        for line in (f"phantom.act() '{name}' has an invalid 'to' parameter value.",
                     "User or role is not specified or has evaluated to empty string.",
                     f"callback '{getattr(callback, '__name__', callback)}' will not be called"):  # observed
            run.log("error", line)
        run.call_failed("neither user nor role names anybody, and its callback is not called", on=f"{kind} '{name}'")
        return
    parameter = {"message": message, "to": to, "respond_in_mins": _minutes(call, minutes),
                 **({"response_types": _questions(call, questions)} if questions is not None else {})}
    if external is not None:  # the fields of the vendor's REST (documented)
        token = run.tree.ids.token()
        parameter |= {"ttl": parameter["respond_in_mins"], "mins_to_act": parameter["respond_in_mins"], **external,
                      "external_prompt_id": token, "secure_link": f"{BASE_URL}/external-prompt/{token}"}
    user = run.platform.user
    automatic = to == "automation" or (user.type == "automation" and to == user.name)
    refused = f"{to} is an automation user, whom nobody can ask" if automatic else ""  # documented
    asking.ask_person(run, kind, parameter, callback=callback, name=name, refused=refused, on_dispatch=on_dispatch)


def _minutes(call: str, given: Any) -> float:
    if given is None:
        return _MINUTES
    minutes = as_id(given) if isinstance(given, str) else given
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes <= _LONGEST:
        raise PlaybookArgumentError(f"{call}: respond_in_mins must be a number, not {brief(given)}",
                                    hint=f"Of minutes, up to {_LONGEST}.")
    return minutes


def _questions(call: str, given: Any) -> list[dict[str, Any]]:
    found = json_of(call, "response_types", given)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise PlaybookArgumentError(f"{call}: response_types must be a list of dicts, not {brief(given)}",
                                    hint='Give [{"prompt": "Go on?", "options": {"type": "message"}}].')
    return found


def _check_callback(call: str, callback: Any, argument: str = "callback") -> None:
    if callback is not None and not callable(callback):
        raise PlaybookArgumentError(f"{call}: {argument} must be a function, not {type(callback).__name__}",
                                    hint="Pass the function itself, not its name or its result.")

"""Playbook automation API: the functions by which the platform itself calls back, from JSON texts."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.engine.binding import bind
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.registry import emulates

_TEXTS = ("callable_metadata_json_str", "container_json_str", "result_json_str", "handle_json_str")
_OFFERED = {"container_json_str": "container", "result_json_str": "results", "handle_json_str": "handle"}
"""What a callback is offered, by argument; the metadata goes by the kind of the callback."""


@emulates("call_playbook_action_callback")
def call_playbook_action_callback(run: PlaybookRun, function_object: Any, callable_metadata_json_str: Any,
                                  success_int: Any, container_json_str: Any, result_json_str: Any,
                                  handle_json_str: Any, loop_state_json_str: Any) -> Any:
    """Call a block as the callback of an action, whose ``action`` is the metadata (assumed)."""
    return _call_back(run, "call_playbook_action_callback", "action", function_object, success_int,
                      loop_state_json_str, callable_metadata_json_str, container_json_str, result_json_str,
                      handle_json_str)


@emulates("call_playbook_custom_function_callback")
def call_playbook_custom_function_callback(run: PlaybookRun, function_object: Any, callable_metadata_json_str: Any,
                                           success_int: Any, container_json_str: Any, result_json_str: Any,
                                           handle_json_str: Any, loop_state_json_str: Any) -> Any:
    """Call a block as the callback of a custom function, whose ``custom_function`` is the metadata (assumed)."""
    return _call_back(run, "call_playbook_custom_function_callback", "custom_function", function_object, success_int,
                      loop_state_json_str, callable_metadata_json_str, container_json_str, result_json_str,
                      handle_json_str)


def _call_back(run: PlaybookRun, call: str, kind: str, function: Any, success: Any, loop_state: Any,
               *texts: Any) -> Any:
    if not callable(function):
        raise PlaybookArgumentError(f"{call}: function_object must be a function, not {type(function).__name__}")
    offered = {_OFFERED.get(argument, kind): _decoded(call, argument, text)
               for argument, text in zip(_TEXTS, texts, strict=True)}
    offered["success"] = bool(success)
    if loop_state:
        offered["loop_state_json"] = loop_state  # a callback gets the text
    args, kwargs = bind(run.invoker, function, offered)
    return function(*args, **kwargs)


def _decoded(call: str, argument: str, text: Any) -> Any:
    """What a JSON text says; None for an empty one."""
    if text in (None, ""):
        return None
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError) as exc:
        raise PlaybookArgumentError(f"{call}: {argument} must be a JSON text: {exc}") from None

"""What a data access call may say: datapaths, and what restricts them."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import COLLECTIONS, brief, check, check_names, check_number, container_id, names
from phantom_lab.rules.slips import tell_scope
from phantom_lab.rules.sources import Restriction


def restrict(run: PlaybookRun, call: str, *, container: Any = None, scope: Any = None, limit: Any = None,
             filter_artifacts: Any = None, ids_argument: str = "filter_artifacts", tags: Any = None,
             action_results: Any = None, none_if_first: Any = False) -> Restriction:
    """A restriction as a call gave it; without a limit of its own, the run's.

    Args:
        call: the function, for messages; so is `ids_argument`, how it calls its artifact ids.
        none_if_first: whether nothing counts as new on the playbook's first run on the container (documented).

    Raises:
        PlaybookArgumentError: an argument is of a wrong type.
    """
    check(call, "container", container, (dict, int, str), "a container, its id or None")
    check(call, "scope", scope, (str, int, *COLLECTIONS), "'new', 'all' or artifact ids")
    tell_scope(run, call, scope)
    ids = filter_artifacts or None  # old calls pass whatever is false
    check(call, ids_argument, ids, (str, int, *COLLECTIONS), "a list of artifact ids")
    check_names(call, "tags", tags, "a list of tags")
    check_number(call, "limit", limit, "artifacts")
    ids = [ids] if isinstance(ids, str | int) else ids
    if none_if_first:
        number = container_id(run, container)
        scope = [] if number is None else [
            one["id"] for one in run.state.artifacts_in_scope(number, scope, none_if_first=True)]
    return Restriction(container, scope, run.state.collect_limit if limit is None else limit, ids,
                       names([one for one in tags if one] if isinstance(tags, COLLECTIONS) else tags or None),
                       results_of(call, "action_results", action_results))


def results_of(call: str, argument: str, given: Any) -> list[dict[str, Any]] | None:
    """Results that were passed along: a list as callbacks get it, or one of its elements; None for nothing.

    Raises:
        PlaybookArgumentError: something else.
    """
    if given is None:
        return None
    if isinstance(given, dict):
        return [given]
    check(call, argument, given, (list, tuple), "a list of results, as a callback gets it")
    return [one for one in given if isinstance(one, dict)]


def datapaths(call: str, given: Any, argument: str = "datapath") -> list[str]:
    """The datapaths of a call, from one text or a list of them.

    Raises:
        PlaybookArgumentError: something else.
    """
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise PlaybookArgumentError(f"{call}: {argument} must be a text or a list of texts, not {brief(given)}")
    return list(texts)

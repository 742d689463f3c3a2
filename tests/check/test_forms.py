"""Every form of datapath that public playbooks use, in one run."""

from __future__ import annotations

from typing import Any

import pytest

from phantom_lab import Lab
from phantom_lab.datapath import parse
from phantom_lab.reading.forms import form
from tests.corpus.forms import CASE, VALUES, values


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What each datapath gave."""
    return values(tmp_path_factory.mktemp("forms"))


@pytest.mark.parametrize("given", VALUES)
def test_a_datapath_of_each_form_gives_its_values(given: str, found: dict[str, list[Any]]):
    """And it is of that form."""
    text, expected = VALUES[given]
    path = parse(text)
    assert path is not None
    assert form(path) == given
    assert len(found[text]) == len(expected)
    assert [{key: one[key] for key in wanted} if isinstance(wanted, dict) else one
            for one, wanted in zip(found[text], expected, strict=True)] == expected


@pytest.mark.parametrize(("scope", "text"), [("all", "one, two"), ("new", "None"), ([1], "one")])
def test_a_formats_scope_chooses_the_artifacts(scope: Any, text: str, playbook: Any):
    """For this call alone, here after the playbook has run on all of them."""
    lab = Lab(CASE)
    made = playbook(f"def on_start(container):\n    phantom.debug(phantom.format(container=container, scope={scope!r},"
                    " template='{0}', parameters=['artifact:*.cef.f']))\n")
    lab.ran(made)
    assert lab.run(made).summary().debug == [text]

"""`phantom.collect2`: single artifacts, labels, the container beside other sources, and its odd arguments."""

from __future__ import annotations

import pytest

from tests.table import tabled

CONTAINER = {"container": {"id": 7, "name": "Case", "tags": ["p", "q"]}, "artifacts": [
    {"id": 31, "label": "event", "cef": {"n": 1, "list": [{"x": 1}, {"x": 2}]}},
    {"id": 32, "label": "flow", "cef": {"n": 2}}, {"id": 35, "label": "event", "cef": {"n": 3}}]}
ANSWERS = [{"data": [{"id": "a"}, {"id": "b"}]}, {"data": []}]


def collect(paths, **arguments):
    """The text of a call."""
    more = "".join(f", {name}={text}" for name, text in arguments.items())
    return f"phantom.collect2(container=container, datapath={paths!r}{more})"


@pytest.mark.observed
@tabled(("paths", "rows"), [
    (["artifact:0.cef.n", "artifact:0.id"], [[1, 31]]), (["artifact:1.id"], [[32]]), (["artifact:2.id"], [[35]]),
    (["artifact:3.id"], []), (["artifact:99.id"], []), (["artifact:" + "9" * 5000], []),
    (["artifact:0.cef.list.*.x", "artifact:0.id"], [[1, 31], [2, 31]]),
    (["artifact:0.cef.missing"], [[None]]),
], ids=str)
def test_a_number_is_the_position_of_one_artifact(value, paths, rows):
    """`artifact:0` is the first one, whatever its id; where there are fewer, there is no row."""
    assert value(collect(paths), container=CONTAINER) == rows


@pytest.mark.assumed
@tabled(("paths", "rows"), [
    (["artifact:event.id", "artifact:flow.id"], [[31, 32], [35, None]]),
    (["artifact:flow.id", "artifact:event.id", "artifact:event.cef.n"], [[32, 31, 1], [None, 35, 3]]),
    (["artifact:event.id", "artifact:none.id"], [[31, None], [35, None]]),
    (["artifact:0.id", "artifact:*.id"], [[31, 31], [None, 32], [None, 35]]),
    (["artifact:none.id", "artifact:nothing.id"], []),
], ids=str)
def test_two_labels_are_two_sources_side_by_side(value, paths, rows):
    """Each label's artifacts are rows of their own, paired by position."""
    assert value(collect(paths), container=CONTAINER) == rows


@pytest.mark.assumed
@tabled(("paths", "rows"), [
    (["container:name", "artifact:*.id"], [["Case", 31], ["Case", 32], ["Case", 35]]),
    (["artifact:*.id", "container:name", "container:id"], [[31, "Case", 7], [32, "Case", 7], [35, "Case", 7]]),
    (["look_1:action_result.data.*.id", "container:name"], [["a", "Case"], ["b", "Case"], [None, "Case"]]),
    (["container:name", "artifact:none.id"], [["Case", None]]), (["container:id", "container:name"], [[7, "Case"]]),
    (["container:name", "look_1:action_result.data.*.id", "artifact:flow.id"],
     [["Case", "a", 32], ["Case", "b", None], ["Case", None, None]]),
], ids=str)
def test_the_containers_values_stand_in_every_row(value, paths, rows):
    """Beside rows of another source they are repeated; alone they are one row."""
    assert value(collect(paths), container=CONTAINER, answers=ANSWERS) == rows


@pytest.mark.assumed
@tabled(("scope", "ids"), [
    ("'2'", [2]), ("' 2 '", [2]), ("['2', 4]", [2, 4]), ("('1', '5')", [1, 5]), ("'99'", []), ("['x']", []), ("[]", []),
    ("[True, 2.0]", []), ("'ALL'", [1, 2, 3, 4, 5]),
])
def test_a_scope_of_digits_is_an_artifact_id(value, scope, ids):
    """Ids may be texts; what is no id chooses nothing."""
    assert value(collect("artifact:*.id", scope=scope)) == ids


@pytest.mark.assumed
@tabled(("text", "values"), [
    ("artifact:*.id", [1, 2, 3, 4, 5]), ("artifact:2.id", [3]), ("artifact:netflow.id", [2]),
    ("container:status", ["new"]), ("artifact:none.id", []),
])
def test_one_datapath_as_a_text_gives_values(value, text, values):
    """The same values as in the rows that a list of one gives."""
    assert value(collect(text)) == values
    assert value(collect([text])) == [[one] for one in values]


@pytest.mark.assumed
@tabled("given", ["[]", "()", "None", "''", "0", "False"])
def test_nothing_to_filter_by_reads_every_artifact(value, given):
    """An empty `filter_artifacts` restricts nothing."""
    assert value(collect("artifact:*.id", filter_artifacts=given)) == [1, 2, 3, 4, 5]

"""The forms of datapaths: what is read, from which block, by which steps."""

from __future__ import annotations

from phantom_lab.datapath import STAR, Family, collect, operand, parse
from tests.table import tabled

RESULT, FUNCTION = Family.ACTION_RESULT, Family.CUSTOM_FUNCTION_RESULT


@tabled(("text", "source", "block", "steps"), [
    ("artifact:*.id", Family.ARTIFACT, "", ("id",)),
    ("artifact:*.cef", Family.ARTIFACT, "", ("cef",)),
    ("artifact:*", Family.ARTIFACT, "", ()),
    ("artifacts:*", Family.ARTIFACT, "", ()),
    ("artifact:*.cef.a.b", Family.ARTIFACT, "", ("cef", "a", "b")),
    ("artifact:*.data.*.k", Family.ARTIFACT, "", ("data", STAR, "k")),
    ("filtered-artifact:*.cef.a", Family.ARTIFACT, "", ("cef", "a")),
    ("filtered_artifact:*.cef.a", Family.ARTIFACT, "", ("cef", "a")),
    ("b:artifact:*.cef.a", Family.ARTIFACT, "b", ("cef", "a")),
    ("b:filtered-artifact:*.id", Family.ARTIFACT, "b", ("id",)),
    ("container:data.summary.user", Family.CONTAINER, "", ("data", "summary", "user")),
    ("container:id", Family.CONTAINER, "", ("id",)),
    ("b:action_result", RESULT, "b", ("action_result",)),
    ("b:action_result.data", RESULT, "b", ("action_result", "data")),
    ("b:action_result.data.*.k", RESULT, "b", ("action_result", "data", STAR, "k")),
    ("b:action_result.data.*.*.k", RESULT, "b", ("action_result", "data", STAR, STAR, "k")),
    ("b:action_result.data.*.a.*.b.*.c", RESULT, "b", ("action_result", "data", STAR, "a", STAR, "b", STAR, "c")),
    ("b:action_result.data.0.k", RESULT, "b", ("action_result", "data", 0, "k")),
    ("b:action_result.data.[1].k", RESULT, "b", ("action_result", "data", 1, "k")),
    ("b:action_result.summary.responses.0", RESULT, "b", ("action_result", "summary", "responses", 0)),
    ("b:action_result.parameter.context.artifact_id", RESULT, "b",
     ("action_result", "parameter", "context", "artifact_id")),
    ("b:filtered-action_result.data.*.k", RESULT, "b", ("action_result", "data", STAR, "k")),
    ("b:summary.total_positives", RESULT, "b", ("app_run", "summary", "total_positives")),
    ("b:action_result.loop_state", RESULT, "b", ("app_run", "loop_state")),
    ("b:action_result.loop_state.iteration", RESULT, "b", ("app_run", "loop_state", "iteration")),
    ("b:filtered-action_result.loop_state.x", RESULT, "b", ("app_run", "loop_state", "x")),
    ("action_result.data.*.k", RESULT, "", ("action_result", "data", STAR, "k")),
    ("action_result.loop_state", RESULT, "", ("app_run", "loop_state")),
    ("summary.total_objects", RESULT, "", ("app_run", "summary", "total_objects")),
    ("status", RESULT, "", ("app_run", "status")),
    ("action", RESULT, "", ("app_run", "action")),
    ("b:custom_function_result.data.*.k", FUNCTION, "b", ("custom_function_result", "data", STAR, "k")),
    ("b:custom_function_result.data.k.l", FUNCTION, "b", ("custom_function_result", "data", "k", "l")),
    *((f"b:custom_function_result.{key}", FUNCTION, "b", ("custom_function_result", key))
      for key in ("message", "success", "status", "parameter")),
    ("b:custom_function_result.loop_state.x", FUNCTION, "b", ("app_run", "loop_state", "x")),
    ("b:legacy_custom_function_result.data.k", FUNCTION, "b", ("custom_function_result", "data", "k")),
    ("custom_function_result.data.k", FUNCTION, "", ("custom_function_result", "data", "k")),
    ("legacy_custom_function_result.data.k", FUNCTION, "", ("custom_function_result", "data", "k")),
    ("b:custom_function:var", Family.CUSTOM_FUNCTION, "b", ("var",)),
    ("b:custom_function:var.*.k", Family.CUSTOM_FUNCTION, "b", ("var", STAR, "k")),
    ("b:formatted_data", Family.FORMATTED_DATA, "b", ()),
    ("b:formatted_data.*", Family.FORMATTED_DATA, "b", (STAR,)),
    ("playbook_input:x", Family.PLAYBOOK_INPUT, "", ("x",)),
    ("b:playbook_input:x", Family.PLAYBOOK_INPUT, "b", ("x",)),
    ("b:playbook_output:x.sub", Family.PLAYBOOK_OUTPUT, "b", ("x", "sub")),
    ("playbook:launching_user.name", Family.PLAYBOOK, "", ("launching_user", "name")),
    ("custom_list:Prior Hashes", Family.CUSTOM_LIST, "", ("Prior Hashes",)),
    ("custom_list: Prior Hashes ", Family.CUSTOM_LIST, "", ("Prior Hashes",)),
    ("custom_list:hosts.txt", Family.CUSTOM_LIST, "", ("hosts.txt",)),
    (" artifact:*.id ", Family.ARTIFACT, "", ("id",)),
])
def test_every_form_names_its_source_block_and_steps(text, source, block, steps):
    """The last part is the path, what stands before it names the place."""
    path = parse(text)
    assert path is not None
    assert (path.text, path.source, path.block, path.steps, path.filter) == (text, source, block, steps, "")


@tabled("rest", [
    "artifact:*.cef.k", "b:artifact:*.id", "b:action_result.data.*.k", "b:action_result.parameter.context.artifact_id",
    "b:custom_function_result.data.k", "b:custom_function:var", "b:playbook_output:o.sub", "playbook_input:i",
    "b:playbook_input:i", "b:formatted_data.*", "b:action_result.loop_state.x", "action_result.data.*.k",
    "container:id",
])
def test_a_filter_may_stand_before_every_form(rest):
    """`filtered-data:F:condition_1:<rest>` is `<rest>` on what the filter let through."""
    plain, filtered = parse(rest), parse(f"filtered-data:F:condition_1:{rest}")
    assert plain is not None
    assert filtered is not None
    assert filtered.filter == "F:condition_1"
    assert (filtered.source, filtered.block, filtered.steps, filtered.label) == (
        plain.source, plain.block, plain.steps, plain.label)
    assert operand(filtered.text) == filtered


@tabled(("text", "label", "steps"), [
    ("artifact:*.cef.f", "*", ("cef", "f")), ("artifact:event.cef.f", "event", ("cef", "f")),
    ("artifact:0.id", "0", ("id",)), ("artifact:two words.id", "two words", ("id",)), ("artifact:.id", "*", ("id",)),
])
def test_an_artifact_path_may_name_a_label_or_a_position(text, label, steps):
    """A star is any artifact."""
    path = parse(text)
    assert path is not None
    assert (path.label, path.steps) == (label, steps)


@tabled(("keys", "steps"), [
    ("internet message id", ("internet message id",)),
    ("fields.Custom Label Field Two.0", ("fields", "Custom Label Field Two", 0)),
    ("@ip", ("@ip",)), ("a.#text", ("a", "#text")), ("a/b", ("a/b",)), ("output.Files|md5", ("output", "Files|md5")),
    ("emailHeaders.Message-ID", ("emailHeaders", "Message-ID")), ('"a.b.c"', ("a.b.c",)),
    ('x."a.b".y', ("x", "a.b", "y")),
    ('"a"b".c', ('"a"b"', "c")), (r'"a\"b.c"', ('a"b.c',)), (r'"a\\"', ("a\\",)), ('"0"', ("0",)), ('"*"', ("*",)),
    ('""', ("",)), ('"', ('"',)), ("a:b", ("a:b",)), ("a:b:c.d", ("a:b:c", "d")), ("Größe.值", ("Größe", "值")),
    ("[0]", (0,)), ("[00]", (0,)), ("[x]", ("[x]",)), ("[-1]", ("[-1]",)), ("-1", ("-1",)), ("007", ("007",)),
    ("1.5", (1, 5)), ("٣", ("٣",)), ("9" * 5000, ("9" * 5000,)), ("**", ("**",)), ("{summaryVar}", ("{summaryVar}",)),
    ("a.\nb", ("a", "\nb")), ('"a\\\n.b"', ("a\n.b",)), (f"[{'9' * 5000}]", (f"[{'9' * 5000}]",)),
])
@tabled("place", ["artifact:*.cef.", "b:action_result.data.*.", "action_result.data.*."])
def test_keys_may_hold_anything_but_dots(place, keys, steps):
    """Blanks, signs and colons are part of a key; quotes take dots in; digits are a position in a list."""
    path, before = parse(place + keys), parse(place.removesuffix("."))
    assert path is not None
    assert before is not None
    assert path.steps == before.steps + steps


@tabled("text", [
    "artifact:*.cef.a.", "artifact:*.cef..a", "b:action_result.", "b:action_result..data", "b:action_result.data.*.",
    "b:action_result.datadata.*", "b:action_result.data*.k", "b:action_result*.data", "b:action_results.data.*.k",
    "action_results.data", "b:action_result.data.*.{summaryVar}", "container:..", "playbook:nothing",
])
def test_a_published_slip_is_a_path_without_a_value(text):
    """A dot too many, a star too early, a word misspelt: None, not a crash and not a text."""
    path = parse(text)
    assert path is not None
    record = {"action_result": {"data": [{"k": 1}], "summary": {}}, "app_run": {}, "cef": {"a": 1}}
    assert collect([record], [path.steps]) == [[None]]


@tabled("text", [
    ":artifact:*.id", ":action_result.data", " :custom_function:x", ":playbook_output:x", ":playbook_input:x",
    ":b:action_result.data", ":formatted_data", "filtered-data:F:condition_1::action_result.data",
])
def test_a_colon_too_many_is_a_path_of_a_block_that_nothing_is_called(text):
    """Whatever stands behind it."""
    path = parse(text)
    assert path is not None
    assert path.text == text
    assert path.block == "(none)"
    assert path.filter == ("F:condition_1" if "F:" in text else "")


@tabled("text", [
    "", " ", ":", "::", "a", "a:", "a:b", "a:b:c", ":container:id", ":note", ":a: b", ":status", "*",
    ":" * 100_000, ":filtered-data:F:condition_1:" * 10_000,
    "{summaryVar}", "artifact", "artifact:", "container:", "container: see below", "artifact: none", "playbook_input:",
    "custom_list:", "b:artifact:", "b:custom_function:", "b:playbook_output:", "b:custom_function", "b:summaryx",
    "b:action_resultx.data", "filtered-data:F", "filtered-data:F:condition_1", "filtered-data:F:condition_1:",
    "filtered-data:", "formatted_data", "formatted_data.*", "http://host/a?b=c", "C:\\temp", "12:30", "::1",
    "note: action_result.data", "Artifact:*.id", "\n", "\x00", "\ud800",
])
def test_what_names_no_source_is_a_literal(text):
    """A source with nothing after its colon, nothing before it where a block has to stand, and any other text."""
    assert parse(text) is None
    assert operand(text) is None


@tabled("text", ["action_result.data.*.k", "custom_function_result.data.k", "summary.total_objects",
                "action_result", "action_result.data.*.a:b"])
def test_an_unnamed_path_means_something_where_results_were_passed_along(text):
    """Elsewhere the very text is a literal operand."""
    assert operand(text) is None
    assert operand(text, unnamed=True) == parse(text) is not None


@tabled("value", [None, 5, True, ["artifact:*.id"], {}, b"artifact:*.id", "status", "name"])
def test_an_operand_that_is_no_text_or_a_bare_header_is_a_literal(value):
    """Even where results were passed along."""
    assert operand(value, unnamed=True) is None


def test_paths_of_one_origin_read_the_same_records():
    """Family, block, filter and label make the origin, the steps do not."""
    def origins(*texts):
        return len({path.origin for path in map(parse, texts) if path})

    assert origins("b:action_result.data.*.k", "b:action_result.status", "b:summary.x") == 1
    assert origins("b:action_result.status", "c:action_result.status", "filtered-data:F:c:b:action_result.status",
                   "b:custom_function_result.data", "artifact:*.id", "artifact:event.id") == 6


def test_long_texts_are_read():
    """Fifty, and fifty thousand steps."""
    for number in (50, 50_000):
        path = parse("artifact:*" + ".a.*" * number)
        assert path is not None
        assert len(path.steps) == 2 * number

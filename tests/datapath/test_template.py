"""Templates: fields, braces, repeated lines."""

from __future__ import annotations

import pytest

from phantom_lab.datapath import render
from tests.patience import in_time
from tests.table import tabled


def text(template, *columns, **how):
    """The whole text."""
    return render(template, columns, **how).text


@tabled(("how", "expected"), [
    ({}, "a, None, 3"), ({"separator": ""}, "aNone3"), ({"separator": "{0}"}, "a{0}None{0}3"),
    ({"drop_none": True}, "a, 3"),
    ({"separator": "\n", "drop_none": True}, "a\n3"),
])
def test_a_field_holds_all_values(how, expected):
    """Joined, None among them unless it is dropped."""
    assert text("<{0}>", ["a", None, 3], **how) == f"<{expected}>"


@tabled(("column", "kept", "dropped"), [
    ([], "None", ""), ([None], "None", ""), ([None, None], "None, None", ""), ([""], "", ""),
])
def test_no_value_is_none_or_nothing(column, kept, dropped):
    """A field without values is written as one without a value."""
    assert text("{0}", column) == kept
    assert text("{0}", column, drop_none=True) == dropped


@tabled("template", ["{0}", "%%\n{0}\n%%"])
@tabled(("value", "json", "plain"), [
    ({"a": None}, '{"a": null}', "{'a': None}"), ([1, "x", True], '[1, "x", true]', "[1, 'x', True]"), ([], "[]", "[]"),
    (True, "True", "True"), (1.5, "1.5", "1.5"), (None, "None", "None"), ((1, 2), "(1, 2)", "(1, 2)"),
    ({"a": {1}}, "{'a': {1}}", "{'a': {1}}"), ("{0}", "{0}", "{0}"),
], ids=repr)
def test_objects_and_lists_are_written_as_json_or_as_python_does(template, value, json, plain):
    """An option says which; what JSON cannot hold is written as Python does."""
    assert text(template, [value]).strip() == text(template, [value], objects="json").strip() == json
    assert text(template, [value], objects="str").strip() == plain


BRACES = [
    ("{{0}} {0}", "{0} 1"), ("{{{0}}}", "{1}"), ('{{"url": "{0}"}}', '{"url": "1"}'), ("{{}}", "{}"), ("{{{{", "{{"),
    ("{code}x{code}", "{code}x{code}"), ("{}", "{}"), ("{ }", "{ }"), ("{", "{"), ("}", "}"), ("}{", "}{"),
    ("{-1}", "{-1}"),
    ("{0.a}", "{0.a}"), ("{0!r}", "{0!r}"), ("{0:>3}", "{0:>3}"), ("{0", "{0"), ("0}", "0}"), ("{0}}", "1}"),
    ("{{{0}", "{1"), ("{00}", "1"), ("{0,1}", "{0,1}"), ("}}}", "}}"), ("{{{", "{{"), ("a {b {0} c} d", "a {b 1 c} d"),
    ("{٠}", "{٠}"), ("%s %(x)s $x", "%s %(x)s $x"),
]


@tabled(("template", "expected"), BRACES)
def test_braces(template, expected):
    """Doubled ones become single ones, fields are filled, all others stay; in repeated lines as well."""
    assert text(template, [1]) == expected
    assert text(f"%%\n{template}\n%%", [1]) == f"{expected}\n"


@tabled(("template", "raised"), [
    ("{code}", KeyError), ("{", ValueError), ("}", ValueError), ("{0}}", ValueError), ("{-1}", KeyError),
    ("{ }", KeyError),
    ("{1}", IndexError), ("{0} {", ValueError), ("{0}{}", ValueError), ("{٠}", KeyError), ("{0:d}", ValueError),
])
@tabled("form", ["{}", "%%\n{}\n%%", "x\n%%\ny\n%%\n{}"])
def test_a_strict_template_raises_what_python_raises(template, raised, form):
    """Also where there is no row to fill, as far as the template alone shows it."""
    template = form.replace("{}", template)
    with pytest.raises(raised):
        text(template, ["a"], strict=True)
    if raised is not ValueError:
        with pytest.raises(raised):
            text(template, [], strict=True)


@tabled(("template", "expected"), [
    ("{} {}", "a 7"), ("{1:3}|{0!r}", "7  |'a'"), ("{{}}", "{}"), ("{0:{1}}", "a      "), ("no field", "no field"),
])
def test_a_strict_template_is_a_python_format(template, expected):
    """With all that this has."""
    assert text(template, ["a"], [7], strict=True) == expected
    assert text(f"%%\n{template}\n%%", ["a"], [7], strict=True) == f"{expected}\n"


@tabled("template", ["{1}", "{64}", "%%\n{1}\n%%", "{0}\n%%\n{0}\n%%\n{1}", "{" + "9" * 5000 + "}",
                    "%%\n{99999999999}\n%%"])
@tabled("column", [[], ["a"]])
def test_a_number_without_column_is_an_index_error(template, column):
    """Whether or not there is a row to fill."""
    with pytest.raises(IndexError, match=r"Replacement index \d+ out of range for positional args tuple"):
        render(template, [column])


@tabled(("template", "expected", "items"), [
    ("%%\n{0}\n%%", "a\nb\n", ["a", "b"]),
    ("%%\n{0}\n%%\n", "a\nb\n", ["a", "b"]),
    ("before {0}\n%%\n{0}\n%%\nafter {0}", "before a, b\na\nb\nafter a, b", ["a", "b"]),
    ("%%\n{0}\n%%\nand\n%%\n[{0}]\n%%\n", "a\nb\nand\n[a]\n[b]\n", ["a", "b", "[a]", "[b]"]),
    ("%%\n{0}\n%%\n%%\n[{0}]\n%%", "a\nb\n[a]\n[b]\n", ["a", "b", "[a]", "[b]"]),
    (" \t%% \n{0}\n\t%%\t", "a\nb\n", ["a", "b"]),
    ("%%\r\n{0}\r\n%%\r\nend", "a\r\nb\r\nend", ["a", "b"]),
    ("%%\r\n{0}\r\n%%\r", "a\r\nb\r\n", ["a", "b"]),
    ("%%\n{0}\n\n%%\n", "a\n\nb\n\n", ["a\n", "b\n"]),
    ("%%\n{0}\n- {0}\n%%\n", "a\n- a\nb\n- b\n", ["a\n- a", "b\n- b"]),
    ("%%\nsame\n%%\n", "same\n", ["same"]), ("%%\n%%\n", "", [""]), ("%%\n\n%%", "\n", [""]),
    ("%%\n{0}", "%%\na, b", ["%%\na, b"]), ("{0}\n%%", "a, b\n%%", ["a, b\n%%"]), ("%%", "%%", ["%%"]),
    ("%%\n{0}\n%%\n%%\n{0}", "a\nb\n%%\na, b", ["a", "b"]),
    ("100%%\n{0}\n%%\n", "100%%\na, b\n%%\n", ["100%%\na, b\n%%\n"]), ("%% {0} %%", "%% a, b %%", ["%% a, b %%"]),
    ("%%%\n{0}\n%%%", "%%%\na, b\n%%%", ["%%%\na, b\n%%%"]), ("", "", [""]), ("{0}", "a, b", ["a, b"]),
])
def test_lines_between_two_markers_are_repeated(template, expected, items):
    """A marker stands alone in its line, blanks aside; one without a partner is text; the list has one text per row."""
    made = render(template, [["a", "b"]])
    assert (made.text, made.items) == (expected, items)


@tabled(("columns", "how", "lines"), [
    ([["a", "b"], [1, 2]], {}, ["a 1", "b 2"]), ([["a", "b"], [1]], {}, ["a 1", "b 1"]),
    ([["a", "b", "c"], [1, 2]], {}, ["a 1", "b 2", "c None"]), ([["a", "b"], []], {}, ["a None", "b None"]),
    ([["a"], []], {}, ["a None"]), ([[], []], {}, []),
    ([["a", None, None], [1, None, 3]], {}, ["a 1", "None None", "None 3"]),
    ([["a", None, None], [1, None, 3]], {"drop_none": True}, ["a 1", " 3"]),
    ([["a", "b", "c"], [1, 2]], {"drop_none": True}, ["a 1", "b 2", "c "]), ([[None], [None]], {"drop_none": True}, []),
    ([[None], [1, 2]], {"drop_none": True}, [" 1", " 2"]), ([["", None], ["", None]], {"drop_none": True}, [" "]),
], ids=str)
def test_columns_are_paired_by_position(columns, how, lines):
    """A single value is repeated, a shorter column padded; rows of nothing but None go with `drop_none`."""
    made = render("%%\n{0} {1}\n%%", columns, **how)
    assert made.items == lines
    assert made.text == "".join(f"{line}\n" for line in lines)


def test_only_the_fields_of_the_lines_make_rows():
    """A longer column that the lines do not use adds none, and its None keeps none."""
    assert render("%%\n{1}\n%%", [["a", "b", "c"], [1]]).items == ["1"]
    assert render("%%\n{1}\n%%", [["a", "b"], [1, None]], drop_none=True).items == ["1"]


def test_paired_columns_come_from_the_caller():
    """Asked once per pair of markers, for the fields in it, in order."""
    asked = []

    def pair(numbers):
        asked.append(list(numbers))
        return {number: [f"{number}a", f"{number}b"] for number in numbers}

    made = render("{0}\n%%\n{2}{0}\n%%\n%%\n{1}\n%%\n%%\nsame\n%%", [["x"]] * 3, pair=pair)
    assert asked == [[0, 2], [1]]
    assert made.text == "x\n2a0a\n2b0b\n1a\n1b\nsame\n"


@tabled("value", ["{0}", "{1} {9}", "{{x}}", "}", "%%", "\n%%\n{0}\n%%\n", "%s", "\\1", r"\g<0>",
    "\r"])
def test_a_value_is_never_read_as_a_template(value):
    """Wherever it is written."""
    made = render("{0}|\n%%\n{0}|{1}\n%%\n{0}", [[value, value], [value]])
    assert made.text == f"{value}, {value}|\n{value}|{value}\n{value}|{value}\n{value}, {value}"
    assert made.items == [f"{value}|{value}"] * 2


@pytest.mark.parametrize("template", ["{" * 200_000, "}" * 200_001, "%%\n" * 100_001, " " * 200_000 + "x",
    "{0" * 100_000,
                                      "%% " * 100_000, (" " * 1000 + "\n") * 200, "%%" + " " * 200_000])
def test_no_template_takes_long(template):
    """Time grows with the length alone."""
    with in_time():
        render(template, [["a"]])


def test_an_unknown_way_of_writing_objects_is_an_error():
    """There are two."""
    with pytest.raises(KeyError):
        render("", [], objects="xml")

"""Public custom functions, where they are at hand: each of them runs, and gives what its description promises.

``PHANTOM_LAB_CORPUS`` is that of `tests/corpus/test_corpus.py`. A name with several published contents runs in each.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab
from phantom_lab.check.sources import distinct, find
from phantom_lab.source.custom_function import CustomFunction

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]

pytestmark = pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE")

SOURCE = """
import json
import phantom.rules as phantom

def on_start(container):
    {before}
    phantom.custom_function(custom_function="community/{name}", parameters=[{inputs!r}], name="it", callback=done)

def done(container=None, results=None, **kwargs):
    one = results[0]["custom_function_results"][0]
    data, message = one["data"], one["message"]
    phantom.debug(json.dumps({then}))
"""


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(zipfile.ZipInfo("deep/note.txt"), "hello")
    return packed.getvalue()


ZIP = _zip()
VAULT_ID = hashlib.sha1(ZIP).hexdigest()  # what the platform calls a vault id
FIRST = {"id": 1, "name": "First", "artifacts": [
    {"id": 1, "name": "a", "tags": ["kept"], "cef": {"sourceAddress": "198.51.100.7", "user": "mara"},
     "cef_types": {"user": ["user name"]}},
    {"id": 2, "name": "b", "cef": {"requestURL": "https://a.example/x"}}]}
SECOND = {"id": 2, "name": "Second", "artifacts": [
    {"id": 3, "name": "c", "cef": {"sourceAddress": "198.51.100.7"}}]}
RECORDS: dict[str, list[Any]] = {
    "workbook_template": [{"id": 5, "name": "Phishing", "is_default": True, "phases": [
        {"name": "Triage", "tasks": [{"name": "Read"}, {"name": "Decide"}]}]}],
    "ph_user": [{"id": 9, "username": "mara"}],
    "asset": [{"id": 4, "name": "gate", "configuration": {"device": "gate.example"}}],
    "scm": [{"id": 3, "name": "ours"}],
    "playbook": [{"id": 8, "name": "look", "scm": 3, "category": "Triage", "tags": ["fast"], "playbook_type": "data"},
                 {"id": 9, "name": "stop", "scm": 3, "category": "Response"}],
    "indicator": [{"id": 20, "value": "198.51.100.7", "tags": ["seen", "old"]}],
}
LISTS = {"safe": [["a.example", "ours"], ["b.example", "theirs"]]}


@dataclass(frozen=True, slots=True)
class Case:
    """One call of a function."""

    name: str
    inputs: dict[str, Any]
    expected: Any
    then: str = "data"
    """What of it, as an expression of the callback: over ``data``, its outputs, and ``message``."""
    before: str = "pass"
    where: str = ""
    """A text of the contents that it is for: published versions take and give different forms."""


def items(*values: Any) -> list[dict[str, Any]]:
    """Outputs with one field ``item``."""
    return [{"item": value} for value in values]


TASK = "next(t['data'] for t in phantom.get_tasks(1) if t['data']['name'] == 'Decide')"
ARTIFACT = "phantom.requests.get(phantom.build_phantom_rest_url('artifact', {})).json()"
TAGS = "sorted(phantom.requests.get(phantom.build_phantom_rest_url('indicator', 20)).json()['tags'])"
NEW = ARTIFACT.format("data['artifact_id']")

CASES = [
    Case("artifact_create", {"container": 1, "name": "new", "cef_field": "port", "cef_value": 443, "tags": "x, y",
                             "cef_data_type": "port", "severity": "high"},
         ["new", {"port": 443}, ["x", "y"], "high", 1],
         f"[{NEW}[key] for key in ('name', 'cef', 'tags', 'severity', 'container')]"),
    Case("artifact_create", {"container": 1, "cef_field": "port"}, True,
         "'only one of cef_field and cef_value' in message"),
    Case("artifact_update", {"artifact_id": 1, "name": "other", "cef_field": "port", "cef_value": 1}, ["other", 1],
         f"[{ARTIFACT.format(1)}['name'], {ARTIFACT.format(1)}['cef']['port']]"),
    Case("artifact_update", {"artifact_id": 1, "name": "other", "cef_field": "port", "cef_value": 1, "tags": "new"},
         ["other", {"sourceAddress": "198.51.100.7", "user": "mara", "port": 1}, ["kept", "new"]],
         f"[sorted(one) if isinstance(one, list) else one for one in "
         f"({ARTIFACT.format(1)}[key] for key in ('name', 'cef', 'tags'))]", where="overwrite_tags"),
    Case("asset_get_attributes", {"asset": "gate"}, [4, "gate", {"device": "gate.example"}],
         "[data[key] for key in ('id', 'name', 'configuration')]"),
    Case("base64_decode", {"input_string": "aGVsbG8="}, [{"input_string": "aGVsbG8=", "output_string": "hello"}]),
    Case("base64_decode", {"input_string": "aGVsbG8=|not|Ynll", "split_input": True, "delimiter": "|"},
         ["hello", "bye"], "[one['output_string'] for one in data]"),
    Case("collect_by_cef_type", {"container": 1, "data_types": "user name", "scope": "all"}, [[1, "mara"]],
         "[[one['artifact_id'], one.get('cef_value', one.get('artifact_value'))] for one in data]"),
    Case("collect_by_cef_type", {"container": 1, "data_types": "ip", "tags": "kept"}, [[1, "198.51.100.7"]],
         "[[one['artifact_id'], one.get('cef_value', one.get('artifact_value'))] for one in data]"),
    Case("comment_list", {"container": 1}, ["hello"], "[one['comment'] for one in data]",
         "phantom.comment(container, 'hello')"),
    Case("container_merge", {"target_container": 1, "container_list": [2], "workbook": "Phishing",
                             "close_containers": "True"}, ["[Parent] First", "case", "[Parent: 1] Second", "closed"],
         "[phantom.get_container(1)['name'], phantom.get_container(1)['container_type'], "
         "phantom.get_container(2)['name'], phantom.get_container(2)['status']]"),
    Case("container_update", {"container_input": 1, "name": "New", "severity": "high", "tags": "x, y",
                              "input_json": '{"description": "told"}'}, ["New", "high", ["x", "y"], "told"],
         "[phantom.get_container(1)[key] for key in ('name', 'severity', 'tags', 'description')]"),
    Case("custom_list_enumerate", {"custom_list": "safe"}, [
        {"row_num": 0, "column_0": "a.example", "column_1": "ours"},
        {"row_num": 1, "column_0": "b.example", "column_1": "theirs"}]),
    Case("custom_list_value_in_strings", {"custom_list": "safe", "comparison_strings": ["www.a.example"]},
         [1, 3, [{"match": "a.example"}]], "[data['match_count'], data['miss_count'], data['matches']]"),
    Case("datetime_modify", {"input_datetime": "2026-01-01T00:00:00.000000Z", "modification_unit": "days",
                             "amount_to_modify": 1.5},
         {"datetime_string": "2026-01-02T12:00:00.000000Z", "epoch_time": 1767355200.0, "seconds_modified": 129600.0}),
    Case("datetime_modify", {"input_datetime": "1767225600", "input_format_string": "epoch",
                             "output_format_string": "%d.%m.%Y"}, "01.01.2026", "data['datetime_string']"),
    Case("debug", {"input_1": "text", "input_2": [1]}, ["text", "[1]", "None"], "[one['value'] for one in data][:3]"),
    Case("find_related_containers", {"value_list": ["198.51.100.7"], "container": 1},
         [["2", "Second", 1]], "[[str(one['container_id']), one['container_name'], "
         "one['container_indicator_match_count']] for one in data]"),
    Case("indicator_collect", {"container": 1}, ["198.51.100.7", "https://a.example/x", "mara"],
         "[one['cef_value'] for one in data['all_indicators']]"),
    Case("indicator_get_by_tag", {"tags_or": "seen, other"}, [[20, "198.51.100.7", ["seen", "old"]]],
         "[[one[key] for key in ('indicator_id', 'indicator_value', 'indicator_tags')] for one in data]"),
    Case("indicator_get_by_tag", {"tags_and": "seen", "container": 2}, [20], "[one['indicator_id'] for one in data]"),
    Case("indicator_remove_tag", {"indicator": "198.51.100.7", "tags": "old"},
         {"indicator_id": 20, "indicator_tags": ["seen"]}),
    Case("indicator_tag", {"indicator": "198.51.100.7", "tags": "new"}, ["new", "old", "seen"], TAGS),
    Case("indicator_tag", {"indicator": 20, "tags": "new", "overwrite": True}, ["new"], TAGS,
         where="isinstance(overwrite, bool)"),
    Case("indicator_tag", {"indicator": 20, "tags": "new", "overwrite": "true"}, ["new"], TAGS,
         where="isinstance(overwrite, str)"),
    Case("json_safe_format", {"json_input": '{"a": "x\ty"}'}, {"json_output": '{"a": "x\\ty"}'}),
    Case("list_deduplicate", {"input_list": [2, 1, 2]}, [1, 2], "sorted(one['item'] for one in data)"),
    Case("list_demux", {"input_list": '[{"a": 1}, [2]]'}, [{"output": {"a": 1}}, {"output": [2]}]),
    Case("list_drop_none", {"input_list": ["a", None, "", 0, "b"]}, items("a", "b")),
    Case("list_merge", {"input_1": ["a", None], "input_3": "b"}, items("a", "b")),
    Case("list_zip", {"input_1": [1, 2, 3], "input_2": ["a"], "input_3": [4, 5]},
         [{"input_1": 1, "input_2": "a", "input_3": 4}, {"input_1": 2, "input_2": "a", "input_3": 5}]),
    Case("list_zip", {"input_1": [1, 2], "input_2": ["a"], "zip_type": "longest", "pad_values": False},
         [{"input_1": 1, "input_2": "a"}, {"input_1": 2, "input_2": None}]),
    Case("mark_evidence", {"container": 1, "input_object": 1, "content_type": "artifact_id"}, [[1, "artifact", 1]],
         "[[one[key] for key in ('object_id', 'content_type', 'container')] for one in "
         "(phantom.requests.get(phantom.build_phantom_rest_url('evidence', item['id'])).json() for item in data)]"),
    Case("noop", {}, {}),
    Case("passthrough", {"input_1": "a", "input_2": ["b", "c"]},
         [{"item": "a", "input_name": "input_1"}, {"item": "b", "input_name": "input_2"},
          {"item": "c", "input_name": "input_2"}]),
    Case("playbooks_list", {"tags": "fast", "repo": "ours"}, [[8, "ours/look", "Triage", "data"]],
         "[[one[key] for key in ('id', 'full_name', 'category', 'playbook_type')] for one in data]"),
    Case("regex_extract_email", {"input_string": "Kim <kim@a.example>, x@b.example"},
         [{"email_address": "kim@a.example", "domain": "a.example"}, {"email_address": "x@b.example",
                                                                     "domain": "b.example"}]),
    Case("regex_extract_ipv4", {"input_string": "from 198.51.100.7 to 300.1"}, ["198.51.100.7"],
         "[one['extracted_ipv4'] for one in data]", where="extracted_ipv4"),
    Case("regex_extract_ipv4", {"input_string": ["from 198.51.100.7", None]}, ["198.51.100.7"],
         "[one['ipv4'] for one in data]", where='{"ipv4": ip}'),
    Case("regex_extract_url", {"input_string": "see https://a.example/x now"}, ["https://a.example/x"],
         "[one['extracted_url'] for one in data]"),
    Case("regex_filter_list", {"input_list": ["a1", "b", "a2"], "regex": "a[0-9]", "action": "keep"},
         items("a1", "a2")),
    Case("regex_filter_list", {"input_list": ["a1", "b"], "regex": "a", "action": "drop"}, items("b")),
    Case("regex_split", {"input_string": "a1 b22c", "regex": "[0-9]+"}, items("a", "b", "c")),
    Case("string_split", {"input_string": "a; b", "delimiter": ";"}, items("a", "b")),
    Case("string_split", {"input_string": "a, b", "strip_whitespace": False}, items("a", " b")),
    Case("string_to_lowercase", {"input_string": "AbC"}, {"lowercase_string": "abc"}),
    Case("string_to_lowercase", {"input_string": 1}, True, "'input_string must be a string' in message"),
    Case("string_to_uppercase", {"input_string": "AbC"}, {"uppercase_string": "ABC"}),
    Case("url_filter_domain_allowlist", {"input_url": "x:y", "domain_allowlist": "safe"}, ["x", ":", "y"],
         "[one['filtered_url'] for one in data]"),  # as published: it goes through a text letter by letter
    Case("url_parse", {"input_url": "https://a.example:8443/p;q?r=1#s"},
         ["https", "a.example:8443", "/p", "q", "r=1", "s"],
         "[data[key] for key in ('scheme', 'netloc', 'path', 'params', 'query', 'fragment')]"),
    Case("vault_list", {}, [["packed.zip", VAULT_ID, len(ZIP), "First"]],
         "[[one[key] for key in ('file_name', 'vault_id', 'size', 'container_name')] for one in data]"),
    Case("workbook_add", {"container": 1, "workbook": "Phishing"}, [5, "Triage"],
         "[data['workbook_id'], phantom.get_phase(1)[3]]"),
    Case("workbook_list", {}, [[5, "Phishing", True]],
         "[[one[key] for key in ('id', 'name', 'is_default')] for one in data]"),
    Case("workbook_task_update", {"task_name": "Decide", "note_title": "t", "note_content": "told", "owner": "mara",
                                  "status": "in_progress", "container": 1}, [9, 2, ["told"]],
         f"[{TASK}['owner'], {TASK}['status'], [one['content'] for one in {TASK}['notes']]]",
         "phantom.add_workbook(1, 5)"),
    Case("zip_extract", {"container": 1, "vault_id": VAULT_ID}, ["packed.zip", ["note.txt"], "hello"],
         "[data['zip_file_info']['name'], [one['file_name'] for one in data['output_files']], "
         "open(phantom.vault_info(vault_id=data['output_files'][0]['vault_id'])[2][0]['path']).read()]"),
]


@pytest.fixture(scope="module")
def functions() -> dict[str, list[Path]]:
    """The files of every distinct content, by name."""
    found: dict[str, list[Path]] = {}
    for one in distinct(find(CORPUS)):
        if isinstance(one, CustomFunction):
            found.setdefault(one.name, []).append(Path(one.file))
    return found


@pytest.fixture
def told(tmp_path: Path):
    """What a case gives with one file."""

    def run(case: Case, file: Path) -> Any:
        (tmp_path / "packed.zip").write_bytes(ZIP)
        (tmp_path / "book.py").write_text(SOURCE.format(
            before=case.before, name=case.name, inputs=case.inputs, then=case.then))
        lab = Lab(FIRST, paths=[file.parent], records=RECORDS, lists=LISTS, files=[tmp_path / "packed.zip"])
        lab.add(SECOND)
        summary = lab.run(tmp_path / "book.py", container=1).summary()
        assert summary.status != "error", summary.message
        return json.loads(summary.debug[-1])

    return run


def test_every_function_has_a_case(functions):
    """And every content: nothing public is left out."""
    assert set(functions) == {case.name for case in CASES}
    assert [one for name, files in functions.items() for one in files if not any(
        case.name == name and case.where in one.read_text(encoding="utf-8") for case in CASES)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_function_gives_what_its_description_says(functions, told, case):
    """In every content that is published under its name."""
    files = [one for one in functions[case.name] if case.where in one.read_text(encoding="utf-8")]
    assert {str(one): told(case, one) for one in files} == {str(one): case.expected for one in files} != {}

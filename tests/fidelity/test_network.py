"""Network automation API: addresses, networks, and what values look like."""

from __future__ import annotations

import inspect
from functools import lru_cache
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom_lab import Lab, Playbook
from phantom_lab.rules import rules_module, surface
from tests.table import tabled

MD5, SHA1, SHA256, SHA512 = ("0aF" * 50)[:32], ("0aF" * 50)[:40], ("0aF" * 50)[:64], ("0aF" * 50)[:128]
CONTAINS = {"domain": "is_domain", "ip": "is_ip", "hash": "is_hash", "sha1": "is_sha1", "sha256": "is_sha256",
            "sha512": "is_sha512", "md5": "is_md5", "host name": "is_hostname", "mac address": "is_mac",
            "url": "is_url", "email": "is_email"}
TESTS = sorted(set(CONTAINS.values()) | {
    "address_in_network", "is_ip_in_range", "is_ip_in_subnet_", "is_windows_path", "isfloat", "valid_ip", "valid_net"})
FINDERS = ["get_file_name_from_url", "get_host_from_url", "get_start_end_from_range_str", "get_valid_file_name",
           "ip_to_int_", "safe_int"]
ANSWERS = {
    "valid_ip": [(["10.0.0.1"], True), ([b"10.0.0.1"], True), (["2001:db8::1"], True), (["10.0.0.1/8"], False),
        (["10.0.0"], False), ([b"\xff"], False), ([7], False)],
    "valid_net": [(["10.0.0.0/8"], True), (["10.1.2.3/8"], True), (["10.0.0.1"], True), (["2001:db8::/32"], True),
        (["trusted"], False), (["10.0.0.0/33"], False), ([8], False)],
    "is_ip_in_subnet_": [(["10.0.0.9", "10.0.0.0", 28], True), (["10.0.0.9", "10.0.0.0", "28"], True),
        (["10.0.0.19", "10.0.0.0", 28], False), (["10.0.0.9", "10.0.0.0", True], False),
        (["10.0.0.9", "10.0.0.0", None], False), (["10.0.0.9", "10.0.0.0", 33], False)],
    "is_ip_in_range": [(["10.0.0.5", "10.0.0.1-10.0.0.9"], True), (["10.0.0.1", "10.0.0.1 - 10.0.0.9"], True),
        (["10.0.0.9", "10.0.0.1-10.0.0.9"], True), (["10.0.0.10", "10.0.0.1-10.0.0.9"], False),
        (["10.0.0.0", "10.0.0.1-10.0.0.9"], False), (["::5", "10.0.0.1-10.0.0.9"], False),
        (["10.0.0.5", "10.0.0.1-9"], False), (["10.0.0.5", "10.0.0.9-10.0.0.1"], False), (["::5", "::1-::9"], True),
        (["10.0.0.5", None], False)],
    "get_start_end_from_range_str": [(["10.0.0.1-10.0.0.9"], ("10.0.0.1", "10.0.0.9")),
        ([" ::1 - ::9 "], ("::1", "::9")), ([], (None, None)), (["10.0.0.1"], (None, None)), (["a-b"], (None, None))],
    "ip_to_int_": [(["0.0.1.2"], 258), (["::ffff"], 65535), (["1.1.1"], None), ([258], None)],
    "is_windows_path": [(["C:\\Windows\\x.exe"], True), (["c:/x"], True), (["\\\\server\\share\\x"], True),
        (["/opt/x"], False), (["C:x"], False), (["\\x"], False), (["x C:\\"], False)],
    "isfloat": [(["1.5"], True), ([3], True), (["1e3"], True), (["1,5"], False), ([None], False), ([[]], False),
        ([10 ** 400], False)],
    "safe_int": [(["12"], 12), ([" 12 "], 12), ([1.9], 1), (["1.5"], None), ([None], None), ([float("inf")], None),
        (["9" * 5000], None)],
    "get_host_from_url": [(["https://user:secret@Example.com:8443/x?y"], "example.com"),
        (["ftp://10.0.0.1/"], "10.0.0.1"), (["http://[::1]:80/"], "::1"), (["example.com/x"], None),
        (["http://[::1"], None), ([None], None)],
    "get_file_name_from_url": [(["http://example.com/a/my%20file.pdf?x=/y#z"], "my file.pdf"),
        (["http://example.com/a/my%20file.pdf", False], "my%20file.pdf"), (["http://example.com/a/"], ""),
        ([7], None)],
    "get_valid_file_name": [([" my report: 1/2.pdf "], "my_report_12.pdf"), (["../../etc/passwd"], "....etcpasswd"),
        ([".."], ""), (["/"], ""), ([None], None)],
}
"""By function: arguments and the answer."""
_JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                     lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
                     max_leaves=5)
_NEAR = st.text(alphabet="0123456789abcdefx:./-@[]%\\ \n", max_size=50)
_ADDRESSES = st.ip_addresses().map(str)
GARBAGE = _JSON | st.binary() | _NEAR | _ADDRESSES | st.tuples(_ADDRESSES, st.sampled_from("-/"), _NEAR).map("".join)


@lru_cache(maxsize=1)
def module() -> ModuleType:
    """`phantom.rules` of a run."""
    return rules_module(Lab({"id": 1, "name": "sample"}).prepare(
        Playbook.from_source("def on_start(container):\n    pass\n", name="sample")))


def called(name: str, *arguments: Any) -> Any:
    """What a function of the module gives."""
    return getattr(module(), name)(*arguments)


def table(answers: dict[tuple[str, bool], list[Any]]) -> list[Any]:
    """Parameters ``name, value, answer`` of a table by name and answer."""
    return [(name, one, answer) for (name, answer), values in answers.items() for one in values]


@pytest.mark.observed
@tabled(("name", "given", "answer"), table({
    ("is_ip", True): ["1.1.1.1", "0.0.0.0", "255.255.255.255", "10.20.130.249", "1.1.1.1\n"],
    ("is_ip", False): ["::1", "2001:db8::1", "1.1.1", "1.1.1.1.1", "256.1.1.1", "01.1.1.1", " 1.1.1.1", "1.1.1.1/8",
                       ""],
    ("is_mac", True): ["00:1a:2B:3c:4d:5e", "00-1A-2B-3C-4D-5E", "00:1a-2b:3c-4d:5e"],
    ("is_mac", False): ["001a2b3c4d5e", "00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5e:6f", "0g:1a:2b:3c:4d:5e", ""],
    ("is_md5", True): [MD5, MD5.lower(), MD5.upper()],
    ("is_md5", False): [SHA1, SHA256, SHA512, MD5[1:], "g" + MD5[1:], ""],
    ("is_sha1", True): [SHA1], ("is_sha1", False): [MD5, SHA256, SHA512, SHA1[1:], "g" + SHA1[1:]],
    ("is_sha256", True): [SHA256], ("is_sha256", False): [MD5, SHA1, SHA512, SHA256[1:], "g" + SHA256[1:]],
    ("is_sha512", True): [SHA512], ("is_sha512", False): [MD5, SHA1, SHA256, SHA512[1:], "g" + SHA512[1:]],
    ("is_hash", True): [MD5, SHA1, SHA256, SHA512], ("is_hash", False): [MD5[1:], SHA1 + "0", "hash", ""],
    ("is_url", True): ["http://example.com/a?b#c", "FTP://example.com", "hxxps://x", "s3+x-y.z://", "http://a b"],
    ("is_url", False): ["example.com", "mailto:a@example.com", "1http://a", "//example.com", "http:/a", ""],
    ("is_email", True): ["a@example.com", "a+b@c.example.org", "@@x.y"],
    ("is_email", False): ["@" * 10 ** 6, "a@example", "a example@example.com", "example.com",
        "a@" + "b" * 250 + ".com", ""],
    ("is_domain", True): ["example.com", "example.com.", "localhost", "a b", "x" * 255],
    ("is_domain", False): ["1.1.1.1", "a@example.com", "example.c@m", "x" * 256, ""],
    ("is_hostname", True): ["host", "host.example.com", "a@example.com"],
    ("is_hostname", False): ["1.1.1.1", "@example.com", "example.@com", "x" * 256, ""],
}))
def test_what_a_value_looks_like(name, given, answer):
    """The validators are as wide as those of the vendor's own SDK: no IPv6 address is an ip, and a blank may be in a
    domain."""
    assert called(name, given) is answer


@pytest.mark.observed
def test_validators_by_the_type_that_a_field_contains():
    """``CONTAINS_VALIDATORS`` maps each type to the function of the module itself."""
    assert {kind: getattr(module(), name) for kind, name in CONTAINS.items()} == module().CONTAINS_VALIDATORS


@pytest.mark.observed
def test_validators_work_in_a_block(value):
    """The usual use: which types a value may be."""
    kinds = "sorted(kind for kind, fits in phantom.CONTAINS_VALIDATORS.items() if fits('{}'))"
    assert value(kinds.format("1.1.1.1")) == ["ip"]
    assert value(kinds.format(MD5)) == ["domain", "hash", "host name", "md5"]


@pytest.mark.observed
@tabled(("ip", "net", "answer"), [
    ("192.168.7.7", "192.168.0.1/16", True), ("192.168.7.7", "192.168.0.0/16", True),
    ("192.169.0.1", "192.168.0.1/16", False),
    ("10.0.0.1", "10.0.0.1", True), ("10.0.0.2", "10.0.0.1", False), ("10.0.0.1", "10.0.0.0/255.0.0.0", True),
    ("2001:db8::1", "2001:db8::/32", True), ("2001:db9::1", "2001:db8::/32", False), ("::1", "0.0.0.0/0", False),
    ("10.0.0.1", "network", False), ("name", "10.0.0.0/8", False), ("10.0.0.1", "10.0.0.0/33", False),
    (None, None, False),
])
def test_an_address_lies_in_a_network(ip, net, answer):
    """Bits of a host may be set in the text of a network, as in the vendor's own self-test."""
    assert called("address_in_network", ip, net) is answer


@pytest.mark.assumed
@tabled(("name", "arguments", "answer"), [
    (name, *one) for name, rows in ANSWERS.items() for one in rows
])
def test_addresses_paths_and_numbers(name, arguments, answer):
    """What the names promise; no public source tells more."""
    found = called(name, *arguments)
    assert found == answer
    assert type(found) is type(answer)


@pytest.mark.assumed
@pytest.mark.parametrize("name", TESTS + FINDERS)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_garbage_is_no_error(name, data):
    """Whatever a field holds, a test says yes or no, and what looks for something finds it or not."""
    number = sum(one.default is one.empty for one in inspect.signature(getattr(module(), name)).parameters.values())
    arguments = [data.draw(GARBAGE) for _ in range(max(number, 1))]
    found = called(name, *arguments)
    if name in TESTS:
        assert isinstance(found, bool)
    else:
        assert found is None or isinstance(found, str | int | tuple)


@pytest.mark.observed
def test_the_whole_chapter_is_here():
    """No function of the chapter is left out of the tests above."""
    chapter = {name for name, entry in surface().functions.items() if entry.chapter == "network"}
    assert chapter == {*TESTS, *FINDERS}


@pytest.mark.observed
@pytest.mark.parametrize("name", ["address_in_network", "is_ip", "valid_net"])
def test_the_chapter_works_in_a_custom_function(lab, playbook, tmp_path, name):
    """The vendor's self-test calls it there."""
    arguments = '"10.0.0.1", "10.0.0.0/8"' if name == "address_in_network" else '"10.0.0.1"'
    (tmp_path / "custom_functions").mkdir()
    (tmp_path / "custom_functions" / "probe.py").write_text(
        "import phantom.rules as phantom\n\n"
        f"def probe(**kwargs):\n    return {{'found': phantom.{name}({arguments})}}\n", encoding="utf-8")
    lab.paths.append(tmp_path)
    run = lab.run(playbook("""
def on_start(container):
    phantom.custom_function("local/probe", name="probe_1", callback=after)

def after(results=None, **kwargs):
    phantom.debug(results[0]["custom_function_results"][0]["data"]["found"])
"""))
    assert run.summary().debug == ["True"]

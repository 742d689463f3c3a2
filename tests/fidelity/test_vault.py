"""The vault: files of containers, with real bytes."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Playbook
from tests.fidelity.test_lists import BAD

CONTAINERS = [{"id": 1, "name": "first", "status": "new"}, {"id": 2, "name": "second", "status": "new"}]
TEXT = b"action,sourceAddress\nblock,1.1.1.1\n"
SHA1 = hashlib.sha1(TEXT).hexdigest()
SOURCE = """
import json, os, pathlib
import phantom.rules as phantom
import phantom.vault as vault

def put(name, data=b"x"):
    path = "/opt/phantom/vault/tmp/" + name
    with open(path, "wb") as file:
        file.write(data)
    return path

def link(target, name):
    path = "/opt/phantom/vault/tmp/" + name
    os.symlink(target, path)
    return path

def read(path):
    with open(path, "rb") as file:
        return file.read().decode("latin-1")

def on_start(container):
    for expression in {expressions!r}:
        phantom.debug(json.dumps(eval(expression, globals())))
"""


def playbook(*expressions: str) -> Playbook:
    """A playbook whose only block logs what expressions give."""
    return Playbook.from_source(SOURCE.format(expressions=expressions), name="sample")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Two containers; the first has a file."""
    (tmp_path / "rows.csv").write_bytes(TEXT)
    return Lab(CONTAINERS, files=[tmp_path / "rows.csv"])


@pytest.fixture
def evaluate(lab: Lab):
    """What expressions give, one after the other, in a block of one run."""

    def run(*expressions: str) -> list[Any]:
        done = lab.run(playbook(*expressions))
        assert done.status == "success", done.summary().message
        return [json.loads(line) for line in done.summary().debug]

    return run


# -- adding ------------------------------------------------------------------------------------------------------------

@pytest.mark.observed
@pytest.mark.parametrize("container", ["container=1", "container='1'", "container={'id': 1}", "container=None", ""])
def test_a_file_is_added_under_its_sha1(evaluate, container):
    """(True, message, vault id); public playbooks leave the container out, and write the file just before."""
    added, info, data = evaluate(
        f"phantom.vault_add({container}{',' * bool(container)} file_location=put('a.sh', b'echo'), file_name='b.sh')",
        "phantom.vault_info(file_name='b.sh')[2]", "read(phantom.vault_info(file_name='b.sh')[2][0]['path'])")
    vault_id = hashlib.sha1(b"echo").hexdigest()
    assert (added[0], type(added[1]), added[2]) == (True, str, vault_id)
    assert [(one["container_id"], one["vault_id"]) for one in info] == [(1, vault_id)]
    assert data == "echo"


@pytest.mark.documented
def test_a_temporary_file_is_removed_once_it_is_added(evaluate):
    """One that was not added stays, and so does a file of the vault that is added to another container."""
    assert evaluate(
        "phantom.vault_add(9, put('a'))[0]", "os.path.exists(phantom.Vault.get_vault_tmp_dir() + '/a')",
        "phantom.vault_add(1, put('a'))[0]", "os.path.exists(phantom.Vault.get_vault_tmp_dir() + '/a')",
        "phantom.vault_add(2, phantom.vault_info(container_id=1)[2][0]['path'], 'copy.csv')[0]",
        f"[read(one['path'])[:6] for one in phantom.vault_info(vault_id={SHA1!r})[2]]",
    ) == [False, True, True, False, True, ["action", "action"]]


@pytest.mark.observed
def test_what_is_told_of_a_file(evaluate):
    """Names that public playbooks and the vendor's own kit read; sums and size are those of the bytes."""
    (found,) = evaluate("phantom.vault_info(container_id=1)")[0][2]
    assert {name: found[name] for name in ("name", "container", "container_id", "vault_id", "hash", "size", "aka")} == {
        "name": "rows.csv", "container": "first", "container_id": 1, "vault_id": SHA1, "hash": SHA1, "size": len(TEXT),
        "aka": []}
    assert found["metadata"] == {"sha1": SHA1, "sha256": hashlib.sha256(TEXT).hexdigest(), "size": len(TEXT),
                                 "md5": hashlib.md5(TEXT).hexdigest(), "contains": []}
    assert {"id", "create_time", "created_via", "user", "vault_document", "mime_type", "contains", "task",
            "es_attachment_id"} <= found.keys()


@pytest.mark.assumed
def test_a_file_is_kept_at_the_platforms_place(lab):
    """`/opt/phantom/vault`, two digits, two digits: so it stands in the record and the journal."""
    run = lab.run(playbook("phantom.vault_info(container_id=1)[2][0]['path']"))
    path = f"/opt/phantom/vault/{SHA1[:2]}/{SHA1[2:4]}/{SHA1}"
    assert json.loads(run.summary().debug[0]) == path
    assert run.platform.records("container_attachment")[1]["path"] == path


@pytest.mark.assumed
def test_the_same_content_twice_is_one_file_with_two_names(evaluate):
    """Both names find it; in another container it is a file of its own with the same bytes."""
    add = f"phantom.vault_add(1, put('x', {TEXT!r}), 'other.csv')[2]"
    assert evaluate(
        add, add,
        "[[one['name'], one['aka']] for one in phantom.vault_info(container_id=1)[2]]",
        "phantom.vault_info(file_name='other.csv')[2][0]['name']",
        f"phantom.vault_add(2, put('x', {TEXT!r}))[2]",
        f"[[one['container_id'], one['vault_document']] for one in phantom.vault_info({SHA1!r})[2]]",
        f"len({{one['path'] for one in phantom.vault_info({SHA1!r})[2]}})",
    ) == [SHA1, SHA1, [["rows.csv", ["other.csv"]]], "rows.csv", SHA1, [[1, 1], [2, 1]], 1]


@pytest.mark.documented
def test_of_metadata_only_contains_counts(evaluate):
    """It says what an action may take the file for."""
    found = evaluate("phantom.vault_add(1, put('m'), metadata={'contains': ['pe file'], 'size': 5})",
                     "phantom.vault_info(file_name='m')[2][0]")[1]
    assert (found["contains"], found["metadata"]["contains"], found["size"]) == (["pe file"], ["pe file"], 1)


@pytest.mark.observed
@pytest.mark.parametrize(("name", "data", "mime", "contains"), [
    ("a.bin", b"MZ\x90", "application/x-dosexec", ["pe file", "hash"]), ("x", b"%PDF-1.7", "application/pdf", ["pdf"]),
    ("x.zip", b"PK\3\4..", "application/zip", []), ("a.exe", b"\x7fELF", "application/x-executable", []),
    ("memory.vmss", b"\0", "application/octet-stream", ["os memory dump", "vm suspend file"]),
    ("s.js", b"var a", "text/javascript", ["javascript"]), ("notes", "é".encode(), "text/plain", []),
    ("d.docx", b"PK\3\4..", "application/zip", ["doc"]),
    ("x", b"\xff\xfe\xfd", "application/octet-stream", []), ("nothing", b"", "inode/x-empty", []),
])
def test_a_content_tells_its_type(evaluate, name, data, mime, contains):
    """What files contain is the vendor's table; the types' names are those that public playbooks ask for."""
    found = evaluate(f"phantom.vault_add(1, put({name!r}, {data!r}))",
                     f"phantom.vault_info(file_name={name!r})[2][0]")[1]
    shown = found["mime_type"].replace("application/javascript", "text/javascript")  # an older Python's name
    assert (shown, found["contains"]) == (mime, contains)


@pytest.mark.assumed
@pytest.mark.parametrize("name", ["a/b/../c.txt", "http://x/y?z", "é ü\\n", "..", " ", "x" * 300, "\\ud800"])
def test_a_name_is_only_a_name(evaluate, name):
    """Whatever it holds: it stands for no place."""
    assert evaluate(f"phantom.vault_add(1, put('f'), file_name='{name}')[0]",
                    f"[one['name'] == '{name}' for one in phantom.vault_info(file_name='{name}')[2]]") == [True, [True]]


@pytest.mark.assumed
@pytest.mark.parametrize(("location", "words"), [
    ("'/etc/passwd'", "outside the platform's folders"), ("'/opt/phantom/../../../../../etc/passwd'", "outside"),
    ("link('/etc/passwd', 'l')", "outside"), ("link('/etc', 'd') + '/passwd'", "outside"), ("'a.txt'", "outside"),
    ("'vault/tmp/a'", "outside"), ("'/opt/phantom'", "outside"), ("'/opt/phantomas/x'", "outside"),
    ("'/opt/phantom/vault/tmp'", "is a folder"), ("'/opt/phantom/vault/tmp/none'", "No such file"),
    ("link('loop', 'loop')", "cannot be read"), ("'/opt/phantom/' + 'x' * 5000", "cannot be read"),
    ("'/opt/phantom/\\ud800'", "cannot be read"), ("'/opt/phantom/vault/tmp/a\\0b'", "must be the path"),
    ("os.mkfifo(phantom.Vault.get_vault_tmp_dir() + '/p') or '/opt/phantom/vault/tmp/p'", "is no file"),
    ("None", "must be a text"), ("''", "must be the path"), ("5", "must be a text"), ("b'/x'", "must be a text"),
    ("['/x']", "must be a text"), ("object()", "must be a text"),
])
def test_a_file_that_cannot_be_added_is_a_failure(evaluate, location, words):
    """(False, message, None): what lies elsewhere, is no file, or is not there. The message names no folder of ours."""
    added, left = evaluate(f"phantom.vault_add(container=1, file_location={location})",
                           "len(phantom.vault_info(container_id=1)[2])")
    assert (added[0], added[2], left) == (False, None, 1)
    assert words in added[1]
    assert "phantom_lab-" not in added[1]


@pytest.mark.assumed
@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to the system's administrator")
def test_an_unreadable_file_is_a_failure(evaluate):
    """With the system's reason."""
    found = evaluate("[path := put('u'), os.chmod(path, 0), phantom.vault_add(1, path)][-1]")[0]
    assert (found[0], "Permission denied" in found[1]) == (False, True)


@pytest.mark.assumed
@pytest.mark.parametrize("arguments", [
    "container=9, file_location=put('x')", "container='x', file_location=put('x')", "[], put('x')",
    "1, put('x'), ''", "1, put('x'), 5", "1, put('x'), 'a\\0b'", "1, put('x'), []", "1, put('x'), 'n', 'text'",
    "1, put('x'), 'n', []", "1, put('x'), 'n', {'contains': 5}", "1, put('x'), 'n', {'contains': [None]}",
    "1, put('x'), 'n', {'contains': object()}",
])
def test_another_bad_argument_is_a_failure(evaluate, arguments):
    """Nothing is added, and the file stays where it is."""
    added, there = evaluate(f"phantom.vault_add({arguments})",
                            "os.path.exists(phantom.Vault.get_vault_tmp_dir() + '/x')")
    assert (added[0], added[2], there) == (False, None, True)


@pytest.mark.assumed
def test_a_file_elsewhere_below_the_platforms_folders_is_added_with_a_note(lab):
    """The platform wants it below its folder for temporary files; the file stays."""
    run = lab.run(playbook(
        "[root := phantom.Vault.get_vault_tmp_dir()[:-10], pathlib.Path(root, 'f').write_text('x'), "
        "phantom.vault_add(1, pathlib.Path(root, 'f'))[0], os.path.exists(root + '/f')][2:]"))
    assert json.loads(run.summary().debug[0]) == [True, True]
    assert [note for note in run.summary().notes if "/opt/phantom/f does not lie below /opt/phantom/vault/tmp" in note]


@pytest.mark.assumed
def test_a_path_through_the_temporary_folder_removes_nothing_of_the_vault(evaluate):
    """A link, or `..`, that leads to a file of the vault."""
    path = "phantom.vault_info(container_id=1)[2][0]['path']"
    assert evaluate(f"phantom.vault_add(2, link({path}, 'l'))[0]",
                    f"phantom.vault_add(2, phantom.Vault.get_vault_tmp_dir() + '/..' + {path}.split('/vault')[1])[0]",
                    f"len(read({path}))") == [True, True, len(TEXT)]


@pytest.mark.assumed
def test_a_large_file_is_read_piece_by_piece(evaluate):
    """Its sums are those of the whole."""
    size = 5 * (1 << 20) + 17
    found = evaluate(f"phantom.vault_add(1, put('big', b'0' * {size}))[2]", "phantom.vault_info(file_name='big')[2][0]")
    assert found[0] == hashlib.sha1(b"0" * size).hexdigest()
    assert (found[1]["size"], found[1]["metadata"]["md5"]) == (size, hashlib.md5(b"0" * size).hexdigest())


# -- looking up and deleting -------------------------------------------------------------------------------------------

@pytest.fixture
def several(tmp_path: Path) -> Lab:
    """Three contents in two containers: ``a`` in both, ``b`` and ``c`` in the first."""
    for name in "abc":
        (tmp_path / name).write_text(name)
    return Lab(CONTAINERS, files=[*(tmp_path / name for name in "abc"), {"path": tmp_path / "a", "container": 2},
                                  {"path": tmp_path / "b", "container": 2, "name": "a"}])


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


LOOK_UPS = [
    ("container_id=1", "and", [1, 2, 3]), ("container_id='2'", "and", [4, 5]),
    ("container_id={'id': 2}", "and", [4, 5]),
    (f"vault_id={sha1('a')!r}", "and", [1, 4]), (f"vault_id={sha1('a').upper()!r}", "and", [1, 4]),
    (f"vault_id={sha1('a')!r}, container_id=2", "and", [4]), ("file_name='a'", "and", [1, 4, 5]),
    (f"vault_id={sha1('b')!r}, file_name='a'", "and", [5]), (f"vault_id={sha1('c')!r}, container_id=2", "and", []),
    ("file_name='A'", "and", []), ("vault_id='0'", "and", []), ("", "and", []),
    (f"vault_id={sha1('c')!r}, container_id=2", "or", [3, 4, 5]), ("file_name='c', container_id=2", "or", [3, 4, 5]),
    ("", "or", []),
]


@pytest.mark.observed
@pytest.mark.parametrize(("arguments", "method", "ids"), LOOK_UPS)
def test_files_are_looked_up_by_all_that_is_given(several, arguments, method, ids):
    """A public custom function unpacks the first file of a vault id *in a container*; the older class knows `or`.

    Nothing found is a failure with an empty list.
    """
    info = f"phantom.vault_info({arguments})"
    old = f"[one['id'] for one in phantom.Vault.get_file_info({arguments}{',' * bool(arguments)} method={method!r})]"
    run = several.run(playbook(info, old))
    (success, message, found), older = map(json.loads, run.summary().debug)
    if method == "and":
        assert (success, type(message), [one["id"] for one in found]) == (bool(ids), str, ids)
    assert older == ids


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "names", "left"), [
    ("file_name='c'", ["c"], [1, 2, 4, 5]), (f"vault_id={sha1('a')!r}, container_id=1", ["a"], [2, 3, 4, 5]),
    (f"vault_id={sha1('a')!r}, remove_all=True", ["a", "a"], [2, 3, 5]),
    ("container_id=1, remove_all=True", ["a", "b", "c"], [4, 5]), (f"vault_id={sha1('a')!r}", [], [1, 2, 3, 4, 5]),
    ("container_id=2", [], [1, 2, 3, 4, 5]), ("file_name='x'", [], [1, 2, 3, 4, 5]), ("", [], [1, 2, 3, 4, 5]),
    ("container_id=9", [], [1, 2, 3, 4, 5]), ("remove_all=True", [], [1, 2, 3, 4, 5]),
])
def test_files_are_deleted(several, arguments, names, left):
    """(success, message, names of what is gone); several are a failure unless all are meant."""
    run = several.run(playbook(f"phantom.vault_delete({arguments})"))
    success, message, gone = json.loads(run.summary().debug[0])
    assert (success, type(message), gone) == (bool(names), str, names)
    assert [*run.platform.records("container_attachment")] == left


@pytest.mark.documented
def test_bytes_go_with_the_last_container_that_has_them(several):
    """Not before."""
    path = f"phantom.get_vault_file_path({sha1('a')!r})"
    run = several.run(playbook(
        f"[path := {path}, phantom.vault_delete({sha1('a')!r}, container_id=1)[0], os.path.exists(path), "
        f"phantom.vault_delete({sha1('a')!r})[0], os.path.exists(path), {path}][1:]"))
    assert json.loads(run.summary().debug[0]) == [True, True, True, False, None]


@pytest.mark.observed
def test_a_file_is_copied_and_moved_to_another_container(several):
    """As a public custom function does: look up, add by its path, delete at the source."""
    run = several.run(playbook(
        "[info := phantom.vault_info(container_id=1, file_name='c')[2][0], "
        "phantom.vault_add(container=2, file_location=info['path'], file_name=info['name'])[0], "
        "phantom.vault_delete(vault_id=info['vault_id'], container_id=1)[0], read(info['path'])][1:]",
        "phantom.vault_info(file_name='c')[2][0]['container']"))
    assert [json.loads(line) for line in run.summary().debug] == [[True, True, "c"], "second"]


@pytest.mark.assumed
@pytest.mark.parametrize("call", ["vault_info({})", "vault_info(None, {})", "vault_info(None, None, {})",
                                  "vault_info(None, None, 1, {}, {})", "vault_delete({})", "vault_delete(None, {})",
                                  "vault_delete(None, None, {})", "vault_delete(None, 'c', 9, {}, {})"])
def test_any_argument_gives_a_result(evaluate, call):
    """A flag, a message and a list, and never an exception."""
    for bad, (success, message, found) in zip(BAD, evaluate(*[f"phantom.{call.replace('{}', one)}" for one in BAD]),
                                              strict=True):
        assert (type(success), type(message), type(found)) == (bool, str, list), bad


# -- older names -------------------------------------------------------------------------------------------------------

@pytest.mark.observed
@pytest.mark.parametrize("call", ["phantom.add_attachment({}, 1, 'n', {{'contains': ['pdf']}})",
                                  "phantom.Vault.add_attachment({}, 1, 'n', {{'contains': ['pdf']}})",
                                  "vault.Vault.add_attachment({}, '1', file_name='n', metadata={{'contains': 'pdf'}})",
                                  "vault.add_attachment({}, 1, 'n', {{'contains': 'pdf'}})"])
def test_the_older_ways_of_adding_tell_in_a_dict(evaluate, call):
    """``succeeded``, ``message``, and the vault id under two names."""
    added, info, failed = evaluate(call.format("put('a', b'old')"), "phantom.vault_info(file_name='n')[2][0]",
                                   call.format("'/etc/passwd'"))
    assert (added["succeeded"], added["vault_id"], added["hash"], added["id"]) == (
        True, info["vault_id"], info["vault_id"], info["id"])
    assert info["contains"] == ["pdf"]
    assert (failed["succeeded"], failed["message"] == failed["error"], "vault_id" in failed) == (False, True, False)


@pytest.mark.observed
@pytest.mark.parametrize(("contents", "data"), [("'é'", "é".encode().decode("latin-1")), ("b'\\xff'", "\xff"),
                                                ("bytearray(b'a')", "a"), ("b''", "")])
def test_contents_are_attached_without_a_file(evaluate, contents, data):
    """Bytes, or a text; without a name they are called by their vault id (assumed)."""
    added, found, unnamed = evaluate(
        f"phantom.Vault.create_attachment({contents}, 1, file_name='n')",
        "read(phantom.Vault.get_file_path(phantom.vault_info(file_name='n')[2][0]['vault_id']))",
        f"phantom.vault_info(phantom.Vault.create_attachment({contents}, 2)['hash'])[2][-1]")
    assert (added["succeeded"], found) == (True, data)
    assert unnamed["name"] == unnamed["vault_id"]


@pytest.mark.observed
def test_paths_and_items_of_vault_ids(evaluate):
    """A public playbook gives ``vault_document_id`` to actions as the vault id; hashes stand there if asked for."""
    paths, unknown, items, by_id, nothing = evaluate(
        f"[read(one({SHA1!r}))[:6] for one in (phantom.get_vault_file, phantom.get_vault_file_path, "
        "vault.get_vault_file, phantom.Vault.get_file_path, vault.get_vault_file_path)]",
        "[phantom.get_vault_file('0' * 40), phantom.Vault.get_file_path('x'), phantom.get_vault_file_path('')]",
        "phantom.get_vault_item_info(get_hashes=False)", f"phantom.get_vault_item_info({SHA1!r}, True)",
        "phantom.get_vault_item_info('x')")
    assert (paths, unknown, nothing) == (["action"] * 5, [None] * 3, [])
    assert [(one["vault_document_id"], one["metadata"]) for one in items] == [
        (SHA1, {"contains": [], "size": len(TEXT)})]
    assert by_id[0]["metadata"]["sha256"] == hashlib.sha256(TEXT).hexdigest()


@pytest.mark.assumed
@pytest.mark.parametrize(("given", "success"), [("1", True), ("'1'", True), ("9", False), ("None", False),
                                                ("'x'", False), ("{}", False), ("-1", False), ("True", False)])
def test_an_attachment_is_deleted_by_its_number(evaluate, given, success):
    """(success, message)."""
    (done, message), left = evaluate(f"phantom.delete_attachment({given})",
                                     "len(phantom.vault_info(container_id=1)[2])")
    assert (done, type(message), left) == (success, str, int(not success))


@pytest.mark.observed
def test_the_folder_for_temporary_files_can_be_written_to(evaluate):
    """Under each of its names, and from texts of the source that name the platform's folder."""
    assert evaluate("len({phantom.Vault.get_vault_tmp_dir(), vault.PHANTOM_VAULT_TMP, vault.PHANTOM_VAULT + '/tmp', "
                    "vault.get_phantom_vault_tmp_dir(), os.path.dirname(put('x'))})",
                    "vault.vault_info is phantom.vault_info") == [1, True]


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "words"), [
    ("get_vault_file(None)", "s_hash must be a vault id"), ("get_vault_file_path([])", "vault_id must be a vault id"),
    ("Vault.get_file_path(5)", "vault_id must be a vault id"), ("get_vault_item_info(5)", "vault_id must be a text"),
    ("Vault.get_file_info(5)", "vault_id must be a text"),
    ("Vault.get_file_info(None, b'x')", "file_name must be a text"),
    ("Vault.get_file_info(container_id=9)", "container 9 not found"),
    ("Vault.get_file_info('x', method='xor')", "'or' or 'and'"),
    ("Vault.get_file_info('x', method=[])", "'or' or 'and'"),
])
def test_older_functions_that_cannot_tell_of_a_failure_end_the_branch(lab, call, words):
    """With one line."""
    run = lab.run(playbook(f"phantom.{call}"))
    assert run.status == "error"
    assert run.summary().message.startswith(f"PlaybookArgumentError: {call.partition('(')[0]}: ")
    assert words in run.summary().message


@pytest.mark.assumed
@pytest.mark.parametrize("arguments", ["None, 1", "5, 1", "[1], 1", "'x', 9", "'x', 'y'", "'x', 1, ''", "'x', 1, 5",
                                       "'x', 1, 'n', 5", "object(), 1"])
def test_contents_that_cannot_be_attached_are_a_failure(evaluate, arguments):
    """Told in the dict."""
    assert evaluate(f"phantom.Vault.create_attachment({arguments})['succeeded']") == [False]


@pytest.mark.observed
@pytest.mark.parametrize("text", ["import phantom.vault", "from phantom.vault import vault_info, Vault",
                                  "from phantom import vault",
                                  "import phantom.vault as v, phantom.rules as r\n    assert v.Vault is r.Vault"])
def test_ways_of_importing_the_module(lab, text):
    """What it does not have is Python's error; what is not emulated stops the run."""
    source = f"def on_start(container):\n    {text}\n    import phantom.vault as last\n    last.{{}}\n"
    ends = {name: lab.run(Playbook.from_source(source.format(name), name="sample"))
            for name in ("vault_add", "nothing_like_it", "contains_from_file")}
    assert [run.status for run in ends.values()] == ["success", "error", "not_emulated"]
    assert "module 'phantom.vault' has no attribute 'nothing_like_it'" in ends["nothing_like_it"].summary().message


# -- runs --------------------------------------------------------------------------------------------------------------

@pytest.mark.assumed
def test_child_playbooks_and_custom_functions_share_the_files(tmp_path):
    """What one writes into the platform's folders, or adds, another opens."""
    head = "import phantom.rules as phantom\n"
    (tmp_path / "child.py").write_text(head + (
        "def on_start(container):\n    phantom.debug(open('/opt/phantom/vault/tmp/note').read())\n"
        "    phantom.vault_add(1, '/opt/phantom/vault/tmp/note', 'from child')\n"))
    (tmp_path / "tool.py").write_text(head + (
        "def tool(**kwargs):\n"
        "    return [{'text': open(phantom.vault_info(file_name='from child')[2][0]['path']).read()}]\n"))
    (tmp_path / "parent.py").write_text(head + (
        "def on_start(container):\n    open('/opt/phantom/vault/tmp/note', 'w').write('hello')\n"
        "    phantom.playbook('local/child', container, name='c', callback=after)\n"
        "def after(**kwargs):\n    phantom.custom_function('local/tool', [{}], name='t', callback=last)\n"
        "def last(**kwargs):\n"
        "    phantom.debug(phantom.collect2(datapath=['t:custom_function_result.data.*.text'])[0][0])\n"))
    assert Lab(CONTAINERS).run(tmp_path / "parent.py").summary().debug == ["hello", "hello"]


@pytest.mark.assumed
def test_a_file_without_bytes_is_told_of(several):
    """A record may be given without: the log says that it cannot be opened, and what to do."""
    for vault_id in ("0" * 40, "../../../etc/passwd", 5, None):
        lab = Lab(CONTAINERS, records={"container_attachment": [
            {"container": 1, "name": "lost", "vault_id": vault_id, "aka": None, "metadata": None}]})
        run = lab.run(playbook("phantom.vault_info(file_name='lost')[0]", "phantom.get_vault_item_info()[0]['name']",
                               "phantom.vault_add(1, put('x'))[0]", "phantom.vault_delete(file_name='lost')[2]"))
        assert [json.loads(line) for line in run.summary().debug[-4:]] == [True, "lost", True, ["lost"]]
        assert any("cannot be opened: the lab was not given its bytes: Lab(files=[…])" in one
                   for one in run.summary().notes)
        lab.apply(run)

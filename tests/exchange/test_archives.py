"""Archives: read whole or refused, in one line; nothing of one ever lands outside of its folder."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook, PlaybookLoadError
from phantom_lab.archives import read_archive
from phantom_lab.cli.main import main
from phantom_lab.errors import InputError
from tests.conftest import SAMPLES
from tests.exchange.archives import PLAYBOOK, member, written

EXPORT = SAMPLES / "exports" / "rate_countries.tgz"
ALERT = SAMPLES / "containers" / "network_alert.json"


@pytest.mark.parametrize(("name", "told"), [
    ("/etc/cron.d/x.py", "a path that leads out of it"), ("../x.py", "a path that leads out of it"),
    ("a/../../x.py", "a path that leads out of it"), ("a\\..\\x.py", "no name of a file everywhere"),
    ("c:x.py", "no name of a file everywhere"), ("a\x1b[31m.py", "no name of a file everywhere"),
    (b"\xff.py".decode("utf-8", "surrogateescape"), "no name of a file everywhere"),
])
def test_a_name_that_may_lead_elsewhere_is_refused(tmp_path: Path, name: str, told: str):
    """And nothing of the archive is unpacked."""
    archive = written(tmp_path / "x.tgz", {"ok.py": PLAYBOOK, name: PLAYBOOK})
    with pytest.raises(InputError, match=told):
        read_archive(archive)
    with pytest.raises(PlaybookLoadError, match=told) as caught:
        Playbook.load(archive)
    assert "\n" not in str(caught.value)
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["x.tgz"]


@pytest.mark.parametrize(("other", "told"), [
    (member("x.py", tarfile.SYMTYPE, "/etc/passwd"), "a link"), (member("x.py", tarfile.LNKTYPE, "ok.py"), "a link"),
    (member("x.py", tarfile.FIFOTYPE), "no plain file"), (member("x.py", tarfile.CHRTYPE), "no plain file"),
])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, other: tarfile.TarInfo, told: str):
    """Links lead elsewhere, and pipes never end."""
    with pytest.raises(InputError, match=told):
        read_archive(written(tmp_path / "x.tgz", {"ok.py": PLAYBOOK}, others=[other]))


@pytest.mark.parametrize("names", [("x.py", "x.py"), ("x.py", "X.PY"), ("x.py", "x.py/y.py")])
def test_two_files_of_one_name_are_refused(tmp_path: Path, names: tuple[str, str]):
    """Also where only some systems take them for one."""
    with pytest.raises(InputError, match=r"twice|as a file"):
        read_archive(written(tmp_path / "x.tgz", [(one, PLAYBOOK) for one in names]))


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of bytes, of files, and of headers that claim more than there is."""
    monkeypatch.setenv("PHANTOM_LAB_LARGEST", "1000000")
    (tmp_path / "bytes.tgz").write_bytes(gzip.compress(bytes(5_000_000)))
    with pytest.raises(InputError, match="more than 1,000,000 bytes are not read"):
        read_archive(tmp_path / "bytes.tgz")
    monkeypatch.delenv("PHANTOM_LAB_LARGEST")
    with pytest.raises(InputError, match="more than 2,000 files"):
        read_archive(written(tmp_path / "files.tgz", {f"{one}.py": "" for one in range(2_100)}))
    claims = member("x.py", tarfile.REGTYPE)
    claims.size = 1 << 40
    (tmp_path / "claims.tgz").write_bytes(gzip.compress(claims.tobuf() + bytes(1024)))
    with pytest.raises(InputError, match="damaged"):
        read_archive(tmp_path / "claims.tgz")
    (tmp_path / "parts.tgz").write_bytes(gzip.compress(b"") * 1_000)
    with pytest.raises(InputError, match="parts"):
        read_archive(tmp_path / "parts.tgz")


@pytest.mark.parametrize("cut", [0, 1, 12, 300, -20, -1])
def test_a_cut_archive_is_one_line(tmp_path: Path, cut: int):
    """Wherever it is cut."""
    (tmp_path / "x.tgz").write_bytes(EXPORT.read_bytes()[:cut])
    with pytest.raises(InputError) as caught:
        read_archive(tmp_path / "x.tgz")
    assert "x.tgz" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("files", "told"), [
    ({}, "no file of Python"), ({"readme.md": "x"}, "no file of Python"),
    ({"x.py": "def x(a=None, **kwargs):\n    return a\n", "x.json": '{"inputs": [], "outputs": []}'},
     "this is a custom function"),
    ({"x.py": PLAYBOOK.encode("utf-16")}, "begins as UTF-16"), ({"x.py": b"\xff\xfa"}, "not UTF-8 text"),
    ({"x.py": PLAYBOOK, "x.json": b"\xff{}"}, "not UTF-8 text"), ({"x.py": PLAYBOOK, "x.json": "{"}, "is not JSON"),
    ({"a.py": PLAYBOOK, "b.py": PLAYBOOK}, "Choose one: .*#NAME, of a, b"),
])
def test_an_archive_without_one_playbook_says_what_it_holds(tmp_path: Path, files: dict[str, str | bytes], told: str):
    """Empty, of other things, in other encodings, or several."""
    with pytest.raises(PlaybookLoadError, match=told) as caught:
        Playbook.load(written(tmp_path / "x.tgz", files))
    assert str(caught.value).startswith(str(tmp_path / "x.tgz"))  # and not the folder of what was unpacked


def test_of_several_playbooks_the_one_that_starts_the_others_is_meant(tmp_path: Path):
    """Others are chosen by name, as the editor writes it or otherwise; children and custom functions are found."""
    parent = ('import phantom.rules as phantom\ndef on_start(container):\n    phantom.playbook("local/The Child", '
              'container=container)\n')
    archive = written(tmp_path / "x.tgz", {"main.py": parent, "the_child.py": PLAYBOOK, "._main.py": b"\0"},
                      others=[member("custom_functions", tarfile.DIRTYPE)])
    assert Playbook.load(archive).name == "main"
    assert Playbook.load(f"{archive}#The Child").name == "the_child"
    run = Lab(ALERT).run(archive)
    assert [one.playbook.name for one in run.tree.runs.values()] == ["main", "the_child"]
    with pytest.raises(PlaybookLoadError, match="no playbook 'mian'; closest is 'main'"):
        Playbook.load(f"{archive}#mian")


def test_a_playbook_is_found_in_whatever_holds_it(tmp_path: Path):
    """Archive, folder, export, and an archive to look in by name."""
    unpacked = tmp_path / "unpacked"
    assert main(["export", str(EXPORT), "-o", str(unpacked)]) == 0
    source = Playbook.load(EXPORT).source
    for given in (unpacked, unpacked / "rate_countries.json", f"{unpacked}#rate_countries"):
        assert Playbook.load(given).source == source
    assert Playbook.load("Rate Countries", paths=[EXPORT]).source == source
    assert main(["run", str(EXPORT), "--container", str(ALERT), "--no-isolated"]) == 0
    with pytest.raises(PlaybookLoadError, match=r"no such archive; closest is 'rate_countries\.tgz'"):
        Playbook.load(EXPORT.with_name("rate_country.tgz"))


def test_other_archives_are_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    """That are given for a playbook; and a file that is not there is told with the folder, also where that is here."""
    with tarfile.open(tmp_path / "x.tar", "w") as plain:
        plain.add(EXPORT.with_suffix(".py"), "x.py")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.write(EXPORT.with_suffix(".py"), "x.py")
    for name in ("x.tar", "x.zip"):
        with pytest.raises(PlaybookLoadError, match=f"{name}: the playbook is not text but an archive. Unpack it"):
            Playbook.load(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlaybookLoadError, match=r"gone\.py: no such playbook file\. Looked in \./\.$"):
        Playbook.load("gone.py")


def test_findings_in_an_archive_are_told_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """In every format; the folder into which it is unpacked goes away."""
    broken = "import phantom.rules as phantom\n" + PLAYBOOK + "    phantom.add_tag(container, 'x')\n"
    archive = written(tmp_path / "x.tgz", {"sub/broken.py": broken})
    for more in ((), ("--run", "--jobs", "1", "--no-isolated"), ("--json",), ("--format", "sarif")):
        main(["check", str(archive), *more])
        out = capsys.readouterr().out
        assert "x.tgz/sub/broken.py" in out
        assert "phantom_lab-" not in out


def test_check_reads_an_archive_that_is_named(capsys: pytest.CaptureFixture[str]):
    """Below a folder it is passed over, and told."""
    assert main(["check", str(EXPORT)]) == 0
    assert "1 playbook, 0 custom functions: 0 errors" in capsys.readouterr().out

"""The other Pythons: a part of the suite, or all of it, on each that is at hand.

``python -m tests.pythons`` is the last thing that ``make test`` does: it runs `PART` on every Python that the package
is made for besides the one that runs it; and on every one of them the sdist is built, installed beside its
dependencies, seen to give what the wheel holds, and used from an empty folder (`USED`). On the one that runs it all
that the package needs is there, which pip checks, and a notebook's views are used as well (`VIEWS`); the others do
without what takes long to install. ``python -m tests.pythons --all`` (``make pythons``) runs everything, and
``--environments`` only prepares what the part needs.

A Python is at hand if ``python3.13`` on the PATH starts and is one, or if pyenv or uv has one; none is downloaded.
Each has an environment of its own below ``.venv/pythons``, which is made once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PLACE = ROOT / ".venv" / "pythons"
NOTEBOOK = ("anywidget", "ipykernel", "ipywidgets", "pandas")
"""What takes long to install, and what the part does not need."""
PART = tuple(f"tests/{name}.py" for name in (
    "lab/test_outdated", "lab/test_loader", "lab/test_loader_edges", "lab/test_golden", "lab/test_cli", "lab/test_tree",
    "lab/test_rounds", "lab/test_recursion", "lab/test_stopping", "lab/test_breakpoints", "lab/test_callables",
    "lab/test_isolation", "lab/test_isolation_modules", "lab/test_isolation_traces", "lab/test_responsible",
    "lab/test_stepper_ends", "lab/test_journal_file", "lab/test_hostile_input", "fidelity/test_callbacks",
    "fidelity/test_flow", "check/test_check", "check/test_upgrade", "trials/test_forks", "check/test_lint",
    "lab/test_inside", "lab/test_later", "lab/test_json_copy", "lab/test_forked"))
"""What leans on the interpreter itself: code that is compiled in, tracebacks, threads, the list of what is gone."""


MINE = ".".join(map(str, sys.version_info[:2]))
USED = ("lab tour --copy", ("run tour/sample_data/playbooks/contain_host.py --scenario "
        "tour/sample_data/scenarios/contain_host.yaml#left_alone"), "new mine", "check mine --fail-on warning", "stubs",
        "run mine/playbooks/mine.py --scenario mine/scenarios/mine.yaml", "test mine/scenarios")
"""What the installed package is asked to do in an empty folder."""
VIEWS = """
from phantom_lab import Lab, frames
samples = "tour/sample_data/"
stepper = Lab(scenario=samples + "scenarios/contain_host.yaml#answered").step(samples + "playbooks/contain_host.py")
stepper.resume()
assert len(frames.results(stepper)) > 1, frames.results(stepper)
from phantom_lab.notebook.panel import Panel
panel = Panel(stepper)
assert panel.widget.get_state()["_esm"] and "quarantine_device" in panel.still.html().data
"""
"""What a notebook does with it, in the same folder."""


def versions() -> list[str]:
    """The Pythons that the package is made for: ``3.13``."""
    told = [one.removeprefix("Programming Language :: Python :: ") for one in PROJECT["classifiers"]]
    return [one for one in told if one.startswith("3.")]


def at_hand(version: str) -> str:
    """A Python of a version that really starts; empty where there is none."""
    return next((one for one in _candidates(version) if _said(one, "-c", _VERSION) == version), "")


_VERSION = "import sys; print(*sys.version_info[:2], sep='.')"


def _candidates(version: str) -> Iterator[str]:
    if found := shutil.which(f"python{version}"):
        yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob(f"versions/{version}*/bin/python{version}"), reverse=True))
    if uv := shutil.which("uv"):
        yield _said(uv, "python", "find", "--no-project", "--no-python-downloads", version)


def _said(*command: str) -> str:
    """What a program prints; empty where it cannot be started or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except (OSError, ValueError):
        return ""
    return "" if done.returncode else done.stdout.strip()


def environment(version: str, python: str, *, everything: bool) -> tuple[Path, str]:
    """The Python of a version's environment, and why there is none; made anew when it has to hold other packages."""
    place = PLACE / (f"{version}-all" if everything else version)
    wanted = [f"-e{ROOT}[lab,maxmind,pdf,platform,test]"] if everything else _needed(version)
    mark, mine = place / "installed", place / "bin" / "python"
    if mark.is_file() and mark.read_text(encoding="utf-8") == "\n".join(wanted):
        return mine, ""
    shutil.rmtree(place, ignore_errors=True)
    uv = shutil.which("uv", path=Path(sys.executable).parent)
    install = [uv, "pip", "install", "--quiet", "--python", str(mine)] if uv else _pip(mine)
    bare = [] if everything else ["--without-pip"]
    for step in ([python, "-m", "venv", *bare, str(place)], [*install, *wanted]):
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            return mine, (done.stderr or done.stdout).strip()
    mark.write_text("\n".join(wanted), encoding="utf-8")
    return mine, ""


def prepared(version: str) -> None:
    """Make a version's environment if it is at hand; what goes wrong is told by who needs it."""
    if python := at_hand(version):
        environment(version, python, everything=False)


def _pip(python: Path) -> list[str]:
    """To install something for another Python: with the pip of this one, so that no environment needs a copy of it."""
    return [*_of(python), "install", "--no-compile", "--quiet", "--disable-pip-version-check"]


def _of(python: Path) -> list[str]:
    return [sys.executable, "-m", "pip", "--python", str(python)]


def _needed(version: str) -> list[str]:
    """The packages of the package, on the other Pythons but for the notebook's; pytest, and what an sdist is built
    with."""
    tools = [one for one in PROJECT["optional-dependencies"]["test"] if one.startswith(("pytest>", "hatchling"))]
    left = () if version == MINE else NOTEBOOK
    return [*tools, *(one for one in PROJECT["dependencies"] if not one.startswith(left))]


def built(folder: Path) -> dict[str, Path]:
    """The wheel and the sdist, by their endings."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True,
                   capture_output=True)
    return {"".join(one.suffixes[-2:]) if one.name.endswith(".tar.gz") else one.suffix: one for one in folder.iterdir()}


def used(python: Path, packages: Mapping[str, Path], *, whole: bool) -> str:
    """What goes wrong where the sdist is installed and used from an empty folder; empty where all goes well.

    What the wheel would install is the same to the byte, and so is used with it.

    Args:
        whole: whether all that it needs is there, and pip is to find that so.
    """
    command = str(python.with_name("phantom-lab"))
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        steps = [[*_pip(python), "--no-deps", "--no-build-isolation", "--force-reinstall", str(packages[".tar.gz"])],
                 *([command, *one.split()] for one in USED), [str(python), "-m", "pytest", "-q", "mine"]]
        if whole:
            steps += [[*_of(python), "check"], [str(python), "-c", VIEWS]]
        for arguments in steps:
            done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                return f"{' '.join(arguments)}\n{done.stdout}{done.stderr}"
    return other_than(packages[".whl"], python)


def other_than(wheel: Path, python: Path) -> str:
    """Which files of a wheel are not the installed ones, or the other way round; by their names and checksums."""
    name = f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/"
    with ZipFile(wheel) as archive:
        wanted = {*archive.read(f"{name}RECORD").decode().splitlines()}
    (record,) = python.parent.parent.glob(f"lib/python*/site-packages/{name}RECORD")
    there = {*record.read_text(encoding="utf-8").splitlines()}
    of_pip = tuple(f"{name}{one}," for one in ("INSTALLER", "REQUESTED", "direct_url.json"))
    wrong = wanted ^ {one for one in there if not one.startswith(("../", *of_pip))}
    return f"the sdist gives other files than the wheel:\n{chr(10).join(sorted(wrong))}" if wrong else ""


def told(version: str, *, everything: bool, packages: Mapping[str, Path] | None = None) -> tuple[str, bool]:
    """One line on a Python, with the output of the tests above it where one failed; and whether all is well.

    Args:
        packages: wheel and sdist, by their endings, which are installed and used first.
    """
    python = at_hand(version)
    if not python:
        return f"not run: Python {version} is not at hand: NOT CHECKED HERE", True
    mine, problem = environment(version, python, everything=everything)
    if problem:
        return f"{problem}\nPython {version} ({python}): its environment cannot be made", False
    names = ", ".join(one.name for one in packages.values()) if packages else ""
    if packages and (wrong := used(mine, packages, whole=version == MINE)):
        return f"{wrong}\nPython {version}: {names}: does not work from an empty folder", False
    if version == MINE:
        return f"used on: Python {version}: {names}", True
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        tests = ["-n", "logical"] if everything else ["-p", "no:cacheprovider", *PART]
        done = subprocess.run([str(mine), "-m", "pytest", "-q", f"--junitxml={report}", *tests], cwd=ROOT, check=False,
                              capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        counts = _counts(report)
    installed = f"{names} used; " if packages else ""
    full = _said(str(mine), "-c", "import platform; print(platform.python_version())")
    line = f"ran on: Python {full}: {installed}{counts}"
    return (f"{done.stdout}{done.stderr}\n{line}" if done.returncode else line), not done.returncode


def _counts(report: Path) -> str:
    if not report.is_file():
        return "no test came to its end"
    suites = ET.parse(report).getroot()
    number = {kind: sum(int(one.get(kind, 0)) for one in suites.iter("testsuite"))
              for kind in ("tests", "failures", "errors", "skipped")}
    return ", ".join(f"{count} {kind}" for kind, count in number.items() if count or kind in ("tests", "failures"))


def main() -> int:
    """Run what was asked for on every other Python, and name each, also one that is not at hand."""
    if "--environments" in sys.argv[1:]:
        with ThreadPoolExecutor() as pool:
            [*pool.map(prepared, versions())]
        return 0
    everything = "--all" in sys.argv[1:]
    others = [one for one in versions() if one != MINE]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1 if everything else len(others)) as pool:
        packages = {} if everything else built(Path(folder))
        chosen = others if everything else [*others, MINE]
        found = list(pool.map(lambda one: told(one, everything=everything, packages=packages), chosen))
    print(f"{'the whole suite' if everything else f'a part of the suite ({len(PART)} files)'} on the other Pythons:")
    for line, _ in found:
        print(line)
    return 0 if all(well for _, well in found) else 1


if __name__ == "__main__":
    sys.exit(main())

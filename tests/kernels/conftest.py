"""One kernel per version, shared by all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kernels.kernel import OLDER, VERSIONS, Kernel, prepare


@pytest.fixture(scope="session")
def older_versions() -> None:
    """The older versions lie ready; without them nothing here is tested."""
    for wanted in OLDER:
        try:
            prepare(wanted)
        except RuntimeError as exc:
            pytest.fail(str(exc), pytrace=False)


@pytest.fixture(scope="session", params=VERSIONS)
def shared_kernel(request: pytest.FixtureRequest, older_versions: None,
                  tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel that tests use one after the other; those that attach a debugger come last, by their file's name."""
    running = Kernel(request.param, tmp_path_factory.mktemp("kernel"))
    yield running
    running.close()


@pytest.fixture
def kernel(shared_kernel: Kernel) -> Kernel:
    """The kernel, without messages of an earlier test, which would prove nothing, and with no cell still running."""
    if shared_kernel.unfinished:
        shared_kernel.restart(now=True)
    shared_kernel.messages.clear()
    return shared_kernel

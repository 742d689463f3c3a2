"""docs/panel.md tells the keys that the panel has, and shows the pictures that there are."""

from __future__ import annotations

import re

import pytest

from phantom_lab import Lab, Playbook
from tests.conftest import ROOT
from tests.notebook.plain import plain

TEXT = (ROOT / "docs" / "panel.md").read_text()


@pytest.mark.browser
def test_the_keys_of_the_page_are_those_of_the_panel() -> None:
    """As the panel itself lists them."""
    source = "import phantom.rules as phantom\ndef on_start(container):\n    phantom.debug('here')\n"
    with plain() as panel:
        panel.show(Lab({"name": "x"}).step(Playbook.from_source(source, name="keys"), journal=None))
        panel.page.locator(".phl").focus()
        panel.page.keyboard.press("?")
        listed = panel.page.locator(".phl-menu .phl-item").all_text_contents()
    told = re.findall(r"^\| `(\S+)` \| (.+) \|$", TEXT, re.MULTILINE)
    assert sorted(f"{key} {what}" for key, what in told) == sorted(listed)


def test_every_picture_is_there_and_none_is_forgotten() -> None:
    """Linked ones exist; each that is kept is one of a pair of which one is linked."""
    images = ROOT / "docs" / "images"
    linked = set(re.findall(r"\((images/[^)]+\.(?:png|gif))\)", TEXT))
    assert [one for one in linked if not (ROOT / "docs" / one).is_file()] == []
    views = {re.sub(r"_(light_1440|dark_900)\.png$", "", one.name) for one in (images / "panel").iterdir()}
    assert views == {re.sub(r"_(light_1440|dark_900)\.png$", "", one.split("/")[-1]) for one in linked} - {"panel.gif"}

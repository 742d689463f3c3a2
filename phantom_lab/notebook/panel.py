"""The panel: one widget over the controller, and when it is told what."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from IPython.display import display

from phantom_lab.control import Stepper
from phantom_lab.notebook.controller import Controller
from phantom_lab.notebook.parts.head import MOVES
from phantom_lab.notebook.still import Still
from phantom_lab.notebook.widgets import PanelWidget
from phantom_lab.pages import fragment
from phantom_lab.pages.markup import written
from phantom_lab.progress import AFTER, SLICE, Told, in_words, shown_here

PATIENCE = 0.15
"""Seconds for which a run may go on before the panel says that it does: most rest again long before."""


class Panel:
    """Everything that is seen of one stepper."""

    def __init__(self, stepper: Stepper) -> None:
        self.controller = Controller(stepper)
        self._late: threading.Timer | None = None
        self._said = False
        """Whether it was published that the run goes on."""
        self._handling = False
        self._stopped = False
        """Whether somebody stops what a message asked for."""
        self._shown = threading.Event()
        """What a message led to is published."""
        self.uid = uuid4().hex
        self.widget = PanelWidget(self._handle, self.uid)
        self.still = Still(self.uid, self._still_html, self.controller.ahead)
        self.controller.look.tell = self._renewed
        self._stepper = stepper
        self._forget = stepper.on_change(self._changed)
        self._publish()

    @property
    def stepper(self) -> Stepper:
        """That of the branch that is shown: a fork made in the panel, once there is one."""
        return self._stepper

    def _changed(self) -> None:
        """On the run's thread or a command's, under the stepper's lock."""
        if self._handling:
            return  # whoever does that publishes, or waits for it
        if self._stepper.position.state == "running":
            self._later()
        else:
            self.controller.refresh()
            self._publish()

    def _renewed(self, name: str) -> None:
        """On any thread."""
        with self._stepper.lock:
            self.controller.renew(name)
            self.widget.show(self.controller.fresh())

    def _handle(self, message: dict[str, Any]) -> None:
        """Messages come on the main thread or on a subshell's, one after another. What takes long goes on by itself
        once the head says so, and a further message may stop it; nothing else is possible then.

        It waits for the next rest to be published: the kernel's word that it is idle, for which JupyterLab lays out
        much of its page, comes after what the click is about then."""
        look = self.controller.look
        if look.working:
            self._stopped = self._stopped or message.get("command") == "stop"
            return
        self._stopped = False
        self._shown.clear()
        if message.get("command") in MOVES:  # which only ask for it
            self._carry_out(message)
        else:
            work = threading.Thread(target=contextvars.copy_context().run, args=(self._carry_out, message), daemon=True,
                                    name="phantom_lab panel")
            work.start()
            while work.is_alive() and not look.working:
                work.join(SLICE)
        if not look.working and not self._shown.wait(PATIENCE):
            with self._stepper.lock:
                if self._late is None:
                    self._tell_of_the_run()

    def _carry_out(self, message: dict[str, Any]) -> None:
        """One lock covers commands and publishing."""
        look = self.controller.look
        with self._stepper.lock:
            went_on = self._stepper.position.state == "running"
            self._handling = True
            try:
                with shown_here(self._working):
                    self.controller.take(message)
            except KeyboardInterrupt:
                look.problem = "stopped by hand, before it was done"
                self.controller.renew("head")
            finally:
                self._handling = False
            self._follow(self.controller.look.stepper)
            if self._stepper.position.state != "running":
                self._publish()
            elif went_on and message.get("part") != "head":
                self._show()
            elif message.get("command") not in MOVES:  # else whoever handles the message waits
                self._later()

    @contextmanager
    def _working(self, what: str, most: int | None) -> Iterator[Told]:
        """Tells in the head how far it is: a `phantom_lab.progress.Listener`."""
        look, begun = self.controller.look, time.monotonic()
        shown = begun

        def told(done: int) -> None:
            nonlocal shown
            if (now := time.monotonic()) - shown > AFTER:
                shown, look.working = now, in_words(done, what, most, now - begun)
                self.widget.show({"head": self.controller.view("head")})
            if self._stopped:
                raise KeyboardInterrupt

        try:
            yield told
        finally:
            if look.working:
                look.working = ""
                self.controller.renew("head")

    def _follow(self, stepper: Stepper) -> None:
        """Tell of another branch from now on; a run on another one goes on by itself."""
        if stepper is not self._stepper:
            self._forget()
            self._stepper = stepper
            self._forget = stepper.on_change(self._changed)

    def _still_html(self) -> str:
        stepper = self._stepper
        with stepper.lock:
            looking, index = stepper.looking, stepper.journal.index
            current = index.latest if looking is None else index.invocation(looking)
            came_in = self.controller.came_in(current) if current else {}
            made = fragment(stepper.journal, looking, came_in)
        return written(made)

    def _later(self, seconds: float = PATIENCE) -> None:
        if self._late is None:
            self._late = threading.Timer(seconds, self._takes_long)
            self._late.daemon = True
            self._late.start()

    def _takes_long(self) -> None:
        """The timer's."""
        with self._stepper.lock:
            if self._late is not None:
                self._late = None
                self._tell_of_the_run()

    def _tell_of_the_run(self) -> None:
        """It still goes on: the head says so now and then."""
        if self._stepper.position.state != "running":
            return
        if self._said:
            self.controller.look.refresh()
            self.widget.show({"head": self.controller.view("head")})
        else:
            self.controller.refresh()
            self._publish()
            self._said = True
        self._later(AFTER)

    def _publish(self) -> None:
        """Whole views, always: a browser that is late shows the truth all the same."""
        if self._late is not None:
            self._late.cancel()
            self._late = None
        self._said = False
        self._show()
        self.still.later()

    def _show(self) -> None:
        self.widget.show(self.controller.fresh())
        self._shown.set()


_PANELS: WeakKeyDictionary[Stepper, Panel] = WeakKeyDictionary()


def panel_of(stepper: Stepper) -> Panel:
    """The one panel of a stepper."""
    if stepper not in _PANELS:
        _PANELS[stepper] = Panel(stepper)
    return _PANELS[stepper]


def show(stepper: Stepper) -> None:
    """Display the panel of a stepper, and what stands there without a kernel."""
    panel = panel_of(stepper)
    display(panel.widget)
    panel.still.show()


def settle(*_: Any) -> None:
    """After a cell: what stands for the panels shows where they are, whatever ends the kernel now."""
    for panel in list(_PANELS.values()):
        panel.still.now()

"""The panel's own module in a plain page of a real Chromium, without JupyterLab and the minute that it takes.

The page has the policy of VS Code's outputs, and nothing of Jupyter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from phantom_lab import Stepper
from phantom_lab.notebook.controller import Controller
from phantom_lab.notebook.widgets import PanelWidget
from tests.notebook.jupyterlab import CHROMIUM, FLAGS
from tests.patience import LONG

THEMES = {
    "light": {"--jp-layout-color0": "#fff", "--jp-layout-color1": "#fff", "--jp-layout-color2": "#eeeeee",
              "--jp-border-color2": "#e0e0e0", "--jp-ui-font-color0": "rgba(0,0,0,1)",
              "--jp-ui-font-color1": "rgba(0,0,0,.87)", "--jp-ui-font-color2": "rgba(0,0,0,.54)",
              "--jp-brand-color1": "#1976d2", "--jp-error-color1": "#f44336", "--jp-success-color1": "#4caf50",
              "--jp-warn-color1": "#ff9800"},
    "dark": {"--jp-layout-color0": "#111111", "--jp-layout-color1": "#212121", "--jp-layout-color2": "#424242",
             "--jp-border-color2": "#616161", "--jp-ui-font-color0": "#fff",
             "--jp-ui-font-color1": "rgba(255,255,255,.87)", "--jp-ui-font-color2": "rgba(255,255,255,.54)",
             "--jp-brand-color1": "#2196f3",
             "--jp-error-color1": "#f44336", "--jp-success-color1": "#4caf50", "--jp-warn-color1": "#ff9800"},
}
"""JupyterLab's own, as far as the panel uses them."""
VS_CODE = {"--vscode-editor-foreground": "#cccccc", "--vscode-editor-background": "#1f1f1f"}
"""Its dark theme, of which its page bears the class."""
ADDRESS = "http://panel.test/"
"""Of the page; whatever else is asked for leaves it."""
POLICY = ("default-src 'none'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
          "img-src 'self' https: http: data:; font-src 'self' https:; connect-src https:; child-src https: data:")
"""That of the page in which VS Code shows outputs, where it has one (`notebook.experimental.enableCsp`): without its
``'unsafe-inline' 'unsafe-eval'`` for scripts, and with ``blob:``, as anywidget loads every widget from there."""
_START = """async ([code, css, views, theme, variables]) => {
    document.body.replaceChildren();
    document.body.className = theme.startsWith('vscode') ? theme : '';
    if (theme.startsWith('vscode')) delete document.body.dataset.jpThemeLight;
    else document.body.dataset.jpThemeLight = String(theme === 'light');
    document.documentElement.style.cssText = Object.entries(variables).map((one) => one.join(':')).join(';');
    document.body.style.cssText = 'margin:8px; background: var(--jp-layout-color0); --jp-ui-font-size1: 13px;';
    document.querySelector('style')?.remove();
    const style = document.createElement('style');
    style.textContent = css;
    document.head.append(style);
    const listeners = new Map();
    window.held = {...views};
    window.asked = [];
    window.update = (fresh) => Object.entries(fresh).forEach(([name, view]) => {
        window.held[name] = view;
        listeners.get('change:' + name)?.();
    });
    window.lose = () => listeners.get('comm_live_update')();
    const model = {
        get: (name) => window.held[name], off: () => {},
        on: (name, act) => listeners.set(name, act),
        send: async (message) => window.update(await window.kernel(JSON.stringify(message))),
    };
    const place = document.createElement('div');
    document.body.append(place);
    const source = code.replace('const panel = {', 'const panel = window.renderedPanel = {');
    const address = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
    const { default: widget } = await import(address);
    URL.revokeObjectURL(address);
    widget.render({model, el: place, signal: new AbortController().signal, experimental: {}});
}"""
"""As anywidget does."""


class Plain:
    """A page with one panel in it.

    Args:
        page: of the browser.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.controller: Controller | None = None
        page.expose_function("kernel", self._take)

    def show(self, stepper: Stepper, theme: str = "light") -> Controller:
        """A panel of a stepper, instead of the one before."""
        self.controller = Controller(stepper)
        self.theme(theme)
        return self.controller

    def theme(self, name: str) -> None:
        """Draw it anew, in another theme."""
        assert self.controller is not None
        views = {part: self.controller.view(part) for part in self.controller.parts}
        self.page.evaluate(_START, [PanelWidget._esm, PanelWidget._css, views, name, THEMES.get(name, VS_CODE)])

    def step(self, command: str = "step", times: int = 1) -> None:
        """What a click does, without the click."""
        assert self.controller is not None
        for _ in range(times):
            told = json.dumps({"part": "head", "type": "command", "command": command})
            self.page.evaluate("fresh => window.update(fresh)", self._take(told))

    def _take(self, message: str) -> dict[str, Any]:
        assert self.controller is not None
        told = json.loads(message)
        self.controller.take(told)
        if told.get("part") == "head" and told.get("type") == "command":
            self.controller.look.stepper.wait(LONG)
            self.controller.refresh()
        return self.controller.fresh()


@contextmanager
def plain(width: int = 1440, height: int = 900) -> Iterator[Plain]:
    """A browser with such a page, which notes every request."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="install the test extra")
    if CHROMIUM is None:
        pytest.fail("the browser test needs Chromium: `make test` installs Debian's, or put one on the PATH")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(1000 * LONG)
        page.route(ADDRESS, lambda route: route.fulfill(
            content_type="text/html", headers={"Content-Security-Policy": POLICY},
            body="<!doctype html><html lang=en><title>panel</title><body></body>"))
        page.goto(ADDRESS)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda told: page.problems.append(told.text) if told.type == "error" else None)
        page.on("request", lambda request: page.problems.append(request.url)
                if not request.url.startswith(f"blob:{ADDRESS}") else None)
        yield Plain(page)
        chromium.close()

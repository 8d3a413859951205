"""A browser for tests: Debian's Chromium, what it complained of, and what axe finds on a screen.

Knows playwright and axe-core. Must not know any screen.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from papi.store.models import User

PageAs = Callable[..., Page]
"""What the fixture `page_as` is."""
SIZE = {"width": 1366, "height": 768}
"""The screen of an old office PC."""
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
_MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise FileNotFoundError("Browser tests need Chromium: apt install chromium.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Complaints:
    """What the browser said of a page: errors of scripts, of the policy (CSP), of requests."""

    lines: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    """Parts of lines that a test provokes, e.g. "ERR_INTERNET_DISCONNECTED"."""

    def listen(self, page: Page) -> None:
        """Write down what goes wrong from now on."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.lines.append(f"script: {error}"))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            self.lines.append(said.text)

    @property
    def unexpected(self) -> list[str]:
        """Lines that no test provoked."""
        return [line for line in self.lines if not any(part in line for part in self.expected)]


def sign_in(context: BrowserContext, address: str, user: User) -> None:
    """Give a browser the session of a person, without the login page."""
    client = Client()
    client.force_login(user, backend=_MODEL_BACKEND)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": address, "httpOnly": True}]
    )


def violations(page: Page) -> list[str]:
    """Return what axe-core holds against the screen as it is, at WCAG 2.1 AA."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(WCAG)}})
    return [
        f"{item['id']}: {item['help']}: " + "; ".join(str(node["target"]) for node in item["nodes"])
        for item in found.response["violations"]
    ]


def scrolls(page: Page) -> bool:
    """Tell whether the screen is larger than the window."""
    return bool(
        page.evaluate(
            "() => { const root = document.scrollingElement;"
            " return root.scrollHeight > innerHeight || root.scrollWidth > innerWidth; }"
        )
    )

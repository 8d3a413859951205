"""Pictures of the keying room for the README, taken in a browser on the office of `make demo`.

`python -m tests.pictures DEMO` (make pictures) works on a copy of the demo's workspace, whose
people are invented: a clerk keys most of what waits, a supervisor approves some forms. Needs
Chromium. Must not know how a screen works.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "img"
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "web")]
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop, not a server's

from papi.office.workspace import open_workspace  # noqa: E402


def take(demo: Path) -> None:
    """Renew the pictures from a demo's folder."""
    written = {
        (form_id, name): value
        for form_id, pages in json.loads((demo / "truth/truth.json").read_text("utf-8")).items()
        for fields in pages.values()
        for name, value in fields.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(shutil.copytree(demo / "workspace", Path(folder) / "workspace"))
        open_workspace(workspace)
        _serve(workspace, written)


def _serve(workspace: Path, written: dict[tuple[str, str], str]) -> None:
    from browsing import SIZE, chromium, sign_in  # they need the open store
    from server_process import Server

    from papi.store.models import User

    server = Server(workspace)
    server.start()
    try:
        with chromium() as browser:
            for role, work in (("clerk", _key), ("supervisor", _approve)):
                context = browser.new_context(base_url=server.address, viewport=SIZE)
                name = {"clerk": "wati", "supervisor": "citra"}[role]
                User.objects.filter(username=name).delete()
                sign_in(context, server.address, User.objects.create(username=name, role=role))
                work(context.new_page(), written)
    finally:
        server.stop()


def _key(page, written) -> None:  # type: ignore[no-untyped-def]
    from typing_clerk import TypingClerk, typed_for

    clerk = TypingClerk(page)
    clerk.begin("/key/work/?kind=nik")
    page.keyboard.type(typed_for(clerk.item, written)[:11])
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "keying.jpg", type="jpeg", quality=75)
    page.locator("#k-value").fill("")
    clerk.begin()
    for item in islice(clerk.fields(400), 40):
        clerk.enter(typed_for(item, written))
    clerk.confirm()


def _approve(page, written) -> None:  # type: ignore[no-untyped-def]
    page.goto("/office/forms/approve/")
    for box in page.locator("input[name=chosen]").all()[:3]:
        box.press("Space")
    for _ in range(2):
        with page.expect_navigation():
            page.locator("main form[method=post] button").first.press("Enter")
    page.goto("/office/")
    page.screenshot(path=IMAGES / "overview.png")


if __name__ == "__main__":
    take(Path(sys.argv[1]))

"""A keying room for soak tests: an office with fields waiting, its server as a process, its clerks.

Knows how to start, kill and measure the server. Must not know what clerks do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml
from server_process import Server, clean_environment, cpu_of
from two_offices import Office

from papi.model.recipe import recipe_path
from papi.office.workspace import Workspace, open_workspace
from papi.store.boot import close_store
from papi.store.models import Item, User
from papi.synth.batch import Truth

PASSWORD = "kata-sandi-uji-7"  # noqa: S105  of people that tests invent
LEASE_S = 30
"""The shortest that a recipe may say."""


def key_everything(office: Office) -> None:
    """Give the office a recipe by which every field that was read is keyed by somebody."""
    document = yaml.safe_load(recipe_path("default").read_text("utf-8"))
    document["control"] |= {
        "sample_share": 1.0,
        "double_key_share": 0.5,
        "lease_seconds": LEASE_S,
    }
    (office.workspace / "recipe.yaml").write_text(yaml.safe_dump(document), "utf-8")
    settings = office.workspace / "papi.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('recipe = "default"', 'recipe = "recipe.yaml"'), "utf-8")


@contextmanager
def opened(office: Office) -> Iterator[Workspace]:
    """The office's store, opened in this process."""
    before = os.environ.pop("PAPI_DATABASE_URL", None)
    try:
        yield open_workspace(office.workspace)
    finally:
        close_store()
        os.environ.pop("PAPI_DATABASE_URL", None)
        if before is not None:
            os.environ["PAPI_DATABASE_URL"] = before


def add_clerks(names: Sequence[str]) -> None:
    """Add people who key, in the open store."""
    first = User(username="contoh", role="clerk")
    first.set_password(PASSWORD)  # one hash for all: it costs 50 ms
    User.objects.bulk_create(
        User(username=name, role="clerk", password=first.password) for name in names
    )


class Papers:
    """What really stands on the forms, by item; looks new items up as they come."""

    def __init__(self, truth: Truth) -> None:
        self._written = {
            (form_id, name): value
            for form_id, pages in truth.items()
            for fields in pages.values()
            for name, value in fields.items()
        }
        self._places: dict[int, tuple[str, str]] = {}

    def read(self, item: int) -> str:
        """What a person reads on an item's picture."""
        if item not in self._places:
            rows = Item.objects.values_list("pk", "form_id", "field")
            self._places = {int(pk): (form_id, name) for pk, form_id, name in rows}
        return self._written[self._places[item]]


@contextmanager
def serving(office: Office) -> Iterator[Server]:
    """A server of the office, ended afterwards."""
    server = Server(office.workspace)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def ingesting(office: Office, paths: Sequence[Path]) -> Iterator[None]:
    """Batches coming in while the block runs, a path each; what is left at its end stays out."""
    over = threading.Event()
    failed: list[str] = []

    def run() -> None:
        for path in paths:
            if over.is_set():
                return
            words = ["-w", str(office.workspace), "ingest", str(path), "--engine", "serial"]
            done = subprocess.run(  # noqa: S603  our own program
                [sys.executable, "-m", "papi.cli", *words],
                check=False,
                capture_output=True,
                text=True,
                env=clean_environment(),
            )
            if done.returncode not in {0, 1}:
                failed.append(done.stderr)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert not failed, failed


def cpu_of_family(process: int) -> float:
    """CPU seconds of a process, the children it has waited for, and those alive."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    alive = 0.0
    for child in children:
        try:
            alive += cpu_of(int(child))
        except OSError:
            continue  # it ended meanwhile: its parent has its seconds now
    return cpu_of(process) + alive

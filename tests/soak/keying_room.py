"""A keying room for soak tests: an office with fields waiting, its server as a process, its clerks.

Knows how to start, kill and measure the server. Must not know what clerks do.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from two_offices import Office

from papi.model.recipe import recipe_path
from papi.office.workspace import Workspace, open_workspace
from papi.store.boot import close_store
from papi.store.models import Item, User
from papi.synth.batch import Truth

PASSWORD = "kata-sandi-uji-7"  # noqa: S105  of people that tests invent
LEASE_S = 30
"""The shortest that a recipe may say."""
_LISTENS = re.compile(r"PAPI listens at http://127\.0\.0\.1:(\d+)/")
_TICKS = os.sysconf("SC_CLK_TCK")


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


@dataclass
class Server:
    """`papi serve` as a process of its own."""

    office: Office
    port: int = 0
    said: list[str] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it listens; on the port it had before if it had one."""
        words = ["-w", str(self.office.workspace), "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "papi.cli", *words],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=clean_environment(),
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := _LISTENS.search(line):
                self.port = int(found[1])
                break
            self.said.append(line)
        else:
            raise AssertionError(f"the server ended: {self.said}")
        threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True).start()

    def _listen(self, stream: Iterator[str]) -> None:
        self.said.extend(stream)

    def kill(self) -> None:
        """As the power goes: nothing is tidied up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As an administrator ends it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
        self._process = None

    @property
    def failures(self) -> list[str]:
        """What it complained of."""
        return [line for line in self.said if "Traceback" in line or "Error" in line]

    def cpu_s(self) -> float:
        """CPU seconds it has used."""
        assert self._process is not None
        return cpu_of(self._process.pid)


@contextmanager
def serving(office: Office) -> Iterator[Server]:
    """A server of the office, ended afterwards."""
    server = Server(office)
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


def clean_environment() -> dict[str, str]:
    """The environment of a command: where its database is, papi.toml says."""
    unwanted = {"PAPI_DATABASE_URL", "PAPI_WORKSPACE"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def cpu_of(process: int) -> float:
    """CPU seconds of a process and of the children it has waited for."""
    text = Path(f"/proc/{process}/stat").read_text("ascii")
    return sum(map(int, text.rpartition(")")[2].split()[11:15])) / _TICKS


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

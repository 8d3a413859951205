"""A real PostgreSQL cluster of the test session's own, and a new database for every test.

Knows initdb, pg_ctl and which user may run them. Must not know what PAPI keeps in a database. A
machine without PostgreSQL fails here: what was not tried on it must not look tried.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

USER, PASSWORD = "kantor", "kata: sandi/1"
_DEBIAN = "/usr/lib/postgresql/*/bin"
_ACCOUNTS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; these accounts exist on Debian."""
_STARTS = 5
"""Another program may take the free port before the server does."""
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = '{folder}'
shared_buffers = 64MB
max_connections = 100
"""
_LOCALE = ("--locale-provider=icu", "--icu-locale=id", "--locale=C.UTF-8", "--encoding=UTF8")
"""An office's server sorts by its language, SQLite by bytes: no table may depend on it."""


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs.

    Raises:
        RuntimeError: it is not installed.
    """
    found = shutil.which(name)
    versions = Path("/").glob(f"{_DEBIAN.lstrip('/')}/{name}")
    places = sorted(versions, key=lambda path: int(path.parts[-3]), reverse=True)
    if found is None and not places:
        raise RuntimeError(
            f"{name} is not installed: the tests need PostgreSQL (`make test-needs`, or on Debian "
            "`apt-get install postgresql`)."
        )
    return found or str(places[0])


def _account() -> str | None:
    """Return the user who is to run the server, None for this one."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _ACCOUNTS if name in names)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Server:
    """A running cluster; `start` and `stop` as an administrator does."""

    folder: Path
    account: str | None = field(default_factory=_account)
    port: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def make(self) -> None:
        """Create the cluster."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD, "utf-8")
        if self.account is not None:
            shutil.chown(self.folder, self.account)
            shutil.chown(secret, self.account)
        self._run(
            "initdb", f"--pgdata={self.data}", f"--username={USER}", f"--pwfile={secret}",
            "--auth=scram-sha-256", "--no-sync", *_LOCALE,
        )  # fmt: skip
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS.format(folder=self.folder))

    @property
    def data(self) -> Path:
        """Folder of the cluster."""
        return self.folder / "data"

    @property
    def process(self) -> int:
        """The server's first process, parent of all others."""
        return int((self.data / "postmaster.pid").read_text("ascii").split()[0])

    def start(self) -> None:
        """Start it, on the port it had before if it had one."""
        for _ in range(1 if self.port else _STARTS):
            port = self.port or _free_port()
            options = f"-p {port}"
            log = self.folder / "log"
            if self._try("pg_ctl", "start", "-w", "-D", self.data, "-l", log, "-o", options):
                self.port = port
                return
        raise RuntimeError(f"PostgreSQL does not start: {log.read_text('utf-8')[-2000:]}")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; "immediate" is what a power cut or a kill makes of it."""
        self._run("pg_ctl", "stop", "-w", "-D", str(self.data), "-m", mode)

    def restart(self, mode: str = "immediate", *, away_s: float = 0.0) -> None:
        """Stop it, wait, start it again."""
        self.stop(mode)
        time.sleep(away_s)
        self.start()

    def database(self) -> str:
        """Make an empty database; return its URL as papi.toml has it."""
        name = f"papi_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, name: str) -> str:
        """URL of a database."""
        return f"postgresql://{USER}:kata%3A%20sandi%2F1@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected."""
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run a statement as the administrator."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _run(self, name: str, *words: object) -> None:
        done = self._call(name, *words)
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr or done.stdout}")

    def _try(self, name: str, *words: object) -> bool:
        return self._call(name, *words).returncode == 0

    def _call(self, name: str, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  programs of the system
            [program(name), *map(str, words)],
            check=False,
            capture_output=True,
            text=True,
            user=self.account,
            group=None if self.account is None else pwd.getpwnam(self.account).pw_gid,
            extra_groups=None if self.account is None else [],
            cwd=self.folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A cluster in a temporary folder, started when the first test asks for it."""
    folder = Path(tempfile.mkdtemp(prefix="papi-postgres-"))
    server = Server(folder)
    try:
        server.make()
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """URL of an empty database, dropped after the test."""
    url = postgres_server.database()
    yield url
    postgres_server.drop(url)

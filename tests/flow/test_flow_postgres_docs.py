"""What docs/postgresql.md tells an office to type works as it stands, without rights of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from postgres import PASSWORD, USER, Server, program

DOCS = Path(__file__).parents[2] / "docs" / "postgresql.md"
SECRET = "rahasia-kantor/77"  # noqa: S105  of a server that lives as long as the test
TYPED = {"createuser": SECRET, "papi": "ubi-rebus-dan-kopi"}
NOT_HERE = ("apt-get", "pip", "serve")
"""Done by the test's own fixtures, or by other tests."""


def typed_lines() -> Iterator[str]:
    """The commands of the first listing, comments off."""
    listing = re.search(r"```sh\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert listing is not None
    for line in listing[1].splitlines():
        yield line.partition("  #")[0].strip()


def type_them(server: Server, folder: Path) -> list[str]:
    """Type every line, as it stands but for the server's port and the folder."""
    tools = f"{Path(sys.executable).parent}:{Path(program('createuser')).parent}"
    here = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": USER}
    environment = {**os.environ, **here, "PGPASSWORD": PASSWORD}
    environment["PATH"] = f"{tools}:{environment['PATH']}"
    done = []
    for line in typed_lines():
        words = line.removeprefix("runuser -u postgres -- ").replace("/srv/papi", str(folder))
        if any(name in words.split() for name in NOT_HERE):
            continue
        if found := re.fullmatch(r"export (\w+)='(.*)'", words):
            url = found[2].replace("PASSWORD", SECRET.replace("/", "%2F"))
            environment[found[1]] = url.replace(":5432/", f":{server.port}/")
        elif words.startswith("unset "):
            del environment[words.split()[1]]
        else:
            _type(words, environment)
        done.append(words)
    return done


def _type(words: str, environment: dict[str, str]) -> None:
    secret = TYPED.get(words.split(maxsplit=1)[0], "")
    ended = subprocess.run(  # noqa: S603  what the documentation says
        words.split(),
        input=f"{secret}\n{secret}\n",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # no terminal to ask for the password at
    )
    assert ended.returncode == 0, (words, ended.stderr)


def test_an_office_that_types_it_can_work(postgres_server: Server, tmp_path: Path) -> None:
    try:
        done = type_them(postgres_server, tmp_path)
        assert len(done) == 6
        settings = (tmp_path / "2026" / "papi.toml").read_text("utf-8")
        (url,) = re.findall(r'^url = "(postgresql://papi:.*)"$', settings, re.MULTILINE)
        with psycopg.connect(url) as connection:
            people = connection.execute("SELECT username, role FROM papi_user").fetchall()
        assert people == [("NAME", "admin")]
    finally:
        postgres_server.execute("DROP DATABASE IF EXISTS papi WITH (FORCE)")
        postgres_server.execute("DROP ROLE IF EXISTS papi")

"""The whole main job on PostgreSQL gives what it gives on SQLite, byte for byte."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from paper import tiff
from postgres import Server
from two_offices import Office, moved, open_office, scan_office

from papi.store.boot import close_store

PATIENCE_S = 120.0


@dataclass(frozen=True)
class Pair:
    """Two offices that did the same work, the files they worked on, and what came of it."""

    sqlite: Office
    postgres: Office
    scans: tuple[Path, ...]
    rescan: Path
    wanted: dict[str, bytes]

    @property
    def both(self) -> tuple[Office, Office]:
        return self.sqlite, self.postgres


@pytest.fixture(scope="module")
def pair(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both offices printed and read a round; a later batch has another scan of one side."""
    folder = tmp_path_factory.mktemp("pair")
    url = postgres_server.database()
    sqlite, postgres = open_office(folder / "sqlite"), open_office(folder / "postgres", url)
    scans, rescan = _scan(sqlite, folder)
    for office in (sqlite, postgres):
        office.must("ingest", *scans, "--engine", "processes", "--jobs", 2)
        office.must("ingest", rescan, "--engine", "serial", codes=(1,))
    yield Pair(sqlite, postgres, scans, rescan, sqlite.exports())
    close_store()
    postgres_server.drop(url)


def _scan(office: Office, folder: Path) -> tuple[tuple[Path, ...], Path]:
    batch = scan_office(office, folder / "scans")
    rescan = folder / "rescan.tif"
    rescan.write_bytes(tiff([office.image(office.sides("verivali-ppks")[0])]))
    return tuple(batch.scans), rescan


def test_the_same_forms_are_printed(pair: Pair) -> None:
    assert pair.sqlite.manifest == pair.postgres.manifest
    assert len(pair.sqlite.manifest) > 8


def test_every_table_is_the_same_to_the_byte(pair: Pair) -> None:
    found = pair.postgres.exports()
    assert len(found["readings"].splitlines()) > 100
    for name, table in pair.wanted.items():
        assert found[name] == table, name


def test_every_report_is_the_same(pair: Pair) -> None:
    wanted, found = pair.sqlite.reports(), pair.postgres.reports()
    assert wanted["status"]["pages"]["by_status"]["conflict"] == 1
    for name in wanted:
        assert found[name] == wanted[name], name


def test_fixing_and_withdrawing_and_taking_in_again_go_the_same_way(pair: Pair) -> None:
    told: list[list[Any]] = [[], []]
    for office, said in zip(pair.both, told, strict=True):
        (page,) = json.loads(office.must("fix", "list", "--json", codes=(1,)))
        office.must("fix", page["number"], "--choose")
        said += [office.exports(), office.reports()]
        office.must("batch", "withdraw", 1, "--yes")
        said += [office.exports(), office.reports()]
        office.must("ingest", *pair.scans, "--engine", "serial", codes=(0, 1))
        said += [office.exports(), office.reports()]
    assert told[0] == told[1]
    assert told[0][0]["readings"] != told[0][2]["readings"] != told[0][4]["readings"]


def test_a_backup_goes_into_another_database_and_is_the_same(
    pair: Pair, postgres_url: str, tmp_path: Path
) -> None:
    office, backup = pair.postgres, tmp_path / "backup.tar"
    words = ("user", "add", "sari", "--role", "clerk", "--password-stdin")
    office.must(*words, input="ubi-rebus-77\n")
    office.must("backup", backup)
    office.must("backup", "--check", backup)
    other = moved(office, tmp_path / "other", postgres_url)
    other.must("restore", backup, other.workspace)
    assert other.exports() == office.exports()
    assert other.reports() == office.reports()
    assert "already a person named sari" in other.papi(*words, input="ubi-rebus-78\n").stderr
    again = other.papi("restore", backup, tmp_path / "third")
    assert "is not empty" in again.stderr
    assert not (tmp_path / "third").exists()


def test_a_database_restarted_in_the_middle_of_a_batch_costs_nothing_but_another_run(
    pair: Pair, postgres_server: Server, postgres_url: str, tmp_path: Path
) -> None:
    office = open_office(tmp_path / "office", postgres_url)
    words = [sys.executable, "-m", "papi.cli", "-w", str(office.workspace), "ingest"]
    words += [*map(str, pair.scans), "--engine", "serial"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as run:  # noqa: S603
        wait_for_pages(postgres_url, 1)
        postgres_server.restart("immediate")
        _, told = run.communicate()
    close_store()  # the connections of this process broke, too
    assert run.returncode == 4, told
    assert "The database server does not answer." in told
    assert 0 < pages_in(postgres_url) < pages_of(pair)
    office.must("ingest", *pair.scans, "--engine", "serial")
    office.must("ingest", pair.rescan, "--engine", "serial", codes=(1,))
    assert office.exports() == pair.wanted


def pages_of(pair: Pair) -> int:
    """Pages of the first batch."""
    return len(pair.wanted["pages"].splitlines()) - 2  # its head, the rescan


def pages_in(url: str) -> int:
    """Pages that are stored."""
    with psycopg.connect(url) as connection:
        (row,) = connection.execute("SELECT count(*) FROM papi_scan_page").fetchall()
    return int(row[0])


def wait_for_pages(url: str, count: int) -> None:
    """Wait until a run that goes on has stored pages."""
    end = time.monotonic() + PATIENCE_S
    while pages_in(url) < count:
        assert time.monotonic() < end
        time.sleep(0.02)

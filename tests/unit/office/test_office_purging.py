"""What is past its retention is destroyed for good, under a record; the rest stays as it was."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.utils import timezone
from made_forms import issue, persons
from stand_in import Shown, exports, reader, rows, run, write

from papi.errors import UsageError, WorkspaceBusy
from papi.model.recipe import load_recipe
from papi.office import ingesting, purging
from papi.office.auditing import verify
from papi.office.purging import What, due, is_sealed, protocol, purge
from papi.office.reporting import status_report
from papi.office.withdrawing import batch_rows, withdraw_batch
from papi.office.workspace import Workspace, init_workspace
from papi.store import audit
from papi.store.boot import close_store
from papi.store.locks import taking_in
from papi.store.models import AuditEvent, AuditValue, DoomedFile, Reading, Resolution, SourceFile

Deliver = Callable[..., int]
Past = Callable[[], AbstractContextManager[None]]
PAST = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 1)
SECRET = "Nilai-Yang-Harus-Hilang-3201"  # noqa: S105
"""Stands nowhere else in a database."""


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch) -> Past:
    """What is done in the block was done in March."""

    @contextmanager
    def block() -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda: PAST)
            yield

    return block


@pytest.fixture
def deliver(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deliver:
    """Ingest files of a folder of its own as a batch; returns its number."""
    return delivery(workspace, tmp_path, monkeypatch)


def delivery(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deliver:
    shown: Shown = {}
    monkeypatch.setattr(ingesting, "read_all", reader(shown))

    def take_in(folder: str, **files: object) -> int:
        for name, pages in files.items():
            shown[f"{name}.tif"] = list(pages)  # type: ignore[call-overload]
            write(tmp_path / folder, f"{name}.tif", len(shown[f"{name}.tif"]))
        batch = run(workspace, tmp_path / folder).batch
        assert batch is not None
        return batch

    return take_in


def keyed(count: int = 5) -> None:
    for turn in range(count):
        values = {"value": f"{SECRET}-{turn}"}
        audit.record("siti", [audit.Event("entry.made", "2AB4C6D8E", 1, "nik", values=values)])


def traces(workspace: Workspace, text: str) -> list[str]:
    """Return the names of the files of the workspace in which a text stands."""
    files = [path for path in workspace.folder.rglob("*") if path.is_file()]
    return [path.name for path in files if text.encode() in path.read_bytes()]


def recorded(what: str) -> int:
    events = AuditEvent.objects.filter(action="data.destroyed")
    return sum(event.detail["count"] for event in events if event.detail["what"] == what)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """An empty workspace on either database."""
    if request.param == "postgresql":
        monkeypatch.setenv("PAPI_DATABASE_URL", request.getfixturevalue("postgres_url"))
        yield init_workspace(tmp_path / "desk", DAY)[0]
    else:
        yield request.getfixturevalue("workspace")
    close_store()


def test_values_go_and_the_chain_stays_whole(
    either: Workspace, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging.retention, "_CHUNK", 2)
    with past():
        keyed(5)
    keyed(1)
    assert due(DAY, [What.VALUES]).values == 5
    done = purge(either, DAY, [What.VALUES])
    assert (done.counts, done.clean) == ({"values": 5}, True)
    assert AuditValue.objects.count() == 1
    assert recorded("values") == 5
    report = verify()
    assert (report.whole, report.tally.erased, report.tally.values) == (True, 5, 1)
    assert traces(either, f"{SECRET}-3") == []
    again = purge(either, DAY, [What.VALUES])
    assert (again.run, again.counts) == ("", {})


def test_originals_of_a_batch_taken_back_go(
    workspace: Workspace, deliver: Deliver, past: Past, tmp_path: Path
) -> None:
    first, second = issue(persons(2))
    deliver("good", good=first.pages())
    before, report = exports(tmp_path / "before"), status_report()
    with past():
        wrong = deliver("wrong", wrong=second.pages())
        stored = SourceFile.objects.get(name="wrong.tif").stored
        withdraw_batch(workspace, load_recipe(), wrong)
    assert (workspace.images / stored).is_file()
    assert due(DAY, list(What)).withdrawn_files == 1
    assert purge(workspace, DAY, [What.WITHDRAWN]).counts == {"withdrawn": 1}
    assert not (workspace.images / stored).exists()
    assert exports(tmp_path / "after") == before
    assert status_report()["forms"] == report["forms"]
    assert due(DAY, list(What)).withdrawn == 0
    assert purge(workspace, DAY, [What.WITHDRAWN]).run == ""
    assert recorded("withdrawn") == 1


def test_what_was_taken_in_again_since_stays(
    workspace: Workspace, deliver: Deliver, past: Past
) -> None:
    (form,) = issue(persons(1))
    with past():
        batch = deliver("in", form=form.pages())
        withdraw_batch(workspace, load_recipe(), batch)
    deliver("in")
    stored = SourceFile.objects.get().stored
    assert purge(workspace, DAY, [What.WITHDRAWN]).counts == {"withdrawn": 0}
    assert (workspace.images / stored).is_file()
    assert len(rows()) == 2


def test_old_scans_go_with_all_that_was_read_and_keyed_from_them(
    either: Workspace, past: Past, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, deliver = either, delivery(either, tmp_path, monkeypatch)
    old, new = issue(persons(2))
    deliver("new", new=new.pages())
    before = exports(tmp_path / "before")
    with past():
        batch = deliver("old", old=old.pages())
        stored = SourceFile.objects.get(name="old.tif").stored
        form_id = old.issued.form_id
        Resolution.objects.create(form_id=form_id, page=1, field="nama", value=SECRET)
    found = due(DAY, [What.ORIGINALS])
    assert (found.batches, found.files, found.forms) == (1, 1, 1)
    copy = workspace.folder / "papi-before-0009.sqlite3"
    copy.write_bytes(SECRET.encode())
    done = purge(workspace, DAY, [What.ORIGINALS])
    assert done.counts == {"originals": 1, "copies": 1}
    assert not (workspace.images / stored).exists()
    assert traces(workspace, SECRET) == []
    assert not Reading.objects.filter(form_id=form_id).exists()
    assert exports(tmp_path / "after") == before
    assert [row["batch"] for row in batch_rows() if row["destroyed"]] == [batch]
    assert verify().whole


def test_younger_and_unfinished_things_stay(
    workspace: Workspace, deliver: Deliver, tmp_path: Path
) -> None:
    (form,) = issue(persons(1))
    deliver("in", form=form.pages())
    keyed(2)
    before = exports(tmp_path / "before")
    assert due(DAY, list(What)) == purging.Due()
    assert purge(workspace, DAY, list(What)).run == ""
    assert exports(tmp_path / "after") == before
    assert AuditValue.objects.count() == 2


def test_a_day_to_come_is_refused_and_nothing_is_destroyed_while_pages_come_in(
    workspace: Workspace, past: Past
) -> None:
    with past():
        keyed(1)
    with pytest.raises(UsageError, match="yet to come"):
        due(dt.date(2999, 1, 1), [What.VALUES])
    with taking_in(workspace.folder), pytest.raises(WorkspaceBusy):
        purge(workspace, DAY, [What.VALUES])
    assert AuditValue.objects.count() == 1


def test_the_protocol_can_be_written_again_and_shows_if_it_was_altered(
    workspace: Workspace, past: Past
) -> None:
    with past():
        keyed(3)
    done = purge(workspace, DAY, [What.VALUES])
    text = protocol(done.run)
    assert "BERITA ACARA PEMUSNAHAN" in text
    assert "data pribadi pada catatan audit: 3" in text
    assert SECRET not in text
    assert is_sealed(text)
    assert not is_sealed(text.replace("audit: 3", "audit: 2"))
    assert protocol(done.run) == text
    with pytest.raises(UsageError):
        protocol("no-such-run")


KILLED = """
import os, signal, sys
from pathlib import Path
import datetime as dt
from papi.office.workspace import open_workspace
place, turn = sys.argv[2], int(sys.argv[3])
workspace = open_workspace(Path(sys.argv[1]))
from papi.office import purging
from papi.store import retention
retention._CHUNK = 2
owner, name = {"doomed": (retention, "delete_doomed"), "unlink": (Path, "unlink"),
    "scrub": (purging, "scrub"), "note": (retention, "_note"),
    "erase": (retention, "_erase_keyed")}[place]
before, count = getattr(owner, name), [0]
def die(*words, **more):
    if name != "unlink" or "/images/" in str(words[0]):
        count[0] += 1
        if count[0] == turn:
            os.kill(os.getpid(), signal.SIGKILL)
    return before(*words, **more)
setattr(owner, name, die)
purging.purge(workspace, dt.date(2026, 6, 1), list(purging.What))
"""


@pytest.mark.parametrize(
    ("place", "turn"),
    [
        ("note", 1),
        ("note", 2),
        ("doomed", 2),
        ("unlink", 1),
        ("erase", 1),
        ("note", 5),
        ("scrub", 1),
    ],
)
def test_a_purge_that_is_killed_is_run_again(
    workspace: Workspace, deliver: Deliver, past: Past, place: str, turn: int
) -> None:
    first, second = issue(persons(2))
    with past():
        keyed(5)
        deliver("old", old=first.pages())
        withdraw_batch(workspace, load_recipe(), deliver("wrong", wrong=second.pages()))
    close_store()
    words = [sys.executable, "-c", KILLED, str(workspace.folder), place, str(turn)]
    killed = subprocess.run(words, check=False, capture_output=True)  # noqa: S603  our own words
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert verify().whole
    done = purge(workspace, DAY, list(What))
    assert done.clean
    assert (recorded("values"), recorded("originals"), recorded("withdrawn")) == (5, 1, 1)
    assert AuditValue.objects.count() == 0
    assert not [path for path in workspace.images.rglob("*") if path.is_file()]
    assert (rows(), DoomedFile.objects.count()) == ([], 0)
    assert traces(workspace, SECRET) == []
    assert verify().whole

"""The audit chain: appended by many at once, read back alike from both databases, unchangeable."""

from __future__ import annotations

import ast
import datetime as dt
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres import Server

import papi
from papi.errors import WorkspaceUnusable
from papi.office.backing_up import back_up
from papi.office.restoring import restore
from papi.office.workspace import Workspace, init_workspace, open_workspace
from papi.store import audit
from papi.store.append_only import guard_names, missing_guards
from papi.store.audit_check import Damage, Tally, check_chains, read_heads
from papi.store.audit_key import audit_key, derive_key
from papi.store.audit_words import ACTIONS
from papi.store.boot import close_store
from papi.store.models import AuditEvent, AuditHead, AuditValue

SAME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
THREADS, EACH = 8, 12
TODAY = dt.date(2026, 7, 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """An empty workspace on either database."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("PAPI_DATABASE_URL", url)
        workspace, _ = init_workspace(tmp_path / "desk", TODAY)
    else:
        workspace = request.getfixturevalue("workspace")
    yield workspace
    close_store()


def flaws() -> list[tuple[Damage, str]]:
    return [(flaw.damage, flaw.place) for flaw in check_chains({}, Tally())]


texts = st.text(max_size=12)
numbers = st.floats() | st.integers(-(2**70), 2**70)
details = st.dictionaries(
    texts, st.recursive(st.none() | st.booleans() | numbers | texts, st.lists)
)


@SAME
@given(details, st.dictionaries(texts, texts), texts, texts)
def test_what_either_database_gives_back_is_what_was_chained(
    desk: Workspace, detail: dict[str, object], values: dict[str, str], actor: str, field: str
) -> None:
    with transaction.atomic():
        event = audit.Event("entry.made", "2AB4C6D8E", 1, field, detail, values)
        audit.record(actor, [event, event])
        assert flaws() == []
        kept = AuditValue.objects.count()
        assert kept == (2 if values else 0)
        transaction.set_rollback(True)


def test_many_at_once_keep_every_chain_whole(desk: Workspace) -> None:
    together, wrong = threading.Barrier(THREADS), []

    def work(number: int) -> None:
        try:
            together.wait(30)
            for turn in range(EACH):
                named = f"siti{(number + turn) % 5}"
                with transaction.atomic():
                    audit.record(named, [audit.Event("item.viewed", detail={"turn": turn})] * 2)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert AuditEvent.objects.count() == 2 * THREADS * EACH
    assert flaws() == []


def test_a_change_that_fails_leaves_no_event(desk: Workspace) -> None:
    audit.record("siti", [audit.Event("item.viewed")])
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("siti", [audit.Event("entry.made")])
        raise RuntimeError("the change failed")
    assert [event.action for event in AuditEvent.objects.all()] == ["item.viewed"]
    audit.record("siti", [audit.Event("entry.made")])
    assert flaws() == []


def test_an_event_cannot_be_changed_nor_removed(desk: Workspace) -> None:
    audit.record("siti", [audit.Event("entry.made", values={"value": "1"})])
    event = AuditEvent.objects.get()
    event.actor = "budi"

    def raw(words: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(words)

    for attempt in (
        event.save,
        event.delete,
        lambda: AuditEvent.objects.update(actor="budi"),
        lambda: AuditEvent.objects.all().delete(),
        lambda: AuditValue.objects.update(salt=""),
        lambda: raw("UPDATE papi_audit_event SET at = at"),
        lambda: raw("DELETE FROM papi_audit_event"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()
    assert AuditEvent.objects.get().actor == "siti"
    assert flaws() == []


def test_a_guard_that_is_gone_shows(desk: Workspace) -> None:
    assert missing_guards() == []
    name = guard_names()[0]
    place = " ON papi_audit_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{place}")
    assert missing_guards() == [name]
    assert flaws() == [(Damage.UNGUARDED, "")]


def test_guards_and_chain_come_back_with_a_backup(
    desk: Workspace,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    audit.record("siti", [audit.Event("entry.made", detail={"p": 0.1}, values={"value": "é"})])
    back_up(desk, tmp_path / "b.tar", dt.datetime.now(dt.UTC))
    if connection.vendor == "postgresql":
        server: Server = request.getfixturevalue("postgres_server")
        monkeypatch.setenv("PAPI_DATABASE_URL", server.database())
    close_store()
    restore(tmp_path / "b.tar", tmp_path / "again")
    open_workspace(tmp_path / "again")
    assert missing_guards() == []
    assert AuditEvent.objects.count() == 1
    assert flaws() == []


def test_nobody_goes_on_with_another_key(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.record("siti", [audit.Event("item.viewed")])
    (tmp_path / "audit.key").write_text("k" * 40)
    monkeypatch.setenv("PAPI_AUDIT_KEY_FILE", str(tmp_path / "audit.key"))
    assert audit_key() == derive_key("k" * 40)
    for actor in ("siti", "budi"):  # a chain of its own as well as one that is new
        with pytest.raises(WorkspaceUnusable, match="audit key"):
            audit.record(actor, [audit.Event("item.viewed")])
    assert (Damage.KEY, str(audit.shard_of("siti"))) in flaws()
    monkeypatch.delenv("PAPI_AUDIT_KEY_FILE")
    audit.record("siti", [audit.Event("item.viewed")])
    assert flaws() == []


def test_a_key_of_its_own_keeps_the_chain_from_who_has_the_workspace(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "audit.key").write_text("0123456789abcdef" * 4 + "\n")
    monkeypatch.setenv("PAPI_AUDIT_KEY_FILE", str(tmp_path / "audit.key"))
    audit.record("siti", [audit.Event("item.viewed")])
    assert flaws() == []
    monkeypatch.delenv("PAPI_AUDIT_KEY_FILE")
    assert Damage.ALTERED in {damage for damage, _ in flaws()}


@pytest.mark.parametrize("content", [None, "short"])
def test_a_key_file_must_be_there_and_long(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "audit.key").write_text(content)
    monkeypatch.setenv("PAPI_AUDIT_KEY_FILE", str(tmp_path / "audit.key"))
    with pytest.raises(WorkspaceUnusable):
        audit.record("siti", [audit.Event("item.viewed")])
    assert not AuditEvent.objects.exists()


def test_heads_name_the_newest_events(workspace: Workspace) -> None:
    assert read_heads() == []
    audit.record("siti", [audit.Event("item.viewed")] * 3)
    (head,) = read_heads()
    newest = AuditEvent.objects.get(seq=3)
    assert (head.shard, head.seq, head.mac) == (audit.shard_of("siti"), 3, newest.mac)
    assert AuditHead.objects.get().key


def test_the_chain_survives_another_opening(workspace: Workspace) -> None:
    audit.record("siti", [audit.Event("item.viewed")])
    close_store()
    open_workspace(workspace.folder)
    audit.record("siti", [audit.Event("item.viewed")])
    assert flaws() == []


WORD = re.compile(r"[a-z]+\.[a-z_]+")
NOUNS = {action.split(".")[0] for action in ACTIONS}


def words_in(path: Path) -> set[str]:
    """Return the words a module writes into the chain: what looks like one, of its own modules."""
    tree = ast.parse(path.read_text("utf-8"))
    if path.name == "audit_words.py" or not re.search(r"\baudit\b|\bnote\b", ast.unparse(tree)):
        return set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            word = node.value
            if WORD.fullmatch(word) and word.split(".")[0] in NOUNS:
                found.add(word)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Event", "audit.Event"}:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                found.add(str(first.value))
    return found


def test_every_word_that_is_written_is_known_and_every_known_one_is_written() -> None:
    root = Path(papi.__file__).parent
    found = {word for path in root.rglob("*.py") for word in words_in(path)}
    built = {"form.approved", "form.returned"}  # of an approval's state
    assert found - ACTIONS.keys() == set()
    assert ACTIONS.keys() - found - built == set()
    assert all(len(action) <= AuditEvent._meta.get_field("action").max_length for action in ACTIONS)

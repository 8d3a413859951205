"""Forgeries by somebody who knows the tables: a check of the chain finds them and never fails."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from django.db import connection

from papi.office import auditing
from papi.office.workspace import Workspace
from papi.store import audit
from papi.store.append_only import guard_names, guard_statements, missing_guards, release_statements
from papi.store.audit_check import Damage, Flaw, Tally, check_chains
from papi.store.models import AuditEvent

EVENTS = 5


@pytest.fixture
def opened(workspace: Workspace) -> Iterator[Workspace]:
    """Some events of one person, the guards taken away."""
    for turn in range(EVENTS):
        audit.record("siti", [audit.Event("entry.made", values={"value": f"v{turn}"})])
    for statement in release_statements(connection.vendor):
        execute(statement)
    yield workspace
    for statement in guard_statements(connection.vendor):
        execute(statement)


def execute(words: str, values: tuple[object, ...] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words, values)


def put(words: str, *values: object) -> None:
    """Write what the column does not hold; bytes become text that is none."""
    execute("PRAGMA ignore_check_constraints=ON")
    words = words.replace("%s", "CAST(%s AS TEXT)", isinstance(values[0], bytes))
    execute(words, values)
    execute("PRAGMA ignore_check_constraints=OFF")


def found() -> list[Flaw]:
    return [flaw for flaw in check_chains({}, Tally()) if flaw.damage is not Damage.UNGUARDED]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "yesterday"),
        ("at", 12),
        ("detail", "{no json"),
        ("detail", "[1]"),
        ("detail", "NaN"),
        ("seq", "third"),
        ("seq", -1),
        ("page", "seventh"),
        ("mac", b"\xff"),
        ("actor", b"\xff\xfe"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_flaw(opened: Workspace, column: str, value: object) -> None:
    key = AuditEvent.objects.order_by("pk")[2].pk
    put(f"UPDATE papi_audit_event SET {column} = %s WHERE id = %s", value, key)  # noqa: S608
    assert found()
    assert not auditing.verify().whole


@pytest.mark.parametrize("column", ["salt", "values"])
@pytest.mark.parametrize("value", ["{no json", b"\xff", 5])
def test_values_that_cannot_be_read_are_a_flaw(
    opened: Workspace, column: str, value: object
) -> None:
    put(f'UPDATE papi_audit_value SET "{column}" = %s', value)  # noqa: S608
    assert found()


@pytest.mark.parametrize(
    "detail",
    [
        {"what": "values"},
        {"what": "values", "before": "yesterday"},
        {"what": "values", "before": "2999-01-01T00:00:00"},
        {"what": "values", "before": 7},
        ["values"],
        "values",
    ],
)
def test_a_forged_destruction_record_hides_nothing(opened: Workspace, detail: object) -> None:
    execute("DELETE FROM papi_audit_value")
    execute(
        "INSERT INTO papi_audit_event (shard, seq, at, actor, action, form_id, field, detail,"
        " digest, mac) VALUES (%s, %s, %s, '', 'data.destroyed', '', '', %s, '', %s)",
        (audit.shard_of("siti"), EVENTS + 1, dt.datetime.now(dt.UTC), json.dumps(detail), "0" * 64),
    )
    gone = [flaw for flaw in found() if flaw.damage is Damage.VALUE_GONE]
    assert len(gone) == EVENTS


def test_a_destruction_record_that_was_never_chained_hides_nothing(opened: Workspace) -> None:
    execute("DELETE FROM papi_audit_value")
    before = dt.datetime.now(dt.UTC).isoformat()
    execute(
        "INSERT INTO papi_audit_event (shard, seq, at, actor, action, form_id, field, detail,"
        " digest, mac) VALUES (99, 1, %s, '', 'data.destroyed', '', '', %s, '', '')",
        (before, json.dumps({"what": "values", "before": before})),
    )
    assert Damage.ALTERED in {flaw.damage for flaw in found()}


@pytest.mark.parametrize("table", ["papi_audit_event", "papi_audit_head"])
def test_a_guard_that_refuses_nothing_is_none(workspace: Workspace, table: str) -> None:
    name = guard_names()[0]
    (right,) = (words for words in guard_statements(connection.vendor) if f" {name} " in words)
    execute(f"DROP TRIGGER {name}")
    execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT 1; END")
    assert missing_guards() == [name]
    execute(f"DROP TRIGGER {name}")
    execute(right)
    assert missing_guards() == []

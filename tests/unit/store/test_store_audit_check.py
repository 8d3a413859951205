"""Whatever is done to the rows of the audit chain behind PAPI's back is found, and where."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papi.office.workspace import Workspace
from papi.store import audit
from papi.store.append_only import guard_statements, release_statements
from papi.store.audit_check import Damage, Flaw, Head, Tally, check_chains, read_heads
from papi.store.models import AuditEvent, AuditHead

EVENTS = 18
PEOPLE = ("siti", "budi", "cli:tono")
COLUMNS = {  # values that no event has
    "shard": 99,
    "seq": 900,
    "at": "2020-01-01 00:00:00",
    "actor": "mallory",
    "action": "entry.undone",
    "form_id": "AAAAAAAAA",
    "page": 99,
    "field": "art.9.nik",
    "detail": json.dumps({"turn": 99}),
    "digest": "0" * 64,
    "mac": "0" * 64,
}
places = st.integers(0, EVENTS - 1)


@pytest.fixture
def chains(workspace: Workspace) -> Iterator[list[Head]]:
    """Eighteen events of three people; the guards are gone, as whoever breaks in would do first."""
    for turn in range(EVENTS):
        event = audit.Event(
            "entry.made", "2AB4C6D8E", turn, "nik", {"turn": turn}, {"value": f"v{turn}"}
        )
        audit.record(PEOPLE[turn % 3], [event])
    for statement in release_statements(connection.vendor):
        execute(statement)
    yield read_heads()
    for statement in guard_statements(connection.vendor):
        execute(statement)


def execute(words: str, values: tuple[object, ...] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words, values)


def found(heads: list[Head] | None = None) -> list[Flaw]:
    known = {"2026-11-24T08:00:00+00:00": heads} if heads else {}
    wrong = check_chains(known, Tally())
    return [flaw for flaw in wrong if flaw.damage is not Damage.UNGUARDED]


def ids() -> list[int]:
    return list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))


def broken(change: Callable[[], object], heads: list[Head] | None = None) -> list[Flaw]:
    """Return what is found after a change that is taken back afterwards."""
    with transaction.atomic():
        change()
        wrong = found(heads)
        transaction.set_rollback(True)
    return wrong


EACH = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@EACH
@given(places, st.sampled_from(sorted(COLUMNS)))
def test_a_changed_row(chains: list[Head], place: int, column: str) -> None:
    key = ids()[place]
    event = AuditEvent.objects.get(pk=key)
    change = f"UPDATE papi_audit_event SET {column} = %s WHERE id = %s"  # noqa: S608
    wrong = broken(lambda: execute(change, (COLUMNS[column], key)))
    assert wrong
    if column not in {"shard", "seq"}:
        assert f"{event.shard}.{event.seq}" in {flaw.place for flaw in wrong}


@EACH
@given(places)
def test_a_removed_row(chains: list[Head], place: int) -> None:
    event = AuditEvent.objects.get(pk=ids()[place])

    def remove() -> None:
        execute("DELETE FROM papi_audit_value WHERE event_id = %s", (event.pk,))
        execute("DELETE FROM papi_audit_event WHERE id = %s", (event.pk,))

    (flaw,) = broken(remove)
    last = AuditHead.objects.get(shard=event.shard).seq
    expected = Damage.CUT_OFF if event.seq == last else Damage.MISSING
    assert (flaw.damage, flaw.place) == (expected, f"{event.shard}.{event.seq}")


@EACH
@given(places, st.integers(-1, EVENTS + 3), st.booleans())
def test_an_inserted_row(chains: list[Head], place: int, seq: int, beyond: bool) -> None:
    """A copy of an event: before, behind or far behind the others, or in a shard of its own."""
    event = AuditEvent.objects.get(pk=ids()[place])
    shard = 17 if beyond else event.shard
    if seq < 0 or AuditEvent.objects.filter(shard=shard, seq=seq).exists():
        seq = AuditHead.objects.get(shard=event.shard).seq + 1

    def insert() -> None:
        event.pk = None
        event.shard, event.seq = shard, seq
        event.save(force_insert=True)

    assert broken(insert)


@EACH
@given(places, places)
def test_two_rows_in_each_others_place(chains: list[Head], one: int, other: int) -> None:
    first, second = (AuditEvent.objects.get(pk=ids()[place]) for place in (one, other))
    if first.pk == second.pk:
        return

    def swap() -> None:
        move = "UPDATE papi_audit_event SET shard = %s, seq = %s WHERE id = %s"
        execute(move, (99, 1, first.pk))
        execute(move, (first.shard, first.seq, second.pk))
        execute(move, (second.shard, second.seq, first.pk))

    wrong = {flaw.place for flaw in broken(swap)}
    assert {f"{event.shard}.{event.seq}" for event in (first, second)} <= wrong


@EACH
@given(places, st.sampled_from(["salt", "values", "row"]))
def test_a_changed_or_removed_value(chains: list[Head], place: int, what: str) -> None:
    event = AuditEvent.objects.get(pk=ids()[place])
    words = {
        "salt": "UPDATE papi_audit_value SET salt = 'x' WHERE event_id = %s",
        "values": 'UPDATE papi_audit_value SET "values" = \'{"value": "8"}\' WHERE event_id = %s',
        "row": "DELETE FROM papi_audit_value WHERE event_id = %s",
    }[what]
    (flaw,) = broken(lambda: execute(words, (event.pk,)))
    assert flaw.damage is (Damage.VALUE_GONE if what == "row" else Damage.VALUE)
    assert flaw.place == f"{event.shard}.{event.seq}"


@EACH
@given(st.sampled_from(PEOPLE), st.integers(0, EVENTS // 3 - 1))
def test_a_cut_off_end_shows_against_exported_heads(
    chains: list[Head], person: str, kept: int
) -> None:
    shard = audit.shard_of(person)

    def cut() -> None:
        """Cut the end off and set the head's row back, as somebody who knows PAPI would."""
        late = AuditEvent.objects.filter(shard=shard, seq__gt=kept)
        execute(
            "DELETE FROM papi_audit_value WHERE event_id IN "
            "(SELECT id FROM papi_audit_event WHERE shard = %s AND seq > %s)",
            (shard, kept),
        )
        execute("DELETE FROM papi_audit_event WHERE shard = %s AND seq > %s", (shard, kept))
        assert not late.exists()
        newest = AuditEvent.objects.filter(shard=shard, seq=kept).first()
        execute(
            "UPDATE papi_audit_head SET seq = %s, mac = %s WHERE shard = %s",
            (kept, newest.mac if newest else "", shard),
        )

    assert broken(cut) == []  # which is what the exported heads are for
    (flaw,) = broken(cut, chains)
    assert flaw.damage is Damage.CUT_OFF
    assert (flaw.shard, flaw.seq, flaw.until) == (shard, kept + 1, EVENTS // 3)
    assert flaw.known == "2026-11-24T08:00:00+00:00"


def test_an_older_backup_that_was_worked_with_shows_against_exported_heads(
    chains: list[Head],
) -> None:
    shard = audit.shard_of("siti")
    heads = [Head(head.shard, head.seq, "0" * 64) for head in chains if head.shard == shard]
    audit.record("siti", [audit.Event("item.viewed")])
    assert found(chains) == []
    (flaw,) = found(heads)
    assert (flaw.damage, flaw.place) == (Damage.FORKED, f"{shard}.{heads[0].seq}")


def test_values_erased_under_a_record_are_no_flaw(chains: list[Head]) -> None:
    execute("DELETE FROM papi_audit_value")
    assert len(found()) == EVENTS
    before = dt.datetime.now(dt.UTC).isoformat()
    audit.record("cli:tono", [
        audit.Event("data.destroyed", detail={"what": "values", "before": before})
    ])  # fmt: skip
    tally = Tally()
    list(check_chains({}, tally))
    assert found() == []
    assert (tally.events, tally.values, tally.erased) == (EVENTS + 1, 0, EVENTS)


def test_a_flaw_names_no_person(chains: list[Head]) -> None:
    execute("UPDATE papi_audit_event SET actor = 'Mallory'")
    told = "".join(map(repr, found()))
    assert not any(name in told for name in (*PEOPLE, "Mallory", "2AB4C6D8E"))

"""Checking the audit chain: what was removed, altered, inserted, reordered or cut off.

Knows how a chain is read from end to end with bounded memory. Must not know files or screens. What
it finds names an event by its place and time, never whom it was about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import DatabaseError

from papi.store import models
from papi.store.append_only import missing_guards
from papi.store.audit import chain, digest_of
from papi.store.audit_key import audit_key, key_mark
from papi.store.faults import storage_faults

_CHUNK = 2000
"""Events fetched at once."""
_UNREADABLE = (TypeError, ValueError, ArithmeticError, AttributeError, DatabaseError)
"""What a row raises in which somebody put what its column does not hold: no JSON, no time, bytes
(SQLite takes anything)."""
_COLUMNS = (
    "shard", "seq", "at", "actor", "action", "form_id", "page", "field", "detail", "digest", "mac",
    "kept__salt", "kept__values",
)  # fmt: skip


class Damage(StrEnum):
    """What may be wrong with a chain."""

    ALTERED = "altered"
    """The event is not what was written, not where it was written, or was never written."""
    MISSING = "missing"
    CUT_OFF = "cut-off"
    """The chain ends before what is known of it: its newest events are gone."""
    FORKED = "forked"
    """The event is sound, but exported heads knew another one in its place."""
    HEAD = "head"
    """The row of the newest event does not fit the chain."""
    VALUE = "value"
    """The values beside the event are not those it was written with."""
    VALUE_GONE = "value-gone"
    """The values beside the event are gone, and no destruction record says why."""
    KEY = "key"
    """The chain was begun with another key."""
    UNGUARDED = "unguarded"
    """The database no longer refuses to change events."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong.

    Attributes:
        shard, seq: place; seq 0 for a whole shard.
        at: time of the event (of the next one that is there, for a missing one), None if unknown.
        until: last seq, where several events in a row are missing.
        known: time of the heads file that knew better, ISO; "" for the database's own.
    """

    damage: Damage
    shard: int = 0
    seq: int = 0
    at: dt.datetime | None = None
    until: int = 0
    known: str = ""

    @property
    def place(self) -> str:
        """Where it is: SHARD.SEQ or SHARD.SEQ-SEQ; SHARD for a whole one; "" for the database."""
        if self.damage is Damage.UNGUARDED:
            return ""
        if not self.seq and self.damage is not Damage.ALTERED:
            return str(self.shard)
        return f"{self.shard}.{self.seq}" + (f"-{self.until}" if self.until > self.seq else "")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of a shard at some moment."""

    shard: int
    seq: int
    mac: str
    at: str = ""


@dataclass(slots=True)
class Tally:
    """What a check went through: events, values beside them, values erased under a record."""

    events: int = 0
    values: int = 0
    erased: int = 0


@dataclass(slots=True)
class _Walk:
    """Where a walk along one chain is."""

    shard: int
    key: bytes
    expected: Mapping[int, list[tuple[str, str]]]
    erased_before: dt.datetime | None
    tally: Tally
    seq: int = 0
    mac: str = ""
    begun: bool = False
    flaws: list[Flaw] = field(default_factory=list)

    def step(self, row: tuple[Any, ...]) -> None:
        facts, mac, salt, values = row[:10], row[10], row[11], row[12]
        seq, at, digest = facts[1], facts[2], facts[9]
        self.tally.events += 1
        if seq > self.seq + 1:
            self._flaw(Damage.MISSING, self.seq + 1, at, until=seq - 1)
        elif seq < 1 or chain(self.key, self.mac, facts) != mac:
            self._flaw(Damage.ALTERED, seq, at)
        for known_mac, known in self.expected.get(seq, ()):
            if known_mac != mac:
                self._flaw(Damage.FORKED, seq, at, known=known)
        self._check_values(seq, at, digest, salt, values)
        self.seq, self.mac = seq, mac

    def _check_values(self, seq: int, at: dt.datetime, digest: str, salt: Any, values: Any) -> None:
        if salt is not None:
            self.tally.values += 1
            if not isinstance(values, dict) or digest_of(salt, values) != digest:
                self._flaw(Damage.VALUE, seq, at)
        elif digest and self.erased_before is not None and at < self.erased_before:
            self.tally.erased += 1
        elif digest:
            self._flaw(Damage.VALUE_GONE, seq, at)

    def _flaw(
        self, damage: Damage, seq: int, at: dt.datetime | None, until: int = 0, known: str = ""
    ) -> None:
        self.flaws.append(Flaw(damage, self.shard, seq, at, until, known))

    def take(self) -> list[Flaw]:
        """Hand over what was found since the last call."""
        found, self.flaws = self.flaws, []
        return found


def read_heads() -> list[Head]:
    """Return the newest event of every shard, by shard."""
    with storage_faults():
        heads = list(models.AuditHead.objects.filter(seq__gt=0).order_by("shard"))
        return [Head(head.shard, head.seq, head.mac, _time_of(head)) for head in heads]


def _time_of(head: models.AuditHead) -> str:
    event = models.AuditEvent.objects.filter(shard=head.shard, seq=head.seq).first()
    return event.at.astimezone(dt.UTC).isoformat(timespec="seconds") if event else ""


def check_chains(known: Mapping[str, list[Head]], tally: Tally) -> Iterator[Flaw]:
    """Go through every chain, others may append meanwhile; yield what is wrong.

    Args:
        known: heads that were exported earlier, by the time of their export.
        tally: counts what was gone through.

    Cost: about 25 s CPU a million events; memory does not grow with them.
    """
    with storage_faults():
        if missing_guards():
            yield Flaw(Damage.UNGUARDED)
        erased = _erased_before()
        for shard in _shards(known):
            yield from _check_shard(shard, known, erased, tally)


def _shards(known: Mapping[str, list[Head]]) -> list[int]:
    found = {head.shard for heads in known.values() for head in heads}
    found.update(models.AuditHead.objects.values_list("shard", flat=True))
    found.update(models.AuditEvent.objects.order_by().values_list("shard", flat=True).distinct())
    return sorted(found)


def _erased_before() -> dt.datetime | None:
    """Return the latest moment before which values were erased under a destruction record.

    A record that says no moment is none: nobody but PAPI wrote it.
    """
    records = models.AuditEvent.objects.filter(action="data.destroyed")
    moments = []
    try:
        for detail in records.values_list("detail", flat=True).iterator(_CHUNK):
            moments.append(_moment_of(detail))
    except _UNREADABLE as error:  # a forged record; the walk along its chain names it
        _raise_faults(error)
    return max((moment for moment in moments if moment is not None), default=None)


def _moment_of(detail: Any) -> dt.datetime | None:
    if not isinstance(detail, dict) or detail.get("what") != "values":
        return None
    try:
        moment = dt.datetime.fromisoformat(str(detail.get("before")))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _check_shard(
    shard: int, known: Mapping[str, list[Head]], erased: dt.datetime | None, tally: Tally
) -> Iterator[Flaw]:
    mine = [(when, head) for when, heads in known.items() for head in heads if head.shard == shard]
    expected: dict[int, list[tuple[str, str]]] = {}
    for when, head in mine:
        expected.setdefault(head.seq, []).append((head.mac, when))
    walk = _Walk(shard, audit_key(), expected, erased, tally)
    yield from _go_along(walk)
    yield from _judge_head(walk)
    for when, head in mine:
        if head.seq > walk.seq:
            yield Flaw(Damage.CUT_OFF, shard, walk.seq + 1, None, head.seq, when)


def _go_along(walk: _Walk) -> Iterator[Flaw]:
    """Walk on until the chain's end is its head, or no more events come."""
    while True:
        start = walk.seq
        rows = models.AuditEvent.objects.filter(shard=walk.shard).order_by("seq")
        if walk.begun:  # the first time an event before the first one is to be seen, too
            rows = rows.filter(seq__gt=start)
        walk.begun = True
        try:
            for row in rows.values_list(*_COLUMNS).iterator(_CHUNK):
                walk.step(row)
                if walk.flaws:
                    yield from walk.take()
        except _UNREADABLE as error:  # what PAPI never wrote; the rest of this chain is unchecked
            _raise_faults(error)
            yield Flaw(Damage.ALTERED, walk.shard, walk.seq + 1)
            return
        head = models.AuditHead.objects.filter(shard=walk.shard).first()
        if head is None or head.seq <= walk.seq or walk.seq == start:
            return


def _raise_faults(error: Exception) -> None:
    """Raise what is wrong with the database itself, not with what somebody wrote into it."""
    if isinstance(error, DatabaseError) and "decode" not in str(error).lower():
        raise error


def _judge_head(walk: _Walk) -> Iterator[Flaw]:
    """Compare the head's row with the end of the chain.

    Read after the chain, so it can only be ahead of what was seen, by events appended since.
    """
    head = models.AuditHead.objects.filter(shard=walk.shard).first()
    if head is None:
        yield Flaw(Damage.HEAD, walk.shard, walk.seq)
        return
    if head.key and head.key != key_mark(walk.key):
        yield Flaw(Damage.KEY, walk.shard)
    if head.seq < walk.seq or (head.seq == walk.seq and head.mac != walk.mac):
        yield Flaw(Damage.HEAD, walk.shard, walk.seq)
    elif head.seq > walk.seq:
        there = models.AuditEvent.objects.filter(shard=walk.shard, seq=head.seq).exists()
        if not there:
            yield Flaw(Damage.CUT_OFF, walk.shard, walk.seq + 1, None, head.seq)

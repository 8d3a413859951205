"""The audit chain: append what somebody did or saw, in the transaction that does it.

Knows shards, heads and the keyed chain. Must not know screens or why a thing was done. Values (what
was keyed, whose data) stand beside the chain, which holds their salted digest alone.

The chain of each shard: mac(n) = HMAC-SHA-256(key, mac(n-1) || canonical JSON of event n). Shards,
so that forty clerks do not queue at one head: a person always writes into the same one. One
transaction should write for one person: two heads locked in another order could wait for each
other.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import getpass
import hashlib
import hmac
import json
import math
import os
import secrets
import zlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone

from papi.errors import WorkspaceUnusable
from papi.store import models
from papi.store.audit_key import audit_key, key_mark

SHARDS = 16
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_DECIMALS = 6
"""Of a fraction in `detail`: both databases give such a number back as it was put in."""


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One thing to write down.

    Attributes:
        action: a word of two parts, what.how, of `audit_words.ACTIONS`.
        form_id, page, field: what it was about, as far as it was about a form.
        detail: facts without personal data.
        values: personal data that belongs to it; kept outside the chain.
    """

    action: str
    form_id: str = ""
    page: int | None = None
    field: str = ""
    detail: Mapping[str, Any] = dataclasses.field(default_factory=lambda: _NOTHING)
    values: Mapping[str, str] = dataclasses.field(default_factory=lambda: _NOTHING)


def record(actor: str, events: Sequence[Event]) -> None:
    """Append events of one person ("" = nobody known) to their chain, in the running transaction.

    Where none runs, it makes one of its own. If it fails, the running transaction fails with it:
    no change without its event. Cost: one locked row, one insert for the events, one for their
    values: 0.8 ms CPU in a running transaction, 0.1 ms more for each further event.

    Raises:
        WorkspaceUnusable: the audit key is not the one the chain was begun with.
    """
    if not events:
        return
    with transaction.atomic(savepoint=False):
        key = audit_key()
        head = _locked_head(shard_of(actor), key_mark(key))
        now = timezone.now()  # under the lock, so that times rise along a chain
        rows, kept = [], []
        for event in events:
            values = {plain_text(name): plain_text(said) for name, said in event.values.items()}
            salt, digest = _sealed(values)
            head.seq += 1
            row = _row(head, now, actor, event, digest)
            row.mac = head.mac = chain(key, head.mac, facts_of(row))
            rows.append(row)
            kept.append((salt, values))
        head.save()
        models.AuditEvent.objects.bulk_create(rows)
        models.AuditValue.objects.bulk_create(
            models.AuditValue(event=row, salt=salt, values=values)
            for row, (salt, values) in zip(rows, kept, strict=True)
            if salt
        )


def command_line() -> str:
    """Return who works at the command line: "cli:" and their name on this machine."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a user without a name, in a container
        return f"cli:uid-{os.getuid()}"


def shard_of(actor: str) -> int:
    """Return the chain a person writes into."""
    return zlib.crc32(plain_text(actor).encode()) % SHARDS


def _row(
    head: models.AuditHead, now: dt.datetime, actor: str, event: Event, digest: str
) -> models.AuditEvent:
    """Build a row; texts are cut to their columns: an event must not fail for its length."""
    return models.AuditEvent(
        shard=head.shard,
        seq=head.seq,
        at=now,
        actor=plain_text(actor)[:150],
        action=event.action[:24],
        form_id=plain_text(event.form_id)[:9],
        page=event.page,
        field=plain_text(event.field)[:60],
        detail=plain_json(dict(event.detail)),
        digest=digest,
    )


def _locked_head(shard: int, mark: str) -> models.AuditHead:
    """Lock a chain's head, making it with the chain's first event.

    SQLite's transactions lock as a whole; elsewhere the row is locked, and the one who comes
    second at making it waits for the first.
    """
    heads = models.AuditHead.objects.select_for_update()
    head = heads.filter(shard=shard).first()
    if head is None:
        others = models.AuditHead.objects.exclude(key="").values_list("key", flat=True)
        models.AuditHead.objects.get_or_create(shard=shard, defaults={"key": others.first() or ""})
        head = heads.get(shard=shard)
    head.key = head.key or mark
    if head.key != mark:
        raise WorkspaceUnusable(
            "The audit key is not the one that the audit chain was begun with.",
            "Set PAPI_AUDIT_KEY_FILE as it was (docs/audit.md), or put secret.key back.",
        )
    return head


Facts = tuple[int, int, dt.datetime, str, str, str, int | None, str, Any, str]
"""What a mac covers: shard, seq, at, actor, action, form_id, page, field, detail, digest."""


def facts_of(event: models.AuditEvent) -> Facts:
    """Return what the mac of an event covers."""
    return (
        event.shard, event.seq, event.at, event.actor, event.action, event.form_id, event.page,
        event.field, event.detail, event.digest,
    )  # fmt: skip


def chain(key: bytes, before: str, facts: Facts) -> str:
    """Return the mac of an event that follows one with the mac `before`."""
    body = (*facts[:2], _moment(facts[2]), *facts[3:])
    text = before + json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, text.encode(), "sha256").hex()


def digest_of(salt: str, values: Mapping[str, str]) -> str:
    """Return the salted digest of an event's values."""
    text = salt + json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def plain_text(text: object) -> str:
    """Return text as both databases keep it: no NUL, no half of a surrogate pair."""
    return str(text).replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def plain_json(value: Any) -> Any:
    """Return a value as it comes back from either database, whatever it does to JSON.

    PostgreSQL keeps numbers as decimals: 1e20 would come back as a whole number, -0.0 as 0.0. So
    fractions are rounded, and whole ones become whole numbers; what JSON has no word for is text.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        rounded = round(value, _DECIMALS)
        return int(rounded) if rounded.is_integer() else rounded
    if isinstance(value, Mapping):
        return {plain_text(name): plain_json(item) for name, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain_json(item) for item in items]
    return plain_text(value)


def _sealed(values: Mapping[str, str]) -> tuple[str, str]:
    if not values:
        return "", ""
    salt = secrets.token_hex(16)
    return salt, digest_of(salt, values)


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")

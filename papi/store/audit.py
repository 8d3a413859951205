"""The audit chain: append what somebody did or saw, in the transaction that does it.

Knows shards, heads and the keyed chain. Must not know screens or why a thing was done. Values (what
was keyed, whose data) stand beside the chain, which holds their salted digest alone.

The chain of each shard: mac(n) = HMAC-SHA-256(key, mac(n-1) || canonical JSON of event n). Shards,
so that forty clerks do not queue at one head: a person always writes into the same one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from papi.store import models

SHARDS = 16
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One thing to write down.

    Attributes:
        action: a word of two parts, what.how: "item.viewed", "entry.made", "page.fixed",
            "form.approved", "user.added", "login.failed", ...
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
    """Append events of one person ("" = the machine) to their chain, in the running transaction.

    Cost: one locked row, one insert for the events, one for their values.
    """
    if not events:
        return
    with transaction.atomic():
        shard = zlib.crc32(actor.encode()) % SHARDS
        models.AuditHead.objects.get_or_create(shard=shard)
        head = models.AuditHead.objects.select_for_update().get(shard=shard)
        now, key = timezone.now(), _key()
        rows, kept = [], []
        for event in events:
            salt, digest = _sealed(event.values)
            head.seq += 1
            row = models.AuditEvent(
                shard=shard, seq=head.seq, at=now, actor=actor, action=event.action,
                form_id=event.form_id, page=event.page, field=event.field,
                detail=dict(event.detail), digest=digest,
            )  # fmt: skip
            row.mac = head.mac = chain(key, head.mac, row)
            rows.append(row)
            kept.append((salt, event.values))
        head.save()
        models.AuditEvent.objects.bulk_create(rows)
        models.AuditValue.objects.bulk_create(
            models.AuditValue(event=row, salt=salt, values=dict(values))
            for row, (salt, values) in zip(rows, kept, strict=True)
            if salt
        )


def chain(key: bytes, before: str, event: models.AuditEvent) -> str:
    """Return the mac of an event that follows one with the mac `before`."""
    body = [
        event.shard, event.seq, _moment(event.at), event.actor, event.action, event.form_id,
        event.page, event.field, event.detail, event.digest,
    ]  # fmt: skip
    text = before + json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def digest_of(salt: str, values: Mapping[str, str]) -> str:
    """Return the salted digest of an event's values."""
    text = salt + json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _sealed(values: Mapping[str, str]) -> tuple[str, str]:
    if not values:
        return "", ""
    salt = secrets.token_hex(16)
    return salt, digest_of(salt, values)


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _key() -> bytes:
    return derive_key(settings.SECRET_KEY)


@lru_cache(maxsize=4)
def derive_key(secret: str) -> bytes:
    """Return the chain's key: derived from the workspace's secret, of no other use."""
    return hmac.new(secret.encode(), b"papi audit chain 1", hashlib.sha256).digest()

"""The fingerprint of a decided form: what an approval was said of.

Knows which parts of a decision a person vouches for: what was written and what goes into the
record. Left out: who said a value and how sure the machine was, so that a control entry which
confirms a value does not void an approval. Must not know approvals.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from papi.model.reading import FormDecision, RecordValue
from papi.store import models

Values = Mapping[str, Iterable[str]]
_Written = Iterable[tuple[int, str, str]]


def of_decision(decision: FormDecision) -> str:
    """Return the fingerprint of a decision about to be stored."""
    written = ((r.page, r.field, r.value) for r in decision.readings)
    members = {number: _plain(values) for number, values in decision.members.items()}
    return _fingerprint(written, _plain(decision.values), members)


def of_stored(record: models.Record) -> str:
    """Return the same of what is stored, for records decided by an older release."""
    written = models.Reading.objects.filter(form_id=record.form_id)
    members = {int(m.number): m.values for m in record.members.all()}
    return _fingerprint(written.values_list("page", "field", "value"), record.values, members)


def _plain(values: Mapping[str, RecordValue]) -> dict[str, list[str]]:
    return {name: [v.value, v.origin.value, v.status] for name, v in values.items()}


def _fingerprint(written: _Written, values: Values, members: Mapping[int, Values]) -> str:
    content: list[Any] = [
        sorted([int(page), str(field), str(value)] for page, field, value in written),
        _vouched(values),
        [[number, _vouched(own)] for number, own in sorted(members.items())],
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _vouched(values: Values) -> list[list[str]]:
    """Value and state of each field of a record; not its origin."""
    return [[name, value, status] for name, (value, _, status) in sorted(values.items())]

"""What a form's paper says: the pre-list row as it was when each copy was printed.

Knows copies and the past of pre-list rows. Must not know how a value is judged. A list imported
again after printing does not change paper: a tick beside a printed value speaks of that value.
"""

from __future__ import annotations

from collections.abc import Mapping

from papi.model.prelist import PrelistRow
from papi.store import models


def printed_rows(form: models.IssuedForm) -> tuple[PrelistRow, ...]:
    """Return the distinct rows that copies of a form show, newest copy first.

    A form whose copies say nothing about it shows its row as it is now; a blank form shows none.
    """
    entry = form.prelist
    if entry is None:
        return ()
    copies = form.printings.exclude(content_hash="").order_by("-copy")
    hashes = list(dict.fromkeys(copies.values_list("content_hash", flat=True)))
    payloads = [_payload(entry, content_hash) for content_hash in hashes]
    return tuple(_row(entry, payload) for payload in payloads or [entry.payload])


def _payload(entry: models.PrelistEntry, content_hash: str) -> Mapping[str, object]:
    if entry.content_hash == content_hash:
        return dict(entry.payload)
    past = entry.past.filter(content_hash=content_hash).order_by("-pk").first()
    return dict(past.payload) if past else dict(entry.payload)


def _row(entry: models.PrelistEntry, payload: Mapping[str, object]) -> PrelistRow:
    values, members = payload["values"], payload["members"]
    assert isinstance(values, dict) and isinstance(members, list)  # noqa: S101  our own JSON
    return PrelistRow(
        form=entry.form,
        prelist_id=entry.prelist_id,
        region=str(payload.get("region", entry.region)),
        values=values,
        members=tuple(members),
    )

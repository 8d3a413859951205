"""Destroying what is past its retention: values beside events, originals, what was read from them.

Knows rows and kept files. Must not know who asked or what a protocol looks like. What is destroyed
and its record are one transaction; a file is on the list of doomed files from that moment until it
is deleted, so a purge that is cut off is simply run again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from papi.store import audit, models
from papi.store.faults import storage_faults
from papi.store.originals import IMAGES_FOLDER, original_path, sync
from papi.store.withdrawals import withdraw

_CHUNK = 2000
"""Values erased in one transaction: others wait for it 0.1 s at most."""
_FORMS = 500
_COPIES = "papi-before-*"
"""Copies of the database made before upgrades: they still hold what is erased."""


@dataclass(frozen=True, slots=True)
class Run:
    """One purge.

    Attributes:
        name: of the run, in every event it writes.
        actor: who destroys.
        before: what is older is past its retention.
    """

    name: str
    actor: str
    before: dt.datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What a purge would destroy.

    Attributes:
        values: events with values beside them.
        batches, withdrawn: batches taken in, and batches taken back, whose originals are kept.
        files, withdrawn_files: originals of either.
        forms: forms that lose a page; what was read of them goes with it.
        undecided: of those, the ones whose fields still wait for a person.
        unfinished: batches old enough that never ended; they are left alone.
    """

    values: int = 0
    batches: int = 0
    withdrawn: int = 0
    files: int = 0
    withdrawn_files: int = 0
    forms: int = 0
    undecided: int = 0
    unfinished: int = 0


def due(before: dt.datetime) -> Due:
    """Count what is past its retention."""
    with storage_faults():
        old = _old_batches(before)
        sources = models.SourceFile.objects.filter(batch__in=old).exclude(stored="")
        pages = models.ScanPage.objects.filter(source__batch__in=old).exclude(form_id="")
        forms = pages.order_by().values("form_id").distinct()
        waiting = models.Reading.objects.filter(status="review", form_id__in=forms)
        withdrawn = list(_withdrawn_batches(before))
        started = models.Batch.objects.filter(started_at__lt=before, finished_at=None)
        return Due(
            values=models.AuditValue.objects.filter(event__at__lt=before).count(),
            batches=old.count(),
            withdrawn=len(withdrawn),
            files=sources.count(),
            withdrawn_files=sum(len(batch.withdrawn_sha256) for batch in withdrawn),
            forms=forms.count(),
            undecided=waiting.order_by().values("form_id").distinct().count(),
            unfinished=started.filter(withdrawn_at=None).count(),
        )


def erase_values(run: Run) -> Iterator[int]:
    """Erase the values beside old events, some at a time; yield how many each time."""
    while True:
        with storage_faults(), transaction.atomic():
            old = models.AuditValue.objects.filter(event__at__lt=run.before)
            rows = list(old.order_by("event_id").values_list("event_id", "event__digest")[:_CHUNK])
            if not rows:
                return
            models.AuditValue.objects.filter(event_id__in=[key for key, _ in rows]).delete()
            _note(run, "values", [digest for _, digest in rows])
        yield len(rows)


def destroy_withdrawn(run: Run, folder: Path) -> Iterator[int]:
    """Destroy the originals of batches taken back before; yield their number, batch by batch."""
    with storage_faults():
        batches = [int(batch.pk) for batch in _withdrawn_batches(run.before)]
    for batch in batches:
        yield _destroy_originals(run, folder, batch, "withdrawn")


def destroy_batches(run: Run, folder: Path) -> Iterator[int]:
    """Destroy batches taken in before: originals, pages, what was read and keyed from them.

    Forms of which nothing is left are as if they had never come back; the pre-list stays. Yields
    the number of originals, batch by batch. Nobody may take pages in meanwhile.
    """
    with storage_faults():
        batches = [int(key) for key in _old_batches(run.before).values_list("pk", flat=True)]
    for batch in batches:
        with storage_faults(), transaction.atomic():
            contents, forms = _contents(batch), _forms(batch)
            withdraw(batch, run.actor)
            _erase_keyed(contents, forms)
            count = _destroy_originals(run, folder, batch, "originals")
        yield count


def _destroy_originals(run: Run, folder: Path, batch: int, what: str) -> int:
    """Put a batch's originals on the list of doomed files, with the record; return how many."""
    with storage_faults(), transaction.atomic():
        row = models.Batch.objects.select_for_update().get(pk=batch)
        doomed = list(_kept(folder, row.withdrawn_sha256))
        models.DoomedFile.objects.bulk_create(
            [models.DoomedFile(stored=stored) for stored in doomed], ignore_conflicts=True
        )
        row.destroyed_at = timezone.now()
        row.save(update_fields=["destroyed_at"])
        _note(run, what, [Path(stored).stem for stored in doomed], batch=batch)
    return len(doomed)


def delete_doomed(folder: Path) -> int:
    """Delete the files of the list; return how many there were. Safe to run again.

    A file whose content was taken in again meanwhile is needed, and stays.
    """
    count = 0
    with storage_faults():
        for row in list(models.DoomedFile.objects.order_by("stored")):
            if not models.SourceFile.objects.filter(stored=row.stored).exists():
                path = original_path(folder, row.stored)
                path.unlink(missing_ok=True)
                if path.parent.is_dir():
                    sync(path.parent)
                count += 1
            row.delete()
    return count


def delete_copies(run: Run, folder: Path) -> int:
    """Delete the copies of the database made before upgrades, which hold what is erased."""
    with storage_faults():
        copies = sorted(folder.glob(_COPIES))
        if copies:
            _note(run, "copies", [path.name for path in copies])
        for path in copies:
            path.unlink(missing_ok=True)
        return len(copies)


def destructions(name: str) -> list[models.AuditEvent]:
    """Return the records of one run, in the order they were written."""
    with storage_faults():
        rows = models.AuditEvent.objects.filter(action="data.destroyed").order_by("at", "seq")
        return [row for row in rows if row.detail.get("run") == name]


def _note(run: Run, what: str, digests: Iterable[str], **more: int) -> None:
    names = sorted(digests)
    detail = {
        "run": run.name,
        "what": what,
        "before": run.before.isoformat(),
        "count": len(names),
        "digest": hashlib.sha256("\n".join(names).encode()).hexdigest(),
        **more,
    }
    audit.record(run.actor, [audit.Event("data.destroyed", detail=detail)])


def _old_batches(before: dt.datetime) -> QuerySet[models.Batch]:
    ended = models.Batch.objects.filter(withdrawn_at=None, finished_at__lt=before)
    return ended.order_by("pk")


def _withdrawn_batches(before: dt.datetime) -> Iterator[models.Batch]:
    rows = models.Batch.objects.filter(withdrawn_at__lt=before, destroyed_at=None)
    yield from rows.order_by("pk")


def _kept(folder: Path, sha256s: Iterable[str]) -> Iterator[str]:
    """Yield kept originals of these contents that no file row names any more."""
    for sha256 in sha256s:
        if models.SourceFile.objects.filter(sha256=sha256).exists():
            continue  # taken in again since
        home = folder / IMAGES_FOLDER / sha256[:2]
        yield from (f"{home.name}/{path.name}" for path in sorted(home.glob(f"{sha256}*")))


def _contents(batch: int) -> set[str]:
    pages = models.ScanPage.objects.filter(source__batch=batch).exclude(content="")
    return set(pages.values_list("content", flat=True))


def _forms(batch: int) -> set[str]:
    pages = models.ScanPage.objects.filter(source__batch=batch).exclude(form_id="")
    return set(pages.values_list("form_id", flat=True))


def _erase_keyed(contents: set[str], forms: set[str]) -> None:
    """Erase what people keyed from scans that are gone, and their notes on forms that are gone."""
    ids = sorted(forms)
    for start in range(0, len(ids), _FORMS):
        some = ids[start : start + _FORMS]
        left = models.ScanPage.objects.filter(form_id__in=some, active=True)
        here = set(left.values_list("form_id", flat=True))
        gone = [form_id for form_id in some if form_id not in here]
        models.Resolution.objects.filter(form_id__in=gone).delete()
        models.Item.objects.filter(form_id__in=gone).delete()  # entries go with them
        models.Approval.objects.filter(form_id__in=gone).update(note="")
        for kind, column in ((models.Resolution, "only_content"), (models.Item, "content")):
            rows = kind.objects.filter(form_id__in=sorted(here)).values_list("pk", column)
            keys = [key for key, content in rows if content in contents]
            kind.objects.filter(pk__in=keys).delete()

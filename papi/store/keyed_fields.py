"""Fields that people keyed, page by page, with the scan they were keyed from.

Knows rows of resolutions, items, entries and scans. Must not know boxes, networks or files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from papi.model.evidence import PageEvidence
from papi.model.page import PageSource
from papi.store import models
from papi.store.faults import storage_faults
from papi.store.pages import unpack_evidence

_SPOKEN = ("keyed", "confirmed", "double", "grid", "arbitrated", "settled")
"""Kinds of a value that somebody read from the paper."""
_READ = ("keyed", "confirmed", "arbitrated", "settled")
"""Kinds of entries that say what stands there."""
_OFFICER = "kode_petugas"
_PLACE = tuple[int, str]


@dataclass(frozen=True, slots=True)
class KeyedField:
    """A field of a page: what people say it holds, how many of them, and why they were asked."""

    name: str
    value: str
    agreed: int
    chosen: str


@dataclass(frozen=True, slots=True)
class KeyedPage:
    """The scan that counts for a page, and what was keyed from it.

    Attributes:
        form, version: of the layout it was printed with.
        writer: the officer's code, the form id where that is unknown.
        source, stored, hint, evidence: the scan.
        fields: what was keyed.
    """

    form: str
    version: str
    page: int
    writer: str
    source: PageSource
    stored: str
    hint: Mapping[str, object]
    evidence: PageEvidence
    fields: tuple[KeyedField, ...]


def keyed_pages() -> Iterator[KeyedPage]:
    """Yield every page that is here and of which a field was keyed, form by form."""
    with storage_faults():
        resolved = models.Resolution.objects.filter(active=True, kind__in=_SPOKEN)
        sampled = models.Item.objects.filter(purpose="sample", state="done")
        forms = {*resolved.values_list("form_id", flat=True)}
        forms |= {*sampled.values_list("form_id", flat=True)}
        for form_id in sorted(forms):
            yield from _pages_of(form_id)


def _pages_of(form_id: str) -> Iterator[KeyedPage]:
    form = models.IssuedForm.objects.select_related("layout", "record").get(pk=form_id)
    scans = models.ScanPage.objects.filter(form_id=form_id, active=True).select_related("source")
    for scan in scans.order_by("page"):
        fields = _fields(form_id, int(scan.page or 0), scan.content)
        if fields and scan.source.stored:
            yield KeyedPage(
                form.form,
                form.layout.version,
                int(scan.page or 0),
                _writer(form),
                PageSource(scan.source.name, scan.source.sha256, int(scan.index)),
                scan.source.stored,
                scan.hint,
                unpack_evidence(bytes(scan.evidence)),
                fields,
            )


def _writer(form: models.IssuedForm) -> str:
    record = getattr(form, "record", None)
    value, _, status = record.values.get(_OFFICER, ["", "", ""]) if record else ("", "", "")
    return str(value) if value and status != "pending" else str(form.form_id)


def _fields(form_id: str, page: int, content: str) -> tuple[KeyedField, ...]:
    """Return what stands for a page, from its scan alone; the latest word on a field counts."""
    said = _said(form_id, page, content)
    found: dict[str, KeyedField] = {}
    for (name, value), (people, purpose) in said.items():
        if purpose == "sample":
            found[name] = KeyedField(name, value, people, "sample")
    rows = models.Resolution.objects.filter(form_id=form_id, page=page, active=True)
    for row in rows.filter(only_content__in=["", content]).order_by("pk"):
        people, purpose = said.get((row.field, row.value), (0, "review"))
        least = 2 if row.kind == "double" else 1
        chosen = "sample" if purpose == "sample" else "review"
        found.pop(row.field, None)
        if row.kind in _SPOKEN:
            found[row.field] = KeyedField(row.field, row.value, max(people, least), chosen)
    return tuple(found[name] for name in sorted(found))


def _said(form_id: str, page: int, content: str) -> dict[tuple[str, str], tuple[int, str]]:
    """Return (field, value) -> how many people say so, and why they were asked."""
    items = models.Item.objects.filter(form_id=form_id, page=page, content=content, state="done")
    purposes = dict(items.values_list("pk", "purpose"))
    rounds = dict(items.values_list("pk", "round"))
    entries = models.Entry.objects.filter(item_id__in=purposes, undone_at=None, kind__in=_READ)
    people: dict[tuple[str, str], set[int]] = defaultdict(set)
    why: dict[tuple[str, str], str] = {}
    order = entries.order_by("pk").values_list("item_id", "item__field", "round", "value", "user")
    for item, name, round_, value, user in order:
        if round_ == rounds[item]:
            people[name, value].add(user)
            why[name, value] = purposes[item]
    return {key: (len(users), why[key]) for key, users in people.items()}

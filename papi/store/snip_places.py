"""Where the picture of a field lies: the scan that counts for its page, and the map onto it.

Knows the tables. Must not know pictures or people's rights.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from papi.geometry import Affine
from papi.model.layout import Layout
from papi.store import models
from papi.store.cases import layout_of
from papi.store.faults import storage_faults
from papi.store.pages import unpack_evidence


@dataclass(frozen=True, slots=True)
class PagePlace:
    """The scan that counts for a page of a form.

    Attributes:
        stored, index, sha256: file below the image store, page in it from 0, its hash.
        version: layout version.
        evidence: packed, as it lies in the store.
    """

    stored: str
    index: int
    sha256: str
    version: str
    evidence: bytes

    @property
    def key(self) -> tuple[str, int, int]:
        """What the picture depends on: another reading of the page has another key."""
        return self.stored, self.index, zlib.crc32(self.evidence)

    def frame_map(self) -> Affine | None:
        """Return the map page mm -> px of the stored image; costs 2 ms."""
        return unpack_evidence(self.evidence).frame_map

    def layout(self) -> Layout:
        """Return the frozen layout of its form."""
        with storage_faults():
            return layout_of(self.version)


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """Which field an item is about, and who has it on screen until when.

    Attributes:
        current: the scan it is keyed from still counts for its page.
    """

    form_id: str
    page: int
    field: str
    region: str
    state: str
    leased_to: int | None
    leased_until: Any
    current: bool = True


def page_place(form_id: str, page: int) -> PagePlace | None:
    """Return the scan that counts for a page, None if there is none."""
    with storage_faults():
        rows = models.ScanPage.objects.filter(form_id=form_id, page=page, active=True)
        row = rows.values_list(
            "source__stored", "index", "source__sha256", "version", "evidence"
        ).first()
    return PagePlace(row[0], int(row[1]), row[2], row[3], bytes(row[4])) if row else None


def form_layout(form_id: str) -> Layout:
    """Return the layout a form was printed with."""
    with storage_faults():
        rows = models.IssuedForm.objects.filter(form_id=form_id)
        return layout_of(rows.values_list("layout__version", flat=True).get())


def item_place(item: int) -> ItemPlace | None:
    """Return what an item is about, None if there is none."""
    with storage_faults():
        scan = models.ScanPage.objects.filter(
            form_id=OuterRef("form_id"), page=OuterRef("page"), active=True
        )
        rows = models.Item.objects.filter(pk=item).annotate(
            current=Exists(scan.filter(content=OuterRef("content")))
        )
        row = rows.values_list(
            "form_id", "page", "field", "region", "state", "leased_to", "leased_until",
            "current",
        ).first()  # fmt: skip
    return ItemPlace(*row) if row else None

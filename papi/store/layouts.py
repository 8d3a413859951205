"""Frozen layouts: kept at first printing, read back for every later print and scan.

Knows the table; gives and takes `Layout` and `Drawing`. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from papi.model.drawing import Drawing
from papi.model.layout import Layout
from papi.store.faults import storage_faults
from papi.store.models import LayoutContent, LayoutVersion


def keep_layout(layout: Layout, drawing: Drawing, fonts: Sequence[str]) -> None:
    """Keep a layout version; one that is there already is left as it is."""
    with storage_faults(), transaction.atomic():
        row, new = LayoutVersion.objects.get_or_create(
            form=layout.form, version=layout.version, defaults={"codebook": layout.codebook}
        )
        if new:
            LayoutContent.objects.create(
                version=row,
                layout=layout.to_json(),
                drawing=drawing.model_dump(mode="json"),
                fonts=list(fonts),
            )


def kept_layout(form: str, version: str) -> tuple[Layout, Drawing] | None:
    """Return a version with its drawing, None if this workspace never printed it."""
    with storage_faults():
        row = LayoutContent.objects.filter(version__form=form, version__version=version).first()
    if row is None:
        return None
    return Layout.model_validate(row.layout), Drawing.model_validate(row.drawing)


def kept_versions(form: str) -> list[str]:
    """Return the versions of a form that were printed here, oldest first."""
    with storage_faults():
        rows = LayoutVersion.objects.filter(form=form).order_by("pk")
        return list(rows.values_list("version", flat=True))

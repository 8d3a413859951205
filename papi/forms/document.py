"""One PDF per village: cover, ruler, then the forms in walking order, ready for duplex printing.

Knows the order of a print run and its manifest. Must not know the store or where files go.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from papi.forms.cover import CoverSheet, add_cover
from papi.forms.files import replaced_file
from papi.forms.page import draw_form_side, draw_static, page_drawing
from papi.forms.ruler import add_ruler
from papi.forms.sheets import SheetPdf
from papi.forms.values import own_values
from papi.model.drawing import Drawing
from papi.model.issue import MANIFEST_COLUMNS, LabelOf, ManifestRow, PrintJob, Village
from papi.model.layout import Layout
from papi.model.sheet import A4, SheetId

EMPTY_STRIPS: Final = 2
"""Member strips left for people the pre-list does not know (domain rules: at least two)."""
_LAST: Final = 10**9
_WALK: Final = ("rw", "rt", "nourut_rt")


def pages_for(layout: Layout, member_count: int) -> tuple[int, ...]:
    """Return the pages a form gets: base pages, and continuation pages as long as needed.

    Continuation pages follow until two member strips remain empty or the layout has no more.
    """
    strips: dict[int, set[str]] = {}
    for field in layout.fields:
        if field.name.startswith("art."):
            strips.setdefault(field.page, set()).add(field.name.split(".")[1])
    pages = list(layout.base_pages)
    seen = set().union(*(strips.get(page, set()) for page in pages))
    for page in sorted(p.page for p in layout.pages if p.role == "continuation"):
        if len(seen) >= member_count + EMPTY_STRIPS:
            break
        pages.append(page)
        seen |= strips.get(page, set())
    return tuple(pages)


def walking_order(jobs: Iterable[PrintJob]) -> list[PrintJob]:
    """Sort forms by RW, RT and number in the list; blank forms come last."""
    return sorted(jobs, key=_walk_key)


def _walk_key(job: PrintJob) -> tuple[tuple[int, str], ...]:
    values = [job.row.value(name) if job.row else "" for name in _WALK]
    identity = (0 if job.row else 1, job.issued.prelist_id or job.issued.form_id)
    numbers = [(int(v) if v.isdecimal() else _LAST, v) for v in (value.strip() for value in values)]
    return (*numbers, identity, (job.issued.copy, ""))


def print_village(
    path: Path,
    jobs: Sequence[PrintJob],
    layout: Layout,
    drawing: Drawing,
    village: Village,
    *,
    label_of: LabelOf | None = None,
) -> list[ManifestRow]:
    """Write the PDF of one village (about 3 ms a side) and return its manifest.

    Args:
        path: the PDF; appears only when complete.
        jobs: forms to print, in any order.
        layout: the layout version they are printed with.
        drawing: its drawing.
        village: for the cover sheet.
        label_of: label of a code; None prints bare codes.

    Raises:
        ValueError: a job is of another form or layout version.
        StorageFull: no room on the disk.
    """
    for job in jobs:
        if (job.issued.form, job.issued.version) != (layout.form, layout.version):
            raise ValueError(f"form {job.issued.form_id} is not of version {layout.version}")
    ordered = walking_order(jobs)
    manifest: list[ManifestRow] = []
    with replaced_file(path) as stream:
        pdf = SheetPdf(stream, A4, f"{layout.form} {village.region} {village.name}")
        cover = CoverSheet(village, layout, tuple(ordered))
        add_cover(pdf, cover)
        add_ruler(pdf, cover)
        printer = _FormPrinter(pdf, path.name, drawing, village, label_of)
        for job in ordered:
            manifest += printer.add(job)
        pdf.start_sheet()
        pdf.close()
    return manifest


@dataclass(frozen=True, slots=True)
class _FormPrinter:
    """Adds forms to one village's PDF."""

    pdf: SheetPdf
    pdf_file: str
    drawing: Drawing
    village: Village
    label_of: LabelOf | None

    def add(self, job: PrintJob) -> list[ManifestRow]:
        """Add all sides of a form, beginning on a front; return their manifest rows."""
        self.pdf.start_sheet()
        return [self._add_side(job, page) for page in job.issued.pages]

    def _add_side(self, job: PrintJob, page: int) -> ManifestRow:
        issued, content = job.issued, page_drawing(self.drawing, page)
        draw = partial(
            draw_form_side,
            page=content,
            frame=A4,
            sheet=SheetId(issued.form_id, page, issued.version),
            row=job.row,
            own=own_values(job, page, self.village),
            label_of=self.label_of,
        )
        static = partial(draw_static, page=content, frame=A4)
        return ManifestRow(
            pdf_file=self.pdf_file,
            pdf_page=self.pdf.add_side(draw, shared=f"p{page}", draw_shared=static),
            form_id=issued.form_id,
            form=issued.form,
            page=page,
            prelist_id=issued.prelist_id or "",
            version=issued.version,
            copy=issued.copy,
            region=issued.region,
        )


def write_manifest(path: Path, rows: Iterable[ManifestRow]) -> None:
    """Write manifest.csv (UTF-8, columns MANIFEST_COLUMNS), whole or not at all."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(MANIFEST_COLUMNS)
    writer.writerows(row.cells() for row in rows)
    with replaced_file(path) as stream:
        stream.write(text.getvalue().encode())

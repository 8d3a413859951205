"""Use case: hand on what people keyed as training data that names nobody.

Knows which pages were keyed, how their boxes are cut again, and how a value lies in its boxes. Must
not know how the file is laid out (`training.resolved`) or what a network makes of it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from papi.checking.boxes_of_value import label_boxes
from papi.errors import UsageError
from papi.model.evidence import BLANK
from papi.model.layout import CELL_KINDS, FieldKind, Layout
from papi.model.page import Gray, PageFailure, PageHint
from papi.model.recipe import load_recipe
from papi.office.books import frozen_landmarks
from papi.office.pictures import check_name
from papi.office.workspace import Workspace
from papi.pipeline.cut_page import CutCells, cut_cells
from papi.pipeline.opening import load_page
from papi.pipeline.tasks import limits_of
from papi.reading.fields import Reader
from papi.store.cases import frozen_layout
from papi.store.keyed_fields import KeyedField, KeyedPage, keyed_pages
from papi.store.originals import original_path
from papi.store.settings import read_secret
from papi.training.resolved import DPI, ResolvedSnips, pseudonym, write_resolved

UNTOUCHED = 40
"""Blank boxes of a page handed on beside those that were keyed, to show how its rules look: as many
as the cutter looks at."""
_UNTOUCHED_TRACE = 0.3
"""A box counts as untouched when it came less near than this to holding ink."""


@dataclass(frozen=True, slots=True)
class KeyedBox:
    """One box with what it holds: its field and number never leave the workspace."""

    field: str
    number: int
    kind: FieldKind
    snip: Gray
    label: str
    agreed: int
    chosen: str


@dataclass(slots=True)
class SnipReport:
    """What was handed on.

    Attributes:
        pages, fields, boxes: how much was written; untouched boxes count as boxes.
        left_out: why fields were left out: other_kind (ticks, text), unsure (which character stands
            in which box); and page_gone: pages whose original is gone or reads no more.
    """

    pages: int = 0
    fields: int = 0
    boxes: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def export_snips(
    workspace: Workspace, path: Path, progress: Callable[[int], None] = lambda _: None
) -> SnipReport:
    """Write all boxes that people keyed, with what they hold, to a file only its owner may read.

    Args:
        workspace: open workspace.
        path: ends in .npz.
        progress: called with the number of pages done. Costs as much as reading the pages again.

    Raises:
        UsageError: the name ends otherwise or holds a number like a NIK, the file cannot be
            written, or nothing was keyed that could be handed on.
    """
    check_name(path)
    if path.suffix.lower() != ".npz":
        raise UsageError(f"Cannot write {path.name}: the name must end in .npz.")
    report, salt = SnipReport(), _salt(workspace)
    rows: list[tuple[KeyedBox, int, KeyedPage]] = []
    reader = Reader.load()
    for number, page in enumerate(keyed_pages()):
        boxes = list(label_page(workspace, page, reader, report))
        rows += [(box, number, page) for box in boxes]
        report.pages += bool(boxes)
        progress(number + 1)
    report.boxes = len(rows)
    if not rows:
        raise UsageError("Nothing was keyed that could be handed on.", "Key some fields first.")
    _write(path, _as_snips(rows, salt))
    return report


def label_page(
    workspace: Workspace, page: KeyedPage, reader: Reader, report: SnipReport
) -> Iterator[KeyedBox]:
    """Cut a page anew and yield its keyed boxes, then some untouched ones; count what is left out.

    Args:
        workspace: open workspace.
        page: what was keyed.
        reader: the networks.
        report: counted in.
    """
    layout = frozen_layout(page.form, page.version)
    cut = _cut(workspace, page, layout, reader)
    if cut is None:
        report.left_out["page_gone"] += 1
        return
    places: dict[str, list[int]] = {}
    for row, (name, _) in enumerate(cut.keys):
        places.setdefault(name, []).append(row)
    found = False
    for keyed in page.fields:
        boxes = _label_field(keyed, layout, cut, places.get(keyed.name, []), report)
        found = found or bool(boxes)
        yield from boxes
    if found:
        yield from _untouched(page, layout, cut)


def _label_field(
    keyed: KeyedField, layout: Layout, cut: CutCells, rows: list[int], report: SnipReport
) -> list[KeyedBox]:
    kind = layout.by_name[keyed.name].kind
    if kind not in CELL_KINDS or not rows:
        report.left_out["other_kind"] += 1
        return []
    inked = [bool(cut.ink.level[row] > 0) for row in rows]
    labels = label_boxes(kind, keyed.value, inked, [cut.reading.posteriors[row] for row in rows])
    if labels is None:
        report.left_out["unsure"] += 1
        return []
    report.fields += 1
    return [
        KeyedBox(keyed.name, n, kind, cut.snips[row], label, keyed.agreed, keyed.chosen)
        for n, (row, label) in enumerate(zip(rows, labels, strict=True))
    ]


def _untouched(page: KeyedPage, layout: Layout, cut: CutCells) -> Iterator[KeyedBox]:
    """Yield boxes of other fields in which nobody wrote, evenly over the page."""
    keyed = {item.name for item in page.fields}
    blank = [
        row
        for row, (name, _) in enumerate(cut.keys)
        if name not in keyed and cut.ink.trace[row] < _UNTOUCHED_TRACE and not cut.ink.flags[row]
    ]
    for row in blank[:: max(1, len(blank) // UNTOUCHED)][:UNTOUCHED]:
        name, number = cut.keys[row]
        kind = layout.by_name[name].kind
        yield KeyedBox(name, number, kind, cut.snips[row], BLANK, 1, "review")


def _cut(workspace: Workspace, page: KeyedPage, layout: Layout, reader: Reader) -> CutCells | None:
    """Cut a page as it was read; None if its original is gone or reads no more."""
    path = original_path(workspace.folder, page.stored)
    limits = limits_of(load_recipe(workspace.recipe).limits)
    image = load_page(path, page.source.index, limits, page.source.sha256)
    if isinstance(image, PageFailure):
        return None
    hint = PageHint.from_json(page.hint) if page.hint else None
    landmarks = frozen_landmarks(page.form, page.version)
    cut = cut_cells(image, layout, reader, hint, landmarks)
    return None if isinstance(cut, PageFailure) else cut


def _as_snips(rows: list[tuple[KeyedBox, int, KeyedPage]], salt: bytes) -> ResolvedSnips:
    boxes, pages = [box for box, _, _ in rows], [page for _, _, page in rows]
    return ResolvedSnips(
        snip=np.stack([box.snip for box in boxes]),
        label=np.array([box.label for box in boxes]),
        kind=np.array([box.kind.value for box in boxes]),
        agreed=np.array([min(box.agreed, 255) for box in boxes], np.uint8),
        chosen=np.array([box.chosen for box in boxes]),
        page=np.array([number for _, number, _ in rows], np.uint32),
        layout=np.array([page.version for page in pages]),
        dpi=np.array([_dpi(page) for page in pages], np.uint16),
        model=np.array([page.evidence.provenance["characters"] for page in pages]),
        writer=np.array([pseudonym(page.writer, salt) for page in pages]),
    )


def _dpi(page: KeyedPage) -> int:
    return int(np.clip(round(page.evidence.quality.get("dpi", DPI[0])), *DPI))


def _salt(workspace: Workspace) -> bytes:
    """Return the salt of pseudonyms: derived from the workspace's secret, which never leaves it."""
    secret = read_secret(str(workspace.folder)).encode()
    return hmac.new(secret, b"papi resolved snips 1", hashlib.sha256).digest()


def _write(path: Path, snips: ResolvedSnips) -> None:
    """Write the file whole or not at all, for its owner alone."""
    beside = path.with_name(f".{path.name}.partial")
    try:
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        write_resolved(beside, snips)
        beside.replace(path)
    except OSError as error:
        raise UsageError(f"Cannot write {path.name}: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)

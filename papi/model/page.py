"""A page on its way through PLACE: one type per stage, so a half-done page cannot exist.

Knows images as arrays, page status and the named reasons for refusing a page.
Must not know how any of it is computed, nor any database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine
from papi.model.layout import Layout
from papi.model.sheet import SheetId

Gray = NDArray[np.uint8]
REPLACED = "\N{REPLACEMENT CHARACTER}"
"""What stands in a name for what is no text."""


class PageStatus(StrEnum):
    """The one state a page ends in (contract)."""

    READ = "read"
    BLANK = "blank"
    HEADER = "header"
    FOREIGN = "foreign"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    SUPERSEDED = "superseded"
    UNIDENTIFIED = "unidentified"
    UNREADABLE = "unreadable"
    QUARANTINED = "quarantined"


class Reason(StrEnum):
    """Why a page or file is not simply `read`. Messages for people: papi.office.messages."""

    NOT_AN_IMAGE = "not_an_image"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    NO_PAGES = "no_pages"
    TOO_LARGE = "too_large"
    UNREADABLE_PATH = "unreadable_path"
    DECODE_FAILED = "decode_failed"
    BLANK_PAGE = "blank_page"
    BATCH_HEADER = "batch_header"
    NO_FORM = "no_form"
    NO_FIDUCIALS = "no_fiducials"
    NO_BARCODE = "no_barcode"
    BARCODES_DISAGREE = "barcodes_disagree"
    UNKNOWN_LAYOUT = "unknown_layout"
    UNKNOWN_PAGE = "unknown_page"
    NEVER_PRINTED = "never_printed"
    POOR_FIT = "poor_fit"
    TOO_PALE = "too_pale"
    SAME_CONTENT = "same_content"
    SAME_PAGE = "same_page"
    RESCANNED = "rescanned"
    WORKER_DIED = "worker_died"
    TOO_SLOW = "too_slow"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class PageSource:
    """Where a page came from: file name for people, sha256 of the file, index in it (from 0)."""

    name: str
    sha256: str
    index: int

    def __post_init__(self) -> None:
        """Keep of the name what can be stored and shown."""
        object.__setattr__(self, "name", plain_name(self.name))


def plain_name(name: str) -> str:
    """Return a file name as text: bytes that are no UTF-8 and control characters become marks.

    Scanners and old servers write names in other encodings; neither a database nor a terminal
    takes them.
    """
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c == REPLACED else REPLACED for c in text)


@dataclass(frozen=True, slots=True)
class PageHint:
    """What a person said of a page that could not be placed or identified alone.

    Attributes:
        sheet: its identity, keyed from the line for human eyes; None to read the barcodes.
        corners: (x, y) px of four points in the stored image, clockwise from the top left of the
            form as one reads it: the outer corners of the four corner tags or, where those are cut
            off, the corners of the paper. The boxes' rules tell which; empty to search for tags.
        quarter_turns: clockwise turns that put the stored image upright, 0-3.
        forced: `sheet` counts even where a barcode says otherwise.
    """

    sheet: SheetId | None = None
    corners: tuple[tuple[float, float], ...] = ()
    quarter_turns: int = 0
    forced: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; {} if nothing was said."""
        document: dict[str, Any] = {}
        if self.sheet is not None:
            sheet = self.sheet
            document["sheet"] = [sheet.form_id, sheet.page, sheet.version]
        if self.corners:
            document["corners"] = [list(corner) for corner in self.corners]
        if self.quarter_turns:
            document["quarter_turns"] = self.quarter_turns
        if self.forced:
            document["forced"] = True
        return document

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> PageHint:
        """Read back what `to_json` gave; what it did not write is left alone."""
        sheet = document.get("sheet")
        return PageHint(
            sheet=SheetId(*sheet) if sheet else None,
            corners=tuple((float(x), float(y)) for x, y in document.get("corners", ())),
            quarter_turns=int(document.get("quarter_turns", 0)),
            forced=bool(document.get("forced", False)),
        )


@dataclass(frozen=True, slots=True)
class PageImage:
    """A decoded page. `gray`: uint8 (H, W), 255 = paper. `dpi`: as tagged, None if unknown.

    `jpeg_quality`: 1-100 on libjpeg's scale, None if it is no JPEG or its tables do not tell.
    """

    gray: Gray
    dpi: float | None
    source: PageSource
    jpeg_quality: int | None = None


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A page or file that goes no further, with its reason (a value, not an exception)."""

    source: PageSource
    status: PageStatus
    reason: Reason
    detail: str = ""
    sheet: SheetId | None = None


@dataclass(frozen=True, slots=True)
class LocatedPage:
    """A page whose frame and identity are known.

    Attributes:
        image: the page.
        sheet: what its barcodes say.
        frame_map: first map, page mm -> image px, from the fiducials.
        fiducials: ids of the tags found.
        residual_mm: worst distance of a tag corner from the fit, mm.
        perspective: (3, 3) page mm -> page mm, before `frame_map`; identity unless photographed.
        marks_mm, marks_px, marks_sd: corners of all marks seen: (N, 2) on paper, (N, 2) in the
            image, (N,) mm how far to trust each.
        loose: the marks fix the page to millimetres only; the printed rules must confirm it.
    """

    image: PageImage
    sheet: SheetId
    frame_map: Affine
    fiducials: tuple[int, ...]
    residual_mm: float
    perspective: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))
    marks_mm: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    marks_px: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    marks_sd: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    loose: bool = False


@dataclass(frozen=True, slots=True)
class RegisteredPage:
    """A located page with its layout, and every box placed.

    Attributes:
        located: the page before.
        layout: frozen layout of its version.
        offsets_mm: (N, 2) float32 local correction of each box of the page, in the order of
            `imaging.snips.page_boxes`; added to the box's mm position before `frame_map`.
        residual_mm: worst local disagreement after correction, mm.
    """

    located: LocatedPage
    layout: Layout
    offsets_mm: NDArray[np.float32]
    residual_mm: float


@dataclass(frozen=True, slots=True)
class Snips:
    """All boxes of a page cut to one raster, upright.

    Attributes:
        page: the registered page.
        tick: uint8 (T, S, S) tick snips, 255 = paper, rule still visible.
        cell: uint8 (C, H, W) character snips likewise.
        tick_keys: (field name, code) of each tick.
        cell_keys: (field name, cell number from 0) of each character box.
        px_per_mm: raster of the snips.
        margin_mm: paper shown around the box's outer edge, mm.
        ink: ink area in mm2 of each text or signature field.
    """

    page: RegisteredPage
    tick: Gray
    cell: Gray
    tick_keys: tuple[tuple[str, str], ...]
    cell_keys: tuple[tuple[str, int], ...]
    px_per_mm: float
    margin_mm: float
    ink: dict[str, float]


SNIP_PX_PER_MM = 10.0
"""Raster of every snip. 300 dpi is 11.8 px/mm; 10 keeps a 0.3 mm stroke three pixels wide."""
CELL_W_MM, CELL_H_MM, CELL_MARGIN_MM = 4.6, 6.0, 1.2
"""A character box is mapped to this canonical size, whatever its own, with this margin around it:
neighbours stand 0.8 mm away, so the margin shows their rule and overhanging strokes."""
TICK_MM, TICK_MARGIN_MM = 4.0, 2.0
"""A tick box likewise; marks of hurried writers reach 2 mm out of it."""
CELL_SHAPE = (84, 70)
TICK_SHAPE = (80, 80)

"""The picture of one field, cut from the scanned original; and its whole page.

Knows what around a field helps to read it, and how large a picture a screen takes. Must not know
who may see it: the caller asks `papi.office.snip_rights` first. Always upright and level, however
the sheet lay on the scanner. Cost: 30 ms for the first field of a page, 8 ms for the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.errors import UsageError
from papi.geometry import Affine, Box
from papi.model.layout import FieldKind, Layout, LayoutField
from papi.model.page import Gray, PageFailure
from papi.office.keying_tasks import height_of
from papi.office.messages import explain
from papi.office.recipe_files import recipe_in_force
from papi.office.snip_cache import PageCache
from papi.office.workspace import Workspace
from papi.pipeline.opening import load_page
from papi.pipeline.tasks import limits_of
from papi.store.originals import original_path
from papi.store.snip_places import PagePlace, form_layout, page_place

PAPER = 255
OVERHANG_MM = 2.2
"""Ink leaves a box by this much; so far around it the picture stays clear."""
LABEL_MM = 52.0
"""The words of the last tick box of a row reach this far to its right."""
QUALITY = 78
"""JPEG quality: 20-50 KB a field, no visible ringing around ballpoint strokes."""
NOISE = 5.0
"""Grey levels under the paper's that are noise of the scanner; a pencil is 40 and more."""
DARKEST = 100.0
"""The darkest ink becomes black, but a blank field's noise does not: grey level up to which."""
FEATHER_MM = 0.8
LINE = 150
"""Grey of the line around the field: seen, and never taken for ink."""
_PAGES = PageCache()


@dataclass(frozen=True, slots=True)
class SnipStyle:
    """How a field is shown.

    Attributes:
        width, height: most px.
        least_mm: least width of what is shown.
        around_mm: what is shown around the field, above and below.
        px_per_mm: never larger than this.
        faint: how much of their darkness neighbours keep.
    """

    width: int
    height: int
    least_mm: float
    around_mm: float
    px_per_mm: float
    faint: float


SCREEN = SnipStyle(1260, 264, 96.0, 5.0, 14.0, 0.38)
"""One field on a screen of 1366x768 that holds an input and its codes beneath."""
CARD = SnipStyle(220, 120, 9.0, 1.5, 14.0, 0.2)
"""One of many in a grid."""


def field_snip(
    workspace: Workspace, form_id: str, page: int, field: str, style: SnipStyle = SCREEN
) -> bytes:
    """Return a JPEG of one field: itself clear, its neighbours faint.

    Raises:
        UsageError: no such page was read, no such field is on it, or it cannot be opened.
    """
    place, frame = _placed(form_id, page)
    layout = place.layout()
    wanted = _field(layout, field, page)
    clear = _clear_box(layout, wanted)
    window = _window(layout, clear, page, style)
    scale = min(style.width / window.w, style.height / window.h, style.px_per_mm)
    picture = cut_paper(_page(workspace, place), frame, window, scale)
    return _jpeg(_fade(picture, clear, window, scale, style.faint), QUALITY)


def whole_page(
    workspace: Workspace, form_id: str, page: int, field: str = "", width: int = 1240
) -> bytes:
    """Return a JPEG of a page, upright, with one field outlined.

    Raises:
        UsageError: as `field_snip`.
    """
    place, frame = _placed(form_id, page)
    layout = place.layout()
    side = next(side for side in layout.pages if side.page == page)
    scale = width / side.width_mm
    sheet = Box(0.0, 0.0, side.width_mm, side.height_mm)
    picture = cut_paper(_page(workspace, place), frame, sheet, scale)
    if field:
        box = _clear_box(layout, _field(layout, field, page))
        corners = [round(v * scale) for v in (box.x, box.y, box.right, box.bottom)]
        cv2.rectangle(picture, corners[:2], corners[2:], 0, 3, cv2.LINE_AA)
    return _jpeg(picture, 60)


def field_height(form_id: str, page: int, field: str) -> float:
    """Return how far down its page a field stands, 0-1, so that a screen can scroll to it."""
    layout = form_layout(form_id)
    return height_of(_field(layout, field, page), layout)


def stands_on(form_id: str, page: int, field: str) -> bool:
    """Tell whether a form has such a page and, unless it is "", such a field on it."""
    layout = form_layout(form_id)
    found = layout.by_name.get(field)
    there = any(side.page == page for side in layout.pages)
    return there and (not field or (found is not None and found.page == page))


def _placed(form_id: str, page: int) -> tuple[PagePlace, Affine]:
    place = page_place(form_id, page)
    frame = place.frame_map() if place is not None and place.evidence else None
    if place is None or frame is None:
        raise UsageError("That page was not read.", "`papi status` lists what came back.")
    return place, frame


def _field(layout: Layout, name: str, page: int) -> LayoutField:
    field = layout.by_name.get(name)
    if field is None or field.page != page:
        raise UsageError("That page has no such field.", "`papi layout FORM` lists them.")
    return field


def _page(workspace: Workspace, place: PagePlace) -> Gray:
    return _PAGES.get((str(workspace.folder), *place.key), lambda: _open(workspace, place))


def _open(workspace: Workspace, place: PagePlace) -> Gray:
    path = original_path(workspace.folder, place.stored)
    limits = limits_of(recipe_in_force(workspace.folder).limits)
    opened = load_page(path, place.index, limits, place.sha256)
    if isinstance(opened, PageFailure):
        raise UsageError(f"That page cannot be shown: {explain(opened.reason, 'en')}")
    return opened.gray


def _clear_box(layout: Layout, field: LayoutField) -> Box:
    """Return what belongs to a field on paper: its boxes, what leaves them, words of its ticks."""
    box = field.zone.grown(OVERHANG_MM)
    if field.kind is not FieldKind.CHOICE:
        return box
    right = field.zone.right + LABEL_MM
    for other in layout.by_page[field.page]:
        zone = other.zone
        if zone.x > field.zone.right and zone.y < box.bottom and zone.bottom > box.y:
            right = min(right, zone.x - 0.8)
    return Box(box.x, box.y, max(right - box.x, box.w), box.h)


def _window(layout: Layout, clear: Box, page: int, style: SnipStyle) -> Box:
    """Return the part of the page that is shown: the field in the middle, never off the paper."""
    side = next(side for side in layout.pages if side.page == page)
    width = min(max(clear.w + 2 * style.around_mm, style.least_mm), side.width_mm)
    height = clear.h + 2 * style.around_mm
    x = min(max(clear.center[0] - width / 2, 0.0), side.width_mm - width)
    y = min(max(clear.center[1] - height / 2, 0.0), side.height_mm - height)
    return Box(x, y, width, height)


def cut_paper(gray: Gray, frame: Affine, window: Box, scale: float) -> Gray:
    """Cut a part of the paper, mm, out of a scan: `scale` px per mm, upright and level.

    Args:
        gray: the scan, uint8 (H, W).
        frame: page mm -> px of the scan.
        window: what is cut; where the scan ends, paper.
        scale: px per mm of the cut.
    """
    shape = round(window.w * scale), round(window.h * scale)
    left, top = 0.5 / scale + window.x, 0.5 / scale + window.y
    origin = frame.apply(np.array([left, top]))
    matrix = frame.matrix() / scale
    matrix[:, 2] = origin
    part, corner = _source_part(gray, matrix, shape)
    matrix[:, 2] -= corner
    shrink = scale / min(frame.px_per_mm)
    if shrink < 0.75:  # many scanned px a shown one: average them, or thin strokes break
        smaller = cv2.resize(part, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        part = np.asarray(smaller, np.uint8)
        matrix *= shrink
        matrix[:, 2] += 0.5 * shrink - 0.5  # middles of pixels, not their corners, are numbered
    flags = (cv2.INTER_CUBIC if shrink > 1.0 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(
        part, matrix, shape, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=PAPER
    )
    return np.asarray(warped, np.uint8)


def _source_part(
    gray: Gray, matrix: NDArray[np.float64], shape: tuple[int, int]
) -> tuple[Gray, NDArray[np.int64]]:
    """Return the pixels a cut needs and where they begin, so that nothing else is looked at."""
    corners = np.array([(0, 0, 1), (shape[0], 0, 1), (0, shape[1], 1), (*shape, 1)], np.float64)
    points = corners @ matrix.T
    low = np.maximum(np.floor(points.min(axis=0)) - 2, 0).astype(np.int64)
    high = np.ceil(points.max(axis=0)).astype(np.int64) + 3
    return gray[low[1] : max(high[1], low[1] + 1), low[0] : max(high[0], low[0] + 1)], low


def _fade(picture: Gray, clear: Box, window: Box, scale: float, faint: float) -> Gray:
    """Whiten the paper, lighten everything but the field, and draw a thin line around it."""
    even = cv2.LUT(picture, _stretched(picture))
    low = round((clear.x - window.x) * scale), round((clear.y - window.y) * scale)
    high = low[0] + round(clear.w * scale), low[1] + round(clear.h * scale)
    kept = np.full(picture.shape, round(faint * PAPER), np.uint8)
    cv2.rectangle(kept, low, high, PAPER, cv2.FILLED)
    blurred = cv2.blur(kept, (soft := round(FEATHER_MM * scale) | 1, soft))
    ink = cv2.multiply(cv2.bitwise_not(even), blurred, scale=1.0 / PAPER)
    shown = np.asarray(cv2.bitwise_not(ink), np.uint8)
    cv2.rectangle(shown, low, high, LINE, 2, cv2.LINE_AA)
    return shown


def _stretched(picture: Gray) -> Gray:
    """Return what each grey level becomes: the paper white, the darkest ink black.

    In whole levels, from the histogram: a tenth of what it costs in fractions.
    """
    seen = np.cumsum(cv2.calcHist([picture], [0], None, [PAPER + 1], [0, PAPER + 1]))
    median, dark = np.searchsorted(seen, (seen[-1] * 0.5, seen[-1] * 0.005))
    white = max(float(median) - NOISE, DARKEST + 1.0)
    black = min(float(dark), DARKEST)
    levels = (np.arange(PAPER + 1) - black) * (PAPER / (white - black))
    return np.asarray(np.clip(levels, 0, PAPER), np.uint8)


def _jpeg(picture: Gray, quality: int) -> bytes:
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes()

"""PageImage + PageHint -> places a page may have: what a person said stands in for lost marks.

Knows the frame's tags, the paper's corners and how exactly a person clicks. Must not know layouts
or who a form belongs to. Nothing a person says is believed unseen: a keyed identity yields to a
readable barcode unless it is forced, and clicked corners only say where to look (`by_rules`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine
from papi.imaging.barcodes import read_frame_codes, read_whole_page
from papi.imaging.fiducials import Tag, find_tags, find_tags_patiently, refine_corners
from papi.imaging.frame_fit import apply_perspective, fit_frame, tag_corners_mm
from papi.imaging.locate import locate
from papi.model.page import (
    Gray,
    LocatedPage,
    PageFailure,
    PageHint,
    PageImage,
    PageStatus,
    Reason,
)
from papi.model.sheet import A4, Frame, SheetId

Points = NDArray[np.float64]

_CLICK_SD_MM, _TAG_SD_MM = 1.2, 0.08
"""How far clicks (3 px of a picture 1,000 px high) and refined tags lie from where they should."""
_NEAR_CLICK_MM = 6.0
"""A tag found further than this from where the clicks put it is another print, or they are wrong;
then the clicks stand alone."""
_EVEN_MM = 1.5
"""Misfit of four clicks to a straight sheet above which a photograph is supposed."""
_LEAST_PX_PER_MM, _MOST_PX_PER_MM, _SQUARE, _SHEAR = 3.0, 51.0, 1.25, 0.9
"""Clicks outside these (75 to 1300 dpi, sides as on paper, right angles) are no sheet's corners."""
_UNKNOWN_MM = 99.0
"""Residual of a place that no mark confirms."""
_CORNERS = 4
_IDENTITY = np.eye(3)


@dataclass(frozen=True, slots=True)
class _ClickedMap:
    """A map page mm -> px through clicks, what they mean in mm, and the tags that agree."""

    affine: Affine
    perspective: Points
    places: Points
    clicks: Points
    tags: tuple[Tag, ...]

    def to_px(self, mm: Points) -> Points:
        """Map page points (N, 2) to px."""
        return self.affine.apply(apply_perspective(self.perspective, mm))


def locate_by_hand(image: PageImage, hint: PageHint) -> tuple[LocatedPage, ...] | PageFailure:
    """Place a page with the help of what a person said of it.

    Args:
        image: the page as stored.
        hint: what was said; the same failures as of `locate` remain possible.

    Returns:
        Places the page may have, likeliest first: one if its marks were found, more if only clicks
        say where it lies. A failure otherwise; BARCODES_DISAGREE if a barcode contradicts the keyed
        identity. Cost: 50-300 ms.
    """
    if hint.corners:
        return _by_corners(image, hint)
    upright = replace(image, gray=turn_upright(image.gray, hint.quarter_turns))
    located = locate(upright)
    if hint.sheet is not None:
        located = _identified(upright, located, hint)
    if isinstance(located, PageFailure):
        return located
    return (_turned_back(located, image, hint.quarter_turns),)


def rests_on_clicks(located: LocatedPage) -> bool:
    """Tell whether a place is no better than clicks: its rules must tell where it is."""
    return located.loose and bool((located.marks_sd >= _CLICK_SD_MM).any())


def turn_upright(gray: Gray, quarter_turns: int) -> Gray:
    """Return the image turned clockwise by quarter turns."""
    return np.ascontiguousarray(np.rot90(gray, -quarter_turns))


def _turned_back(located: LocatedPage, image: PageImage, quarter_turns: int) -> LocatedPage:
    """Return what was found in the turned image as a place in the stored one."""
    height, width = image.gray.shape
    back = (
        Affine(1, 0, 0, 0, 1, 0),
        Affine(0, 1, 0, -1, 0, height - 1),
        Affine(-1, 0, width - 1, 0, -1, height - 1),
        Affine(0, -1, width - 1, 1, 0, 0),
    )[quarter_turns % 4]
    m = located.frame_map
    (c, f) = back.apply(np.array([m.c, m.f]))
    turned = Affine(
        back.a * m.a + back.b * m.d,
        back.a * m.b + back.b * m.e,
        float(c),
        back.d * m.a + back.e * m.d,
        back.d * m.b + back.e * m.e,
        float(f),
    )
    marks = back.apply(located.marks_px)
    return replace(located, image=image, frame_map=turned, marks_px=marks)


def _identified(
    image: PageImage, located: LocatedPage | PageFailure, hint: PageHint
) -> LocatedPage | PageFailure:
    """Give a page the identity that was keyed, unless its barcodes say another one."""
    assert hint.sheet is not None  # noqa: S101  the caller looked
    if isinstance(located, LocatedPage):
        return _agreed(replace(located, sheet=hint.sheet), (located.sheet,), hint)
    if located.reason is Reason.BARCODES_DISAGREE and not hint.forced:
        return replace(located, sheet=hint.sheet)
    tags = refine_corners(image.gray, find_tags(image.gray))
    fit = fit_frame(tags)
    if fit is None:
        fit = fit_frame(refine_corners(image.gray, find_tags_patiently(image.gray)))
    if fit is None:
        return replace(located, status=PageStatus.UNREADABLE, sheet=hint.sheet)
    numbers = tuple(sorted(tag.number for tag in fit.tags))
    place = LocatedPage(image, hint.sheet, fit.affine, numbers, fit.residual_mm, fit.perspective)
    return _agreed(place, read_frame_codes(image.gray, fit.to_px).sheets, hint)


def _agreed(
    located: LocatedPage, sheets: Sequence[SheetId], hint: PageHint
) -> LocatedPage | PageFailure:
    """Refuse a keyed identity that a barcode contradicts, unless it is forced."""
    others = [sheet.payload() for sheet in sheets if sheet != hint.sheet]
    if others and not hint.forced:
        detail = f"keyed {located.sheet.payload()}, barcode {others[0]}"
        return _refuse(located.image, Reason.BARCODES_DISAGREE, detail, located.sheet)
    return located


def _by_corners(image: PageImage, hint: PageHint) -> tuple[LocatedPage, ...] | PageFailure:
    """Return every reading of the clicks that may be a sheet, with the page's identity."""
    tags = refine_corners(image.gray, find_tags_patiently(image.gray))
    clicks = np.array(hint.corners, dtype=np.float64).reshape(-1, 2)
    maps = [found for places in _meanings(A4) for found in _maps(places, clicks, tags)]
    if not maps:
        return _refuse(image, Reason.POOR_FIT, "no sheet has such corners", hint.sheet)
    read = [sheet for found in maps for sheet in read_frame_codes(image.gray, found.to_px).sheets]
    sheets = tuple(dict.fromkeys(read or read_whole_page(image.gray).sheets))
    sheet = hint.sheet or (sheets[0] if len(sheets) == 1 else None)
    if sheet is None:
        reason = Reason.BARCODES_DISAGREE if sheets else Reason.NO_BARCODE
        return _refuse(image, reason, f"{len(sheets)} barcodes")
    places = [_clicked(image, sheet, found) for found in maps]
    agreed = _agreed(places[0], sheets, hint) if hint.sheet else places[0]
    return agreed if isinstance(agreed, PageFailure) else tuple(places)


def _clicked(image: PageImage, sheet: SheetId, found: _ClickedMap) -> LocatedPage:
    tags = found.tags
    sd = [_CLICK_SD_MM] * _CORNERS + [_TAG_SD_MM] * 4 * len(tags)
    return LocatedPage(
        image,
        sheet,
        found.affine,
        tuple(sorted(tag.number for tag in tags)),
        _UNKNOWN_MM,
        found.perspective,
        np.concatenate([found.places, *(_on_paper(tag) for tag in tags)]),
        np.concatenate([found.clicks, *(tag.corners for tag in tags)]),
        np.array(sd),
        loose=True,
    )


def _meanings(frame: Frame) -> tuple[Points, Points]:
    """Return what four clicks may mean, mm: the corner tags' outer corners, the paper's corners."""
    corner_tags = [tag_corners_mm(frame.fiducials[number]) for number in (0, 2, 5, 3)]
    outer = np.array([tag[number] for number, tag in enumerate(corner_tags)])
    w, h = frame.width_mm, frame.height_mm
    return outer, np.array([[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]])


def _maps(places: Points, clicks: Points, tags: Sequence[Tag]) -> list[_ClickedMap]:
    """Return maps page mm -> px with their perspective: straight, then as a photograph sees it."""
    straight = Affine.fit(places, clicks)
    if not _may_be_sheet(straight):
        return []
    seen = straight.inverse().apply(clicks)
    near = [tag for tag in tags if _is_near(tag, straight)]
    found = [_ClickedMap(straight, _IDENTITY, places, clicks, tuple(near))]
    if np.linalg.norm(seen - places, axis=1).max() > _EVEN_MM:
        matrix = cv2.getPerspectiveTransform(places.astype(np.float32), seen.astype(np.float32))
        bent = np.asarray(matrix, dtype=np.float64)
        found.append(replace(found[0], perspective=bent))
    return found


def _on_paper(tag: Tag) -> Points:
    return tag_corners_mm(A4.fiducials[tag.number])


def _is_near(tag: Tag, straight: Affine) -> bool:
    """Tell whether a tag lies where the clicks put it; others are another sheet's."""
    misses = straight.inverse().apply(tag.corners) - _on_paper(tag)
    return float(np.linalg.norm(misses, axis=1).max()) <= _NEAR_CLICK_MM


def _may_be_sheet(affine: Affine) -> bool:
    along_x, along_y = affine.px_per_mm
    if not _LEAST_PX_PER_MM < along_x < _MOST_PX_PER_MM or along_y <= 0:
        return False
    upright = (affine.a * affine.e - affine.b * affine.d) / (along_x * along_y)
    return upright > _SHEAR and 1 / _SQUARE < along_x / along_y < _SQUARE


def _refuse(
    image: PageImage, reason: Reason, detail: str, sheet: SheetId | None = None
) -> PageFailure:
    status = PageStatus.UNREADABLE if reason is Reason.POOR_FIT else PageStatus.UNIDENTIFIED
    return PageFailure(image.source, status, reason, detail, sheet)

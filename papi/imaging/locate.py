"""PageImage -> LocatedPage: find the frame and the identity, or say why the page goes no further.

Knows tags, barcodes and blank sides. Must not know layouts, templates or who a form belongs to.
"""

from __future__ import annotations

import numpy as np

from papi.imaging.anchors import anchors_of, fit_loosely, keep_close, marks_of
from papi.imaging.barcodes import Codes, keep_near, read_frame_codes, read_whole_page
from papi.imaging.fiducials import (
    Tag,
    enough,
    find_pale_tags,
    find_tags,
    find_tags_patiently,
    refine_corners,
)
from papi.imaging.frame_fit import FrameFit, fit_frame
from papi.imaging.quality import is_blank
from papi.model.page import Gray, LocatedPage, PageFailure, PageImage, PageStatus, Reason
from papi.model.sheet import SheetId

_LEAST_SIDE = 300
"""Shorter side in px below which no form can be read: A4 at 36 dpi."""
_FRAME_TAGS = 3
"""Tags that fix a frame by themselves."""


def locate(image: PageImage) -> LocatedPage | PageFailure:
    """Find the six tags and read both barcodes of a page.

    Any of four rotations, +-10 degrees, 100-1200 dpi whatever the file says; two tags and one
    barcode may be lost. Cost: about 10 ms for a 300-dpi A4 page that is in order.

    Returns:
        The located page, or a failure: BLANK_PAGE, NO_FORM, BATCH_HEADER, NO_FIDUCIALS,
        NO_BARCODE, BARCODES_DISAGREE, POOR_FIT.
    """
    if min(image.gray.shape) < _LEAST_SIDE:
        return _refuse(image, PageStatus.FOREIGN, Reason.NO_FORM, "smaller than any form")
    tags = refine_corners(image.gray, find_tags(image.gray))
    if not tags and is_blank(image.gray):
        return _blank(image)
    fit, tags = _complete_frame(image.gray, tags)
    if fit is None:
        return _without_frame(image, tags)
    codes = read_frame_codes(image.gray, fit.to_px)
    if not codes.sheets and not codes.headers:
        codes = _read_elsewhere(image.gray, fit)
    if len(codes.sheets) > 1:
        return _refuse(image, PageStatus.UNIDENTIFIED, Reason.BARCODES_DISAGREE, _name(codes))
    if not codes.sheets:
        return _header(image, codes) or _refuse(
            image, PageStatus.UNIDENTIFIED, Reason.NO_BARCODE, f"{len(fit.tags)} tags found"
        )
    return _located(image, codes.sheets[0], fit, tags)


def _read_elsewhere(gray: Gray, fit: FrameFit) -> Codes:
    """Search the whole page; only a code in its place counts, be it a form's or a header's."""
    return keep_near(read_whole_page(gray), fit.to_px)


def _located(image: PageImage, sheet: SheetId, fit: FrameFit, tags: list[Tag]) -> LocatedPage:
    numbers = tuple(sorted(tag.number for tag in fit.tags))
    marks = marks_of(keep_close(anchors_of(tags, ()), fit.to_px))
    return LocatedPage(image, sheet, fit.affine, numbers, fit.residual_mm, fit.perspective, *marks)


def _blank(image: PageImage) -> PageFailure:
    """A blank side; unless it is a form so pale that its answers would be lost unseen."""
    if fit_frame(find_pale_tags(image.gray)) is not None:
        return _refuse(image, PageStatus.UNREADABLE, Reason.NO_FIDUCIALS, "too pale")
    return _refuse(image, PageStatus.BLANK, Reason.BLANK_PAGE)


def find_frame(gray: Gray) -> tuple[FrameFit | None, list[Tag]]:
    """Find the frame's map, None if there is none, and all tags seen. Cost: 5-150 ms."""
    return _complete_frame(gray, refine_corners(gray, find_tags(gray)))


def _complete_frame(gray: Gray, tags: list[Tag]) -> tuple[FrameFit | None, list[Tag]]:
    """Fit the tags of the quick search; if they do not suffice, search patiently."""
    fit = fit_frame(tags)
    if fit is not None and enough(list(fit.tags)):
        return fit, tags
    more = refine_corners(gray, find_tags_patiently(gray))
    better = fit_frame(more)
    if better is None or (fit is not None and len(fit.tags) >= len(better.tags)):
        return fit, tags or more
    return better, more


def _without_frame(image: PageImage, tags: list[Tag]) -> LocatedPage | PageFailure:
    """Name what a page without a usable frame is, or place it loosely by tags and codes.

    A loose place is good for looking for the rules; `register` refuses it if they are not found.
    """
    codes = read_whole_page(image.gray)
    if header := _header(image, codes):
        return header
    if len(codes.sheets) > 1:
        return _refuse(image, PageStatus.UNIDENTIFIED, Reason.BARCODES_DISAGREE, _name(codes))
    if loose := _place_loosely(image, tags, codes):
        return loose
    if len({tag.number for tag in tags}) >= _FRAME_TAGS:
        detail = f"{len(tags)} tags disagree"
        return _refuse(image, PageStatus.UNREADABLE, Reason.POOR_FIT, detail, *codes.sheets)
    if codes.sheets or tags:
        detail = f"{len(tags)} tags found"
        return _refuse(image, PageStatus.UNIDENTIFIED, Reason.NO_FIDUCIALS, detail, *codes.sheets)
    return _refuse(image, PageStatus.FOREIGN, Reason.NO_FORM)


def _place_loosely(image: PageImage, tags: list[Tag], codes: Codes) -> LocatedPage | None:
    """Place a page by the marks that agree, if one of its codes can then be read in its place."""
    ours = [code for code in codes.found if SheetId.parse(code.text)]
    loose = fit_loosely(anchors_of(tags, ours))
    if loose is None:
        return None
    known = [anchor for anchor in loose.anchors if anchor.text]
    if not known:
        read = read_frame_codes(image.gray, loose.affine.apply)
        if len(read.sheets) != 1:
            return None
        sheet = read.sheets[0]
    else:
        sheet = codes.sheets[0]
    numbers = tuple(sorted(a.number for a in loose.anchors if a.number >= 0))
    marks = marks_of(loose.anchors)
    return LocatedPage(
        image, sheet, loose.affine, numbers, loose.residual_mm, np.eye(3), *marks, loose=True
    )


def _header(image: PageImage, codes: Codes) -> PageFailure | None:
    """Return the verdict if a batch header's code was read (its text is the detail)."""
    if not codes.headers:
        return None
    return _refuse(image, PageStatus.HEADER, Reason.BATCH_HEADER, codes.headers[0])


def _name(codes: Codes) -> str:
    return " / ".join(sheet.payload() for sheet in codes.sheets)


def _refuse(
    image: PageImage,
    status: PageStatus,
    reason: Reason,
    detail: str = "",
    sheet: SheetId | None = None,
) -> PageFailure:
    return PageFailure(image.source, status, reason, detail, sheet)

"""PageImage -> LocatedPage: find the frame and the identity, or say why the page goes no further.

Knows tags, barcodes and blank sides. Must not know layouts, templates or who a form belongs to.
"""

from __future__ import annotations

from papi.imaging.barcodes import Codes, read_frame_codes, read_whole_page
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
    fit, tags = _find_frame(image.gray, tags)
    if fit is None:
        return _without_frame(image, tags)
    codes = read_frame_codes(image.gray, fit.affine)
    if not codes.sheets and not codes.headers:
        codes = read_whole_page(image.gray)
    if len(codes.sheets) > 1:
        return _refuse(image, PageStatus.UNIDENTIFIED, Reason.BARCODES_DISAGREE, _name(codes))
    if not codes.sheets:
        return _header(image, codes) or _refuse(
            image, PageStatus.UNIDENTIFIED, Reason.NO_BARCODE, f"{len(fit.tags)} tags found"
        )
    numbers = tuple(sorted(tag.number for tag in fit.tags))
    return LocatedPage(
        image, codes.sheets[0], fit.affine, numbers, fit.residual_mm, fit.perspective
    )


def _blank(image: PageImage) -> PageFailure:
    """A blank side; unless it is a form so pale that its answers would be lost unseen."""
    if fit_frame(find_pale_tags(image.gray)) is not None:
        return _refuse(image, PageStatus.UNREADABLE, Reason.NO_FIDUCIALS, "too pale")
    return _refuse(image, PageStatus.BLANK, Reason.BLANK_PAGE)


def _find_frame(gray: Gray, tags: list[Tag]) -> tuple[FrameFit | None, list[Tag]]:
    """Fit the tags of the quick search; if they do not suffice, search patiently."""
    fit = fit_frame(tags)
    if fit is not None and enough(list(fit.tags)):
        return fit, tags
    more = refine_corners(gray, find_tags_patiently(gray))
    better = fit_frame(more)
    if better is None or (fit is not None and len(fit.tags) >= len(better.tags)):
        return fit, tags or more
    return better, more


def _without_frame(image: PageImage, tags: list[Tag]) -> PageFailure:
    """Name what a page without a usable frame is."""
    codes = read_whole_page(image.gray)
    if header := _header(image, codes):
        return header
    if len(codes.sheets) > 1:
        return _refuse(image, PageStatus.UNIDENTIFIED, Reason.BARCODES_DISAGREE, _name(codes))
    if len({tag.number for tag in tags}) >= 3:
        detail = f"{len(tags)} tags disagree"
        return _refuse(image, PageStatus.UNREADABLE, Reason.POOR_FIT, detail, *codes.sheets)
    if codes.sheets or tags:
        detail = f"{len(tags)} tags found"
        return _refuse(image, PageStatus.UNIDENTIFIED, Reason.NO_FIDUCIALS, detail, *codes.sheets)
    return _refuse(image, PageStatus.FOREIGN, Reason.NO_FORM)


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

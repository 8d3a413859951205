"""A page whose frame was found but no barcode: name it by the line for human eyes, or guess.

Knows frames, layouts and how sure a reading must be. Must not know people or databases.

The line's id has a check character, its page has none: so the page it names must have the rules
that are seen on paper. What is not sure is left to a person, with the guess beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from papi.imaging.anchors import anchors_of, keep_close, marks_of
from papi.imaging.frame_fit import FrameFit, apply_perspective
from papi.imaging.guess_sheet import SheetGuess, guess_sheet
from papi.imaging.human_id import HumanId, read_human_id
from papi.imaging.locate import find_frame
from papi.model.layout import Layout
from papi.model.page import LocatedPage, PageFailure, PageImage, Reason
from papi.model.sheet import SheetId

_SHOWN = 3


def name_unnamed(
    image: PageImage, failure: PageFailure, layouts: Mapping[str, Layout]
) -> LocatedPage | PageFailure:
    """Give a page without a readable barcode its name, if the readable id is beyond doubt.

    Args:
        image: the page.
        failure: what `locate` said of it; only NO_BARCODE is looked into.
        layouts: those that may occur, by version.

    Returns:
        The located page; else the failure, its detail saying which pages the sheet may be. Cost:
        about 250 ms.
    """
    if failure.reason is not Reason.NO_BARCODE or not layouts:
        return failure
    fit, tags = find_frame(image.gray)
    if fit is None:
        return failure

    def bend(mm: NDArray[np.float64]) -> NDArray[np.float64]:
        return apply_perspective(fit.perspective, mm)

    guess = guess_sheet(image.gray, fit.affine, bend, layouts.values())
    most = max(len(layout.pages) for layout in layouts.values())
    human = read_human_id(image.gray, fit.to_px, most)
    sheet = _agreed(human, guess, layouts) if human is not None and human.sure else None
    if sheet is None:
        return replace(failure, detail=_describe(failure.detail, guess, layouts))
    return _located(image, sheet, fit, marks_of(keep_close(anchors_of(tags, ()), fit.to_px)))


def _located(
    image: PageImage,
    sheet: SheetId,
    fit: FrameFit,
    marks: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> LocatedPage:
    numbers = tuple(sorted(tag.number for tag in fit.tags))
    return LocatedPage(image, sheet, fit.affine, numbers, fit.residual_mm, fit.perspective, *marks)


def _agreed(
    human: HumanId, guess: SheetGuess | None, layouts: Mapping[str, Layout]
) -> SheetId | None:
    """Return the one identity that line and rules allow; None if there are none or several."""
    versions = [layout.version for layout in layouts.values() if _can_have(layout, human)]
    if guess is not None:
        versions = [v for v in versions if (v, human.page) in guess.sheets]
    if len(versions) != 1:
        return None
    return SheetId(human.form_id, human.page, versions[0])


def _can_have(layout: Layout, human: HumanId) -> bool:
    """Tell whether a form of this layout can have that many pages, and this one among them."""
    base, whole = len(layout.base_pages), len(layout.pages)
    return base <= human.pages <= whole and human.page in layout.by_page


def _describe(detail: str, guess: SheetGuess | None, layouts: Mapping[str, Layout]) -> str:
    if guess is None:
        return detail
    names = [f"{layouts[version].form} page {page}" for version, page in guess.sheets]
    shown = list(dict.fromkeys(names))[:_SHOWN]
    return f"{detail}; looks like {' or '.join(shown)}"

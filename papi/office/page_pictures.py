"""Scanned pages as pictures for people who mend them.

Knows where originals lie and which way up a person said they are. Must not know what is on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from papi.errors import UsageError
from papi.model.page import Gray, PageFailure, PageHint
from papi.model.recipe import load_recipe
from papi.office.messages import explain
from papi.office.pictures import check_picture_name, write_picture
from papi.office.workspace import Workspace
from papi.pipeline.opening import load_page
from papi.pipeline.tasks import limits_of
from papi.store.fixes import StoredScan, stored_scan
from papi.store.originals import original_path

_JPEG_QUALITY = 82
"""A page of 1400 px is 300-600 kB then, and the id in 8 points still reads well."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page to look at and click on.

    Attributes:
        png: the picture, grey.
        width, height: its size, px.
        stored_width, stored_height: size of the stored image, px.
        quarter_turns: clockwise turns from the stored image to the picture.
    """

    png: bytes
    width: int
    height: int
    stored_width: int
    stored_height: int
    quarter_turns: int

    def to_stored(self, x: float, y: float) -> tuple[float, float]:
        """Return the px of the stored image under a point of the picture, for `Fix.corners`."""
        turned = self.quarter_turns % 2 == 1
        wide = self.stored_height if turned else self.stored_width
        scale = wide / self.width
        x, y = (x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5
        w, h = self.stored_width - 1, self.stored_height - 1
        return ((x, y), (y, h - x), (w - x, h - y), (w - y, x))[self.quarter_turns % 4]


def page_picture(workspace: Workspace, number: int, width: int) -> PagePicture:
    """Return a page as a picture of the given width, upright as far as a person said so.

    Raises:
        UsageError: there is no such page, or its original cannot be shown.
    """
    gray, turns = _load(workspace, number)
    upright = np.ascontiguousarray(np.rot90(gray, -turns))
    scale = min(1.0, width / upright.shape[1])
    small = cv2.resize(upright, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, png = cv2.imencode(".png", small)
    stored_height, stored_width = gray.shape
    return PagePicture(
        png.tobytes(), small.shape[1], small.shape[0], stored_width, stored_height, turns
    )


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as it is stored, small enough for a slow network: JPEG, and the size of the original.

    Attributes:
        jpeg: the picture, grey, not turned.
        stored_width, stored_height: size of the stored image, px.
    """

    jpeg: bytes
    stored_width: int
    stored_height: int


def page_view(workspace: Workspace, number: int, width: int) -> PageView:
    """Return a page as it is stored, at most `width` px wide upright (or that high, lying).

    Raises:
        UsageError: there is no such page, or its original cannot be shown.
    """
    gray, _ = _load(workspace, number)
    scale = min(1.0, width / min(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    height, wide = gray.shape
    return PageView(jpeg.tobytes(), wide, height)


def stored_size(workspace: Workspace, number: int) -> tuple[int, int]:
    """Return width and height of the stored image, px.

    Raises:
        UsageError: as `page_view`.
    """
    height, width = _load(workspace, number)[0].shape
    return width, height


def write_page(workspace: Workspace, number: int, path: Path) -> None:
    """Write a page exactly as it is stored, pixel by pixel; only its owner may read the file.

    Raises:
        UsageError: as `page_picture`; or `path` cannot be written, or holds a number like a NIK.
    """
    check_picture_name(path)
    write_picture(path, _load(workspace, number)[0])


def _load(workspace: Workspace, number: int) -> tuple[Gray, int]:
    scan = stored_scan(number)
    if scan is None or not scan.stored:
        raise UsageError(f"There is no page {number} to look at.", "`papi fix list` shows some.")
    return _opened(workspace, scan).copy(), PageHint.from_json(scan.hint).quarter_turns


def _opened(workspace: Workspace, scan: StoredScan) -> Gray:
    limits = limits_of(load_recipe(workspace.recipe).limits)
    path = original_path(workspace.folder, scan.stored)
    page = load_page(path, scan.source.index, limits, scan.source.sha256)
    if isinstance(page, PageFailure):
        raise UsageError(f"That page cannot be shown: {explain(page.reason, 'en')}")
    return page.gray

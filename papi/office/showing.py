"""Show what was read: a page as scanned, every box outlined by what became of its field.

Knows where the original lies and what was decided. Must not know how a page is read. The picture
holds personal data: it is written only where the operator says.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from papi.errors import UsageError
from papi.geometry import Box
from papi.model.layout import LayoutField
from papi.model.page import PageFailure, PageHint, PageImage
from papi.office.books import frozen_landmarks
from papi.office.messages import explain
from papi.office.pictures import check_picture_name, write_picture, write_sheet
from papi.office.workspace import Workspace
from papi.pipeline.cut_page import cut_page
from papi.reading.fields import Reader
from papi.scans.files import Limits, open_scan
from papi.store.cases import load_case
from papi.store.originals import original_path
from papi.store.reports import page_readings, stored_original

WIDTH_PX = 1240
"""150 dpi of A4: small enough to send, large enough to read."""
_COLOURS = {"accepted": (60, 160, 60), "review": (0, 120, 255), "resolved": (200, 120, 0)}
"""Blue, green, red as cv2 wants: green accepted, orange to review, blue resolved by a clerk."""


def show_page(workspace: Workspace, form_id: str, page: int, path: Path) -> None:
    """Write a PNG or JPEG of one read page with its boxes outlined.

    Raises:
        UsageError: no such page was read, or `path` is no such file or cannot be written.
    """
    check_picture_name(path)
    opened, _ = _original(workspace, form_id, page)
    case = load_case(form_id)
    affine = case.evidence[page].frame_map
    picture = cv2.cvtColor(opened.gray, cv2.COLOR_GRAY2BGR)
    statuses = page_readings(form_id, page)
    for field in case.layout.by_page[page]:
        for box in _boxes(field):
            corners = [
                (box.x, box.y),
                (box.right, box.y),
                (box.right, box.bottom),
                (box.x, box.bottom),
            ]
            if affine is not None:
                outline = np.round(affine.apply(np.array(corners))).astype(np.int32)
                colour = _COLOURS.get(statuses.get(field.name, ""), (128, 128, 128))
                cv2.polylines(picture, [outline], True, colour, 3, cv2.LINE_AA)
    scale = WIDTH_PX / picture.shape[1]
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if affine is not None and abs(affine.rotation_degrees) > 90:
        small = cv2.rotate(small, cv2.ROTATE_180)
    write_picture(path, np.asarray(small, np.uint8))


def _boxes(field: LayoutField) -> list[Box]:
    whole = [field.box] if field.box is not None else []
    return [*whole, *field.cells, *(choice.box for choice in field.choices)]


def show_cuts(workspace: Workspace, form_id: str, page: int, path: Path) -> None:
    """Write a picture of a page's boxes with ink before and after the cut, as they read today.

    Raises:
        UsageError: no such page was read, or `path` is no such file or cannot be written.
    """
    check_picture_name(path)
    opened, hint = _original(workspace, form_id, page)
    layout = load_case(form_id).layout
    landmarks = frozen_landmarks(layout.form, layout.version)
    boxes = cut_page(opened, layout, Reader.load(), hint, landmarks)
    if isinstance(boxes, PageFailure):
        raise UsageError(f"That page cannot be read again: {explain(boxes.reason, 'en')}")
    write_sheet(path, boxes, f"{form_id}  {page}")


def _original(workspace: Workspace, form_id: str, page: int) -> tuple[PageImage, PageHint | None]:
    """Open the scan that counts for a page; also return what a person said of it."""
    place = stored_original(form_id, page)
    if place is None:
        raise UsageError(
            f"Page {page} of form {form_id} was not read.", "`papi status` lists what came back."
        )
    scan = open_scan(original_path(workspace.folder, place.stored), Limits())
    opened = scan if isinstance(scan, PageFailure) else scan.page(place.index)
    if isinstance(opened, PageFailure):
        raise UsageError(f"The original of that page cannot be opened ({opened.reason}).")
    return opened, PageHint.from_json(place.hint) if place.hint else None

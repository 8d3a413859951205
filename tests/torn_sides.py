"""Scanned sides as they came from the scanner, to be torn, turned and scribbled on in tests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from paper_round import Round

from papi.geometry import Affine, Box
from papi.imaging.frame_fit import tag_corners_mm
from papi.imaging.locate import locate
from papi.model.page import Gray, LocatedPage
from papi.model.sheet import A4, readable_form_id
from papi.scans.files import Limits, ScanFile, open_scan

CODES = (A4.qr, A4.data_matrix)
FRAME_CORNERS = ((13.0, 13.0), (197.0, 13.0), (197.0, 284.0), (13.0, 284.0))
PAPER_CORNERS = ((0.0, 0.0), (210.0, 0.0), (210.0, 297.0), (0.0, 297.0))


@dataclass(frozen=True)
class Side:
    """One scanned side as it came from the scanner."""

    gray: Gray
    form_id: str
    page: int
    place: Affine

    def without(self, boxes: Iterable[Box]) -> Gray:
        """The side with these marks torn off and both lines for human eyes scribbled over."""
        scribble = [
            Box(x, box.y, 0.65, box.h)
            for box in A4.id_texts
            for x in np.arange(box.x, box.right, 1.5)
        ]
        damaged = self.gray.copy()
        for area, shade in [
            *((box.grown(0.8), 255) for box in boxes),
            *((b, 30) for b in scribble),
        ]:
            quad = np.round(self.place.apply(tag_corners_mm(area))).astype(np.int32)
            cv2.fillConvexPoly(damaged, quad, shade)
        return damaged

    def struck(self, boxes: Iterable[Box]) -> Gray:
        """The side with a thick upright line through each of these boxes."""
        altered = self.gray.copy()
        for box in boxes:
            ends = np.array([[box.center[0], box.y + 0.8], [box.center[0], box.bottom - 0.8]])
            (x1, y1), (x2, y2) = np.round(self.place.apply(ends)).astype(int).tolist()
            cv2.line(altered, (x1, y1), (x2, y2), 30, 5)
        return altered

    def clicks(self, corners: Iterable[tuple[float, float]], error_px: float) -> list[str]:
        """Where a person clicks, off by some pixels in one direction and another."""
        points = self.place.apply(np.array(list(corners)))
        errors = error_px * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
        return [f"{x:.1f},{y:.1f}" for x, y in points + errors]

    def shares(self, corners: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        """Where points of the paper lie, in shares of the image's width and height."""
        height, width = self.gray.shape
        points = (self.place.apply(np.array(list(corners))) + 0.5) / np.array([width, height])
        return [(float(u), float(v)) for u, v in points]

    @property
    def told(self) -> tuple[str, ...]:
        """How to say which page it is."""
        return "--id", readable_form_id(self.form_id), "--page", str(self.page)


def side_of(scanned: Round, form: str, number: int = 0, page: int = 1) -> Side:
    """Return a side of the `number`-th form of a kind, as it was scanned."""
    ids = list(dict.fromkeys(row.form_id for row in scanned.paper.manifest if row.form == form))
    folder = scanned.scans[0].parent
    places = json.loads((folder / "places.json").read_text("utf-8"))
    mine = next(p for p in places if p["form_id"] == ids[number] and p["page"] == page)
    scan = open_scan(folder / mine["file"], Limits())
    assert isinstance(scan, ScanFile)
    located = locate(scan.page(mine["index"]))  # type: ignore[arg-type]
    assert isinstance(located, LocatedPage)
    return Side(located.image.gray, ids[number], page, located.frame_map)

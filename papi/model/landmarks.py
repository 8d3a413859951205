"""Dark print of a page that stands at the same place on every copy: pictures of it, with places.

Made from the frozen drawing, kept in the book that workers load; never of values that differ from
form to form. Knows millimetres and a raster. Must not know drawings, scans or how they are found.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PX_PER_MM = 5.0
"""Raster of the pictures: print is found to 0.02 mm (median) on it, on finer ones no better."""
WIDTH_MM, HEIGHT_MM = 12.0, 4.0
"""A word or two, or the end of a bar; short enough for a row of small boxes to leave room."""
SHAPE = (round(HEIGHT_MM * PX_PER_MM), round(WIDTH_MM * PX_PER_MM))


@dataclass(frozen=True, eq=False)
class Landmarks:
    """The landmarks of one page.

    Attributes:
        centers: (n, 2) their middles on paper, mm.
        patches: uint8 (n, 20, 60) how they look, 0 = ink, 255 = paper.
    """

    centers: NDArray[np.float64]
    patches: NDArray[np.uint8]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.centers)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, about 20 kB a page."""
        packed = base64.b64encode(zlib.compress(self.patches.tobytes(), 9)).decode("ascii")
        return {"centers": self.centers.tolist(), "patches": packed}

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> Landmarks:
        """Read back what `to_json` gave."""
        raw = zlib.decompress(base64.b64decode(document["patches"]))
        patches = np.frombuffer(raw, np.uint8).reshape(-1, *SHAPE)
        return Landmarks(np.array(document["centers"], np.float64).reshape(-1, 2), patches)

"""How a picture lies on its PDF page: quarter turns, mirrors and resolution.

Knows PDF matrices. Must not know how pictures are decoded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from papi.model.page import Gray

_STRAIGHT = 0.02
"""Sine of the angle up to which a picture counts as lying straight on its page."""
_LEAST_SHARE = 0.5
"""A picture that covers less of the page than this is an ornament, not the scan."""
_POINTS_PER_INCH = 72.0


@dataclass(frozen=True, slots=True)
class Placement:
    """A picture's way onto its page.

    Attributes:
        transposed: rows become columns, before the mirrors.
        mirrored_x, mirrored_y: columns, rows run backwards on the page.
        dpi: pixels per inch of page.
    """

    transposed: bool
    mirrored_x: bool
    mirrored_y: bool
    dpi: float

    def turn(self, gray: Gray) -> Gray:
        """Return the picture as the page shows it."""
        if self.transposed:
            gray = gray.T
        if self.mirrored_x:
            gray = gray[:, ::-1]
        if self.mirrored_y:
            gray = gray[::-1]
        return np.ascontiguousarray(gray)


def place_picture(
    matrix: tuple[float, float, float, float],
    quarter_turns: int,
    page_size: tuple[float, float],
    pixels: tuple[int, int],
) -> Placement | None:
    """Work out how a picture lies on the page.

    Args:
        matrix: (a, b, c, d) of the PDF: (a, b) is the picture's width, (c, d) its height upwards,
            in points, y up.
        quarter_turns: the page's /Rotate / 90, clockwise.
        page_size: shown width and height, points.
        pixels: picture's width and height, px.

    Returns:
        The placement, or None: askew, sheared, or too small to be the scan.
    """
    right, down = np.array([matrix[0], -matrix[1]]), np.array([-matrix[2], matrix[3]])
    for _ in range(
        quarter_turns % 4
    ):  # screen coordinates (y down): clockwise is (x, y) -> (-y, x)
        right, down = np.array([-right[1], right[0]]), np.array([-down[1], down[0]])
    width, height = float(np.hypot(*right)), float(np.hypot(*down))
    if width * height < _LEAST_SHARE * page_size[0] * page_size[1]:
        return None
    transposed = abs(right[1]) > abs(right[0])
    across, along = (down, right) if transposed else (right, down)
    if abs(across[1]) > _STRAIGHT * np.hypot(*across):
        return None
    if abs(along[0]) > _STRAIGHT * np.hypot(*along):
        return None
    dpi = _POINTS_PER_INCH * float(np.sqrt(pixels[0] / width * pixels[1] / height))
    return Placement(transposed, bool(across[0] < 0), bool(along[1] < 0), dpi)

"""The printed characters of the line for human eyes, as pictures to compare paper with.

Knows the typeface and its widths. Must not know pages, ids or images of paper.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import font_source_sans_pro
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from papi.geometry import MM_PER_INCH
from papi.model.sheet import ID_SIZE_PT

Weight = Literal["semibold", "regular"]
Picture = NDArray[np.float32]

PX_PER_MM = 16.0
"""Raster of the comparison: a stroke of 0.25 mm is four pixels wide."""
ABOVE_MM, BELOW_MM = 2.2, 0.6
"""Paper above and below the baseline that a picture shows; capitals are 1.9 mm high."""
SOFT_MM = (0.1, 0.16, 0.24)
"""Blur (sigma) of pictures: of a sharp 300-dpi scan, an office scanner's, a soft 120-dpi scan's."""
_SAMPLE, _FULL_INK = "4F2K-9QW3-X", 98.0
"""A text and the percentile of its pixels that tell how dark print gets at some blur."""
_FILES = {"semibold": "SourceSansPro-Semibold.ttf", "regular": "SourceSansPro-Regular.ttf"}
_FINE = 4
"""Characters are drawn this much larger and reduced, so that no hinting moves their strokes."""
_EM = 1000
"""Size in px at which widths are measured."""
HEIGHT_PX = round((ABOVE_MM + BELOW_MM) * PX_PER_MM)


@lru_cache(maxsize=8)
def _font(weight: Weight, size: float) -> ImageFont.FreeTypeFont:
    path = Path(font_source_sans_pro.font_directory) / _FILES[weight]
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=256)
def width_px(text: str, weight: Weight) -> float:
    """Return how far a text runs, px of this raster (the printer sets no kerning)."""
    font = _font(weight, _EM)
    em_px = ID_SIZE_PT / 72 * MM_PER_INCH * PX_PER_MM
    return sum(font.getlength(character) for character in text) * em_px / _EM


@lru_cache(maxsize=1024)
def picture(text: str, weight: Weight, soft_mm: float) -> Picture:
    """Return a text as ink, float32 (HEIGHT_PX, its width): 1 = ink, 0 = paper, softened."""
    scale = PX_PER_MM * _FINE
    font = _font(weight, ID_SIZE_PT / 72 * MM_PER_INCH * scale)
    margin = 8
    width = max(1, round(width_px(text, weight)))
    size = ((width + 2 * margin) * _FINE, (HEIGHT_PX + 2 * margin) * _FINE)
    canvas = Image.new("L", size)
    pen = ImageDraw.Draw(canvas)
    baseline = (margin + ABOVE_MM * PX_PER_MM) * _FINE
    x = float(margin * _FINE)
    for character in text:
        pen.text((x, baseline), character, fill=255, font=font, anchor="ls")
        x += width_px(character, weight) * _FINE
    small = cv2.resize(
        np.asarray(canvas), None, fx=1 / _FINE, fy=1 / _FINE, interpolation=cv2.INTER_AREA
    )
    soft = cv2.GaussianBlur(small.astype(np.float32) / 255, (0, 0), soft_mm * PX_PER_MM)
    return np.ascontiguousarray(soft[margin : margin + HEIGHT_PX, margin : margin + width])


@lru_cache(maxsize=8)
def darkest(soft_mm: float) -> float:
    """Return how much ink the darkest pixels of a softened line show, 0..1."""
    return float(np.percentile(picture(_SAMPLE, "semibold", soft_mm), _FULL_INK))

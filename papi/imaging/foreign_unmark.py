"""Bubbles that are blackened on the page a draft is made from: found, and emptied in its picture.

Knows outlines and solid marks in mm. Must not know fields. Where no blank page is at hand, people
draft from a filled sheet; a blackened bubble shows no white inside: its neighbours tell it.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import cv2
import numpy as np

from papi.geometry import Box
from papi.model.foreign import PrintedBox, PrintFound
from papi.model.page import Gray

FEWEST_BUBBLES = 6
"""Empty bubbles it takes to know their size."""
ALIKE = 0.3
"""A blackened bubble's sides differ by less, in share of the usual bubble's: pens overshoot."""
IN_LINE_MM, NEAR_MM = 1.2, 16.0
OVERSHOT_MM = 0.5
"""How far a pen goes beyond the ring; neighbours stand farther away."""
LINE_MM = 0.3
"""Printed ring that is left standing when a bubble is emptied."""


def add_blackened(found: PrintFound) -> tuple[PrintFound, tuple[Box, ...]]:
    """Return the print with blackened bubbles among its boxes, and those bubbles' places, mm."""
    bubbles = [b for b in found.boxes if b.shape == "bubble"]
    if len(bubbles) < FEWEST_BUBBLES:
        return found, ()
    width, height = median(b.box.w for b in bubbles), median(b.box.h for b in bubbles)
    added = []
    for mark in found.marks:
        alike = abs(mark.w - width) < ALIKE * width and abs(mark.h - height) < ALIKE * height
        if alike and any(_beside(mark, b.box) for b in bubbles):
            x, y = mark.center
            box = Box(x - width / 2, y - height / 2, width, height)
            added.append(PrintedBox(box, box.grown(-LINE_MM), "bubble"))
    places = tuple(item.box for item in added)
    kept = tuple(m for m in found.marks if not any(p.overlaps(m) for p in places))
    return replace(found, boxes=(*found.boxes, *added), marks=kept), places


def _beside(mark: Box, bubble: Box) -> bool:
    dx, dy = abs(mark.center[0] - bubble.center[0]), abs(mark.center[1] - bubble.center[1])
    return min(dx, dy) < IN_LINE_MM and max(dx, dy) < NEAR_MM


def empty_bubbles(gray: Gray, px_per_mm: float, places: tuple[Box, ...]) -> Gray:
    """Return the page with the inside of these bubbles white; the rest is left as it is."""
    emptied = gray.copy()
    for place in places:
        grown = place.grown(1.0)
        x, y = (round(v * px_per_mm) for v in (grown.x, grown.y))
        right, bottom = (round(v * px_per_mm) for v in (grown.right, grown.bottom))
        around = emptied[max(y, 0) : bottom, max(x, 0) : right]
        paper = float(np.percentile(around, 95)) if around.size else 255.0
        centre = (round(place.center[0] * px_per_mm), round(place.center[1] * px_per_mm))
        axes = (round(place.w / 2 * px_per_mm), round(place.h / 2 * px_per_mm))
        line = max(1, round(LINE_MM * px_per_mm))
        reach = (axes[0] + round(OVERSHOT_MM * px_per_mm), axes[1] + round(OVERSHOT_MM * px_per_mm))
        cv2.ellipse(emptied, centre, reach, 0, 0, 360, paper, -1)
        cv2.ellipse(emptied, centre, axes, 0, 0, 360, paper * 0.3, line)
    return emptied

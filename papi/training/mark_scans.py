"""From ink and print on paper to the grey snip a scanner and `imaging.cut_snips` would give.

Knows scanners: resolution 150-400 dpi, blur, noise, JPEG, photocopies, one bit. Must not know
marks or states.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.training.marks import DRAW_PX_PER_MM, SIDE_MM, Canvas, Random

_DPI, _DPI_SHARES = (300, 200, 400, 240, 150), (0.4, 0.32, 0.08, 0.1, 0.1)
NO_NOISE = 0.2
"""Share of scans without any noise, as PDF renderers and cleaning scanners give."""
ONE_BIT, COPIED = 0.18, 0.12
LEAST_SEEN = 0.25
"""Darkness of half of a mark below which it is not thresholded: noise would erase it."""


def scan(
    darkness: Canvas,
    random: Random,
    tone: float,
    side_px: int,
    ink: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint8]:
    """Scan a darkness canvas. What cannot be seen cannot be labelled: no mark is erased.

    Args:
        darkness: float (S, S), 0 paper .. 1 black, DRAW_PX_PER_MM.
        random: source of chance.
        tone: the pen's darkness: thresholds keep below it; 0 = no threshold at all.
        side_px: side of the snip.
        ink: bool (S, S), where the mark is: half of it, blurred, stays darker than a threshold.

    Returns:
        uint8 (side_px, side_px), 255 = paper.
    """
    image = darkness
    if random.random() < COPIED and tone > 0.35:
        copied = _photocopied(image, random, tone)
        image = copied if _seen(copied, ink, tone) > LEAST_SEEN else image
    sigma = random.uniform(0.03, 0.25) * DRAW_PX_PER_MM
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), dtype=np.float32)
    tone = _seen(image, ink, tone)
    side = round(SIDE_MM * int(random.choice(_DPI, p=_DPI_SHARES)) / 25.4)
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    paper, black = random.uniform(185, 255), random.uniform(0, 60)
    gray = paper - small * (paper - black)
    ramp = np.linspace(-1, 1, side)
    gray += random.normal(0, 4) * ramp[None, :] + random.normal(0, 4) * ramp[:, None]
    if random.random() >= NO_NOISE:
        gray += random.normal(0, random.uniform(1, 15), gray.shape)
    if random.random() < ONE_BIT and tone > LEAST_SEEN:
        gray = np.where(gray > paper - random.uniform(0.25, 0.65) * tone * (paper - black), 255, 0)
    pixels = np.clip(gray, 0, 255).astype(np.uint8)
    if random.random() < 0.6:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(30, 92))]
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_GRAYSCALE)
    size = (side_px, side_px)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _seen(image: Canvas, ink: NDArray[np.bool_] | None, tone: float) -> float:
    """Return how dark half of the mark still is, at most the pen's tone."""
    if ink is None or not ink.any():
        return tone
    return min(tone, float(np.median(image[ink])))


def _photocopied(darkness: Canvas, random: Random, tone: float) -> Canvas:
    """Send the sheet through a copier first: steep contrast, swollen or thinned lines, toner."""
    soft = cv2.GaussianBlur(darkness, (0, 0), random.uniform(0.06, 0.14) * DRAW_PX_PER_MM)
    middle = random.uniform(0.15, 0.5) * tone
    steep = 1 / (1 + np.exp(-(soft - middle) * random.uniform(8, 25)))
    paper = 1 / (1 + np.exp(middle * 8))
    copied = np.clip((steep - paper) / (1 - paper), 0, 1) * random.uniform(0.75, 1.0)
    spots = random.random(darkness.shape) < random.uniform(0, 0.0015)
    grown = cv2.dilate(spots.astype(np.float32), np.ones((3, 3), np.uint8))
    return np.asarray(np.maximum(copied, grown * 0.8), dtype=np.float32)

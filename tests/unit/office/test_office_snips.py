"""Snips: cut upright from any scan, and decoded pages kept within bounds."""

from __future__ import annotations

import threading
import time

import cv2
import numpy as np
import pytest

from papi.geometry import Affine, Box
from papi.model.page import Gray
from papi.office.snip_cache import PageCache
from papi.office.snips import cut_paper

HEIGHT, WIDTH = 1400, 1000
SCALE = 4.0
WINDOW = Box(60.0, 80.0, 50.0, 30.0)


def scan(seed: int = 5) -> Gray:
    """Paper with soft blots, so that every place looks different."""
    noise = np.random.default_rng(seed).integers(0, 256, (HEIGHT // 20, WIDTH // 20), np.uint8)
    return np.asarray(cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)


def frame(degrees: float, px_per_mm: float = 4.7) -> Affine:
    """A sheet that lay askew on the glass."""
    turn = np.radians(degrees)
    a, d = px_per_mm * np.cos(turn), px_per_mm * np.sin(turn)
    return Affine(a, -d, 15.0, d, a, 8.0)


def upside_down(affine: Affine) -> Affine:
    """The map onto the same scan turned by 180 degrees."""
    return Affine(
        -affine.a, -affine.b, WIDTH - 1 - affine.c, -affine.d, -affine.e, HEIGHT - 1 - affine.f
    )


@pytest.mark.parametrize("degrees", [-2.0, 0.0, 1.5])
def test_a_sheet_that_lay_upside_down_is_cut_like_one_that_did_not(degrees: float) -> None:
    gray, affine = scan(), frame(degrees)
    one = cut_paper(gray, affine, WINDOW, SCALE)
    other = cut_paper(np.rot90(gray, 2).copy(), upside_down(affine), WINDOW, SCALE)
    assert one.shape == (round(WINDOW.h * SCALE), round(WINDOW.w * SCALE))
    assert np.abs(one.astype(int) - other.astype(int)).max() <= 3


@pytest.mark.parametrize("scale", [2.0, 4.0, 9.0])
@pytest.mark.parametrize("degrees", [0.0, 2.0, 178.5])
def test_what_stands_in_the_middle_is_shown_in_the_middle(scale: float, degrees: float) -> None:
    affine = frame(degrees)
    if degrees > 90:
        affine = upside_down(frame(degrees - 180.0))
    gray = np.full((HEIGHT, WIDTH), 255, np.uint8)
    mark = Box(WINDOW.center[0] - 2.0, WINDOW.center[1] - 1.0, 4.0, 2.0)
    corners = [(mark.x, mark.y), (mark.right, mark.y), (mark.right, mark.bottom)]
    corners.append((mark.x, mark.bottom))
    outline = np.round(affine.apply(np.array(corners))).astype(np.int32)
    cv2.fillConvexPoly(gray, outline, 0)
    ys, xs = np.nonzero(cut_paper(gray, affine, WINDOW, scale) < 128)
    assert (xs.mean() + 0.5) / scale == pytest.approx(WINDOW.w / 2, abs=0.3)
    assert (ys.mean() + 0.5) / scale == pytest.approx(WINDOW.h / 2, abs=0.3)
    assert np.ptp(xs) / scale == pytest.approx(mark.w, abs=0.8)


def test_beyond_the_scan_there_is_paper() -> None:
    cut = cut_paper(np.zeros((HEIGHT, WIDTH), np.uint8), frame(0.0), Box(-30, -30, 20, 20), SCALE)
    assert cut.min() == 255


def test_pages_are_kept_within_bounds_the_oldest_goes_first() -> None:
    cache, opened = PageCache(most_bytes=250), []

    def open_page(name: str) -> Gray:
        opened.append(name)
        return np.zeros((10, 10), np.uint8)

    for name in ("a", "b", "a", "c", "a", "b"):
        cache.get(name, lambda name=name: open_page(name))  # type: ignore[misc]
        assert cache.held <= 250
    assert opened == ["a", "b", "c", "b"]


def test_a_page_that_many_want_at_once_is_opened_once() -> None:
    cache, opened = PageCache(), []

    def open_page() -> Gray:
        opened.append(1)
        time.sleep(0.05)
        return np.zeros((10, 10), np.uint8)

    threads = [threading.Thread(target=cache.get, args=("a", open_page)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1


def test_a_page_that_cannot_be_opened_is_tried_again() -> None:
    cache = PageCache()

    def refuse() -> Gray:
        raise ValueError

    with pytest.raises(ValueError):
        cache.get("a", refuse)
    assert cache.get("a", lambda: np.ones((1, 1), np.uint8)).size == 1

"""Stripes of dirt: found wherever they stand, never seen in print or writing."""

import cv2
import numpy as np
import pytest

from papi.imaging.stripes import find_stripes

DPI_300 = 300 / 25.4


def page(seed=1, noise=10):
    rng = np.random.default_rng(seed)
    gray = np.full((3508, 2480), 235, np.uint8)
    for y in range(500, 3000, 90):  # a column of boxes and lines of writing
        cv2.rectangle(gray, (700, y), (754, y + 70), 180, 2)
        cv2.putText(gray, "1 MILIK SENDIRI", (900, y + 50), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 40, 4)
    gray[400:470, 150:2330] = 30
    return np.clip(gray + rng.normal(0, noise, gray.shape), 0, 255).astype(np.uint8)


def test_print_and_writing_are_no_stripes():
    assert len(find_stripes(page(), DPI_300)) == 0


@pytest.mark.parametrize("darker", [40, 90, 200])
@pytest.mark.parametrize("wide", [2, 4, 9])
def test_a_stripe_is_found_where_it_stands(darker, wide):
    gray = page().astype(int)
    gray[:, 727 : 727 + wide] -= darker
    found = find_stripes(np.clip(gray, 0, 255).astype(np.uint8), DPI_300)
    assert len(found) > 0
    assert found.min() >= 725
    assert found.max() <= 729 + wide


def test_one_bit_pages_too():
    gray = np.where(page(noise=0) > 128, 255, 0).astype(np.uint8)
    assert len(find_stripes(gray, DPI_300)) == 0
    gray[:, 1200:1203] = 0
    assert set(find_stripes(gray, DPI_300)) == {1200, 1201, 1202}

"""What was made quicker in the cut gives what the plain way gives, bit by bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from papi.imaging.cut_beside import LINE_PERCENTILE, _quarter
from papi.imaging.cut_marks import _TOGETHER, choose_marks
from papi.imaging.cut_rules import FAINTEST_PIECES, PIECES, _profile
from papi.imaging.stripes import find_level_stripes, find_stripes
from papi.model.page import CELL_SHAPE


@given(arrays.arrays(np.uint8, (3, 42, 9)), st.integers(0, 255))
def test_the_quarter_is_the_percentile(half: np.ndarray, paper: int) -> None:
    bare = np.float32(paper) - half.astype(np.float32)
    plain = np.percentile(bare, LINE_PERCENTILE, axis=1, keepdims=True)
    assert np.array_equal(_quarter(bare), plain)


@given(arrays.arrays(np.float32, (2, 50, 18), elements=st.floats(0, 255, width=32)))
@settings(max_examples=50)
def test_the_profile_is_the_third_faintest_piece(stretch: np.ndarray) -> None:
    piece = stretch.shape[1] // PIECES
    means = stretch[:, : piece * PIECES : piece].copy()
    for number in range(1, piece):
        means += stretch[:, number : piece * PIECES : piece]
    plain = np.sort(means / np.float32(piece), axis=1)[:, FAINTEST_PIECES]
    assert np.array_equal(_profile(stretch), plain)


def test_marks_do_not_depend_on_which_snips_are_looked_at_together() -> None:
    rng = np.random.default_rng(4)
    dark = (rng.random((2 * _TOGETHER + 5, *CELL_SHAPE)) < 0.35).astype(np.float32) * 90
    dark[7] = 90.0  # all ink
    dark[::3, 20:60, 20:24] = 200.0  # strokes
    threshold = np.full(len(dark), 30.0, np.float32)
    together = choose_marks(dark, threshold)
    alone = [choose_marks(dark[n : n + 1], threshold[n : n + 1]) for n in range(len(dark))]
    for name in together._fields:
        one_by_one = np.concatenate([getattr(marks, name) for marks in alone])
        assert np.array_equal(getattr(together, name), one_by_one), name


@pytest.mark.parametrize("shape", [(900, 640), (333, 1500), (40, 30)])
def test_level_stripes_are_those_of_the_turned_image(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    gray = np.clip(rng.normal(230, 8, shape), 0, 255).astype(np.uint8)
    gray[shape[0] // 3] = 150
    gray[shape[0] // 2 : shape[0] // 2 + 2, : shape[1] // 2] = 150  # not all the way
    thin = max(1, shape[1] // 700)
    turned = np.ascontiguousarray(gray[:, thin // 2 :: thin].T)
    level = find_level_stripes(gray, 8.0)
    assert level.tolist() == find_stripes(turned, 8.0).tolist()
    assert shape[0] // 3 in level

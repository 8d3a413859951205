"""Print that all boxes share is taken out; writing and whole rules stay."""

import numpy as np
import pytest

from papi.imaging.shared_print import FEWEST, remove_shared_print
from papi.model.page import CELL_SHAPE

SIZE = (46.0, 60.0)


def snips(count: int, draw: str) -> np.ndarray:
    """Paper with a stroke of its own in each box, and the print named."""
    rng = np.random.default_rng(1)
    cells = np.full((count, *CELL_SHAPE), 250, np.uint8)
    for number, cell in enumerate(cells):
        if draw == "comb":
            cell[45:72, 12:15] = cell[45:72, 55:58] = 40
            cell[69:72, :] = 40
        elif draw == "box":
            cell[12:72, 12:15] = cell[12:72, 55:58] = 40
            cell[12:15, 12:58] = cell[69:72, 12:58] = 40
        elif draw == "hint":
            cell[30:50, 25:45] = 200
        column = 18 + 3 * (number % 12)
        cell[20:64, column : column + 3] = 60
    return np.clip(cells + rng.normal(0, 3, cells.shape), 0, 255).astype(np.uint8)


def sizes(count: int) -> np.ndarray:
    return np.tile(SIZE, (count, 1))


@pytest.mark.parametrize(("draw", "place"), [("comb", np.s_[:, 45:72, 12:15]),
                                             ("hint", np.s_[:, 32:48, 28:42])])  # fmt: skip
def test_shared_print_goes(draw: str, place: tuple[slice, ...]) -> None:
    cells = snips(24, draw)
    cleared = remove_shared_print(cells, sizes(24))
    assert np.percentile(cells[place], 30) < 215
    assert np.percentile(cleared[place], 30) > 235


def test_strokes_stay() -> None:
    cleared = remove_shared_print(snips(24, "comb"), sizes(24))
    for number, cell in enumerate(cleared):
        column = 18 + 3 * (number % 12)
        assert cell[20:64, column : column + 3].mean() < 100


@pytest.mark.parametrize("draw", ["box", "none"])
def test_whole_boxes_are_left_to_the_cutter(draw: str) -> None:
    cells = snips(24, draw)
    assert (remove_shared_print(cells, sizes(24)) == cells).all()


def test_a_few_boxes_tell_nothing() -> None:
    cells = snips(FEWEST - 1, "comb")
    assert (remove_shared_print(cells, sizes(len(cells))) == cells).all()
    other = np.concatenate([sizes(FEWEST - 1), [(90.0, 60.0)]])
    cells = snips(FEWEST, "comb")
    assert (remove_shared_print(cells, other) == cells).all()


def test_no_box_at_all() -> None:
    assert remove_shared_print(snips(0, "none"), np.zeros((0, 2))).shape == (0, *CELL_SHAPE)

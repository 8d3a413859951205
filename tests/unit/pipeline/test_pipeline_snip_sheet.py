"""The snip sheet: boxes before and after the cut, side by side."""

import numpy as np

from papi.model.evidence import JUNK
from papi.pipeline.snip_sheet import COLUMNS, GAP, HEAD, PICTURE, SheetBox, draw_sheet

PAPER = np.full((84, 70), 240, np.uint8)
INK = np.zeros((84, 70), np.uint8)
INK[20:60, 30:40] = 255
SEEN = np.zeros((32, 32), np.uint8)
SEEN[4:28, 12:20] = 255


def box(ink: np.ndarray | None = INK) -> SheetBox:
    return SheetBox("1 digit", PAPER, ink, SEEN, {"7": 0.9, JUNK: 0.1}, ("touching",))


def test_boxes_stand_four_in_a_row() -> None:
    one, five = draw_sheet([box()], "x"), draw_sheet([box()] * (COLUMNS + 1), "x")
    assert one.shape[1] == five.shape[1]
    assert five.shape[0] - one.shape[0] == PICTURE + 2 * GAP
    assert draw_sheet([], "x").shape == one.shape


def test_paper_ink_and_input_are_shown() -> None:
    sheet = draw_sheet([box()], "x")
    row = sheet[HEAD + GAP + PICTURE // 2, :, 0]
    assert row[GAP + 10] == 240
    assert row[2 * GAP + PICTURE + 35] == 0  # ink is drawn dark
    assert row[3 * GAP + 2 * PICTURE + PICTURE // 2] == 0


def test_a_tick_box_has_no_ink_of_its_own() -> None:
    sheet = draw_sheet([box(None)], "x")
    first = 2 * GAP + PICTURE
    assert (sheet[HEAD + GAP : HEAD + GAP + PICTURE, first : first + 70] == 255).all()


def test_a_doubtful_reading_stands_out() -> None:
    def colours(p: float) -> set[tuple[int, ...]]:
        sure = SheetBox("1 digit", PAPER, INK, SEEN, {"7": p, "1": 1 - p})
        text = draw_sheet([sure], "x")[HEAD:, 3 * (GAP + PICTURE) + 2 * GAP :].reshape(-1, 3)
        return {tuple(int(v) for v in c) for c in text if int(max(c)) - int(min(c)) > 80}

    assert any(c[2] > c[1] for c in colours(0.7))  # orange
    assert all(c[1] > c[2] for c in colours(0.999))  # green

"""All tick boxes of a page: states by field and code, doubt where a box cannot be trusted."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from papi.model.evidence import DOUBTFUL, EMPTY, MARKED, Posterior
from papi.model.page import TICK_SHAPE, Gray
from papi.reading.tick_fields import UNDER_COVER, read_ticks
from papi.reading.ticks import TickReader

KEYS = (("art_cek", "1"), ("art_cek", "2"), ("jnskel", "1"))


def box(*strokes: tuple[tuple[int, int], tuple[int, int]]) -> Gray:
    paper = np.full(TICK_SHAPE, 250, np.uint8)
    cv2.rectangle(paper, (20, 20), (59, 59), 190, 2)
    for start, end in strokes:
        cv2.line(paper, start, end, 60, 4, cv2.LINE_AA)
    return paper


CROSS = (((26, 26), (54, 54)), ((54, 26), (26, 54)))


def read(*, striped: int = -1, covered: int = -1) -> dict[str, dict[str, Posterior]]:
    numbers = np.arange(len(KEYS))
    snips = np.stack([box(), box(*CROSS), box()])
    return read_ticks(
        KEYS, snips, TickReader.load(), striped=numbers == striped, covered=numbers == covered
    )


def test_states_come_back_by_field_and_code() -> None:
    ticks = read()
    assert {name: set(codes) for name, codes in ticks.items()} == {
        "art_cek": {"1", "2"},
        "jnskel": {"1"},
    }
    assert ticks["art_cek"]["1"][EMPTY] > 0.99
    assert ticks["art_cek"]["2"][MARKED] > 0.99


@pytest.mark.parametrize("number", [0, 1])
def test_a_box_under_cover_is_doubtful_however_it_looks(number: int) -> None:
    name, code = KEYS[number]
    posterior = read(covered=number)[name][code]
    assert posterior[DOUBTFUL] >= UNDER_COVER
    assert sum(posterior.values()) == pytest.approx(1.0)


def test_a_mark_where_a_stripe_runs_may_be_the_stripe() -> None:
    assert read(striped=1)["art_cek"]["2"][DOUBTFUL] > 0.4
    assert read(striped=0)["art_cek"]["1"][EMPTY] > 0.99

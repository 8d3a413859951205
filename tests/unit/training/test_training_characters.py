"""Training of characters, as far as it needs neither torch nor the shared handwriting."""

from dataclasses import replace

import numpy as np
import pytest

from papi.errors import InputUnreadable
from papi.imaging.cut import lift_ink
from papi.model.evidence import BLANK, FILLER, JUNK
from papi.model.page import CELL_SHAPE
from papi.reading.characters import scaled
from papi.reading.models import HEADS, Scaling
from papi.training import scrawl
from papi.training.boxes import draw_conditions, scan_sheet
from papi.training.calibrate import (
    ON_OFFICE_PAPER,
    SHARES,
    _as_on_paper,
    calibrate,
    calibration_error,
    source_weights,
)
from papi.training.judge import interval, judge
from papi.training.pool import IGNORE, build_pool, labels_of
from papi.training.render import render
from papi.training.sources import Character, load_train

BAR = [np.array([[500, 0], [500, 500], [500, 1000]], np.float32)]
RING = [
    np.array([[500 + 400 * np.cos(a), 500 + 500 * np.sin(a)] for a in np.linspace(0, 6.3, 40)])
    .astype(np.float32)
]  # fmt: skip


def written(label, strokes, writer=1):
    return Character(label, "unipen", writer, writer == 3, 0, strokes=strokes)


def test_labels_know_what_each_head_may_call_a_character():
    digit, capital, code = labels_of("X")
    assert HEADS["digit"][digit] == FILLER
    assert HEADS["capital"][capital] == "X"
    assert HEADS["code"][code] == "X"
    assert labels_of("0")[1] == IGNORE  # a nought among capitals is an O, or a slip
    assert HEADS["capital"][labels_of("`")[1]] == "'"
    assert [HEADS[h][n] for h, n in zip(HEADS, labels_of(JUNK), strict=True)] == [JUNK] * 3
    assert [HEADS[h][n] for h, n in zip(HEADS, labels_of(BLANK), strict=True)] == [BLANK] * 3


def test_rendered_characters_lie_in_their_box():
    rng = np.random.default_rng(1)
    for _ in range(20):
        mask = render(written("0", RING), rng)
        assert mask.shape == CELL_SHAPE
        ys, xs = np.nonzero(mask > 128)
        assert 20 < xs.mean() < 50
        assert 25 < ys.mean() < 60


@pytest.mark.parametrize(
    "draw", [scrawl.draw_filler, scrawl.draw_scribble, scrawl.draw_dirt], ids=lambda f: f.__name__
)
def test_scrawl_is_a_mask(draw):
    assert draw(np.random.default_rng(2)).shape == CELL_SHAPE


def test_most_scanned_characters_survive_the_cut():
    rng = np.random.default_rng(3)
    seen = 0
    for _ in range(6):
        masks = [render(written("0", RING), rng) for _ in range(24)]
        seen += int((~lift_ink(scan_sheet(masks, rng, draw_conditions(rng))).blank).sum())
    assert seen >= 0.97 * 6 * 24


def test_pool_is_the_same_for_the_same_seed_and_keeps_writers_apart():
    characters = [written("1", BAR, 1), written("0", RING, 3)] * 10
    variants = {"unipen_digit": (2, 1)}
    first = build_pool(characters, variants, 0, seed=5, workers=1)
    second = build_pool(characters, variants, 0, seed=5, workers=1)
    assert (first.inputs == second.inputs).all()
    assert set(first.writer[first.held_out]) == {3}
    assert set(first.writer[~first.held_out]) == {1}
    assert len(first.inputs) >= 55


def test_calibration_finds_the_temperature_that_made_the_labels():
    rng = np.random.default_rng(4)
    classes = len(HEADS["digit"])
    logits = rng.normal(0, 3, (6000, classes)).astype(np.float32)
    true = scaled(logits, Scaling(temperature=2.0, floor=5e-5), "digit")
    labels = np.array([rng.choice(classes, p=p) for p in true], np.int16)
    logits, labels = logits[labels < 11], labels[labels < 11]  # junk is weighted otherwise
    labels = np.column_stack([labels, labels, labels])
    others = [np.zeros((len(labels), len(HEADS[head])), np.float32) for head in ("capital", "code")]
    found = calibrate([logits, *others], labels, np.ones(len(labels)))["digit"]
    found = replace(found, temperature=found.temperature / ON_OFFICE_PAPER)
    assert 1.8 < found.temperature < 2.2
    assert calibration_error(scaled(logits, found, "digit"), labels[:, 0]) < 0.03


def test_weights_give_sources_the_same_say():
    names = np.array(["mnist"] * 90 + ["usps"] * 9 + ["scrawl"])
    weights = source_weights(names)
    assert weights[names == "mnist"].sum() == pytest.approx(weights[names == "usps"].sum())
    assert weights.sum() == pytest.approx(1.0)


def test_junk_counts_in_calibration_as_often_as_on_paper():
    labels = np.array([0] * 50 + [HEADS["digit"].index(JUNK)] * 50, np.int16)
    weights = _as_on_paper("digit", labels, np.ones(100))
    rest = 1 - sum(SHARES.values())
    assert weights[50:].sum() / weights[:50].sum() == pytest.approx(SHARES[JUNK] / rest)


def test_interval_by_writer_is_wider_where_writers_differ():
    right = np.array([True] * 50 + [False] * 50)
    alone = interval(right, None)
    by_writer = interval(right, np.repeat([1, 2, 3, 4], 25).astype(np.int32))
    assert by_writer[1] - by_writer[0] > alone[1] - alone[0]


def test_judge_counts_errors_after_rejecting_the_doubtful():
    probabilities = np.full((100, len(HEADS["digit"])), 0.01)
    probabilities[:, 0] = np.linspace(0.5, 0.9, 100)
    labels = np.zeros(100, np.int16)
    labels[:5] = 1  # the five least certain are wrong
    figures = judge("digit", probabilities, labels, None)
    assert figures.accuracy == pytest.approx(0.95)
    assert figures.error_at_reject == 0
    assert figures.confusions[0] == ("1", "0", 5)


def test_missing_data_says_what_to_do(tmp_path):
    with pytest.raises(InputUnreadable) as caught:
        load_train(tmp_path)
    assert "PAPI_DATA" in caught.value.next_step

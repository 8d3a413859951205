"""The rule that chooses thresholds, and that it rewrites nothing but its own blocks."""

import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from papi.geometry import Box
from papi.model.layout import FieldKind, LayoutField
from papi.model.recipe import load_recipe, parse_recipe, recipe_path

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from round_trip_score import Judged
from threshold_curves import (
    CANDIDATES,
    FLOOR,
    HANDWRITTEN_TARGET,
    Sample,
    at_risk,
    choose,
    choose_all,
    common_risk,
    curve_block,
    replace_block,
    thresholds_block,
    wrong_ratio,
)

CELLS = (Box(20, 40, 4.6, 6),)
CODE = LayoutField(name="lantai", page=1, kind=FieldKind.DIGITS, cells=CELLS)


def sample(count, wrong_at=()):
    """Return `count` right fields at P = 0.9995 and a wrong one at each of `wrong_at`."""
    confidence = np.array([0.9995] * count + list(wrong_at))
    right = np.arange(len(confidence)) < count
    return Sample(confidence, right, np.ones(len(confidence), bool))


def judged(confidence, value, truth, reason="", status="accepted"):
    row = {"confidence": str(confidence), "value": value, "machine_value": value}
    return Judged("A", "1", CODE, truth, row | {"reason": reason, "status": status})


def test_many_fields_get_the_lowest_threshold_that_keeps_the_target():
    chosen = choose(sample(10_000, [0.91, 0.92, 0.93, 0.95, 0.97]), HANDWRITTEN_TARGET, FLOOR)
    assert chosen.why == "enough"
    assert 0.92 < chosen.threshold <= 0.93 + 0.01
    assert chosen.point.wrong <= 3
    assert chosen.point.wrong / chosen.point.accepted <= HANDWRITTEN_TARGET


def test_few_fields_get_none_wrong_and_a_step():
    chosen = choose(sample(100, [0.95]), HANDWRITTEN_TARGET, FLOOR)
    above = CANDIDATES[CANDIDATES > 0.95]
    assert chosen.threshold == pytest.approx(above[1], abs=1e-4)
    assert "too few" in chosen.why
    assert chosen.point.wrong == 0


def test_ticks_have_a_floor_of_their_own():
    assert choose(sample(5), HANDWRITTEN_TARGET, 0.985).threshold >= 0.985
    assert choose(sample(5), HANDWRITTEN_TARGET, FLOOR).threshold == pytest.approx(FLOOR, abs=0.01)


def spread(count, wrong_share, seed):
    """Return fields whose P is spread over 0.8-1 and of which a share of 1 - P is wrong."""
    rng = np.random.default_rng(seed)
    confidence = 1 - 0.2 * rng.random(count) ** 6
    right = rng.random(count) >= wrong_share * (1 - confidence)
    return Sample(confidence, right, np.ones(count, bool))


def test_a_class_that_errs_less_than_it_says_gets_a_lower_threshold():
    modest, bold = spread(20_000, 0.2, 1), spread(20_000, 1.0, 2)
    assert wrong_ratio(modest) == pytest.approx(0.2, abs=0.06)
    assert wrong_ratio(bold) == pytest.approx(1.0, abs=0.1)
    risk = common_risk({"modest": modest, "bold": bold}, 2e-3)
    low, high = at_risk(modest, risk), at_risk(bold, risk)
    assert FLOOR <= low < high
    points = modest.at(low), bold.at(high)
    assert sum(p.wrong for p in points) <= 2e-3 * sum(p.accepted for p in points)


def test_two_errors_do_not_condemn_a_small_class():
    assert wrong_ratio(sample(5, [0.9, 0.95])) < 2
    assert wrong_ratio(sample(5)) == pytest.approx(1.0, abs=0.01)


def test_wrong_at_the_very_top_is_never_accepted_below_it():
    chosen = choose(sample(50, [0.99999]), HANDWRITTEN_TARGET, FLOOR)
    assert chosen.threshold == pytest.approx(CANDIDATES[-1], abs=1e-4)


def test_only_what_confidence_decides_is_counted():
    items = [
        judged(0.99, "1", "1"),
        judged(0.8, "2", "2", "reading:neighbour reading:low_confidence", "review"),
        judged(0.98, "3", "3", "reading:touching", "review"),
        judged(0.95, "4", "4", "rule:A02", "review"),
        judged(0.95, "", "", ""),
    ]
    own = Sample.of(items, 0.99)
    assert list(own.confidence) == [0.99, 0.8, 0.0, 0.95]
    assert list(own.written) == [True, True, True, False]


def test_only_its_blocks_are_rewritten(tmp_path):
    old = recipe_path("default").read_text("utf-8")
    choices, curves = choose_all([judged(0.99, "1", "1")] * 20, 0.99)
    text = replace_block(old, "thresholds", thresholds_block(choices, "20 forms."))
    text = replace_block(text, "curve", curve_block(curves, "20 forms."))
    path = tmp_path / "new.yaml"
    path.write_text(text, "utf-8")
    new, before = load_recipe(str(path)), load_recipe()
    assert set(new.curve) == {"coded"}
    assert new.thresholds.tick == before.thresholds.tick
    kept = {"name", "thresholds", "curve"}
    assert new.model_dump(exclude=kept) == before.model_dump(exclude=kept)
    again = replace_block(text, "thresholds", thresholds_block(choices, "20 forms."))
    assert again == text
    assert parse_recipe(yaml.safe_load(text), "new").thresholds == new.thresholds


def test_a_missing_block_is_named():
    with pytest.raises(ValueError, match="curve"):
        replace_block("a: 1\n", "curve", "")

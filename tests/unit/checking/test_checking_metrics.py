import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papi.checking.metrics import (
    Keying,
    KeyingTimes,
    bootstrap_interval,
    error_at_reject,
    error_reject_curve,
    expected_calibration_error,
    rates,
    reliability,
    upper_bound,
    wilson_interval,
)
from papi.checking.thresholds import measured_curve


@pytest.mark.parametrize(
    ("events", "trials", "bound"),
    # Known values: 3/n rule for no events; Clopper-Pearson tables for the others.
    [(0, 100, 0.02951), (1, 100, 0.04656), (5, 50, 0.19875), (0, 0, 1.0), (10, 10, 1.0)],
)
def test_upper_bound_equals_tables(events, trials, bound):
    assert upper_bound(events, trials) == pytest.approx(bound, abs=2e-4)


def test_upper_bound_of_many():
    assert upper_bound(5, 230_000) * 1000 == pytest.approx(0.0457, abs=2e-4)


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_rate(trials, data):
    events = data.draw(st.integers(0, trials))
    low, high = wilson_interval(events, trials)
    assert 0 <= low <= events / trials <= high <= 1


def test_rates():
    accepted = np.array([True, True, False, True])
    right = np.array([True, False, False, True])
    found = rates(accepted, right)
    assert (found.accept_rate, found.reject_rate) == (0.75, 0.25)
    assert found.substitution_rate == pytest.approx(1 / 3)
    assert found.substitution_upper_95 > 1 / 3


def test_calibration_of_calibrated_and_boastful_readers():
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.5, 1, 20_000)
    right = rng.uniform(size=20_000) < confidence
    # Bins of 1,333 readings scatter by 0.01 of themselves.
    assert expected_calibration_error(confidence, right) < 0.015
    assert expected_calibration_error(np.full(20_000, 0.99), right) > 0.2
    assert reliability(confidence, right).shape == (15, 3)


def test_error_falls_with_rejects():
    confidence = np.array([0.5, 0.6, 0.9, 0.95])
    right = np.array([False, True, True, True])
    curve = error_reject_curve(confidence, right)
    assert curve[0, 2] == pytest.approx(0.25)
    assert error_at_reject(confidence, right, 0.25) == 0.0


def test_curve_counts_what_each_threshold_accepts():
    confidence = np.concatenate([np.full(20_000, 0.999), np.full(1000, 0.9)])
    right = np.concatenate([np.full(20_000, True), np.full(1000, True)])
    right[-30:] = False
    curve = measured_curve(confidence, right, np.array([0.85, 0.95, 0.9995]))
    assert [point.accepted for point in curve] == [21_000, 20_000, 0]
    assert [point.wrong for point in curve] == [30, 0, 0]


def test_bootstrap_resamples_writers():
    right = np.ones(1000, dtype=bool)
    right[:50] = False
    one_bad_writer = np.repeat(np.arange(20), 50)
    low, high = bootstrap_interval(right, one_bad_writer)
    assert low == 0.0
    assert high > 0.1


def test_clerk_seconds_add_up():
    some, everything = Keying(fields=2, ticks=1, forms=1), Keying(fields=20, ticks=30, forms=2)
    assert (some.seconds(), everything.seconds()) == (28, 300)
    assert some.share_of(everything) == pytest.approx(28 / 300)
    assert some.seconds(KeyingTimes(field_s=1, tick_s=0, form_s=0)) == 2


def test_nothing_to_key_saves_nothing():
    assert Keying().share_of(Keying()) == 1

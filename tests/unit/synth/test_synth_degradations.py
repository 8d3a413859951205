"""Kinds of degradation: each does what it says, harder with severity, and its map is exact."""

from dataclasses import replace

import numpy as np
import pytest

from papi.geometry import Affine
from papi.model.sheet import A4
from papi.synth.bend import Bend
from papi.synth.damage import Damage, draw_damage, draw_machine_faults
from papi.synth.degradations import DEGRADATIONS, SEVERITIES, degrade_settings
from papi.synth.degrade import degrade_page
from papi.synth.scan_settings import ScanSettings

PX = 150 / 25.4
OFFICE = ScanSettings(150, 0.4, 1.0, 0.002, 0.1, 4.0, 0.05, 75)
FINE = replace(OFFICE, dpi=300)
GEOMETRIC = (
    "rotation",
    "scale",
    "uneven feed",
    "black border",
    "overscan",
    "larger scan area",
    "cropped edges",
    "phone",
)


def dotted_page():
    page = np.full((round(297 * PX), round(210 * PX)), 255, np.uint8)
    yy, xx = np.mgrid[: page.shape[0], : page.shape[1]]
    for x, y in DOTS:
        page[np.hypot((xx + 0.5) / PX - x, (yy + 0.5) / PX - y) < 1.5] = 0
    return page


DOTS = [(45.0, 60.0), (165.0, 60.0), (105.0, 100.0), (45.0, 230.0), (165.0, 190.0)]
DOTTED = dotted_page()


def middle_of(gray, where, reach):
    """Weigh the darkness around a place; None if the place is not in the image."""
    x, y = np.rint(where).astype(int)
    if min(x, y) < reach or y + reach >= gray.shape[0] or x + reach >= gray.shape[1]:
        return None
    part = gray[y - reach : y + reach + 1, x - reach : x + reach + 1].astype(float)
    dark = np.clip(np.median(part) - 40 - part, 0, None)
    yy, xx = np.mgrid[y - reach : y + reach + 1, x - reach : x + reach + 1]
    return np.array([(dark * xx).sum(), (dark * yy).sum()]) / dark.sum()


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("kind", GEOMETRIC)
def test_the_map_of_every_kind_is_exact(kind, severity):
    rng = np.random.default_rng([3, severity])
    settings = replace(degrade_settings(kind, severity, OFFICE, rng), shadow=0.0, shading=0.0)
    scan = degrade_page(DOTTED, PX, settings, rng)
    unit, seen = settings.dpi / 25.4, 0
    for dot in DOTS:
        where = scan.px_of(np.array(dot))
        found = middle_of(scan.gray, where, round(3 * unit))
        if found is not None:
            seen += 1
            assert np.hypot(*(found - where)) / unit < 0.08
        assert np.allclose(scan.mm_of(where), dot, atol=0.005)
    assert seen >= 3


def test_kinds_are_pure_and_change_the_scan():
    for kind, degradation in DEGRADATIONS.items():
        assert len(degradation.means) == len(SEVERITIES)
        for severity in SEVERITIES:
            passes = [
                degrade_settings(kind, severity, FINE, np.random.default_rng(9)) for _ in range(2)
            ]
            assert passes[0] == passes[1] != FINE


@pytest.mark.parametrize(("stretch", "most"), [(0.003, 0.29), (0.01, 0.95)])
def test_uneven_feed_moves_points_along_the_sheet_only(stretch, most):
    bend = Bend(210, 297, feed=stretch, waves=1.0)
    plain = Affine(1, 0, 0, 0, 1, 0)
    points = np.column_stack([np.full(298, 100.0), np.arange(298.0)])
    moved = bend.to_px(points, plain) - points
    assert not moved[:, 0].any()
    assert 0.9 * most < np.abs(moved[:, 1]).max() <= most
    rate = np.diff(moved[:, 1])
    assert stretch * 0.95 < rate.max() <= stretch


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("torn corner", 0.001, 0.06),
        ("folded corner", 0.0004, 0.06),
        ("punch holes", 0.0004, 0.003),
        ("staple", 0.00001, 0.02),
        ("stains", 0.005, 0.7),
        ("lost tags", 0.001, 0.006),
        ("lost barcode", 0.002, 0.02),
    ],
)
def test_damage_of_paper_grows_with_severity(kind, low, high):
    page = np.full((round(297 * PX), round(210 * PX)), 100, np.uint8)
    shares = []
    for severity in SEVERITIES:
        rng = np.random.default_rng(5)
        damage = degrade_settings(kind, severity, OFFICE, rng).damage
        hurt = draw_damage(page, PX, damage, np.random.default_rng(5), A4)
        shares.append(float((hurt != page).mean()))
    assert shares[0] < shares[1] <= shares[2]
    assert shares[0] > low and shares[2] < high


def test_the_other_side_shines_through_mirrored():
    page = np.full((round(297 * PX), round(210 * PX)), 255, np.uint8)
    page[400:500, 100:200] = 0
    seen = draw_damage(page, PX, Damage(bleed=0.2), np.random.default_rng(1), A4)
    mirrored = seen[430:470, -170:-130]
    assert mirrored.min() >= 200 and mirrored.max() <= 208
    assert (seen[420:480, 120:180] == 0).all()
    assert seen[900, 600] == 255


def test_a_coarse_fax_repeats_every_line():
    scan = np.random.default_rng(1).integers(0, 256, (600, 400)).astype(np.uint8)
    draw_machine_faults(scan, 8.0, Damage(fax=3), np.random.default_rng(1))
    assert (scan[0::2] == scan[1::2]).mean() > 0.8


def test_exposure_and_contrast_move_greys():
    quiet = replace(OFFICE, noise=0.5, shading=0.0)
    plain, bright, pale = (
        degrade_page(DOTTED, PX, settings, np.random.default_rng(2)).gray
        for settings in (quiet, replace(quiet, exposure=1.8), replace(quiet, black=155.0))
    )
    assert (bright == 255).mean() > 0.9 > (plain == 255).mean()
    assert plain.min() < 20 and pale.min() > 140


def test_a_file_can_lie_about_its_resolution():
    lying = degrade_settings("wrong dpi tag", 2, OFFICE, np.random.default_rng(1))
    assert lying.dpi == 150 != lying.stated_dpi
    assert OFFICE.stated_dpi == 150

"""Scanners: the true map is true, levels keep their figures, damage hits what it names."""

import numpy as np
import pytest

from papi.model.sheet import A4
from papi.synth.damage import Damage, draw_damage, draw_machine_faults
from papi.synth.degrade import as_stored, degrade_page
from papi.synth.scan_settings import LEVELS, ScanSettings, draw_settings

PX = 200 / 25.4
DOTS = [(30.0, 60.0), (180.0, 60.0), (105.0, 148.5), (30.0, 230.0), (180.0, 230.0)]


def dotted_page():
    page = np.full((round(297 * PX), round(210 * PX)), 255, np.uint8)
    yy, xx = np.mgrid[: page.shape[0], : page.shape[1]]
    for x, y in DOTS:
        page[np.hypot((xx + 0.5) / PX - x, (yy + 0.5) / PX - y) < 1.5] = 0
    return page


def dot_near(gray, where):
    x, y = np.rint(where).astype(int)
    part = gray[y - 25 : y + 26, x - 25 : x + 26].astype(float)
    dark = np.clip(130 - part, 0, None)
    yy, xx = np.mgrid[y - 25 : y + 26, x - 25 : x + 26]
    return np.array([(dark * xx).sum(), (dark * yy).sum()]) / dark.sum()


@pytest.mark.parametrize("level", ["L1", "L2"])
@pytest.mark.parametrize("seed", range(6))
def test_the_true_map_is_true(level, seed):
    rng = np.random.default_rng(seed)
    settings = draw_settings(level, rng)
    quiet = ScanSettings(
        settings.dpi,
        settings.rotation,
        settings.scale,
        settings.anisotropy,
        settings.blur_mm,
        settings.noise,
        settings.shading,
        settings.quality,
        upside_down=settings.upside_down,
    )
    scan = degrade_page(dotted_page(), PX, quiet, rng)
    for dot in DOTS:
        where = scan.to_px.apply(np.array(dot))
        assert np.hypot(*(dot_near(scan.gray, where) - where)) / quiet.dpi * 25.4 < 0.06


def test_office_figures():
    drawn = [draw_settings("L1", np.random.default_rng(i)) for i in range(400)]
    assert {s.dpi for s in drawn} == {200, 300}
    assert max(abs(s.rotation) for s in drawn) <= 2
    assert min(s.scale for s in drawn) >= 0.97 and max(s.scale for s in drawn) <= 1.03
    assert max(abs(s.anisotropy) for s in drawn) <= 0.005
    assert min(s.quality for s in drawn) >= 60 and max(s.quality for s in drawn) <= 85
    assert min(s.noise for s in drawn) >= 8 and max(s.noise for s in drawn) <= 12
    assert 0.05 < np.mean([s.upside_down for s in drawn]) < 0.16
    assert all(s.damage == Damage() and not s.threshold for s in drawn)


def test_hard_and_extreme_figures():
    hard = [draw_settings("L2", np.random.default_rng(i)) for i in range(200)]
    assert max(abs(s.rotation) for s in hard) <= 5
    assert all(s.damage.fiducials == 1 for s in hard)
    assert all(s.dpi == 200 for s in hard if s.threshold)
    assert any(s.copied for s in hard)
    extreme = [draw_settings("L3", np.random.default_rng(i)) for i in range(200)]
    assert all((s.damage.fiducials, s.damage.barcodes) == (2, 1) for s in extreme)
    assert {bool(s.phone) for s in extreme} == {True, False}
    assert {s.dpi for s in extreme} == {150, 200, 220}


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_seed_scans_the_same(level):
    scans = []
    for _ in range(2):
        rng = np.random.default_rng(5)
        scans.append(degrade_page(dotted_page(), PX, draw_settings(level, rng), rng))
    assert np.array_equal(scans[0].gray, scans[1].gray)
    stored = as_stored(scans[0])
    assert stored.shape == scans[0].gray.shape


def test_one_bit_scans_have_two_values():
    rng = np.random.default_rng(1)
    settings = ScanSettings(200, 1.0, 1.0, 0.0, 0.12, 9.0, 0.05, 0, threshold=140.0)
    scan = degrade_page(dotted_page(), PX, settings, rng)
    assert set(np.unique(scan.gray)) == {0, 255}
    assert as_stored(scan) is scan.gray


def test_damage_hides_marks():
    page = np.full((round(297 * PX), round(210 * PX)), 255, np.uint8)
    for box in (*A4.fiducials, A4.qr, A4.data_matrix):
        page[int(box.y * PX) : int(box.bottom * PX), int(box.x * PX) : int(box.right * PX)] = 100

    def hidden(damaged, box):
        part = damaged[int(box.y * PX) + 2 : int(box.bottom * PX) - 2]
        return not (part[:, int(box.x * PX) + 2 : int(box.right * PX) - 2] == 100).all()

    damage = Damage(fiducials=2, barcodes=1, torn_corner=True)
    damaged = draw_damage(page, PX, damage, np.random.default_rng(2), A4)
    assert sum(hidden(damaged, box) for box in A4.fiducials) == 2
    assert hidden(damaged, A4.fiducials[5])
    assert sum(hidden(damaged, box) for box in (A4.qr, A4.data_matrix)) == 1
    stained = draw_damage(page, PX, Damage(stains=1), np.random.default_rng(3), A4)
    assert 0.005 < (stained != page).mean() < 0.2


def test_machine_faults_run_along_the_scan():
    scan = np.full((600, 400), 255, np.uint8)
    draw_machine_faults(scan, 8.0, Damage(dirt_lines=1), np.random.default_rng(1))
    assert (scan.max(axis=0) < 255).sum() in {1, 2}
    draw_machine_faults(scan, 8.0, Damage(fax=True), np.random.default_rng(1))
    assert (scan == 0).sum() > 400

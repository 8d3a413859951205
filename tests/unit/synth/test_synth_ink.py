"""Characters, marks and pens on paper."""

import numpy as np
import pytest

from papi.errors import InputUnreadable
from papi.geometry import Box
from papi.synth.hands import Hand, sign, write_character, write_words
from papi.synth.ink import Canvas, Pen
from papi.synth.marks import cross_out, fill_unused, mark_box, spot_dirt
from papi.synth.skeletons import CHARACTERS, DIGITS, LETTERS, smooth_stroke, variants
from papi.synth.sources import DataSource, SkeletonSource, SkeletonWriter, clean_unipen

PX = 300 / 25.4
STEADY = Pen("felt", 0.5, 0.0, 0.0, 0.0, 0.0, 0.0)


def paper(width=60.0, height=40.0):
    return Canvas(np.full((round(height * PX), round(width * PX)), 255, np.uint8), PX)


def ink_of(canvas):
    return np.argwhere(canvas.gray < 180) / canvas.px_per_mm


def test_every_character_has_a_shape():
    assert set(LETTERS + DIGITS + "-'.") == CHARACTERS
    for character in CHARACTERS:
        for strokes in variants(character):
            assert all(len(stroke) >= 2 for stroke in strokes)


def test_a_spline_passes_its_points_and_breaks_at_corners():
    points = np.array([[0.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    smooth = smooth_stroke(points, [False, True, False])
    assert min(np.hypot(*(smooth - [0.5, 0.5]).T)) < 1e-9
    assert len(smooth) > 20


def test_a_pen_draws_its_width():
    canvas = paper()
    canvas.draw_strokes([np.array([[20.0, 5.0], [20.0, 35.0]])], STEADY, np.random.default_rng(1))
    row = canvas.gray[round(20 * PX)]
    assert np.sum(255.0 - row) / 255 / PX == pytest.approx(0.5, abs=0.06)


def test_ink_outside_the_page_is_cut_off():
    canvas = paper()
    stroke = np.array([[-30.0, -30.0], [-20.0, -20.0]])
    canvas.draw_strokes([stroke, stroke + 28], STEADY, np.random.default_rng(1))
    assert len(ink_of(canvas)) > 0
    clean = paper()
    clean.draw_strokes([stroke], STEADY, np.random.default_rng(1))
    assert len(ink_of(clean)) == 0


@pytest.mark.parametrize("character", sorted(CHARACTERS))
def test_characters_stand_in_their_box(character):
    rng = np.random.default_rng(ord(character))
    box = Box(20, 15, 4.6, 6)
    for _ in range(5):
        canvas = paper()
        write_character(canvas, Hand.draw(SkeletonSource(), rng), character, box, rng)
        points = ink_of(canvas)
        assert len(points) > 3
        low, high = points.min(0), points.max(0)
        assert low[1] > box.x - 1.8 and high[1] < box.right + 1.8
        assert low[0] > box.y - 1.8 and high[0] < box.bottom + 1.8


def test_the_same_seed_writes_the_same():
    pages = []
    for _ in range(2):
        rng, canvas = np.random.default_rng(3), paper()
        hand = Hand.draw(SkeletonSource(), rng)
        write_words(canvas, hand, "KP. SUKAMAJU 4", Box(2, 5, 56, 7), rng)
        sign(canvas, hand, Box(5, 15, 40, 15), rng)
        spot_dirt(canvas, 60, 40, rng)
        pages.append(canvas.gray)
    assert np.array_equal(*pages)
    assert (pages[0] < 180).any()


@pytest.mark.parametrize("style", ["check", "cross", "slash", "fill", "dot"])
def test_marks_lie_on_their_box_and_crossing_out_adds_ink(style):
    rng = np.random.default_rng(4)
    hand, box = Hand.draw(SkeletonSource(), rng), Box(28, 18, 4, 4)
    canvas = paper()
    mark_box(canvas, hand, box, rng, style)
    points = ink_of(canvas)
    assert np.abs(points.mean(0) - [20, 30]).max() < 1.5
    before = len(points)
    cross_out(canvas, hand, box, rng)
    assert len(ink_of(canvas)) > before


@pytest.mark.parametrize("dash", [True, False])
def test_fillers_stay_near_their_box(dash):
    rng, canvas = np.random.default_rng(5), paper()
    fill_unused(canvas, Hand.draw(SkeletonSource(), rng), Box(20, 15, 4.6, 6), rng, dash=dash)
    assert np.abs(ink_of(canvas).mean(0) - [18, 22.3]).max() < 1.2


def unipen_file(path, characters, p_label):
    count = len(characters)
    points = np.tile(np.array([[0, 0], [500, 1000], [300, 200]], np.int16), (count, 1))
    np.savez(
        path,
        points=points,
        stroke_offset=np.arange(count + 1) * 3,
        char_offset=np.arange(count + 1),
        label=np.frombuffer("".join(characters).encode(), np.uint8),
        writer=np.zeros(count, np.int16),
        p_label=np.asarray(p_label, np.float16),
        fragment=np.zeros(count, bool),
    )


def test_real_writers_come_from_a_data_folder(tmp_path):
    characters = list(DIGITS + LETTERS) * 3
    unipen_file(tmp_path / "unipen_dev_strokes.npz", characters, [0.9] * len(characters))
    images = np.zeros((20, 28, 28), np.uint8)
    images[:, 6:22, 10:16] = 255
    np.savez(
        tmp_path / "mnist_test.npz",
        images=images,
        labels=np.arange(20) % 10,
        writer=np.zeros(20, np.int16),
    )
    rng = np.random.default_rng(1)
    scanned = DataSource(tmp_path, rasters=1.0).writer(rng)
    glyph = scanned.glyph("7", rng)
    assert glyph.raster is not None and glyph.raster.shape == (16, 6)
    assert scanned.glyph("A", rng).aspect == pytest.approx(0.5)
    assert len(scanned.glyph("-", rng).strokes) == 1
    canvas = paper()
    hand = Hand(scanned, STEADY, 0.8, 0.0, 0.1, 0.0, "check", 0.1, "lines")
    write_character(canvas, hand, "7", Box(20, 15, 4.6, 6), rng)
    low, high = ink_of(canvas).min(0), ink_of(canvas).max(0)
    assert 3.5 < high[0] - low[0] < 6.5


def test_an_empty_data_folder_is_refused(tmp_path):
    with pytest.raises(InputUnreadable):
        DataSource(tmp_path)


def test_likely_slips_are_left_out():
    labels = np.frombuffer(b"1" * 100 + b"A" * 100 + b"?" * 5, np.uint8)
    p_label = np.ones(205)
    p_label[[3, 110, 120]] = 0.01
    fragment = np.zeros(205, bool)
    fragment[130] = True
    keep = clean_unipen(labels, p_label, fragment)
    assert keep.sum() == 99 + 97  # at most 1 % of digits and 3 % of capitals
    assert not keep[[3, 110, 120, 130]].any() and not keep[200:].any()


def test_a_writer_keeps_to_a_shape():
    writer = SkeletonWriter(np.random.default_rng(8))
    rng = np.random.default_rng(9)
    counts = [len(writer.glyph("7", rng).strokes) for _ in range(60)]
    assert max(counts.count(1), counts.count(2)) > 45

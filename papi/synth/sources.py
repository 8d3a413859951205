"""Where characters come from: our own skeletons, or a data folder of real handwriting.

Knows the arrays of the data folder (UNIPEN strokes; MNIST and USPS rasters) and how to clean them.
Must not know pens, boxes or forms. Real characters are drawn from one writer as long as that
writer has them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from papi.errors import InputUnreadable
from papi.synth.skeletons import DIGITS, LETTERS, Stroke, smooth_stroke, variants

Generator = np.random.Generator
CUT_DIGITS, CUT_CAPITALS = 0.01, 0.03
"""Largest shares of UNIPEN characters left out as wrongly cut or labelled: fragments and those with
the lowest p_label, a probability that comes with the data and not from the networks judged."""
SURE = 0.5
"""Characters whose label is at least so probable are never left out."""
LEAST_DIGITS, LEAST_LETTERS = 8, 16
"""A writer must have so many different digits or letters to fill forms alone."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as written once: pen strokes, or a raster.

    Attributes:
        strokes: in units of the height, top left of the ink at (0, 0).
        raster: uint8 (H, W), ink bright, cropped to the ink; None for strokes.
    """

    strokes: tuple[Stroke, ...] = ()
    raster: NDArray[np.uint8] | None = None

    @property
    def aspect(self) -> float:
        """Width in units of the height."""
        if self.raster is not None:
            return float(self.raster.shape[1] / self.raster.shape[0])
        return float(np.ptp(np.concatenate(self.strokes)[:, 0]))


class Writer(Protocol):
    """Someone who writes characters."""

    def glyph(self, character: str, rng: Generator) -> Glyph:
        """Write one of 0-9 A-Z - ' . once more."""


@dataclass
class SkeletonWriter:
    """Writes from our own skeletons with one person's variants and unsteadiness."""

    rng: Generator
    chosen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wobble = self.rng.uniform(0.008, 0.028)
        self.stretch = self.rng.uniform(0.85, 1.2)
        self.taste = int(self.rng.integers(1 << 30))

    def glyph(self, character: str, rng: Generator) -> Glyph:
        """Return the character with this writer's variant, moved control points and bends."""
        shapes = variants(character)
        usual = self.chosen.setdefault(
            character,
            int(np.random.default_rng([self.taste, ord(character)]).integers(len(shapes))),
        )
        shape = shapes[usual if rng.random() < 0.92 else int(rng.integers(len(shapes)))]
        wobble = self.wobble * (0.3 if character in ".'" else 1.0)
        bend = rng.normal(0, 0.035, (2, 2)) if character not in ".'-" else np.zeros((2, 2))
        strokes = []
        for stroke in shape:
            points = np.array([(x, y) for x, y, _ in stroke])
            points += rng.normal(0, wobble, points.shape)
            points[:, 0] += bend[0, 0] * np.sin(3.1 * points[:, 1] + 6 * bend[1, 1])
            points[:, 1] += bend[0, 1] * np.sin(3.1 * points[:, 0])
            points[:, 0] *= self.stretch
            strokes.append(smooth_stroke(points, [corner for *_, corner in stroke]))
        return _at_origin(strokes)


def _at_origin(strokes: Sequence[Stroke]) -> Glyph:
    corner = np.concatenate(strokes).min(axis=0)
    return Glyph(tuple(stroke - corner for stroke in strokes))


@dataclass
class DataWriter:
    """Writes with the characters one real writer left behind; the rest from skeletons."""

    samples: dict[str, list[Glyph]]
    fallback: SkeletonWriter

    def glyph(self, character: str, rng: Generator) -> Glyph:
        """Return one of the writer's own examples of the character."""
        own = self.samples.get(character)
        if not own:
            return self.fallback.glyph(character, rng)
        return own[int(rng.integers(len(own)))]


class CharacterSource(Protocol):
    """A crowd of writers."""

    def writer(self, rng: Generator) -> Writer:
        """Draw one writer."""


class SkeletonSource:
    """Any number of invented writers."""

    def writer(self, rng: Generator) -> Writer:
        """Invent a writer."""
        return SkeletonWriter(rng)


class DataSource:
    """Real writers of a data folder (its `dev` or `train` part)."""

    def __init__(
        self,
        folder: Path,
        *,
        rasters: float = 0.35,
        takes_part: Callable[[int], bool] = lambda writer: True,
    ) -> None:
        """Load the arrays of a folder.

        Args:
            folder: the `dev` or `train` part of the data.
            rasters: share of forms whose digits are scanned ones.
            takes_part: which writers are used (a threshold is chosen on held-out ones).

        Raises:
            InputUnreadable: the folder holds no UNIPEN strokes.
        """
        files = sorted(folder.glob("unipen_*_strokes.npz"))
        if not files:
            raise InputUnreadable(f"no UNIPEN strokes in {folder.name}")
        self._rasters = rasters
        self._pen = {w: g for w, g in load_unipen(files[0]).items() if takes_part(w)}
        scanned = load_rasters(folder).items()
        self._scanned = [
            glyphs
            for name, glyphs in scanned
            if len(glyphs) >= LEAST_DIGITS and takes_part(int(name.rpartition(":")[2]))
        ]
        self._digit_writers = [w for w in self._pen.values() if _count(w, DIGITS) >= LEAST_DIGITS]
        self._letter_writers = [
            w for w in self._pen.values() if _count(w, LETTERS) >= LEAST_LETTERS
        ]
        self._everyone = _merge(self._pen.values())

    def writer(self, rng: Generator) -> Writer:
        """Draw a writer of letters and one of digits (the same where one has both)."""
        letters = self._letter_writers[int(rng.integers(len(self._letter_writers)))]
        digits = letters
        if _count(letters, DIGITS) < LEAST_DIGITS or rng.random() < 0.5:
            digits = self._digit_writers[int(rng.integers(len(self._digit_writers)))]
        if self._scanned and rng.random() < self._rasters:
            digits = self._scanned[int(rng.integers(len(self._scanned)))]
        samples = {c: g for c, g in letters.items() if c in LETTERS}
        samples |= {c: g for c, g in digits.items() if c in DIGITS}
        for character in (*LETTERS, *DIGITS):
            samples.setdefault(character, self._everyone.get(character, []))
        return DataWriter(samples, SkeletonWriter(rng))


def _count(samples: dict[str, list[Glyph]], alphabet: str) -> int:
    return sum(character in samples for character in alphabet)


def _merge(writers: Iterable[dict[str, list[Glyph]]]) -> dict[str, list[Glyph]]:
    merged: dict[str, list[Glyph]] = defaultdict(list)
    for writer in writers:
        for character, glyphs in writer.items():
            merged[character] += glyphs
    return dict(merged)


def load_unipen(path: Path) -> dict[int, dict[str, list[Glyph]]]:
    """Return writer -> character -> glyphs of the cleaned digits and capitals of a strokes file."""
    with np.load(path) as data:
        labels, writers = data["label"], data["writer"]
        keep = clean_unipen(labels, data["p_label"].astype(np.float64), data["fragment"])
        points = data["points"].astype(np.float64) / 1000
        strokes, characters = data["stroke_offset"], data["char_offset"]
    crowd: dict[int, dict[str, list[Glyph]]] = defaultdict(lambda: defaultdict(list))
    for i in np.flatnonzero(keep):
        paths = [
            points[strokes[s] : strokes[s + 1]] for s in range(characters[i], characters[i + 1])
        ]
        paths = [path for path in paths if len(path)]
        height = max(float(np.ptp(np.concatenate(paths)[:, 1])), 0.2)
        glyph = _at_origin([path / height for path in paths])
        crowd[int(writers[i])][chr(labels[i])].append(glyph)
    return {writer: dict(samples) for writer, samples in crowd.items()}


def clean_unipen(
    labels: NDArray[np.uint8], p_label: NDArray[np.float64], fragment: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which characters are digits or capitals and not among the likely slips."""
    keep = np.zeros(len(labels), bool)
    doubt = np.where(fragment, -1.0, p_label)
    for alphabet, share in ((DIGITS, CUT_DIGITS), (LETTERS, CUT_CAPITALS)):
        own = np.flatnonzero(np.isin(labels, [ord(c) for c in alphabet]))
        worst = own[np.argsort(doubt[own], kind="stable")][: int(share * len(own))]
        keep[own] = True
        keep[worst[doubt[worst] < SURE]] = False
    return keep


def load_rasters(folder: Path) -> dict[str, dict[str, list[Glyph]]]:
    """Return writer -> digit -> glyphs of the scanned digits (MNIST by writer, USPS as one)."""
    crowd: dict[str, dict[str, list[Glyph]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted([*folder.glob("mnist_*.npz"), *folder.glob("usps_*.npz")]):
        with np.load(path) as data:
            images, labels = data["images"], data["labels"]
            writers = data["writer"] if "writer" in data else np.arange(len(labels)) // 150
        for image, label, writer in zip(images, labels, writers, strict=True):
            rows, columns = np.flatnonzero(image.max(1) > 60), np.flatnonzero(image.max(0) > 60)
            ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            crowd[f"{path.stem}:{writer}"][str(int(label))].append(Glyph(raster=ink))
    return {writer: dict(samples) for writer, samples in crowd.items()}

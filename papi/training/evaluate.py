"""Evaluate: a character model on writers it never saw, plain and in printed, scanned boxes.

Knows the benchmark sets and how a reader is asked. Must not know how the model was trained.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.cut import lift_ink
from papi.model.page import CELL_SHAPE
from papi.reading.characters import CharacterReader, scaled
from papi.reading.models import HEADS
from papi.reading.normalise import Characters, normalise, normalise_unboxed
from papi.training.boxes import scan_sheet
from papi.training.cleaned import slips_of, without_slips
from papi.training.judge import Figures, judge
from papi.training.pool import SHEET, plain_image
from papi.training.render import render
from papi.training.sources import Character, load_dev

BOXED_SEED = 77
BOXED_LIMIT = 4000
"""Characters of each set that are also written in boxes and scanned."""


Report = Callable[[str], None]
PHOTOGRAPHS = Path("dev", "cdigital_forms", "letters")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One set of characters for one head."""

    name: str
    head: str
    characters: list[Character]

    @property
    def labels(self) -> NDArray[np.int16]:
        """Class number of each character."""
        return np.array([HEADS[self.head].index(c.label) for c in self.characters], np.int16)

    @property
    def writers(self) -> NDArray[np.int32] | None:
        """Writer of each character, None where the source does not tell."""
        if self.characters[0].source in ("usps", "sd19"):
            return None
        return np.array([c.writer for c in self.characters], np.int32)


@dataclass(frozen=True, slots=True)
class Judged:
    """A benchmark with what was seen and read: enough for figures and pictures.

    Attributes:
        pictures: of each mistake by its row: paper and ink after the cut, or the plain image.
    """

    benchmark: Benchmark
    boxed: bool
    seen: Characters
    probabilities: NDArray[np.float64]
    figures: Figures
    pictures: Mapping[int, tuple[NDArray[np.uint8], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scanned:
    """Characters written in boxes: snips of paper (N, 84, 70), ink lifted from them, and input."""

    paper: NDArray[np.uint8]
    ink: NDArray[np.uint8]
    seen: Characters


def benchmarks(dev: Sequence[Character], slips: frozenset[int]) -> list[Benchmark]:
    """Split the development characters into benchmark sets, UNIPEN cleaned and raw."""
    unipen = [c for c in dev if c.source == "unipen"]
    clean = without_slips(unipen, slips)
    return [
        Benchmark("mnist", "digit", [c for c in dev if c.source == "mnist"]),
        Benchmark("usps", "digit", [c for c in dev if c.source == "usps"]),
        Benchmark("unipen digits", "digit", [c for c in clean if c.label.isdigit()]),
        Benchmark("unipen digits raw", "digit", [c for c in unipen if c.label.isdigit()]),
        Benchmark("unipen capitals", "capital", [c for c in clean if c.label.isalpha()]),
        Benchmark("unipen capitals raw", "capital", [c for c in unipen if c.label.isalpha()]),
        Benchmark("sd19 vowels", "capital", [c for c in dev if c.source == "sd19"]),
    ]


def evaluate(
    reader: CharacterReader, sets: Sequence[Benchmark], report: Callable[[str], None]
) -> list[Judged]:
    """Judge every set plain, and a part of it in boxes."""
    judged = []
    for item in sets:
        rng = np.random.default_rng(BOXED_SEED)
        images = [plain_image(c, rng) for c in item.characters]
        before = [np.asarray(255 - image, np.uint8) for image in images]
        judged.append(_judge(reader, item, normalise_unboxed(images), [before], boxed=False))
        report(line_of(judged[-1]))
        if not item.name.endswith("raw"):
            part = Benchmark(item.name, item.head, _part(item.characters, rng))
            scanned = scan_in_boxes(part.characters, rng)
            pictures = [list(scanned.paper), list(255 - scanned.ink)]
            judged.append(_judge(reader, part, scanned.seen, pictures, boxed=True))
            report(line_of(judged[-1]))
    return judged


def line_of(judged: Judged) -> str:
    """One line of figures for people."""
    f = judged.figures
    place = "in boxes" if judged.boxed else "plain"
    return (
        f"{judged.benchmark.name:20s} {place:8s} n={f.count:5d}  {100 * f.accuracy:6.2f} % "
        f"[{100 * f.interval[0]:.2f}, {100 * f.interval[1]:.2f}]  wrong at 5 % reject "
        f"{100 * f.error_at_reject:.2f} %  ECE {f.ece:.4f}"
    )


def _part(characters: list[Character], rng: np.random.Generator) -> list[Character]:
    order = rng.permutation(len(characters))[:BOXED_LIMIT]
    return [characters[i] for i in order]


def _judge(
    reader: CharacterReader,
    item: Benchmark,
    seen: Characters,
    pictures: Sequence[Sequence[NDArray[np.uint8]]],
    *,
    boxed: bool,
) -> Judged:
    head = item.head
    logits = reader.logits(seen)[head]
    probabilities = scaled(logits, reader.card.scaling[head], head)
    figures = judge(head, probabilities, item.labels, item.writers)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != item.labels).tolist()
    shown = {row: tuple(kind[row] for kind in pictures) for row in wrong}
    return Judged(item, boxed, seen, probabilities, figures, shown)


def scan_in_boxes(characters: Sequence[Character], rng: np.random.Generator) -> Scanned:
    """Write characters in boxes, scan, cut and normalise them, as for training but unseen."""
    paper = np.concatenate(
        [
            scan_sheet([render(c, rng) for c in characters[start : start + SHEET]], rng)
            for start in range(0, len(characters), SHEET)
        ]
    )
    sheets = np.array_split(paper, range(SHEET, len(paper), SHEET))
    ink = np.concatenate([lift_ink(sheet).ink for sheet in sheets])
    return Scanned(paper, ink, normalise(ink))


def photographed_letters(folder: Path) -> tuple[NDArray[np.uint8], list[str]]:
    """Boxes of capital letters photographed from a real form, brought to the snip raster.

    Args:
        folder: dev/cdigital_forms/letters of the data folder.

    Returns:
        Snips uint8 (N, 84, 70) and the true letters. The pictures were cropped at the rule, so
        the margin repeats their border.
    """
    snips, labels = [], []
    with (folder / "labels.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            picture = cv2.imread(str(folder / row["file"]), cv2.IMREAD_GRAYSCALE)
            snips.append(_as_snip(np.asarray(picture)))
            labels.append(row["label"])
    return np.stack(snips), labels


def _as_snip(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Fit a box without margin into the canonical box; a narrow crop keeps its own aspect."""
    whole = picture.shape[1] > 0.55 * picture.shape[0]
    width = 46 if whole else max(8, round(picture.shape[1] * 60 / picture.shape[0]))
    small = cv2.resize(picture, (width, 60), interpolation=cv2.INTER_LINEAR)
    top = (CELL_SHAPE[0] - small.shape[0]) // 2
    left = (CELL_SHAPE[1] - small.shape[1]) // 2
    paper = float(np.percentile(small, 75))
    snip = np.full(CELL_SHAPE, paper, np.uint8)
    snip[top : top + small.shape[0], left : left + small.shape[1]] = small
    return snip


def judge_photographs(reader: CharacterReader, folder: Path) -> dict[str, Any]:
    """Accuracy on the photographed letters: a real-paper check of cut and reader together."""
    snips, labels = photographed_letters(folder)
    seen = normalise(lift_ink(snips).ink)
    logits = reader.logits(seen)["capital"]
    read = [HEADS["capital"][i] for i in logits.argmax(axis=1)]
    right = sum(a == b for a, b in zip(read, labels, strict=True))
    wrong = [f"{b}->{a}" for a, b in zip(read, labels, strict=True) if a != b]
    return {"count": len(labels), "right": right, "wrong": wrong}


def judge_reader(
    reader: CharacterReader, data: Path, report: Report
) -> tuple[list[Judged], dict[str, Any]]:
    """Judge a reader on all development characters; the figures as the card keeps them.

    Raises:
        InputUnreadable: the data folder is not complete.
    """
    judged = evaluate(reader, benchmarks(load_dev(data), slips_of(data)), report)
    figures = figures_of(judged)
    if (data / PHOTOGRAPHS).is_dir():
        figures["photographed letters"] = judge_photographs(reader, data / PHOTOGRAPHS)
        report(f"photographed letters: {figures['photographed letters']}")
    return judged, figures


def figures_of(judged: Sequence[Judged]) -> dict[str, Any]:
    """Figures by set and place, as the card keeps them."""
    return {
        f"{item.benchmark.name}/{'in boxes' if item.boxed else 'plain'}": item.figures.to_json()
        for item in judged
    }

"""Pool: every training character in many variants, as the network will see them.

Characters are written in boxes, scanned, cut by the real imaging.cut and normalised by the real
reading.normalise: what the reader does on paper is what it was trained on.
Knows plans (how many variants of which source). Must not know networks or losses.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from papi.imaging.cut import lift_ink
from papi.model.evidence import BLANK, FILLER, JUNK
from papi.reading.models import HEADS
from papi.reading.normalise import normalise, normalise_unboxed
from papi.training import scrawl
from papi.training.boxes import scan_sheet
from papi.training.render import Mask, draw_strokes, render
from papi.training.sources import Character

SHEET = 96
IGNORE = -1
FILLERS_IN_DIGITS = frozenset("X-/\\_=+~")
JUNK_IN_DIGITS = frozenset('AEFHKMNPRWY#$%&*?<>^{}[];:"')
JUNK_IN_CAPITALS = frozenset('#%&*?=:;"/\\_~346789')
SAME_CAPITAL = {"'": "'", "`": "'", "-": "-", "_": "-", "~": "-", ".": "."}
UNBOXED_SCRAWL = ("filler", "scribble", "struck", "pair", "dirt")


@dataclass(frozen=True, slots=True)
class Job:
    """One sheet's worth of work: (character index, boxed?) or a scrawl kind, and its seed."""

    number: int
    seed: int
    characters: tuple[int, ...]
    kind: str  # "boxed", "plain" or one of UNBOXED_SCRAWL


@dataclass(slots=True)
class Pool:
    """Arrays of equal length; labels (N, heads) hold class numbers or IGNORE."""

    inputs: NDArray[np.uint8]
    extras: NDArray[np.float32]
    labels: NDArray[np.int16]
    source: NDArray[np.str_]
    held_out: NDArray[np.bool_]
    boxed: NDArray[np.bool_]
    writer: NDArray[np.int32]

    @staticmethod
    def joined(parts: Sequence[Pool]) -> Pool:
        """Concatenate."""
        return Pool(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in Pool.__dataclass_fields__
            )
        )

    def save(self, path: Path) -> None:
        """Write to an npz outside the project."""
        np.savez(path, **{name: getattr(self, name) for name in Pool.__dataclass_fields__})

    @staticmethod
    def load(path: Path) -> Pool:
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            return Pool(*(arrays[name] for name in Pool.__dataclass_fields__))


def labels_of(label: str) -> list[int]:
    """Class number in each head of a character or of FILLER, JUNK, BLANK; IGNORE if unclear."""
    if label in (FILLER, JUNK, BLANK):
        wanted = {head: label for head in HEADS}
        if label == FILLER:
            wanted["code"] = wanted["capital"] = ""
    else:
        wanted = {"digit": label, "capital": SAME_CAPITAL.get(label, label), "code": label}
        if label in FILLERS_IN_DIGITS:
            wanted["digit"] = FILLER
        elif label in JUNK_IN_DIGITS:
            wanted["digit"] = JUNK
        if label in JUNK_IN_CAPITALS:
            wanted["capital"] = JUNK
        if not label.isalnum() and label in '#%&*?=:;"':
            wanted["code"] = JUNK
    return [
        HEADS[head].index(wanted[head]) if wanted[head] in HEADS[head] else IGNORE for head in HEADS
    ]


def build_pool(
    characters: Sequence[Character],
    variants: dict[str, tuple[int, int]],
    scrawls: int,
    *,
    seed: int,
    workers: int = 2,
) -> Pool:
    """Make the pool.

    Args:
        characters: what was written.
        variants: (boxed, plain) number of variants by group: mnist, usps, sd19, unipen_digit,
            unipen_capital, unipen_mark.
        scrawls: how many of each scrawl kind.
        seed: of everything drawn.
        workers: processes.
    """
    jobs = list(_jobs(characters, variants, scrawls, seed))
    _start(characters)
    if workers == 1:
        return Pool.joined([_work(job) for job in jobs])
    context = multiprocessing.get_context("fork")  # workers share the characters
    with ProcessPoolExecutor(workers, context) as executor:
        return Pool.joined(list(executor.map(_work, jobs, chunksize=8)))


def group_of(character: Character) -> str:
    """Name the group that decides how many variants a character gets."""
    if character.source != "unipen":
        return character.source
    if character.label.isdigit():
        return "unipen_digit"
    return "unipen_capital" if character.label.isalpha() else "unipen_mark"


def _jobs(
    characters: Sequence[Character], variants: dict[str, tuple[int, int]], scrawls: int, seed: int
) -> Iterator[Job]:
    rng = np.random.default_rng(seed)
    number = 0
    counts = np.array([variants.get(group_of(c), (0, 0)) for c in characters])
    for column, kind in enumerate(("boxed", "plain")):
        todo = np.repeat(np.arange(len(characters)), counts[:, column])
        rng.shuffle(todo)
        for start in range(0, len(todo), SHEET):
            yield Job(number, seed, tuple(int(i) for i in todo[start : start + SHEET]), kind)
            number += 1
    for kind in UNBOXED_SCRAWL:
        todo = rng.integers(0, len(characters), scrawls)
        for start in range(0, scrawls, SHEET):
            yield Job(number, seed, tuple(int(i) for i in todo[start : start + SHEET]), kind)
            number += 1


_CHARACTERS: list[Character] = []


def _start(characters: Sequence[Character]) -> None:
    """Lay the characters where workers find them; cv2's threads do not survive a fork."""
    cv2.setNumThreads(1)
    _CHARACTERS[:] = characters


def _work(job: Job) -> Pool:
    """Make one sheet of variants."""
    rng = np.random.default_rng([job.seed, job.number])
    characters = [_CHARACTERS[index] for index in job.characters]
    if job.kind == "plain":
        seen = normalise_unboxed([plain_image(c, rng) for c in characters])
        names = [c.label for c in characters]
    else:
        drawn = [_mask(job.kind, c, characters, rng) for c in characters]
        names = [name for _, name in drawn]
        cut = lift_ink(scan_sheet([mask for mask, _ in drawn], rng))
        seen = normalise(cut.ink)
    labels = np.array([labels_of(name) for name in names], np.int16)
    source = [c.source if job.kind in ("boxed", "plain") else job.kind for c in characters]
    useful = ~seen.blank & (labels >= 0).any(axis=1)
    return Pool(
        seen.inputs[useful, 0],
        seen.extras[useful],
        labels[useful],
        np.array(source, "U8")[useful],
        np.array([c.held_out for c in characters])[useful],
        np.full(int(useful.sum()), job.kind != "plain"),
        np.array([c.writer for c in characters], np.int32)[useful],
    )


def _mask(
    kind: str, character: Character, others: Sequence[Character], rng: Generator
) -> tuple[Mask, str]:
    """Draw what `kind` asks for and name its label."""
    if kind == "boxed":
        return render(character, rng), character.label
    if kind == "filler":
        return scrawl.draw_filler(rng), FILLER
    if kind == "scribble":
        return scrawl.draw_scribble(rng), JUNK
    if kind == "dirt":
        return scrawl.draw_dirt(rng), BLANK
    if kind == "struck":
        return scrawl.draw_struck_out(character, rng), JUNK
    other = others[int(rng.integers(len(others)))]
    return scrawl.draw_pair(character, other, rng), JUNK


def plain_image(character: Character, rng: Generator) -> NDArray[np.uint8]:
    """A character that stands in no box: the scan itself, or strokes with a pen of 3-15 %."""
    if character.image is not None:
        return character.image
    assert character.strokes is not None  # noqa: S101 - a character has either
    points = np.concatenate(character.strokes)
    low, size = points.min(axis=0), max(float(np.ptp(points, axis=0).max()), 1.0)
    side = 64
    placed = [(stroke - low) / size * side + 10 for stroke in character.strokes]
    pen = side * float(np.clip(rng.lognormal(np.log(0.075), 0.35), 0.03, 0.16))
    image = draw_strokes(placed, pen, (side + 20, side + 20))
    return np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.3, 1.6))))

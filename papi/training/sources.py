"""Sources: the shared handwriting data as one list of characters with writer and split.

Knows the files of the data folder and which of their characters are slips. Must not know snips,
networks or losses. Nothing read here is ever stored in the project.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.errors import InputUnreadable

TRAIN_FILES = ("mnist_train", "usps_train", "unipen_train_strokes", "nist_sd19_vowels_train")
DEV_FILES = ("mnist_test", "usps_test", "unipen_dev_strokes", "nist_sd19_vowels_dev")
HELD_OUT_EVERY = 10
"""Every tenth writer of train validates and calibrates; writers of dev only judge."""
SLIP_P_LABEL = {"digit": 0.10, "capital": 0.05}
"""UNIPEN: below this probability of its own label (data provider's CNN) a character is a slip."""
UNUSABLE_LABEL = "@"

Strokes = list[NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Character:
    """One written character: an image (ink bright), pen strokes (longest side 1000), or both.

    `index` is its place in its file: the cleaned list names UNIPEN characters by it.
    """

    label: str
    source: str
    writer: int
    held_out: bool
    index: int
    image: NDArray[np.uint8] | None = None
    strokes: Strokes | None = None


def load_train(folder: Path) -> list[Character]:
    """Load every usable training character below `folder` (the data folder itself).

    Raises:
        InputUnreadable: a file is missing.
    """
    part = _part(folder, "train", TRAIN_FILES)
    return [
        *_rasters(part / "mnist_train.npz", "mnist"),
        *_rasters(part / "usps_train.npz", "usps"),
        *_vowels(part / "nist_sd19_vowels_train.npz"),
        *_unipen(part, "train", clean=True),
    ]


def load_dev(folder: Path) -> list[Character]:
    """Load the development characters, UNIPEN raw and with its 40x40 rendering.

    Raises:
        InputUnreadable: a file is missing.
    """
    part = _part(folder, "dev", DEV_FILES)
    return [
        *_rasters(part / "mnist_test.npz", "mnist"),
        *_rasters(part / "usps_test.npz", "usps"),
        *_vowels(part / "nist_sd19_vowels_dev.npz"),
        *_unipen(part, "dev", clean=False),
    ]


def _part(folder: Path, part: str, names: tuple[str, ...]) -> Path:
    """Return the folder of one part, all files present."""
    missing = [name for name in names if not (folder / part / f"{name}.npz").is_file()]
    if missing:
        raise InputUnreadable(
            f"handwriting data missing in {part}: {', '.join(missing)}",
            "Name the folder that holds train/ and dev/ with --data, or set PAPI_DATA.",
        )
    return folder / part


def _rasters(path: Path, source: str) -> Iterator[Character]:
    """MNIST by writer; USPS, whose writers are unknown, by contiguous blocks."""
    with np.load(path) as arrays:
        images, labels = arrays["images"], arrays["labels"]
        writers = arrays["writer"] if "writer" in arrays.files else None
    if writers is None:
        writers = np.arange(len(images)) // max(1, len(images) // 40)
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        writer = int(writers[index])
        yield Character(str(label), source, writer, is_held_out(writer), index, _large(image))


def is_held_out(writer: int) -> bool:
    """Tell whether a train writer is kept for validation, calibration and thresholds."""
    return writer % HELD_OUT_EVERY == 3


def _vowels(path: Path) -> Iterator[Character]:
    """Scanned capital vowels; lower case is left out (forms ask for capitals)."""
    with np.load(path) as arrays:
        images, labels = arrays["images"], arrays["label"]
    seen: Counter[int] = Counter()
    for index, (image, code) in enumerate(zip(images, labels, strict=True)):
        seen[code] += 1
        if chr(code).isupper():
            block = seen[code] // 70  # files are in NIST order: blocks keep writers nearly apart
            yield Character(chr(code), "sd19", block, block == 9, index, image)


def _unipen(part: Path, name: str, *, clean: bool) -> Iterator[Character]:
    """Pen trajectories; with `clean`, without slips, else with their 40x40 rendering."""
    with np.load(part / f"unipen_{name}_strokes.npz") as arrays:
        data = {key: arrays[key] for key in arrays.files}
    images = None if clean else np.load(part / f"unipen_{name}_40x40.npz")["images"]
    for index, code in enumerate(data["label"]):
        label = chr(code)
        if label == UNUSABLE_LABEL or (clean and is_slip(data, index)):
            continue
        writer = int(data["writer"][index])
        image = None if images is None else images[index]
        strokes = _strokes(data, index)
        yield Character(label, "unipen", writer, is_held_out(writer), index, image, strokes)


def is_slip(data: dict[str, Any], index: int) -> bool:
    """Tell whether UNIPEN character `index` is wrongly cut or labelled, by the data's own flags."""
    label = chr(data["label"][index])
    kind = "digit" if label.isdigit() else "capital"
    if not label.isalnum():
        return False
    p_label = float(data["p_label"][index])
    return bool(data["fragment"][index]) or 0 <= p_label < SLIP_P_LABEL[kind]


def _strokes(data: dict[str, Any], index: int) -> Strokes:
    first, last = data["char_offset"][index], data["char_offset"][index + 1]
    bounds = data["stroke_offset"][first : last + 1]
    return [data["points"][a:b].astype(np.float32) for a, b in pairwise(bounds) if b > a]


def _large(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Enlarge a small scan smoothly, so that it can be drawn at any size."""
    factor = 3 if image.shape[0] >= 28 else 5
    padded = cv2.copyMakeBorder(image, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    large = cv2.resize(padded, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip((large.astype(np.float32) - 128) * 1.8 + 128, 0, 255), np.uint8)

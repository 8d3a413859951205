"""Pictures with personal data: where and how they are written.

Knows file names and rights. Must not know workspaces or what a picture shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.errors import UsageError
from papi.pipeline.snip_sheet import SheetBox, draw_sheet

PICTURES = (".png", ".jpg", ".jpeg")
"""Suffixes it can write."""
_LIKE_NIK = re.compile(r"\d{16}")


def check_picture_name(path: Path) -> None:
    """Refuse a file that cannot be written as a picture, or whose name tells a number.

    Raises:
        UsageError: the suffix is another, or the name holds 16 digits in a row.
    """
    if path.suffix.lower() not in PICTURES:
        raise UsageError(f"{path.name} is neither PNG nor JPEG.", "End the name in .png or .jpg.")
    check_name(path)


def check_name(path: Path) -> None:
    """Refuse a file whose name tells a number.

    Raises:
        UsageError: the name holds 16 digits in a row.
    """
    if _LIKE_NIK.search(path.name):
        raise UsageError(
            "The file's name holds a number of 16 digits.",
            "Name it by form id and page: a NIK or KK number must not stand in a file name.",
        )


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a picture that only its owner may read.

    Raises:
        UsageError: the folder is missing or not writable.
    """
    try:
        path.touch(mode=0o600)
        written = cv2.imwrite(str(path), picture)
    except (OSError, cv2.error):
        written = False
    if not written:
        raise UsageError(f"Cannot write {path}.", "Name a .png or .jpg file in a folder you own.")


def write_sheet(path: Path, boxes: Sequence[SheetBox], title: str) -> None:
    """Write a snip sheet; only its owner may read the file.

    Raises:
        UsageError: `path` is no PNG or JPEG, holds a number like a NIK, or cannot be written.
    """
    check_picture_name(path)
    write_picture(path, draw_sheet(boxes, title))

"""Resolved: snips that clerks keyed, as training data: a file format that names nobody.

Knows the file (docs/reader.md) and what it may hold. Must not know workspaces, fields or people:
a form's boxes lie in no order, so that no number or name can be put together from them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papi.errors import InputUnreadable
from papi.model.evidence import BLANK, FILLER, JUNK
from papi.model.page import CELL_SHAPE
from papi.reading.characters import HEAD_OF_KIND
from papi.reading.models import HEADS

FORMAT, VERSION = "papi-resolved-snips", 1
CHOSEN = ("review", "sample")
"""Why a clerk saw the snip: the reader asked, or it was drawn at random among the accepted."""
MOST_BYTES = 4 << 30
"""A file that unpacks to more is refused: 500,000 snips are 3 GB."""
DPI = (100, 1200)
_PATTERNS = {
    "writer": (re.compile(r"w[0-9a-f]{15}"), "w and 15 hexadecimal digits"),
    "layout": (re.compile(r"[0-9A-Z]{6}"), "a layout version of 6 characters"),
    "model": (re.compile(r"[0-9a-f]{64}"), "a sha256"),
}
ADVICE = "Write the file with papi.training.resolved.write_resolved; docs/reader.md describes it."


@dataclass(frozen=True, slots=True)
class ResolvedSnips:
    """Snips of character boxes with what clerks keyed; all arrays of equal length N.

    Attributes:
        snip: uint8 (N, 84, 70) as imaging.snips cuts it, 255 = paper, rules visible.
        label: the character, or blank | filler | junk.
        kind: kind of the field: digits | date | capitals | code.
        agreed: uint8, how many people keyed the same, from 1.
        chosen: why a person looked: review | sample.
        page: uint32, rows of one number come from one page and are cut together.
        layout: layout version the page was printed with.
        dpi: uint16 of the scan.
        model: sha256 of the network that had read it.
        writer: pseudonym of who wrote, as `pseudonym` makes it.
    """

    snip: NDArray[np.uint8]
    label: NDArray[np.str_]
    kind: NDArray[np.str_]
    agreed: NDArray[np.uint8]
    chosen: NDArray[np.str_]
    page: NDArray[np.uint32]
    layout: NDArray[np.str_]
    dpi: NDArray[np.uint16]
    model: NDArray[np.str_]
    writer: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.snip)

    def rows(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> ResolvedSnips:
        """Return some rows."""
        return ResolvedSnips(*(getattr(self, name)[chosen] for name in COLUMNS))


COLUMNS = tuple(field.name for field in fields(ResolvedSnips))


def pseudonym(writer: str, salt: bytes) -> str:
    """Name a writer so that nobody learns who it is; `w` first, so that no number passes for one.

    Args:
        writer: the enumerator's code where it is known (one hand fills many forms), else form id.
        salt: 16 random bytes or more that stay in the workspace and are never exported.

    Raises:
        ValueError: the salt is too short to hide anything.
    """
    if len(salt) < 16:
        raise ValueError("a salt of at least 16 bytes is needed")
    return "w" + hmac.new(salt, writer.encode(), hashlib.sha256).hexdigest()[:15]


def write_resolved(path: Path, snips: ResolvedSnips) -> str:
    """Write a file of resolved snips; return its sha256.

    Pages get new numbers in random order and the boxes of a page are laid in the order of their
    hashes: what stood beside what is lost on purpose.

    Raises:
        InputUnreadable: the snips break the format.
    """
    _check(snips, path.name)
    shuffled = snips.rows(_lost_order(snips))
    columns: dict[str, Any] = {name: getattr(shuffled, name) for name in COLUMNS}
    columns |= {"page": _renumbered(shuffled.page), "format": FORMAT, "version": VERSION}
    with path.open("wb") as file:
        np.savez_compressed(file, **columns)
    return file_sha256(path)


def _lost_order(snips: ResolvedSnips) -> NDArray[np.intp]:
    key = secrets.token_bytes(16)
    pages = [hashlib.sha256(key + int(page).to_bytes(4, "big")).digest() for page in snips.page]
    boxes = snip_hashes(snips)
    return np.array(sorted(range(len(snips)), key=lambda i: (pages[i], boxes[i])), np.intp)


def _renumbered(page: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Number pages in the order they come in."""
    _, first, inverse = np.unique(page, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first)).astype(np.uint32)[inverse]


def snip_hashes(snips: ResolvedSnips) -> list[bytes]:
    """Return the sha256 of each snip: the same picture is the same snip in any file."""
    return [hashlib.sha256(snip.tobytes()).digest() for snip in snips.snip]


def file_sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_resolved(path: Path) -> ResolvedSnips:
    """Read and check one file.

    Raises:
        InputUnreadable: no such file, another format or version, or a row that breaks it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST_BYTES:
            raise _refused(path.name, f"unpacks to more than {MOST_BYTES >> 30} GB")
        with np.load(path, allow_pickle=False) as arrays:
            snips = _from_arrays({name: arrays[name] for name in arrays.files}, path.name)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise _refused(path.name, "cannot be opened as a file of resolved snips") from error
    _check(snips, path.name)
    return snips


def _from_arrays(arrays: dict[str, NDArray[np.generic]], name: str) -> ResolvedSnips:
    stated = str(arrays.pop("format", "")), str(arrays.pop("version", ""))
    if stated[0] != FORMAT:
        raise _refused(name, "is no file of resolved snips")
    if stated[1] != str(VERSION):
        raise _refused(name, f"has another version than {VERSION}")
    missing = [column for column in COLUMNS if column not in arrays]
    if missing:
        raise _refused(name, f"lacks {', '.join(missing)}")
    foreign = len(arrays) - len(COLUMNS)
    if foreign:  # unnamed here: whatever does not belong may be personal
        raise _refused(name, f"holds {foreign} column(s) that do not belong, perhaps personal data")
    return ResolvedSnips(*(arrays[column] for column in COLUMNS))  # type: ignore[arg-type]  # next


def _refused(name: str, why: str) -> InputUnreadable:
    return InputUnreadable(f"{name} {why}.", ADVICE)


_TYPES = {"snip": "u1", "agreed": "u1", "page": "u4", "dpi": "u2"}


def _check(snips: ResolvedSnips, name: str) -> None:
    """Refuse what breaks the format; a message names row numbers, never contents."""
    for column in COLUMNS:
        array = getattr(snips, column)
        wanted = _TYPES.get(column)
        fits = array.dtype == np.dtype(wanted) if wanted else array.dtype.kind == "U"
        shape = (len(snips.snip), *CELL_SHAPE) if column == "snip" else (len(snips.snip),)
        if not fits or array.shape != shape:
            raise _refused(name, f"has a column {column} of another type or length")
    if not len(snips):
        raise _refused(name, "holds no snip")
    for column, why, bad in _faults(snips):
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise _refused(name, f"row {row}, {column}: {why}")


def _faults(snips: ResolvedSnips) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Yield column, what is wanted, and the rows that break it."""
    kinds = [str(kind) for kind in HEAD_OF_KIND]
    yield "kind", f"none of {', '.join(kinds)}", ~np.isin(snips.kind, kinds)
    yield "chosen", f"none of {', '.join(CHOSEN)}", ~np.isin(snips.chosen, CHOSEN)
    yield "agreed", "nobody keyed it", snips.agreed < 1
    yield "dpi", f"not within {DPI[0]}-{DPI[1]}", (snips.dpi < DPI[0]) | (snips.dpi > DPI[1])
    for column, (pattern, why) in _PATTERNS.items():
        values, inverse = np.unique(getattr(snips, column), return_inverse=True)
        bad = np.array([not pattern.fullmatch(str(value)) for value in values])
        yield column, f"not {why}", bad[inverse]
    fits = [_possible(label, kind) for label, kind in zip(snips.label, snips.kind, strict=True)]
    yield "label", "no character of its kind, nor blank, filler, junk", ~np.array(fits)


def _possible(label: str, kind: str) -> bool:
    head = {str(k): h for k, h in HEAD_OF_KIND.items()}[str(kind)]
    return str(label) in (*HEADS[head], BLANK, FILLER, JUNK)

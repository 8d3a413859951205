"""TIFF files byte by byte: whatever the format allows, and what it does not."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

NONE, DEFLATE, G4, LZW, JPEG = 1, 8, 4, 5, 7
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK = 0, 1, 2, 3, 5
BYTE, ASCII, SHORT, LONG, RATIONAL = 1, 2, 3, 4, 5
_SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8}
_CODES = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "L", RATIONAL: "L"}
WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, STRIPS, ORIENTATION = (
    256,
    257,
    258,
    259,
    262,
    273,
    274,
)
SAMPLES, ROWS, STRIP_BYTES, X_DPI, Y_DPI, PLANAR, UNIT = 277, 278, 279, 282, 283, 284, 296
COLOURS, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, EXTRA, FORMAT = (
    320,
    322,
    323,
    324,
    325,
    338,
    339,
)
AUTO = -1
"""A link to the directory that follows."""


Block = Callable[[str], bytes]
"""Bytes of a strip or tile, for a byte order."""


@dataclass
class Directory:
    """One page: tags as (type, values), blocks of pixel data, and where the chain goes on.

    Attributes:
        tags: by number; those that say where blocks lie are filled in.
        blocks: strips or tiles.
        follows: number of the directory that follows, AUTO, or an offset beyond them.
    """

    tags: dict[int, tuple[int, Sequence[int]]]
    blocks: list[Block] = field(default_factory=list)
    follows: int = AUTO


def page(  # noqa: PLR0917 - called with keywords
    pixels: NDArray[Any],
    photometric: int = BLACK_IS_ZERO,
    bits: int = 8,
    compression: int = NONE,
    rows: int = 0,
    tile: int = 0,
    planar: bool = False,
    extra: bool = False,
    orientation: int = 1,
    dpi: tuple[int, int] = (75, 1),
) -> Directory:
    """Return a page of pixels.

    Args:
        pixels: (H, W) or (H, W, S); of `bits` bits each, uint8 or uint16.
        photometric: what they mean.
        bits: 1, 2, 4, 8 or 16.
        compression: NONE or DEFLATE.
        rows: of a strip, 0 for all.
        tile: side, px; 0 for strips.
        planar: each sample on a plane of its own.
        extra: the last sample is alpha.
        orientation: EXIF number.
        dpi: numerator and denominator.
    """
    planes = (
        [pixels[..., n] for n in range(pixels.shape[2])]
        if planar and pixels.ndim == 3
        else [pixels]
    )
    height, width = pixels.shape[:2]
    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    tags: dict[int, tuple[int, Sequence[int]]] = {
        WIDTH: (LONG, [width]),
        HEIGHT: (LONG, [height]),
        BITS: (SHORT, [bits] * samples),
        COMPRESSION: (SHORT, [compression]),
        PHOTOMETRIC: (SHORT, [photometric]),
        ORIENTATION: (SHORT, [orientation]),
        SAMPLES: (SHORT, [samples]),
        X_DPI: (RATIONAL, list(dpi)),
        Y_DPI: (RATIONAL, list(dpi)),
        PLANAR: (SHORT, [2 if planar else 1]),
        UNIT: (SHORT, [2]),
    }
    if extra:
        tags[EXTRA] = (SHORT, [2])
    pieces: list[NDArray[Any]] = []
    if tile:
        tags |= {TILE_WIDTH: (LONG, [tile]), TILE_HEIGHT: (LONG, [tile])}
        pieces = [_piece(p, y, x, tile) for p in planes for y, x in _grid(height, width, tile)]
    else:
        rows = rows or height
        tags[ROWS] = (LONG, [rows])
        pieces = [p[y : y + rows] for p in planes for y in range(0, height, rows)]
    return Directory(tags, [partial(_packed, piece, bits, compression) for piece in pieces])


def _grid(height: int, width: int, tile: int) -> list[tuple[int, int]]:
    return [(y, x) for y in range(0, height, tile) for x in range(0, width, tile)]


def _piece(plane: NDArray[Any], top: int, left: int, tile: int) -> NDArray[Any]:
    piece = np.zeros((tile, tile, *plane.shape[2:]), plane.dtype)
    part = plane[top : top + tile, left : left + tile]
    piece[: part.shape[0], : part.shape[1]] = part
    return piece


def _packed(pixels: NDArray[Any], bits: int, compression: int, order: str) -> bytes:
    if bits < 8:
        rows = pixels.reshape(pixels.shape[0], -1)
        each = (rows[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1
        data = np.packbits(each.reshape(rows.shape[0], -1).astype(np.uint8), axis=1).tobytes()
    else:
        data = pixels.astype(f"{order}u{bits // 8}").tobytes()
    return zlib.compress(data) if compression == DEFLATE else data


def tiff_file(directories: Sequence[Directory], order: str = "<") -> bytes:
    """Write directories and their blocks into a file; `order`: < or >."""
    data = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    places = [_write_blocks(data, directory, order) for directory in directories]
    starts: list[int] = []
    links: list[int] = []
    for directory, blocks in zip(directories, places, strict=True):
        start, link = _write_directory(data, {**blocks, **directory.tags}, order)
        starts.append(start)
        links.append(link)
    struct.pack_into(order + "L", data, 4, starts[0] if starts else 0)
    for number, (directory, link) in enumerate(zip(directories, links, strict=True)):
        target = number + 1 if directory.follows == AUTO else directory.follows
        offset = starts[target] if target < len(starts) else 0 if target == number + 1 else target
        struct.pack_into(order + "L", data, link, offset & 0xFFFFFFFF)
    return bytes(data)


def _write_blocks(
    data: bytearray, directory: Directory, order: str
) -> dict[int, tuple[int, list[int]]]:
    offsets = []
    blocks = [block(order) for block in directory.blocks]
    for block in blocks:
        offsets.append(len(data))
        data += block
        data += bytes(len(data) % 2)
    lengths = [len(block) for block in blocks]
    where, size = (TILES, TILE_BYTES) if TILE_WIDTH in directory.tags else (STRIPS, STRIP_BYTES)
    return {where: (LONG, offsets), size: (LONG, lengths)} if offsets else {}


def _write_directory(
    data: bytearray, tags: dict[int, tuple[int, Sequence[int]]], order: str
) -> tuple[int, int]:
    """Write one directory; return where it begins and where its link to the next one lies."""
    entries = []
    for tag, (kind, values) in sorted(tags.items()):
        count = len(values) // 2 if kind == RATIONAL else len(values)
        mask = (1 << 8 * min(_SIZES[kind], 4)) - 1
        packed = struct.pack(f"{order}{len(values)}{_CODES[kind]}", *(v & mask for v in values))
        if len(packed) > 4:
            offset = len(data)
            data += packed + bytes(len(packed) % 2)
            packed = struct.pack(order + "L", offset)
        entries.append(struct.pack(order + "HHL", tag, kind, count) + packed.ljust(4, b"\0"))
    start = len(data)
    data += struct.pack(order + "H", len(entries)) + b"".join(entries)
    link = len(data)
    data += bytes(4)
    return start, link

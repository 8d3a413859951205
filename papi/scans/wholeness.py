"""Tell from a file's end whether all of it has arrived.

Knows how PDF, TIFF, JPEG and PNG files end. Must not know folders or clocks. A copy over a network
may stop for minutes, and may give a file its full size at once and fill it later, so neither size
nor time says that it is whole; its trailer does. A file of another kind is whole when it is there.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

_HEAD = 1024
_SHORTEST = 8
"""Bytes that tell every kind apart; nothing shorter is a scan."""
_TAIL = 4096
"""Bytes looked at: scanners and copiers append at most padding and a few comments."""
_TIFF_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_MOST_PAGES = 5_000
_STRIP_TAGS = {273: 279, 324: 325}
"""Tag of where the strips (tiles) lie -> tag of how many bytes they have."""
_SIZES = {3: "H", 4: "I"}
"""Types of those tags: short, long."""


def is_whole(path: Path) -> bool:
    """Tell whether a file is complete as far as its format lets one say. Cost: 0.1 ms.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(_HEAD)
        if len(head) < _SHORTEST:
            return False
        if head[:4] in _TIFF_ORDERS:
            return _tiff_is_whole(file, size, _TIFF_ORDERS[head[:4]])
        file.seek(max(size - _TAIL, 0))
        tail = file.read(_TAIL)
    if b"%PDF-" in head:
        return b"%%EOF" in tail
    if head.startswith(b"\xff\xd8\xff"):
        return b"\xff\xd9" in tail
    if head.startswith(b"\x89PNG"):
        return b"IEND" in tail
    return bool(head.strip(b"\0"))  # all zeros: its room is there, its content is not


def _tiff_is_whole(file: BinaryIO, size: int, order: str) -> bool:
    """Walk all pages: each must be listed, and the data they name must lie in the file."""
    try:
        (place,) = _read(file, 4, f"{order}I", 4)
        pages = 0
        while place and pages < _MOST_PAGES:
            end, place = _page_end(file, place, order)
            if end > size:
                return False
            pages += 1
    except struct.error:  # the file ends inside a list
        return False
    return pages > 0


def _page_end(file: BinaryIO, place: int, order: str) -> tuple[int, int]:
    """Return where the data of a page ends, and where the next page is listed (0: nowhere)."""
    (count,) = _read(file, place, f"{order}H", 2)
    entries = _read(file, place + 2, f"{order}{count * 'HHI4s'}", count * 12)
    tags = {
        tag: _values(file, kind, number, value, order)
        for tag, kind, number, value in zip(*(entries[n::4] for n in range(4)), strict=True)
        if tag in _STRIP_TAGS or tag in _STRIP_TAGS.values()
    }
    ends = [
        start + length
        for where, sizes in _STRIP_TAGS.items()
        for start, length in zip(tags.get(where, ()), tags.get(sizes, ()), strict=False)
    ]
    (following,) = _read(file, place + 2 + count * 12, f"{order}I", 4)
    return max(ends, default=0), following


def _values(file: BinaryIO, kind: int, number: int, value: bytes, order: str) -> tuple[int, ...]:
    if kind not in _SIZES:
        return ()
    form = f"{order}{number}{_SIZES[kind]}"
    length = struct.calcsize(form)
    if length <= 4:
        return struct.unpack(form, value[:length])
    return _read(file, struct.unpack(f"{order}I", value)[0], form, length)


def _read(file: BinaryIO, place: int, form: str, length: int) -> tuple[int, ...]:
    file.seek(place)
    return struct.unpack(form, file.read(length))

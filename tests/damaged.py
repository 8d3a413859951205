"""Damaging files at random, the same for the same generator."""

from __future__ import annotations

import struct
import zlib

import numpy as np

HEAD = 400
"""Bytes at the front that half of all damage hits: most of what a decoder believes stands there."""
_PNG = b"\x89PNG\r\n\x1a\n"
_EXTREME = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\1\0\0\0")
"""What counts, offsets and sizes should never be, in either byte order."""


def mutate(data: bytes, rng: np.random.Generator, other: bytes = b"") -> bytes:
    """Overwrite, flip bits, cut out, repeat, splice in or truncate; headers are hit more often.

    Half of all copies keep their length, so that offsets still lead somewhere and decoders are
    reached; most PNGs get right checksums again for the same reason.

    Args:
        data: a whole file.
        rng: what is drawn from.
        other: a file to splice pieces from, `data` itself if empty.
    """
    damaged, donor = bytearray(data), other or data
    in_place = rng.random() < 0.5
    tail = len(damaged) - HEAD if rng.random() < 0.3 else 0
    for _ in range(int(rng.integers(1, 8))):
        reach = len(damaged) if rng.random() < 0.5 else min(len(damaged), HEAD)
        place, length = int(rng.integers(4, max(5, reach))), int(rng.integers(1, 16))
        place += max(tail, 0) if reach == HEAD else 0  # TIFF and PDF keep their directory there
        if in_place:
            _overwrite(damaged, place, length, rng)
        else:
            _shift(damaged, place, length, rng, donor)
    return mend_png(bytes(damaged)) if rng.random() < 0.8 else bytes(damaged)


def _overwrite(damaged: bytearray, place: int, length: int, rng: np.random.Generator) -> None:
    kind = rng.integers(0, 3)
    if place + length >= len(damaged):
        return
    if kind == 0:
        damaged[place : place + length] = rng.bytes(length)
    elif kind == 1:
        damaged[place] ^= 1 << int(rng.integers(0, 8))
    else:
        extreme = _EXTREME[int(rng.integers(0, len(_EXTREME)))][:length]
        damaged[place : place + len(extreme)] = extreme


def _shift(
    damaged: bytearray, place: int, length: int, rng: np.random.Generator, donor: bytes
) -> None:
    kind = rng.integers(0, 5)
    if kind == 0:
        _overwrite(damaged, place, length, rng)
    elif kind == 1:
        del damaged[place : place + length]
    elif kind == 2:
        damaged[place:place] = damaged[place : place + length]
    elif kind == 3:
        start, size = int(rng.integers(0, len(donor))), int(rng.integers(1, 4000))
        damaged[place : place + length] = donor[start : start + size]
    elif rng.random() < 0.3:
        del damaged[place:]


def mend_png(data: bytes) -> bytes:
    """Give every chunk of a PNG the checksum of what it holds now; other files stay as they are."""
    if not data.startswith(_PNG):
        return data
    mended, place = bytearray(data), len(_PNG)
    while place + 12 <= len(mended):
        (length,) = struct.unpack_from(">I", mended, place)
        end = place + 8 + length
        if end + 4 > len(mended):
            break
        struct.pack_into(">I", mended, end, zlib.crc32(mended[place + 4 : end]))
        place = end + 4
    return bytes(mended)

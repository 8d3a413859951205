"""Damaging files at random, the same for the same generator."""

from __future__ import annotations

import numpy as np

HEAD = 400
"""Bytes at the front that half of all damage hits: most of what a decoder believes stands there."""


def mutate(data: bytes, rng: np.random.Generator, other: bytes = b"") -> bytes:
    """Overwrite, flip bits, cut out, repeat, splice in or truncate; headers are hit more often.

    Args:
        data: a whole file.
        rng: what is drawn from.
        other: a file to splice pieces from, `data` itself if empty.
    """
    damaged, donor = bytearray(data), other or data
    for _ in range(int(rng.integers(1, 8))):
        reach = len(damaged) if rng.random() < 0.5 else min(len(damaged), HEAD)
        place, length = int(rng.integers(4, max(5, reach))), int(rng.integers(1, 16))
        kind = rng.integers(0, 6)
        if kind == 0:
            damaged[place : place + length] = rng.bytes(length)
        elif kind == 1:
            del damaged[place : place + length]
        elif kind == 2:
            damaged[place:place] = damaged[place : place + length]
        elif kind == 3:
            start, size = int(rng.integers(0, len(donor))), int(rng.integers(1, 4000))
            damaged[place : place + length] = donor[start : start + size]
        elif kind == 4 and place < len(damaged):
            damaged[place] ^= 1 << int(rng.integers(0, 8))
        elif rng.random() < 0.3:
            del damaged[place:]
    return bytes(damaged)

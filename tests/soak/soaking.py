"""How long a kind of soak test goes on, and where its seeds begin."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Soak:
    """Seconds for each kind, its first seed; damaged files and kills there are at least."""

    seconds: float
    seed: int
    files: int = 0
    kills: int = 2

    def seeds(self, share: float = 1.0) -> Iterator[int]:
        """Yield seeds until a share of the time is over, at least one."""
        end = time.monotonic() + self.seconds * share
        seed = self.seed
        yield seed
        while time.monotonic() < end:
            seed += 1
            yield seed

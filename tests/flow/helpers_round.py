"""A printed, filled and scanned round, and what was written in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from paper import Paper

from papi.synth.batch import Truth


@dataclass(frozen=True)
class Round:
    """Printed forms, their scans, and what was written on them."""

    paper: Paper
    scans: tuple[Path, ...]
    truth: Truth
    pages: int

    def written(self) -> dict[tuple[str, str], str]:
        """Value of every field by (form id, field)."""
        return {
            (form_id, name): value
            for form_id, pages in self.truth.items()
            for fields in pages.values()
            for name, value in fields.items()
        }

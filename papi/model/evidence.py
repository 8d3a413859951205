"""Evidence: what a worker knows of a page without knowing whose form it is.

A reading is a distribution, not a string. Everything here is picklable and turns into plain JSON,
so that a decision can be made again years later. Must not know images, rules or people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from papi.geometry import Affine
from papi.model.page import PageFailure, PageSource, PageStatus, Reason
from papi.model.sheet import SheetId

BLANK = "blank"
FILLER = "filler"
JUNK = "junk"
"""Symbols of a character box that are no character. FILLER: X, - or / in an unused box of a digit
field (in capitals X and - are characters; the field decides). JUNK: scrawl, cancelled, not a
character."""

EMPTY, MARKED, CANCELLED, DOUBTFUL = "empty", "marked", "cancelled", "doubtful"
TICK_STATES = (EMPTY, MARKED, CANCELLED, DOUBTFUL)

TRACES = "traces"
"""Flag of a field that seems blank and holds dots of ink: the scan may have lost the rest."""

Posterior = Mapping[str, float]
"""Symbol -> probability. Sums to 1 within 0.01; symbols below 1e-5 may be left out."""


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """What the ink of one field says.

    Attributes:
        name: field name of the layout.
        cells: a posterior per character box, left to right (character fields).
        ticks: a posterior over TICK_STATES per code (choice fields).
        ink: ink area in mm2 (text and signature fields; None elsewhere).
        ink_present: P(somebody wrote here) for text and signature fields.
        flags: what the cutter noticed, e.g. "out_of_box", "touching".
    """

    name: str
    cells: tuple[Posterior, ...] = ()
    ticks: Mapping[str, Posterior] = field(default_factory=dict)
    ink: float | None = None
    ink_present: float | None = None
    flags: tuple[str, ...] = ()

    def flagged(self, flag: str) -> FieldEvidence:
        """Return the evidence with one flag more."""
        return replace(self, flags=(*self.flags, flag))

    @property
    def seems_blank(self) -> bool:
        """Tell whether each of its boxes is rather blank than not (text and signatures: never)."""
        boxes = [(cell, BLANK) for cell in self.cells]
        boxes += [(tick, EMPTY) for tick in self.ticks.values()]
        return bool(boxes) and all(box.get(blank, 0.0) > 0.5 for box, blank in boxes)


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """A page as far as it can be judged alone.

    Attributes:
        source: file and index.
        status: READ if the fields below were read; otherwise why the page goes no further.
        reason: named reason when not READ.
        detail: facts for the operator, free of personal data.
        sheet: identity if known.
        fields: evidence by field name.
        frame_map: page mm -> px of the stored original, for snips on demand.
        quality: measurements of scan quality (dpi, skew_degrees, scale, noise, ...).
        provenance: versions: model sha256, code version.
        content: fingerprint of the decoded image: the same page in another file has the same.
    """

    source: PageSource
    status: PageStatus
    reason: Reason | None = None
    detail: str = ""
    sheet: SheetId | None = None
    fields: Mapping[str, FieldEvidence] = field(default_factory=dict)
    frame_map: Affine | None = None
    quality: Mapping[str, float] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    content: str = ""

    @staticmethod
    def of_failure(failure: PageFailure) -> PageEvidence:
        """Wrap a refused page so that it is counted and shown like any other."""
        return PageEvidence(
            source=failure.source,
            status=failure.status,
            reason=failure.reason,
            detail=failure.detail,
            sheet=failure.sheet,
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data (probabilities to 6 decimals); 1 ms for 500 boxes."""
        return {
            "source": asdict(self.source),
            "status": self.status,
            "reason": self.reason,
            "detail": self.detail,
            "sheet": asdict(self.sheet) if self.sheet else None,
            "fields": {name: _slim(item) for name, item in self.fields.items()},
            "frame_map": self.frame_map and asdict(self.frame_map),
            "quality": dict(self.quality),
            "provenance": dict(self.provenance),
            "content": self.content,
        }

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> PageEvidence:
        """Read back what `to_json` gave."""
        sheet, affine = document.get("sheet"), document.get("frame_map")
        return PageEvidence(
            source=PageSource(**document["source"]),
            status=PageStatus(document["status"]),
            reason=Reason(document["reason"]) if document.get("reason") else None,
            detail=document.get("detail", ""),
            sheet=SheetId(**sheet) if sheet else None,
            fields={
                name: FieldEvidence(
                    **{
                        **item,
                        "name": name,
                        "cells": tuple(item.get("cells", ())),
                        "flags": tuple(item.get("flags", ())),
                    }
                )
                for name, item in document.get("fields", {}).items()
            },
            frame_map=Affine(**affine) if affine else None,
            quality=document.get("quality", {}),
            provenance=document.get("provenance", {}),
            content=document.get("content", ""),
        )


def _slim(item: FieldEvidence) -> dict[str, Any]:
    slim: dict[str, Any] = {}
    if item.cells:
        slim["cells"] = [_short(cell) for cell in item.cells]
    if item.ticks:
        slim["ticks"] = {code: _short(tick) for code, tick in item.ticks.items()}
    for key, value in (("ink", item.ink), ("ink_present", item.ink_present)):
        if value is not None:
            slim[key] = round(float(value), 4)
    if item.flags:
        slim["flags"] = list(item.flags)
    return slim


def _short(posterior: Posterior) -> dict[str, float]:
    return {symbol: round(float(p), 6) for symbol, p in posterior.items() if p >= 1e-5}

"""What the pages of a batch say of the machine they came through.

Knows the measurements of `imaging.quality` and `imaging.scan_measures` by name. Must not know what
is good enough (`scanner_warnings`) nor how it is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from papi.model.page import PageStatus

REFUSED = frozenset(
    {
        PageStatus.UNIDENTIFIED,
        PageStatus.UNREADABLE,
        PageStatus.QUARANTINED,
        PageStatus.FOREIGN,
    }
)
"""States of pages that went no further."""
_NO_FORM = frozenset({PageStatus.BLANK, PageStatus.HEADER})
_RANGE = 0.05
"""The range leaves out a twentieth at both ends: one crumpled sheet is not the machine's fault."""
SAME_PLACE_MM = 1.0
"""Lines of two pages this near to each other are one line on the glass: paper wanders under it, the
glass does not, but drivers that crop or straighten move the image by half a millimetre."""
LEAST_LINE_PAGES = 2
"""A line on one page alone is that page's own."""
_AS_MEASURED = (
    "dpi", "dpi_tagged", "scale_x", "scale_y", "skew_degrees", "noise", "blur_mm", "jpeg_quality",
)  # fmt: skip
_UPSIDE_DOWN = 2.0
NO_NOISE = 0.1
"""Grey levels; a grey scanner has 1 and more even on white plastic."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as this module sees it: the state it ended in and its measurements."""

    status: str
    quality: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Spread:
    """A measurement over pages: median, the range of nine tenths, how many pages it is of."""

    median: float
    low: float
    high: float
    pages: int


@dataclass(frozen=True, slots=True)
class DirtLine:
    """A line at one place of the glass: mm from the image's left (or top) edge, pages it is on."""

    at_mm: float
    across: bool
    pages: int


@dataclass(frozen=True, slots=True)
class ScannerQuality:
    """A batch, or the last pages of one.

    Attributes:
        pages: sides that are forms or should be: blank sides and headers left out.
        measured: those that were placed, so that measuring was possible.
        refused: those that went no further.
        upside_down, sideways: measured pages that lay so.
        one_bit: measured pages of black and white only.
        measures: spread by name: dpi, dpi_tagged, tag_ratio (measured over tagged), scale_x,
            scale_y, stretch (x over y), skew_degrees, white, contrast, light, noise, blur_mm,
            jpeg_quality.
        dirt: lines on the glass, the one on most pages first.
    """

    pages: int
    measured: int
    refused: int
    upside_down: int
    sideways: int
    one_bit: int
    measures: Mapping[str, Spread]
    dirt: tuple[DirtLine, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain data, figures rounded for people."""
        return {
            "pages": self.pages,
            "measured": self.measured,
            "refused": self.refused,
            "refused_share": round(self.refused / self.pages, 4) if self.pages else 0.0,
            "upside_down": self.upside_down,
            "sideways": self.sideways,
            "one_bit": self.one_bit,
            "measures": {
                name: {
                    "median": _short(spread.median),
                    "low": _short(spread.low),
                    "high": _short(spread.high),
                    "pages": spread.pages,
                }
                for name, spread in self.measures.items()
            },
            "dirt": [
                {"at_mm": line.at_mm, "across": line.across, "pages": line.pages}
                for line in self.dirt
            ],
        }


def judge_pages(pages: Iterable[Seen]) -> ScannerQuality:
    """Sum up what pages show of their scanner; about 20 us a page."""
    forms = [page for page in pages if page.status not in _NO_FORM]
    measured = [page.quality for page in forms if "dpi" in page.quality]
    turns = [quality.get("turn", 0.0) for quality in measured]
    return ScannerQuality(
        pages=len(forms),
        measured=len(measured),
        refused=sum(page.status in REFUSED for page in forms),
        upside_down=sum(turn == _UPSIDE_DOWN for turn in turns),
        sideways=sum(turn in (1.0, 3.0) for turn in turns),
        one_bit=sum(_is_one_bit(quality) for quality in measured),
        measures=dict(_measures(measured)),
        dirt=tuple(_dirt(measured)),
    )


def _is_one_bit(quality: Mapping[str, float]) -> bool:
    levels = quality.get("white", 128.0), quality.get("black", 128.0)
    return levels == (255.0, 0.0) and float(quality.get("noise", 1.0)) < NO_NOISE


def _measures(measured: Sequence[Mapping[str, float]]) -> Iterator[tuple[str, Spread]]:
    columns: dict[str, list[float]] = {}
    for quality in measured:
        for name, value in _figures(quality):
            columns.setdefault(name, []).append(value)
    for name, values in columns.items():
        values.sort()
        edge = int(len(values) * _RANGE)
        yield name, Spread(median(values), values[edge], values[-1 - edge], len(values))


def _figures(quality: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    for name in _AS_MEASURED:
        if name in quality:
            yield name, float(quality[name])
    if quality.get("dpi_tagged"):
        yield "tag_ratio", quality["dpi"] / quality["dpi_tagged"]
    if quality.get("aspect"):
        sideways = quality.get("turn", 0.0) in (1.0, 3.0)
        yield "stretch", 1 / quality["aspect"] if sideways else float(quality["aspect"])
    if "white" in quality:
        yield "white", float(quality["white"])
        yield "contrast", quality["white"] - quality["black"]
        yield "light", float(quality["light"])


def _dirt(measured: Sequence[Mapping[str, float]]) -> Iterator[DirtLine]:
    """Yield places where lines of several pages meet, the most frequent first in each direction."""
    for prefix, across in (("dirt_", False), ("dirt_across_", True)):
        places = Counter(place for quality in measured for place in _places(quality, prefix))
        while places:
            at = max(places, key=lambda place: (_near(places, place), -place))
            count = _near(places, at)
            if count < LEAST_LINE_PAGES:
                break
            yield DirtLine(round(at, 1), across, min(count, len(measured)))
            for place in [p for p in places if abs(p - at) <= SAME_PLACE_MM]:
                del places[place]


def _places(quality: Mapping[str, float], prefix: str) -> Iterator[float]:
    for key, value in quality.items():
        if key.startswith(prefix) and key[len(prefix)].isdigit():
            yield round(float(value), 1)


def _near(places: Mapping[float, int], at: float) -> int:
    """Count lines near a place; places are tenths of a millimetre, so there are few."""
    return sum(count for place, count in places.items() if abs(place - at) <= SAME_PLACE_MM)


def _short(value: float) -> float:
    return round(float(value), 1 if abs(value) >= 20 else 3) + 0.0  # no -0

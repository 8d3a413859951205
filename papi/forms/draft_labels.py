"""The printed text nearest to a place to write: phrases, labels, names.

Knows words in mm and where people print labels: left of a place, above it, right of a tick box.
Must not know pixels or kinds of fields.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from papi.geometry import Box
from papi.model.foreign import Word

PHRASE_GAP_SHARE = 0.75
"""Words of a phrase stand nearer than this share of their height."""
LEFT_REACH_MM, ABOVE_REACH_MM, TICK_REACH_MM = 75.0, 13.0, 7.0
LONGEST_NAME = 40
_NUMBERING = re.compile(r"^\(?(?:[a-z]?\d+(?:\.\d+)*|[a-z])[.)](?:\s+|$)", re.IGNORECASE)
_CODE = re.compile(r"^\(?(\d{1,2}|[A-Za-z])(?:[.):]|\s*[=-](?=\s))\s*\S")
_DOTS = re.compile(r"[.·…_]{3,}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of one line that belong together."""

    text: str
    box: Box


def phrases(words: Iterable[Word]) -> list[Phrase]:
    """Join words that stand close on one line, in reading order."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.box.center[1], w.box.x)):
        if not word.text.strip(".·:_-[]() "):
            continue
        line = next((n for n in lines if _on_line(n[-1].box, word.box)), None)
        if line is None:
            lines.append([word])
        else:
            line.append(word)
    found: list[Phrase] = []
    for line in lines:
        found += _split(sorted(line, key=lambda w: w.box.x))
    return found


def _on_line(a: Box, b: Box) -> bool:
    shared = min(a.bottom, b.bottom) - max(a.y, b.y)
    return shared > 0.5 * min(a.h, b.h)


def _split(line: Sequence[Word]) -> list[Phrase]:
    groups: list[list[Word]] = [[line[0]]]
    for word in line[1:]:
        last = groups[-1][-1].box
        if word.box.x - last.right > PHRASE_GAP_SHARE * max(last.h, word.box.h):
            groups.append([])
        groups[-1].append(word)
    return [
        Phrase(
            _DOTS.sub(" ", " ".join(w.text for w in group)).strip(),
            Box.around([w.box for w in group]),
        )
        for group in groups
    ]


def left_of(box: Box, known: Sequence[Phrase], reach_mm: float = LEFT_REACH_MM) -> Phrase | None:
    """Return the nearest phrase that ends left of a box on its line."""
    return min(
        (
            p
            for p in known
            if _beside(p.box, box)
            and p.box.right <= box.x + 1.0
            and p.box.x < box.x - 0.5  # never the text that asks for itself
            and box.x - p.box.right <= reach_mm
        ),
        key=lambda p: box.x - p.box.right,
        default=None,
    )


def right_of(box: Box, known: Sequence[Phrase], reach_mm: float = TICK_REACH_MM) -> Phrase | None:
    """Return the nearest phrase that begins right of a box on its line."""
    return min(
        (
            p
            for p in known
            if _beside(p.box, box)
            and p.box.x >= box.right - 1.0
            and p.box.x - box.right <= reach_mm
        ),
        key=lambda p: p.box.x - box.right,
        default=None,
    )


def above(box: Box, known: Sequence[Phrase], reach_mm: float = ABOVE_REACH_MM) -> Phrase | None:
    """Return the nearest phrase above a box."""
    return min(
        (
            p
            for p in known
            if p.box.x < box.right
            and p.box.right > box.x - 25.0
            and -1.0 <= box.y - p.box.bottom <= reach_mm
        ),
        key=lambda p: (
            (box.y - p.box.bottom)
            + 0.2 * max(0.0, box.x - p.box.right)
            + 0.05 * abs(box.x - p.box.x)
        ),
        default=None,
    )


def inside(box: Box, words: Iterable[Word]) -> str:
    """Return the text printed in a box."""
    own = [w for w in words if _holds(box, w.box.center)]
    return " ".join(w.text for w in sorted(own, key=lambda w: w.box.x))


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box.x <= point[0] <= box.right and box.y <= point[1] <= box.bottom


def _beside(text: Box, box: Box) -> bool:
    shared = min(text.bottom, box.bottom) - max(text.y, box.y)
    return shared > 0.4 * min(text.h, box.h)


def code_of(label: str) -> str:
    """Return the number or letter a label begins with ("1. Ya" -> "1"), "" if none."""
    match = _CODE.match(label)
    return match[1] if match else ""


def slug(label: str) -> str:
    """Return a label as a field name: snake_case, ASCII, begins with a letter; "" if nothing."""
    plain = label.split(":", maxsplit=1)[0]
    bare = _NUMBERING.sub("", plain.strip())
    text = unicodedata.normalize("NFKD", bare or plain).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:LONGEST_NAME].strip("_")
    return f"q{name}" if name[:1].isdigit() else name


class Names:
    """Gives each field a name of its own."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def take(self, wanted: str, otherwise: str) -> str:
        """Return `wanted` (or `otherwise` if it is empty), numbered if it is taken."""
        base = wanted or f"{otherwise}_1"
        name, number = base, 1
        stem = base if wanted else otherwise
        while name in self._used:
            number += 1
            name = f"{stem}_{number}"
        self._used.add(name)
        return name

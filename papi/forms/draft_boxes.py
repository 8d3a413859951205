"""Sort what is printed on a blank side: tick boxes, rows of character boxes, places for text.

Knows sizes people print, in mm. Must not know words' meaning or pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from papi.geometry import Box
from papi.model.foreign import PrintedBox, PrintFound, Word

TICK_MM = (1.9, 7.2)
"""Sides of a tick box or bubble; printed check boxes have 2.5-6 mm."""
CELL_W_MM, CELL_H_MM = (3.2, 10.5), (3.8, 13.0)
"""Sides of a character box."""
CELL_RATIO = (0.35, 1.7)
"""Width to height."""
LONE_CELL_MM = 5.6
"""A single square box from this size on is for one character: a code is written, no tick set."""
ALIKE_MM = 0.45
"""Boxes of one row differ by less."""
CELL_GAP_SHARE = 0.5
"""Largest gap between the boxes of one number, of their width."""
TEXT_MM = (9.0, 3.6)
"""Smallest place for text."""
LINE_HEIGHT_MM = 6.5
"""Writing above a line."""
WHOLE_SHARE = 0.82
"""A line or box wider than this share of the side, with nothing beside it, is decoration."""
TOOTH_SPACING_MM = (3.2, 10.5)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Places to write, in reading order.

    Attributes:
        ticks: tick boxes and bubbles.
        rows: rows of character boxes, left to right.
        texts: places for words.
    """

    ticks: tuple[PrintedBox, ...] = ()
    rows: tuple[tuple[Box, ...], ...] = ()
    texts: tuple[Box, ...] = ()


@dataclass
class _Pile:
    """Boxes that are not yet sorted."""

    ticks: list[PrintedBox] = field(default_factory=list)
    rows: list[tuple[Box, ...]] = field(default_factory=list)
    texts: list[Box] = field(default_factory=list)


def sort_print(found: PrintFound) -> Sorted:
    """Sort what was found on one blank side."""
    boxes = _without_letters(_innermost(found.boxes), found.words)
    pile = _Pile()
    small = [b for b in boxes if _is_cell(b) and b.ink is None and b.shape == "box"]
    taken: set[int] = set()
    for row in _rows(small):
        if len(row) > 1 or _is_lone_cell(row[0]):
            pile.rows.append(tuple(b.box for b in row))
            taken.update(id(b) for b in row)
    for box in boxes:
        if id(box) in taken:
            continue
        if _is_tick(box):
            pile.ticks.append(box)
        elif (place := _text_place(box, boxes)) is not None:
            pile.texts.append(place)
    pile.rows += _open_combs(found)
    pile.texts += [*_shaded_places(found, boxes), *_line_places(found, pile)]
    return Sorted(
        tuple(sorted(pile.ticks, key=lambda b: _order(b.box))),
        tuple(sorted(pile.rows, key=lambda row: _order(row[0]))),
        tuple(sorted(pile.texts, key=_order)),
    )


def _order(box: Box) -> tuple[float, float]:
    return round(box.center[1] / 3), box.x


def _innermost(boxes: Sequence[PrintedBox]) -> list[PrintedBox]:
    """Drop the outer one of two outlines drawn around the same place."""
    kept: list[PrintedBox] = []
    for box in sorted(boxes, key=lambda b: b.box.w * b.box.h):
        double = any(
            box.inner.contains(other.box)
            and box.inner.w * box.inner.h < 1.8 * other.box.w * other.box.h
            for other in kept
        )
        if not double:
            kept.append(box)
    return kept


def _without_letters(boxes: Iterable[PrintedBox], words: Sequence[Word]) -> list[PrintedBox]:
    """Drop the insides of printed letters: a hole that lies within a longer or taller word."""
    return [
        b
        for b in boxes
        if not any(w.box.grown(0.3).contains(b.inner) and _is_larger(w.box, b.box) for w in words)
    ]


def _is_larger(word: Box, box: Box) -> bool:
    return word.w > 1.15 * box.w or word.h > 1.15 * box.h


def _is_cell(b: PrintedBox) -> bool:
    w, h = b.box.w, b.box.h
    fits = CELL_W_MM[0] <= w <= CELL_W_MM[1] and CELL_H_MM[0] <= h <= CELL_H_MM[1]
    return fits and CELL_RATIO[0] <= w / h <= CELL_RATIO[1]


def _is_lone_cell(b: PrintedBox) -> bool:
    w, h = b.box.w, b.box.h
    tall = h > 1.18 * w and h >= 5.0
    return min(w, h) > LONE_CELL_MM or tall


def _is_tick(b: PrintedBox) -> bool:
    w, h = b.inner.w, b.inner.h
    small = TICK_MM[0] <= min(w, h) and max(w, h) <= TICK_MM[1]
    limit = 2.2 if b.shape == "bubble" else 1.45
    return small and max(w, h) <= limit * min(w, h)


def _rows(cells: Sequence[PrintedBox]) -> list[list[PrintedBox]]:
    """Join boxes of one size that stand side by side."""
    rows: list[list[PrintedBox]] = []
    for cell in sorted(cells, key=lambda c: (c.box.x, c.box.y)):
        row = next((r for r in rows if _follows(r[-1].box, cell.box)), None)
        if row is None:
            rows.append([cell])
        else:
            row.append(cell)
    return rows


def _follows(left: Box, right: Box) -> bool:
    level = abs(left.y - right.y) < ALIKE_MM and abs(left.h - right.h) < ALIKE_MM
    gap = right.x - left.right
    narrow = min(left.w, right.w)
    alike = abs(left.w - right.w) < max(ALIKE_MM, 0.12 * narrow)
    return level and alike and -0.25 * narrow < gap < CELL_GAP_SHARE * narrow


def _text_place(b: PrintedBox, boxes: Sequence[PrintedBox]) -> Box | None:
    """Return where words can be written in a box: all of it, or beside or below its print."""
    inner = b.inner
    if b.shape != "box" or inner.w < TEXT_MM[0] or inner.h < TEXT_MM[1]:
        return None
    if any(other is not b and b.inner.grown(0.2).contains(other.box) for other in boxes):
        return None
    if b.ink is None:
        return b.box
    ink = b.ink
    right, below = inner.right - ink.right - 1.0, inner.bottom - ink.bottom - 0.8
    if below >= 7.0 and below > 0.5 * inner.h:
        return Box(b.box.x, ink.bottom + 0.8, b.box.w, b.box.bottom - ink.bottom - 0.8)
    named = _is_heading(b, boxes) or _names_a_row(b, boxes)
    if right >= max(25.0, 0.6 * inner.w) and not named:
        return Box(ink.right + 1.0, b.box.y, b.box.right - ink.right - 1.0, b.box.h)
    return None


def _is_heading(b: PrintedBox, boxes: Sequence[PrintedBox]) -> bool:
    """Tell whether a cell heads a column: the cell below is as wide and empty."""
    return any(
        other.ink is None
        and abs(other.box.y - b.box.bottom) < 1.0
        and abs(other.box.x - b.box.x) < ALIKE_MM
        and abs(other.box.w - b.box.w) < ALIKE_MM
        for other in boxes
    )


def _names_a_row(b: PrintedBox, boxes: Sequence[PrintedBox]) -> bool:
    """Tell whether a cell names a row: the cell right of it is as high and empty."""
    return any(
        other.ink is None
        and abs(other.box.x - b.box.right) < 1.0
        and abs(other.box.y - b.box.y) < ALIKE_MM
        and abs(other.box.h - b.box.h) < ALIKE_MM
        for other in boxes
    )


def _shaded_places(found: PrintFound, boxes: Sequence[PrintedBox]) -> list[Box]:
    return [
        s
        for s in found.shaded
        if s.w >= TEXT_MM[0]
        and TEXT_MM[1] <= s.h <= 30
        and not any(b.box.overlaps(s) for b in boxes)
        and not any(w.box.overlaps(s) for w in found.words)
    ]


def _open_combs(found: PrintFound) -> list[tuple[Box, ...]]:
    """Rows of teeth on a line: combs without an upper edge."""
    rows: list[list[Box]] = []
    for tooth in sorted(found.teeth, key=lambda t: t.x):
        row = next((r for r in rows if _next_tooth(r, tooth)), None)
        if row is None:
            rows.append([tooth])
        else:
            row.append(tooth)
    combs = []
    for row in rows:
        base = next((r for r in found.rules if _carries(r, row)), None)
        if len(row) >= 3 and base is not None:
            top = min(row[0].y, base.y - LINE_HEIGHT_MM)
            combs.append(
                tuple(Box(a.x, top, b.right - a.x, base.bottom - top) for a, b in pairwise(row))
            )
    return combs


def _next_tooth(row: list[Box], tooth: Box) -> bool:
    last = row[-1]
    spacing = tooth.x - last.x
    level = abs(tooth.y - last.y) < 0.5 and abs(tooth.bottom - last.bottom) < 0.5
    even = len(row) < 2 or abs(spacing - (last.x - row[-2].x)) < 0.5
    return level and even and TOOTH_SPACING_MM[0] <= spacing <= TOOTH_SPACING_MM[1]


def _carries(rule: Box, row: list[Box]) -> bool:
    reach = rule.x - 0.6 <= row[0].x and row[-1].right <= rule.right + 0.6
    return reach and abs(rule.y - row[0].bottom) < 0.8


def _line_places(found: PrintFound, pile: _Pile) -> list[Box]:
    """Places above lines to write on."""
    places: list[Box] = []
    written = [*(b.box for b in pile.ticks), *(c for row in pile.rows for c in row), *pile.texts]
    for rule in sorted(found.rules, key=lambda r: r.y):
        if rule.w > WHOLE_SHARE * found.width_mm or rule.w < TEXT_MM[0]:
            continue
        if not _is_for_writing(rule, found):
            continue
        height = LINE_HEIGHT_MM
        above = [p.bottom for p in places if p.x < rule.right and rule.x < p.right]
        if above and 3.5 < rule.y - max(above) < LINE_HEIGHT_MM:
            height = rule.y - max(above)
        place = Box(rule.x, rule.y - height, rule.w, height + rule.h)
        shrunk = Box(rule.x + 0.5, rule.y - 3.2, max(rule.w - 1, 1), 2.6)
        busy = any(shrunk.overlaps(w.box) and w.text.strip("._·-") for w in found.words)
        if not busy and not any(place.grown(-0.8).overlaps(b) for b in written):
            places.append(place)
    return places


def _is_for_writing(rule: Box, found: PrintFound) -> bool:
    """Tell a line to write on from decoration: a corner line has a tooth at its end, no text."""
    corner = any(
        min(abs(t.x - rule.x), abs(t.right - rule.right)) < 0.8
        and min(abs(t.y - rule.y), abs(t.bottom - rule.bottom)) < 0.8
        and t.h > 8.0
        for t in found.teeth
    )
    return not corner

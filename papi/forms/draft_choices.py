"""Join tick boxes into questions: rows, lists, grids of bubbles.

Knows tick boxes, phrases and how questionnaires set them. Must not know pixels or files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from papi.forms.draft_labels import (
    LEFT_REACH_MM,
    Names,
    Phrase,
    above,
    code_of,
    inside,
    left_of,
    right_of,
    slug,
)
from papi.geometry import Box
from papi.model.foreign import ForeignField, PrintedBox, Shape, Word
from papi.model.layout import Choice, FieldKind

FARTHEST_MM = 75.0
"""Boxes of one line that stand farther apart answer different questions."""
LIST_PITCH_MM = 11.5
GRID_PITCH_MM = 15.0
IN_LINE_MM = 1.2
UNEVEN = 1.5
"""Boxes of two questions on one line stand so much farther apart than those of one."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick box with what is printed at it."""

    box: Box
    code: str
    before: Phrase | None
    after: Phrase | None
    shape: Shape = "box"


def draft_choices(
    boxes: Sequence[PrintedBox],
    words: Sequence[Word],
    known: Sequence[Phrase],
    page: int,
    names: Names,
) -> list[ForeignField]:
    """Return a choice field for each question of a side, in reading order."""
    ticks = [_tick(b, words, known) for b in boxes]
    lettered = [t for t in ticks if t.code]
    plain = [t for t in ticks if not t.code]
    groups = [*_bubble_groups(lettered), *_plain_groups(plain, known)]
    groups.sort(key=lambda g: (round(min(t.box.y for t in g) / 3), min(t.box.x for t in g)))
    return [_field(group, known, page, names) for group in groups]


def _tick(b: PrintedBox, words: Sequence[Word], known: Sequence[Phrase]) -> Tick:
    code = inside(b.inner, words).strip("().[] ") if b.ink is not None else ""
    outer = [p for p in known if not b.box.contains(p.box)]
    return Tick(b.box, code, left_of(b.box, outer), right_of(b.box, outer), b.shape)


def _bubble_groups(ticks: Sequence[Tick]) -> list[list[Tick]]:
    """Join bubbles with a printed letter: along the way in which letters change."""
    if not ticks:
        return []
    links: dict[int, int] = {n: n for n in range(len(ticks))}

    def root(n: int) -> int:
        while links[n] != n:
            n = links[n]
        return n

    beside = [_neighbour(ticks, n, down=False) for n in range(len(ticks))]
    below = [_neighbour(ticks, n, down=True) for n in range(len(ticks))]
    pitches = [ticks[o].box.x - ticks[n].box.x for n, o in enumerate(beside) if o is not None]
    usual = median(pitches) if pitches else GRID_PITCH_MM
    for n, tick in enumerate(ticks):
        right, down = beside[n], below[n]
        differs = right is not None and ticks[right].code != tick.code
        near = right is not None and ticks[right].box.x - tick.box.x < 1.5 * usual
        if (
            differs
            and near
            and (down is None or ticks[down].code == tick.code or not _counts(ticks, n, down))
        ):
            links[root(right)] = root(n)  # type: ignore[arg-type]
        elif down is not None and not differs and ticks[down].code != tick.code:
            links[root(down)] = root(n)
    groups: dict[int, list[Tick]] = {}
    for n, tick in enumerate(ticks):
        groups.setdefault(root(n), []).append(tick)
    return list(groups.values())


def _counts(ticks: Sequence[Tick], n: int, down: int) -> bool:
    """Tell whether letters go on downwards (0 above 1) rather than by chance."""
    a, b = ticks[n].code, ticks[down].code
    return len(a) == len(b) == 1 and ord(b) - ord(a) == 1


def _neighbour(ticks: Sequence[Tick], n: int, *, down: bool) -> int | None:
    own = ticks[n].box
    best, distance = None, GRID_PITCH_MM
    for other, tick in enumerate(ticks):
        dx, dy = tick.box.center[0] - own.center[0], tick.box.center[1] - own.center[1]
        ahead, aside = (dy, dx) if down else (dx, dy)
        if abs(aside) < IN_LINE_MM and 0.5 < ahead < distance:
            best, distance = other, ahead
    return best


def _plain_groups(ticks: Sequence[Tick], known: Sequence[Phrase]) -> list[list[Tick]]:
    """Join boxes whose labels stand beside them: each line, then lines that go on."""
    groups: list[list[Tick]] = []
    after = _labels_follow(ticks)
    if not known:
        return _unlabelled_groups(ticks)
    for line in _lines(ticks):
        first = line[0]
        asked = first.before if after or len(line) > 1 else None
        previous = groups[-1] if groups else None
        if previous and asked is None and _goes_on(previous, line, known):
            previous.extend(line)
        else:
            groups.append(list(line))
    return groups


def _unlabelled_groups(ticks: Sequence[Tick]) -> list[list[Tick]]:
    """Join boxes of a scanned blank, whose text is not known: rows, and lists of one a line."""
    groups: list[list[Tick]] = []
    for line in _lines(ticks):
        for row in _even_parts(line):
            lists = [
                g
                for g in groups
                if len(row) == 1
                and abs(g[-1].box.x - row[0].box.x) < IN_LINE_MM
                and all(abs(t.box.x - g[0].box.x) < IN_LINE_MM for t in g)
                and 0 < row[0].box.y - g[-1].box.y <= LIST_PITCH_MM
            ]
            if lists:
                lists[-1].extend(row)
            else:
                groups.append(list(row))
    return groups


def _even_parts(line: Sequence[Tick]) -> list[list[Tick]]:
    """Cut a line where boxes stand much farther apart than they usually do."""
    gaps = [b.box.x - a.box.x for a, b in pairwise(line)]
    usual = median(gaps) if len(gaps) > 2 else FARTHEST_MM
    parts = [[line[0]]]
    for gap, tick in zip(gaps, line[1:], strict=True):
        if gap > UNEVEN * usual:
            parts.append([])
        parts[-1].append(tick)
    return parts


def _lines(ticks: Sequence[Tick]) -> list[list[Tick]]:
    lines: list[list[Tick]] = []
    for tick in sorted(ticks, key=lambda t: (t.box.center[1], t.box.x)):
        line = next(
            (n for n in lines if abs(n[0].box.center[1] - tick.box.center[1]) < IN_LINE_MM), None
        )
        if line is None:
            lines.append([tick])
        else:
            line.append(tick)
    split: list[list[Tick]] = []
    for line in lines:
        line.sort(key=lambda t: t.box.x)
        split.append([line[0]])
        for a, b in pairwise(line):
            if b.box.x - a.box.right > FARTHEST_MM:
                split.append([])
            split[-1].append(b)
    return split


def _labels_follow(ticks: Sequence[Tick]) -> bool:
    """Tell whether labels are printed right of their boxes on this side."""
    votes = 0
    for tick in ticks:
        gap_after = tick.after.box.x - tick.box.right if tick.after else LEFT_REACH_MM
        gap_before = tick.box.x - tick.before.box.right if tick.before else LEFT_REACH_MM
        votes += 1 if gap_after <= gap_before else -1
    return votes >= 0


def _goes_on(previous: Sequence[Tick], line: Sequence[Tick], known: Sequence[Phrase]) -> bool:
    """Tell whether a line without a question of its own continues the one above."""
    last = max(t.box.bottom for t in previous)
    near = line[0].box.y - min(t.box.y for t in previous if t.box.bottom > last - 0.5) > 0
    near = near and line[0].box.y - last <= LIST_PITCH_MM - line[0].box.h
    aligned = any(abs(t.box.x - line[0].box.x) < IN_LINE_MM for t in previous)
    between = Box(line[0].box.x - 25, last, 30, max(line[0].box.y - last, 0.01))
    title = any(between.contains(p.box) for p in known)
    return near and aligned and not title


def _field(group: Sequence[Tick], known: Sequence[Phrase], page: int, names: Names) -> ForeignField:
    after = _labels_follow(group)
    labels = ["" if t.code else _label(t, group, after=after) for t in group]
    question = _question(group, known, after=after)
    codes = _codes(group, labels)
    choices = tuple(
        Choice(code=code, box=tick.box, label=label)
        for code, tick, label in zip(codes, group, labels, strict=True)
    )
    return ForeignField(
        name=names.take(slug(question), "choice"),
        page=page,
        kind=FieldKind.CHOICE,
        label=question,
        choices=choices,
        shape=group[0].shape,
    )


def _label(tick: Tick, group: Sequence[Tick], *, after: bool) -> str:
    found = tick.after if after else tick.before
    if found is None or abs(_gap(tick.box, found.box)) > 8.0:
        return ""
    # A phrase that stands nearer to another box of the group is that box's.
    mine = abs(_gap(tick.box, found.box))
    others = (abs(_gap(t.box, found.box)) for t in group if t is not tick and _level(t, tick))
    return found.text if all(mine <= other for other in others) else ""


def _level(a: Tick, b: Tick) -> bool:
    return abs(a.box.center[1] - b.box.center[1]) < IN_LINE_MM


def _gap(box: Box, text: Box) -> float:
    return text.x - box.right if text.x > box.x else box.x - text.right


def _question(group: Sequence[Tick], known: Sequence[Phrase], *, after: bool) -> str:
    """Return the text that asks: left of the first box, else above it."""
    first = min(group, key=lambda t: (round(t.box.y), t.box.x))
    own = Box.around([t.box for t in group])
    outer = [p for p in known if not any(t.box.grown(0.5).contains(p.box) for t in group)]
    before = left_of(first.box, outer)
    alone = len({round(t.box.y) for t in group}) == len(group) and not first.code
    if before is not None and not (alone and not after):
        while len(before.text) <= 4 and not before.text.strip("().").isdigit():
            farther = left_of(before.box, outer)  # "bad □ □ □ good"
            if farther is None:
                break
            before = farther
        return before.text
    over = above(own if first.code else first.box, outer)
    return over.text if over else ""


def _codes(group: Sequence[Tick], labels: Sequence[str]) -> list[str]:
    """Return a code for each box: printed in it, before its label, the label, or its place."""
    for codes in (
        [t.code for t in group],
        [code_of(label) for label in labels],
        [slug(label) for label in labels],
    ):
        if all(codes) and len(set(codes)) == len(codes):
            return codes
    return [str(n + 1) for n in range(len(group))]

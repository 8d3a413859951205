"""Box rules taken out of character snips without hurting the ink that crosses them.

Knows where rules stand in a snip (canonical box, margin, gap to the neighbour) and how dark they
can be. Must not know fields, pages or characters.

A rule is found by the darkness that holds *along* its expected place: strokes cross a rule,
they rarely cover a third of it. Its darkness is subtracted and the ink left over is stretched back.
A rule as dark as ink (1-bit scan, photocopy) leaves nothing to stretch: there the band is
emptied and strokes that stand on both sides are bridged.

All rules of a page come from one printer through one scanner, and blank boxes show how they look:
80 % within 15 % of the median darkness (18 sides at L1). A stroke written along its rule is ink.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Dark = NDArray[np.float32]
"""float32 (N, H, W): how much darker than the paper, grey levels."""

BOX = (12, 12, 58, 72)
"""Outer edge of the box in the snip: x1, y1, x2, y2, px of 0.1 mm."""
RULE_CENTRE_PX = 1.0
"""The rule lies inside the box's outer edge and is about 0.2 mm wide."""
SEARCH_PX = 4
"""Registration is local; more than 0.4 mm off is another line."""
NEIGHBOUR_PX = 10.0
"""From our rule to the facing rule of the neighbour: 0.8 mm gap and two half rules."""
PIECES, FAINTEST_PIECES = 8, 2
"""A line is looked at in eight pieces, the third faintest counts: a rule covers all of them."""
MAX_HALF_WIDTH = 4
SIDE_PX = 2
"""How far beside a rule one looks for the ink that crosses it."""
FEWEST = 8
"""Boxes it takes to say how a page's rules look."""
USUAL_SPREAD, USUAL_NOISE = 1.2, 0.25
"""No rule is this much darker than the page's usual one, and a share of the noise besides."""
QUANTILES = (15, 40, 60)
"""Strokes along a rule only add darkness: where all boxes are written in, the lower half tells."""
AGREEMENT = 1.5
"""Rules whose quantiles are further apart (ratio) come from different print: no usual one."""
FAINTEST_RULE = 5.0
CLEAR_OF_RULE = 0.3
"""Ink must exceed the rule by this share of its own darkness to be told from it."""


class Line(NamedTuple):
    """A rule's expected place: upright or level, its centre, and the stretch it is measured on."""

    upright: bool
    centre: float
    start: int
    stop: int
    search: int


class Usual(NamedTuple):
    """How one line looks on this page: darkness, column of its peak, half width in columns."""

    height: float
    peak: float
    half_width: float


_X1, _Y1, _X2, _Y2 = BOX
OWN_LINES = (
    Line(True, _X1 + RULE_CENTRE_PX, _Y1 + 5, _Y2 - 5, SEARCH_PX),
    Line(True, _X2 - 1 - RULE_CENTRE_PX, _Y1 + 5, _Y2 - 5, SEARCH_PX),
    Line(False, _Y1 + RULE_CENTRE_PX, _X1 + 5, _X2 - 5, SEARCH_PX),
    Line(False, _Y2 - 1 - RULE_CENTRE_PX, _X1 + 5, _X2 - 5, SEARCH_PX),
)
NEIGHBOUR_LINES = (
    Line(True, _X1 + RULE_CENTRE_PX - NEIGHBOUR_PX, _Y1 + 5, _Y2 - 5, 3),
    Line(True, _X2 - 1 - RULE_CENTRE_PX + NEIGHBOUR_PX, _Y1 + 5, _Y2 - 5, 3),
)


LINES = (*NEIGHBOUR_LINES, *OWN_LINES)


def usual_rules(dark: Dark) -> tuple[Usual | None, ...]:
    """Say how the rules of a page look.

    Args:
        dark: float32 (N, 84, 70) darkness of its blank boxes, or of all where few are blank.

    Returns:
        For each line, neighbours' first; None where there are too few boxes or they disagree. Not
        every box has a neighbour: its rule looks like the page's own upright ones.
    """
    own = tuple(_usual(dark, line) for line in OWN_LINES)
    upright = [known for line, known in zip(OWN_LINES, own, strict=True) if line.upright and known]
    facing = [_usual(dark, line) or _like(line, upright) for line in NEIGHBOUR_LINES]
    return (*facing, *own)


def _like(line: Line, known: list[Usual]) -> Usual | None:
    """Return a rule at its nominal place that looks like the known ones."""
    if not known:
        return None
    height = max(other.height for other in known)
    return Usual(height, line.centre, max(other.half_width for other in known))


def _usual(dark: Dark, line: Line) -> Usual | None:
    if len(dark) < FEWEST:
        return None
    first, view = _band(dark if line.upright else dark.transpose(0, 2, 1), line)
    profile = _profile(view[:, line.start : line.stop])
    peak = _peaks(profile, line.centre - first, line.search, 0.05)
    heights = profile[np.arange(len(profile)), peak]
    low, middle, high = np.percentile(heights, QUANTILES)
    if middle < FAINTEST_RULE or high > AGREEMENT * low:
        return None
    columns = np.arange(profile.shape[1])
    near = np.abs(columns - peak[:, None]) <= MAX_HALF_WIDTH
    widths = (near & (profile > 0.2 * heights[:, None])).sum(axis=1)
    return Usual(float(middle), first + float(np.median(peak)), (float(np.median(widths)) - 1) / 2)


def remove_rules(
    dark: Dark, level: Numbers, noise: Numbers, usual: tuple[Usual | None, ...] | None = None
) -> None:
    """Empty the rules of every snip in place; about 20 us a snip.

    Args:
        dark: float32 (N, 84, 70) darkness; changed.
        level: (N,) darkness of the pen.
        noise: (N,) standard deviation of the paper.
        usual: how the page's rules look, as `usual_rules` gives it.
    """
    for line, known in zip(LINES, usual or (None,) * len(LINES), strict=True):
        across = dark if line.upright else dark.transpose(0, 2, 1)
        _remove_line(across, line, level, noise, known)


def _band(dark: Dark, line: Line) -> tuple[int, Dark]:
    """Columns in which the line may stand: the first, and the view of them all."""
    reach = line.search + MAX_HALF_WIDTH
    first = max(0, int(line.centre) - reach)
    last = min(dark.shape[2], int(line.centre) + reach + 2)
    return first, dark[:, :, first:last]


def _remove_line(
    dark: Dark, line: Line, level: Numbers, noise: Numbers, usual: Usual | None
) -> None:
    """Remove one upright line from (N, along, across) darkness, in place."""
    first, view = _band(dark, line)
    profile = _profile(view[:, line.start : line.stop])
    mask = _rule_mask(profile, line, first, level=level, noise=noise, usual=usual)
    columns = np.flatnonzero(mask.any(axis=0))
    if not columns.size:
        return
    used = slice(max(0, columns[0] - SIDE_PX), columns[-1] + 1 + SIDE_PX)
    planes = np.ascontiguousarray(view[:, :, used].transpose(2, 0, 1))
    cleared = _cleared(planes, mask[:, used].T, profile[:, used].T, level, noise)
    view[:, :, used] = cleared.transpose(1, 2, 0)


def _profile(stretch: Dark) -> Dark:
    """Darkness of each column that holds along the line, (N, across).

    Eight pieces of the line are averaged (dotted rules and noise even out), and the third
    faintest counts.
    """
    piece = stretch.shape[1] // PIECES
    means = stretch[:, : piece * PIECES : piece].copy()
    for number in range(1, piece):  # six times quicker than a mean over the strided view
        means += stretch[:, number : piece * PIECES : piece]
    means /= piece
    planes = np.ascontiguousarray(means.transpose(1, 0, 2))
    return _third_least(planes.reshape(2, PIECES // 2, *planes.shape[1:]))


def _third_least(halves: Dark) -> Dark:
    """Return the third least (FAINTEST_PIECES) of eight planes, given as (2, 4, ...).

    The least three of both fours are put in order; the third of all is the least of what can be
    third. Whole planes are compared: five times quicker than a sort along a short axis.
    """
    a, b, c, d = (halves[:, number] for number in range(PIECES // 2))
    a, b = np.minimum(a, b), np.maximum(a, b)
    c, d = np.minimum(c, d), np.maximum(c, d)
    one = np.minimum(a, c)
    a, b = np.maximum(a, c), np.minimum(b, d)
    two, three = np.minimum(a, b), np.maximum(a, b)
    least: Dark = np.minimum(three[0], three[1])
    np.minimum(least, np.maximum(two[0], one[1]), out=least)
    np.minimum(least, np.maximum(one[0], two[1]), out=least)
    return least


def _peaks(profile: Dark, centre: float, search: float, slope: float) -> NDArray[np.intp]:
    """Column of the darkest line near the expected centre, (N,)."""
    distance = np.abs(np.arange(profile.shape[1], dtype=np.float32) - centre)
    weighted = np.where(distance <= search + 0.5, profile * (1.0 - slope * distance), 0.0)
    return np.asarray(weighted.argmax(axis=1))


def _rule_mask(
    profile: Dark, line: Line, first: int, *, level: Numbers, noise: Numbers, usual: Usual | None
) -> NDArray[np.bool_]:
    """Find the rule's columns, (N, across), and cap the profile at what the page's rules are."""
    centre, slope, half = line.centre - first, 0.05, float(MAX_HALF_WIDTH)
    if usual is not None:
        cap = USUAL_SPREAD * usual.height + USUAL_NOISE * noise[:, None] + 1.0
        np.minimum(profile, cap, out=profile)
        centre, slope, half = usual.peak - first, 0.1, usual.half_width + 1.0
    peak = _peaks(profile, centre, line.search, slope)[:, None]
    height = np.take_along_axis(profile, peak, axis=1)
    near = np.abs(np.arange(profile.shape[1]) - peak) <= half
    edge = 0.2 * np.minimum(height, level[:, None])
    return np.asarray(near & (profile > edge) & (height > FAINTEST_RULE + noise[:, None]))


def _cleared(
    planes: Dark, mask: NDArray[np.bool_], profile: Dark, level: Numbers, noise: Numbers
) -> Dark:
    """Return the columns without their rule; ink that crosses is stretched back or bridged.

    Args:
        planes: (across, N, along), contiguous: everything below runs along whole planes.
        mask: (across, N), the rule's columns.
        profile: (across, N), darkness of the rule.
        level: (N,), of the pen.
        noise: (N,), of the paper.
    """
    side_1, side_2 = _sides(planes, mask)
    rule = np.where(mask, profile, 0.0)
    room = level - rule
    gain = np.where(room > CLEAR_OF_RULE * level, level / np.maximum(room, 1.0), 0.0)
    offset = rule + 1.5 * noise + 2.0
    supported = np.maximum(side_1, side_2) > 0.3 * level[:, None]
    bridge = np.minimum(side_1, side_2)
    sure = 0.55 * level[:, None]
    for number in np.flatnonzero(mask.any(axis=1)):
        plane = planes[number]
        kept = plane - offset[number][:, None]
        np.maximum(kept, 0.0, out=kept)
        kept *= gain[number][:, None]
        np.copyto(kept, 0.0, where=~(supported | (kept > sure)))
        np.maximum(kept, bridge, out=kept)
        np.copyto(plane, kept, where=mask[number][:, None])
    return planes


def _sides(planes: Dark, mask: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Darkness beside the rule (N, along) on either side, spread along it for slanting ink."""
    numbers = np.arange(len(mask))[:, None]
    first = np.where(mask.any(axis=0), mask.argmax(axis=0), -9)
    last = len(mask) - 1 - mask[::-1].argmax(axis=0)
    sides = np.zeros((2, *planes.shape[1:]), np.float32)
    before = (numbers < first) & (numbers >= first - SIDE_PX)
    after = (numbers > last) & (numbers <= last + SIDE_PX)
    for side, chosen in zip(sides, (before, after), strict=True):
        for number in np.flatnonzero(chosen.any(axis=1)):
            np.maximum(side, planes[number] * chosen[number][:, None], out=side)
    return _spread(sides[0]), _spread(sides[1])


def _spread(values: Numbers) -> Numbers:
    """Maximum over 2 px before and after, along axis 1."""
    return np.asarray(cv2.dilate(values, np.ones((1, 5), np.uint8)))

"""Follow the print outwards from the marks that were seen, over a page no map describes.

Knows marks, what witnesses say, and how far a sheet may bend. Must not know how witnesses look.

What is known of the displacement is kept as a smooth random field (a Gaussian process): certain
near marks, uncertain far off. Rules and landmarks are looked for only where the field is certain
enough that they must lie within reach; what is found makes the field certain a bit further on, row
by row, over a curled photograph as over a sheet of which two tags are left. Boxes that are never
reached stay uncertain, and the page is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from papi.imaging.frame_fit import apply_perspective
from papi.imaging.witnesses import Witness
from papi.model.page import LocatedPage

Array = NDArray[np.float64]

_OFFSET_MM, _SLOPE = 3.0, 0.03
"""Spread of what loose marks leave: shift, and stretch or shear (mm per mm)."""
_BEND_MM = (0.4, 1.6)
"""Spread of bending: of a sheet fed through a scanner; of one that lies curled under a camera."""
_DOUBT_MM = 0.6
"""Spread of bending when it is asked which boxes were reached: a sheet followed as a flat one must
not be sure of where no rule was found."""
_BEND_REACH_MM = 80.0
"""Points of a sheet further apart than this bend on their own."""
_SURE_MM, _SURE_ALONE_MM = 0.3, 0.23
"""Uncertainty of a box at the end, above which it counts as not reached: where rules are followed,
which stand at the boxes themselves; and by landmarks alone, which do not (0.5 mm is 2.2 of it)."""
_BENT_TIMES = 4.0
"""Where nearly all print was seen, boxes between it are as uncertain as bending by this many times
what was seen of it makes them: a photograph of a flat sheet is as sure as a scan."""
_GATE = 3.0
_MOST_STRAYS = 4
"""Measurements that may be left out because all others contradict them: of 80 landmarks at most two
were seen in a wrong place (0.7 mm beside, at the edge of a bar)."""
_MOST_CONTRADICT = 0.06
"""Share of the landmarks seen that may lie where the field does not have them; if there are more,
a part of the page was not followed, and boxes there would be up to 2 mm off."""
_ROUNDS = 16
_SETTLED_MM = 0.03
_WELL_SEEN = 0.85
"""Share of a witness that agrees, from which a flat sheet need not be tried as a bent one."""
_HARDLY_SEEN = 0.02
"""Share below which there are no rules to follow: a copier or a 1-bit scanner dropped them."""
_STRAY_MM = 0.35
"""A measurement that misses the field by more than this agrees with nothing around it."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What following the rules gave.

    Attributes:
        bend: (N, 2) mm by which each box lies away from where `frame_map` puts it.
        reached: share of boxes whose place is certain.
        seen: for each witness, the share of it that stands out and agrees, the worse axis.
        residual_mm: 98th percentile of what measurements miss the field by.
    """

    bend: Array
    reached: float
    seen: tuple[float, ...]
    residual_mm: float


def grow_placing(located: LocatedPage, centers: Array, witnesses: Sequence[Witness]) -> Grown:
    """Follow what can be seen over a page, first as a flat sheet, then as a bent one.

    Args:
        located: the page with its marks and a first map.
        centers: (N, 2) middles of all boxes, mm.
        witnesses: print that is looked for, at least one.

    Returns:
        The better of both. Cost: 30-150 ms where rules are followed, 15-40 ms by landmarks.
    """
    bends = _BEND_MM if _is_flat(located) else _BEND_MM[-1:]
    best = _grow(located, centers, witnesses, bends[0])
    for bend in bends[1:]:
        most = max(best.seen)
        if most < _HARDLY_SEEN or (best.reached == 1.0 and most >= _WELL_SEEN):
            break
        other = _grow(located, centers, witnesses, bend)
        best = max(best, other, key=lambda grown: sum(grown.seen))
    return best


def _is_flat(located: LocatedPage) -> bool:
    """Tell whether the marks allow a flat sheet: one photographed is followed as a bent one."""
    straight = np.array_equal(located.perspective, np.eye(3))
    return straight and len(located.marks_mm) <= 4 * len(located.fiducials) + 8 * located.loose


def _grow(
    located: LocatedPage, centers: Array, witnesses: Sequence[Witness], bend_mm: float
) -> Grown:
    field = _Field(located, bend_mm)
    points = np.concatenate([witness.centers for witness in witnesses])
    reach, sd = _of_each(witnesses)
    alone = np.repeat([w.alone for w in witnesses], [len(w.centers) for w in witnesses])
    marks = field.marks()
    known = marks
    middle, spread = field.at(points, known)
    places, found = middle, np.zeros(middle.shape, dtype=bool)
    told = found
    before = -1
    for _ in range(_ROUNDS):
        ready = spread < reach
        if not ready.any():
            break
        shift, told = _look(witnesses, middle, ready)
        found = told & (np.abs(shift) < _GATE * np.hypot(spread, sd)[:, None])
        places = middle + shift
        known = field.with_print(marks, points, places, found, sd)
        renewed, _ = field.at(points, known)
        found &= np.abs(renewed - places) < _STRAY_MM
        if alone.any():
            known = field.with_print(marks, points, places, found, sd)
            found &= ~field.outvoted(known, found, alone)
        known = field.with_print(marks, points, places, found, sd)
        renewed, spread = field.at(points, known)
        moved = float(np.abs(renewed - middle)[ready].max())
        middle = renewed
        if ready.sum() == before and moved < _SETTLED_MM:
            break
        before = int(ready.sum())
    bend, _ = field.at(centers, known)
    shares = _shares(witnesses, found)
    if bend_mm > _DOUBT_MM and max(shares) >= _WELL_SEEN:
        bend_mm = min(bend_mm, _BENT_TIMES * _bent_mm(points, field.beside(points, places), found))
    _, unsure = _Field(located, max(bend_mm, _DOUBT_MM)).at(centers, known)
    reached = float((unsure < (_SURE_ALONE_MM if alone.all() else _SURE_MM)).mean())
    if (told & ~found)[alone].sum() > _MOST_CONTRADICT * told[alone].sum():
        reached = 0.0
    misses = np.abs(middle - places)[found]
    worst = float(np.percentile(misses, 98)) if len(misses) else np.inf
    return Grown(bend, reached, shares, worst)


def _bent_mm(points: Array, beside: Array, found: NDArray[np.bool_]) -> float:
    """Return how far print lies beside the best straight map, root mean square, mm."""
    both = found.all(axis=1)
    basis = np.column_stack([np.ones(int(both.sum())), points[both]])
    straight, *_ = np.linalg.lstsq(basis, beside[both], rcond=None)
    left = beside[both] - basis @ straight
    return float(np.sqrt((left**2).mean(axis=0).max())) if both.any() else np.inf


def _of_each(witnesses: Sequence[Witness]) -> tuple[Array, Array]:
    """Return (n,) mm how certain a place must be to look, and (n,) mm what looking is worth."""
    counts = [len(witness.centers) for witness in witnesses]
    reach = np.repeat([witness.reached_mm for witness in witnesses], counts)
    return reach, np.repeat([witness.sd_mm for witness in witnesses], counts)


def _parts(witnesses: Sequence[Witness]) -> list[slice]:
    ends = np.cumsum([0, *(len(witness.centers) for witness in witnesses)]).tolist()
    return [slice(start, end) for start, end in pairwise(ends)]


def _look(
    witnesses: Sequence[Witness], middle: Array, ready: NDArray[np.bool_]
) -> tuple[Array, NDArray[np.bool_]]:
    looks = [
        witness.look(middle[part], ready[part])
        for witness, part in zip(witnesses, _parts(witnesses), strict=True)
    ]
    return np.concatenate([shift for shift, _ in looks]), np.concatenate([f for _, f in looks])


def _shares(witnesses: Sequence[Witness], found: NDArray[np.bool_]) -> tuple[float, ...]:
    return tuple(float(found[part].mean(axis=0).min()) for part in _parts(witnesses))


_Known = tuple[tuple[Array, Array, Array], tuple[Array, Array, Array]]
"""For each axis: points (n, 2) mm, displacements (n,) mm there, and their sd (n,) mm."""


class _Field:
    """A smooth displacement of page points, mm, around the page's first map."""

    def __init__(self, located: LocatedPage, bend_mm: float) -> None:
        self._located = located
        self._bend = bend_mm

    def marks(self) -> _Known:
        """Return where the marks lie against the first map."""
        located = self._located
        seen = located.frame_map.inverse().apply(located.marks_px)
        off = seen - self._base(located.marks_mm)
        return (
            (located.marks_mm, off[:, 0], located.marks_sd),
            (located.marks_mm, off[:, 1], located.marks_sd),
        )

    def with_print(
        self, known: _Known, centers: Array, places: Array, found: NDArray[np.bool_], sd: Array
    ) -> _Known:
        """Add the print found; `places` (n, 2) are mm away from where `frame_map` has it."""
        off = self.beside(centers, places)

        def join(axis: int) -> tuple[Array, Array, Array]:
            at, values, trust = known[axis]
            chosen = found[:, axis]
            return (
                np.concatenate([at, centers[chosen]]),
                np.concatenate([values, off[chosen, axis]]),
                np.concatenate([trust, sd[chosen]]),
            )

        return join(0), join(1)

    def beside(self, centers: Array, places: Array) -> Array:
        """Return (n, 2) mm by which `places` lie beside what the first map makes of `centers`."""
        return np.asarray(places - (self._base(centers) - centers))

    def outvoted(
        self, known: _Known, found: NDArray[np.bool_], suspects: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Tell which print lies where all other print says that it cannot.

        Args:
            known: marks, then the print found.
            found: (n, 2) which print that is.
            suspects: (n,) which of it may be doubted.
        """
        outvoted = np.zeros_like(found)
        for axis in (0, 1):
            at, values, sd = known[axis]
            rows = np.flatnonzero(found[:, axis])
            doubted = np.zeros(len(at), dtype=bool)
            doubted[len(at) - len(rows) :] = suspects[rows]
            joint = self._covariance(at, at) + np.diag(sd**2)
            strays = _strays(joint, values, doubted)[len(at) - len(rows) :]
            outvoted[rows[strays], axis] = True
        return outvoted

    def at(self, points: Array, known: _Known) -> tuple[Array, Array]:
        """Return displacement (n, 2) and uncertainty (n,) mm at points, given what is known."""
        solved = [self._solve(points, *axis) for axis in known]
        away = self._base(points) - points
        displacement = away + np.column_stack([value for value, _ in solved])
        return displacement, np.maximum(solved[0][1], solved[1][1])

    def _base(self, points: Array) -> Array:
        return apply_perspective(self._located.perspective, points)

    def _solve(self, points: Array, at: Array, values: Array, sd: Array) -> tuple[Array, Array]:
        joint = self._covariance(at, at) + np.diag(sd**2)
        cross = self._covariance(points, at)
        weights = np.linalg.solve(joint, np.column_stack([values, cross.T]))
        prior = _OFFSET_MM**2 + _SLOPE**2 * (_around(points) ** 2).sum(axis=1) + self._bend**2
        variance = prior - np.einsum("ij,ji->i", cross, weights[:, 1:])
        return cross @ weights[:, 0], np.sqrt(np.maximum(variance, 0.0))

    def _covariance(self, first: Array, second: Array) -> Array:
        straight = _OFFSET_MM**2 + _SLOPE**2 * (_around(first) @ _around(second).T)
        apart = ((first[:, None] - second[None]) ** 2).sum(axis=2)
        return np.asarray(straight + self._bend**2 * np.exp(-apart / (2 * _BEND_REACH_MM**2)))


def _strays(joint: Array, values: Array, doubted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out, the worst first, values that the others foretell otherwise (leave-one-out).

    None, if there are too many: then it is the field that is wrong.
    """
    strays = np.zeros(len(values), dtype=bool)
    for _ in range(_MOST_STRAYS + 1):
        kept = np.flatnonzero(~strays)
        inverse = np.linalg.inv(joint[np.ix_(kept, kept)])
        off = np.abs(inverse @ values[kept]) / np.sqrt(np.diag(inverse)) * doubted[kept]
        if not len(off) or off.max() <= _GATE:
            return strays
        strays[kept[off.argmax()]] = True
    return np.zeros_like(strays)


def _around(points: Array) -> Array:
    """Return points from the middle of the page, mm."""
    return np.asarray(points - np.array([105.0, 148.5]))

"""Follow a page's rules, and its landmarks where rules do not suffice, and judge what was found.

Knows what share of the print must be seen where it is said to be. Must not know boxes' contents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papi.imaging.grow import Grown, grow_placing
from papi.imaging.witnesses import LandmarkWitness, RuleWitness
from papi.model.landmarks import Landmarks
from papi.model.page import LocatedPage

_RULES, _RULES_WITH_LANDMARKS, _LANDMARKS = 0.55, 0.3, 0.5
"""Shares of the print that must be seen in its place: of rules alone; of rules that are listened to
beside landmarks (where fewer stand out, it is strokes that do); of landmarks. Other print, or the
right one sought in a wrong place, shows less than 0.05 of the landmarks."""
_WORST_MM = 0.3
"""Disagreement (98th percentile) from which a page is not taken for placed."""


@dataclass(frozen=True)
class Followed:
    """What following the print gave, and the shares of rules and landmarks that were seen."""

    grown: Grown
    rules: float
    landmarks: float

    @property
    def by_rules(self) -> bool:
        """Tell whether enough rules are seen to read rows by their own."""
        return self.rules >= _RULES

    @property
    def confirmed(self) -> bool:
        """Tell whether print shows where every box lies."""
        sure = self.grown.reached == 1.0 and self.grown.residual_mm <= _WORST_MM
        return sure and (self.by_rules or self.landmarks >= _LANDMARKS)

    @property
    def seen(self) -> str:
        """What was seen, for a refusal's detail."""
        return f"{self.rules:.0%} of the rules, {self.landmarks:.0%} of the landmarks found"


def follow_print(
    located: LocatedPage,
    centers: NDArray[np.float64],
    rules: RuleWitness,
    landmarks: Landmarks | None,
    *,
    rules_first: bool,
    curled: bool,
) -> Followed:
    """Follow the rules; and the landmarks, where rules do not suffice.

    Args:
        located: the page with its marks and a first map.
        centers: (N, 2) middles of all boxes, mm.
        rules: around the boxes.
        landmarks: of this page, if its book has any.
        rules_first: False where rules are known not to be seen: that saves 30 ms.
        curled: the sheet may be more than flat. Rules alone then mislead: next to a box stand those
            of its neighbour, 0.8 mm away, and a column of boxes followed along them was up to 2 mm
            off in 1 of 20 photographs of curled sheets, none of it to be seen in the residual.

    Returns:
        What the best of them gave; it need not be confirmed.
    """
    if landmarks and curled:
        followed = _follow_both(located, centers, rules, LandmarkWitness(located, landmarks))
        if followed.confirmed:
            return followed
        rules_first = False
    seen = 0.0
    if rules_first or not landmarks:
        grown = grow_placing(located, centers, [rules])
        followed = Followed(grown, grown.seen[0], 0.0)
        if followed.confirmed or not landmarks:
            return followed
        seen = followed.rules
    marks = LandmarkWitness(located, landmarks)
    if seen >= _RULES_WITH_LANDMARKS:
        return _follow_both(located, centers, rules, marks)
    grown = grow_placing(located, centers, [marks])
    return Followed(grown, seen, grown.seen[0])


def _follow_both(
    located: LocatedPage, centers: NDArray[np.float64], rules: RuleWitness, marks: LandmarkWitness
) -> Followed:
    grown = grow_placing(located, centers, [rules, marks])
    return Followed(grown, *grown.seen)

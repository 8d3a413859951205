"""Cleaned: which UNIPEN dev characters are wrongly cut or labelled, by the data's own flags.

Knows `fragment` and `p_label` of the data provider. Must not know what our network answers: the
list was made before the first one was trained, and is never changed to suit a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from papi.training.sources import Character

LIMITS = {"digits": 0.01, "capitals": 0.03}
"""Greatest share that may be called a slip."""
HOW = (
    "fragment, or the lowest p_label (the data provider's CNN, trained on train writers only) "
    "until the limit is reached: digits 1 %, capitals 3 %; p_label >= 0.5 is never removed. Made "
    "from the flags alone, before any network of this project existed. Indices into "
    "unipen_dev_strokes.npz."
)


def find_slips(path: Path) -> dict[str, Any]:
    """Make the list from unipen_dev_strokes.npz."""
    with np.load(path) as arrays:
        label, fragment = arrays["label"], arrays["fragment"]
        p_label = arrays["p_label"].astype(np.float64)
    p_label[(p_label < 0) | (p_label >= 0.5)] = np.inf
    p_label[fragment] = -1.0
    kinds = {
        "digits": (label >= ord("0")) & (label <= ord("9")),
        "capitals": (label >= ord("A")) & (label <= ord("Z")),
    }
    slips: dict[str, Any] = {"how": HOW}
    for kind, mask in kinds.items():
        members = np.flatnonzero(mask)
        order = members[np.argsort(p_label[members], kind="stable")]
        worst = order[: int(LIMITS[kind] * len(members))]
        removed = sorted(int(i) for i in worst if np.isfinite(p_label[i]))
        slips[kind] = {"of": len(members), "removed": len(removed), "indices": removed}
    return slips


def slips_of(data: Path) -> frozenset[int]:
    """Indices of the slips, made afresh from the data folder (the committed list is the same)."""
    slips = find_slips(data / "dev" / "unipen_dev_strokes.npz")
    return frozenset(i for kind in LIMITS for i in slips[kind]["indices"])


def without_slips(characters: Sequence[Character], slips: frozenset[int]) -> list[Character]:
    """Leave out the UNIPEN characters on the list."""
    return [c for c in characters if c.source != "unipen" or c.index not in slips]

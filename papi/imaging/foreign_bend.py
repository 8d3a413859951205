"""From the shifts of blocks to a smooth change of a map.

Knows fields of shifts in mm. Must not know images.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papi.imaging.foreign_blocks import BlockShifts
from papi.imaging.foreign_map import PaperMap

Matrix = NDArray[np.float64]
LEAST_SPREAD_MM = 0.08
"""Blocks that lie this far off the smooth whole are never taken for outliers."""


def bend(page: PaperMap, blocks: BlockShifts, smooth_mm: float) -> PaperMap:
    """Add what blocks say to a map: a smooth whole first, then what is left of it nearby.

    Args:
        page: the map the blocks were compared under.
        blocks: what they say.
        smooth_mm: reach of a block's say.
    """
    keep = blocks.agreeing
    centers, shifts = blocks.centers[keep], blocks.shifts[keep]
    weights = blocks.stiffness[keep] * blocks.agreement[keep, None, None]
    nodes = page.nodes().reshape(-1, 2)
    coefficients, weights = _fit_whole(centers, shifts, weights)
    whole = _basis(nodes) @ coefficients
    rest = shifts - _basis(centers) @ coefficients
    local = _nearby(nodes, centers, rest, weights, smooth_mm)
    return PaperMap(page.homography, page.shifts + (whole + local).reshape(page.shifts.shape))


def _basis(points: Matrix) -> Matrix:
    """Bilinear and quadratic terms of a point, scaled to about 1."""
    x, y = points[:, 0] / 150 - 0.7, points[:, 1] / 150 - 1.0
    return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=1)


def _fit_whole(centers: Matrix, shifts: Matrix, weights: Matrix) -> tuple[Matrix, Matrix]:
    """Fit one smooth field to all shifts; blocks that disagree lose their weight.

    Returns:
        Coefficients (6, 2) and the weights (N, 2, 2) that were left.
    """
    basis = _basis(centers)
    terms = basis.shape[1]
    trust = np.ones(len(centers))
    coefficients = np.zeros((terms, 2))
    ridge = np.diag(np.repeat([1e-6, 1e-3, 1e-3, 2e-2, 2e-2, 2e-2], 2))
    scale = float(np.median(np.trace(weights, axis1=1, axis2=2))) + 1e-9
    for _ in range(6):
        own = weights * (trust / scale)[:, None, None]
        design = np.einsum("ni,nj,nab->iajb", basis, basis, own).reshape(2 * terms, 2 * terms)
        target = np.einsum("ni,nab,nb->ia", basis, own, shifts).reshape(-1)
        normal = design + ridge * (1.0 + np.trace(design) / len(design))
        coefficients = np.linalg.solve(normal, target).reshape(terms, 2)
        off = shifts - basis @ coefficients
        distance = np.sqrt(np.maximum(np.einsum("na,nab,nb->n", off, weights / scale, off), 0.0))
        spread = max(LEAST_SPREAD_MM, 1.5 * float(np.median(distance)))
        trust = 1.0 / (1.0 + (distance / spread) ** 2) ** 2
    return coefficients, weights * (trust / scale)[:, None, None]


def _nearby(
    nodes: Matrix, centers: Matrix, rest: Matrix, weights: Matrix, smooth_mm: float
) -> Matrix:
    """Mean of what is left around each node, drawn to zero where few blocks stand."""
    away = ((nodes[:, None] - centers[None]) ** 2).sum(axis=2)
    near = np.exp(-away / (2 * smooth_mm**2))
    total = np.einsum("mn,nab->mab", near, weights) + 0.5 * np.eye(2)
    pull = np.einsum("mn,nab,nb->ma", near, weights, rest)
    return np.linalg.solve(total, pull[..., None])[..., 0]

"""Judge: figures of a reader on characters it was not trained on, with their intervals.

Knows accuracy, reject curves and calibration of one labelled set. Must not know how logits came.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papi.reading.models import HEADS
from papi.training.calibrate import BINS, calibration_error

RESAMPLES = 1000
REJECT_RATE = 0.05


@dataclass(frozen=True, slots=True)
class Figures:
    """One head on one set.

    Attributes:
        count: characters judged.
        writers: how many people wrote them, 0 = unknown.
        accuracy: share whose best character is right.
        interval: 95 % interval of the accuracy; by writer where writers are known.
        error_at_reject: share wrong among the 95 % the reader is surest of.
        error_interval: 95 % interval of that share.
        ece: expected calibration error.
        confusions: the most frequent (true, read, count).
    """

    count: int
    writers: int
    accuracy: float
    interval: tuple[float, float]
    error_at_reject: float
    error_interval: tuple[float, float]
    ece: float
    confusions: tuple[tuple[str, str, int], ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data, 5 decimals."""
        return {key: _rounded(value) for key, value in asdict(self).items()}


def judge(
    head: str,
    probabilities: NDArray[np.float64],
    labels: NDArray[np.int16],
    writers: NDArray[np.int32] | None,
) -> Figures:
    """Compare probabilities (N, classes) with true classes (N,)."""
    read = probabilities.argmax(axis=1)
    right = read == labels
    confidence = probabilities.max(axis=1)
    kept = np.argsort(-confidence)[: round((1 - REJECT_RATE) * len(labels))]
    return Figures(
        count=len(labels),
        writers=0 if writers is None else len(np.unique(writers)),
        accuracy=float(right.mean()),
        interval=interval(right, writers),
        error_at_reject=float(1 - right[kept].mean()),
        error_interval=_error_interval(right[kept], None if writers is None else writers[kept]),
        ece=calibration_error(probabilities, labels),
        confusions=_confusions(head, labels, read),
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5)
    return [_rounded(item) for item in value] if isinstance(value, tuple) else value


def _error_interval(
    right: NDArray[np.bool_], writers: NDArray[np.int32] | None
) -> tuple[float, float]:
    low, high = interval(right, writers)
    return 1 - high, 1 - low


class ClassError(NamedTuple):
    """How one class of a set is calibrated.

    Attributes:
        symbol: the class.
        true: characters that are of it.
        read: characters read as it.
        mean: mean probability it was given over the whole set.
        share: share of the set that is of it: the mean of a calibrated reader.
        error: expected calibration error of its probability, in bins of equal size.
    """

    symbol: str
    true: int
    read: int
    mean: float
    share: float
    error: float


def class_errors(
    head: str, probabilities: NDArray[np.float64], labels: NDArray[np.int16]
) -> list[ClassError]:
    """Return the calibration of each class that occurs or was read, one against the rest."""
    read = probabilities.argmax(axis=1)
    return [
        ClassError(
            symbol,
            int((labels == number).sum()),
            int((read == number).sum()),
            float(probabilities[:, number].mean()),
            float((labels == number).mean()),
            _class_error(probabilities[:, number], np.asarray(labels == number)),
        )
        for number, symbol in enumerate(HEADS[head])
        if (labels == number).any() or (read == number).any()
    ]


def _class_error(said: NDArray[np.float64], is_so: NDArray[np.bool_]) -> float:
    parts = np.array_split(np.argsort(said, kind="stable"), BINS)
    gaps = [len(p) * abs(float(said[p].mean() - is_so[p].mean())) for p in parts if len(p)]
    return sum(gaps) / max(len(said), 1)


def interval(right: NDArray[np.bool_], writers: NDArray[np.int32] | None) -> tuple[float, float]:
    """95 % interval: bootstrap over writers, Wilson where writers are unknown."""
    if writers is None:
        return _wilson(int(right.sum()), len(right))
    _, inverse = np.unique(writers, return_inverse=True)
    count = np.bincount(inverse)
    good = np.bincount(inverse, weights=right)
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(count), (RESAMPLES, len(count)))
    rates = good[draws].sum(axis=1) / count[draws].sum(axis=1)
    low, high = np.quantile(rates, [0.025, 0.975])
    return float(low), float(high)


def _wilson(good: int, count: int) -> tuple[float, float]:
    z = 1.96
    rate, base = good / count, 1 + z * z / count
    middle = (rate + z * z / (2 * count)) / base
    half = z * np.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count)) / base
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _confusions(
    head: str, labels: NDArray[np.int16], read: NDArray[np.int64]
) -> tuple[tuple[str, str, int], ...]:
    symbols = HEADS[head]
    wrong = labels != read
    pairs, counts = np.unique(
        np.column_stack([labels[wrong], read[wrong]]), axis=0, return_counts=True
    )
    order = np.argsort(-counts)[:8]
    return tuple((symbols[pairs[i][0]], symbols[pairs[i][1]], int(counts[i])) for i in order)

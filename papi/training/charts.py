"""Charts: curves, reliability and confusions as inline SVG and HTML.

Knows numbers and shapes. Must not know readers, files or handwriting. No script, no network: a
chart is text that any browser shows from a file.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 440, 260
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 40
COLOURS = ("#0a58ca", "#c2410c", "#15803d", "#7e22ce", "#111111", "#0f766e", "#be123c", "#475569")
MOST_REJECTED = 0.2
LEAST_ERROR, MOST_ERROR = 1e-4, 1e-1
"""Ends of the logarithmic axis: 1 in 10,000 is less than any set can show."""
LEAST_DOUBT = 1e-4
DOUBTS = (0.0, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.01)
"""Bins of 1 - P: nearly all characters are nearly sure, and thresholds stand there."""
SHADE_FROM = 0.02
"""Share of a true class from which a confusion is shaded."""


class Series(NamedTuple):
    """A line: what it is, and its points (x, y)."""

    name: str
    points: list[tuple[float, float]]


def reject_points(
    right: NDArray[np.bool_], confidence: NDArray[np.float64]
) -> list[tuple[float, float]]:
    """Error among the accepted (y) against the share rejected (x), 0 to 20 %."""
    ordered = ~right[np.argsort(-confidence, kind="stable")]
    error = ordered.cumsum() / np.arange(1, len(ordered) + 1)
    shares = np.linspace(0, MOST_REJECTED, 81)
    places = [max(0, round((1 - share) * len(error)) - 1) for share in shares]
    return [(float(s), float(error[p])) for s, p in zip(shares, places, strict=True)]


def reject_chart(series: Sequence[Series], caption: str) -> str:
    """Draw error against reject, the error on a logarithmic axis."""
    low, high = math.log10(LEAST_ERROR), math.log10(MOST_ERROR)

    def place(x: float, y: float) -> tuple[float, float]:
        height = (math.log10(min(max(y, LEAST_ERROR), MOST_ERROR)) - low) / (high - low)
        return x / MOST_REJECTED, height

    across = [
        (share / MOST_REJECTED, f"{100 * share:.0f} %") for share in (0, 0.05, 0.1, 0.15, 0.2)
    ]
    up = [
        ((power - low) / (high - low), f"{100 * 10.0**power:g} %")
        for power in range(round(low), round(high) + 1)
    ]
    lines = [
        _line([place(x, y) for x, y in item.points], COLOURS[number % len(COLOURS)])
        for number, item in enumerate(series)
    ]
    legend = _legend(series) if len(series) > 1 else ""
    return _figure(
        _axes(across, up, "rejected", "wrong among accepted") + "".join(lines), caption, legend
    )


def reliability_chart(
    right: NDArray[np.bool_], confidence: NDArray[np.float64], caption: str
) -> str:
    """Draw the share wrong against the share said to be wrong, both logarithmic, with 95 % bars."""
    doubt = 1 - confidence
    marks = [f"<path d='M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}' stroke='#999' stroke-dasharray='4'/>"]
    points = []
    for low, high in pairwise(DOUBTS):
        inside = (doubt >= low) & (doubt < high)
        count = int(inside.sum())
        if not count:
            continue
        wrong = int((~right[inside]).sum())
        x, y = _decades(float(doubt[inside].mean())), _decades(wrong / count)
        least, most = (_decades(value) for value in _wilson(wrong, count))
        marks.append(f"<path d='M{_x(x):.1f} {_y(least):.1f}V{_y(most):.1f}' stroke='#0a58ca'/>")
        points.append((x, y))
    steps = range(round(math.log10(LEAST_DOUBT)), 1)
    ticks = [(_decades(10.0**power), f"{100 * 10.0**power:g} %") for power in steps]
    body = _axes(ticks, ticks, "said to be wrong (1 - P)", "wrong") + "".join(marks)
    return _figure(body + _line(points, COLOURS[0], dots=True), caption)


def _decades(value: float) -> float:
    """Place on a logarithmic axis from LEAST_DOUBT to 1."""
    low = math.log10(LEAST_DOUBT)
    return (math.log10(min(max(value, LEAST_DOUBT), 1.0)) - low) / -low


def _wilson(hits: int, count: int) -> tuple[float, float]:
    z = 1.96
    rate, base = hits / count, 1 + z * z / count
    middle = (rate + z * z / (2 * count)) / base
    half = z / base * math.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def confusion_table(
    labels: NDArray[np.int16], read: NDArray[np.int64], symbols: Sequence[str]
) -> str:
    """True classes down, read ones across; counts, mistakes shaded by their share."""
    size = len(symbols)
    counts = np.zeros((size, size), int)
    np.add.at(counts, (labels, read), 1)
    shown = [i for i in range(size) if counts[i].any() or counts[:, i].any()]
    head = "".join(f"<th>{html.escape(symbols[i])}" for i in shown)
    rows = "".join(
        f"<tr><th>{html.escape(symbols[i])}{''.join(_cell(counts, i, j) for j in shown)}"
        for i in shown
        if counts[i].any()
    )
    return f"<table class='confusion'><tr><th>true \\ read{head}</tr>{rows}</table>"


def _cell(counts: NDArray[np.int_], true: int, read: int) -> str:
    count = int(counts[true, read])
    if not count:
        return "<td>"
    share = count / counts[true].sum()
    if true == read:
        return f"<td class='right'>{count}"
    depth = 0.15 + 0.85 * min(1.0, share / SHADE_FROM)
    return f"<td style='background:rgba(220,60,30,{depth:.2f})'>{count}"


def _x(value: float) -> float:
    return LEFT + value * (WIDTH - LEFT - RIGHT)


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM)


def _line(points: list[tuple[float, float]], colour: str, *, dots: bool = False) -> str:
    places = [(f"{_x(x):.1f}", f"{_y(y):.1f}") for x, y in points]
    line = " ".join(f"{x},{y}" for x, y in places)
    circles = "".join(f"<circle cx='{x}' cy='{y}' r='3' fill='{colour}'/>" for x, y in places)
    return f"<polyline points='{line}' fill='none' stroke='{colour}' stroke-width='2'/>" + (
        circles if dots else ""
    )


def _axes(
    across: Sequence[tuple[float, str]], up: Sequence[tuple[float, str]], name_x: str, name_y: str
) -> str:
    grid = [
        f"<path d='M{_x(v):.1f} {_y(0)}V{_y(1)}' stroke='#e2e2e2'/>"
        f"<text x='{_x(v):.1f}' y='{_y(0) + 15}' text-anchor='middle'>{text}</text>"
        for v, text in across
    ]
    grid += [
        f"<path d='M{_x(0)} {_y(v):.1f}H{_x(1)}' stroke='#e2e2e2'/>"
        f"<text x='{LEFT - 5}' y='{_y(v) + 4:.1f}' text-anchor='end'>{text}</text>"
        for v, text in up
    ]
    middle = (_y(0) + _y(1)) / 2
    return (
        f"{''.join(grid)}<text x='{_x(0.5)}' y='{HEIGHT - 6}' text-anchor='middle'>{name_x}</text>"
        f"<text x='11' y='{middle}' text-anchor='middle' transform='rotate(-90 11 {middle})'>"
        f"{name_y}</text>"
    )


def _legend(series: Sequence[Series]) -> str:
    return "".join(
        f"<span style='color:{COLOURS[n % len(COLOURS)]}'>&#9644; {html.escape(item.name)}</span> "
        for n, item in enumerate(series)
    )


def _figure(body: str, caption: str, legend: str = "") -> str:
    return (
        f"<figure><svg width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}' role='img' "
        f"aria-label='{html.escape(caption, quote=True)}'>{body}</svg>"
        f"<figcaption>{legend}<br>{html.escape(caption)}</figcaption></figure>"
    )

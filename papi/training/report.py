"""Report: a judged model as one HTML page with its curves and its worst snips.

Knows figures and pictures. Must not know models or data files.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.reading.models import HEADS
from papi.training.evaluate import Judged

WORST = 60
CURVE = (360, 200)
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;color:#222}"
    "table{border-collapse:collapse}td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;"
    "text-align:right}td:first-child,th:first-child{text-align:left}figure{display:inline-block;"
    "margin:.3rem;text-align:center;font-size:12px}img{image-rendering:pixelated;"
    "border:1px solid #ccc}svg{background:#fafafa;margin-right:1rem}"
)


def write_report(path: Path, judged: Sequence[Judged], title: str) -> None:
    """Write the page."""
    sections = [_section(item) for item in judged]
    page = (
        f"<!doctype html><html lang='id'><meta charset='utf-8'><title>{html.escape(title)}</title>"
        f"<style>{STYLE}</style><h1>{html.escape(title)}</h1>{_table(judged)}{''.join(sections)}"
    )
    path.write_text(page, encoding="utf-8")


def _name(item: Judged) -> str:
    return f"{item.benchmark.name}, {'in boxes' if item.boxed else 'plain'}"


def _table(judged: Sequence[Judged]) -> str:
    rows = "".join(
        f"<tr><td>{_name(j)}<td>{j.figures.count:,}<td>{100 * j.figures.accuracy:.2f} %"
        f"<td>{100 * j.figures.interval[0]:.2f}–{100 * j.figures.interval[1]:.2f}"
        f"<td>{100 * j.figures.error_at_reject:.2f} %<td>{j.figures.ece:.4f}"
        for j in judged
    )
    head = "<tr><th>set<th>characters<th>right<th>95 %<th>wrong at 5 % reject<th>ECE"
    return f"<table>{head}{rows}</table>"


def _section(item: Judged) -> str:
    confusions = ", ".join(f"{a}→{b} ×{n}" for a, b, n in item.figures.confusions)
    return (
        f"<h2>{_name(item)}</h2>{_reject_curve(item)}{_reliability(item)}"
        f"<p>Most frequent mistakes (true→read): {html.escape(confusions) or 'none'}</p>"
        f"{_worst(item)}"
    )


def _reject_curve(item: Judged) -> str:
    """Error among the accepted against the share rejected, 0 to 20 %."""
    confidence = item.probabilities.max(axis=1)
    wrong = item.probabilities.argmax(axis=1) != item.benchmark.labels
    ordered = wrong[np.argsort(-confidence)]
    accepted = np.arange(1, len(ordered) + 1)
    error = ordered.cumsum() / accepted
    shares = np.linspace(0, 0.2, 41)
    values = [float(error[round((1 - s) * (len(error) - 1))]) for s in shares]
    top = max(*values, 1e-4)
    points = [(s / 0.2, v / top) for s, v in zip(shares, values, strict=True)]
    return _plot(points, f"error of the accepted (top {100 * top:.2f} %) against 0–20 % rejected")


def _reliability(item: Judged) -> str:
    """How often the reader is right against how sure it says it is."""
    confidence = item.probabilities.max(axis=1)
    right = item.probabilities.argmax(axis=1) == item.benchmark.labels
    parts = np.array_split(np.argsort(confidence), 12)
    points = [(float(confidence[p].mean()), float(right[p].mean())) for p in parts if len(p)]
    return _plot(points, "share right against confidence", diagonal=True)


def _plot(points: list[tuple[float, float]], caption: str, *, diagonal: bool = False) -> str:
    w, h = CURVE
    line = " ".join(f"{x * w:.1f},{(1 - y) * h:.1f}" for x, y in points)
    extra = f"<path d='M0 {h}L{w} 0' stroke='#bbb' fill='none'/>" if diagonal else ""
    return (
        f"<figure><svg width='{w}' height='{h}' viewBox='0 0 {w} {h}'>{extra}"
        f"<polyline points='{line}' fill='none' stroke='#06c' stroke-width='2'/></svg>"
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _worst(item: Judged) -> str:
    """Pictures of the mistakes made with the greatest confidence."""
    confidence = item.probabilities.max(axis=1)
    read, labels = item.probabilities.argmax(axis=1), item.benchmark.labels
    wrong = np.flatnonzero(read != labels)
    order = wrong[np.argsort(-confidence[wrong])][:WORST]
    symbols = HEADS[item.benchmark.head]
    return "".join(
        f"<figure><img src='{_picture(item.seen.inputs[i, 0])}' width='64'><figcaption>"
        f"{html.escape(symbols[labels[i]])}→{html.escape(symbols[read[i]])} "
        f"{confidence[i]:.3f}</figcaption></figure>"
        for i in order
    )


def _picture(ink: NDArray[np.uint8]) -> str:
    _, packed = cv2.imencode(".png", 255 - ink)
    return "data:image/png;base64," + base64.b64encode(packed.tobytes()).decode("ascii")

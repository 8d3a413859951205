"""Report: a judged model as one HTML page with its curves and its worst snips.

Knows figures and pictures. Must not know models or data files.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.reading.models import HEADS
from papi.training.charts import (
    Series,
    confusion_table,
    reject_chart,
    reject_points,
    reliability_chart,
)
from papi.training.evaluate import Judged
from papi.training.judge import class_errors

WORST = 40
"""Mistakes shown of each set."""
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;color:#222;"
    "padding:0 1rem}"
    "table{border-collapse:collapse;margin:.6rem 0}td,th{padding:.2rem .7rem;"
    "border-bottom:1px solid #ddd;text-align:right}td:first-child,th:first-child{text-align:left}"
    "figure{display:inline-block;margin:.3rem;text-align:center;font-size:12px;vertical-align:top}"
    "figure img{image-rendering:pixelated;border:1px solid #ccc;height:64px;margin-right:2px}"
    "svg{background:#fff;border:1px solid #ddd}svg text{font:11px system-ui,sans-serif;fill:#444}"
    ".confusion{font-size:11px}.confusion td,.confusion th{padding:.05rem .3rem;min-width:1.3em;"
    "text-align:center}.right{color:#777}section{border-top:2px solid #ddd;margin-top:2rem}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dd{margin:0}"
    "details{margin:.5rem 0}code{font-size:12px}"
)


def write_report(
    path: Path, judged: Sequence[Judged], title: str, card: Mapping[str, Any] | None = None
) -> None:
    """Write the page: one file that opens without a network.

    Args:
        path: of the page.
        judged: the benchmarks.
        title: of the page.
        card: what is known of the network, as its card has it.
    """
    name = html.escape(title)
    page = (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{name}</title>"
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style><h1>{name}</h1>"
        f"{_card(card or {})}{_table(judged)}{_overview(judged)}"
        f"{''.join(_section(item) for item in judged)}"
    )
    path.write_text(page, encoding="utf-8")


def _name(item: Judged) -> str:
    return html.escape(f"{item.benchmark.name}, {'in boxes' if item.boxed else 'plain'}")


def _card(card: Mapping[str, Any]) -> str:
    """Identity of the network, and what int8 changed."""
    rows = [
        (key, str(card[key])) for key in ("sha256", "precision", "mmac", "bytes") if key in card
    ]
    changed = card.get("labels_changed")
    if changed:
        text = ", ".join(f"{head} {100 * share:.3f} %" for head, share in changed.items())
        rows.append(("labels int8 changes against float32, held-out writers", text))
    rows += [
        (f"scaling of {head}", ", ".join(f"{k} {v:.4g}" for k, v in values.items()))
        for head, values in card.get("scaling", {}).items()
    ]
    items = "".join(f"<dt>{html.escape(k)}<dd><code>{html.escape(v)}</code>" for k, v in rows)
    return f"<dl>{items}</dl>" if rows else ""


def _table(judged: Sequence[Judged]) -> str:
    rows = "".join(
        f"<tr><td>{_name(j)}<td>{j.figures.count:,}<td>{j.figures.writers or '?'}"
        f"<td>{100 * j.figures.accuracy:.2f} %"
        f"<td>{100 * j.figures.interval[0]:.2f}–{100 * j.figures.interval[1]:.2f}"
        f"<td>{100 * j.figures.error_at_reject:.2f} %"
        f"<td>{100 * j.figures.error_interval[0]:.2f}–{100 * j.figures.error_interval[1]:.2f}"
        f"<td>{j.figures.ece:.4f}"
        for j in judged
    )
    head = (
        "<tr><th>set<th>characters<th>writers<th>right<th>95 % by writer"
        "<th>wrong at 5 % reject<th>95 % by writer<th>ECE"
    )
    note = "<p>Where writers are unknown (?) the intervals are Wilson's and too narrow.</p>"
    return f"<table>{head}{rows}</table>{note}"


def _overview(judged: Sequence[Judged]) -> str:
    """All sets in one chart each for plain and boxed characters."""
    charts = []
    for boxed, place in ((False, "plain"), (True, "in printed, scanned boxes")):
        chosen = [item for item in judged if item.boxed == boxed]
        if chosen:
            series = [
                Series(item.benchmark.name, reject_points(*_outcome(item))) for item in chosen
            ]
            charts.append(reject_chart(series, f"error against reject, {place}"))
    return "".join(charts)


def _outcome(item: Judged) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """What was right, and how sure the reader was."""
    right = item.probabilities.argmax(axis=1) == item.benchmark.labels
    return np.asarray(right), np.asarray(item.probabilities.max(axis=1))


def _section(item: Judged) -> str:
    right, confidence = _outcome(item)
    read = item.probabilities.argmax(axis=1)
    symbols = HEADS[item.benchmark.head]
    curve = reject_chart([Series("", reject_points(right, confidence))], "error against reject")
    return (
        f"<section><h2>{_name(item)}</h2>{curve}"
        f"{reliability_chart(right, confidence, 'share wrong against 1 - P, 95 % bars')}"
        f"<details open><summary>Confusions</summary>"
        f"{confusion_table(item.benchmark.labels, read, symbols)}</details>"
        f"<details><summary>Calibration of each class</summary>{_classes(item)}</details>"
        f"<details open><summary>Surest mistakes: {_legend(item)}</summary>{_worst(item)}</details>"
        "</section>"
    )


def _classes(item: Judged) -> str:
    head = "<tr><th>class<th>true<th>read<th>mean P<th>share<th>ECE"
    rows = "".join(
        f"<tr><td>{html.escape(c.symbol)}<td>{c.true}<td>{c.read}<td>{c.mean:.4f}"
        f"<td>{c.share:.4f}<td>{c.error:.5f}"
        for c in class_errors(item.benchmark.head, item.probabilities, item.benchmark.labels)
    )
    return f"<table>{head}{rows}</table>"


def _legend(item: Judged) -> str:
    first = "paper before the cut, ink after it, network input" if item.boxed else "image, input"
    return f"{first}; true→read, P"


def _worst(item: Judged) -> str:
    """Pictures of the mistakes made with the greatest confidence."""
    right, confidence = _outcome(item)
    wrong = np.flatnonzero(~right)
    read, symbols = item.probabilities.argmax(axis=1), HEADS[item.benchmark.head]
    shown = []
    for i in wrong[np.argsort(-confidence[wrong])][:WORST]:
        pictures = [*item.pictures.get(int(i), ()), 255 - item.seen.inputs[i, 0]]
        images = "".join(f"<img src='{_picture(p)}' alt=''>" for p in pictures)
        shown.append(
            f"<figure>{images}<figcaption>{html.escape(symbols[item.benchmark.labels[i]])}→"
            f"{html.escape(symbols[read[i]])} {confidence[i]:.3f}</figcaption></figure>"
        )
    return "".join(shown) or "<p>none</p>"


def _picture(gray: NDArray[np.uint8]) -> str:
    _, packed = cv2.imencode(".png", gray)
    return "data:image/png;base64," + base64.b64encode(packed.tobytes()).decode("ascii")

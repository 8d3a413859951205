"""Compare `papi export readings` with the truth of a batch: wrong, to review, and why.

Knows the readings table and truth.json. Must not know how either was made, nor what is good enough
(round_trip_targets).
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from papi.checking.classes import field_class
from papi.model.layout import Layout, LayoutField

Report = dict[str, Any]
TICKS = frozenset({"tick", "tick_critical"})
INK = frozenset({"text", "signature"})
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995)
"""Where the curve of a class is measured: what a threshold alone would accept."""
_SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """One field of a page that was read.

    Attributes:
        form_id, page: where it stands; the form id has the run's number in front.
        field: the field of the layout.
        truth: what was written.
        row: its line of the readings table.
    """

    form_id: str
    page: str
    field: LayoutField
    truth: str
    row: dict[str, str]

    @property
    def name(self) -> str:
        """The class of fields it belongs to."""
        return field_class(self.field).value

    @property
    def wrong(self) -> bool:
        """Whether it was accepted with another value than was written."""
        return self.row["status"] == "accepted" and self.row["value"] != self.truth

    @property
    def reviewed(self) -> bool:
        """Whether a person was asked."""
        return self.row["status"] == "review"


@dataclass
class Tally:
    """One class of fields. An error in a blank field counts in full.

    Attributes:
        fields, written, boxes: all, those in which something is written, and all tick boxes.
        wrong: accepted with another value than written, by form.
        accepted: accepted fields among the written ones; by_form: the same by form.
        reading: written fields to review for a reading reason.
        review: written fields to review for any reason; blank_review: blank ones.
        reasons: how often each reason occurs.
        machine_right: written fields whose machine value is right, accepted or not.
        outcomes: per field: confidence, machine value right, something written.
    """

    fields: int = 0
    written: int = 0
    boxes: int = 0
    accepted: int = 0
    reading: int = 0
    review: int = 0
    blank_review: int = 0
    machine_right: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    wrong_blank: int = 0
    by_form: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, str]] = field(default_factory=list)
    outcomes: list[tuple[float, bool, bool]] = field(default_factory=list)

    def add(self, item: Judged) -> None:
        """Count one field."""
        row, truth = item.row, item.truth
        self.fields += 1
        self.boxes += len(item.field.choices)
        self.by_form[item.form_id] += bool(truth) and row["status"] == "accepted"
        right = row["machine_value"] == truth
        self.outcomes.append((float(row["confidence"]), right, bool(truth)))
        reasons = row["reason"].split() if item.reviewed else []
        self.reasons.update(reasons)
        if item.wrong:
            self.wrong[item.form_id] += 1
            self.wrong_blank += not truth
            self.examples.append(
                {"form_id": item.form_id, "page": item.page, "field": item.field.name}
                | {"written": truth, "read": row["value"], "confidence": row["confidence"]}
            )
        if not truth:
            self.blank_review += item.reviewed
            return
        self.written += 1
        self.accepted += row["status"] == "accepted"
        self.review += item.reviewed
        self.reading += any(reason.startswith("reading:") for reason in reasons)
        self.machine_right += right

    def summary(self) -> Report:
        """Return the figures of this class."""
        wrong = sum(self.wrong.values())
        return {
            "fields": self.fields,
            "written": self.written,
            "boxes": self.boxes,
            "accepted": self.accepted,
            "wrong_and_accepted": wrong,
            "wrong_and_accepted_where_blank": self.wrong_blank,
            "wrong_per_1000": round(1000 * wrong / max(self.accepted, 1), 4),
            "wrong_per_1000_upper_95": round(1000 * upper_bound(self), 4),
            "wrong_per_1000_boxes_upper_95": round(
                1000 * poisson_upper(wrong) / max(self.boxes, 1), 4
            ),
            "machine_right": round(self.machine_right / max(self.written, 1), 4),
            "to_review": round(self.review / max(self.written, 1), 4),
            "to_review_for_reading": round(self.reading / max(self.written, 1), 4),
            "blank_to_review": round(self.blank_review / max(self.fields - self.written, 1), 5),
            "curve": self.curve(),
            "reasons": dict(self.reasons.most_common(12)),
            "examples": self.examples[:20],
        }

    def curve(self) -> list[dict[str, float]]:
        """Return for each threshold what confidence alone would accept, and how much is wrong."""
        table = np.array(self.outcomes, dtype=float).reshape(-1, 3)
        points = []
        for threshold in THRESHOLDS:
            sure = table[:, 0] >= threshold
            points.append(
                {
                    "threshold": threshold,
                    "accepted_of_written": round(float(sure[table[:, 2] == 1].mean()), 4)
                    if self.written
                    else 0.0,
                    "wrong": int((sure & (table[:, 1] == 0)).sum()),
                }
            )
        return points


def poisson_upper(count: int, level: float = 0.95) -> float:
    """Return the exact one-sided upper bound of a Poisson mean, given a count."""
    low, high = float(count), count + 10 * math.sqrt(count + 1) + 10
    for _ in range(60):
        mean = (low + high) / 2
        term = total = math.exp(-mean)
        for k in range(1, count + 1):
            term *= mean / k
            total += term
        low, high = (mean, high) if total > 1 - level else (low, mean)
    return high


def upper_bound(tally: Tally, seed: int = 5) -> float:
    """Return the 95 % upper bound of the share accepted wrongly, resampled by form (one writer)."""
    wrong = sum(tally.wrong.values())
    exact = poisson_upper(wrong) / max(tally.accepted, 1)
    if wrong < 2:
        return exact
    forms = list(tally.by_form)
    counts = np.array([tally.by_form[form] for form in forms])
    errors = np.array([tally.wrong[form] for form in forms])
    picks = np.random.default_rng(seed).integers(0, len(forms), (_SAMPLES, len(forms)))
    shares = errors[picks].sum(1) / np.maximum(counts[picks].sum(1), 1)
    return max(exact, float(np.quantile(shares, 0.95)))


def judge(folders: Sequence[Path]) -> tuple[list[Judged], list[str]]:
    """Return every field of finished round trips, and the pages that were lost.

    Args:
        folders: each with layouts.json, scans/truth.json and readings.csv.
    """
    fields: list[Judged] = []
    lost: list[str] = []
    for number, folder in enumerate(folders, 1):
        own, missing = _judge_one(folder, f"{number}/" if len(folders) > 1 else "")
        fields += own
        lost += missing
    return fields, lost


def _judge_one(folder: Path, prefix: str) -> tuple[list[Judged], list[str]]:
    documents = json.loads((folder / "layouts.json").read_text(encoding="utf-8"))
    kinds = {form: Layout.model_validate(doc).by_name for form, doc in documents.items()}
    truth = json.loads((folder / "scans" / "truth.json").read_text(encoding="utf-8"))
    read, forms = _readings(folder / "readings.csv")
    fields: list[Judged] = []
    lost: list[str] = []
    for form_id, pages in truth.items():
        for page, values in pages.items():
            rows = read.get((form_id, page))
            if rows is None:
                lost.append(f"{prefix}{form_id} {page}")
                continue
            own = kinds[forms[form_id]]
            fields += [
                Judged(prefix + form_id, page, own[name], value, rows[name])
                for name, value in values.items()
            ]
    return fields, lost


def _readings(
    path: Path,
) -> tuple[dict[tuple[str, str], dict[str, dict[str, str]]], dict[str, str]]:
    """Return (form id, page) -> field -> row, and form id -> form."""
    read: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(dict)
    forms: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            read[row["form_id"], row["page"]][row["field"]] = row
            forms[row["form_id"]] = row["form"]
    return read, forms


def page_status(folders: Sequence[Path]) -> Counter[str]:
    """Count pages by status and reason, where pages.csv was kept."""
    count: Counter[str] = Counter()
    for path in (folder / "pages.csv" for folder in folders):
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                lines = csv.DictReader(file)
                count.update(f"{r['status']} {r['reason']}".strip() for r in lines)
    return count


def tally(items: Iterable[Judged]) -> Tally:
    """Count a set of fields."""
    whole = Tally()
    for item in items:
        whole.add(item)
    return whole


def is_handwritten(item: Judged) -> bool:
    """Tell whether characters are written into boxes: neither ticks nor free text."""
    return item.name not in TICKS | INK


def score(fields: Sequence[Judged], lost: Sequence[str]) -> Report:
    """Return the figures of all fields together and by class."""
    by_class: dict[str, list[Judged]] = defaultdict(list)
    for item in fields:
        by_class[item.name].append(item)
    pages = len({(item.form_id, item.page) for item in fields})
    return {
        "pages": pages + len(lost),
        "pages_identified": round(pages / max(pages + len(lost), 1), 5),
        "pages_lost": list(lost[:20]),
        "ticks": tally(item for item in fields if item.name in TICKS).summary(),
        "handwritten": tally(filter(is_handwritten, fields)).summary(),
        "classes": {name: tally(items).summary() for name, items in sorted(by_class.items())},
    }


def report_lines(report: Report) -> list[str]:
    """Return the table for people."""
    lines = [f"pages {report['pages']}, identified {report['pages_identified']:.4f}"]
    head = ("class", "fields", "written", "wrong", "/1000", "<95%", "right", "review", "reading")
    lines.append("{:14}{:>8}{:>8}{:>7}{:>8}{:>9}{:>8}{:>8}{:>8}".format(*head))
    groups = {"ticks": report["ticks"], "handwritten": report["handwritten"], **report["classes"]}
    for name, part in groups.items():
        lines.append(
            f"{name:14}{part['fields']:8}{part['written']:8}{part['wrong_and_accepted']:7}"
            f"{part['wrong_per_1000']:8.3f}{part['wrong_per_1000_upper_95']:9.3f}"
            f"{part['machine_right']:8.3f}{part['to_review']:8.3f}"
            f"{part['to_review_for_reading']:8.3f}"
        )
    ticks = report["ticks"]
    lines.append(
        f"tick boxes {ticks['boxes']}, wrong fields per 1,000 boxes at most "
        f"{ticks['wrong_per_1000_boxes_upper_95']:.4f} (95 %)"
    )
    lines += ["", "by confidence alone: accepted of written (wrong), by threshold"]
    lines.append(f"{'':14}" + "".join(f"{threshold:>13}" for threshold in THRESHOLDS))
    for name, part in groups.items():
        points = (f"{p['accepted_of_written']:.3f} ({p['wrong']})" for p in part["curve"])
        lines.append(f"{name:14}" + "".join(f"{point:>13}" for point in points))
    return lines

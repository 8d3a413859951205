"""Compare `papi export readings` with the truth of a batch: wrong, to review, and why.

Knows the readings table and truth.json. Must not know how either was made.
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from papi.checking.classes import field_class
from papi.model.layout import Layout

Report = dict[str, Any]
TARGETS = {
    "ticks_wrong_per_1000": 0.1,
    "handwritten_wrong_per_1000": 1.0,
    "ticks_to_review_for_reading": 0.02,
    "coded_to_review_for_reading": 0.15,
    "date_to_review_for_reading": 0.25,
    "pages_identified": 1.0,
}
"""Ceilings (a floor for pages) of the round trip at L1."""
_TICKS = frozenset({"tick", "tick_critical"})
_INK = frozenset({"text", "signature"})
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995)
"""Where the curve of a class is measured: what a threshold alone would accept."""
_SAMPLES = 1000


@dataclass
class Tally:
    """One class of fields. Rates are per written field; an error in a blank one counts in full.

    Attributes:
        fields, written: all, and those in which something is written.
        wrong: accepted with another value than written, by form.
        accepted: accepted fields among the written ones.
        reading: written fields to review for a reading reason.
        review: written fields to review for any reason; blank_review: blank ones.
        reasons: how often each reason occurs.
        machine_right: written fields whose machine value is right, accepted or not.
        outcomes: per field: confidence, machine value right, something written.
    """

    fields: int = 0
    written: int = 0
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

    def add(self, form_id: str, name: str, truth: str, row: dict[str, str]) -> None:
        """Count one field."""
        self.fields += 1
        self.by_form[form_id] += bool(truth)
        right = row["machine_value"] == truth
        self.outcomes.append((float(row["confidence"]), right, bool(truth)))
        reasons = row["reason"].split() if row["status"] == "review" else []
        self.reasons.update(reasons)
        if row["status"] == "accepted" and row["value"] != truth:
            self.wrong[form_id] += 1
            self.wrong_blank += not truth
            self.examples.append(
                {"form_id": form_id, "field": name, "written": truth, "read": row["value"]}
                | {"confidence": row["confidence"]}
            )
        if not truth:
            self.blank_review += row["status"] == "review"
            return
        self.written += 1
        self.accepted += row["status"] == "accepted"
        self.review += row["status"] == "review"
        self.reading += any(reason.startswith("reading:") for reason in reasons)
        self.machine_right += right

    def summary(self) -> Report:
        """Return the figures of this class."""
        wrong = sum(self.wrong.values())
        return {
            "fields": self.fields,
            "written": self.written,
            "wrong_and_accepted": wrong,
            "wrong_and_accepted_where_blank": self.wrong_blank,
            "wrong_per_1000": round(1000 * wrong / max(self.written, 1), 4),
            "wrong_per_1000_upper_95": round(1000 * upper_bound(self), 4),
            "wrong_per_1000_of_all": round(1000 * wrong / max(self.fields, 1), 4),
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
    """Return the 95 % upper bound of the share of fields wrong, resampled by form (one writer)."""
    wrong = sum(tally.wrong.values())
    exact = poisson_upper(wrong) / max(tally.written, 1)
    if wrong < 2:
        return exact
    forms = list(tally.by_form)
    counts = np.array([tally.by_form[form] for form in forms])
    errors = np.array([tally.wrong[form] for form in forms])
    picks = np.random.default_rng(seed).integers(0, len(forms), (_SAMPLES, len(forms)))
    shares = errors[picks].sum(1) / np.maximum(counts[picks].sum(1), 1)
    return max(exact, float(np.quantile(shares, 0.95)))


def compare(folder: Path) -> Report:
    """Score a finished round trip: layouts.json, scans/truth.json, readings.csv, pages.csv."""
    documents = json.loads((folder / "layouts.json").read_text(encoding="utf-8"))
    kinds = {form: Layout.model_validate(doc).by_name for form, doc in documents.items()}
    truth = json.loads((folder / "scans" / "truth.json").read_text(encoding="utf-8"))
    read, forms = _readings(folder / "readings.csv")
    tallies: dict[str, Tally] = defaultdict(Tally)
    lost: list[str] = []
    for form_id, pages in truth.items():
        for page, fields in pages.items():
            rows = read.get((form_id, page))
            if rows is None:
                lost.append(f"{form_id} {page}")
                continue
            for name, value in fields.items():
                known = kinds[forms[form_id]][name]
                tallies[field_class(known).value].add(form_id, name, value, rows[name])
    total = sum(len(pages) for pages in truth.values())
    return _report(tallies, total, lost, _pages(folder / "pages.csv"))


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


def _pages(path: Path) -> Counter[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return Counter(" ".join((r["status"], r["reason"])).strip() for r in csv.DictReader(file))


def _joined(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for part in tallies:
        for name in ("fields", "written", "accepted", "reading", "review", "blank_review"):
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
        whole.machine_right += part.machine_right
        whole.wrong_blank += part.wrong_blank
        whole.wrong += part.wrong
        whole.by_form += part.by_form
        whole.reasons += part.reasons
        whole.examples += part.examples
        whole.outcomes += part.outcomes
    return whole


def _report(tallies: dict[str, Tally], total: int, lost: list[str], pages: Counter[str]) -> Report:
    ticks = _joined(t for name, t in tallies.items() if name in _TICKS)
    hand = _joined(t for name, t in tallies.items() if name not in _TICKS | _INK)
    classes = {name: tally.summary() for name, tally in sorted(tallies.items())}
    return {
        "pages": total,
        "pages_identified": round(1 - len(lost) / max(total, 1), 5),
        "pages_lost": lost[:20],
        "page_status": dict(pages),
        "ticks": ticks.summary(),
        "handwritten": hand.summary(),
        "classes": classes,
    }


def headline(report: Report) -> dict[str, float]:
    """Return the figures the targets are about."""
    ticks, hand, classes = (_part(report, name) for name in ("ticks", "handwritten", "classes"))
    return {
        "ticks_wrong_per_1000": ticks["wrong_per_1000"],
        "handwritten_wrong_per_1000": hand["wrong_per_1000"],
        "ticks_to_review_for_reading": ticks["to_review_for_reading"],
        "coded_to_review_for_reading": _part(classes, "coded").get("to_review_for_reading", 1.0),
        "date_to_review_for_reading": _part(classes, "date").get("to_review_for_reading", 1.0),
        "pages_identified": report["pages_identified"],
    }


def _part(report: Report, name: str) -> dict[str, Any]:
    return dict(report.get(name, {}))


def targets_missed(report: Report) -> list[str]:
    """Return a line for every target that was missed."""
    lines = []
    for name, figure in headline(report).items():
        limit = TARGETS[name]
        missed = figure < limit if name == "pages_identified" else figure > limit
        if missed:
            lines.append(f"{name}: {figure} (target {limit})")
    return lines


def report_lines(report: Report) -> list[str]:
    """Return the table for people."""
    lines = [f"pages {report['pages']}, identified {report['pages_identified']:.4f}"]
    head = ("class", "fields", "written", "wrong", "/1000", "<95%", "right", "review", "reading")
    lines.append("{:14}{:>8}{:>8}{:>7}{:>8}{:>8}{:>8}{:>8}{:>8}".format(*head))
    groups = {"ticks": report["ticks"], "handwritten": report["handwritten"]}
    for name, part in {**groups, **_part(report, "classes")}.items():
        lines.append(
            f"{name:14}{part['fields']:8}{part['written']:8}{part['wrong_and_accepted']:7}"
            f"{part['wrong_per_1000']:8.3f}{part['wrong_per_1000_upper_95']:8.3f}"
            f"{part['machine_right']:8.3f}{part['to_review']:8.3f}"
            f"{part['to_review_for_reading']:8.3f}"
        )
    lines += ["", "by confidence alone: accepted of written (wrong), by threshold"]
    lines.append(f"{'':14}" + "".join(f"{threshold:>12}" for threshold in THRESHOLDS))
    for name, part in {**groups, **_part(report, "classes")}.items():
        points = (f"{p['accepted_of_written']:.3f} ({p['wrong']})" for p in part["curve"])
        lines.append(f"{name:14}" + "".join(f"{point:>12}" for point in points))
    return lines

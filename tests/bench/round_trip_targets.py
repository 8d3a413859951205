"""What the round trip has to reach at L1: the figures of issue 3, and which were missed.

Knows a report of round_trip_score. Must not know readings. A single run is held to the rates; only
runs large enough to bound them (`enough`) are held to the counts.
"""

from __future__ import annotations

from typing import Any

Report = dict[str, Any]
LONG = ("long_number", "kk")
MOST = {
    "ticks_wrong_per_1000_boxes": 0.046,
    "handwritten_wrong_per_1000": 0.37,
    "ticks_to_review": 0.005,
    "coded_to_review": 0.04,
    "date_to_review": 0.08,
    "long_to_review": 0.35,
    "nik_to_review": 0.12,
    "name_to_review": 0.35,
    "clerk_share_of_keying_all": 0.10,
}
"""Ceilings: shares of written fields; wrong ones per 1,000 accepted fields or read boxes."""
LEAST = {"pages_identified": 1.0}
WRITTEN, WRITTEN_WRONG = 46_000, 10
BOXES, BOXES_WRONG = 230_000, 5
"""So few wrong among so many is 0.37 per 1,000 fields and 0.046 per 1,000 boxes at 95 %."""


def headline(report: Report) -> dict[str, float]:
    """Return the figures the targets are about; classes that do not occur are left out."""
    ticks, hand, classes = report["ticks"], report["handwritten"], report["classes"]
    figures = {
        "pages_identified": report["pages_identified"],
        "ticks_wrong_per_1000_boxes": 1000 * ticks["wrong_and_accepted"] / max(ticks["boxes"], 1),
        "handwritten_wrong_per_1000": hand["wrong_per_1000"],
        "ticks_to_review": ticks["to_review"],
    }
    for name in ("coded", "date", "nik", "name"):
        if name in classes:
            figures[f"{name}_to_review"] = classes[name]["to_review"]
    longs = [classes[name] for name in LONG if name in classes]
    if longs:
        written = max(sum(part["written"] for part in longs), 1)
        figures["long_to_review"] = sum(p["to_review"] * p["written"] for p in longs) / written
    if "clerks" in report:
        figures["clerk_share_of_keying_all"] = report["clerks"]["share_of_keying_all"]
    return {name: round(figure, 4) for name, figure in figures.items()}


def targets_missed(report: Report, *, enough: bool = False) -> list[str]:
    """Return a line for every target that was missed; with `enough` also those of volume."""
    lines = []
    for name, figure in headline(report).items():
        if name in MOST and figure > MOST[name]:
            lines.append(f"{name}: {figure} (target at most {MOST[name]})")
        if name in LEAST and figure < LEAST[name]:
            lines.append(f"{name}: {figure} (target at least {LEAST[name]})")
    return lines + (_volume_missed(report) if enough else [])


def _volume_missed(report: Report) -> list[str]:
    ticks, hand = report["ticks"], report["handwritten"]
    found = (
        ("written fields", hand["written"], WRITTEN, hand["wrong_and_accepted"], WRITTEN_WRONG),
        ("tick boxes", ticks["boxes"], BOXES, ticks["wrong_and_accepted"], BOXES_WRONG),
    )
    lines = []
    for name, count, least, wrong, most in found:
        if count < least:
            lines.append(f"{name}: only {count} (target at least {least})")
        if wrong * least > most * max(count, least):
            lines.append(f"{name} accepted wrongly: {wrong} of {count} (target {most} of {least})")
    return lines


def target_lines(report: Report) -> list[str]:
    """Return each figure beside its target."""
    limits = MOST | LEAST
    return ["", "figures of issue 3 (target)"] + [
        f"{name:30}{figure:9.4f}  ({'>=' if name in LEAST else '<='} {limits[name]:g})"
        for name, figure in headline(report).items()
    ]

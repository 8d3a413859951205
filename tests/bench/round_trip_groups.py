"""The figures of a round trip by pen, hand, resolution and degradation: where a weak corner shows.

Knows hands.json (who wrote a form with what, how each page was scanned). Must not know targets.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from round_trip_score import TICKS, Judged, is_handwritten

Groups = dict[str, dict[str, dict[str, "Count"]]]
"""handwritten | ticks -> what is grouped -> group -> count."""


@dataclass
class Count:
    """Fields of one group.

    Attributes:
        written, right, accepted, review: written fields, those read rightly (accepted or not),
            accepted and sent to a person.
        wrong: accepted wrongly, blank fields included.
    """

    written: int = 0
    right: int = 0
    accepted: int = 0
    review: int = 0
    wrong: int = 0

    def add(self, item: Judged) -> None:
        """Count one field."""
        self.wrong += item.wrong
        if item.truth:
            self.written += 1
            self.right += item.row["machine_value"] == item.truth
            self.accepted += item.row["status"] == "accepted"
            self.review += item.reviewed


def band(value: float, limits: Sequence[float], names: Sequence[str]) -> str:
    """Return the name of the band `value` falls into: below limits[0], below limits[1], ..."""
    return names[sum(value >= limit for limit in limits)]


def groups_of(hand: Mapping[str, Any], scan: Mapping[str, Any]) -> dict[str, str]:
    """Return what a page is grouped by.

    Args:
        hand: a form's entry in hands.json.
        scan: settings of one of its pages.
    """
    return {
        "digits": hand.get("digits", "unknown"),
        "pen": hand["pen"]["kind"],
        "line": band(
            hand["pen"]["width_mm"], (0.4, 0.55), ("< 0.40 mm", "0.40-0.55 mm", "> 0.55 mm")
        ),
        "ink": band(hand["pen"]["gray"], (60, 95), ("black", "dark", "pale")),
        "size": band(hand["size"], (0.68, 0.85), ("small", "usual", "large")),
        "tidiness": band(hand["sloppy"], (0.25, 0.5), ("tidy", "usual", "hurried")),
        "tick": hand["tick"],
        "dpi": str(scan["dpi"]),
        "image": _image(scan),
        "quality": band(
            scan["quality"], (1, 50, 70, 80), ("1-bit", "JPEG < 50", "JPEG 50-69", "70-79", ">= 80")
        ),
        "noise": band(scan["noise"], (9.5, 10.8), ("sd < 9.5", "9.5-10.7", ">= 10.8")),
        "blur": band(scan["blur_mm"], (0.13, 0.17), ("< 0.13 mm", "0.13-0.17", ">= 0.17")),
        "skew": band(abs(scan["rotation"]), (1, 2, 5), ("< 1 deg", "1-2", "2-5", ">= 5")),
        "feed": "upside down" if scan["upside_down"] else "upright",
    }


def _image(scan: Mapping[str, Any]) -> str:
    if scan["phone"]:
        return "phone"
    copied = " of a copy" if scan["copied"] else ""
    return ("1-bit" if scan["threshold"] else "grey") + copied


def grouped(fields: Sequence[Judged], folders: Sequence[Path]) -> Groups:
    """Count fields by group; runs that kept no hands.json are left out."""
    hands: dict[str, Any] = {}
    for number, folder in enumerate(folders, 1):
        path = folder / "scans" / "hands.json"
        prefix = f"{number}/" if len(folders) > 1 else ""
        if path.exists():
            own = json.loads(path.read_text(encoding="utf-8"))
            hands |= {prefix + form_id: hand for form_id, hand in own.items()}
    table: Groups = {"handwritten": {}, "ticks": {}}
    keys = {
        (form_id, page): groups_of(hand, scan)
        for form_id, hand in hands.items()
        for page, scan in hand["pages"].items()
    }
    for item in fields:
        part = "ticks" if item.name in TICKS else "handwritten" if is_handwritten(item) else ""
        for what, group in keys.get((item.form_id, item.page), {}).items() if part else ():
            table[part].setdefault(what, defaultdict(Count))[group].add(item)
    return table


def group_lines(table: Groups) -> list[str]:
    """Return the tables for people, handwriting beside ticks."""
    if not table["handwritten"] and not table["ticks"]:
        return []
    lines = ["", "by hand and scan: written, wrong, right, review; handwriting, then ticks"]
    for what in table["ticks"]:
        names = sorted({*table["handwritten"].get(what, {}), *table["ticks"][what]})
        for name in names:
            halves = (table[part].get(what, {}).get(name, Count()) for part in table)
            lines.append(f"{what:9} {name:16}" + "".join(map(_half, halves)))
    return lines


def _half(count: Count) -> str:
    written = max(count.written, 1)
    return (
        f"{count.written:9}{count.wrong:5}{count.right / written:8.3f}{count.review / written:8.3f}"
    )

"""A sheet of what a round trip read badly: paper, the ink after the cut, what the network sees.

    python tests/bench/failing.py KEEP --out sheet.png [--most 40] [--only coded,date,tick]

KEEP is a folder of `round_trip.py --keep`. First all fields accepted wrongly (red), then those a
person got although or because the machine was wrong (amber, surest first), then those a person got
in vain (grey, least sure first). The caption: class, field, what was written > what was read, its
confidence, why a person looked, the pen and the scan. Knows one folder's scans; decides nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.cut import lift_ink
from papi.imaging.locate import locate
from papi.imaging.register import register
from papi.imaging.snips import cut_snips
from papi.model.layout import Layout
from papi.model.page import CELL_SHAPE, PageFailure, PageImage, Snips
from papi.reading.normalise import RASTER, normalise
from papi.scans.files import Limits, open_scan

sys.path.insert(0, str(Path(__file__).parent))
from round_trip_score import Judged, judge

Picture = NDArray[np.uint8]
WIDTH, GAP, CAPTION = 1500, 8, 30
"""Px of the sheet, between fields, and of the two lines above one."""
SCALE = 0.75
"""Snips are shown so large: 7.5 px are a millimetre."""
RED, AMBER, GREY = (30, 30, 200), (0, 120, 200), (110, 110, 110)
_INK_KINDS = frozenset({"text", "signature"})


@dataclass(frozen=True)
class Case:
    """A field worth showing, with the colour of what happened to it."""

    item: Judged
    color: tuple[int, int, int]


def worst(fields: Iterable[Judged], most: int, only: Sequence[str] = ()) -> list[Case]:
    """Return all wrong accepted fields and the worst `most` of those in review, half of each kind.

    Args:
        fields: judged fields.
        most: how many of those in review.
        only: classes to show; none means all but text and signatures.
    """
    kept = [f for f in fields if (f.name in only if only else f.name not in _INK_KINDS)]
    accepted = [Case(item, RED) for item in kept if item.wrong]
    asked = [item for item in kept if item.reviewed]
    wrong = sorted(filter(_machine_wrong, asked), key=_confidence, reverse=True)
    vain = sorted((item for item in asked if not _machine_wrong(item)), key=_confidence)
    half = most // 2
    return [
        *accepted,
        *(Case(item, AMBER) for item in wrong[: max(half, most - len(vain))]),
        *(Case(item, GREY) for item in vain[: max(most - len(wrong), most - half)]),
    ]


def _machine_wrong(item: Judged) -> bool:
    return item.row["machine_value"] != item.truth


def _confidence(item: Judged) -> float:
    return float(item.row["confidence"])


@dataclass
class Round:
    """The scans of one kept round trip, opened again as they are needed."""

    keep: Path

    def __post_init__(self) -> None:
        scans = self.keep / "scans"
        documents = json.loads((self.keep / "layouts.json").read_text("utf-8"))
        self.layouts = {d["version"]: Layout.model_validate(d) for d in documents.values()}
        self.places = {
            (place["form_id"], str(place["page"])): (scans / place["file"], place["index"])
            for place in json.loads((scans / "places.json").read_text("utf-8"))
        }
        hands = scans / "hands.json"
        self.hands = json.loads(hands.read_text("utf-8")) if hands.exists() else {}

    def cut(self, page: PageImage | PageFailure) -> Snips | None:
        """Return the boxes of a page, None if it cannot be read any more."""
        located = page if isinstance(page, PageFailure) else locate(page)
        if isinstance(located, PageFailure):
            return None
        layout = self.layouts.get(located.sheet.version)
        registered = register(located, layout) if layout else None
        return (
            None
            if registered is None or isinstance(registered, PageFailure)
            else (cut_snips(registered))
        )

    def about(self, form_id: str, page: str) -> str:
        """Say with what a page was written and scanned."""
        hand: dict[str, Any] = self.hands.get(form_id, {})
        if not hand:
            return ""
        scan, pen = hand["pages"][page], hand["pen"]
        kind = f"q{scan['quality']}" if scan["quality"] else "1-bit"
        kind += f" {hand.get('digits', '')}"
        return f"{pen['kind']} {pen['width_mm']:.2f} {hand['tick']} {scan['dpi']}dpi {kind}"


def pictures(kept: Round, cases: Sequence[Case]) -> list[Picture]:
    """Return the block of every case, in the order given; a page is read once."""
    by_page: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, case in enumerate(cases):
        by_page[case.item.form_id, case.item.page].append(number)
    blocks: dict[int, Picture] = {}
    for key, numbers in by_page.items():
        path, index = kept.places[key]
        snips = kept.cut(open_scan(path, Limits()).page(index))
        for number in numbers if snips else ():
            blocks[number] = block(snips, cases[number], kept.about(*key))
    return [blocks[number] for number in sorted(blocks)]


def block(snips: Snips, case: Case, about: str) -> Picture:
    """Draw one field: captions, then rows of its boxes."""
    name = case.item.field.name
    if case.item.field.choices:
        rows = [_strip(snips.tick[i] for i, key in enumerate(snips.tick_keys) if key[0] == name)]
    else:
        own = [i for i, key in enumerate(snips.cell_keys) if key[0] == name]
        ink = lift_ink(snips.cell).ink[own]  # of the whole page: rules are learnt from all boxes
        seen = normalise(ink).inputs[:, 0]
        rows = [_strip(snips.cell[own]), _strip(255 - ink), _strip(_padded(255 - seen))]
    width = max(row.shape[1] for row in rows)
    rows = [np.pad(row, ((2, 2), (0, width - row.shape[1])), constant_values=200) for row in rows]
    row, item = case.item.row, case.item
    first = f"{item.name} {name}: '{item.truth}' > '{row['machine_value']}' {_confidence(item):.4f}"
    second = f"{row['reason'].replace('reading:', '')} {about} {item.form_id}/{item.page}"
    return _captioned(np.vstack(rows), (first, second), case.color)


def _padded(inputs: Picture) -> Picture:
    """Centre the network's rasters in columns as wide as a snip."""
    left = (CELL_SHAPE[1] - RASTER) // 2
    right = CELL_SHAPE[1] - RASTER - left
    return np.pad(inputs, ((0, 0), (0, 0), (left, right)), constant_values=200)


def _strip(images: Iterable[Picture]) -> Picture:
    """Put boxes side by side at the sheet's scale."""
    small = [
        cv2.resize(image, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_AREA)
        for image in images
    ]
    return np.asarray(np.hstack([np.pad(s, 1, constant_values=200) for s in small]), np.uint8)


def _captioned(picture: Picture, lines: tuple[str, str], color: tuple[int, int, int]) -> Picture:
    font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.38
    width = max(cv2.getTextSize(line, font, size, 1)[0][0] for line in lines)
    width = min(max(width + 4, picture.shape[1]), WIDTH)
    canvas = np.full((picture.shape[0] + CAPTION, width, 3), 255, np.uint8)
    canvas[CAPTION:, : picture.shape[1]] = picture[:, :width, None]
    for number, line in enumerate(lines):
        cv2.putText(canvas, line, (1, 11 + 14 * number), font, size, color, 1, cv2.LINE_AA)
    return canvas


def sheet(blocks: Sequence[Picture]) -> Picture:
    """Lay blocks out from left to right, in rows as high as their tallest."""
    rows: list[list[Picture]] = [[]]
    for own in blocks:
        if sum(b.shape[1] + GAP for b in rows[-1]) + own.shape[1] > WIDTH:
            rows.append([])
        rows[-1].append(own)
    lines = []
    for row in rows:
        height = max((b.shape[0] for b in row), default=1) + GAP
        line = np.full((height, WIDTH, 3), 255, np.uint8)
        x = 0
        for own in row:
            line[: own.shape[0], x : x + own.shape[1]] = own
            x += own.shape[1] + GAP
        lines.append(line)
    return np.asarray(np.vstack(lines), np.uint8)


def main() -> int:
    """Write the sheet and say what is on it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("keep", type=Path)
    parser.add_argument("--out", type=Path, default=Path("failing.png"))
    parser.add_argument("--most", type=int, default=40, help="fields in review that are shown")
    parser.add_argument("--only", default="", help="classes, with commas between")
    options = parser.parse_args()
    fields, _ = judge([options.keep])
    cases = worst(fields, options.most, [name for name in options.only.split(",") if name])
    shown = pictures(Round(options.keep), cases)
    cv2.imwrite(str(options.out), sheet(shown))
    print(f"{len(shown)} fields on {options.out}, {sum(c.color is RED for c in cases)} wrong")
    return 0


if __name__ == "__main__":
    sys.exit(main())

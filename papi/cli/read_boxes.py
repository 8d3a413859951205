"""`papi read-boxes IMAGE BOXES.csv`."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papi.errors import InputUnreadable, UsageError

if TYPE_CHECKING:
    from papi.model.page import Gray
    from papi.pipeline.read_boxes import QuadBox

CORNERS = ("x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4")
KINDS = ("tick", "digit", "capital")
LEAST_AREA = 16.0
"""px²: less is no box that anything could be read from."""
RESULT = ("value", "probability", "candidates")


@click.command("read-boxes")
@click.argument("image", type=click.Path(path_type=Path))
@click.argument("boxes", metavar="BOXES.csv", type=click.Path(path_type=Path))
@click.option("--page", default=1, show_default=True, help="Page of IMAGE, from 1.")
@click.option(
    "--sheet",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write a PNG of each box before and after the cut (it shows the handwriting).",
)
def command(image: Path, boxes: Path, page: int, sheet: Path | None) -> None:
    """Read the boxes listed in BOXES.csv from IMAGE; needs no workspace.

    BOXES.csv has the columns x1,y1,...,x4,y4 (px, clockwise from the box's top left, outer edge of
    its rule) and kind (tick, digit or capital). Writes the same rows as csv to stdout with value,
    probability and candidates. Tick: empty, marked, cancelled, doubtful; digit and capital: the
    character, or blank, filler, none.
    """
    header, rows, quads = _read_list(boxes)
    gray = _read_image(image, page)
    _refuse_outside(quads, gray)
    from papi.pipeline.read_boxes import cut_boxes, reading_of  # noqa: PLC0415
    from papi.reading.fields import Reader  # noqa: PLC0415

    cut = cut_boxes(gray, quads, Reader.load())
    if sheet:
        from papi.office.pictures import write_sheet  # noqa: PLC0415

        write_sheet(sheet, cut, "papi read-boxes")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*header, *RESULT])
    for row, box in zip(rows, cut, strict=True):
        reading = reading_of(box.posterior)
        candidates = json.dumps([[value, round(p, 6)] for value, p in reading.candidates])
        writer.writerow([*row, reading.value, f"{reading.probability:.6f}", candidates])


def _read_image(path: Path, page: int) -> Gray:
    from papi.model.page import PageFailure  # noqa: PLC0415
    from papi.office.messages import explain  # noqa: PLC0415
    from papi.pipeline.opening import count_pages, load_page  # noqa: PLC0415
    from papi.scans.limits import Limits  # noqa: PLC0415

    found = count_pages(path, Limits())
    if not isinstance(found, PageFailure):
        if not 1 <= page <= found:
            raise UsageError(f"{path.name} has {found} page(s), not {page}.")
        opened = load_page(path, page - 1, Limits())
        if not isinstance(opened, PageFailure):
            return opened.gray
        found = opened
    raise InputUnreadable(f"{path.name}: {explain(found.reason, 'en')}", found.detail or None)


def _refuse_outside(quads: list[QuadBox], gray: Gray) -> None:
    """Refuse a box beside the image: nothing is there, and "blank" would be a confident lie."""
    height, width = gray.shape
    for line, quad in enumerate(quads, 2):
        xs, ys = zip(*quad.corners, strict=True)
        if max(xs) <= 0 or min(xs) >= width or max(ys) <= 0 or min(ys) >= height:
            raise UsageError(
                f"Line {line}: the box lies outside the image.",
                f"The image is {width} x {height} px; corners are counted from its top left.",
            )


def _read_list(path: Path) -> tuple[list[str], list[list[str]], list[QuadBox]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = [row for row in csv.reader(file) if row] or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputUnreadable(f"Cannot read {path.name}.") from error
    missing = [name for name in (*CORNERS, "kind") if name not in header]
    if missing:
        raise UsageError(
            f"{path.name} lacks the column(s) {', '.join(missing)}.",
            "The header must name x1,y1,x2,y2,x3,y3,x4,y4,kind.",
        )
    places = {name: header.index(name) for name in (*CORNERS, "kind")}
    quads = [_quad(row, places, line) for line, row in enumerate(rows, 2)]
    return header, rows, quads


def _area(corners: tuple[tuple[float, float], ...]) -> float:
    """Return the area in px², negative if the corners go anticlockwise (y points down)."""
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs) / 2


def _quad(row: list[str], places: dict[str, int], line: int) -> QuadBox:
    from papi.pipeline.read_boxes import QuadBox  # noqa: PLC0415

    try:
        numbers = [float(row[places[name]]) for name in CORNERS]
        kind = row[places["kind"]].strip()
    except (ValueError, IndexError) as error:
        raise UsageError(f"Line {line}: eight numbers and a kind are needed.") from error
    if kind not in KINDS:
        raise UsageError(f"Line {line}: kind {kind!r} is none of {', '.join(KINDS)}.")
    corners = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    if not _area(corners) >= LEAST_AREA:  # also where a corner is no finite number
        raise UsageError(
            f"Line {line}: the corners span no box.",
            "Give them in px, clockwise from the box's top left.",
        )
    return QuadBox(corners, kind)  # type: ignore[arg-type]  # checked above

"""Print -> fill -> scan -> ingest -> export: every field against what was written."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from paper import DPI, Paper, pdf, png, tiff
from paper_round import Round
from PIL import Image

from papi.model.layout import FieldKind
from papi.model.page import Gray
from papi.scans.files import Limits, open_scan


def score(desk: Paper, scanned: Round) -> dict[str, Counter[str]]:
    """Count fields by kind: accepted (right, wrong) and review, of written and of blank ones."""
    written = scanned.written()
    kinds = {
        (form, field.name): field.kind for form in desk.forms for field in desk.layout(form).fields
    }
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in desk.table("readings"):
        truth = written[row["form_id"], row["field"]]
        kind = kinds[row["form"], row["field"]]
        group = "tick" if kind is FieldKind.CHOICE else kind.value
        accepted = row["status"] == "accepted"
        counts[group]["fields"] += 1
        counts[group]["accepted"] += accepted
        counts[group]["wrong"] += accepted and row["value"] != truth
        counts[group]["read right"] += row["machine_value"] == truth
    return counts


def test_every_page_is_identified_and_every_form_complete(read: Paper, scanned: Round) -> None:
    report = read.status()
    assert report["pages"]["by_status"] == {"read": scanned.pages}
    assert report["pages"]["accounted"]
    assert report["forms"]["complete"] == report["forms"]["issued"] == len(scanned.truth)


def test_every_field_of_every_page_has_one_reading(read: Paper, scanned: Round) -> None:
    keys = [(row["form_id"], row["field"]) for row in read.table("readings")]
    assert len(keys) == len(set(keys))
    assert set(keys) == set(scanned.written())


def test_no_tick_is_wrong_and_accepted(read: Paper, scanned: Round) -> None:
    ticks = score(read, scanned)["tick"]
    assert ticks["fields"] > 300
    assert ticks["wrong"] == 0
    assert ticks["accepted"] >= 0.9 * ticks["fields"]


def test_handwriting_is_right_where_it_is_accepted(read: Paper, scanned: Round) -> None:
    counts = score(read, scanned)
    for kind in ("digits", "date", "capitals", "code", "text", "signature"):
        assert counts[kind]["wrong"] == 0, kind
    assert counts["digits"]["accepted"] >= 0.85 * counts["digits"]["fields"]
    assert counts["date"]["accepted"] >= 0.6 * counts["date"]["fields"]
    assert counts["signature"]["accepted"] == counts["signature"]["fields"]


def test_what_is_not_accepted_waits_with_a_reason(read: Paper) -> None:
    readings = read.table("readings")
    waiting = {(r["form_id"], r["field"]) for r in readings if r["status"] == "review"}
    assert all(r["reason"] for r in readings if r["status"] == "review")
    queue = read.table("queue")
    assert {(row["form_id"], row["field"]) for row in queue} == waiting
    assert all(row["reason"] for row in queue)
    assert read.status()["queue"]["items"] == len(waiting)


def test_records_merge_the_list_with_what_was_read(read: Paper, scanned: Round) -> None:
    records = {row["form_id"]: row for row in read.table("records")}
    assert records.keys() == scanned.truth.keys()
    written = scanned.written()
    for form_id, record in records.items():
        assert record["outcome"] in {"matched", "queue"}
        for field in ("nama", "nama_krt", "nik"):
            if record.get(f"{field}_origin") == "machine":
                assert record[field] == written[form_id, field]
    members = read.table("members")
    assert {row["form_id"] for row in members} == {
        form_id for form_id, row in records.items() if row["form"] == "verivali-rt"
    }


# -- order, engine, container and orientation change nothing ---------------------------------------


def test_workers_read_what_one_process_reads(read: Paper, scanned: Round, tmp_path: Path) -> None:
    desk = scanned.paper.copy(tmp_path / "desk")
    result = desk.papi("ingest", *scanned.scans, "--engine", "processes", "--jobs", 2)
    assert result.exit_code == 0, result.stderr
    assert desk.tables() == read.tables()


def test_the_order_of_files_changes_no_table(read: Paper, scanned: Round, tmp_path: Path) -> None:
    desk = scanned.paper.copy(tmp_path / "desk")
    for path in reversed(scanned.scans):  # one run a file, last first
        assert desk.ingest(path).exit_code == 0
    assert desk.tables() == read.tables()


def one_person(scanned: Round) -> tuple[str, list[Gray]]:
    """The sides of one person's form as they were scanned, by page."""
    form_id = next(row.form_id for row in scanned.paper.manifest if row.form == "verivali-ppks")
    places = json.loads((scanned.scans[0].parent / "places.json").read_text("utf-8"))
    mine = sorted((p for p in places if p["form_id"] == form_id), key=lambda p: p["page"])
    return form_id, [_page(scanned.scans[0].parent / p["file"], p["index"]) for p in mine]


def _page(path: Path, index: int) -> Gray:
    scan = open_scan(path, Limits())
    page = scan.page(index)  # type: ignore[union-attr]
    return page.gray  # type: ignore[union-attr]


def values(desk: Paper, form_id: str, status: Iterable[str] = ("accepted",)) -> dict[str, str]:
    return {
        row["field"]: row["value"]
        for row in desk.table("readings")
        if row["form_id"] == form_id and row["status"] in status
    }


def turned(pages: Sequence[Gray]) -> dict[str, bytes]:
    return {f"{n}.png": png(np.rot90(page, 2).copy()) for n, page in enumerate(pages)}


def colour(pages: Sequence[Gray]) -> dict[str, bytes]:
    """Yellowish paper, as a colour scanner sees it."""
    files = {}
    for n, page in enumerate(pages):
        tinted = np.dstack([page * 0.88, page * 0.97, page * 1.0]).astype(np.uint8)
        files[f"{n}.jpg"] = cv2.imencode(".jpg", tinted, [cv2.IMWRITE_JPEG_QUALITY, 80])[
            1
        ].tobytes()
    return files


def coarse(pages: Sequence[Gray]) -> dict[str, bytes]:
    """200 dpi in one PDF, second page first."""
    small = [np.asarray(Image.fromarray(page).resize((1654, 2339))) for page in pages]
    return {"both.pdf": pdf(small[::-1], DPI)}


def one_bit(pages: Sequence[Gray]) -> dict[str, bytes]:
    """TIFF G4, as many office scanners are set."""
    return {"both.tif": tiff(pages, 300, bilevel=True)}


@pytest.mark.parametrize(
    ("container", "least"), [(turned, 0.7), (colour, 0.7), (coarse, 0.7), (one_bit, 0.35)]
)
def test_a_form_reads_alike_however_it_was_scanned(
    container: Callable[[Sequence[Gray]], dict[str, bytes]],
    least: float,
    read: Paper,
    scanned: Round,
    tmp_path: Path,
) -> None:
    form_id, pages = one_person(scanned)
    stack = tmp_path / "stack"
    stack.mkdir()
    for name, data in container(pages).items():
        (stack / name).write_bytes(data)
    desk = scanned.paper.copy(tmp_path / "desk")
    result = desk.ingest(stack)
    assert result.exit_code == 0, result.stderr
    written = scanned.written()
    accepted = values(desk, form_id)
    assert {n: v for n, v in accepted.items() if v != written[form_id, n]} == {}
    assert len(accepted) >= least * len(values(read, form_id, ("accepted", "review")))
    usual = values(read, form_id)
    both = accepted.keys() & usual.keys()
    assert {name: accepted[name] for name in both} == {name: usual[name] for name in both}

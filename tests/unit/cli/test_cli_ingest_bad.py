"""`papi ingest` on bad files: a reason for each, the rest finished, nothing lost."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import textwrap
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from made_forms import PERSON_FORM, persons
from paper import Paper, pdf, png, tiff
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from papi.forms.document import print_village
from papi.model.codebook import Codebook
from papi.model.issue import PrintJob, Village
from papi.model.page import Gray, Reason
from papi.office.freeze import frozen_form
from papi.office.messages import explain
from papi.office.workspace import open_workspace
from papi.store.issued import find_issued
from papi.synth.batch import render_side

Maker = Callable[[Paper, Path], None]
"""Puts one bad file into a folder."""


def write(name: str, data: bytes) -> Maker:
    return lambda _, folder: (folder / name).write_bytes(data) and None


def cut(name: str, made: Callable[[list[Gray]], bytes], share: float) -> Maker:
    """A good scan of which only the first part was copied."""

    def put(desk: Paper, folder: Path) -> None:
        data = made(desk.images(PERSON_FORM, 1))
        (folder / name).write_bytes(data[: int(len(data) * share)])

    return put


def jpeg(pages: list[Gray]) -> bytes:
    return cv2.imencode(".jpg", pages[0])[1].tobytes()


def encrypted(_: Paper, folder: Path) -> None:
    lock = StandardEncryption("rahasia", canPrint=0)
    canvas = Canvas(str(folder / "locked.pdf"), encrypt=lock)
    canvas.drawString(100, 700, "x")
    canvas.showPage()
    canvas.save()


def pageless(_: Paper, folder: Path) -> None:
    body = (
        b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    )
    table = b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
    end = f"trailer<</Size 3/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    (folder / "none.pdf").write_bytes(body + table + end)


def letter(_: Paper, folder: Path) -> None:
    page = np.full((2339, 1654), 250, np.uint8)
    for line in range(40):
        text = "Dengan hormat, bersama ini kami sampaikan laporan"
        cv2.putText(page, text, (150, 200 + 45 * line), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 40, 2)
    (folder / "letter.png").write_bytes(png(page))


def photo(_: Paper, folder: Path) -> None:
    """A colour picture full of texture: fur, grass, two round eyes."""
    rng = np.random.default_rng(9)
    picture = np.zeros((1200, 1600, 3), np.float32)
    for size in (6, 25, 100, 400):
        noise = rng.random((size * 3 // 4, size, 3), dtype=np.float32)
        picture += cv2.resize(noise, (1600, 1200), interpolation=cv2.INTER_CUBIC) * 70
    for x in (600, 1000):
        cv2.circle(picture, (x, 500), 90, (40, 200, 220), -1)
        cv2.circle(picture, (x, 500), 35, (5, 5, 5), -1)
    data = cv2.imencode(".jpg", np.clip(picture, 0, 255).astype(np.uint8))[1]
    (folder / "cat.jpg").write_bytes(data.tobytes())


def huge_file(_: Paper, folder: Path) -> None:
    with (folder / "huge.pdf").open("wb") as file:
        file.write(b"%PDF-1.5\n")
        file.truncate(600_000_000)


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def strange_form(desk: Paper, folder: Path, *, version: str | None, form_id: str | None) -> None:
    """Print a form as another workspace would: with another layout version or another id."""
    open_workspace(desk.workspace)
    side = desk.sides(PERSON_FORM)[0]
    issued = find_issued(side.form_id)
    assert issued is not None
    built = frozen_form(PERSON_FORM, issued.version)
    named = {"version": version or issued.version}
    layout, drawing = (part.model_copy(update=named) for part in (built.layout, built.drawing))
    issued = replace(issued, form_id=form_id or issued.form_id, pages=(1,), **named)
    row = next(v.row for v in persons(2) if v.row and v.row.prelist_id == issued.prelist_id)
    pdf_file = folder.parent / "strange.pdf"
    village = Village(issued.region, "X")
    label = Codebook.load().label
    (printed,) = print_village(
        pdf_file, [PrintJob(issued, row)], layout, drawing, village, label_of=label
    )
    (folder / "strange.png").write_bytes(png(render_side(pdf_file, printed.pdf_page), 305))


def unknown_layout(desk: Paper, folder: Path) -> None:
    strange_form(desk, folder, version="ZZZZZZ", form_id=None)


def never_printed(desk: Paper, folder: Path) -> None:
    from papi.model.sheet import new_form_id

    strange_form(desk, folder, version=None, form_id=new_form_id())


BAD: dict[str, tuple[Maker, str, Reason]] = {
    "not an image": (
        write("scan.pdf", b"PK\x03\x04 a zip"),
        "quarantined",
        Reason.NOT_AN_IMAGE,
    ),
    "empty file": (write("scan.tif", b""), "quarantined", Reason.TRUNCATED),
    "truncated PDF": (cut("cut.pdf", pdf, 0.5), "quarantined", Reason.TRUNCATED),
    "truncated TIFF": (
        cut("cut.tif", lambda p: tiff(p[:1]), 0.7),
        "quarantined",
        Reason.TRUNCATED,
    ),
    "truncated JPEG": (cut("cut.jpg", jpeg, 0.6), "unreadable", Reason.TRUNCATED),
    "truncated PNG": (cut("cut.png", lambda p: png(p[0]), 0.6), "unreadable", Reason.TRUNCATED),
    "encrypted PDF": (encrypted, "quarantined", Reason.ENCRYPTED),
    "PDF without pages": (pageless, "quarantined", Reason.NO_PAGES),
    "no form on the page": (letter, "foreign", Reason.NO_FORM),
    "photo of a cat": (photo, "foreign", Reason.NO_FORM),
    "unknown layout version": (unknown_layout, "unidentified", Reason.UNKNOWN_LAYOUT),
    "form never printed": (never_printed, "unidentified", Reason.NEVER_PRINTED),
    "600 MB file": (huge_file, "quarantined", Reason.TOO_LARGE),
    "100,000 px wide": (
        write("wide.png", png_header(100_000, 50)),
        "unreadable",
        Reason.TOO_LARGE,
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_has_a_reason_and_the_rest_is_read(case: str, desk: Paper, stack: Path) -> None:
    make, status, reason = BAD[case]
    (stack / "m_good.tif").write_bytes(tiff(desk.images(PERSON_FORM)))
    make(desk, stack)
    result = desk.ingest(stack)
    assert result.exit_code == 1, result.stderr
    bad = next(path.name for path in stack.iterdir() if path.name != "m_good.tif")
    told = [line for line in result.stderr.splitlines() if line.startswith(bad)]
    assert len(told) == 1
    assert f"#1: {status}: {explain(reason)}" in told[0]
    rows = {(row["source"], row["index"]): row for row in desk.table("pages")}
    assert [rows["m_good.tif", index]["status"] for index in "01"] == ["read", "read"]
    assert (rows[bad, "0"]["status"], rows[bad, "0"]["reason"]) == (status, reason.value)
    report = desk.status()
    assert report["pages"]["accounted"]
    assert report["pages"]["total"] == 3
    assert report["forms"]["complete"] == 1
    assert [row["source"] for row in report["attention"]] == [bad]


def test_a_multi_page_file_loses_only_what_is_cut_off(desk: Paper, stack: Path) -> None:
    first, second = (tiff([page]) for page in desk.images(PERSON_FORM))
    whole = tiff(desk.images(PERSON_FORM))
    assert len(whole) > len(first)
    (stack / "cut.tif").write_bytes(whole[: len(first) + len(second) // 2])
    result = desk.ingest(stack)
    assert result.exit_code == 1
    assert next(row["status"] for row in desk.table("pages")) == "read"
    assert desk.status()["pages"]["accounted"]
    assert desk.status()["forms"]["incomplete"] == 1


def test_large_inputs_take_no_memory(desk: Paper, stack: Path) -> None:
    huge_file(desk, stack)
    (stack / "wide.png").write_bytes(png_header(100_000, 50_000))
    wide = io.BytesIO()
    Image.new("1", (100_000, 2)).save(wide, "TIFF", compression="group4")
    (stack / "wide.tif").write_bytes(wide.getvalue())
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from papi.cli import cli
        try:
            cli(sys.argv[1:])
        finally:
            lines = Path("/proc/self/status").read_text().splitlines()
            print(next(line for line in lines if line.startswith("VmHWM")), file=sys.stderr)
        """
    )
    words = ["-w", str(desk.workspace), "ingest", str(stack), "--engine", "serial"]
    result = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1, result.stderr
    assert result.stderr.count(explain(Reason.TOO_LARGE)) == 3
    assert int(result.stderr.split()[-2]) < 400_000, "kB"
    kept = [path.stat().st_size for path in (desk.workspace / "images").rglob("*.*")]
    assert sum(kept) < 1_000_000, "a file beyond the limit is not copied either"

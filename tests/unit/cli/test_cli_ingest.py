"""`papi ingest` on real files, good and bad: a reason for each, the rest finished, nothing lost."""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import subprocess
import sys
import textwrap
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import cv2
import numpy as np
import pytest
from made_forms import PERSON_FORM, persons
from paper import Paper, papi, pdf, png, tiff
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
from papi.store.boot import close_store
from papi.store.issued import find_issued
from papi.synth.batch import render_side

Maker = Callable[[Paper, Path], None]
"""Puts one bad file into a folder."""


def sides(desk: Paper, number: int = 0) -> list[Gray]:
    return [desk.image(side) for side in desk.sides(PERSON_FORM, number)]


def write(name: str, data: bytes) -> Maker:
    return lambda _, folder: (folder / name).write_bytes(data) and None


def cut(name: str, made: Callable[[list[Gray]], bytes], share: float) -> Maker:
    """A good scan of which only the first part was copied."""

    def put(desk: Paper, folder: Path) -> None:
        data = made(sides(desk, 1))
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
    (stack / "m_good.tif").write_bytes(tiff(sides(desk)))
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
    first, second = (tiff([page]) for page in sides(desk))
    whole = tiff(sides(desk))
    assert len(whole) > len(first)
    (stack / "cut.tif").write_bytes(whole[: len(first) + len(second) // 2])
    result = desk.ingest(stack)
    assert result.exit_code == 1
    assert next(row["status"] for row in desk.table("pages")) == "read"
    assert desk.status()["pages"]["accounted"]
    assert desk.status()["forms"]["incomplete"] == 1


def test_good_scans_leave_with_zero(desk: Paper, stack: Path) -> None:
    (stack / "good.pdf").write_bytes(pdf(sides(desk)))
    result = desk.ingest(stack)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "read\t2\n"
    as_json = json.loads(desk.papi("ingest", stack, "--engine", "serial", "--json").stdout)
    assert (as_json["known_files"], as_json["pages"], as_json["problems"]) == (1, {}, [])


def test_the_same_file_twice_changes_nothing(desk: Paper, stack: Path) -> None:
    (stack / "one.tif").write_bytes(tiff(sides(desk)))
    desk.ingest(stack)
    before = {name: desk.table(name) for name in ("pages", "readings", "records", "queue")}
    (stack / "two.tif").write_bytes((stack / "one.tif").read_bytes())
    result = desk.ingest(stack)
    assert result.exit_code == 0
    assert "2 file(s) were here already" in result.stderr
    assert {name: desk.table(name) for name in before} == before


def test_the_same_image_in_another_container_is_a_duplicate(desk: Paper, stack: Path) -> None:
    pages = sides(desk)
    (stack / "one.tif").write_bytes(tiff(pages))
    desk.ingest(stack)
    readings = desk.table("readings")
    (stack / "two.png").write_bytes(png(pages[0]))
    assert desk.ingest(stack).exit_code == 0
    found = {row["source"]: row["status"] for row in desk.table("pages")}
    assert found["two.png"] == "duplicate"
    assert desk.table("readings") == readings


def test_two_different_scans_of_one_page(desk: Paper, stack: Path) -> None:
    pages = sides(desk)
    (stack / "one.tif").write_bytes(tiff(pages))
    desk.ingest(stack)
    readings = desk.table("readings")
    (stack / "two.png").write_bytes(png(np.minimum(pages[0], 240)))
    result = desk.ingest(stack)
    assert result.exit_code == 1
    assert explain(Reason.SAME_PAGE) in result.stderr
    found = {row["source"]: row["status"] for row in desk.table("pages")}
    assert found == {"one.tif": "read", "two.png": "conflict"}
    assert desk.table("readings") == readings
    assert desk.status()["forms"]["matched"] == 0


def test_page_two_before_page_one(desk: Paper, stack: Path) -> None:
    first, second = sides(desk)
    (stack / "second.png").write_bytes(png(second))
    assert desk.ingest(stack).exit_code == 0, "a late page is no mistake"
    report = desk.status()
    assert report["forms"]["incomplete"] == 1
    assert report["incomplete"][0]["missing_pages"] == [1]
    (record,) = desk.table("records")
    assert (record["outcome"], record["missing_pages"]) == ("incomplete", "1")
    assert {row["page"] for row in desk.table("readings")} == {"2"}
    (stack / "first.png").write_bytes(png(first))
    assert desk.ingest(stack).exit_code == 0
    (record,) = desk.table("records")
    assert (record["outcome"], record["missing_pages"]) == ("queue", "")
    assert {row["page"] for row in desk.table("readings")} == {"1", "2"}


def test_paths_that_cannot_be_read(desk: Paper, stack: Path) -> None:
    (stack / "good.png").write_bytes(png(sides(desk)[0]))
    (stack / "dangling.pdf").symlink_to(stack / "nowhere")
    (stack / "loop").symlink_to(stack / "loop")
    result = desk.ingest(stack, stack / "good.png" / "inside")
    assert result.exit_code == 1
    for name in ("dangling.pdf", "loop", "inside"):
        assert f"{name} #1: quarantined: {explain(Reason.UNREADABLE_PATH)}" in result.stderr
    assert desk.status()["pages"]["by_status"] == {"read": 1}


def test_nothing_that_can_be_read(desk: Paper, stack: Path) -> None:
    result = desk.ingest(stack / "absent")
    assert (result.exit_code, result.stdout) == (9, "")
    assert "Cannot read absent" in result.stderr


def test_a_folder_without_rights(desk: Paper, stack: Path) -> None:
    with as_nobody() as home:
        workspace = desk.copy(home / "desk")
        (home / "stack").mkdir()
        (home / "stack" / "good.png").write_bytes(png(sides(desk)[0]))
        (home / "stack" / "closed").mkdir()
        (home / "stack" / "shut.png").write_bytes(b"x")
        give_away(home)
        (home / "stack" / "closed").chmod(0)
        (home / "stack" / "shut.png").chmod(0)
        with nobody():
            result = workspace.ingest(home / "stack")
            assert result.exit_code == 1, result.stderr
            alone = workspace.ingest(home / "stack" / "closed")
        for name in ("closed", "shut.png"):
            assert f"{name} #1: quarantined: {explain(Reason.UNREADABLE_PATH)}" in result.stderr
        assert result.stdout == "read\t1\n"
        assert alone.exit_code == 9


def test_workspace_missing(stack: Path) -> None:
    result = papi(stack, "ingest", stack)
    assert result.exit_code == 3
    assert "papi init" in result.stderr


def test_workspace_locked_by_another_process(
    desk: Paper, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPI_DATABASE_TIMEOUT_S", "0.2")
    (stack / "good.png").write_bytes(png(sides(desk)[0]))
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(desk.workspace / "papi.sqlite3")]
    with subprocess.Popen(  # noqa: S603  our own code
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        result = desk.ingest(stack)
        other.communicate("")
    assert result.exit_code == 4
    assert "locked by another program" in result.stderr
    assert desk.ingest(stack).exit_code == 0
    assert desk.status()["pages"]["by_status"] == {"read": 1}


def test_workspace_read_only(desk: Paper, stack: Path) -> None:
    with as_nobody() as home:
        workspace = desk.copy(home / "desk")
        (home / "good.png").write_bytes(png(sides(desk)[0]))
        give_away(home)
        for path in [workspace.workspace, *workspace.workspace.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        with nobody():
            result = workspace.ingest(home / "good.png")
        assert result.exit_code == 4
        assert "read-only" in result.stderr


def limited(desk: Paper, path: Path, size: int) -> subprocess.CompletedProcess[str]:
    """Ingest in a process whose files may not grow beyond `size` bytes."""
    command = [sys.executable, "-m", "papi.cli", "-w", str(desk.workspace), "ingest"]
    return subprocess.run(  # noqa: S603  our own code
        [*command, str(path), "--engine", "serial"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def test_disk_full_while_keeping_a_scan(desk: Paper, stack: Path) -> None:
    (stack / "a.png").write_bytes(png(sides(desk)[0]))
    second = desk.image(desk.sides(PERSON_FORM)[1], 300)
    noise = np.random.default_rng(1).integers(0, 25, second.shape, dtype=np.uint8)
    (stack / "b.png").write_bytes(png(np.maximum(second, 30) - noise, 300))
    result = limited(desk, stack, 4_000_000)
    assert result.returncode == 5, result.stderr
    assert "Free disk space" in result.stderr
    assert not list(desk.workspace.rglob(".part-*"))
    assert desk.ingest(stack).exit_code == 0
    assert desk.status()["pages"]["by_status"] == {"read": 2}
    assert desk.status()["pages"]["accounted"]


def test_disk_full_while_storing_what_was_read(desk: Paper, stack: Path) -> None:
    """The scan still fits, the database does not grow any more; later everything is there."""
    first, second = sides(desk)
    (stack / "a.tif").write_bytes(tiff([first], bilevel=True))
    assert desk.ingest(stack).exit_code == 0
    (stack / "b.tif").write_bytes(tiff([second], bilevel=True))
    with small_disk(desk) as (full, fill, free):
        code, told = fill(stack)
        assert code == 5, told
        assert "Free disk space" in told
        free()
        assert full.ingest(stack).exit_code == 0
        report = full.status()
        assert report["pages"]["by_status"] == {"read": 2}
        assert report["pages"]["accounted"]
        assert len(full.table("readings")) == len(full.layout(PERSON_FORM).fields)


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


def test_an_empty_folder_is_said_to_be_empty(desk: Paper, stack: Path) -> None:
    result = desk.ingest(stack)
    assert result.exit_code == 0
    assert "No file found" in result.stderr


def test_without_its_networks_nothing_is_taken_in(
    desk: Paper, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from papi.reading.characters import CharacterReader
    from papi.reading.fields import Reader

    def missing() -> CharacterReader:
        raise FileNotFoundError(2, "No such file", "characters.json")

    (stack / "a.png").write_bytes(png(sides(desk)[0]))
    Reader.load.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(CharacterReader, "load", staticmethod(missing))
        result = desk.ingest(stack)
    assert result.exit_code == 11
    assert "Install PAPI again" in result.stderr
    assert desk.ingest(stack).exit_code == 0, "and later everything is read"


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder everybody may reach, gone afterwards."""
    home = Path(mkdtemp(prefix="papi-test-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        for path in [home, *home.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        subprocess.run(["rm", "-rf", str(home)], check=True)  # noqa: S603, S607


@contextmanager
def nobody() -> Iterator[None]:
    """Rights do not bind root: be another user for a while, if this is root."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, 65534, 65534)


@contextmanager
def small_disk(
    desk: Paper,
) -> Iterator[tuple[Paper, Callable[[Path], tuple[int, str]], Callable[[], None]]]:
    """A workspace without room: (it, ingest something there, make room).

    A real small disk where one can be mounted; else a process whose files may not grow.
    """
    with as_nobody() as home:
        mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(home)]
        mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0  # noqa: S603
        full, filler = desk.copy(home / "desk"), home / "filler"

        def ingest(path: Path) -> tuple[int, str]:
            if not mounted:
                result = limited(full, path, 90_000)
                return result.returncode, result.stderr
            space = os.statvfs(home)
            filler.write_bytes(bytes(space.f_bavail * space.f_frsize - 150_000))
            done = full.ingest(path)
            return done.exit_code, done.stderr

        try:
            yield full, ingest, lambda: filler.unlink(missing_ok=True)
        finally:
            close_store()
            if mounted:
                subprocess.run(["umount", str(home)], check=True)  # noqa: S603, S607

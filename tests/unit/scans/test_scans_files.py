"""open_scan, find_scans: every format, every bad input a named value."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from scan_files import (
    A4_POINTS,
    jpeg_bytes,
    pdf_of_drawing,
    pdf_of_pictures,
    pdf_raw_picture,
    pdf_without_pages,
    picture,
    png_header,
    tiff_bytes,
)

from papi.model.page import Gray, PageFailure, PageImage, PageStatus, Reason
from papi.scans.files import Limits, ScanFile, find_scans, open_scan

LIMITS = Limits()


def opened(path: Path, limits: Limits = LIMITS) -> ScanFile:
    scan = open_scan(path, limits)
    assert isinstance(scan, ScanFile), scan
    return scan


def refused(path: Path, limits: Limits = LIMITS) -> PageFailure:
    failure = open_scan(path, limits)
    assert isinstance(failure, PageFailure)
    assert failure.status is PageStatus.QUARANTINED
    assert failure.source.name == path.name
    return failure


def page(path: Path, index: int = 0) -> PageImage:
    image = opened(path).page(index)
    assert isinstance(image, PageImage), image
    return image


def bad_page(path: Path, index: int = 0, limits: Limits = LIMITS) -> PageFailure:
    failure = opened(path, limits).page(index)
    assert isinstance(failure, PageFailure), failure
    assert failure.status is PageStatus.UNREADABLE
    return failure


def looks_right(gray: Gray) -> bool:
    """Tell whether `picture()` stands upright in the image, at any size."""
    small, ours = (
        cv2.resize(page, (62, 88), interpolation=cv2.INTER_AREA).ravel()
        for page in (gray, picture())
    )
    return bool(np.corrcoef(small, ours)[0, 1] > 0.95)


def put(folder: Path, data: bytes, name: str = "scan.bin") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_jpeg_is_read_with_its_dpi_and_hash(tmp_path: Path) -> None:
    path = put(tmp_path, jpeg_bytes(dpi=300))
    image = page(path)
    assert looks_right(image.gray)
    assert image.dpi == 300
    assert image.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert image.source.index == 0


def test_jpeg_orientation_tag_turns_the_page(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6
    stored = np.ascontiguousarray(np.rot90(picture()))
    assert looks_right(page(put(tmp_path, jpeg_bytes(stored, exif=exif))).gray)


def test_jpeg_colour_and_cmyk(tmp_path: Path) -> None:
    for mode in ("RGB", "CMYK"):
        path = tmp_path / f"{mode}.jpg"
        Image.fromarray(picture()).convert(mode).save(path)
        assert looks_right(page(path).gray), mode


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB", "RGBA", "LA", "I;16"])
def test_png_of_every_mode(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "scan.png"
    gray = picture()
    if mode == "I;16":
        Image.fromarray(gray.astype(np.uint16) << 8).save(path)
    elif mode in {"RGBA", "LA"}:
        alpha = Image.fromarray(255 - gray)
        ink = Image.new("RGB" if mode == "RGBA" else "L", alpha.size, 0)
        ink.putalpha(alpha)
        ink.save(path)
    elif mode == "1":
        Image.fromarray(gray).convert("1", dither=Image.Dither.FLOYDSTEINBERG).save(path)
    else:
        Image.fromarray(gray).convert(mode).save(path)
    assert looks_right(page(path).gray)


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg", "tiff_deflate", "raw"])
def test_tiff_pages_in_order(tmp_path: Path, compression: str) -> None:
    path = put(tmp_path, tiff_bytes(3, compression))
    scan = opened(path)
    assert scan.page_count == 3
    for number, image in enumerate(scan.iter_pages()):
        assert isinstance(image, PageImage)
        assert image.dpi == 200
        assert image.gray[-(number + 1) * 10 + 2 :].max() < 40
        assert image.gray[-(number + 1) * 10 - 3].min() > 200


def test_one_bit_becomes_black_and_white(tmp_path: Path) -> None:
    gray = page(put(tmp_path, tiff_bytes(1))).gray
    assert set(np.unique(gray)) == {0, 255}


def test_tiff_orientation_tag_turns_the_page(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    stored = np.ascontiguousarray(np.rot90(picture()))
    Image.fromarray(stored).save(path, compression="tiff_lzw", tiffinfo={274: 6})
    assert looks_right(page(path).gray)


def test_pdf_picture_keeps_the_scanner_pixels(tmp_path: Path) -> None:
    jpeg = put(tmp_path, jpeg_bytes(), "page.jpg")
    path = pdf_of_pictures(tmp_path / "scan.pdf", [jpeg])
    image = page(path)
    same = cv2.imdecode(np.frombuffer(jpeg.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert np.array_equal(image.gray, same)
    assert image.dpi == pytest.approx(75, rel=0.01)


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_pdf_picture_without_loss(tmp_path: Path, mode: str) -> None:
    image = Image.fromarray(picture()).convert(mode)
    assert looks_right(page(pdf_of_pictures(tmp_path / "scan.pdf", [image])).gray)


TURNS = [
    ((595, 0, 0, 842, 0, 0), 0, lambda g: g),
    ((595, 0, 0, -842, 0, 842), 0, lambda g: g[::-1]),
    ((-595, 0, 0, 842, 595, 0), 0, lambda g: g[:, ::-1]),
    ((842, 0, 0, 595, 0, 0), 90, np.rot90),
    ((595, 0, 0, 842, 0, 0), 180, lambda g: g[::-1, ::-1]),
    ((842, 0, 0, 595, 0, 0), 270, lambda g: np.rot90(g, -1)),
    ((0, 842, -595, 0, 595, 0), 0, lambda g: np.rot90(g, -1)),
    ((0, -842, 595, 0, 0, 842), 0, np.rot90),
]


@pytest.mark.parametrize("case", range(len(TURNS)))
def test_pdf_picture_is_turned_as_the_page_shows_it(tmp_path: Path, case: int) -> None:
    matrix, rotate, stored = TURNS[case]
    media = (842, 595) if rotate % 180 else (595, 842)
    gray = np.ascontiguousarray(stored(picture()))
    path = pdf_raw_picture(tmp_path / "scan.pdf", gray, matrix, rotate, media)
    image = page(path)
    assert image.gray.shape == (877, 620)
    assert looks_right(image.gray)
    assert image.dpi == pytest.approx(75, rel=0.01)


def test_pdf_picture_askew_is_rendered(tmp_path: Path) -> None:
    matrix = (590, 30, -30, 838, 20, -10)
    path = pdf_raw_picture(tmp_path / "scan.pdf", picture(), matrix, 0, A4_POINTS)
    assert page(path).gray.shape == pytest.approx((3508, 2480), abs=1)


def test_pdf_drawing_is_rendered_at_300_dpi(tmp_path: Path) -> None:
    image = page(pdf_of_drawing(tmp_path / "form.pdf"))
    assert image.gray.shape == pytest.approx((3508, 2480), abs=1)
    assert image.dpi == 300
    assert image.gray[300, 250] < 20
    assert image.gray[300, 900] > 200


def test_type_is_told_by_content_not_suffix(tmp_path: Path) -> None:
    assert looks_right(page(put(tmp_path, jpeg_bytes(), "scan.pdf")).gray)


@pytest.mark.parametrize("data", [b"no;id\n1;2\n" * 40, b"GIF89a" + bytes(50), bytes(4000)])
def test_not_an_image(tmp_path: Path, data: bytes) -> None:
    assert refused(put(tmp_path, data, "scan.pdf")).reason is Reason.NOT_AN_IMAGE


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.9, 0.999])
def test_truncated_jpeg(tmp_path: Path, share: float) -> None:
    data = jpeg_bytes()
    path = put(tmp_path, data[: int(len(data) * share)])
    if share == 0.0:
        assert refused(path).reason is Reason.TRUNCATED
    else:
        assert bad_page(path).reason is Reason.TRUNCATED


@pytest.mark.parametrize("share", [0.03, 0.5, 0.99])
def test_truncated_png(tmp_path: Path, share: float) -> None:
    whole = tmp_path / "whole.png"
    Image.fromarray(picture()).save(whole)
    data = whole.read_bytes()
    assert bad_page(put(tmp_path, data[: int(len(data) * share)])).reason is Reason.TRUNCATED


@pytest.mark.parametrize("compression", ["group4", "tiff_lzw", "jpeg"])
def test_truncated_tiff_keeps_its_good_pages(tmp_path: Path, compression: str) -> None:
    data = tiff_bytes(5, compression)
    for share in (0.25, 0.45, 0.65, 0.95):
        scan = open_scan(put(tmp_path, data[: int(len(data) * share)]), LIMITS)
        if isinstance(scan, PageFailure):
            assert scan.reason is Reason.TRUNCATED
            continue
        outcomes = list(scan.iter_pages())
        good = [image for image in outcomes if isinstance(image, PageImage)]
        lost = [image for image in outcomes if isinstance(image, PageFailure)]
        assert len(good) >= int(5 * share) - 1
        assert lost
        assert {failure.reason for failure in lost} == {Reason.TRUNCATED}


def test_truncated_pdf_is_named_so(tmp_path: Path) -> None:
    pages = [Image.fromarray(picture()) for _ in range(4)]
    data = pdf_of_pictures(tmp_path / "whole.pdf", list(pages)).read_bytes()
    for share in (0.05, 0.5, 0.95):
        scan = open_scan(put(tmp_path, data[: int(len(data) * share)]), LIMITS)
        if isinstance(scan, PageFailure):
            assert scan.reason is Reason.TRUNCATED
        else:
            *_, last = scan.iter_pages()
            assert isinstance(last, PageFailure)
            assert last.reason is Reason.TRUNCATED


def test_encrypted_pdf(tmp_path: Path) -> None:
    path = pdf_of_pictures(tmp_path / "scan.pdf", [Image.fromarray(picture())], encrypt="secret")
    assert refused(path).reason is Reason.ENCRYPTED


def test_pdf_without_pages(tmp_path: Path) -> None:
    assert refused(pdf_without_pages(tmp_path / "scan.pdf")).reason is Reason.NO_PAGES


def test_pdf_with_damaged_structure(tmp_path: Path) -> None:
    path = put(tmp_path, b"%PDF-1.4\n" + os.urandom(3000).replace(b"%", b"") + b"\n%%EOF\n")
    assert refused(path).reason is Reason.DECODE_FAILED


def test_jpeg_with_damaged_data_does_not_crash(tmp_path: Path) -> None:
    data = bytearray(jpeg_bytes())
    data[4:200] = bytes(196)
    assert bad_page(put(tmp_path, bytes(data))).reason is Reason.DECODE_FAILED


@pytest.mark.parametrize("size", [(100_000, 100), (19_000, 19_000), (60_000, 60_000)])
def test_huge_page_is_refused_by_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    assert bad_page(put(tmp_path, png_header(*size))).reason is Reason.TOO_LARGE


def test_huge_tiff_and_jpeg_and_pdf_pages_are_refused(tmp_path: Path) -> None:
    small = Limits(page_side=500)
    assert bad_page(put(tmp_path, tiff_bytes(1)), limits=small).reason is Reason.TOO_LARGE
    assert bad_page(put(tmp_path, jpeg_bytes()), limits=small).reason is Reason.TOO_LARGE
    drawing = pdf_of_drawing(tmp_path / "form.pdf")
    assert bad_page(drawing, limits=small).reason is Reason.TOO_LARGE
    scan = pdf_of_pictures(tmp_path / "scan.pdf", [Image.fromarray(picture())])
    assert bad_page(scan, limits=small).reason is Reason.TOO_LARGE


def test_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    with path.open("wb") as file:
        file.truncate(600_000_001)
    failure = refused(path)
    assert failure.reason is Reason.TOO_LARGE
    assert failure.source.sha256 == ""


def test_too_many_pages(tmp_path: Path) -> None:
    few = Limits(pages=2)
    assert refused(put(tmp_path, tiff_bytes(3)), few).reason is Reason.TOO_LARGE
    pages = [Image.fromarray(picture()) for _ in range(3)]
    path = pdf_of_pictures(tmp_path / "scan.pdf", list(pages))
    assert refused(path, few).reason is Reason.TOO_LARGE


def test_unreadable_path(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.pdf").reason is Reason.UNREADABLE_PATH
    assert refused(tmp_path).reason is Reason.UNREADABLE_PATH


def test_page_out_of_range(tmp_path: Path) -> None:
    with pytest.raises(IndexError):
        opened(put(tmp_path, jpeg_bytes())).page(1)


def test_find_scans_orders_naturally_and_leaves_litter(tmp_path: Path) -> None:
    names = ["hal10.jpg", "hal2.jpg", "notes.txt", ".hidden.jpg", "Thumbs.db", "b/hal1.tif"]
    (tmp_path / "b").mkdir()
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    files, failures = find_scans([tmp_path, tmp_path / "hal2.jpg", tmp_path / "absent"])
    found = [str(path.relative_to(tmp_path)) for path in files]
    assert found == [str(Path("b/hal1.tif")), "hal2.jpg", "hal10.jpg", "notes.txt"]
    assert [failure.reason for failure in failures] == [Reason.UNREADABLE_PATH]


def test_find_scans_follows_links_to_folders_and_never_in_a_circle(tmp_path: Path) -> None:
    stack, elsewhere = tmp_path / "stack", tmp_path / "elsewhere"
    stack.mkdir()
    elsewhere.mkdir()
    (elsewhere / "a.jpg").write_bytes(b"x")
    (stack / "linked").symlink_to(elsewhere)
    (stack / "twice").symlink_to(elsewhere)
    (stack / "round").symlink_to(stack)
    files, failures = find_scans([stack])
    assert (files, failures) == ([stack / "linked" / "a.jpg"], [])


def test_find_scans_reports_an_unreadable_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "scan.jpg").write_bytes(b"x")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)  # root may read a folder of mode 0
    files, failures = find_scans([tmp_path])
    assert [path.name for path in files] == ["scan.jpg"]
    assert [(f.reason, f.source.name) for f in failures] == [(Reason.UNREADABLE_PATH, "locked")]

"""locate: frame and identity under everything a scanner does; a named reason otherwise."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp
from imaging_paper import (
    MASTER,
    SOURCE,
    Scan,
    dense_layout,
    master,
    scan_sheet,
    sheet_id,
)

from papi.imaging.fiducials import Tag
from papi.imaging.frame_fit import fit_frame, tag_corners_mm
from papi.imaging.locate import locate
from papi.imaging.quality import is_blank, measure_quality
from papi.model.page import (
    Gray,
    LocatedPage,
    PageFailure,
    PageImage,
    PageStatus,
    Reason,
)
from papi.model.sheet import A4, HeaderId

BODY = np.array([[13, 13], [197, 13], [105, 148], [13, 284], [197, 284]], float)


def image_of(gray: Gray) -> PageImage:
    return PageImage(gray, 300, SOURCE)


def refusal(image: PageImage) -> tuple[PageStatus, Reason]:
    failure = locate(image)
    assert isinstance(failure, PageFailure), failure
    assert failure.source == image.source
    return failure.status, failure.reason


def paper(height: int = 3508, width: int = 2480, noise: float = 8.0, seed: int = 1) -> Gray:
    rng = np.random.default_rng(seed)
    values = 238 + noise * rng.standard_normal((height, width), dtype=np.float32)
    return np.clip(values, 0, 255).astype(np.uint8)


def erase(sheet: Gray, *boxes: tuple[float, float, float, float]) -> Gray:
    """Return the master with areas (x, y, w, h mm) torn out."""
    torn = sheet.copy()
    for x, y, w, h in boxes:
        rows = slice(round(y * MASTER), round((y + h) * MASTER))
        torn[rows, round(x * MASTER) : round((x + w) * MASTER)] = 255
    return torn


SCANS = [
    Scan(),
    Scan(rotation=90),
    Scan(rotation=183),
    Scan(rotation=-94),
    Scan(dpi=200, rotation=5, noise=12, blur_mm=0.2, jpeg=60),
    Scan(dpi=150, rotation=-3, noise=12, blur_mm=0.2, jpeg=30),
    Scan(dpi=600, rotation=2),
    Scan(dpi=200, one_bit=True, rotation=-5),
    Scan(scale_x=0.95, scale_y=0.955, shading=0.4),
    Scan(scale_x=1.05, scale_y=1.045, rotation=181),
]


@pytest.mark.parametrize("scan", SCANS)
def test_frame_and_identity_are_found(scan: Scan) -> None:
    image, truth = scan_sheet(master(5, (), 3), scan)
    page = locate(image)
    assert isinstance(page, LocatedPage), page
    assert page.sheet == sheet_id(5)
    assert page.fiducials == (0, 1, 2, 3, 4, 5)
    off = np.linalg.norm(page.frame_map.apply(BODY) - truth.apply(BODY), axis=1)
    assert off.max() / truth.px_per_mm[0] < 0.15


@pytest.mark.parametrize("lost", [(0,), (4,), (0, 5), (0, 3), (3, 4), (1, 4), (2, 5)])
def test_any_two_tags_may_be_lost(lost: tuple[int, ...]) -> None:
    image, truth = scan_sheet(master(5, lost, 3), Scan(rotation=2, dpi=200))
    page = locate(image)
    assert isinstance(page, LocatedPage), page
    assert set(page.fiducials) == set(range(6)) - set(lost)
    off = np.linalg.norm(page.frame_map.apply(BODY) - truth.apply(BODY), axis=1)
    assert off.max() / truth.px_per_mm[0] < 0.3


def test_wrong_dpi_tag_does_not_matter() -> None:
    image, _ = scan_sheet(master(), Scan())
    assert isinstance(locate(PageImage(image.gray, 72.0, SOURCE)), LocatedPage)
    assert isinstance(locate(PageImage(image.gray, None, SOURCE)), LocatedPage)


def test_one_misplaced_tag_does_not_spoil_the_fit() -> None:
    tags = [Tag(i, tag_corners_mm(box) * 10) for i, box in enumerate(A4.fiducials)]
    tags[2] = Tag(2, tags[2].corners + 25)
    fit = fit_frame(tags)
    assert fit is not None
    assert {tag.number for tag in fit.tags} == {0, 1, 3, 4, 5}
    assert fit.residual_mm < 0.01


def test_too_few_or_mirrored_tags_give_no_fit() -> None:
    tags = [Tag(i, tag_corners_mm(box) * 10) for i, box in enumerate(A4.fiducials)]
    assert fit_frame(tags[:2]) is None
    assert fit_frame(tags[:3]) is None  # one row
    assert fit_frame([Tag(t.number, t.corners * [-1, 1] + [2100, 0]) for t in tags]) is None
    assert fit_frame([]) is None


@pytest.mark.parametrize("code", [A4.qr, A4.data_matrix])
def test_either_barcode_may_be_lost(code: tuple[float, float, float, float]) -> None:
    page = locate(scan_sheet(erase(master(7), code), Scan(rotation=180, dpi=200))[0])
    assert isinstance(page, LocatedPage)
    assert page.sheet == sheet_id(7)


def test_dirty_barcodes_are_still_read() -> None:
    sheet = master(7).copy()
    for box in (A4.qr, A4.data_matrix):
        x, y = (round(v * MASTER) for v in box.center)
        cv2.line(sheet, (x - 200, y - 30), (x + 200, y + 10), 0, round(0.4 * MASTER))
    page = locate(scan_sheet(sheet, Scan(dpi=200, noise=14, jpeg=40))[0])
    assert isinstance(page, LocatedPage)
    assert page.sheet == sheet_id(7)


def test_a_code_without_its_finder_is_redrawn_from_its_modules() -> None:
    sheet = erase(master(7), A4.data_matrix)
    step = A4.qr.w / 21
    hurt = [(A4.qr.x + 5 * step, A4.qr.y), (A4.qr.x, A4.qr.y + 19 * step)]
    sheet = erase(sheet, *((x, y, 2 * step, 2 * step) for x, y in hurt))
    page = locate(scan_sheet(sheet, Scan(dpi=200))[0])
    assert isinstance(page, LocatedPage)
    assert page.sheet == sheet_id(7)


def test_both_barcodes_lost() -> None:
    image, _ = scan_sheet(erase(master(), A4.qr, A4.data_matrix), Scan())
    assert refusal(image) == (PageStatus.UNIDENTIFIED, Reason.NO_BARCODE)


def test_barcodes_that_disagree() -> None:
    foot = round(260 * MASTER)
    sheet = np.vstack([master(1)[:foot], master(2)[foot:]])
    image, _ = scan_sheet(sheet, Scan())
    assert refusal(image) == (PageStatus.UNIDENTIFIED, Reason.BARCODES_DISAGREE)


def test_barcodes_alone_place_a_page_loosely() -> None:
    image, truth = scan_sheet(master(3, (0, 1, 2, 3, 4, 5), 3), Scan())
    page = locate(image)
    assert isinstance(page, LocatedPage), page
    assert page.loose
    assert (page.sheet, page.fiducials) == (sheet_id(3), ())
    off = np.linalg.norm(page.frame_map.apply(BODY) - truth.apply(BODY), axis=1)
    assert off.max() / truth.px_per_mm[0] < 5.0


def test_one_tag_without_a_barcode_is_no_fiducials() -> None:
    sheet = erase(master(3, (0, 1, 2, 3, 4), 3), A4.qr, A4.data_matrix)
    assert refusal(scan_sheet(sheet, Scan())[0]) == (
        PageStatus.UNIDENTIFIED,
        Reason.NO_FIDUCIALS,
    )


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_code_beside_the_sheet_does_not_name_it(turn: int) -> None:
    sheet = erase(master(3, (), 3), A4.qr, A4.data_matrix)
    image, _ = scan_sheet(sheet, Scan())
    other = scan_sheet(master(4, (0, 1, 2, 3, 4, 5)), Scan())[0].gray
    corner = round(42 * 300 / 25.4)
    gray = np.hstack([image.gray, np.full((len(image.gray), 60 + corner), 240, np.uint8)])
    gray[400 : 400 + corner, -corner:] = other[:corner, 200 : 200 + corner]
    page = locate(image_of(np.ascontiguousarray(np.rot90(gray, turn // 90))))
    assert isinstance(page, PageFailure), page
    assert page.sheet != sheet_id(4)


def test_tags_in_the_wrong_places_are_a_poor_fit() -> None:
    sheet = np.full_like(master(), 255)
    for place, box in zip((3, 5, 1, 0, 2, 4), A4.fiducials, strict=True):
        other = A4.fiducials[place]
        size = round(8 * MASTER)
        source = master()[round(other.y * MASTER) :, round(other.x * MASTER) :][:size, :size]
        sheet[round(box.y * MASTER) :, round(box.x * MASTER) :][:size, :size] = source
    image, _ = scan_sheet(sheet, Scan())
    assert refusal(image) == (PageStatus.UNREADABLE, Reason.POOR_FIT)


def blank_sides() -> list[Gray]:
    clean = paper()
    dirty = paper(seed=2)
    rng = np.random.default_rng(3)
    for x, y in rng.integers(200, 2200, (40, 2)):
        cv2.circle(dirty, (int(x), int(y)), int(rng.integers(1, 4)), 60, -1)
    dirty[:, 1400:1406] = 90
    for y in (900, 2400):
        cv2.circle(dirty, (142, y), 36, 20, -1)  # punch holes on a black lid
    dirty[:, :60] = 0
    through = paper(seed=4).astype(np.float32)
    back = cv2.GaussianBlur(scan_sheet(master(1, (), 3), Scan(noise=0))[0].gray[:, ::-1], (0, 0), 4)
    through = through - 0.2 * (255 - back.astype(np.float32))
    fax = np.where(paper(1754, 1240, 4) < 100, 0, 255).astype(np.uint8)
    return [clean, dirty, np.clip(through, 0, 255).astype(np.uint8), fax]


@pytest.mark.parametrize("number", range(4))
def test_blank_sides(number: int) -> None:
    assert refusal(image_of(blank_sides()[number])) == (PageStatus.BLANK, Reason.BLANK_PAGE)


def test_a_note_on_the_back_is_not_blank() -> None:
    gray = paper()
    cv2.putText(gray, "pindah ke RT 03", (600, 1500), cv2.FONT_HERSHEY_SIMPLEX, 3, 70, 7)
    assert not is_blank(gray)
    assert refusal(image_of(gray)) == (PageStatus.FOREIGN, Reason.NO_FORM)


def test_a_form_is_never_blank() -> None:
    for scan in SCANS[3:6]:
        assert not is_blank(scan_sheet(master(), scan)[0].gray)


@pytest.mark.parametrize("contrast", [0.15, 0.08])
def test_a_form_scanned_too_pale_is_no_blank_side(contrast: float) -> None:
    gray = scan_sheet(master(), Scan())[0].gray.astype(np.float32)
    pale = np.clip(250 - (250 - gray) * contrast, 0, 255).astype(np.uint8)
    assert refusal(image_of(pale)) == (PageStatus.UNREADABLE, Reason.NO_FIDUCIALS)


def test_batch_header() -> None:
    gray = paper()
    text = HeaderId("3201012001", "ABC123", 1).payload()
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    patch = np.asarray(zxingcpp.write_barcode_to_image(code, scale=12))
    gray[300 : 300 + patch.shape[0], 400 : 400 + patch.shape[1]] = patch
    failure = locate(image_of(gray))
    assert isinstance(failure, PageFailure)
    assert (failure.status, failure.reason) == (PageStatus.HEADER, Reason.BATCH_HEADER)
    assert failure.detail == text


@pytest.mark.parametrize("with_form", [False, True])
def test_codes_of_other_sheets_on_a_form_do_not_name_it(*, with_form: bool) -> None:
    """A header's code, and another form's, lie on a form whose own codes are lost."""
    texts = [HeaderId("3201012001", "ABC123", 1).payload()]
    texts += [sheet_id(page=2).payload()] if with_form else []
    lost = [(box.x, box.y, box.w, box.h) for box in (A4.qr, A4.data_matrix)]
    sheet = erase(master(), *lost)
    for place, text in enumerate(texts):
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
        patch = np.asarray(zxingcpp.write_barcode_to_image(code, scale=round(0.5 * MASTER)))
        x, y = round(70 * MASTER), round((60 + 60 * place) * MASTER)
        sheet[y : y + patch.shape[0], x : x + patch.shape[1]] = patch
    gray = scan_sheet(sheet, Scan())[0].gray
    assert refusal(image_of(gray)) == (PageStatus.UNIDENTIFIED, Reason.NO_BARCODE)


def test_foreign_code_is_no_form() -> None:
    gray = paper()
    code = zxingcpp.create_barcode("https://example.org/menu", zxingcpp.BarcodeFormat.QRCode)
    patch = np.asarray(zxingcpp.write_barcode_to_image(code, scale=10))
    gray[300 : 300 + patch.shape[0], 400 : 400 + patch.shape[1]] = patch
    assert refusal(image_of(gray)) == (PageStatus.FOREIGN, Reason.NO_FORM)


def cat() -> Gray:
    """Draw what a photo of a cat is to a page reader: soft blobs, texture, no straight edge."""
    rng = np.random.default_rng(9)
    gray = cv2.resize(rng.integers(40, 200, (12, 16)).astype(np.uint8), (1600, 1200))
    cv2.ellipse(gray, (800, 700), (420, 300), 0, 0, 360, 90, -1)
    for x in (650, 950):
        triangle = np.array([[x - 90, 480], [x, 260], [x + 90, 480]])
        cv2.fillConvexPoly(gray, triangle, 80)
        cv2.circle(gray, (x, 640), 45, 210, -1)
        cv2.ellipse(gray, (x, 640), (10, 40), 0, 0, 360, 15, -1)
    return cv2.add(gray, rng.integers(0, 40, gray.shape, dtype=np.uint8))


def test_a_photo_of_a_cat_is_no_form() -> None:
    assert refusal(image_of(cat())) == (PageStatus.FOREIGN, Reason.NO_FORM)


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (40, 40), (200, 9000), (17, 23)])
def test_odd_sizes_do_not_crash(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8)
    for gray in (noise, np.zeros(size, np.uint8), np.full(size, 255, np.uint8)):
        assert isinstance(locate(image_of(gray)), PageFailure)


def test_a_mirrored_form_is_refused() -> None:
    image, _ = scan_sheet(master(), Scan())
    failure = locate(image_of(np.ascontiguousarray(image.gray[:, ::-1])))
    assert isinstance(failure, PageFailure)
    assert failure.reason in {Reason.NO_FIDUCIALS, Reason.NO_FORM}


def test_quality_is_measured() -> None:
    scan = Scan(rotation=181.5, scale_x=0.96, scale_y=0.965, noise=9, jpeg=None)
    page = locate(scan_sheet(master(1, (), 3), scan)[0])
    assert isinstance(page, LocatedPage)
    quality = measure_quality(page)
    assert quality["skew_degrees"] == pytest.approx(1.5, abs=0.05)
    assert quality["turn"] == 2
    assert quality["scale_x"] == pytest.approx(0.96, abs=0.002)
    assert quality["scale_y"] == pytest.approx(0.965, abs=0.002)
    assert quality["dpi"] == pytest.approx(300 * 0.9625, rel=0.003)
    assert quality["noise"] == pytest.approx(9, rel=0.15)
    assert quality["paper"] > 230
    assert quality["ink"] < 90
    assert dense_layout().version == page.sheet.version

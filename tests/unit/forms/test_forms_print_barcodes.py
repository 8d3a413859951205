"""Barcodes: right size, right mode, readable at scanner resolutions."""

import io
from functools import partial

import cv2
import numpy as np
import pytest
import zxingcpp

from papi.forms.barcodes import modules_path, symbol_modules, tag_modules
from papi.forms.blank import render_page
from papi.forms.page import draw_identity
from papi.forms.sheets import SheetPdf
from papi.geometry import MM_PER_INCH, Box
from papi.model.sheet import A4, HeaderId, SheetId, new_form_id


def test_qr_is_version_2_at_level_q_for_every_payload():
    for _ in range(50):
        payload = SheetId(new_form_id(), 12, "Z9Y8X7").payload()
        assert len(payload) == 25
        # Version 2-Q holds 29 alphanumeric characters but only 20 bytes: 25 modules prove the mode.
        assert symbol_modules(payload, "qr").shape == (25, 25)
        rows, columns = symbol_modules(payload, "data_matrix").shape
        assert rows == columns <= 22


def test_qr_carries_level_q():
    barcode = zxingcpp.create_barcode("PAPI1", zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    assert barcode.ec_level == "Q"


def test_runs_are_merged_and_exact():
    modules = np.array([[1, 1, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 1, 0]], dtype=bool)
    path = modules_path(modules, Box(10, 20, 8, 8))
    assert path == ("q 2 0 0 2 10 20 cm 0 0 2 1 re 3 0 1 1 re 0 2 4 1 re 1 3 2 1 re f Q")


def test_tags_are_those_the_detector_knows():
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    for identity in range(len(A4.fiducials)):
        image = np.where(np.kron(tag_modules(identity), np.ones((10, 10))) > 0, 0, 255)
        image = np.pad(image.astype(np.uint8), 20, constant_values=255)
        _, found, _ = detector.detectMarkers(image)
        assert found.ravel().tolist() == [identity]


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize(
    "payload",
    [
        SheetId("4F2K9QW3X", 2, "AB12CD").payload(),
        HeaderId("3201012001", "AB12CD", 3).payload(),
        HeaderId("3201012001123", "ZZZZZZ", 99).payload(),
    ],
)
def test_both_codes_decode_where_they_should(dpi, payload):
    stream = io.BytesIO()
    pdf = SheetPdf(stream, A4, "test")
    pdf.add_side(partial(draw_identity, frame=A4, payload=payload, caption=("X", "y")))
    pdf.close()
    image = render_page(stream.getvalue(), 0, dpi)
    found = {str(code.format): code for code in zxingcpp.read_barcodes(image)}
    assert {code.text for code in found.values()} == {payload}
    assert len(found) == 2
    px = dpi / MM_PER_INCH
    for code, box in zip(sorted(found), (A4.data_matrix, A4.qr), strict=True):
        corner = found[code].position.top_left
        assert (corner.x, corner.y) == pytest.approx((box.x * px, box.y * px), abs=1.5)


def test_header_payload_is_no_sheet_and_round_trips():
    header = HeaderId("3201012001", "AB12CD", 3)
    assert header.payload() == "PAPIH-3201012001-AB12CD-03"
    assert HeaderId.parse(header.payload()) == header
    assert SheetId.parse(header.payload()) is None
    assert HeaderId.parse(SheetId(new_form_id(), 1, "AB12CD").payload()) is None
    assert HeaderId.parse("PAPIH-32x-AB12CD-03") is None

"""Golden checks: what stands in the PDF is where the layout says, to 0.05 mm."""

import io

import numpy as np
import pdfplumber
import pytest
from print_sample import VILLAGE, household, job, tiny_form

from papi.forms.blank import blank_page_image, blank_page_pdf
from papi.forms.document import pages_for, print_village
from papi.geometry import MM_PER_INCH, POINTS_PER_MM, Box
from papi.model.sheet import A4

TOLERANCE_MM = 0.05
LAYOUT, DRAWING = tiny_form()


def rectangles(page):
    """Every rectangle of a pdfplumber page as Box, mm from the top left."""
    return [
        Box(*(round(v / POINTS_PER_MM, 4) for v in (r["x0"], r["top"], r["width"], r["height"])))
        for r in page.rects
    ]


def has(boxes, wanted):
    return any(
        all(abs(a - b) <= TOLERANCE_MM for a, b in zip(box, wanted, strict=True)) for box in boxes
    )


def writable(page):
    """Every box of a page that a layout names."""
    for field in LAYOUT.by_page[page]:
        yield from field.cells
        yield from (choice.box for choice in field.choices)
        if field.box:
            yield field.box


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    path = tmp_path_factory.mktemp("print") / "village.pdf"
    row = household(1, 4, nama_krt="MUHAMMAD " * 20, alamat="Kp. Cikaret Kaler " * 12)
    jobs = [job(1, pages_for(LAYOUT, 4), row, copy=2)]
    rows = print_village(path, jobs, LAYOUT, DRAWING, VILLAGE, label_of=lambda *_: "Pertanian " * 9)
    with pdfplumber.open(path) as pdf:
        yield pdf, rows


def test_every_box_stands_where_the_layout_says(printed):
    pdf, rows = printed
    checked = 0
    for row in rows:
        found = rectangles(pdf.pages[row.pdf_page - 1])
        for box in writable(row.page):
            assert has(found, box), (row.page, box)
            checked += 1
    assert checked > 100


def test_fiducials_and_barcodes_fill_their_boxes(printed):
    pdf, rows = printed
    found = rectangles(pdf.pages[rows[0].pdf_page - 1])
    for box in (*A4.fiducials, A4.qr, A4.data_matrix):
        inside = [r for r in found if box.grown(TOLERANCE_MM).contains(r)]
        assert Box.around(inside) == pytest.approx(box, abs=TOLERANCE_MM)


def test_no_value_leaves_its_slot(printed):
    pdf, rows = printed
    checked = 0
    for row in rows:
        slots = next(p for p in DRAWING.pages if p.page == row.page).slots
        places = [box.grown(0.1) for box in (*(slot.box for slot in slots), *A4.id_texts)]
        for char in pdf.pages[row.pdf_page - 1].chars:
            if "Semibold" not in char["fontname"]:
                continue
            left, right, top, bottom = (
                char[k] / POINTS_PER_MM for k in ("x0", "x1", "top", "bottom")
            )
            capitals = Box(left, top + (bottom - top) * 0.3, right - left, (bottom - top) * 0.45)
            assert any(place.contains(capitals) for place in places), char["text"]
            checked += 1
    assert checked > 200


def test_values_ids_and_copy_are_readable_as_text(printed):
    pdf, rows = printed
    text = pdf.pages[rows[0].pdf_page - 1].extract_text()
    identity = f"{rows[0].form_id[:4]}-{rows[0].form_id[4:8]}-{rows[0].form_id[8:]}"
    assert text.count(identity) == 2
    assert text.count("hal. 1/5") == 3
    assert text.count("Salinan 2") == 1
    assert "…" in text
    second = pdf.pages[rows[1].pdf_page - 1].extract_text()
    assert "Salinan 2" in second  # a page without a slot for it shows it at the foot
    third = pdf.pages[rows[2].pdf_page - 1].extract_text()
    assert "3201********0001" in third
    assert "01 Pertanian" in third


def test_missing_values_hatch_the_box_that_must_not_be_marked(printed):
    pdf, rows = printed

    def lines_in(page, box):
        return [
            line for line in pdf.pages[page.pdf_page - 1].lines
            if box.grown(0.1).contains(Box(*(v / POINTS_PER_MM for v in (
                line["x0"], line["top"], line["width"], line["height"]))))
        ]  # fmt: skip

    page_3, page_4 = rows[2], rows[3]
    known = LAYOUT.by_name["art.1.nik_cek"].choices[0].box
    unknown = LAYOUT.by_name["art.5.nik_cek"].choices[0].box
    assert not lines_in(page_3, known)
    assert len(lines_in(page_4, unknown)) >= 4


def test_static_page_is_the_same_blank_or_printed():
    image = blank_page_image(LAYOUT, DRAWING, 3, 300)
    assert image.dtype == np.uint8
    assert image.shape == pytest.approx((297 / MM_PER_INCH * 300, 210 / MM_PER_INCH * 300), abs=1)
    px = 300 / MM_PER_INCH
    left, top, right, bottom = (round(v * px) for v in (26, 14, 38, 26))
    assert image[top:bottom, left:right].min() == 255  # no barcode on a blank page
    with pdfplumber.open(io.BytesIO(blank_page_pdf(LAYOUT, DRAWING, 3))) as pdf:
        assert all(has(rectangles(pdf.pages[0]), box) for box in writable(3))


def test_box_rules_are_light_and_inside_the_box():
    image = blank_page_image(LAYOUT, DRAWING, 3, 600)
    px = 600 / MM_PER_INCH
    box = LAYOUT.by_name["art.1.nik"].cells[0]
    row = image[round((box.y + 3) * px)]
    outside = row[round((box.x - 0.3) * px) : round((box.x - 0.06) * px)]
    rule = row[round((box.x + 0.06) * px) : round((box.x + 0.14) * px)]
    inside = row[round((box.x + 0.3) * px) : round((box.x + 4.2) * px)]
    assert outside.min() == 255
    assert inside.min() == 255
    assert 140 <= rule.mean() <= 190


def test_unknown_page_is_named():
    with pytest.raises(KeyError, match="no page 77"):
        blank_page_image(LAYOUT, DRAWING, 77, 100)

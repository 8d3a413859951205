"""The forms that ship: printed positions equal the layout, values stay readable, codes decode."""

import random
from pathlib import Path

import numpy as np
import pdfplumber
import pytest
import zxingcpp

from papi.forms.blank import blank_page_image, render_page
from papi.forms.document import pages_for, print_village
from papi.forms.layout import build_form
from papi.geometry import POINTS_PER_MM, Box
from papi.model.codebook import Codebook
from papi.model.issue import PrintJob, Village
from papi.model.prelist import IssuedForm, PrelistRow
from papi.model.sheet import SheetId, new_form_id

FORMS = ("verivali-rt", "verivali-ppks")
TOLERANCE_MM = 0.05
REGION = "3201122005"
MEMBERS = 5


def full_row(form, drawing):
    """A row with a long value for every slot, code lists respected."""
    draw = random.Random(1)  # noqa: S311
    codebook = Codebook.load()
    values, members = {}, [{} for _ in range(MEMBERS)]
    for slot in (slot for page in drawing.pages for slot in page.slots):
        value = "MUHAMMAD ABDURRAHMAN AL FATIH BIN HAJI SULAEMAN"
        if slot.code_list:
            value = draw.choice(list(codebook.labels(slot.code_list)))
        elif slot.box.w < 15:
            value = "12"
        if not slot.name.startswith("art."):
            values[slot.name] = value
        elif int(slot.name.split(".")[1]) <= MEMBERS:
            members[int(slot.name.split(".")[1]) - 1][slot.name.split(".", 2)[2]] = value
    return PrelistRow(form, "ID1", REGION, values, tuple(members) if form == "verivali-rt" else ())


@pytest.fixture(scope="module", params=FORMS)
def printed(request, tmp_path_factory):
    built = build_form(request.param)
    row = full_row(request.param, built.drawing)
    pages = pages_for(built.layout, len(row.members))
    issued = IssuedForm(
        new_form_id(), request.param, built.layout.version, REGION, row.prelist_id, pages, copy=2
    )
    path = tmp_path_factory.mktemp("shipped") / f"{REGION}.pdf"
    manifest = print_village(
        path,
        [PrintJob(issued, row)],
        built.layout,
        built.drawing,
        Village(REGION, "SEMPLAK BARAT", "KEMANG", "KABUPATEN BOGOR", "JAWA BARAT"),
        label_of=Codebook.load().label,
    )
    return built, path, manifest


def outer_edges(page):
    """Rectangles of a page in whole 0.01 mm, for look-up."""
    return np.array(
        [[r["x0"], r["top"], r["width"], r["height"]] for r in page.rects]
    ) / POINTS_PER_MM  # fmt: skip


def test_every_cell_and_tick_is_where_the_layout_says(printed):
    built, path, manifest = printed
    with pdfplumber.open(path) as pdf:
        for row in manifest:
            edges = outer_edges(pdf.pages[row.pdf_page - 1])
            for field in built.layout.by_page[row.page]:
                boxes = [*field.cells, *(choice.box for choice in field.choices)]
                for box in boxes + ([field.box] if field.box else []):
                    off = np.abs(edges - np.array(box)).max(axis=1).min()
                    assert off <= TOLERANCE_MM, (row.page, field.name)


def test_values_stay_clear_of_every_box_that_is_written_in(printed):
    built, path, manifest = printed
    with pdfplumber.open(path) as pdf:
        for row in manifest:
            page = pdf.pages[row.pdf_page - 1]
            boxes = [
                box
                for field in built.layout.by_page[row.page]
                for box in (*field.cells, *(choice.box for choice in field.choices))
            ]
            for char in page.chars:
                middle = (
                    (char["x0"] + char["x1"]) / 2 / POINTS_PER_MM,
                    (char["top"] + char["bottom"]) / 2 / POINTS_PER_MM,
                )
                inside = [b for b in boxes if b.contains(Box(*middle, 0, 0))]
                assert not inside, (row.page, char["text"], inside[0])


def test_copy_number_stands_clear_of_all_other_words(printed):
    _, path, manifest = printed
    with pdfplumber.open(path) as pdf:
        for row in manifest:
            page = pdf.pages[row.pdf_page - 1]
            runs = page.extract_words(keep_blank_chars=True, use_text_flow=True)
            (copy,) = [run for run in runs if "Salinan 2" in run["text"]]
            assert copy["text"].strip() == "Salinan 2"
            for char in page.chars:
                middle = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
                inside = (
                    copy["x0"] < middle[0] < copy["x1"] and copy["top"] < middle[1] < copy["bottom"]
                )
                assert not inside or char["text"] in "Salinan 2", (row.page, char["text"])


def test_both_codes_of_every_side_decode(printed):
    _, path, manifest = printed
    data = Path(path).read_bytes()
    for row in manifest:
        wanted = SheetId(row.form_id, row.page, row.version).payload()
        found = zxingcpp.read_barcodes(render_page(data, row.pdf_page - 1, 150))
        assert [code.text for code in found] == [wanted, wanted], row.page


def test_blank_page_holds_nothing_of_a_person(printed):
    built, path, manifest = printed
    data = Path(path).read_bytes()
    for row in manifest:
        blank = blank_page_image(built.layout, built.drawing, row.page, 100)
        full = render_page(data, row.pdf_page - 1, 100)
        assert blank.shape == full.shape
        assert (full <= blank).mean() > 0.999  # printing only ever adds ink
        assert (full < blank).any()

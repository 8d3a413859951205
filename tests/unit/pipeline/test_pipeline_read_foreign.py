"""Reading a foreign form: blackened bubbles, two marks, a field that is hidden, text by ink."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from foreign_paper import FORMS, PX_PER_MM, Printed, render

from papi.model.page import Gray
from papi.model.reading import Reading, ReadingStatus
from papi.model.recipe import Recipe
from papi.pipeline.read_foreign import NOT_PLACED, ForeignReading, FormBook, read_foreign
from papi.pipeline.write_draft import write_draft
from papi.reading.fields import Reader


class Paper:
    """A drafted form and a pen."""

    def __init__(self, name: str, folder: Path) -> None:
        self.printed: list[Printed] = FORMS[name](folder / f"{name}.pdf")
        write_draft(folder / f"{name}.pdf", folder / name)
        self.book = FormBook.load(folder / name)
        self.blank = render(folder / f"{name}.pdf")

    def blacken(self, page: Gray, question: str, code: str) -> None:
        item = next(p for p in self.printed if (p.question, p.code) == (question, code))
        centre = tuple(round(v * PX_PER_MM) for v in item.box.center)
        cv2.circle(page, centre, round(0.55 * item.box.w * PX_PER_MM), 60, -1)

    def read(self, page: Gray) -> dict[str, Reading]:
        noise = np.random.default_rng(1).normal(0, 6, page.shape)
        seen = np.clip(cv2.GaussianBlur(page, (0, 0), 1.5) + noise, 0, 255).astype(np.uint8)
        found = read_foreign(seen, self.book, Reader.load(), Recipe())
        assert isinstance(found, ForeignReading), found
        assert found.residual_mm < 0.3
        return {reading.field: reading for reading in found.readings}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("read_foreign")


@pytest.fixture(scope="module")
def answers(folder: Path) -> Paper:
    return Paper("answer_sheet", folder)


@pytest.fixture(scope="module")
def ministry(folder: Path) -> Paper:
    return Paper("ministry", folder)


def test_blackened_bubbles_are_answers_and_two_of_them_a_question(answers: Paper) -> None:
    page = answers.blank.copy()
    for question, codes in (("q1", "B"), ("q2", "AC"), ("roll 0", "7")):
        for code in codes:
            answers.blacken(page, question, code)
    read = answers.read(page)
    assert (read["q1"].value, read["q1"].status) == ("B", ReadingStatus.ACCEPTED)
    assert (read["roll_number"].value, read["roll_number"].status) == ("7", ReadingStatus.ACCEPTED)
    assert read["q2"].status is ReadingStatus.REVIEW
    assert "reading:multiple_marks" in read["q2"].reasons
    assert (read["q3"].value, read["q3"].status) == ("", ReadingStatus.ACCEPTED)


def test_a_hidden_field_is_not_read_as_blank(ministry: Paper) -> None:
    page = ministry.blank.copy()
    cells = [p.box for p in ministry.printed if p.question == "Kode Pos"]
    x, y, right, bottom = (
        round(v * PX_PER_MM)
        for v in (cells[0].x - 3, cells[0].y - 2, cells[-1].right + 3, cells[0].bottom + 2)
    )
    page[y:bottom, x:right] = 250  # a label stuck over it
    read = ministry.read(page)
    assert read["kode_pos"].status is ReadingStatus.REVIEW
    assert NOT_PLACED in read["kode_pos"].reasons
    assert NOT_PLACED not in read["nomor_kk"].reasons


def test_writing_in_places_for_text_is_ink(ministry: Paper) -> None:
    page = ministry.blank.copy()
    box = next(f.box for f in ministry.book.form.fields if f.name == "tanda_tangan")
    assert box is not None
    start = np.array(box.center)
    for step in range(6):
        rise = 4 * (-1) ** step
        ends = [start + np.array([3 * step - 8, rise]), start + np.array([3 * step - 5, -rise])]
        first, last = (tuple(np.round(p * PX_PER_MM).astype(int).tolist()) for p in ends)
        cv2.line(page, first, last, 50, 5)
    read = ministry.read(page)
    assert read["tanda_tangan"].value == "ink"
    assert read["pekerjaan"].value == ""

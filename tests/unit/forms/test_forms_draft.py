"""Drafting a foreign form: labels, names, codes, groups and the file its author edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from papi.errors import InputUnreadable, TemplateInvalid
from papi.forms.draft import draft_page, guess_kind
from papi.forms.draft_file import load_form, write_form
from papi.forms.draft_labels import Names, code_of, phrases, slug
from papi.geometry import Box
from papi.model.foreign import (
    Anchors,
    ForeignField,
    ForeignForm,
    ForeignPage,
    PrintedBox,
    PrintFound,
    Word,
)
from papi.model.layout import Choice, FieldKind


def printed(box: Box, shape: str = "box", ink: Box | None = None) -> PrintedBox:
    return PrintedBox(box, box.grown(-0.3), shape, ink)  # type: ignore[arg-type]


def side(boxes: list[PrintedBox], words: list[Word], rules: tuple[Box, ...] = ()) -> PrintFound:
    return PrintFound(210, 297, tuple(boxes), rules=rules, words=tuple(words))


def drafted(found: PrintFound) -> list[ForeignField]:
    return draft_page(found, 1, Names())


def test_labels_become_names_and_codes() -> None:
    assert slug("3.  Nama Lengkap :") == "nama_lengkap"
    assert slug("Agama/Kepercayaan") == "agama_kepercayaan"
    assert slug("12") == "q12"
    assert slug("...") == ""
    assert [code_of(t) for t in ("1. Ya", "(2) Tidak", "a) Kayu", "Batu", "10: PNS")] == [
        "1",
        "2",
        "a",
        "",
        "10",
    ]


def test_names_are_unique() -> None:
    names = Names()
    assert [names.take("nik", "number") for _ in range(2)] == ["nik", "nik_2"]
    assert [names.take("", "choice") for _ in range(2)] == ["choice_1", "choice_2"]


def test_a_row_of_boxes_is_named_by_the_text_left_of_it() -> None:
    cells = [printed(Box(60 + 5.5 * n, 40, 5.7, 6.5)) for n in range(16)]
    found = side(cells, [Word("NIK", Box(20, 41.5, 8, 3)), Word("Nama", Box(20, 60, 10, 3))])
    (field,) = drafted(found)
    assert (field.name, field.kind, len(field.cells)) == ("nik", FieldKind.DIGITS, 16)


def test_parts_of_a_date_are_one_field() -> None:
    places = [60, 65, 74, 79, 88, 93, 98, 103]
    cells = [printed(Box(x, 40, 5, 7)) for x in places]
    words = [Word("Tanggal", Box(20, 42, 15, 3)), Word("-", Box(71, 43, 1.2, 1))]
    (field,) = drafted(side(cells, words))
    assert (field.name, len(field.cells)) == ("tanggal", 8)


def test_letters_are_told_from_numbers_by_the_label() -> None:
    assert guess_kind("Nama Kepala Keluarga", 12) is FieldKind.CAPITALS
    assert guess_kind("No. HP", 13) is FieldKind.DIGITS
    assert guess_kind("", 25) is FieldKind.CAPITALS
    assert guess_kind("", 16) is FieldKind.DIGITS


def test_ticks_in_two_lines_are_one_question() -> None:
    boxes, words = [], [Word("Agama", Box(20, 40.8, 12, 3))]
    for number, text in enumerate(("1.Islam", "2.Kristen", "3.Hindu", "4.Buddha")):
        x, y = 60 + number % 2 * 40.0, 40 + number // 2 * 7.0
        boxes.append(printed(Box(x, y, 4.5, 4.5)))
        words.append(Word(text, Box(x + 6, y + 0.8, 14, 3)))
    (field,) = drafted(side(boxes, words))
    assert field.name == "agama"
    assert [(c.code, c.label) for c in field.choices][:2] == [("1", "1.Islam"), ("2", "2.Kristen")]


def test_bubbles_are_joined_the_way_their_letters_change() -> None:
    boxes, words = [], []

    def bubble(x: float, y: float, letter: str) -> None:
        text = Box(x + 1.7, y + 1.4, 1.4, 2)
        boxes.append(printed(Box(x, y, 4.8, 4.8), "bubble", text))
        words.append(Word(letter, text))

    for column in range(3):
        for value in range(10):
            bubble(30 + column * 7.5, 30 + value * 6.5, str(value))
    for question in range(4):
        for place, letter in enumerate("ABCD"):
            bubble(100 + place * 7.5, 30 + question * 7.0, letter)
    fields = drafted(side(boxes, words))
    assert sorted(len(field.choices) for field in fields) == [4, 4, 4, 4, 10, 10, 10]
    assert {field.shape for field in fields} == {"bubble"}
    assert {"".join(c.code for c in f.choices) for f in fields} == {"0123456789", "ABCD"}


def test_lines_and_empty_boxes_are_places_for_text() -> None:
    rule, box = Box(60, 50, 90, 0.3), printed(Box(20, 70, 150, 30))
    words = [Word("Pekerjaan", Box(20, 46.5, 20, 3)), Word("Catatan", Box(20, 65, 15, 3))]
    fields = drafted(side([box], words, (rule,)))
    assert [(f.name, f.kind) for f in fields] == [
        ("pekerjaan", FieldKind.TEXT),
        ("catatan", FieldKind.TEXT),
    ]


def test_insides_of_large_letters_are_no_boxes() -> None:
    hole = printed(Box(22, 20, 3, 4), "bubble")
    assert drafted(side([hole], [Word("BOOK", Box(20, 18, 25, 8))])) == []


def test_words_far_apart_are_two_phrases() -> None:
    words = [Word("Nama", Box(20, 40, 10, 3)), Word("Ibu", Box(31, 40, 6, 3))]
    far = Word("Umur", Box(90, 40, 10, 3))
    assert [p.text for p in phrases([*words, far])] == ["Nama Ibu", "Umur"]


def form() -> ForeignForm:
    page = ForeignPage(
        page=1, width_mm=210, height_mm=297, blank="blank-1.png", anchors=Anchors.CORNER_MARKS,
        marks=(Box(10, 10, 8, 8),) * 4,
    )  # fmt: skip
    fields = (
        ForeignField(name="nik", page=1, kind=FieldKind.DIGITS, cells=(Box(1, 2, 5, 6),)),
        ForeignField(
            name="jk", page=1, kind=FieldKind.CHOICE, label='Jenis "kelamin": #1', shape="bubble",
            choices=(Choice(code="1", box=Box(9, 9, 4, 4), label="ya: 'benar'"),),
        ),
        ForeignField(name="ttd", page=1, kind=FieldKind.SIGNATURE, box=Box(9, 20, 40, 20)),
    )  # fmt: skip
    return ForeignForm(form="f", title="Judul", pages=(page,), fields=fields)


def test_a_form_is_read_back_as_written(tmp_path: Path) -> None:
    write_form(tmp_path / "form.yaml", form())
    assert load_form(tmp_path) == form()
    assert load_form(tmp_path / "form.yaml") == form()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name: "ttd"', 'name: "nik"', "called nik"),
        ("kind: digits", "kind: numbers", "fields.0.kind"),
        ("box: [9.00, 20.00", "bax: [9.00, 20.00", "fields.2.bax"),
        ("page: 1\n    kind: digits", "page: 3\n    kind: digits", "page 3"),
        ('form: "f"', 'form: "f', "no YAML"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "form.yaml"
    write_form(path, form())
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(TemplateInvalid, match=said):
        load_form(tmp_path)


def test_a_folder_without_a_form_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as caught:
        load_form(tmp_path)
    assert "template draft" in caught.value.next_step

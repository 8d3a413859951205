"""The engine's parts: text, boxes, columns, flow over sides, code lists."""

from __future__ import annotations

from itertools import pairwise

import pytest

from papi.forms.fonts import ascent, text_width, wrap_text
from papi.forms.layout import build_template, compose
from papi.forms.layout_answer import Context, cell_boxes, ticks_piece
from papi.forms.layout_columns import Part, balance
from papi.forms.layout_guide import STROKES, model_boxes
from papi.forms.layout_piece import Piece, stack
from papi.forms.template_file import parse_template
from papi.model.codebook import Codebook
from papi.model.layout import FieldKind
from papi.model.sheet import A4, CROCKFORD
from papi.model.template import AskSpec, FieldSpec, Template


def template(text: str) -> Template:
    made, problems = parse_template(text)
    assert made is not None, problems
    return made


HEAD = "form: trial\ncode: T\ntitle: Trial\nprelist_key: id\nsides:\n"


def test_text_is_measured_in_millimetres() -> None:
    assert text_width("Nama", 8) == pytest.approx(7.1, abs=0.3)
    assert text_width("Nama", 16) == pytest.approx(2 * text_width("Nama", 8))
    assert ascent(8) == pytest.approx(2.1, abs=0.1)


def test_text_wraps_at_blanks_and_keeps_long_words() -> None:
    lines = wrap_text("Rumah tangga tidak ditemukan", 20, 8)
    assert " ".join(lines) == "Rumah tangga tidak ditemukan"
    assert all(text_width(line, 8) <= 20 for line in lines)
    assert wrap_text("Pneumonoultramicroscopic", 5, 8) == ["Pneumonoultramicroscopic"]
    assert wrap_text("", 5, 8) == [""]


def test_character_boxes_stand_in_groups() -> None:
    boxes = cell_boxes(8, (2, 2, 4))
    gaps = [round(b.x - a.right, 2) for a, b in pairwise(boxes)]
    assert gaps == [0.8, 2.2, 0.8, 2.2, 0.8, 0.8, 0.8]


def test_ticks_keep_their_pitch_whatever_their_labels() -> None:
    piece, choices = ticks_piece(dict.fromkeys("123", ""))
    assert [choice.box.x for choice in choices] == pytest.approx([0, 8.6, 17.2])
    _, lines = ticks_piece(dict.fromkeys("1234", "Ya"), per_line=2, width=40)
    assert [(choice.box.x, choice.box.y) for choice in lines] == [(0, 0), (20, 0), (0, 6), (20, 6)]
    assert piece.height == 4.0


def test_pieces_move_whole() -> None:
    piece = model_boxes("A1")
    sheet = stack([Piece(20, 3), piece], 20, gap=1)
    assert sheet.height == 4 + piece.height
    assert len(sheet.items) == len(piece.items)


def test_model_characters_stay_in_their_boxes() -> None:
    assert set(CROCKFORD) <= set(STROKES) | {" "}
    piece = model_boxes("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789- ")
    strokes = [item for item in piece.items if item.type == "line"]
    assert len(strokes) > 100
    assert all(0 <= s.x1 <= piece.width and 0 <= s.y1 <= piece.height for s in strokes)


def test_columns_are_balanced_and_heads_stay_with_their_rows() -> None:
    parts = [Part(Piece(10, 4), head=True), *[Part(Piece(10, 6)) for _ in range(8)]]
    columns = balance(parts, 3)
    assert sorted(column.height for column in columns) == [16, 18, 18]
    broken = balance([*parts, Part(Piece(10, 4), head=True, breaks=True), parts[1]], 3)
    assert broken[-1].height == 10


def test_conditions_add_up_and_speak_of_their_strip() -> None:
    outer = AskSpec(rule="skip.a", text="jika a", when={"field": "a", "in": ["1"]})
    inner = AskSpec(
        rule="skip.b",
        text="jika b",
        when={"any": [{"field": "b", "blank": True}, {"age_of": "c", "min": 5}]},
    )
    context = Context(Codebook.load(), prefix="art.2.", siblings=frozenset({"b", "c"}))
    assert context.ask_if() is None
    ask = context.asked(outer).asked(inner).ask_if()
    assert ask is not None
    assert (ask.rule, ask.text) == ("skip.b", "jika a; jika b")
    assert ask.when == {
        "all": [
            {"field": "a", "in": ["1"]},
            {"any": [{"field": "art.2.b", "blank": True}, {"age_of": "art.2.c", "min": 5}]},
        ]
    }


def test_a_flowing_side_goes_on_to_the_next_page() -> None:
    rows = "".join(
        f"          - cells: [{{name: f{n}, kind: digits, boxes: 2, label: F{n}}}]\n"
        for n in range(40)
    )
    block = f"      - block: table\n        title: Many\n        rows:\n{rows}"
    flowing = template(f"{HEAD}  - flow: true\n    blocks:\n{block}")
    form = build_template(flowing, Codebook.load())
    assert [page.page for page in form.layout.pages] == [1, 2]
    assert form.layout.by_name["f39"].page == 2
    last = max(field.cells[0].bottom for field in form.layout.by_page[1])
    assert last <= A4.body.bottom
    fixed = compose(template(f"{HEAD}  - blocks:\n{block}"), Codebook.load())
    assert len(fixed.sides) == 1
    assert fixed.overflows


def test_a_heading_is_never_left_alone_at_the_foot() -> None:
    text = (
        f"{HEAD}  - flow: true\n    blocks:\n"
        "      - block: table\n        rows:\n"
        "          - height: 228\n            cells: [{text: tall}]\n"
        "      - block: table\n        title: Next\n        rows:\n"
        "          - cells: [{name: f, kind: digits, boxes: 2}]\n"
    )
    form = build_template(template(text), Codebook.load())
    assert form.layout.by_name["f"].page == 2
    labels = [i.text for i in form.drawing.pages[0].items if i.type == "label"]
    assert "Next" not in labels


def test_repeated_sides_count_on() -> None:
    text = (
        f"{HEAD}  - repeat: 3\n    counter: 5\n    blocks:\n"
        "      - block: table\n        rows:\n"
        '          - cells: [{name: "kk_{n}", label: "KK {n}", kind: digits, boxes: 2}]\n'
    )
    layout = build_template(template(text), Codebook.load()).layout
    assert [(f.name, f.page, f.label) for f in layout.fields] == [
        ("kk_5", 1, "KK 5"),
        ("kk_6", 2, "KK 6"),
        ("kk_7", 3, "KK 7"),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "digits"},
        {"kind": "choice"},
        {"kind": "text"},
        {"kind": "digits", "boxes": 4, "groups": [2, 3]},
    ],
)
def test_a_field_says_what_it_lacks(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"needs|add up"):
        FieldSpec.model_validate({"name": "f", **broken})


def test_dates_need_no_boxes() -> None:
    assert FieldSpec(name="f", kind=FieldKind.DATE).boxes is None


def test_codebook_labels_and_values() -> None:
    book = Codebook.load()
    assert book.reference == "papi-siks 0.1.0"
    assert book.labels("jenis_kelamin") == {"1": "Laki-laki", "2": "Perempuan"}
    assert book.label("jenis_kelamin", "2", "en") == "Female"
    assert book.label("jenis_kelamin", "9") == ""
    assert book.code_lists["kartu_identitas"].values()[-1] == "15"
    assert len(book.code_lists["ppks"].values()) == 26
    with pytest.raises(KeyError):
        book.labels("no_such_list")

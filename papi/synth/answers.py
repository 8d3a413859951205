"""What the officer writes: from a visit and a layout to the ink of every field.

Knows the truth table of ticks and corrections, skip rules and the contract's conventions for
`readings`. Must not know pens, letters or images.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from random import Random

from papi.model.layout import CELL_KINDS, FieldKind, Layout, LayoutField
from papi.synth.visits import PRESENT, Visit

FILLER_CROSS, FILLER_DASH = "filler_x", "filler_dash"
FILLERS = frozenset({FILLER_CROSS, FILLER_DASH})
MARK, CANCEL = "mark", "cancel"
AGREES, DIFFERS = "1", "2"
STRIP_CODES = frozenset(
    {
        "hub_krt", "nuk", "hubkel", "sta_kawin", "ada_akta_nikah", "ada_dikk",
        "ada_kartu_identitas", "sta_hamil", "jenis_cacat", "penyakit_kronis",
        "partisipasi_sekolah", "pendidikan_tertinggi", "kelas_tertinggi", "ijazah_tertinggi",
        "sta_bekerja", "jumlah_jamkerja", "lapangan_usaha", "status_pekerjaan",
    }
)  # fmt: skip
"""Codes of a member strip that share the one tick `art_cek`."""
COUNTS = frozenset(
    {
        "luas_lantai", "luas_atb", "jumlah_kamar", "jumlah_art", "jumlah_sapi", "jumlah_kerbau",
        "jumlah_kuda", "jumlah_babi", "jumlah_kambing", "jumlah_jamkerja", "umur_taksiran",
        "rt", "rw",
    }
)  # fmt: skip
"""Numbers that may be written with or without leading zeros."""


@dataclass(frozen=True, slots=True)
class FieldInk:
    """The ink of one field.

    Attributes:
        value: what `readings` must say.
        cells: one entry per box: a character, "" for nothing, or one of FILLERS.
        marks: code -> MARK or CANCEL (crossed out).
        text: words of a free-text field, or "signature".
    """

    value: str = ""
    cells: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Penmanship:
    """How one officer fills boxes, as far as it changes what stands in them.

    Attributes:
        zeros: writes leading zeros of counts.
        align_right: puts short counts at the right end of their boxes.
        filler: what is put in unused boxes of digit fields, "" for nothing.
        filler_share: in which share of such fields.
        cancelled: share of choice fields with a mark crossed out and another one made.
        twice: share of confirmed values that are written once more.
    """

    zeros: bool = True
    align_right: bool = True
    filler: str = ""
    filler_share: float = 0.0
    cancelled: float = 0.004
    twice: float = 0.004

    @staticmethod
    def draw(rng: Random) -> Penmanship:
        """Draw the habits of one officer."""
        filler = rng.choices(("", FILLER_CROSS, FILLER_DASH), weights=(60, 20, 20))[0]
        return Penmanship(
            zeros=rng.random() < 0.6,
            align_right=rng.random() < 0.8,
            filler=filler,
            filler_share=rng.uniform(0.3, 1.0) if filler else 0.0,
        )


@dataclass(frozen=True, slots=True)
class _Desk:
    """Everything that is constant while one form is filled."""

    rng: Random
    layout: Layout
    visit: Visit
    style: Penmanship
    twin: str


def fill_form(
    visit: Visit,
    layout: Layout,
    rng: Random,
    *,
    pages: Collection[int] | None = None,
    style: Penmanship | None = None,
    twin: str = "",
) -> dict[str, FieldInk]:
    """Return the ink of every field on `pages` (default: all), blank fields included.

    Args:
        visit: what was found.
        layout: where the form's fields stand.
        rng: source of chance; the same state gives the same ink.
        pages: the sides that were issued.
        style: how this officer writes.
        twin: form id of another form, for results that name one.
    """
    desk = _Desk(rng, layout, visit, style or Penmanship.draw(rng), twin)
    wanted = [f for f in layout.fields if pages is None or f.page in pages]
    return {item.name: _fill_field(desk, item) for item in wanted}


def written_values(inks: Mapping[str, FieldInk]) -> dict[str, str]:
    """Return field -> value as `readings` must say it."""
    return {name: ink.value for name, ink in inks.items()}


def _fill_field(desk: _Desk, item: LayoutField) -> FieldInk:
    if item.name.endswith("_cek"):
        return _tick(desk, item, _cek_code(desk, item))
    if item.kind is FieldKind.CHOICE:
        return _tick(desk, item, _truth(desk, item.name))
    value = _truth(desk, item.name)
    if not value or not _is_written(desk, item, value):
        return _blank(item)
    return _write(desk, item, value)


def _truth(desk: _Desk, name: str) -> str:
    """Return the true value of a field after the visit, "" if it is not asked."""
    visit = desk.visit
    if name.startswith("art."):
        _, number, column = name.split(".", 2)
        index = int(number) - 1
        return visit.members[index].get(column, "") if index < len(visit.members) else ""
    value = visit.found.get(name, "")
    return desk.twin if value == "TWIN" else value


def _listed(desk: _Desk, name: str) -> str:
    """Return what the form shows as the pre-list value of a field."""
    return desk.visit.row.value(name) if desk.visit.row else ""


def _is_written(desk: _Desk, item: LayoutField, value: str) -> bool:
    """Tell whether the officer writes a value: always if new, else only a correction."""
    column = item.name.rsplit(".", 1)[-1]
    own_tick = f"{item.name}_cek" in desk.layout.by_name
    if not own_tick and not (item.name.startswith("art.") and column in STRIP_CODES):
        return True
    if column == "nik" and _document_tick(desk, item.name) != DIFFERS:
        return False
    if not _same(value, _listed(desk, item.name)):
        return True
    return own_tick and item.kind in CELL_KINDS and desk.rng.random() < desk.style.twice


def _same(value: str, listed: str) -> bool:
    return value == listed or (value.isdigit() and listed.isdigit() and int(value) == int(listed))


def _cek_code(desk: _Desk, item: LayoutField) -> str:
    """Return the code of a sesuai / tidak sesuai tick, "" to leave it alone."""
    base = item.name.removesuffix("_cek")
    if base.startswith("art.") and base.count(".") == 2 and base.endswith(".art"):
        return _strip_tick(desk, int(base.split(".")[1]))
    value = _truth(desk, base)
    if base.rsplit(".", 1)[-1] == "nik":
        return _document_tick(desk, base) if value else ""
    if not value:
        return ""
    return AGREES if _same(value, _listed(desk, base)) else DIFFERS


def _document_tick(desk: _Desk, nik_field: str) -> str:
    shown = _truth(desk, f"{nik_field}_dokumen")
    if shown and _listed(desk, nik_field):
        return shown
    return AGREES if _truth(desk, nik_field) == _listed(desk, nik_field) else DIFFERS


def _strip_tick(desk: _Desk, number: int) -> str:
    """Return the one tick for all codes of a member strip."""
    if _truth(desk, f"art.{number}.sta_keberadaan_art") not in {PRESENT, "4"}:
        return ""
    names = [f"art.{number}.{column}" for column in STRIP_CODES]
    changed = any(
        _truth(desk, name) and not _same(_truth(desk, name), _listed(desk, name)) for name in names
    )
    return DIFFERS if changed else AGREES


def _tick(desk: _Desk, item: LayoutField, value: str) -> FieldInk:
    """Mark the codes of a choice field; sometimes one is crossed out first."""
    chosen = value.split()
    codes = [choice.code for choice in item.choices]
    marks = {code: MARK for code in codes if code in chosen}
    others = [code for code in codes if code not in chosen]
    if marks and others and not item.multiple and desk.rng.random() < desk.style.cancelled:
        marks[desk.rng.choice(others)] = CANCEL
    return FieldInk(value=" ".join(c for c in codes if marks.get(c) == MARK), marks=marks)


def _blank(item: LayoutField) -> FieldInk:
    return FieldInk(cells=("",) * len(item.cells))


def _write(desk: _Desk, item: LayoutField, value: str) -> FieldInk:
    if item.kind is FieldKind.SIGNATURE:
        return FieldInk(value="ink", text="signature")
    if item.kind is FieldKind.TEXT:
        return FieldInk(value="ink", text=value)
    if item.kind is FieldKind.DATE:
        year, month, day = value.split("-")
        return FieldInk(value=value, cells=tuple(day + month + year))
    room = len(item.cells)
    if item.kind is FieldKind.CAPITALS:
        text = value[:room].rstrip()
        cells = [c if c != " " else "" for c in text] + [""] * (room - len(text))
        return FieldInk(value=text, cells=tuple(cells))
    return _write_digits(desk, item, value, room)


def _write_digits(desk: _Desk, item: LayoutField, value: str, room: int) -> FieldInk:
    style, counted = desk.style, item.name.rsplit(".", 1)[-1] in COUNTS
    if counted:
        value = value.zfill(room) if style.zeros else str(int(value))
    unused = room - len(value)
    use_filler = style.filler and desk.rng.random() < style.filler_share
    padding = [style.filler if use_filler else ""] * unused
    left = padding if counted and style.align_right else []
    right = [] if left or not unused else padding
    return FieldInk(value=value, cells=(*left, *value, *right))

"""Draft the fields of a foreign side from what is printed on it.

Knows sorted print and words. Must not know pixels or files. What it cannot know (which answers a
field allows, whether two ticks may be set) is left to the author, who edits the draft.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from papi.forms.draft_boxes import Sorted, sort_print
from papi.forms.draft_choices import draft_choices
from papi.forms.draft_labels import Names, Phrase, above, code_of, left_of, phrases, slug
from papi.geometry import Box
from papi.model.foreign import ForeignField, PrintFound
from papi.model.layout import FieldKind

LONGEST_NUMBER = 18
"""Cells of the longest number on Indonesian forms (NIP); NIK and KK have 16."""
JOIN_SHARE = 1.7
"""Rows of boxes on one line that stand nearer than so many box widths are one value (a date)."""
_LETTER = re.compile(r"[^\W\d_]")
HEADING_REACH_MM = 150.0
"""How far above a table's cell its heading may stand."""
_WORDS = re.compile(
    r"\b(nama|name|alamat|address|tempat|place|jalan|street|desa|kelurahan|kecamatan|kabupaten|"
    r"kota|city|provinsi|province|pekerjaan|ibu|ayah|surname|vorname|nom|prenom|email)\b",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"\b(no|nomor|nik|kk|tanggal|tgl|date|rt|rw|kode|hp|telp|telepon|umur|usia|jumlah|tahun|"
    r"bulan|number|code|year|age|phone|how many|roll)\b",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"tanda tangan|\bttd\b|signature|unterschrift|petugas,|mengetahui", re.IGNORECASE
)


def draft_page(found: PrintFound, page: int, names: Names) -> list[ForeignField]:
    """Return the fields of one side, in reading order.

    Args:
        found: what is printed there.
        page: its number.
        names: names that are taken already.
    """
    sorted_print = sort_print(found)
    known = phrases(found.words)
    fields = [
        *_rows(sorted_print, known, page, names),
        *draft_choices(sorted_print.ticks, found.words, known, page, names),
        *_texts(sorted_print, known, page, names),
    ]
    return sorted(fields, key=lambda f: (round(f.zone.y / 4), f.zone.x))


def _rows(own: Sorted, known: Sequence[Phrase], page: int, names: Names) -> list[ForeignField]:
    fields = []
    for row in _joined(own.rows, known):
        label = _label_of(row[0], Box.around(row), known)
        kind = guess_kind(label, len(row))
        name = names.take(slug(label), "number" if kind is FieldKind.DIGITS else "letters")
        fields.append(ForeignField(name=name, page=page, kind=kind, label=label, cells=row))
    return fields


def _joined(rows: Sequence[tuple[Box, ...]], known: Sequence[Phrase]) -> list[tuple[Box, ...]]:
    """Join rows that stand close on one line with nothing but a dash or stroke between."""
    joined: list[tuple[Box, ...]] = []
    for row in sorted(rows, key=lambda r: (round(r[0].center[1]), r[0].x)):
        last = joined[-1][-1] if joined else None
        if last is not None and _is_one_value(last, row[0], known):
            joined[-1] += row
        else:
            joined.append(row)
    return joined


def _is_one_value(last: Box, first: Box, known: Sequence[Phrase]) -> bool:
    gap = first.x - last.right
    level = abs(last.y - first.y) < 0.5 and abs(last.h - first.h) < 0.5
    if not level or not 0 <= gap < JOIN_SHARE * last.w:
        return False
    between = Box(last.right, last.y, gap, last.h)
    return not any(p.box.overlaps(between) and re.search(r"[^\W_]", p.text) for p in known)


def guess_kind(label: str, cells: int) -> FieldKind:
    """Guess whether a row of boxes holds a number or letters."""
    if _NUMBERS.search(label) and not re.match(r".*\bnama\b", label, re.IGNORECASE):
        return FieldKind.DIGITS
    if _WORDS.search(label) or cells > LONGEST_NUMBER:
        return FieldKind.CAPITALS
    return FieldKind.DIGITS


def _label_of(first: Box, whole: Box, known: Sequence[Phrase]) -> str:
    before = left_of(first, known)
    while before is not None and code_of(before.text):  # "1. Ya  2. Tidak  [ ]": answers
        asked = left_of(before.box, known)
        if asked is None:
            break
        before = asked
    over = above(whole, known, 6.0)
    chosen = before or over or above(whole, known)
    return chosen.text if chosen else ""


def _texts(own: Sorted, known: Sequence[Phrase], page: int, names: Names) -> list[ForeignField]:
    fields = []
    for box in own.texts:
        label = _text_label(box, known)
        signed = bool(_SIGNATURE.search(label))
        kind = FieldKind.SIGNATURE if signed else FieldKind.TEXT
        name = names.take(slug(label), kind.value)
        fields.append(ForeignField(name=name, page=page, kind=kind, label=label, box=box))
    return fields


def _text_label(box: Box, known: Sequence[Phrase]) -> str:
    """Return the text at a place for words; for a table's cell its row and its heading."""
    head = Box(box.x, box.y, box.w, min(box.h, 8.0))
    line = Box(box.x, box.bottom - 5.0, box.w, 5.0)
    before = left_of(line, known, 45.0) or left_of(head, known, 45.0)
    if before is not None and _LETTER.search(before.text):
        return before.text
    worded = [p for p in known if _LETTER.search(p.text)]
    over = above(box, worded, 8.0) if before is None else None
    column = [p for p in worded if p.box.x < box.right and p.box.right > box.x]
    heading = above(box, column, HEADING_REACH_MM)
    row = left_of(line, known, HEADING_REACH_MM)
    if row is not None and heading is not None:
        worded_first = (
            (row.text, heading.text)
            if _LETTER.search(row.text)
            else (
                heading.text,
                row.text.strip(".)"),
            )
        )
        return " ".join(worded_first)
    chosen = before or over or heading
    return chosen.text if chosen else ""

"""One scan of a foreign form in, its readings out.

Knows the order PLACE, CUT, READ, DECIDE on paper PAPI did not print. Must not know files of the
result, databases or pre-lists. A page that cannot be placed is a value with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.checking.choices import read_choice
from papi.checking.classes import field_class
from papi.checking.decode import InkReading, read_capitals, read_code, read_digits
from papi.errors import InputUnreadable
from papi.forms.draft_file import form_path, load_form
from papi.imaging.cut import lift_ink
from papi.imaging.foreign_laid import Laid, lay
from papi.imaging.foreign_match import Blank, Placed, Refused, place_on_form
from papi.imaging.foreign_snips import ForeignSnips, cut_foreign
from papi.imaging.quads import sides_of
from papi.imaging.shared_print import remove_shared_print
from papi.model.evidence import CANCELLED, DOUBTFUL, EMPTY, MARKED, TICK_STATES, Posterior
from papi.model.foreign import ForeignField, ForeignForm
from papi.model.layout import CELL_KINDS, INK_KINDS, FieldKind
from papi.model.page import Gray
from papi.model.reading import Reading, ReadingStatus
from papi.model.recipe import Recipe
from papi.reading.fields import Reader, ink_probability

LEAST_PRINT_KEPT = 0.6
"""Share of the print around a field that the scan must show: less, and the field is not there (a
label over it, another edition of the form)."""
NOT_PLACED = "reading:not_placed"
LOW_CONFIDENCE, JUNK_BOX, OVERHANG = (
    "reading:low_confidence",
    "reading:not_a_character",
    "reading:out_of_box",
)
NO_INK, MUCH_INK = 0.015, 0.07
"""Shares of a tick box's inside darker than the blank. A mark leaves 0.08 and more, an unmarked
bubble 0.03 at most: a network that says otherwise is not believed."""
BROKEN_MARK = 0.6
"""Share of the doubt about a bubble that is the only one with ink: its mark looks odd because the
bubble's own letter and ring were taken out of it."""
_RULE_GRAY, _RULE = 190, ((21, 21), (58, 58))
"""The rule of PAPI's own tick boxes, drawn where the foreign print was taken out: the network was
trained on boxes with a rule."""


@dataclass(frozen=True, eq=False)
class FormBook:
    """A foreign form with its blank sides, loaded once."""

    form: ForeignForm
    blanks: tuple[Blank, ...]

    @staticmethod
    def load(place: Path) -> FormBook:
        """Load form.yaml and its blank pictures.

        Args:
            place: the folder, or the file.

        Raises:
            InputUnreadable: a file is missing or no picture.
            TemplateInvalid: the form is wrong.
        """
        form = load_form(place)
        folder = form_path(place).parent
        blanks = []
        for page in form.pages:
            gray = cv2.imread(str(folder / page.blank), cv2.IMREAD_GRAYSCALE)
            if gray is None:
                raise InputUnreadable(f"Cannot read {folder / page.blank}.")
            blanks.append(Blank(page, np.asarray(gray, np.uint8)))
        return FormBook(form, tuple(blanks))


@dataclass(frozen=True, eq=False)
class ForeignReading:
    """What one scan says: which side, how well it lies, a reading for each field of that side."""

    page: int
    residual_mm: float
    share: float
    readings: tuple[Reading, ...]
    placed: Placed


def read_foreign(
    gray: Gray, book: FormBook, reader: Reader, recipe: Recipe
) -> ForeignReading | Refused:
    """Read one scan of a foreign form.

    Args:
        gray: uint8 (H, W), any turn and scale.
        book: the form.
        reader: the networks.
        recipe: thresholds and decoding.

    Returns:
        Readings in the order of form.yaml, or why the scan is not read. 1-3 s of CPU.
    """
    placed = place_on_form(gray, book.blanks)
    if isinstance(placed, Refused):
        return placed
    page = placed.blank.page.page
    fields = book.form.by_page[page]
    laid = lay(placed, gray)
    found: dict[str, Reading] = {}
    for reading in (
        *_choices(placed, gray, fields, reader, recipe),
        *_cells(placed, gray, fields, reader, recipe),
        *_inks(laid, fields, recipe, page),
    ):
        found[reading.field] = reading
    readings = tuple(_checked(found[field.name], field, laid) for field in fields)
    return ForeignReading(page, placed.residual_mm, placed.share, readings, placed)


def _checked(reading: Reading, field: ForeignField, laid: Laid) -> Reading:
    """Send a field to a person whose print is not where it should be."""
    if laid.print_kept(field.zone) >= LEAST_PRINT_KEPT:
        return reading
    return _with_reasons(reading, (*reading.reasons, NOT_PLACED))


def _with_reasons(reading: Reading, reasons: tuple[str, ...]) -> Reading:
    return Reading(
        page=reading.page,
        field=reading.field,
        value=reading.value,
        machine_value=reading.machine_value,
        confidence=reading.confidence,
        status=ReadingStatus.REVIEW if reasons else ReadingStatus.ACCEPTED,
        reasons=reasons,
        candidates=reading.candidates,
    )


def _choices(
    placed: Placed,
    gray: Gray,
    fields: Sequence[ForeignField],
    reader: Reader,
    recipe: Recipe,
) -> list[Reading]:
    own = [f for f in fields if f.kind is FieldKind.CHOICE]
    boxes = [choice.box for f in own for choice in f.choices]
    groups = [n for n, f in enumerate(own) for _ in f.choices]
    if not boxes:
        return []
    snips = cut_foreign(placed, gray, boxes, "tick", groups)
    bubble = np.array([own[n].shape == "bubble" for n in groups])
    states = iter(_tick_states(snips, bubble, np.array(groups), reader))
    readings = []
    for field in own:
        ticks = {choice.code: next(states) for choice in field.choices}
        read = read_choice(field, ticks, recipe.decoding)
        readings.append(_reading(field, read.values, read.reasons, recipe))
    return readings


def _tick_states(
    snips: ForeignSnips, bubble: NDArray[np.bool_], groups: NDArray[np.int_], reader: Reader
) -> list[Posterior]:
    """Return a posterior over TICK_STATES for each box."""
    framed = snips.bare.copy()
    for snip in framed:
        cv2.rectangle(snip, *_RULE, _RULE_GRAY, 2)
    p = reader.ticks.probabilities(framed)
    as_seen = snips.plain & ~bubble
    p[as_seen] = (p[as_seen] + reader.ticks.probabilities(snips.seen)[as_seen]) / 2
    empty, marked, cancelled, doubtful = (
        TICK_STATES.index(s) for s in (EMPTY, MARKED, CANCELLED, DOUBTFUL)
    )
    p[bubble, marked] += p[bubble, cancelled]
    p[bubble, cancelled] = 0.0
    alone = bubble & (snips.added > MUCH_INK) & _only_inked(snips.added, groups)
    p[alone, marked] += BROKEN_MARK * p[alone, doubtful]
    p[alone, doubtful] *= 1 - BROKEN_MARK
    unbelieved = (snips.added < NO_INK) & (p[:, empty] < 0.5)
    unbelieved |= (snips.added > MUCH_INK) & (p[:, empty] > 0.5)
    p[unbelieved] *= 0.5
    p[unbelieved, doubtful] += 0.5
    return [dict(zip(TICK_STATES, row, strict=True)) for row in p.tolist()]


def _only_inked(added: NDArray[np.float64], groups: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Tell which boxes are the only ones of their question that hold any ink."""
    inked = np.bincount(groups, weights=added > NO_INK)
    return np.asarray((added > NO_INK) & (inked[groups] == 1))


def _cells(
    placed: Placed,
    gray: Gray,
    fields: Sequence[ForeignField],
    reader: Reader,
    recipe: Recipe,
) -> list[Reading]:
    own = [f for f in fields if f.kind in CELL_KINDS]
    boxes = [cell for f in own for cell in f.cells]
    groups = [n for n, f in enumerate(own) for _ in f.cells]
    if not boxes:
        return []
    snips = cut_foreign(placed, gray, boxes, "cell", groups)
    sides = sides_of(placed.map.quads(boxes))
    ink = lift_ink(remove_shared_print(snips.clean, sides))
    read = reader.characters.read_cells(
        ink, [own[n].kind for n in groups], [own[n].alphabet for n in groups]
    )
    readings, first = [], 0
    for field in own:
        last = first + len(field.cells)
        flags = {flag for marks in read.flags[first:last] for flag in marks}
        readings.append(_decoded(field, read.posteriors[first:last], flags, recipe))
        first = last
    return readings


def _decoded(
    field: ForeignField, cells: Sequence[Posterior], flags: set[str], recipe: Recipe
) -> Reading:
    """Decode a row of boxes by ink alone."""
    beam, isolated = recipe.decoding.beam, recipe.decoding.exceptions.isolated
    if field.kind is FieldKind.CAPITALS:
        ink: InkReading = read_capitals(cells, beam, isolated)
    elif field.kind is FieldKind.CODE:
        ink = read_code(cells, beam, isolated, form_id=False)
    else:
        ink = read_digits(cells, beam, isolated)
    reasons = [JUNK_BOX] if ink.junk >= recipe.decoding.junk else []
    surely = ink.values[0][1] if ink.values else 0.0
    if flags & {"out_of_box", "touching", "intruding"} and surely < recipe.decoding.overhang:
        reasons.append(OVERHANG)
    if ink.gap and field.kind is not FieldKind.CAPITALS:
        reasons.append("reading:gap")
    return _reading(field, ink.values[: recipe.decoding.top], tuple(reasons), recipe)


def _inks(laid: Laid, fields: Sequence[ForeignField], recipe: Recipe, page: int) -> list[Reading]:
    readings = []
    for field in fields:
        if field.kind in INK_KINDS and field.box is not None:
            written = ink_probability(laid.ink_mm2(field.box))
            values = (("ink", written), ("", 1.0 - written))
            readings.append(_reading(field, tuple(sorted(values, key=lambda v: -v[1])), (), recipe))
    return readings


def _reading(
    field: ForeignField,
    values: Sequence[tuple[str, float]],
    reasons: tuple[str, ...],
    recipe: Recipe,
) -> Reading:
    """Accept the likeliest value if it clears its class's threshold and nothing speaks against."""
    value, confidence = values[0] if values else ("", 0.0)
    needed = recipe.thresholds.needed(field_class(field), critical=field.critical)
    if confidence < needed and not reasons:
        reasons = (LOW_CONFIDENCE,)
    return Reading(
        page=field.page,
        field=field.name,
        value=value,
        machine_value=value,
        confidence=confidence,
        status=ReadingStatus.REVIEW if reasons else ReadingStatus.ACCEPTED,
        reasons=reasons,
        candidates=tuple(values),
    )

"""One field's evidence to one distribution over its values.

Knows which decoder and which beliefs a field needs. Must not know other fields, thresholds or
the pre-list row: what the form says beside the ink comes in as `Known`.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, replace

from papi.checking.calendar import date_value
from papi.checking.choices import read_choice
from papi.checking.decode import InkReading, read_capitals, read_code, read_digits
from papi.checking.names import model_of, weigh_name
from papi.checking.priors import Known, World, beliefs, is_form_id
from papi.checking.shapes import Shapes
from papi.checking.weighing import weigh
from papi.model.evidence import TRACES, FieldEvidence
from papi.model.layout import INK_KINDS, FieldKind, LayoutField
from papi.model.recipe import Decoding

INK = "ink"
NOT_A_CHARACTER = "reading:not_a_character"
GAP = "reading:gap"
FULL = "reading:full"
TOUCHING = "reading:touching"
STRIPE = "reading:stripe"
PALE = "reading:pale"
TRACED = "reading:traces"
MISSING = "reading:missing"
TURNED = "prelist:turned"
NOTHING_KNOWN = Known()
_RAREST = 1e-6
"""Smallest weight of a letter that names do not support: clear ink always wins."""


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What was written in one field.

    Attributes:
        field: its layout.
        candidates: (value, probability), best first, at least one.
        reasons: why a person must look whatever the probability.
        flags: what the cutter noticed, told to people. Of a stroke that reaches into the next box
            ("touching") and stands there ("intruding") nobody knows whose it is: a person looks.
            Ink that merely leaves its box asks for more certainty (`Decoding.overhang`).
    """

    field: LayoutField
    candidates: tuple[tuple[str, float], ...]
    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """The likeliest value."""
        return self.candidates[0][0]

    @property
    def confidence(self) -> float:
        """P(the likeliest value is what was written)."""
        return self.candidates[0][1]

    def doubting(self, weight: float) -> FieldReading:
        """Return the reading with everything but blank weighed down by `weight` (0..1)."""
        blank = next((p for value, p in self.candidates if not value), 0.0)
        total = blank + weight * (1.0 - blank)
        if total <= 0.0:
            return self
        weighed = [
            (value, (p if not value else p * weight) / total) for value, p in self.candidates
        ]
        weighed.sort(key=lambda item: -item[1])
        return replace(self, candidates=tuple(weighed))


def read_field(
    field: LayoutField,
    evidence: FieldEvidence | None,
    world: World,
    known: Known = NOTHING_KNOWN,
    decoded: MutableMapping[str, InkReading] | None = None,
) -> FieldReading:
    """Decode one field. A field without evidence is blank with confidence 0 and goes to review.

    Args:
        field: its layout.
        evidence: what its ink says.
        world: what is known beyond the form.
        known: what the form says beside the ink.
        decoded: what the ink alone says of this form's fields, kept for reading one again.
    """
    if evidence is None:
        return FieldReading(field, (("", 0.0),), (MISSING,))
    if field.kind is FieldKind.CHOICE:
        choice = read_choice(field, evidence.ticks, world.decoding)
        traced = (TRACED,) if TRACES in evidence.flags else ()
        return FieldReading(field, choice.values, (*choice.reasons, *traced), evidence.flags)
    if field.kind in INK_KINDS:
        return _read_ink(field, evidence)
    return _read_cells(field, evidence, known, world, {} if decoded is None else decoded)


def _read_ink(field: LayoutField, evidence: FieldEvidence) -> FieldReading:
    if evidence.ink_present is None:
        return FieldReading(field, (("", 0.0),), (MISSING,))
    pair = [(INK, evidence.ink_present), ("", 1.0 - evidence.ink_present)]
    pair.sort(key=lambda item: -item[1])
    traced = (TRACED,) if TRACES in evidence.flags else ()
    return FieldReading(field, tuple(pair), traced, evidence.flags)


def _read_cells(
    field: LayoutField,
    evidence: FieldEvidence,
    known: Known,
    world: World,
    decoded: MutableMapping[str, InkReading],
) -> FieldReading:
    settings = world.decoding
    if not evidence.cells:
        return FieldReading(field, (("", 0.0),), (MISSING,))
    ink = decoded.get(field.name) or _decode(field, evidence, settings)
    decoded[field.name] = ink
    inked = ink.values[0][0] if ink.values else ""
    model = model_of(field.name, world.names) if field.kind is FieldKind.CAPITALS else None
    if model:
        cap = 1.0 / max(settings.exceptions.name_token, _RAREST)
        ink = weigh_name(
            evidence.cells, ink, model, beam=settings.beam, cap=cap, printed=known.printed
        )
    weighed = weigh(
        ink,
        beliefs(field, known, world),
        top=settings.top,
        printed=known.printed,
        lift=1.0 + (settings.prelist_lift - 1.0) * known.confirmed,
    )
    values = weighed.values or (("", 0.0),)
    by_ink_alone = model is not None or field.critical  # no belief may choose another value there
    reasons = (
        (NOT_A_CHARACTER, ink.worst >= settings.junk or _is_overruled(field, ink, values[0][0])),
        (GAP, ink.gap and bool(values[0][0])),
        (FULL, field.kind is FieldKind.CAPITALS and len(values[0][0]) >= len(field.cells)),
        (TOUCHING, {"touching", "intruding"} <= set(evidence.flags)),
        (STRIPE, "stripe" in evidence.flags),
        (TRACED, TRACES in evidence.flags),
        (PALE, "pale" in evidence.flags and bool(values[0][0])),
        (TURNED, weighed.turned or (by_ink_alone and values[0][0] not in {"", inked})),
    )
    named = tuple(reason for reason, applies in reasons if applies)
    if field.kind is FieldKind.DATE:
        values = tuple((date_value(digits), p) for digits, p in values)
    return FieldReading(field, values, named, evidence.flags)


def _is_overruled(field: LayoutField, ink: InkReading, value: str) -> bool:
    """Tell whether a box was decided against its ink.

    A character where the ink prefers a filler was struck out, perhaps; none where the ink prefers
    one would be a digit lost to a rule.
    """
    return field.kind is not FieldKind.CAPITALS and len(value) != ink.written


def _decode(field: LayoutField, evidence: FieldEvidence, settings: Decoding) -> InkReading:
    cells, beam, isolated = evidence.cells, settings.beam, settings.exceptions.isolated
    if field.kind is FieldKind.CAPITALS:
        return read_capitals(cells, beam, isolated)
    rare = settings.exceptions
    shapes = Shapes(rare.filler_inside, rare.gap, rare.unused_mixed)
    if field.kind is FieldKind.CODE:
        return read_code(cells, beam, isolated, shapes, form_id=is_form_id(field))
    return read_digits(cells, beam, isolated, shapes)

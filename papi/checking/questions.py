"""Why a person must look: every reason against every field, gathered once and thinned.

Knows thresholds, the agreement rule of handwritten NIKs, and which fields of a rule's finding are
worth showing. Must not know how values were read or merged. A field goes to a person once, with all
its reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from papi.checking.fields import INK, FieldReading
from papi.checking.identity import known_birth
from papi.checking.plan import PlannedField
from papi.checking.priors import World, nik_agrees
from papi.checking.thresholds import LOW_CONFIDENCE
from papi.checking.truth import Truth
from papi.model.layout import FieldKind
from papi.model.prelist import PrelistRow
from papi.model.reading import Finding, Outcome, Severity, Source
from papi.model.recipe import FieldClass, Recipe

KEY_TEXT = "reading:text"
NIK_AGREEMENT = "rule:nik_agreement"
MOST_FIELDS_OF_A_FINDING = 4
"""A finding about more fields than this shows its least sure ones."""

OVERHANGING = frozenset({"touching", "out_of_box"})
"""Flags of ink that leaves its box: large writing, strokes across a rule, struck-out fields."""

Reasons = dict[str, list[str]]


def reading_reasons(item: PlannedField, reading: FieldReading, recipe: Recipe) -> list[str]:
    """Return why the ink alone is not enough; empty if the machine's value stands."""
    reasons = list(reading.reasons)
    needed = recipe.thresholds.needed(item.field_class, critical=item.field.critical)
    if OVERHANGING & set(reading.flags):
        needed = max(needed, recipe.decoding.overhang)
    if reading.confidence < needed:
        reasons += [f"reading:{flag}" for flag in reading.flags] + [LOW_CONFIDENCE] * (not reasons)
    is_text = item.field.kind is FieldKind.TEXT and item.base in recipe.keyed_text
    if is_text and reading.value == INK:
        reasons.append(KEY_TEXT)
    return list(dict.fromkeys(reasons))


def nik_reason(
    item: PlannedField,
    values: Mapping[str, str],
    fields: Mapping[str, PlannedField],
    prelist: PrelistRow | None,
    world: World,
) -> list[str]:
    """Apply the agreement rule to a handwritten NIK: date, sex and prefix must be known and fit."""
    nik = values[item.field.name]
    if item.field_class is not FieldClass.NIK or not nik:
        return []
    birth, sex = known_birth(item, values, fields, prelist)
    agrees = birth is not None and sex != "" and nik_agrees(nik, birth, sex)
    return [] if agrees and world.regions.known_nik_prefix(nik[:6]) else [NIK_AGREEMENT]


def add_findings(
    reasons: Reasons,
    findings: Iterable[Finding],
    readings: Mapping[str, FieldReading],
    truth: Truth,
    *,
    unused: AbstractSet[str],
    resolved: AbstractSet[str],
) -> None:
    """Add failed rules (E and W) to the fields worth a look.

    Fields in doubt already are asked first: when they are resolved the rules are asked again. What
    a clerk has keyed is not asked a second time.

    Args:
        reasons: so far, by field; extended in place.
        findings: what the rules found.
        readings: fields of the pages read.
        truth: merged values.
        unused: fields of strips that stand for nobody.
        resolved: fields a clerk has keyed.
    """
    doubted = {name for name, why in reasons.items() if why and name not in resolved}
    for finding in findings:
        if finding.outcome is not Outcome.FAILED or finding.severity is Severity.INFO:
            continue
        names = [name for name in finding.fields if name in readings and name not in unused]
        looked = [name for name in names if name in resolved]
        names = [name for name in names if name not in resolved]
        for name in _worth_a_look(names, doubted, readings, truth, looked=bool(looked)):
            why = reasons.setdefault(name, [])
            if f"rule:{finding.rule}" not in why:
                why.append(f"rule:{finding.rule}")


def _worth_a_look(
    names: list[str],
    doubted: set[str],
    readings: Mapping[str, FieldReading],
    truth: Truth,
    *,
    looked: bool,
) -> list[str]:
    in_doubt = [name for name in names if name in doubted]
    if in_doubt:
        return in_doubt
    inked = [name for name in names if not _stands_as_printed(name, readings, truth)]
    if not inked and not looked:
        inked = names
    return sorted(inked, key=lambda name: readings[name].confidence)[:MOST_FIELDS_OF_A_FINDING]


def _stands_as_printed(name: str, readings: Mapping[str, FieldReading], truth: Truth) -> bool:
    return not readings[name].value and truth.values[name].origin is Source.PRELIST

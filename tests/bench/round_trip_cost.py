"""Clerk seconds of a round trip, against keying all of it.

Knows which fields a person gets. Must not know how they were read. Keying everything: each written
field, each marked choice, each form once. With PAPI: each field in review, written or not; critical
ones twice (double keying); always-keyed text with ink is in review already. Signatures are never
keyed: one in doubt is looked at like a tick.
"""

from __future__ import annotations

from collections.abc import Sequence

from round_trip_score import INK, TICKS, Judged

from papi.checking.classes import base_name
from papi.checking.metrics import Keying, KeyingTimes
from papi.model.recipe import load_recipe

Report = dict[str, float]


def keyed_with_papi(fields: Sequence[Judged]) -> Keying:
    """Count what people do about the fields in review."""
    asked = [item for item in fields if item.reviewed]
    looks = sum(1 + item.field.critical for item in asked if _is_look(item))
    keyed = sum(1 + item.field.critical for item in asked if not _is_look(item))
    return Keying(keyed, looks, len({item.form_id for item in asked}))


def keyed_without(fields: Sequence[Judged]) -> Keying:
    """Count what keying every written field once would take."""
    text = load_recipe().keyed_text
    written = [item for item in fields if item.truth]
    ticks = sum(item.name in TICKS for item in written)
    keyed = sum(
        item.name not in TICKS | INK or base_name(item.field.name) in text for item in written
    )
    return Keying(keyed, ticks, len({item.form_id for item in fields}))


def _is_look(item: Judged) -> bool:
    return item.name in TICKS or item.name == "signature"


def clerk_time(fields: Sequence[Judged]) -> Report:
    """Return seconds per form with and without, and their ratio."""
    some, everything = keyed_with_papi(fields), keyed_without(fields)
    forms = max(everything.forms, 1)
    return {
        "forms": everything.forms,
        "forms_touched": some.forms,
        "fields_keyed": some.fields,
        "ticks_looked_at": some.ticks,
        "seconds_per_form": round(some.seconds() / forms, 2),
        "seconds_per_form_keying_all": round(everything.seconds() / forms, 2),
        "share_of_keying_all": round(some.share_of(everything), 4),
    }


def cost_lines(report: Report) -> list[str]:
    """Return the sentence for people."""
    times = KeyingTimes()
    return [
        "",
        f"clerk seconds ({times.field_s:g} a field, {times.tick_s:g} a tick, {times.form_s:g} a "
        f"form touched; critical fields twice): {report['seconds_per_form']} per form, keying all "
        f"{report['seconds_per_form_keying_all']}: {report['share_of_keying_all']:.1%}; "
        f"{report['forms_touched']} of {report['forms']} forms touched, {report['fields_keyed']} "
        f"fields keyed, {report['ticks_looked_at']} ticks looked at",
    ]

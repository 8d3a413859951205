"""Small layouts and made-up evidence for the tests of deciding."""

import datetime as dt

from papi.checking.priors import World
from papi.checking.regions import RegionTable
from papi.geometry import Box
from papi.model.evidence import BLANK, FieldEvidence, PageEvidence
from papi.model.facts import Campaign
from papi.model.layout import Choice, FieldKind, Layout, LayoutField, LayoutPage
from papi.model.page import PageSource, PageStatus
from papi.model.prelist import IssuedForm
from papi.model.reading import ReadingStatus
from papi.model.recipe import Recipe

CAMPAIGN = Campaign(dt.date(2026, 3, 1), dt.date(2026, 6, 30), dt.date(2026, 5, 20))
RECIPE = Recipe()
WORLD = World(CAMPAIGN, RegionTable.kemendagri(), RECIPE.decoding)
BOX = Box(20, 40, 4.6, 6)
SURE = 0.99995


def cells_field(name, kind, boxes, **more):
    more.setdefault("page", 1)
    return LayoutField(name=name, kind=kind, cells=(BOX,) * boxes, **more)


def tick_field(name, codes, **more):
    more.setdefault("page", 1)
    choices = tuple(Choice(code=code, box=BOX) for code in codes)
    return LayoutField(name=name, kind=FieldKind.CHOICE, choices=choices, codes=codes, **more)


def cek_field(target, codes="12", **more):
    return tick_field(f"{target}_cek", tuple(codes), cek_for=target, **more)


def layout_of(*fields, form="verivali-rt", pages=(1,)):
    sides = tuple(LayoutPage(page=n, width_mm=210, height_mm=297) for n in pages)
    return Layout(form=form, version="TEST00", codebook="c", pages=sides, fields=fields)


def box(symbol, p=SURE, other="8"):
    """A posterior: `symbol` with probability p, the rest on `other`."""
    symbol = symbol if symbol not in (" ", "") else BLANK
    other = other if other != symbol else "3"
    return {symbol: p, other: 1 - p}


def boxes(text, count, p=SURE, other="8"):
    return tuple(box(symbol, p, other) for symbol in text.ljust(count))


def inked(field, text="", p=SURE):
    """Evidence of a field that clearly reads `text`."""
    if field.kind is FieldKind.CHOICE:
        ticks = {
            c.code: tick("marked" if c.code in text.split() else "empty") for c in field.choices
        }
        return FieldEvidence(field.name, ticks=ticks)
    if field.kind in {FieldKind.TEXT, FieldKind.SIGNATURE}:
        return FieldEvidence(field.name, ink=5.0, ink_present=p if text else 1 - p)
    letters = field.kind is FieldKind.CAPITALS
    return FieldEvidence(
        field.name, cells=boxes(text, len(field.cells), p, "Q" if letters else "8")
    )


def tick(state, p=0.99999):
    other = "empty" if state != "empty" else "marked"
    return {state: p, other: 1 - p}


def page(layout, number=1, **texts):
    """Evidence of a page on which fields read `texts` (dots in names as `__`), others blank."""
    written = {name.replace("__", "."): text for name, text in texts.items()}
    fields = {}
    for field in layout.by_page[number]:
        text = written.get(field.name, "")
        fields[field.name] = text if isinstance(text, FieldEvidence) else inked(field, text)
    return PageEvidence(PageSource("p", "0" * 64, number), PageStatus.READ, fields=fields)


def issued(layout, prelist_id="X1"):
    numbers = tuple(side.page for side in layout.pages)
    return IssuedForm("ABCD1234X", layout.form, "TEST00", "3201012001", prelist_id, numbers)


def items(decision):
    """Fields that wait for a person, with their reasons."""
    return {r.field: r.reasons for r in decision.readings if r.status is ReadingStatus.REVIEW}


def reading(decision, name):
    """The row of one field."""
    return next(r for r in decision.readings if r.field == name)

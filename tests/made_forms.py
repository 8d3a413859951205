"""Forms issued, filled and scanned without paper: evidence made by hand, for store and office."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from papi.forms.document import pages_for
from papi.forms.layout import BuiltForm, build_form
from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM
from papi.model.evidence import (
    BLANK,
    CANCELLED,
    DOUBTFUL,
    EMPTY,
    FILLER,
    MARKED,
    FieldEvidence,
    PageEvidence,
)
from papi.model.layout import FieldKind, Layout, LayoutField
from papi.model.page import PageSource, PageStatus, Reason
from papi.model.prelist import IssuedForm
from papi.model.sheet import SheetId, new_form_id
from papi.store.issued import save_issued
from papi.store.layouts import keep_layout
from papi.store.originals import Original
from papi.store.pages import add_file, set_page_count, start_batch, store_pages
from papi.store.prelists import ImportSource, import_rows
from papi.synth.answers import CANCEL, FILLERS, FieldInk, Penmanship, fill_form
from papi.synth.population import invent_round, prelist_rows
from papi.synth.visits import Habits, Visit

PLAIN = Habits(not_completed=0, value_changed=0, member_gone=0, member_new=0, prelist_missing=0)
"""Visits that find what the pre-list says, but for names, NIKs and dates."""
QUIET = replace(PLAIN, strip_changed=0, name_wrong=0, nik_wrong=0, date_wrong=0)
TIDY = Penmanship(cancelled=0, twice=0)
SURE, REST = 0.99998, 0.00002


@cache
def built(form: str) -> BuiltForm:
    """Laying a form out takes half a second."""
    return build_form(form)


@cache
def persons(count: int = 2, seed: int = 3) -> tuple[Visit, ...]:
    """Visits of PPKS persons that find everything as listed."""
    return tuple(invent_round(seed, households=0, persons=count, habits=QUIET))


@cache
def households(count: int = 1, seed: int = 3) -> tuple[Visit, ...]:
    """Visits of households that find everything as listed."""
    return tuple(invent_round(seed, households=count, persons=0, habits=QUIET))


@dataclass(frozen=True)
class Filled:
    """A form that was issued, and the ink on it."""

    issued: IssuedForm
    layout: Layout
    inks: Mapping[str, FieldInk]

    def page(self, number: int, **changed: FieldInk) -> PageEvidence:
        """What is read on a page; `changed`: other ink, by field name (dots as `__`)."""
        inks = {**self.inks, **{k.replace("__", "."): ink for k, ink in changed.items()}}
        fields = self.layout.by_page[number]
        sheet = SheetId(self.issued.form_id, number, self.issued.version)
        return page_read(sheet, {f.name: field_evidence(f, inks[f.name]) for f in fields})

    def other(self, number: int) -> PageEvidence:
        """What another scan of the page shows: its first character field has a 7 more."""
        name = next(f.name for f in self.layout.by_page[number] if self.inks[f.name].cells)
        cells = ("7", *self.inks[name].cells[1:])
        return self.page(number, **{name.replace(".", "__"): FieldInk(cells=cells)})

    def pages(self) -> list[PageEvidence]:
        """All pages that were issued."""
        return [self.page(number) for number in self.issued.pages]


def issue(visits: Sequence[Visit]) -> list[Filled]:
    """Import the visits' pre-list rows, issue their forms and fill them."""
    filled = []
    for form in sorted({visit.form for visit in visits}):
        mine = [visit for visit in visits if visit.form == form]
        import_rows(ImportSource(form, "made.csv", "0" * 64), prelist_rows(mine, form))
        layout, drawing = built(form).layout, built(form).drawing
        keep_layout(layout, drawing, ["SourceSansPro"])
        forms = [_issued(visit, layout) for visit in mine]
        save_issued(forms)
        for visit, issued in zip(mine, forms, strict=True):
            chance = Random(1)  # noqa: S311  invented people need no secrecy
            inks = fill_form(visit, layout, chance, pages=issued.pages, style=TIDY)
            filled.append(Filled(issued, layout, inks))
    return filled


def _issued(visit: Visit, layout: Layout) -> IssuedForm:
    assert visit.row is not None
    pages = pages_for(layout, len(visit.row.members))
    row = visit.row
    return IssuedForm(new_form_id(), row.form, layout.version, row.region, row.prelist_id, pages)


def field_evidence(item: LayoutField, ink: FieldInk) -> FieldEvidence:
    """Evidence of a field that clearly shows its ink."""
    if item.kind is FieldKind.CHOICE:
        states = {c.code: _tick(ink.marks.get(c.code)) for c in item.choices}
        return FieldEvidence(item.name, ticks=states)
    if item.kind in {FieldKind.TEXT, FieldKind.SIGNATURE}:
        area = 12.0 if ink.text else 0.0
        return FieldEvidence(item.name, ink=area, ink_present=0.9999 if ink.text else 0.0001)
    return FieldEvidence(item.name, cells=tuple(_cell(symbol) for symbol in ink.cells))


def _tick(mark: str | None) -> dict[str, float]:
    state = EMPTY if mark is None else CANCELLED if mark == CANCEL else MARKED
    return {state: SURE, DOUBTFUL: REST}


def _cell(symbol: str) -> dict[str, float]:
    if not symbol:
        return {BLANK: 1.0}
    return {FILLER: 1.0} if symbol in FILLERS else {symbol: SURE, BLANK: REST}


def page_read(sheet: SheetId, fields: Mapping[str, FieldEvidence]) -> PageEvidence:
    """A page that was read; its content is told by its identity and fields."""
    content = hashlib.sha256(repr((sheet, fields)).encode()).hexdigest()
    source = PageSource("made.pdf", "", 0)
    return PageEvidence(source, PageStatus.READ, sheet=sheet, fields=fields, content=content)


def page_refused(status: PageStatus, reason: Reason) -> PageEvidence:
    """A page that goes no further."""
    return PageEvidence(PageSource("made.pdf", "", 0), status, reason)


def scan(
    pages: Iterable[PageEvidence], name: str = "made.pdf", *, batch: int | None = None
) -> list[tuple[PageStatus, Reason | None]]:
    """Put pages into the store as one file called `name`, whose content its name tells."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    original = Original(sha256, 1000, f"{sha256[:2]}/{sha256}.pdf", new=True)
    known, _ = add_file(start_batch(name) if batch is None else batch, original, name)
    numbered = [
        (known.key, replace(page, source=PageSource(name, sha256, index)))
        for index, page in enumerate(pages)
    ]
    set_page_count(known.key, len(numbered))
    return store_pages(numbered)


__all__ = [
    "HOUSEHOLD_FORM",
    "PERSON_FORM",
    "Filled",
    "built",
    "field_evidence",
    "households",
    "issue",
    "page_read",
    "page_refused",
    "persons",
    "scan",
]

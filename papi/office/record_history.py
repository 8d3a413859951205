"""A record's whole history: what the machine read, who keyed what and when, what the rules say.

Knows how the stored parts of one form belong together, field by field. Must not know queries, who
may look, or screens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from papi.model.codebook import Codebook, Language
from papi.model.layout import INK_KINDS, FieldKind, Layout, LayoutField
from papi.model.reading import Finding, Outcome, Severity
from papi.office.keying_checks import INK, shown_value
from papi.office.keying_tasks import label_of
from papi.store import history as store
from papi.store.approvals import FormRow, one_form, words_on
from papi.store.scopes import Scope

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldHistory:
    """One field that was read.

    Attributes:
        label: what is printed beside it.
        reading: row of the `readings` table.
        entries, settled: what people said of it; what was settled on, oldest first.
        items: how often it was put before people, and where that stands.
        findings: what rules say of it.
    """

    name: str
    page: int
    label: str
    field: LayoutField
    reading: Row
    entries: tuple[Row, ...] = ()
    settled: tuple[Row, ...] = ()
    items: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def eventful(self) -> bool:
        """Tell whether there is more to it than a machine's reading that was accepted."""
        return bool(
            self.reading["status"] != "accepted" or self.entries or self.settled or self.findings
        )

    @property
    def reasons(self) -> list[str]:
        """Why a person had to look."""
        own = [str(self.reading["reasons"]), *(str(item["reasons"]) for item in self.items)]
        return list(dict.fromkeys(" ".join(own).split()))


@dataclass(frozen=True, slots=True)
class FormHistory:
    """Everything known of one form.

    Attributes:
        row: where it stands.
        facts: how it was printed and decided.
        fields: its fields in page order.
        findings: failed rules, blocking ones first; pending: rules that wait for a page.
        words: approvals and returns, oldest first.
        pages: its scans; events: the audit chain, newest first.
    """

    row: FormRow
    facts: Row
    fields: tuple[FieldHistory, ...]
    findings: tuple[Finding, ...]
    pending: int
    words: tuple[Row, ...]
    pages: tuple[Row, ...]
    events: tuple[Row, ...]

    def field(self, name: str) -> FieldHistory | None:
        """Return one field by name."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def blocking(self) -> int:
        """How many rules forbid to write the record."""
        return sum(finding.severity == Severity.ERROR for finding in self.findings)


def form_history(scope: Scope, form_id: str) -> FormHistory | None:
    """Collect a form's history; None if there is none or it lies outside the scope.

    Cost: some 12 queries by form, 30 ms for a household of 300 fields.
    """
    row = one_form(scope, form_id)
    if row is None:
        return None
    findings = store.finding_rows(form_id)
    failed = tuple(f for f in findings if f.outcome == Outcome.FAILED)
    return FormHistory(
        row=row,
        facts=store.facts_of(form_id),
        fields=tuple(_fields(form_id, store.layout_of(form_id), failed)),
        findings=failed,
        pending=sum(f.outcome == Outcome.PENDING for f in findings),
        words=tuple(words_on(form_id)),
        pages=tuple(store.page_rows(form_id)),
        events=tuple(store.event_rows(form_id)),
    )


def _fields(form_id: str, layout: Layout, failed: Sequence[Finding]) -> Iterable[FieldHistory]:
    entries = _by_field(store.entry_rows(form_id), "item__field")
    settled = _by_field(store.resolution_rows(form_id), "field")
    items = _by_field(store.item_rows(form_id), "field")
    for reading in store.reading_rows(form_id):
        name = reading["field"]
        field = layout.by_name[name]
        yield FieldHistory(
            name, reading["page"], label_of(field, layout), field, reading,
            tuple(entries[name]), tuple(settled[name]), tuple(items[name]),
            tuple(finding for finding in failed if name in finding.fields),
        )  # fmt: skip


def _by_field(rows: Iterable[Row], column: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


_THERE: Final = {
    FieldKind.TEXT: ("ada tulisan", "something is written"),
    FieldKind.SIGNATURE: ("ada tanda tangan", "there is a signature"),
}
"""What is known of a field of ink that nobody has keyed: in Indonesian and English."""


def in_words(field: LayoutField, value: str, language: Language = "id") -> str:
    """Return a value as people read it: what a code means ("1 · Sesuai"), 31-12-1990, "ada"."""
    if field.kind in INK_KINDS and value == INK:
        return _THERE[field.kind][language == "en"]
    if field.kind is FieldKind.DATE:
        return shown_value(field, value)
    meanings = _meanings(field, language)
    if not value or not meanings:
        return value
    codes = value.split() if field.multiple else [value]
    known = [f"{code} · {meanings[code]}" if meanings.get(code) else code for code in codes]
    return ", ".join(known)


def _meanings(field: LayoutField, language: Language) -> Mapping[str, str]:
    listed = _labels(field.code_list, language) if field.code_list else {}
    printed = {choice.code: choice.label for choice in field.choices if choice.label}
    return {**listed, **({} if language == "en" and listed else printed)}


@lru_cache(maxsize=256)
def _labels(code_list: str, language: Language) -> Mapping[str, str]:
    book = Codebook.load()
    return book.labels(code_list, language) if code_list in book.code_lists else {}

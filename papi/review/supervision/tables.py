"""The tables of supervision: the same cells on the screen and in the csv file.

Knows columns and how cells are written. Must not know queries or charts.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from papi.office.quality_estimate import Share
from papi.office.supervision import AGE_DAYS, Overview, ScannedBatch
from papi.office.throughput import Throughput
from papi.review.quality.words import percent
from papi.review.supervision import words
from papi.store.supervision import Row

_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of text that a spreadsheet runs as a formula."""


@dataclass(frozen=True, slots=True)
class Column:
    """Heading, and whether its cells are numbers."""

    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as people read them."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def csv(self) -> str:
        """Return it as csv text, semicolons between cells and a mark so that Excel sees UTF-8."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow([column.label for column in self.columns])
        writer.writerows([_harmless(cell) for cell in row] for row in self.rows)
        return "\ufeff" + out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def table_of(
    name: str,
    caption: str,
    texts: Sequence[str],
    numbers: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> Table:
    """Return a table of columns of text and, after them, of numbers."""
    columns = (*(Column(t) for t in texts), *(Column(n, number=True) for n in numbers))
    return Table(name, caption, columns, tuple(tuple(map(str, row)) for row in rows))


def villages(seen: Overview) -> Table:
    """Forms and fields by village, and their sum."""
    names = ("issued", "returned", "read", "in_queue", "queued", "resolved", "matched",
             "approved", "sent_back")  # fmt: skip
    rows = [
        [words.dotted(region), words.place_words(region), form, *(own[name] for name in names)]
        for (region, form), own in seen.villages.items()
    ]
    if len(rows) > 1:
        rows.append(["", _("Together"), "", *(seen.total[name] for name in names)])
    return table_of(
        "villages", _("By village"), (_("Code"), _("Village"), _("Form")),
        (_("Printed"), _("Returned"), _("Fully read"), _("In the queue"), _("Fields waiting"),
         _("Fields settled"), _("Complete"), _("Approved"), _("Sent back")),
        rows,
    )  # fmt: skip


def over_time(seen: Overview) -> Table:
    """What happened in each step, newest first."""
    names = ("printed", "returned", "pages", "queued", "resolved", "complete", "approved")
    steps = list(enumerate(seen.steps.moments[:-1]))
    rows = [
        [words.step_words(seen.steps.unit, start), *(seen.over_time[name][n] for name in names)]
        for n, start in reversed(steps)
    ]
    return table_of(
        "time", _("Over time"), (unit_words(seen.steps.unit),),
        (_("Forms printed"), _("Forms that came in"), _("Pages read"), _("Fields queued"),
         _("Fields settled"), _("Forms complete"), _("Forms approved")),
        rows,
    )  # fmt: skip


def unit_words(unit: str) -> str:
    """Name a step of time."""
    return {"hour": _("Hour"), "day": _("Day"), "week": _("Week from")}[unit]


def reasons(seen: Overview) -> Table:
    """Why fields wait."""
    rows = [[words.reason_words(reason), reason, count] for reason, count in seen.reasons]
    return table_of(
        "reasons", _("Why fields wait"), (_("Reason"), _("Short")), (_("Fields"),), rows
    )


def classes(seen: Overview) -> Table:
    """What waits by class."""
    rows = [
        [words.class_words(row["field_class"]), words.age(row["oldest"], seen.now),
         row["open"], row["arbitration"], row["supervisor"]]
        for row in seen.classes
    ]  # fmt: skip
    return table_of(
        "classes", _("What waits, by kind of field"), (_("Kind of field"), _("Oldest")),
        (_("To be keyed"), _("Entries differ"), _("Asked the supervisor")), rows,
    )  # fmt: skip


def ages(seen: Overview) -> Table:
    """How long fields wait."""
    rows = list(zip(words.age_words(AGE_DAYS), seen.ages["ages"], strict=True))
    return table_of("ages", _("How long fields wait"), (_("Age"),), (_("Fields"),), rows)


def clerks(work: Throughput, errors: dict[str, Share]) -> Table:
    """What each person keyed in the period."""
    rows = []
    for person in work.people:
        own = errors.get(person.name)
        rows.append(
            [person.name, person.entries, person.minutes,
             "–" if person.per_hour is None else person.per_hour, person.asked,
             own.trials if own else 0,
             percent(own.point) if own and own.trials else "–",
             f"{percent(own.low)} – {percent(own.high)}" if own and own.trials else "–"]
        )  # fmt: skip
    return table_of(
        "clerks", _("By person"), (_("Name"),),
        (_("Fields"), _("Minutes at fields"), _("Fields an hour"), _("Asked or unreadable"),
         _("Checked"), _("Wrong among checked"), _("95 % interval")),
        rows,
    )  # fmt: skip


def clerk_steps(work: Throughput) -> Table:
    """The same by hour, day or week."""
    rows = [
        [words.step_words(work.steps.unit, work.steps.moments[step]), person.name, person.entries,
         person.minutes, "–" if person.per_hour is None else person.per_hour]
        for step, person in work.by_step
    ]  # fmt: skip
    return table_of(
        "clerk-time", _("By person over time"), (unit_words(work.steps.unit), _("Name")),
        (_("Fields"), _("Minutes at fields"), _("Fields an hour")), rows,
    )  # fmt: skip


def batches(found: Sequence[ScannedBatch]) -> Table:
    """What was said of the scanner, batch by batch."""
    english = words.language() == "en"
    rows = [
        [batch.batch, batch.name or "–", words.moment(batch.started),
         " ".join(w.message_en if english else w.message for w in batch.warnings) or _("None"),
         batch.pages]
        for batch in found
    ]  # fmt: skip
    return table_of(
        "batches", _("Scanner, by batch"),
        (_("Batch"), _("Name"), _("Begun"), _("Scanner warnings")), (_("Pages"),), rows,
    )  # fmt: skip


def pages(found: Sequence[Row], now: dt.datetime) -> Table:
    """Pages that wait to be fixed."""
    rows = [
        [str(words.PAGES.get(row["status"], row["status"])), words.page_reason(row["reason"]),
         words.age(row["oldest"], now), row["n"]]
        for row in found
    ]  # fmt: skip
    return table_of(
        "pages", _("Pages waiting to be fixed"), (_("State"), _("What to do"), _("Oldest")),
        (_("Pages"),), rows,
    )  # fmt: skip

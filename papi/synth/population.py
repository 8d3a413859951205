"""A whole round: invented pre-lists of some villages with what their visits find, as files.

Knows how many, where and from which seed; the columns of pre-list files.
Must not know layouts, ink or the store.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import xlsxwriter

from papi.model.columns import HOUSEHOLD_FORM, ColumnKind, Scope, columns_of
from papi.model.prelist import PrelistRow
from papi.synth.ageing import Habits
from papi.synth.corrections import correct_most
from papi.synth.villages import DEMO_VILLAGES, Registry, find_village
from papi.synth.visits import Season, Visit, household_visit, person_visit


def invent_round(
    seed: int,
    *,
    households: int,
    persons: int,
    villages: Sequence[str] = DEMO_VILLAGES,
    season: Season | None = None,
    habits: Habits | None = None,
    corrected: float = 0.0,
) -> list[Visit]:
    """Return visits of `households` and `persons`, spread evenly over the villages.

    Args:
        seed: the same seed gives the same people.
        households: number of household forms.
        persons: number of PPKS forms.
        villages: ten-digit codes.
        season: days of field work.
        habits: shares of changes.
        corrected: make the lists so old that this share of the values found is written by hand.

    Raises:
        UsageError: a village is not in the region table.
    """
    rng = Random(seed)  # noqa: S311  invented people need no secrecy
    registry = Registry(rng)
    season, habits = season or Season(), habits or Habits()
    places = [find_village(code) for code in villages]
    visits = []
    for kind, count in ((household_visit, households), (person_visit, persons)):
        for i in range(count):
            place, number = places[i % len(places)], i // len(places) + 1
            visit = kind(rng, registry, place, number=number, season=season, habits=habits)
            visits.append(_canonical(correct_most(rng, visit, corrected) if corrected else visit))
    return visits


def _canonical(visit: Visit) -> Visit:
    """Write quantities of the pre-list without leading zeros, as office files have them."""
    if visit.row is None:
        return visit
    quantities = {
        column.name
        for column in columns_of(visit.form).columns
        if column.kind is ColumnKind.INTEGER
    }

    def plain(name: str, value: str) -> str:
        return str(int(value)) if name in quantities and value else value

    row = replace(
        visit.row,
        values={name: plain(name, value) for name, value in visit.row.values.items()},
        members=tuple(
            {name: plain(name, value) for name, value in member.items()}
            for member in visit.row.members
        ),
    )
    return replace(visit, row=row)


def prelist_rows(visits: Sequence[Visit], form: str) -> list[PrelistRow]:
    """Return the pre-list rows of one form."""
    return [visit.row for visit in visits if visit.row and visit.form == form]


def table_lines(rows: Sequence[PrelistRow], form: str) -> Iterator[list[str]]:
    """Yield the header and the lines of a pre-list file: one per member, or one per person."""
    columns = columns_of(form)
    used = [
        column
        for column in columns.columns
        if any(
            column.name in (row.members[0] if column.scope is Scope.MEMBER else row.values)
            for row in rows
        )
    ]
    yield [column.name.upper() if form == HOUSEHOLD_FORM else column.name for column in used]
    for row in rows:
        for member in row.members or ({},):
            yield [
                (member if column.scope is Scope.MEMBER else row.values).get(column.name, "")
                for column in used
            ]


def write_prelist(rows: Sequence[PrelistRow], form: str, path: Path) -> None:
    """Write a pre-list as csv (UTF-8) or xlsx (all cells text), by suffix."""
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
            book.set_properties({"created": dt.datetime(2025, 1, 1, tzinfo=dt.UTC)})
            sheet = book.add_worksheet("prelist")
            for number, line in enumerate(table_lines(rows, form)):
                for place, text in enumerate(line):
                    sheet.write_string(number, place, text)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table_lines(rows, form))

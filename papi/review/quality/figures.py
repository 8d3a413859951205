"""The estimate as rows of the quality screens.

Knows words and charts. Must not know requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from papi.model.recipe import Recipe
from papi.office.grids import trap_counts
from papi.office.quality import ClerkLine, Estimate, Line
from papi.office.quality_estimate import Share, Total, Verdict
from papi.office.raising import curve_thresholds, redeciding
from papi.review.field_kinds import KINDS
from papi.review.quality.intervals import ChartRow, IntervalChart, interval_chart
from papi.review.quality.words import BLANK, VERDICTS, WRITTEN, percent
from papi.review.supervision.tables import Table, table_of
from papi.store.cases import count_outdated
from papi.store.scopes import Scope


@dataclass(frozen=True, slots=True)
class Figure:
    """The estimate in one number."""

    share: str
    interval: str
    covered: int
    accepted: int
    judged: int
    fraction: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One class, as it is written in the table."""

    line: Line
    label: str
    share: str
    interval: str
    fraction: str
    target: str
    verdict: str
    alarm: bool
    can_raise: bool


@dataclass(frozen=True, slots=True)
class ClerkTableRow:
    """One person, as they are written in the table."""

    line: ClerkLine
    seconds: str
    share: str
    interval: str
    traps: int
    missed: int


def figure_of(found: Estimate) -> Figure | None:
    """Return the total, None while nothing was judged."""
    total, judged = found.total, sum(line.share.trials for line in found.lines)
    if total is None:
        return None
    return Figure(
        percent(total.point),
        _interval(total.low, total.high),
        total.size,
        found.accepted,
        judged,
        percent(judged / found.accepted if found.accepted else 0.0),
    )


def line_rows(found: Estimate, recipe: Recipe) -> list[LineRow]:
    """Return the rows of the table."""
    return [
        LineRow(
            line,
            _label(line),
            percent(line.share.point),
            _interval(line.share.low, line.share.high) if line.share.trials else "–",
            percent(line.fraction),
            percent(line.target),
            str(VERDICTS[line.verdict]),
            line.verdict in {Verdict.SURE, Verdict.WATCH},
            bool(curve_thresholds(recipe, line.field_class)),
        )
        for line in found.lines
    ]


def clerk_rows(found: Estimate, scope: Scope) -> list[ClerkTableRow]:
    """Return the rows of the clerks' table."""
    traps = trap_counts(scope)
    return [
        ClerkTableRow(
            clerk,
            "–" if clerk.row.seconds is None else number_format(clerk.row.seconds, 1),
            percent(clerk.share.point),
            _interval(clerk.share.low, clerk.share.high) if clerk.share.trials else "–",
            *traps.get(clerk.row.name, (0, 0)),
        )
        for clerk in found.clerks
    ]


def lines_table(rows: Sequence[LineRow]) -> Table:
    """Return the table by class for a spreadsheet: the cells of the screen."""
    cells = [
        (row.label, row.line.accepted, row.line.waiting, row.line.pending, row.line.share.trials,
         row.fraction, row.line.share.events, row.share, row.interval, row.target, row.verdict)
        for row in rows
    ]  # fmt: skip
    numbers = (_("Accepted"), _("Waiting"), _("Undecided"), _("Judged"), _("Sampled"), _("Wrong"),
               _("Share"), _("95 % interval"), _("Target"), _("Verdict"))  # fmt: skip
    return table_of("quality", _("Errors by class of field"), [_("Fields")], numbers, cells)


def clerks_table(rows: Sequence[ClerkTableRow]) -> Table:
    """Return the table by clerk for a spreadsheet: the cells of the screen."""
    cells = [
        (row.line.row.name, row.line.row.entries, row.seconds, row.line.share.trials,
         row.line.share.events, row.share, row.interval, row.traps, row.missed)
        for row in rows
    ]  # fmt: skip
    numbers = (_("Entries"), _("Seconds each"), _("Judged"), _("Wrong"), _("Share"),
               _("95 % interval"), _("Planted pictures"), _("Missed"))  # fmt: skip
    return table_of("quality-clerks", _("Errors by clerk"), [_("Clerk")], numbers, cells)


def lines_chart(found: Estimate) -> IntervalChart | None:
    """Return the chart by class, with the total below; None while nothing was judged."""
    rows = [
        ChartRow(_label(line), line.share, line.target, line.verdict.value, _hint(line.share))
        for line in found.lines
        if line.share.trials
    ]
    if found.total is None or not rows:
        return None
    total = found.total
    share = _as_share(total.point, total.low, total.high)
    rows.append(ChartRow(_("All, weighted"), share, None, "total", _weighted(total)))
    return interval_chart(rows)


def people_chart(found: Estimate) -> IntervalChart | None:
    """Return the chart by clerk; None while nothing was judged."""
    rows = [
        ChartRow(clerk.row.name, clerk.share, None, "clerk", _hint(clerk.share))
        for clerk in found.clerks
        if clerk.share.trials
    ]
    return interval_chart(rows) if rows else None


def progress() -> dict[str, Any]:
    """Return how far deciding again is."""
    return {
        "running": redeciding.running,
        "left": count_outdated(),
        "problem": redeciding.problem,
    }


def _weighted(total: Total) -> str:
    return f"{percent(total.point)}; 95 %: {_interval(total.low, total.high)}"


def _as_share(point: float, low: float, high: float) -> Share:
    """Return a weighted share as something to draw; only its point is asked of the counts."""
    parts = 10_000_000
    return Share(round(point * parts), parts, low, high)


def _label(line: Line) -> str:
    return f"{KINDS[line.field_class]}, {BLANK if line.blank else WRITTEN}"


def _interval(low: float, high: float) -> str:
    return f"{percent(low)} – {percent(high)}"


def _hint(share: Share) -> str:
    values = {"share": percent(share.point), "wrong": share.events, "judged": share.trials}
    said = _("%(share)s: %(wrong)s wrong of %(judged)s judged") % values
    return f"{said}; 95 %: {_interval(share.low, share.high)}"

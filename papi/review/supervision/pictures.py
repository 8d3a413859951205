"""The charts of supervision, with the sentence a screen reader says instead.

Knows which figures go on which chart. Must not know geometry (`office.charts`) or queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from papi.office import charts
from papi.office.charts import Chart, Series
from papi.office.supervision import AGE_DAYS, Overview, Steps
from papi.office.throughput import Throughput
from papi.review.supervision import words

_MOST_REASONS = 9
"""Bars of reasons; the rest is in the table."""
_WIDE_LABEL = 270
"""Units for sentences before bars."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with its legend: (sample, name) pairs."""

    title: str
    svg: SafeString
    legend: tuple[tuple[SafeString, str], ...] = ()


def _safe(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308  office.charts escapes every word


def progress(seen: Overview) -> Drawn:
    """Draw how far the forms of each place came."""
    rows = [place.stages for place in seen.places]
    series = [
        Series(str(name), style, [row[stage] for row in rows])
        for stage, (style, name) in words.STAGES.items()
    ]
    total = seen.total
    told = _(
        "Of %(issued)s printed forms %(returned)s have come back, %(matched)s are complete and "
        "%(approved)s are approved."
    ) % {name: words.number(total[name]) for name in ("issued", "returned", "matched", "approved")}
    chart = Chart("progress", _("Progress by place"), told)
    names = [place.name or words.dotted(place.region) for place in seen.places]
    ends = [
        _("%(share)s of %(count)s")
        % {
            "share": words.share(place.counts["matched"], place.counts["issued"]),
            "count": words.number(place.counts["issued"]),
        }
        for place in seen.places
    ]
    svg = charts.stacked_bars(chart, names, series, ends, words.number)
    legend = tuple((_safe(charts.swatch(one.style)), one.label) for one in series)
    return Drawn(chart.title, _safe(svg), legend)


def forms_over_time(seen: Overview) -> Drawn:
    """Draw forms that came in, became complete, were approved."""
    names = (
        ("returned", "s4", _("Came in")),
        ("complete", "s2", _("Complete")),
        ("approved", "s1", _("Approved")),
    )
    return _lines("forms", _("Forms over time"), seen, names)


def fields_over_time(seen: Overview) -> Drawn:
    """Draw fields that were queued and settled."""
    names = (("queued", "s3", _("Queued")), ("resolved", "s2", _("Settled")))
    return _lines("fields", _("Fields over time"), seen, names)


def _lines(key: str, title: str, seen: Overview, names: Sequence[tuple[str, str, str]]) -> Drawn:
    series = [Series(label, style, seen.over_time[name]) for name, style, label in names]
    told = "; ".join(f"{one.label}: {words.number(sum(one.values))}" for one in series)
    chart = Chart(key, title, told)
    svg = charts.lines(chart, _times(seen.steps), series, words.number)
    legend = tuple((_safe(charts.swatch(s.style, n)), s.label) for n, s in enumerate(series))
    return Drawn(title, _safe(svg), legend)


def _times(steps: Steps) -> list[str]:
    return [words.step_words(steps.unit, start) for start in steps.moments[:-1]]


def ages(seen: Overview) -> Drawn:
    """Draw how long fields wait."""
    oldest = words.age(seen.ages["oldest"], seen.now)
    median = words.age(seen.ages["median"], seen.now)
    told = _("%(count)s fields wait; half of them %(median)s or longer, the oldest %(oldest)s.") % {
        "count": words.number(seen.ages["count"]), "median": median, "oldest": oldest,
    }  # fmt: skip
    chart = Chart("ages", _("How long fields wait"), told)
    labels = words.age_words(AGE_DAYS)
    return Drawn(
        chart.title, _safe(charts.bars(chart, labels, seen.ages["ages"], words.number, style="s3"))
    )


def reasons(seen: Overview) -> Drawn:
    """Draw why fields wait."""
    shown = seen.reasons[:_MOST_REASONS]
    told = "; ".join(f"{words.reason_words(r)}: {words.number(n)}" for r, n in shown[:3])
    chart = Chart("reasons", _("Why fields wait"), told or _("No field waits."))
    labels = [words.reason_words(reason) for reason, _count in shown]
    svg = charts.bars(
        chart, labels, [count for _reason, count in shown], words.number,
        style="s3", label_room=_WIDE_LABEL,
    )  # fmt: skip
    return Drawn(chart.title, _safe(svg))


def classes(seen: Overview) -> Drawn:
    """Draw what waits by kind of field."""
    rows = sorted(seen.classes, key=lambda row: -_waiting(row))
    told = "; ".join(f"{words.class_words(r['field_class'])}: {_waiting(r)}" for r in rows[:3])
    chart = Chart("classes", _("What waits, by kind of field"), told or _("No field waits."))
    labels = [words.class_words(row["field_class"]) for row in rows]
    svg = charts.bars(chart, labels, [_waiting(row) for row in rows], words.number, style="s3")
    return Drawn(chart.title, _safe(svg))


def _waiting(row: dict[str, int]) -> int:
    return row["open"] + row["arbitration"] + row["supervisor"]


def keyed_over_time(work: Throughput) -> Drawn:
    """Draw the fields all people keyed together."""
    series = [Series(_("Fields"), "s2", work.per_step)]
    told = _("%(count)s fields were keyed.") % {"count": words.number(sum(work.per_step))}
    chart = Chart("keyed", _("Fields keyed by all together"), told)
    svg = charts.lines(chart, _times(work.steps), series, words.number)
    return Drawn(chart.title, _safe(svg))

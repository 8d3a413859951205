"""The live estimate: how wrong the accepted fields are, class by class, and how often clerks err.

Knows which fields a sample stands for and what it is compared with. Must not know queries or
screens. A class has two strata, written and blank fields, since blank ones are drawn more thinly:
what is compared with the target is each of them, what is added up is weighted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from papi.checking.classes import field_class
from papi.checking.truth import same_value
from papi.model.layout import INK_KINDS, Layout
from papi.model.recipe import FieldClass, Recipe
from papi.office.quality_estimate import (
    Share,
    Stratum,
    Total,
    Verdict,
    judge,
    share_of,
    total_of,
)
from papi.office.raising import curve_thresholds
from papi.store.cases import all_layouts
from papi.store.quality import (
    ClerkRow,
    SampleRow,
    accepted_counts,
    clerk_rows,
    count_below,
    judged_entries,
    sample_rows,
)
from papi.store.scopes import Scope

Report = dict[str, Any]
EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Line:
    """One stratum: the written, or the blank, accepted fields of a class.

    Attributes:
        accepted: fields it stands for: accepted now, or sampled and then settled by people.
        waiting: drawn, nobody has settled it yet: still to be keyed.
        pending: keyed, and another person must say which value is right.
        share: wrong among the judged, with its interval.
        target: most that may be wrong; None if the recipe names none.
    """

    field_class: FieldClass
    blank: bool
    accepted: int
    waiting: int
    pending: int
    share: Share
    target: float | None
    verdict: Verdict

    @property
    def fraction(self) -> float:
        """Share of the accepted fields that was judged."""
        return self.share.trials / self.accepted if self.accepted else 0.0

    def to_json(self) -> Report:
        """Return plain data; shares are not percentages."""
        return {
            "class": self.field_class.value,
            "fields": "blank" if self.blank else "written",
            "accepted": self.accepted,
            "judged": self.share.trials,
            "wrong": self.share.events,
            "pending": self.pending,
            "waiting": self.waiting,
            "sampled_fraction": _rounded(self.fraction),
            "error": _rounded(self.share.point),
            "low": _rounded(self.share.low),
            "high": _rounded(self.share.high),
            "target": self.target,
            "verdict": self.verdict.value,
        }


@dataclass(frozen=True, slots=True)
class ClerkLine:
    """What one person keyed, and how often people agreed on another value.

    Attributes:
        share: wrong among the entries of samples and of doubly keyed fields that can be judged.
    """

    row: ClerkRow
    share: Share

    def to_json(self) -> Report:
        """Return plain data."""
        return {
            "name": self.row.name,
            "entries": self.row.entries,
            "seconds": None if self.row.seconds is None else round(self.row.seconds, 2),
            "keys": None if self.row.keys is None else round(self.row.keys, 1),
            "judged": self.share.trials,
            "wrong": self.share.events,
            "error": _rounded(self.share.point),
            "low": _rounded(self.share.low),
            "high": _rounded(self.share.high),
        }


@dataclass(frozen=True, slots=True)
class Estimate:
    """Everything known of errors that nobody saw.

    Attributes:
        lines: by class, written before blank; classes without an accepted field are left out.
        total: weighted over all lines that were sampled; None if none was.
        accepted: fields that a sample may be drawn of.
        clerks: by name.
    """

    lines: tuple[Line, ...]
    total: Total | None
    accepted: int
    clerks: tuple[ClerkLine, ...]

    @property
    def alarms(self) -> tuple[Line, ...]:
        """Lines above their target, the sure ones first."""
        loud = [line for line in self.lines if line.verdict in {Verdict.SURE, Verdict.WATCH}]
        return tuple(sorted(loud, key=lambda line: line.verdict is not Verdict.SURE))

    def to_json(self) -> Report:
        """Return plain data, keys documented in docs/quality.md."""
        total = self.total
        return {
            "accepted": self.accepted,
            "covered": total.size if total else 0,
            "error": _rounded(total.point) if total else None,
            "low": _rounded(total.low) if total else 0.0,
            "high": _rounded(total.high) if total else 1.0,
            "classes": [line.to_json() for line in self.lines],
            "clerks": [clerk.to_json() for clerk in self.clerks],
        }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 7)


def estimate(recipe: Recipe, scope: Scope = EVERYWHERE) -> Estimate:
    """Return the live estimate for fields accepted by a recipe.

    Samples that its thresholds would not accept today say nothing of what it accepts: they are left
    out, as they are of the fields it stands for.

    Args:
        recipe: thresholds and targets in force.
        scope: regions.
    """
    layouts = all_layouts()
    rows = [_sample(row, layouts) for row in sample_rows(scope) if _accepted_today(row, recipe)]
    sizes = _sizes(scope, rows, layouts)
    lines = tuple(_lines(rows, sizes, recipe))
    strata = [Stratum(line.share.events, line.share.trials, line.accepted) for line in lines]
    return Estimate(lines, total_of(strata), sum(sizes.values()), tuple(_clerks(scope, layouts)))


@dataclass(frozen=True, slots=True)
class _Sample:
    """A sampled field: its stratum, and whether the machine was wrong, None while unknown."""

    stratum: tuple[str, bool]
    confidence: float
    state: str
    wrong: bool | None
    resolved: bool


def clerk_lines(scope: Scope) -> list[ClerkLine]:
    """Return what each person keyed in these regions and how often it was wrong, by name."""
    return list(_clerks(scope, all_layouts()))


def _sample(row: SampleRow, layouts: Mapping[str, Layout]) -> _Sample:
    field = layouts[row.version].by_name[row.field]
    wrong = None if row.final is None else not same_value(field, row.machine, row.final)
    stratum = row.field_class, not row.machine
    return _Sample(stratum, row.confidence, row.state, wrong, row.resolved)


def _clerks(scope: Scope, layouts: Mapping[str, Layout]) -> Iterable[ClerkLine]:
    judged, wrong = Counter[str](), Counter[str]()
    for entry in judged_entries(scope):
        field = layouts[entry.version].by_name[entry.field]
        judged[entry.name] += 1
        wrong[entry.name] += not same_value(field, entry.value, entry.final)
    for row in clerk_rows(scope):
        yield ClerkLine(row, share_of(wrong[row.name], judged[row.name]))


def _accepted_today(row: SampleRow, recipe: Recipe) -> bool:
    needed = recipe.thresholds.needed(FieldClass(row.field_class), critical=row.critical)
    return row.confidence >= needed


def _sizes(
    scope: Scope, rows: Iterable[_Sample], layouts: Mapping[str, Layout]
) -> Counter[tuple[str, bool]]:
    """Count the fields each stratum stands for."""
    sizes = Counter[tuple[str, bool]]()
    for (version, name, blank), count in accepted_counts(scope).items():
        field = layouts[version].by_name[name]
        if field.kind not in INK_KINDS:
            sizes[field_class(field).value, blank] += count
    sizes.update(row.stratum for row in rows if row.resolved)
    return sizes


def _lines(
    rows: Sequence[_Sample], sizes: Counter[tuple[str, bool]], recipe: Recipe
) -> Iterable[Line]:
    by_stratum: dict[tuple[str, bool], list[_Sample]] = defaultdict(list)
    for row in rows:
        by_stratum[row.stratum].append(row)
    for kind in FieldClass:
        for blank in (False, True):
            if found := sizes[kind.value, blank]:
                yield _line(kind, blank, found, by_stratum[kind.value, blank], recipe)


def _line(
    kind: FieldClass, blank: bool, accepted: int, rows: Sequence[_Sample], recipe: Recipe
) -> Line:
    judged = [row.wrong for row in rows if row.wrong is not None]
    share, target = share_of(sum(judged), len(judged)), recipe.control.error_target.get(kind)
    return Line(
        field_class=kind,
        blank=blank,
        accepted=accepted,
        waiting=sum(row.state == "open" for row in rows),
        pending=sum(row.state in {"arbitration", "supervisor"} for row in rows),
        share=share,
        target=target,
        verdict=judge(share, target),
    )


@dataclass(frozen=True, slots=True)
class RaiseOption:
    """What a higher threshold would do.

    Attributes:
        threshold: one of the curve's.
        requeued: fields accepted now that people would have to key.
        left: what the sample says of the fields that would stay accepted.
        measured, measured_wrong: fields that the curve's measurement accepted, and wrong of them.
    """

    threshold: float
    requeued: int
    left: Share
    measured: int
    measured_wrong: int


def raise_options(recipe: Recipe, kind: FieldClass) -> tuple[RaiseOption, ...]:
    """Return what can be chosen for a class, ascending; empty where nothing was measured above."""
    steps = curve_thresholds(recipe, kind)
    if not steps:
        return ()
    counts = count_below(_fields_of(kind), steps, EVERYWHERE)
    points = {point.threshold: point for point in recipe.curve[kind].points}
    layouts = all_layouts()
    rows = [_sample(r, layouts) for r in sample_rows(EVERYWHERE) if r.field_class == kind]
    return tuple(
        RaiseOption(
            step,
            count,
            share_of(*_above(rows, step)),
            points[step].accepted,
            points[step].wrong,
        )
        for step, count in zip(steps, counts, strict=True)
    )


def _above(rows: Iterable[_Sample], threshold: float) -> tuple[int, int]:
    judged = [row for row in rows if row.wrong is not None and row.confidence >= threshold]
    return sum(bool(row.wrong) for row in judged), len(judged)


def _fields_of(kind: FieldClass) -> dict[str, list[str]]:
    def names(layout: Layout) -> list[str]:
        return [field.name for field in layout.fields if field_class(field) is kind]

    return {version: names(layout) for version, layout in all_layouts().items()}

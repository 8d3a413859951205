"""Decide one form: evidence of its pages + its pre-list row -> readings, record and questions.

Knows the order of the steps: read, merge, judge by rules, gather doubts. Pure: the same evidence,
row, recipe and resolutions give the same decision, whatever pages came first. Must not know files,
images or databases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from papi.checking.asking import RESULT_FIELDS, is_asked
from papi.checking.calendar import iso_date
from papi.checking.fields import FieldReading
from papi.checking.name_model import NameBook
from papi.checking.plan import Plan, PlannedField, Role, plan_of
from papi.checking.priors import World
from papi.checking.questions import Reasons, add_findings, nik_reason, reading_reasons
from papi.checking.regions import RegionTable
from papi.checking.remembered import Facts, remembered
from papi.checking.rules import check_form
from papi.checking.truth import Truth, demand, merge
from papi.checking.written import members_in_use, read_form
from papi.model.evidence import PageEvidence
from papi.model.facts import Campaign, FormFacts
from papi.model.layout import Layout
from papi.model.page import PageStatus
from papi.model.prelist import IssuedForm, PrelistRow
from papi.model.reading import (
    Finding,
    FormDecision,
    Outcome,
    Reading,
    ReadingStatus,
    RecordValue,
    Severity,
    Source,
)
from papi.model.recipe import Recipe

STRAY = "reading:stray"
"""One mark in a member strip that is blank otherwise: dirt, or a member forgotten half-way."""
MATCHED, QUEUE, INCOMPLETE = "matched", "queue", "incomplete"
_VISIT_DATES = ("tanggal_verivali", "tanggal")
_NO_RESOLUTIONS: Mapping[str, str] = MappingProxyType({})


def decide_form(  # noqa: PLR0917 - what is decided, then by what: form, pages, row, layout
    issued: IssuedForm,
    evidence: Mapping[int, PageEvidence],
    prelist: PrelistRow | None,
    layout: Layout,
    recipe: Recipe,
    campaign: Campaign,
    regions: RegionTable,
    resolutions: Mapping[str, str] = _NO_RESOLUTIONS,
    names: NameBook | None = None,
) -> FormDecision:
    """Decide one form from the pages that came back so far.

    Args:
        issued: the form as printed.
        evidence: what was read, by page number; pages that are not READ count as missing.
        prelist: its row, None for a blank form.
        layout: the layout it was printed with.
        recipe: thresholds and weights.
        campaign: the survey round.
        regions: region table.
        resolutions: what clerks keyed, by field; replaces what the machine read.
        names: words of the names on this round's pre-list; None = unknown.

    Cost: about 10 ms for a household of four sides (270 fields).
    """
    pages = {n: page for n, page in evidence.items() if page.status is PageStatus.READ}
    world = World(campaign, regions, recipe.decoding, names)
    case = _Case.read(layout, pages, prelist, world, resolutions)
    truth = merge(case.plan.fields, case.values, prelist, resolutions.keys())
    reasons = case.doubts(truth, recipe)
    facts = FormFacts(
        form_id=issued.form_id,
        layout=layout,
        prelist=prelist,
        pages_read=frozenset(pages),
        pages_expected=frozenset(issued.pages),
        written=case.values,
        merged={**truth.printed, **truth.values},
        campaign=campaign,
    )
    findings = check_form(facts, regions)
    add_findings(
        reasons, findings, case.readings, truth, unused=case.unused, resolved=resolutions.keys()
    )
    readings = tuple(case.reading(name, reasons.get(name, [])) for name in case.readings)
    missing = tuple(sorted(set(issued.pages) - set(pages)))
    values, members = case.record(truth, readings)
    return FormDecision(
        form_id=issued.form_id,
        readings=readings,
        findings=tuple(findings),
        values=values,
        members=members,
        outcome=_outcome(readings, findings, missing),
        missing_pages=missing,
    )


def _outcome(
    readings: tuple[Reading, ...], findings: list[Finding], missing: tuple[int, ...]
) -> str:
    """Say where the form goes. A pending rule never counts as passed."""
    pending = any(finding.outcome is Outcome.PENDING for finding in findings)
    if missing or pending or not readings:
        return INCOMPLETE
    blocked = any(finding.severity is Severity.ERROR for finding in findings)
    open_items = any(reading.status is ReadingStatus.REVIEW for reading in readings)
    return QUEUE if blocked or open_items else MATCHED


@dataclass(frozen=True, slots=True)
class _Case:
    """One form while it is being decided.

    Attributes:
        layout: its layout.
        plan: how its fields hang together.
        readings: what the machine read, in layout order.
        resolutions: what clerks keyed.
        values: a clerk's value where there is one, else the machine's.
        used: strips that stand for somebody.
        unused: fields of the other strips.
        prelist: its row.
        world: what is known beyond the form.
    """

    layout: Layout
    plan: Plan
    readings: Mapping[str, FieldReading]
    resolutions: Mapping[str, str]
    values: Mapping[str, str]
    used: frozenset[int]
    unused: frozenset[str]
    prelist: PrelistRow | None
    world: World

    @staticmethod
    def read(
        layout: Layout,
        pages: Mapping[int, PageEvidence],
        prelist: PrelistRow | None,
        world: World,
        resolutions: Mapping[str, str],
    ) -> _Case:
        """Read every field of the pages that came back."""
        plan = plan_of(layout)
        names = [field.name for field in layout.fields if field.page in pages]

        def read() -> Mapping[str, FieldReading]:
            evidence = {name: item for page in pages.values() for name, item in page.fields.items()}
            return read_form(plan, evidence, names, prelist=prelist, world=world)

        readings = remembered(Facts(plan, pages, prelist, world), read)
        values = {name: resolutions.get(name, item.value) for name, item in readings.items()}
        used = members_in_use(plan, values, prelist)
        strips = ((names, number in used) for number, names in plan.strips.items())
        unused = frozenset(name for names, in_use in strips if not in_use for name in names)
        return _Case(
            layout, plan, readings, resolutions, values, frozenset(used), unused, prelist, world
        )

    def doubts(self, truth: Truth, recipe: Recipe) -> Reasons:
        """Gather every reason that does not come from the rules."""
        reasons: Reasons = {}
        for name, reading in self.readings.items():
            item = self.plan.fields[name]
            why = reading_reasons(item, reading, recipe)
            why += nik_reason(item, self.values, self.plan.fields, self.prelist, self.world)
            if name in self.unused and self.values[name] and name not in self.resolutions:
                why.append(STRAY)
            if why:
                reasons[name] = why
        used = {name: value for name, value in self.values.items() if name not in self.unused}
        if not any(used.values()):  # a form nobody wrote on: one question, not forty
            used = {name: "" for name in used if name in RESULT_FIELDS.values()}
        demand(truth, self.plan.fields, used, self._asked_of(truth))
        for name, found in truth.reasons.items():
            if name not in self.unused:
                reasons.setdefault(name, []).extend(found)
        return reasons

    def _asked_of(self, truth: Truth) -> Callable[[PlannedField], bool]:
        def value_of(name: str) -> str:
            value = truth.values.get(name) or truth.printed.get(name)
            return value.value if value else ""

        campaign = self.world.campaign
        latest = min(campaign.end, campaign.today)
        visit = next((date for name in _VISIT_DATES if (date := iso_date(value_of(name)))), latest)
        day = visit if campaign.start <= visit <= latest else latest
        form = self.layout.form
        return lambda item: is_asked(item.field, form, value_of, day)

    def reading(self, name: str, reasons: list[str]) -> Reading:
        """Return the row of the readings table."""
        machine, item = self.readings[name], self.plan.fields[name]
        reading = Reading(
            page=item.field.page,
            field=name,
            value=machine.value,
            machine_value=machine.value,
            confidence=machine.confidence,
            status=ReadingStatus.REVIEW if reasons else ReadingStatus.ACCEPTED,
            reasons=tuple(dict.fromkeys(reasons)),
            candidates=machine.candidates,
        )
        if name not in self.resolutions:
            return reading
        return replace(
            reading,
            value=self.resolutions[name],
            confidence=1.0,
            status=ReadingStatus.RESOLVED,
            source=Source.CLERK,
        )

    def record(
        self, truth: Truth, readings: tuple[Reading, ...]
    ) -> tuple[dict[str, RecordValue], dict[int, dict[str, RecordValue]]]:
        """Return the merged values of the form, and of each member in use."""
        open_items = {r.field for r in readings if r.status is ReadingStatus.REVIEW}
        values: dict[str, RecordValue] = {}
        members: dict[int, dict[str, RecordValue]] = {number: {} for number in sorted(self.used)}
        for name, value in truth.values.items():
            item = self.plan.fields[name]
            if item.role is Role.CONFIRMS:
                continue
            kept = value
            if name in open_items or item.cek in open_items:
                kept = replace(value, status="pending")
            if item.member is None:
                values[name] = kept
            elif item.member in members:
                members[item.member][item.base] = kept
        return self._with_printed(truth, values, members)

    @staticmethod
    def _with_printed(
        truth: Truth,
        values: dict[str, RecordValue],
        members: dict[int, dict[str, RecordValue]],
    ) -> tuple[dict[str, RecordValue], dict[int, dict[str, RecordValue]]]:
        for name, value in truth.printed.items():
            if not name.startswith("art."):
                values[name] = value
            else:
                _, number, base = name.split(".", 2)
                if int(number) in members:
                    members[int(number)][base] = value
        return values, members

"""Decide forms: evidence + pre-list row -> readings, record, findings; again whenever news comes.

Knows which forms have news and the pass across forms. Must not know how a field is decided.
The result does not depend on the order pages or forms came in.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from papi.checking.decide import decide_form
from papi.checking.name_model import NameBook
from papi.checking.plan import Plan, Role, plan_of
from papi.checking.regions import RegionTable
from papi.checking.rules import ACROSS_FIELDS, FormSummary, Known, check_across, summarise
from papi.checking.truth import printed_value
from papi.model.evidence import PageEvidence
from papi.model.prelist import PrelistRow
from papi.model.reading import (
    Finding,
    FormDecision,
    Outcome,
    Reading,
    ReadingStatus,
    Severity,
)
from papi.model.recipe import Recipe
from papi.office.item_plan import Drawing, item_steps, wanted_items
from papi.office.names import name_book
from papi.office.recipe_files import recipe_in_force, recipe_stamp
from papi.office.workspace import Workspace
from papi.store.across import DecidedForm, decided_forms, known_references, save_across
from papi.store.cases import (
    Case,
    forget_decisions,
    load_case,
    mark_decided_otherwise,
    save_decision,
    undecided_forms,
)
from papi.store.items import apply_steps, drawing_key, standing_items
from papi.store.prelists import all_rows, import_state

REPRINTED = "prelist:reprinted"
TWO_SCANS = "control:two_scans"
RETURNED = "control:returned"
_MOST_TRIES = 3
"""How often a form is decided when news comes meanwhile; then the next run takes it."""
_SHOWN = frozenset({Role.PAIRED, Role.GROUPED, Role.TICKED})
"""Roles in which the printed value may come into the record."""


class Decider:
    """Decides the forms of one workspace with one recipe."""

    def __init__(self, workspace: Workspace, recipe: Recipe) -> None:
        self._workspace = workspace
        self._recipe = recipe
        self._settings_hash = _settings_hash(workspace, recipe)
        self._stamp = recipe_stamp(workspace.folder)
        table = workspace.region_table
        self._regions = RegionTable.from_csv(table) if table else RegionTable.kemendagri()

    @cached_property
    def _names(self) -> NameBook:
        return name_book(all_rows())

    def prepare(self) -> None:
        """Read what deciding needs once: the names on the pre-list (40 us a household)."""
        _ = self._names

    def decide_complete(self, form_ids: Iterable[str]) -> int:
        """Decide those of the forms whose every page is here; return how many."""
        waiting = undecided_forms(form_ids)
        return sum(self._decide(form_id, complete=True) for form_id in waiting)

    def decide_now(self, form_ids: Iterable[str]) -> int:
        """Decide those of the forms that have news, as far as their pages are here."""
        return sum(self._decide(form_id) for form_id in undecided_forms(form_ids))

    def decide_all(self) -> int:
        """Decide every form with news, then look across forms, then decide what that changed.

        Forms that were decided with other thresholds, dates or officers count as news. Thresholds
        that were raised since this began count, not those it began with.
        """
        self._renew_recipe()
        mark_decided_otherwise(self._settings_hash)
        decided = self._decide_undecided()
        save_across(self._look_across())
        return decided + self._decide_undecided()

    def _renew_recipe(self) -> None:
        stamp = recipe_stamp(self._workspace.folder)
        if stamp != self._stamp:
            self._stamp, self._recipe = stamp, recipe_in_force(self._workspace.folder)
            self._settings_hash = _settings_hash(self._workspace, self._recipe)

    def _decide_undecided(self) -> int:
        waiting = undecided_forms()
        for form_id in waiting:
            self._decide(form_id)
        return len(waiting)

    def _decide(self, form_id: str, *, complete: bool = False) -> bool:
        """Decide one form, again if news came meanwhile; tell whether it is decided."""
        for _ in range(_MOST_TRIES):
            case = load_case(form_id)
            if not case.evidence:  # every page was taken back, or turned out to be another's
                if not complete:
                    forget_decisions([form_id])
                return not complete
            if complete and not set(case.issued.pages) <= case.evidence.keys():
                return False
            if self.keep(case, self.decision_of(case)):
                return True
        return False

    def decision_of(self, case: Case) -> FormDecision:
        """Return the whole decision of a case: as its pages say, and other forms, and copies."""
        decision = self._judge(case, case.evidence)
        decision = with_across(decision, case.across)
        decision = with_reprints(decision, case)
        decision = with_returned(decision, case.returned)
        others = [
            self._judge(case, {**case.evidence, page: rival})
            for page, rivals in case.rivals.items()
            for rival in rivals
        ]
        return with_rivals(decision, others)

    def keep(self, case: Case, decision: FormDecision) -> bool:
        """Store a decision with the items it wants; False if news came since the case was taken."""
        drawing = Drawing(self._recipe.control, drawing_key())

        def keep_items() -> None:
            wanted = wanted_items(decision, case.layout, case.contents, drawing)
            statuses = {reading.field: reading.status for reading in decision.readings}
            steps = item_steps(standing_items(decision.form_id), wanted, statuses)
            apply_steps(decision.form_id, case.issued.region, steps)

        return save_decision(decision, self._settings_hash, news=case.news, beside=keep_items)

    def read_with(self, case: Case, evidence: Mapping[int, PageEvidence]) -> tuple[Reading, ...]:
        """Return what this evidence would read as; nothing is stored."""
        return self._judge(case, evidence).readings

    def _judge(self, case: Case, evidence: Mapping[int, PageEvidence]) -> FormDecision:
        return decide_form(
            case.issued,
            evidence,
            case.prelist,
            case.layout,
            self._recipe,
            self._workspace.campaign(case.scanned_on),
            self._regions,
            case.resolutions,
            self._names,
        )

    def _look_across(self) -> dict[str, list[Finding]]:
        summaries = [_summary(form) for form in decided_forms(ACROSS_FIELDS)]
        known = Known(references=known_references())
        return {form_id: list(f) for form_id, f in check_across(summaries, known).items()}


def mark_outdated(workspace: Workspace, recipe: Recipe) -> None:
    """Put every form on the list that was decided with other settings than these."""
    mark_decided_otherwise(_settings_hash(workspace, recipe))


def _settings_hash(workspace: Workspace, recipe: Recipe) -> str:
    """Name all a decision depends on beside its form (region table by name, names by import)."""
    settings = workspace.settings
    campaign = settings.campaign.model_dump_json(exclude={"name"})
    parts = [recipe.model_dump_json(), campaign, settings.regions.table, import_state()]
    text = "\n".join(parts)
    return hashlib.sha256(text.encode()).hexdigest()


def _summary(form: DecidedForm) -> FormSummary:
    return summarise(
        form.form_id,
        form.form,
        values=form.values,
        niks=form.niks,
        written=form.written,
        references=form.references,
    )


def with_across(decision: FormDecision, findings: Sequence[Finding]) -> FormDecision:
    """Send the fields that a rule across forms questions to a person, unless one looked already."""
    failed = [
        f for f in findings if f.outcome is Outcome.FAILED and f.severity is not Severity.INFO
    ]
    if not failed:
        return decision
    reasons: dict[str, list[str]] = defaultdict(list)
    for finding in failed:
        for name in finding.fields:
            reasons[name].append(f"rule:{finding.rule}")
    readings = tuple(_questioned(r, reasons.get(r.field, [])) for r in decision.readings)
    blocked = any(f.severity is Severity.ERROR for f in failed)
    open_items = any(r.status is ReadingStatus.REVIEW for r in readings)
    queued = decision.outcome == "matched" and (blocked or open_items)
    return replace(decision, readings=readings, outcome="queue" if queued else decision.outcome)


def with_reprints(decision: FormDecision, case: Case) -> FormDecision:
    """Send the fields to a person beside which two copies of the form show different values.

    Nothing a scanner reads tells which copy the officer had in hand; the printed copy number does.
    """
    if case.prelist is None or not case.reprinted:
        return decision
    changed = _shown_differently(plan_of(case.layout), (case.prelist, *case.reprinted))
    readings = tuple(
        _questioned(r, [REPRINTED]) if r.field in changed else r for r in decision.readings
    )
    open_items = any(r.status is ReadingStatus.REVIEW for r in readings)
    queued = decision.outcome == "matched" and open_items
    return replace(decision, readings=readings, outcome="queue" if queued else decision.outcome)


def with_returned(decision: FormDecision, fields: Collection[str]) -> FormDecision:
    """Send the fields to a person that a supervisor wants keyed anew."""
    if not fields:
        return decision
    readings = tuple(
        _questioned(r, [RETURNED]) if r.field in fields else r for r in decision.readings
    )
    open_items = any(r.status is ReadingStatus.REVIEW for r in readings)
    queued = decision.outcome == "matched" and open_items
    return replace(decision, readings=readings, outcome="queue" if queued else decision.outcome)


def with_rivals(decision: FormDecision, others: Sequence[FormDecision]) -> FormDecision:
    """Send the fields to a person that read otherwise on another scan of their page.

    Args:
        decision: by the scans that count for now.
        others: the same form decided with another scan of a page in its place, one by one.
    """
    if not others:
        return decision
    values = [{r.field: r.value for r in other.readings} for other in others]
    readings = tuple(
        _questioned(r, [TWO_SCANS]) if any(v.get(r.field) != r.value for v in values) else r
        for r in decision.readings
    )
    queued = decision.outcome == "matched"  # the form waits for the choice itself, too
    return replace(decision, readings=readings, outcome="queue" if queued else decision.outcome)


def _shown_differently(plan: Plan, rows: Sequence[PrelistRow]) -> set[str]:
    """Return the fields whose printed value differs between rows, with the ticks beside them."""
    changed: set[str] = set()
    for name, item in plan.fields.items():
        only_printed = item.field.cek_for if item.field.cek_for not in plan.fields else None
        if only_printed and len({row.value(only_printed) for row in rows}) > 1:
            changed.add(name)
        if item.role in _SHOWN and len({printed_value(item, row) for row in rows}) > 1:
            changed |= {name, item.cek or name}
    return changed


def _questioned(reading: Reading, reasons: Sequence[str]) -> Reading:
    if not reasons or reading.status is ReadingStatus.RESOLVED:
        return reading
    joined = tuple(dict.fromkeys([*reading.reasons, *reasons]))
    return replace(reading, status=ReadingStatus.REVIEW, reasons=joined)

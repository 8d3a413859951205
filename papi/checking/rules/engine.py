"""Run the register over one form.

Knows outcomes. Must not know any one rule.
"""

from __future__ import annotations

from papi.checking.regions import RegionTable
from papi.checking.rules.case import Case
from papi.checking.rules.registry import Rule, registered
from papi.model.facts import FormFacts
from papi.model.reading import Finding, Outcome


def check_form(facts: FormFacts, regions: RegionTable | None = None) -> list[Finding]:
    """Return every rule of the form that failed or waits for a page, by rule id.

    Passed and not applicable rules are left out. `regions` defaults to the table that ships with
    PAPI. Pure; 0.6 ms for a household of six.
    """
    case = Case(facts, regions or RegionTable.kemendagri())
    found = [finding for rule in registered().values() for finding in judge(rule, case)[1]]
    return sorted(found, key=lambda finding: finding.rule)


def outcomes(facts: FormFacts, regions: RegionTable | None = None) -> dict[str, Outcome]:
    """Return the outcome of every registered rule on this form, passed ones included."""
    case = Case(facts, regions or RegionTable.kemendagri())
    return {rule.id: judge(rule, case)[0] for rule in registered().values()}


def judge(rule: Rule, case: Case) -> tuple[Outcome, list[Finding]]:
    """Apply one rule: its outcome on the form, and the findings to report."""
    if rule.check is None or case.form not in rule.forms:
        return Outcome.NOT_APPLICABLE, []
    if rule.visited and not case.visited:
        return Outcome.NOT_APPLICABLE, []
    cannot, not_all = _pages_lacking(rule, case)
    if cannot:
        return Outcome.PENDING, [rule.pending(cannot | not_all)]
    failed = [rule.finding(verdict) for verdict in dict.fromkeys(rule.check(case))]
    waiting = [rule.pending(not_all)] if not_all else []
    if failed:
        return Outcome.FAILED, failed + waiting
    return (Outcome.PENDING if waiting else Outcome.PASSED), waiting


def _pages_lacking(rule: Rule, case: Case) -> tuple[frozenset[int], frozenset[int]]:
    """Return pages without which nothing can be said, and pages without which not all can."""
    names = (*rule.needs, case.result_field) if rule.visited else rule.needs
    cannot = case.lacking(names, strips=rule.strips and not rule.partial)
    if rule.everything and rule.everything(case):
        return cannot, frozenset(case.missing.values())
    return cannot, case.lacking((), strips=True) if rule.strips else frozenset()

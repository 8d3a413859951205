"""What a form would be if a keyed value stood: asked before the value is taken.

Knows the decision of a form with one more value in place, and the rules that speak against it then.
Must not know items, people or entries. Cost: that of deciding the form once (10 to 20 ms of CPU).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from papi.model.keying import Problem
from papi.model.reading import Finding, FormDecision, Outcome, Severity
from papi.office.deciding import Decider
from papi.store.cases import Case, load_case, stored_findings


@dataclass(frozen=True, slots=True)
class Proof:
    """A form with a value in place.

    Attributes:
        case: with the value among what clerks keyed.
        decision: of that case.
        problems: what rules say against the value that they did not say before.
    """

    case: Case
    decision: FormDecision
    problems: tuple[Problem, ...] = ()


def prove(decider: Decider, form_id: str, field: str, value: str) -> Proof:
    """Decide a form as if the value stood; nothing is stored."""
    before = load_case(form_id)
    case = replace(before, resolutions={**before.resolutions, field: value})
    decision = decider.decision_of(case)
    against = [finding for finding in decision.findings if _speaks_against(finding, field)]
    if against:
        known = {_named(finding) for finding in stored_findings(form_id)}
        against = [finding for finding in against if _named(finding) not in known]
    return Proof(case, decision, tuple(_problem(finding) for finding in against))


def _speaks_against(finding: Finding, field: str) -> bool:
    failed = finding.outcome is Outcome.FAILED and finding.severity is not Severity.INFO
    return failed and field in finding.fields


def _named(finding: Finding) -> tuple[str, tuple[str, ...], str, str]:
    return finding.rule, finding.fields, finding.detail, finding.message_en


def _problem(finding: Finding) -> Problem:
    return Problem(finding.rule, finding.message_id, finding.message_en)

"""Rules across forms: A07 (references), A13 (NIK twice), A33 (everything "sesuai").

Knows summaries of all forms of a workspace and what else the database holds. Must not know how
forms are stored. The result depends on the set of summaries, never on their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from papi.checking.rules.housing import SATISFICING
from papi.checking.rules.registry import Rule, Verdict, registered
from papi.checking.rules.summary import REFERENCE_FIELD, REFERS, FormSummary, Known
from papi.model.reading import Finding
from papi.model.sheet import normalise_form_id

LEAST_FORMS = 10
"""An officer with fewer surveyed households than this is not judged by A33."""
_MOST_NAMED = 3


def check_across(summaries: Iterable[FormSummary], known: Known) -> dict[str, tuple[Finding, ...]]:
    """Return what rules across forms find, by form id (forms without findings are left out).

    Args:
        summaries: one per form of the workspace, in any order.
        known: what else exists; without its references A07 takes every form not returned for
            unknown.

    Raises:
        ValueError: two summaries of one form.
    """
    ordered = sorted(summaries, key=lambda summary: summary.form_id)
    forms = {summary.form_id: summary for summary in ordered}
    if len(forms) != len(ordered):
        raise ValueError("two summaries of one form")
    found: dict[str, list[Finding]] = defaultdict(list)
    rules = (_references, _shared_niks, _satisficing)
    for form_id, finding in (item for rule in rules for item in rule(forms, known)):
        found[form_id].append(finding)
    return {form_id: tuple(found[form_id]) for form_id in sorted(found)}


_Found = Iterator[tuple[str, Finding]]


def _references(forms: Mapping[str, FormSummary], known: Known) -> _Found:
    rule, names = registered()["A07"], _names(forms)
    targets = {
        form_id: _target(summary.refers_to, names)
        for form_id, summary in forms.items()
        if summary.refers_to and summary.result in REFERS
    }
    for form_id, target in targets.items():
        text = forms[form_id].refers_to
        if target == form_id:
            continue  # check_form says so already
        if target is None and not {text, normalise_form_id(text)} & known.references:
            yield form_id, rule.finding(Verdict((REFERENCE_FIELD,), "unknown"))
        elif _returns_to(form_id, targets):
            detail = f"form {target}"
            yield form_id, rule.finding(Verdict((REFERENCE_FIELD,), "mutual", detail))


def _names(forms: Mapping[str, FormSummary]) -> dict[str, str]:
    """Return every name a form may be called by -> form id; form ids win over other names."""
    names = {name: form_id for form_id, summary in forms.items() for name in summary.references}
    return names | {form_id: form_id for form_id in forms}


def _target(text: str, names: Mapping[str, str]) -> str | None:
    return names.get(text) or names.get(normalise_form_id(text) or "")


def _returns_to(start: str, targets: Mapping[str, str | None]) -> bool:
    """Tell whether references lead in a circle: then every form says that another one stays."""
    seen, here = {start}, targets.get(start)
    while here is not None and here not in seen:
        seen.add(here)
        here = targets.get(here)
    return here == start


def _shared_niks(forms: Mapping[str, FormSummary], known: Known) -> _Found:
    rule = registered()["A13"]
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for form_id, summary in forms.items():
        for nik in set(summary.niks.values()):
            holders[summary.form, nik].append(form_id)
    for form_id, summary in forms.items():
        own = {form_id, *summary.references}
        for name, nik in sorted(summary.niks.items()):
            others = [other for other in holders[summary.form, nik] if other != form_id]
            if others:
                yield form_id, _shared(rule, name, others)
            elif known.holders.get((summary.form, nik), frozenset()) - own:
                yield form_id, rule.finding(Verdict((name,), "database"))


def _shared(rule: Rule, name: str, others: list[str]) -> Finding:
    named = ", ".join(others[:_MOST_NAMED]) + (", ..." if len(others) > _MOST_NAMED else "")
    return rule.finding(Verdict((name,), "batch", f"form {named}"))


def _satisficing(forms: Mapping[str, FormSummary], _: Known) -> _Found:
    officers: dict[str, list[FormSummary]] = defaultdict(list)
    for summary in forms.values():
        if summary.officer and summary.housing_confirmed is not None:
            officers[summary.officer].append(summary)
    for group in officers.values():
        if len(group) >= LEAST_FORMS and all(summary.housing_confirmed for summary in group):
            for summary in group:
                yield (
                    summary.form_id,
                    SATISFICING.finding(Verdict((), detail=f"{len(group)} forms")),
                )

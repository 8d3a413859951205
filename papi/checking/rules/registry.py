"""What a rule is, how it is declared, and the register of all rules in order.

Knows ids, severities, messages and when a rule cannot be judged yet. Must not know any one rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from papi.checking.rules.case import HOUSEHOLD, PERSON, Case
from papi.model.reading import Finding, Outcome, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
RT, PPKS, BOTH = frozenset({HOUSEHOLD}), frozenset({PERSON}), frozenset({HOUSEHOLD, PERSON})


class Say(NamedTuple):
    """One way a rule fails: its severity and what people are told. Never personal data."""

    severity: Severity
    message_id: str
    message_en: str


class Verdict(NamedTuple):
    """A failure that a rule's check reports: which of its messages, and where to look."""

    fields: tuple[str, ...]
    key: str = ""
    detail: str = ""


Check = Callable[[Case], Iterator[Verdict]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the forms.

    Attributes:
        id: "A12".
        forms: forms it applies to.
        what: what must hold, in English (for documents).
        says: messages by key; "" is the main one and carries the rule's severity.
        check: yields a verdict per failure; None for rules that look across forms only.
        needs: fields it cannot do without (strip fields are covered by `strips`).
        strips: needs every member strip that was issued.
        visited: applies only if people were asked (household result 1, person result 1, 2 or 7).
        partial: with strips missing, what was read is checked all the same (the rule still pends).
        everything: tells whether every issued page is needed on this form; what was read is checked
            all the same.
    """

    id: str
    forms: frozenset[str]
    what: str
    says: Mapping[str, Say]
    check: Check | None = None
    needs: tuple[str, ...] = ()
    strips: bool = False
    visited: bool = False
    partial: bool = False
    everything: Callable[[Case], bool] | None = None

    @property
    def severity(self) -> Severity:
        """Severity of the main message."""
        return self.says[""].severity

    def finding(self, verdict: Verdict) -> Finding:
        """Turn a verdict into the finding it stands for."""
        say = self.says[verdict.key]
        fields, detail = verdict.fields, verdict.detail
        return Finding(
            self.id, say.severity, Outcome.FAILED, fields, detail, say.message_id, say.message_en
        )

    def pending(self, pages: Iterable[int]) -> Finding:
        """Return the finding of a rule that waits for these pages."""
        numbers = ", ".join(str(page) for page in sorted(pages))
        return Finding(
            rule=self.id,
            severity=self.severity,
            outcome=Outcome.PENDING,
            detail=f"page {numbers}",
            message_id=f"Belum dapat diperiksa: halaman {numbers} belum dibaca.",
            message_en=f"Cannot be checked yet: page {numbers} was not read.",
        )


_REGISTER: dict[str, Rule] = {}


def registered() -> Mapping[str, Rule]:
    """Return all rules declared so far by id, in order of declaration."""
    return _REGISTER


def rule(
    rule_id: str,
    forms: frozenset[str],
    main: Say,
    *,
    needs: tuple[str, ...] = (),
    strips: bool = False,
    visited: bool = False,
    partial: bool = False,
    everything: Callable[[Case], bool] | None = None,
    **other: Say,
) -> Callable[[Check], Check]:
    """Register a check under its id. The first line of its docstring says what must hold."""

    def register(check: Check) -> Check:
        what = (check.__doc__ or "").strip().splitlines()[0]
        register_rule(
            Rule(
                id=rule_id,
                forms=forms,
                what=what,
                says={"": main, **other},
                check=check,
                needs=needs,
                strips=strips,
                visited=visited,
                partial=partial,
                everything=everything,
            )
        )
        return check

    return register


def register_rule(new: Rule) -> Rule:
    """Add a rule to the register.

    Raises:
        ValueError: the id is taken.
    """
    if new.id in _REGISTER:
        raise ValueError(f"rule {new.id} is declared twice")
    _REGISTER[new.id] = new
    return new

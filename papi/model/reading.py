"""Readings and review items: what was written in each field, how sure we are, who must look.

Knows the columns of the contract's tables. Must not know how a reading was decided or stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReadingStatus(StrEnum):
    """accepted: machine value stands; review: a person must look; resolved: a person did."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    RESOLVED = "resolved"


class Source(StrEnum):
    """Who said it."""

    MACHINE = "machine"
    CLERK = "clerk"
    PRELIST = "prelist"


@dataclass(frozen=True, slots=True)
class Reading:
    """One field of one page that was read (columns of the `readings` table).

    `value` is what was written: digits with fillers dropped and zeros kept; capitals with inner
    blanks as spaces; dates ISO (an impossible date: its digits); choices their code, space-joined
    when multiple; "ink" for text and signatures; "" for blank. `confidence` is P(value is what was
    written). `candidates`: (value, probability), best first. `reasons`: why review, e.g.
    "reading:doubtful", "rule:A12", "prelist:differs", "control:double_keying".
    """

    page: int
    field: str
    value: str
    machine_value: str
    confidence: float
    status: ReadingStatus
    reasons: tuple[str, ...] = ()
    source: Source = Source.MACHINE
    candidates: tuple[tuple[str, float], ...] = ()


class Severity(StrEnum):
    """E blocks writing the record, W needs review of the field, I is logged."""

    ERROR = "E"
    WARNING = "W"
    INFO = "I"


class Outcome(StrEnum):
    """What a rule found. PENDING: a page it needs is not here yet; never counted as passed."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule applied to one form (or one member or family of it).

    Attributes:
        rule: id, e.g. "A12".
        severity: as given in domain rules.
        outcome: see Outcome.
        fields: fields whose value the finding questions.
        detail: code-like facts without personal data, e.g. "art.2".
        message_id, message_en: what to tell people.
    """

    rule: str
    severity: Severity
    outcome: Outcome
    fields: tuple[str, ...] = ()
    detail: str = ""
    message_id: str = ""
    message_en: str = ""


@dataclass(frozen=True, slots=True)
class RecordValue:
    """One merged value of a record with its origin."""

    value: str
    origin: Source
    status: str = "verified"
    """verified | unverified | pending | blank"""


@dataclass(frozen=True, slots=True)
class FormDecision:
    """Everything decided about one form from the pages that came back so far.

    Attributes:
        form_id: which form.
        readings: one per field of every page read.
        findings: every rule that failed or is pending (passed ones are left out).
        values: merged record values by field name (household level or person form).
        members: merged values of each member, by member number, by field name without "art.N.".
        outcome: "matched" if the record may be written; "queue"; "incomplete" while pages lack.
        missing_pages: base pages (and issued continuation pages) not yet read.
    """

    form_id: str
    readings: tuple[Reading, ...]
    findings: tuple[Finding, ...]
    values: dict[str, RecordValue]
    members: dict[int, dict[str, RecordValue]]
    outcome: str
    missing_pages: tuple[int, ...] = ()

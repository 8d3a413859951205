"""Validation rules: A01-A33 (household), B01-B10 (PPKS person), ID.* (shapes of identifiers).

Knows plain values of one form (`check_form`) or of many (`check_across`). Must not know images,
probabilities or databases. The rules are those of the forms' specification; docs/rules.md lists
them. A rule that lacks a page is pending, never passed.
"""

from collections.abc import Mapping
from types import MappingProxyType

from papi.checking.rules import (
    household,
    housing,
    identifiers,
    members,
    membership,
    numbers,
    persons,
)
from papi.checking.rules.catalogue import rules_table
from papi.checking.rules.cross import check_across
from papi.checking.rules.engine import check_form, outcomes
from papi.checking.rules.registry import Rule, Say, registered
from papi.checking.rules.summary import (
    ACROSS_FIELDS,
    FormSummary,
    Known,
    summarise,
    summarise_form,
)

RULE_MODULES = (household, housing, identifiers, members, membership, numbers, persons)
"""Importing them registers their rules."""

RULES: Mapping[str, Rule] = MappingProxyType(dict(sorted(registered().items())))
"""All rules by id."""

__all__ = [
    "ACROSS_FIELDS",
    "RULES",
    "FormSummary",
    "Known",
    "Rule",
    "Say",
    "check_across",
    "check_form",
    "outcomes",
    "rules_table",
    "summarise",
    "summarise_form",
]

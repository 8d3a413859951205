"""Approve forms, or return them with a note: a supervisor's word, for one decision of a form.

Knows who may say what of which form. Must not know queries or screens.

An approval holds for the decision it was said of: a value keyed later, another scan, a page taken
back void it, and the form waits for a word again. Four eyes: who keyed a field of a form does not
approve it, unless the pipeline file says `approve_own: true`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.db import transaction

from papi.model.recipe import Recipe
from papi.office.standing_decider import standing
from papi.office.workspace import Workspace
from papi.store.approvals import Verdict, add_words, verdicts
from papi.store.faults import storage_faults
from papi.store.models import User
from papi.store.returning import Sent, open_again
from papi.store.scopes import Scope

MOST: Final = 200
"""Forms approved at once: what a person can have looked at, and one short transaction."""


MOST_NOTE: Final = 255
"""Letters of a note."""


class Refusal(StrEnum):
    """Why a form cannot be approved now."""

    UNKNOWN = "unknown"
    """No such form, or not theirs to see."""
    MISSING = "missing"
    """Nothing of it was read."""
    UNDECIDED = "undecided"
    """News came since it was decided."""
    INCOMPLETE = "incomplete"
    """A page of it is missing."""
    WAITING = "waiting"
    """A field waits for somebody."""
    RULE = "rule"
    """A rule that blocks the record failed."""
    CHANGED = "changed"
    """It is no longer what the person looked at."""
    OWN = "own"
    """The person keyed a field of it."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of a wish to approve."""

    done: tuple[str, ...] = ()
    refused: Mapping[str, Refusal] = field(default_factory=dict)


def refusal(verdict: Verdict | None, user: User, recipe: Recipe, looked_at: str) -> Refusal | None:
    """Say why a person cannot approve a form, None if they can.

    Args:
        verdict: what the store says of the form, None if it is not theirs to see.
        user: the person.
        recipe: the pipeline file.
        looked_at: fingerprint of what they saw.
    """
    if verdict is None:
        return Refusal.UNKNOWN
    own = user.pk in verdict.keyed_by and not recipe.control.approve_own
    checks = (
        (verdict.undecided, Refusal.UNDECIDED),
        (not verdict.outcome, Refusal.MISSING),
        (verdict.outcome == "incomplete", Refusal.INCOMPLETE),
        (verdict.waiting > 0, Refusal.WAITING),
        (verdict.errors > 0 or verdict.outcome != "matched", Refusal.RULE),
        (verdict.fingerprint != looked_at, Refusal.CHANGED),
        (own, Refusal.OWN),
    )
    return next((why for speaks_against, why in checks if speaks_against), None)


def judge(
    scope: Scope, user: User, recipe: Recipe, form_ids: Sequence[str]
) -> dict[str, tuple[str, Refusal | None]]:
    """Return fingerprint and refusal of each form as it stands now."""
    found = verdicts(scope, form_ids)
    return {
        form_id: (own.fingerprint, refusal(own, user, recipe, own.fingerprint))
        if (own := found.get(form_id))
        else ("", Refusal.UNKNOWN)
        for form_id in form_ids
    }


def approve(scope: Scope, user: User, recipe: Recipe, looked_at: Mapping[str, str]) -> Approved:
    """Approve forms, each as the person looked at it; the others are named with the reason.

    Args:
        scope: regions the person may see.
        user: the person.
        recipe: the pipeline file.
        looked_at: form id -> fingerprint of what they saw; at most MOST.
    """
    wanted = dict(list(looked_at.items())[:MOST])
    with storage_faults(), transaction.atomic():
        found = verdicts(scope, wanted, lock=True)
        why = {f: refusal(found.get(f), user, recipe, seen) for f, seen in wanted.items()}
        done = {form_id: wanted[form_id] for form_id, reason in why.items() if reason is None}
        add_words(user, "approved", done, "", ())
    return Approved(tuple(done), {form_id: r for form_id, r in why.items() if r is not None})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with a returned form.

    Attributes:
        note: for whoever does it.
        fields: fields to key again.
    """

    note: str
    fields: tuple[str, ...] = ()


def send_back(
    workspace: Workspace, scope: Scope, user: User, form_id: str, wish: Wish
) -> Sent | None:
    """Return a form with a note; fields named go to a clerk again, blind, as a new round.

    Args:
        workspace: open; its recipe decides the form anew where fields go to a clerk.
        scope: regions the person may see.
        user: the person.
        form_id: the form.
        wish: what is to be done.

    Returns:
        What was opened; None if the form is not theirs to see or nothing of it was read.
    """
    with storage_faults(), transaction.atomic():
        found = verdicts(scope, [form_id], lock=True).get(form_id)
        if found is None or not found.fingerprint:
            return None
        sent = open_again(form_id, wish.fields)
        note = wish.note.strip()[:MOST_NOTE]
        add_words(user, "returned", {form_id: found.fingerprint}, note, sent.fields)
    if sent.fields:
        standing(workspace).decider.decide_now([form_id])
    return sent

"""Who may approve what: every reason against it, and the order in which they are told."""

from __future__ import annotations

import dataclasses

import pytest

from papi.model.recipe import Recipe, load_recipe
from papi.office.approving import Refusal, refusal
from papi.store.approvals import Verdict
from papi.store.models import User

GOOD = Verdict("4F2K9QW3X", "3201122005", "f", "matched", False, 0, 0, frozenset({7}))


@pytest.fixture
def recipe() -> Recipe:
    return load_recipe()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"undecided": True}, Refusal.UNDECIDED),
        ({"outcome": "", "fingerprint": ""}, Refusal.MISSING),
        ({"outcome": "incomplete"}, Refusal.INCOMPLETE),
        ({"outcome": "queue", "waiting": 1}, Refusal.WAITING),
        ({"waiting": 1}, Refusal.WAITING),
        ({"errors": 1}, Refusal.RULE),
        ({"outcome": "queue"}, Refusal.RULE),
        ({"fingerprint": "g"}, Refusal.CHANGED),
        ({"keyed_by": frozenset({1, 7})}, Refusal.OWN),
    ],
)
def test_each_reason_speaks_against_approval(
    recipe: Recipe, change: dict[str, object], why: Refusal | None
) -> None:
    verdict = dataclasses.replace(GOOD, **change)  # type: ignore[arg-type]
    assert refusal(verdict, User(pk=1), recipe, "f") is why


def test_a_form_out_of_sight_is_unknown(recipe: Recipe) -> None:
    assert refusal(None, User(pk=1), recipe, "f") is Refusal.UNKNOWN


def test_four_eyes_unless_the_pipeline_file_says_otherwise(recipe: Recipe) -> None:
    assert recipe.control.approve_own is False
    control = recipe.control.model_copy(update={"approve_own": True})
    mine = User(pk=7)
    assert refusal(GOOD, mine, recipe, "f") is Refusal.OWN
    assert refusal(GOOD, mine, recipe.model_copy(update={"control": control}), "f") is None

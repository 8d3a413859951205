"""Items in the store: made, reopened and closed with the decision of their form, at little cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from made_forms import Filled, issue, persons, scan

from papi.model.keying import ItemState
from papi.model.recipe import load_recipe
from papi.office.deciding import Decider
from papi.office.item_backfill import make_missing_items
from papi.office.workspace import Workspace
from papi.store.cases import forget_decisions, load_case, mark_undecided, save_decision
from papi.store.items import (
    ItemSteps,
    StandingItem,
    WantedItem,
    apply_steps,
    drawing_key,
    standing_items,
)
from papi.store.models import IssuedForm, Item, Reading, Record

WANTED = WantedItem(
    1, "nik", "review", "nik", "nik", True, 2, "", "32", 0.5, "reading:x rule:A10", "scan-1"
)


@pytest.fixture
def form(workspace: Workspace) -> Filled:
    (made,) = issue(persons(1))
    return made


def change(form: Filled, **steps: object) -> list[StandingItem]:
    form_id, region = form.issued.form_id, form.issued.region
    apply_steps(form_id, region, ItemSteps(**steps))  # type: ignore[arg-type]
    return standing_items(form_id)


def test_a_new_item_is_open_and_carries_what_the_screens_need(form: Filled) -> None:
    (item,) = change(form, new=[WANTED])
    row = Item.objects.get()
    assert (item.state, item.round, item.content) == ("open", 1, "scan-1")
    assert (row.region, row.reasons) == (form.issued.region, "reading:x rule:A10")
    assert row.opened_at is not None
    assert (row.leased_to, row.lease, row.closed_at) == (None, "", None)


def test_an_item_opened_anew_keeps_its_row_and_loses_its_lease(form: Filled) -> None:
    (item,) = change(form, new=[WANTED])
    Item.objects.update(state="done", lease="x" * 32, closed_at="2026-07-01T00:00:00Z")
    anew = replace(WANTED, content="scan-2", machine_value="33")
    (again,) = change(form, moved=[(item, anew, ItemState.OPEN)])
    row = Item.objects.get()
    assert (again.key, again.round, again.state) == (item.key, 2, "open")
    assert (row.content, row.machine_value, row.lease) == ("scan-2", "33", "")
    assert row.closed_at is None


@pytest.mark.parametrize("state", [ItemState.DONE, ItemState.GONE])
def test_a_closed_item_is_in_nobodys_hands(form: Filled, state: ItemState) -> None:
    (item,) = change(form, new=[WANTED])
    Item.objects.update(lease="x" * 32)
    change(form, moved=[(item, None, state)])
    row = Item.objects.get()
    assert (row.state, row.lease, row.leased_until) == (state.value, "", None)
    assert row.closed_at is not None


def test_forms_that_are_forgotten_need_nobody(form: Filled) -> None:
    change(form, new=[WANTED])
    forget_decisions([form.issued.form_id])
    assert Item.objects.get().state == "gone"
    before = Item.objects.get().closed_at
    forget_decisions([form.issued.form_id])
    assert Item.objects.get().closed_at == before


@pytest.fixture
def decider(workspace: Workspace) -> Decider:
    recipe = load_recipe()
    strict = recipe.thresholds.model_copy(update={"tick": 1.0})
    return Decider(workspace, recipe.model_copy(update={"thresholds": strict}))


def queries(work: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        work()
    return [query["sql"] for query in seen if "papi_item" in query["sql"]]


def test_a_decision_costs_at_most_three_statements_for_its_items(
    form: Filled, decider: Decider
) -> None:
    scan(form.pages())
    assert len(queries(decider._decide_undecided)) <= 3
    made = list(Item.objects.order_by("pk").values())
    assert len(made) > 10
    mark_undecided([form.issued.form_id])
    assert len(queries(decider._decide_undecided)) == 1
    assert list(Item.objects.order_by("pk").values()) == made, "the same decision changes nothing"


def test_items_and_decision_come_together_or_not_at_all(
    form: Filled, decider: Decider, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(form.pages())

    def die(*_: object) -> None:
        raise SystemExit("killed")

    monkeypatch.setattr("papi.office.deciding.apply_steps", die)
    with pytest.raises(SystemExit):
        decider._decide_undecided()
    assert not Reading.objects.exists()
    assert not Item.objects.exists()
    assert IssuedForm.objects.get().undecided


def test_a_decision_does_not_hide_what_came_while_it_was_made(
    form: Filled, decider: Decider
) -> None:
    first, *rest = form.pages()
    scan([first], "first.pdf")
    case = load_case(form.issued.form_id)
    decision = decider.decision_of(case)
    scan(rest, "rest.pdf")
    assert not decider.keep(case, decision)
    assert IssuedForm.objects.get().undecided
    assert not Record.objects.exists()
    assert decider.decide_now([form.issued.form_id]) == 1
    assert set(Reading.objects.values_list("page", flat=True)) == set(form.issued.pages)
    assert save_decision(decision, "h"), "who does not say what they knew is taken at their word"


def test_a_workspace_of_an_older_release_gets_its_items(
    workspace: Workspace, form: Filled, decider: Decider
) -> None:
    scan(form.pages())
    decider._decide_undecided()
    columns = ("page", "field", "purpose", "field_class", "base", "machine_value", "content")
    made = list(Item.objects.order_by("pk").values_list(*columns))
    Item.objects.all().delete()
    assert make_missing_items(workspace) == 1
    assert list(Item.objects.order_by("pk").values_list(*columns)) == made
    assert make_missing_items(workspace) == 0


def test_the_secret_of_draws_is_the_workspaces_own(workspace: Workspace, settings: Any) -> None:
    own = drawing_key()
    settings.SECRET_KEY = "another"  # noqa: S105  of no workspace
    assert drawing_key() != own
    assert len(own) == 32

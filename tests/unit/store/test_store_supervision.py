"""Counts of supervision: what they are of, and the same on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from papi.office.workspace import Workspace
from papi.store import approvals, models
from papi.store import supervision as counted
from papi.store.boot import close_store, open_store
from papi.store.scopes import Scope
from papi.store.supervision import Focus

NOON = dt.datetime(2026, 11, 20, 5, 0, tzinfo=dt.UTC)
"""Noon in the office."""
DAY = dt.timedelta(days=1)
NEAR, FAR = "3201122005", "3273012005"
STEPS = [NOON - 2 * DAY, NOON - DAY, NOON, NOON + DAY]


def _moment(model: Any, key: Any, **moments: dt.datetime) -> None:
    model.objects.filter(pk=key).update(**moments)


def _form(number: int, region: str, outcome: str, layout: models.LayoutVersion) -> str:
    """Make a form with a page, a reading, an item and a record: decided `number` hours ago."""
    form = models.IssuedForm.objects.create(
        form_id=f"F{number:08d}", form="rt", layout=layout, region=region, pages=[1]
    )
    _moment(models.IssuedForm, form.pk, first_printed=NOON - 2 * DAY)
    if not outcome:
        return form.pk
    batch, _ = models.Batch.objects.get_or_create(name="tumpukan")
    file, _ = models.SourceFile.objects.get_or_create(
        sha256="a" * 64, defaults={"name": "a.pdf", "size": 1, "batch": batch}
    )
    page = models.ScanPage.objects.create(
        source=file, index=number, status="read", form_id=form.pk, page=1, active=True
    )
    _moment(models.ScanPage, page.pk, read_at=NOON - DAY)
    models.Record.objects.create(form=form, outcome=outcome, fingerprint=f"p{number}")
    _moment(models.Record, form.pk, decided_at=NOON)
    waits = outcome == "queue"
    models.Reading.objects.create(
        form=form, page=1, field="nik", confidence=0.5, source="machine",
        status="review" if waits else "resolved",
        reasons="reading:gap rule:A10" if waits else "",
    )  # fmt: skip
    item = models.Item.objects.create(
        form=form, page=1, field="nik", purpose="review", field_class="nik", base="nik",
        region=region, state="open" if waits else "done",
    )  # fmt: skip
    _moment(models.Item, item.pk, opened_at=NOON - DAY)
    if not waits:
        _moment(models.Item, item.pk, closed_at=NOON)
    return form.pk


def _fill() -> None:
    """Six forms near and three far: one not back, one in the queue, the others complete."""
    layout = models.LayoutVersion.objects.create(form="rt", version="R00001", codebook="papi 1")
    boss = models.User.objects.create(username="ratna", role="supervisor")
    clerk = models.User.objects.create(username="budi", role="clerk")
    outcomes = ["", "queue", "matched", "matched", "matched", "matched"]
    near = [_form(number, NEAR, outcome, layout) for number, outcome in enumerate(outcomes)]
    far = [_form(10 + n, FAR, outcome, layout) for n, outcome in enumerate(outcomes[:3])]
    words = [(near[2], "approved", "p2"), (near[3], "approved", "older"),
             (near[4], "approved", "p4"), (near[4], "returned", "p4"), (near[5], "returned", "p5"),
             (near[5], "approved", "p5"), (far[2], "approved", "p12")]  # fmt: skip
    for form_id, state, decision in words:
        word = models.Approval.objects.create(
            form_id=form_id, state=state, decision=decision, user=boss
        )
        _moment(models.Approval, word.pk, made_at=NOON)
    for item in models.Item.objects.filter(state="done"):
        entry = models.Entry.objects.create(
            item=item, round=1, user=clerk, kind="keyed", client_key=item.form_id,
            seconds=2.5, keys=3,
        )  # fmt: skip
        _moment(models.Entry, entry.pk, made_at=NOON)


def _everything(focus: Focus) -> dict[str, Any]:
    return {
        "villages": counted.village_counts(focus),
        "steps": counted.step_counts(focus, STEPS),
        "ages": counted.waiting_ages(focus, [NOON - DAY / 2, NOON - 2 * DAY]),
        "reasons": counted.reason_counts(focus),
        "classes": counted.class_counts(focus),
        "clerks": counted.clerk_steps(focus, STEPS),
        "fix": counted.fix_counts(focus),
        "batches": [row | {"started": None} for row in counted.batch_rows(focus, 5)],
        "places": counted.places(focus.scope),
        "forms": {
            state: [row.form_id for row in approvals.find_forms(focus, state, "", 0, 50)]
            for state in ("", *approvals.STATES)
        },
        "counts": {s: approvals.count_forms(focus, s, "") for s in approvals.STATES},
        "standing": [approvals.standing_ids(word) for word in ("approved", "returned")],
    }


FOCUSES = (
    Focus(Scope()),
    Focus(Scope((NEAR[:4],))),
    Focus(Scope(), region=FAR),
    Focus(Scope((NEAR[:4],)), region=FAR),
    Focus(Scope((FAR, NEAR)), form="rt"),
)


def test_each_form_counts_once_and_only_where_it_may_be_seen(workspace: Workspace) -> None:
    _fill()
    near = _everything(FOCUSES[1])
    assert near["villages"] == {
        (NEAR, "rt"): {
            "issued": 6, "returned": 5, "read": 5, "in_queue": 1, "matched": 4, "undecided": 0,
            "approved": 2, "sent_back": 1, "queued": 1, "resolved": 4,
        }
    }  # fmt: skip
    assert near["steps"] == {
        "printed": [6, 0, 0], "returned": [0, 5, 0], "pages": [0, 5, 0], "queued": [0, 5, 0],
        "resolved": [0, 0, 4], "complete": [0, 0, 4], "approved": [0, 0, 2],
    }  # fmt: skip
    assert near["ages"] == {
        "count": 1, "oldest": NOON - DAY, "median": NOON - DAY, "ages": [0, 1, 0],
    }  # fmt: skip
    assert near["reasons"] == {"reading:gap": 1, "rule:A10": 1}
    assert near["clerks"] == [
        {"step": 2, "name": "budi", "entries": 4, "seconds": 10.0, "keys": 12, "asked": 0}
    ]
    assert near["places"] == ([NEAR], ["rt"])
    assert _everything(FOCUSES[3])["villages"] == {}


def test_forms_are_found_by_where_they_stand(workspace: Workspace) -> None:
    _fill()
    found = _everything(FOCUSES[1])["forms"]
    ids = [f"F{number:08d}" for number in range(6)]
    assert found[""] == ids
    assert found["missing"] == [ids[0]]
    assert found["queue"] == [ids[1]]
    assert found["approved"] == [ids[2], ids[5]]
    assert found["returned"] == [ids[4]]
    assert found["matched"] == [ids[3], ids[4]]  # to approve: never, of another decision, returned
    counts = _everything(FOCUSES[1])["counts"]
    assert counts == {state: len(found[state]) for state in approvals.STATES}


def test_a_list_says_where_each_form_stands_as_it_was_found(workspace: Workspace) -> None:
    _fill()
    for state in ("missing", "queue", "approved", "returned"):
        rows = approvals.find_forms(FOCUSES[0], state, "", 0, 50)
        assert {row.state for row in rows} == {state}
    row = approvals.one_form(Scope(), "F00000003")
    assert row is not None
    assert (row.state, row.void, row.said_by) == ("matched", True, "ratna")
    assert approvals.one_form(Scope((FAR,)), "F00000003") is None


def test_postgresql_counts_as_sqlite_does(workspace: Workspace, postgres_url: str) -> None:
    _fill()
    wanted = [_everything(focus) for focus in FOCUSES]
    close_store()
    open_store(workspace.folder, postgres_url)
    _fill()
    found = [_everything(focus) for focus in FOCUSES]
    close_store()
    assert found == wanted


@pytest.mark.parametrize("prefix", ["F0000000", "%", "_", "' OR 1=1 --"])
def test_the_beginning_of_an_id_is_only_that(workspace: Workspace, prefix: str) -> None:
    _fill()
    found = approvals.count_forms(FOCUSES[0], "", prefix)
    assert found == (6 if prefix == "F0000000" else 0)

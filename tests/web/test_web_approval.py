"""Approval: of one decision, by four eyes, one or many at once; sending back asks again."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from supervised import decide, key, move_away, settle
from web_office import ClientAs, WebOffice, use_recipe

from papi.office.standing_decider import standing
from papi.store import models
from papi.store.approvals import one_form
from papi.store.scopes import Scope

EVERYWHERE = Scope()


def _state(form_id: str) -> str:
    found = one_form(EVERYWHERE, form_id)
    assert found is not None
    return found.state


def _approve(client: Client, form_id: str) -> str:
    """Approve a form by the button on its screen; return where it leads and what is said."""
    page = client.get(f"/office/forms/{form_id}/").content.decode()
    mark = re.search(r'name="fingerprint" value="(\w+)"', page)
    reply = client.post(
        f"/office/forms/{form_id}/approve/", {"fingerprint": mark[1] if mark else ""}, follow=True
    )
    return str(reply.content.decode())


@pytest.fixture
def complete(office: WebOffice) -> list[str]:
    """Forms of which a clerk keyed everything that waited."""
    found = settle(office, office.person("clerk", name="budi"))
    assert len(found) >= 3
    return found


def test_a_complete_form_is_approved_and_it_is_recorded(
    complete: list[str], client_as: ClientAs
) -> None:
    client = client_as("supervisor", name="ratna")
    assert "1 formulir disetujui" in _approve(client, complete[0])
    assert _state(complete[0]) == "approved"
    event = models.AuditEvent.objects.get(action="form.approved")
    record = models.Record.objects.get(pk=complete[0])
    assert (event.form_id, event.actor) == (complete[0], "ratna")
    assert event.detail == {"decision": record.fingerprint[:16]}
    assert _state(complete[1]) == "matched"


def test_a_later_change_voids_an_approval_and_says_so(
    office: WebOffice, complete: list[str], client_as: ClientAs
) -> None:
    client = client_as("supervisor", name="ratna")
    form_id = complete[0]
    _approve(client, form_id)
    text = models.Reading.objects.filter(form=form_id, status="accepted", value="").exclude(
        field__contains="cek"
    )
    digits = text.filter(field__startswith="no_").first() or text.order_by("pk").last()
    assert digits is not None
    before = models.Record.objects.get(pk=form_id).fingerprint
    key(office, form_id, digits.field, "1", office.person("clerk"))
    assert models.Record.objects.get(pk=form_id).fingerprint != before
    assert _state(form_id) != "approved"
    assert "tidak berlaku lagi" in client.get(f"/office/forms/{form_id}/").content.decode()
    assert office.paper.status()["forms"]["approved"] == 0


def test_a_control_entry_that_confirms_a_value_voids_nothing(
    office: WebOffice, complete: list[str], client_as: ClientAs
) -> None:
    form_id = complete[0]
    _approve(client_as("supervisor"), form_id)
    reading = models.Reading.objects.filter(form=form_id, status="accepted").exclude(value="")[0]
    key(office, form_id, reading.field, reading.value, office.person("clerk"))
    assert models.Reading.objects.get(form=form_id, field=reading.field).status == "resolved"
    assert _state(form_id) == "approved"


def test_news_of_a_form_suspend_its_approval_until_it_is_decided(
    office: WebOffice, complete: list[str], client_as: ClientAs
) -> None:
    _approve(client_as("supervisor"), complete[0])
    models.IssuedForm.objects.filter(pk=complete[0]).update(undecided=True)
    assert _state(complete[0]) == "undecided"
    decide(office, complete[0])
    assert _state(complete[0]) == "approved"


def test_who_keyed_a_field_does_not_approve_the_form(
    office: WebOffice, complete: list[str], client_as: ClientAs
) -> None:
    client = client_as("supervisor", name="ratna")
    reading = models.Reading.objects.filter(form=complete[0], status="accepted").first()
    assert reading is not None
    key(office, complete[0], reading.field, reading.value, client.person)  # type: ignore[attr-defined]
    assert "Anda sendiri mengentri" in _approve(client, complete[0])
    assert _state(complete[0]) == "matched"
    _approve(client_as("supervisor"), complete[0])
    assert _state(complete[0]) == "approved"


def test_an_entry_that_stands_counts_as_keying_and_one_taken_back_does_not(
    complete: list[str], client_as: ClientAs
) -> None:
    client = client_as("supervisor")
    item = models.Item.objects.filter(form=complete[0]).first()
    assert item is not None
    entry = models.Entry.objects.create(
        item=item, round=1, user=client.person, kind="keyed", client_key="mine"  # type: ignore[attr-defined]
    )  # fmt: skip
    _approve(client, complete[0])
    assert _state(complete[0]) == "matched"
    entry.undone_at = entry.made_at
    entry.save()
    _approve(client, complete[0])
    assert _state(complete[0]) == "approved"


def test_the_pipeline_file_may_let_people_approve_their_own(
    office: WebOffice, complete: list[str], client_as: ClientAs
) -> None:
    client = client_as("supervisor")
    reading = models.Reading.objects.filter(form=complete[0], status="accepted").first()
    assert reading is not None
    key(office, complete[0], reading.field, reading.value, client.person)  # type: ignore[attr-defined]
    use_recipe(office.workspace.folder, control={"sample_share": 0.05, "approve_own": True})
    standing(office.workspace).decider.decide_now(complete)
    _approve(client, complete[0])
    assert _state(complete[0]) == "approved"


@pytest.mark.parametrize("trouble", ["item", "rule", "page", "news"])
def test_a_form_that_is_not_complete_cannot_be_approved(
    complete: list[str], client_as: ClientAs, trouble: str
) -> None:
    form_id = complete[0]
    mark = models.Record.objects.get(pk=form_id).fingerprint
    if trouble == "item":
        item = models.Item.objects.filter(form=form_id).order_by("pk").first()
        assert item is not None
        models.Item.objects.filter(pk=item.pk).update(state="arbitration")
    if trouble == "rule":
        models.Finding.objects.create(form_id=form_id, rule="A03", severity="E", outcome="failed")
    if trouble == "page":
        models.Record.objects.filter(pk=form_id).update(outcome="incomplete")
    if trouble == "news":
        models.IssuedForm.objects.filter(pk=form_id).update(undecided=True)
    client = client_as("supervisor")
    assert "data-approve" not in client.get(f"/office/forms/{form_id}/").content.decode()
    client.post(f"/office/forms/{form_id}/approve/", {"fingerprint": mark})
    assert not models.Approval.objects.exists()


def test_a_form_that_changed_since_it_was_looked_at_is_not_approved(
    complete: list[str], client_as: ClientAs
) -> None:
    client = client_as("supervisor")
    reply = client.post(
        f"/office/forms/{complete[0]}/approve/", {"fingerprint": "0" * 64}, follow=True
    )
    assert "berubah sejak Anda melihatnya" in reply.content.decode()
    assert not models.Approval.objects.exists()


def test_many_are_approved_after_a_clear_count(complete: list[str], client_as: ClientAs) -> None:
    client = client_as("supervisor")
    move_away(complete[2:])
    client.get(f"/office/forms/{complete[0]}/")
    page = client.get("/office/forms/approve/?region=3201").content.decode()
    assert set(re.findall(r'name="chosen" value="(\w+)"', page)) == set(complete[:2])
    sure = client.post(
        "/office/forms/approve/?region=3201", {"chosen": complete[:2]}
    ).content.decode()
    assert "Setujui 2 formulir?" in sure
    assert "1 di antaranya belum Anda buka" in sure
    assert not models.Approval.objects.exists()
    marks = re.findall(r'name="mark" value="([^"]+)"', sure)
    models.IssuedForm.objects.filter(pk=complete[1]).update(undecided=True)
    done = client.post(
        "/office/forms/approve/?region=3201", {"sure": "1", "mark": marks}, follow=True
    ).content.decode()
    assert "1 formulir disetujui" in done
    assert "1 formulir tidak disetujui" in done
    assert [_state(form_id) for form_id in complete[:2]] == ["approved", "undecided"]


def test_a_form_sent_back_is_listed_for_who_does_it_and_its_fields_are_keyed_again(
    office: WebOffice, complete: list[str], client_as: ClientAs
) -> None:
    form_id = complete[0]
    keyed = models.Reading.objects.filter(form=form_id, status="resolved")[0]
    read = models.Reading.objects.filter(form=form_id, status="accepted", page=keyed.page)[0]
    supervisor, note = client_as("supervisor", name="ratna"), "Lihat lagi <nomornya>"
    supervisor.post(
        f"/office/forms/{form_id}/return/",
        {"note": note, "again": [keyed.field, read.field, "no_such_field"]},
    )
    assert _state(form_id) == "returned"
    for field in (keyed.field, read.field):
        item = models.Item.objects.get(form=form_id, field=field, purpose="review")
        assert item.state == "open"
        assert "control:returned" in item.reasons
    reopened = models.Item.objects.get(form=form_id, field=keyed.field, purpose="review")
    assert reopened.round == 2
    event = models.AuditEvent.objects.get(action="form.returned")
    assert set(event.detail["fields"]) == {keyed.field, read.field}
    assert note not in str(event.detail)
    for role in ("clerk", "operator"):
        assert (
            "Lihat lagi &lt;nomornya&gt;"
            in client_as(role).get("/office/returned/").content.decode()
        )
    assert office.paper.status()["forms"]["sent_back"] == 1
    decide(office, form_id)  # every later decision still asks
    assert models.Item.objects.get(pk=reopened.pk).state == "open"
    clerk = office.person("clerk")
    for field, value in ((keyed.field, keyed.value), (read.field, read.value)):
        key(office, form_id, field, value, clerk)
    assert models.Record.objects.get(pk=form_id).outcome == "matched"
    assert _state(form_id) == "returned"  # keyed again, nothing changed: the supervisor decides
    _approve(supervisor, form_id)
    assert _state(form_id) == "approved"


def test_a_form_sent_back_without_a_note_is_not_sent(
    complete: list[str], client_as: ClientAs
) -> None:
    client = client_as("supervisor")
    for note in ("", " ", "x" * 256):
        client.post(f"/office/forms/{complete[0]}/return/", {"note": note})
    assert not models.Approval.objects.exists()


def test_exports_can_be_limited_to_approved_forms(
    office: WebOffice, complete: list[str], client_as: ClientAs
) -> None:
    _approve(client_as("supervisor"), complete[0])
    rows = {row["form_id"]: row["approval"] for row in office.paper.table("records")}
    assert rows[complete[0]] == "approved"
    assert set(rows.values()) == {"approved", ""}
    out = office.workspace.folder / "approved.csv"
    result = office.paper.papi("export", "records", "--out", out, "--approved")
    assert result.exit_code == 0
    lines = out.read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(complete[0])
    assert office.paper.papi("export", "pages", "--out", out, "--approved").exit_code == 2
    assert office.paper.status()["forms"]["approved"] == 1


def test_approving_needs_post_and_a_supervisor(complete: list[str], client_as: ClientAs) -> None:
    for role in ("clerk", "operator", "admin"):
        client = client_as(role)
        assert client.post(f"/office/forms/{complete[0]}/approve/").status_code == 403
        assert client.post("/office/forms/approve/", {"sure": "1"}).status_code == 403
    client = client_as("supervisor")
    assert client.get(f"/office/forms/{complete[0]}/approve/").status_code == 405
    assert client.get(f"/office/forms/{complete[0]}/return/").status_code == 405

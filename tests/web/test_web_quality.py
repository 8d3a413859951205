"""The quality page: what it says of samples, and raising a threshold from it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

import pytest
from browsing import scrolls, violations
from django.test import Client
from playwright.sync_api import Page
from web_office import WebOffice

from papi.checking.classes import field_class
from papi.model.recipe import FieldClass
from papi.office.quality import raise_options
from papi.office.raising import redeciding
from papi.office.recipe_files import recipe_in_force
from papi.store.cases import all_layouts
from papi.store.models import AuditEvent, Entry, Item, Reading, User

ClientAs = Callable[..., Client]
PageAs = Callable[..., Page]


@pytest.fixture(autouse=True)
def settled() -> Iterator[None]:
    """Let no run go on into the next test's workspace."""
    yield
    redeciding.wait(60)


@pytest.fixture
def judged(office: WebOffice) -> User:
    """A clerk keyed every sample; of the ticks all are found wrong."""
    clerk = office.person("clerk", name="ani")
    judge = office.person("clerk", name="budi")
    for item in Item.objects.filter(purpose="sample"):
        wrong = item.field_class == "tick"
        value = "8" if wrong else item.machine_value
        Entry.objects.create(item=item, round=1, user=clerk, kind="keyed", value=value,
                             client_key=f"k{item.pk}", seconds=2.0, keys=2)  # fmt: skip
        if wrong:
            Entry.objects.create(item=item, round=1, user=judge, kind="arbitrated", value=value,
                                 client_key=f"a{item.pk}")  # fmt: skip
    Item.objects.filter(purpose="sample").update(state="done")
    assert Item.objects.filter(purpose="sample", field_class="tick").exists()
    return clerk


def test_the_page_before_anybody_keyed_a_sample(client_as: ClientAs) -> None:
    text = client_as("supervisor").get("/quality/").content.decode()
    assert "Belum diketahui" in text
    assert 'role="alert"' not in text


@pytest.mark.usefixtures("judged")
def test_the_supervisor_is_told_by_page_and_command(page_as: PageAs, office: WebOffice) -> None:
    page = page_as("supervisor", name="hakim")
    page.goto("/quality/")
    assert "Tanda centang, terisi" in page.locator(".alarm.sure").first.inner_text()
    assert page.locator("svg.intervals .dot").count() > 2
    assert not violations(page)
    page.locator(".alarm a").first.click()
    page.wait_for_url("**/quality/raise/tick/")
    assert not violations(page)
    assert not scrolls(page)
    result = office.paper.papi("status")
    assert "WARNING: tick (written) errs above its target" in result.stdout
    report = json.loads(office.paper.papi("status", "--json").stdout)["quality"]
    assert [c["name"] for c in report["clerks"]] == ["ani"]
    tick = next(line for line in report["classes"] if line["class"] == "tick")
    assert tick["wrong"] == tick["judged"] > 0


@pytest.mark.usefixtures("judged")
def test_csv_of_classes_and_clerks(client_as: ClientAs) -> None:
    client = client_as("supervisor")
    classes = client.get("/quality/classes.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(classes), delimiter=";"))
    kinds = {row["Isian"] for row in rows}
    assert kinds >= {"Tanda centang, terisi", "Kode 1-3 digit, terisi"}
    clerks = client.get("/quality/clerks.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(clerks), delimiter=";")
    assert (row["Petugas"], row["Salah"]) == ("ani", "0")


def test_raising_from_the_page_queues_what_falls_below(
    client_as: ClientAs, office: WebOffice
) -> None:
    client, folder = client_as("supervisor", name="hakim"), office.workspace.folder
    before = recipe_in_force(folder)
    step = raise_options(before, FieldClass.TICK)[-1]
    shown = client.get("/quality/raise/tick/").content.decode()
    assert repr(step.threshold) in shown
    kinds = {f.name: field_class(f) for lay in all_layouts().values() for f in lay.fields}
    accepted = Reading.objects.filter(status="accepted")
    below = {
        (reading.form_id, reading.field)
        for reading in accepted.filter(confidence__lt=step.threshold)
        if kinds[reading.field] is FieldClass.TICK
    }
    assert len(below) == step.requeued > 0
    was = set(accepted.values_list("form", "field"))
    now = repr(before.thresholds.tick)
    client.post("/quality/raise/tick/change/", {"seen": now, "to": repr(step.threshold)})
    redeciding.wait(60)
    assert (redeciding.problem, redeciding.running) == ("", False)
    assert recipe_in_force(folder).thresholds.tick == step.threshold
    review = set(Reading.objects.filter(status="review").values_list("form", "field"))
    assert review & was == below
    assert AuditEvent.objects.get(action="threshold.raised").actor == "hakim"
    assert client.get("/quality/progress/").content.decode().count("note") == 0


def test_nothing_is_lowered_forged_or_changed_by_who_sees_some_regions(
    client_as: ClientAs, office: WebOffice
) -> None:
    before = recipe_in_force(office.workspace.folder)
    now = before.thresholds.tick
    everywhere, some = client_as("supervisor"), client_as("supervisor", regions=["32"])
    path = "/quality/raise/tick/change/"
    for to in ("0.5", repr(now), "0.99999", "nan", "", "x"):
        everywhere.post(path, {"seen": repr(now), "to": to})
    step = raise_options(before, FieldClass.TICK)[0].threshold
    everywhere.post(path, {"seen": "0.1", "to": repr(step)})
    assert some.post(path, {"seen": repr(now), "to": repr(step)}).status_code == 403
    assert some.get("/quality/").status_code == 200
    assert some.post("/quality/decide/").status_code == 403
    assert everywhere.get("/quality/raise/nothing/").status_code == 404
    assert recipe_in_force(office.workspace.folder) == before
    assert not AuditEvent.objects.filter(action="threshold.raised").exists()


def test_what_was_cut_off_is_shown_and_can_be_finished(
    client_as: ClientAs, office: WebOffice
) -> None:
    from papi.store.cases import count_outdated, mark_undecided

    client = client_as("supervisor")
    mark_undecided(Reading.objects.values_list("form", flat=True).distinct())
    left = count_outdated()
    assert f"{left} formulir menunggu" in client.get("/quality/").content.decode()
    client.post("/quality/decide/")
    redeciding.wait(60)
    assert count_outdated() == 0
    assert office.paper.papi("decide").stdout == "0 forms decided\n"

"""Groups in a real browser, by keyboard alone; and by hand-made requests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browsing import Complaints, scrolls, violations
from django.test import Client
from playwright.sync_api import Page
from web_office import WebOffice, use_recipe

from papi.model.recipe import load_recipe
from papi.office import grids, planting
from papi.office.deciding import Decider
from papi.office.workspace import Workspace, open_workspace
from papi.store.models import AuditEvent, Entry, Grid, Item, User

ClientAs = Callable[..., Client]
PageAs = Callable[..., Page]


@pytest.fixture(autouse=True)
def nothing_planted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planting, "TRAP_CHANCE", 0.0)


@pytest.fixture
def many(office: WebOffice) -> Workspace:
    """The office with thresholds that send most ticks and codes to people."""
    folder = office.workspace.folder
    text = (folder / "papi.toml").read_text("utf-8")
    (folder / "papi.toml").write_text(text.replace("recipe.yaml", "default"), "utf-8")
    use_recipe(folder, thresholds={"tick": 1.0, "coded": 1.0}, control={"double_key_share": 0.0})
    workspace = open_workspace(folder)
    Decider(workspace, load_recipe(workspace.recipe)).decide_all()
    return workspace


def open_grid(user: str) -> Grid:
    return Grid.objects.get(user__username=user, answered_at=None)


@pytest.mark.usefixtures("many")
def test_a_group_by_keyboard(page_as: PageAs, complaints: Complaints) -> None:
    page = page_as("clerk", name="ani")
    page.goto("/group/")
    assert not violations(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(".cell")
    page.wait_for_load_state("networkidle")
    loaded = "() => [...document.images].every(i => i.complete && i.naturalWidth > 20)"
    assert page.evaluate(loaded)
    assert not scrolls(page)
    assert not violations(page)
    grid = open_grid("ani")
    count = page.locator(".cell").count()
    assert count == len(grid.places)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    assert page.locator("#marked").inner_text() == "1"
    assert not violations(page)
    odd = int(page.locator("input[name=other]:checked").get_attribute("value") or "")
    page.keyboard.press("Enter")
    page.wait_for_selector(".note.success")
    page.wait_for_load_state("networkidle")
    grid.refresh_from_db()
    assert grid.answered_at is not None
    said = dict(Entry.objects.filter(user__username="ani").values_list("item_id", "kind"))
    assert said.pop(grid.places[odd][0]) == "refused"
    assert set(said.values()) == {"confirmed"}
    assert len(said) == count - 1
    assert not scrolls(page), "the note of the last group leaves room for the next"
    if page.locator(".cell").count():
        with page.expect_navigation():
            page.keyboard.press("F8")
        page.wait_for_selector(".note.success")
        page.wait_for_load_state("networkidle")
        assert not Entry.objects.filter(kind="confirmed", undone_at=None).exists()
        page.keyboard.press("Escape")
        page.wait_for_url("**/group/")
        assert not Grid.objects.filter(answered_at=None).exists()


@pytest.mark.usefixtures("many")
def test_whoever_misses_a_planted_picture_is_told(
    client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_as("clerk", name="ani")
    item = Item.objects.filter(field_class="tick").exclude(grid_value__in=["", "1"])[0]
    place = grids.grids.places_of([item.pk])[item.pk]
    monkeypatch.setattr(planting, "TRAP_CHANCE", 1.1)
    monkeypatch.setattr(planting, "settled_alike", lambda *_: [place])
    client.post("/group/take/", {"class": "tick", "value": "1"})
    grid = open_grid("ani")
    (planted,) = (n for n, found in enumerate(grid.places) if len(found) == 3)
    shown = client.get(f"/group/{grid.token}/").content.decode()
    assert place.form_id not in shown
    assert place.field not in shown
    assert client.get(f"/group/{grid.token}/{planted}.jpg").status_code == 200
    told = client.post(f"/group/{grid.token}/answer/", follow=True).content.decode()
    assert "tidak ditandai" in told
    assert not Entry.objects.exists()
    client.post(f"/group/{grid.token}/answer/", {"other": [str(planted)]})
    grid.refresh_from_db()
    assert (grid.tries, grid.missed) == (2, 1)
    assert Entry.objects.filter(kind="confirmed").count() == len(grid.places) - 1


@pytest.mark.usefixtures("many")
def test_pictures_are_for_who_has_the_grid(client_as: ClientAs) -> None:
    ani, budi = client_as("clerk", name="ani"), client_as("clerk", name="budi")
    ani.post("/group/take/")
    grid = open_grid("ani")
    path = f"/group/{grid.token}/0.jpg"
    answer = ani.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in answer["Cache-Control"]
    assert budi.get(path).status_code == 404
    assert client_as("operator").get(path).status_code == 403
    assert ani.get(f"/group/{grid.token}/999.jpg").status_code == 404
    seen = AuditEvent.objects.filter(actor="ani", action="item.viewed")
    assert seen.count() == len(grid.places)
    User.objects.filter(username="ani").update(regions=["99"])
    assert ani.get(path).status_code == 404


@pytest.mark.usefixtures("many")
def test_forged_and_stale_answers_store_nothing(client_as: ClientAs) -> None:
    ani, budi = client_as("clerk", name="ani"), client_as("clerk", name="budi")
    ani.post("/group/take/")
    token = open_grid("ani").token
    assert budi.post(f"/group/{token}/answer/").status_code == 302
    assert ani.post("/group/nothing/answer/", {"other": ["x", "-1", "1e9"]}).status_code == 302
    ani.post("/group/leave/")
    ani.post(f"/group/{token}/answer/")
    assert not Entry.objects.exists()
    assert ani.get(f"/group/{token}/answer/").status_code == 405
    assert ani.get("/group/take/").status_code == 405

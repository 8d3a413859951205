"""What must be written down is; what nobody may know yet, or any more, is nowhere to be read."""

from __future__ import annotations

import datetime as dt
import io
import logging

import pytest
from browsing import PageAs
from django.utils import timezone
from web_office import PASSWORD, ClientAs, WebOffice

from papi.model.keying import Answer, EntryKind
from papi.office import keying
from papi.office.serve_log import log_to
from papi.store.models import AuditEvent, Item, User

FIRST, SECOND = "9911223344556677", "9911223344556688"


def test_a_field_on_screen_again_the_next_day_is_seen_again(office: WebOffice) -> None:
    clerk = office.person("clerk", name="wati")
    (task,) = keying.next_tasks(office.workspace, clerk, count=1)
    (same,) = keying.next_tasks(office.workspace, clerk, count=1)
    seen = AuditEvent.objects.filter(action="item.viewed", actor="wati", detail__item=task.item)
    assert (same.item, seen.count()) == (task.item, 1)
    yesterday = timezone.now() - dt.timedelta(days=1)
    Item.objects.filter(pk=task.item).update(leased_until=yesterday)
    (again,) = keying.next_tasks(office.workspace, clerk, count=1)
    assert (again.item, again.lease) == (task.item, task.lease)
    assert seen.count() == 2


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/quality/", "figures.viewed"),
        ("/quality/classes.csv", "figures.exported"),
        ("/quality/clerks.csv", "figures.exported"),
    ],
)
def test_figures_of_people_leave_a_trace_wherever_they_are_seen(
    client_as: ClientAs, path: str, action: str
) -> None:
    client = client_as("supervisor", name="sari")
    assert client.get(path).status_code == 200
    assert AuditEvent.objects.filter(actor="sari", action=action).count() == 1


def test_a_blind_entry_is_in_no_history_before_its_item_is_settled(
    office: WebOffice, client_as: ClientAs
) -> None:
    """Who may be handed the second entry, or settle between two, must not know the first."""
    item = Item.objects.filter(state="open", entries_needed=2, field_class="nik").first()
    assert item is not None
    first, second = (office.person("clerk", name=name) for name in ("wati", "joko"))
    client = client_as("supervisor", name="sari")
    path = {"field": item.field, "fields": "all"}
    for person, word, shown in ((first, FIRST, False), (second, SECOND, False)):
        _key(office, person, item, word)
        page = client.get(f"/office/forms/{item.form_id}/", path).content.decode()
        assert (word in page) is shown
        assert FIRST not in page
    Item.objects.filter(pk=item.pk).update(state="done")
    page = client.get(f"/office/forms/{item.form_id}/", path).content.decode()
    assert FIRST in page
    assert SECOND in page


def _key(office: WebOffice, person: User, item: Item, word: str) -> None:
    until = timezone.now() + dt.timedelta(minutes=5)
    Item.objects.filter(pk=item.pk).update(leased_to=person, leased_until=until, lease="1" * 32)
    said = Answer(item.pk, "1" * 32, f"{person.username}-{word}-key", EntryKind.KEYED, word,
                  confirmed=True)  # fmt: skip
    (result,) = keying.answer(office.workspace, person, [said])
    assert result.state.value == "taken"


def test_nothing_half_typed_stays_in_a_browser_after_logging_out(page_as: PageAs) -> None:
    page = page_as("clerk")
    page.goto("/key/work/")
    page.wait_for_selector("#k-value:enabled")
    page.keyboard.type("3201")
    page.locator(".person summary").click()
    page.locator("[data-logout] button").click()
    page.wait_for_url("**/login/")
    kept = page.evaluate("({...sessionStorage, ...localStorage})")
    assert set(kept.values()) <= {"/login/"}


def test_a_failure_of_the_web_server_is_logged_without_what_was_sent() -> None:
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        log_to(stream)
        logging.getLogger("waitress").error(
            "uncaptured python exception, closing channel <waitress.channel.HTTPChannel "
            "connected 10.1.1.1:99 at 0x7f> (<class 'ValueError'>: 'nik=3201014507920003' [x|y])"
        )
    finally:
        root.handlers[:], root.level = handlers, level
    assert "uncaptured python exception, closing channel" in stream.getvalue()
    assert "3201014507920003" not in stream.getvalue()
    assert "10.1.1.1" not in stream.getvalue()


@pytest.mark.parametrize(
    "typed", ["budi", " budi", "budi ", "\N{FULLWIDTH LATIN SMALL LETTER B}udi"]
)
def test_no_spelling_of_a_name_is_guessed_at_more_often(
    office: WebOffice, client_as: ClientAs, typed: str
) -> None:
    """After five failures no spelling that means the same person gets in, the right password or
    not, whatever address a header claims."""
    office.person("clerk", name="budi")
    client = client_as("admin")
    client.logout()
    for turn in range(5):
        client.post("/login/", {"username": typed, "password": f"wrong-{turn}"})
    for name in ("budi", typed):
        answer = client.post(
            "/login/",
            {"username": name, "password": PASSWORD},
            headers={"X-Forwarded-For": "10.9.9.9", "X-Real-IP": "10.9.9.9"},
        )
        assert answer.status_code == 429

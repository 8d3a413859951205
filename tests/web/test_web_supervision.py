"""Supervision: figures of one's own regions alone, the same in table, chart and csv."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from html import unescape

import pytest
from django.test import Client
from supervised import FOREIGN, HOME, VILLAGE, forget, move_away, settle
from web_office import ClientAs, WebOffice

from papi.store import models

TABLES = ("villages", "time", "reasons", "classes", "ages", "clerks", "clerk-time", "batches",
          "pages")  # fmt: skip
SCREENS = ("", "clerks/", "scanning/", "forms/", "forms/approve/", "returned/")
FILTERS = (
    "",
    "?region=3201",
    "?form=verivali-rt",
    f"?region={FOREIGN}",
    f"?region={VILLAGE}",
    "?region=32",
    "?first=2020-01-01",
    "?region=%27&form=%3Cb%3E&first=x&last=2026-02-31",
)


def _entry(form_id: str, user: models.User) -> None:
    item = models.Item.objects.filter(form=form_id).first()
    assert item is not None
    models.Entry.objects.create(
        item=item, round=item.round, user=user, kind="keyed", value="1", client_key=form_id,
        keys=3, seconds=4.0,
    )  # fmt: skip


def _split(office: WebOffice) -> tuple[list[str], list[str]]:
    """Move every second form away; somebody keyed and somebody approved on either side."""
    ids = list(models.Record.objects.order_by("form_id").values_list("form_id", flat=True))
    own, foreign = ids[::2], ids[1::2]
    move_away(foreign)
    for form_id, user in ((own[0], "clerk"), (foreign[0], "clerk")):
        _entry(form_id, office.person(user, name=f"{user}-{form_id.lower()}"))
    boss = office.person("supervisor")
    for form_id in (own[1], foreign[1]):
        models.Approval.objects.create(
            form_id=form_id, state="returned", note="x", user=boss,
            decision=models.Record.objects.get(pk=form_id).fingerprint,
        )  # fmt: skip
    return own, foreign


def _bodies(client: Client) -> dict[str, str]:
    paths = [f"/office/table/{name}.csv" for name in TABLES]
    paths += [f"/office/{name}" for name in SCREENS]
    return {
        f"{path}{query}": _steady(client.get(f"{path}{query}").content.decode())
        for path in paths
        for query in FILTERS
    }


def _steady(text: str) -> str:
    """Leave out what differs from one request to the next: tokens, and minutes passing."""
    text = re.sub(r'(csrfmiddlewaretoken" value|data-csrf)="[^"]+"', "", text)
    return re.sub(r"\d+ menit", "menit", text)


def test_no_number_of_a_foreign_region_shows_anywhere(
    office: WebOffice, client_as: ClientAs
) -> None:
    _own, foreign = _split(office)
    client = client_as("supervisor", regions=[HOME])
    with_foreign = _bodies(client)
    forget(foreign)
    assert _bodies(client) == with_foreign
    assert any("clerk-" in body for body in with_foreign.values())


def test_figures_of_one_who_sees_everything_do_change(
    office: WebOffice, client_as: ClientAs
) -> None:
    """The comparison above would notice."""
    _own, foreign = _split(office)
    client = client_as("supervisor")
    before = _bodies(client)
    forget(foreign)
    after = _bodies(client)
    changed = {path.split("?")[0] for path in before if before[path] != after[path]}
    assert {f"/office/table/{name}.csv" for name in TABLES} - changed <= {"/office/table/pages.csv"}
    assert {"/office/", "/office/clerks/", "/office/forms/", "/office/returned/"} <= changed


def test_a_foreign_form_is_not_there(office: WebOffice, client_as: ClientAs) -> None:
    own, foreign = _split(office)
    client = client_as("supervisor", regions=[HOME])
    for part in ("", "page/1.jpg", "snip/1.jpg?field=nik"):
        assert client.get(f"/office/forms/{foreign[0]}/{part}").status_code == 404
    assert client.get(f"/office/forms/{own[0]}/").status_code == 200
    for part in ("approve/", "return/"):
        reply = client.post(f"/office/forms/{foreign[0]}/{part}", {"note": "x", "fingerprint": "y"})
        assert reply.status_code == 404
    client.post("/office/forms/approve/", {"sure": "1", "mark": [f"{foreign[0]}:y"]})
    assert models.Approval.objects.filter(form=foreign[0]).count() == 0
    assert not models.AuditEvent.objects.filter(form_id=foreign[0], action="form.viewed").exists()


@pytest.mark.parametrize("name", TABLES)
def test_csv_equals_the_table_on_the_screen(
    office: WebOffice, client_as: ClientAs, name: str
) -> None:
    _split(office)
    client = client_as("supervisor")
    screen = "clerks/" if name.startswith("clerk") else "scanning/"
    screen = screen if name in {"clerks", "clerk-time", "batches", "pages"} else ""
    reply = client.get(f"/office/table/{name}.csv?first=2026-01-01")
    text = _steady(reply.content.decode("utf-8-sig"))
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    page = client.get(f"/office/{screen}?first=2026-01-01").content.decode()
    assert _table(_steady(page), name) == rows
    event = models.AuditEvent.objects.get(action="figures.exported")
    assert event.detail == {"table": name, "rows": len(rows) - 1, "region": ""}


def _table(page: str, name: str) -> list[list[str]]:
    found = re.search(rf'<table class="t-{name}">(.*?)</table>', page, re.DOTALL)
    assert found is not None
    rows = re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[unescape(cell) for cell in row] for row in cells if len(row) > 1]


def test_villages_add_up_to_what_papi_status_counts(office: WebOffice, client_as: ClientAs) -> None:
    settle(office, office.person("clerk"))
    client = client_as("supervisor")
    reply = client.get("/office/table/villages.csv")
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig")), delimiter=";"))
    forms = office.paper.status()["forms"]
    together = [int(cell) for cell in rows[-1][3:]]
    queue = office.paper.status()["queue"]["items"]
    assert together[:4] == [forms["issued"], forms["returned"], forms["complete"],
                            forms["in_queue"]]  # fmt: skip
    assert together[4] == queue
    assert together[6] == forms["matched"]


def test_charts_are_well_formed_and_can_be_read_aloud(
    office: WebOffice, client_as: ClientAs
) -> None:
    page = client_as("supervisor").get("/office/").content.decode()
    charts = re.findall(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert len(charts) == 6
    for chart in charts:
        root = ET.fromstring(chart)  # noqa: S314  our own
        names = root.attrib["aria-labelledby"].split()
        told = {node.attrib.get("id"): node.text for node in root.iter()}
        assert all(told[name] for name in names)
        assert "style" not in {key for node in root.iter() for key in node.attrib}


def test_what_is_seen_of_a_form_is_recorded(office: WebOffice, client_as: ClientAs) -> None:
    client = client_as("supervisor")
    reading = models.Reading.objects.filter(status="review").order_by("pk").first()
    assert reading is not None
    address = f"/office/forms/{reading.form_id}/"
    page = client.get(address, {"field": reading.field})
    assert page.status_code == 200
    for part, action in (("page", "page.viewed"), ("snip", "item.viewed")):
        picture = client.get(f"{address}{part}/{reading.page}.jpg", {"field": reading.field})
        assert picture["Content-Type"] == "image/jpeg"
        assert models.AuditEvent.objects.filter(
            action=action, form_id=reading.form_id, field=reading.field
        ).exists()
    assert models.AuditEvent.objects.filter(action="form.viewed", form_id=reading.form_id).exists()
    assert client.get(f"{address}page/9.jpg").status_code == 404
    assert client.get(f"{address}snip/1.jpg?field=../x").status_code == 404


def test_a_history_tells_who_keyed_what_and_what_the_rules_say(
    office: WebOffice, client_as: ClientAs
) -> None:
    reading = models.Reading.objects.filter(status="review").order_by("pk").first()
    assert reading is not None
    item = models.Item.objects.get(form=reading.form_id, field=reading.field, purpose="review")
    models.Entry.objects.create(
        item=item, round=1, user=office.person("clerk", name="siti"), kind="ask",
        note="Angka 1 atau 7?", client_key="k", seconds=6.5,
    )  # fmt: skip
    models.Finding.objects.create(
        form_id=reading.form_id, rule="A99", severity="W", outcome="failed",
        fields=[reading.field], message_id="Periksa <isian> ini.", message_en="Look.",
    )  # fmt: skip
    page = client_as("supervisor").get(
        f"/office/forms/{reading.form_id}/", {"field": reading.field}
    )
    text = page.content.decode()
    for part in ("siti", "Angka 1 atau 7?", "6,5", "A99", "Periksa &lt;isian&gt; ini."):
        assert part in text
    assert "<isian>" not in text


def test_a_form_is_found_by_its_id_and_a_nik_becomes_no_link(
    office: WebOffice, client_as: ClientAs
) -> None:
    client = client_as("supervisor")
    form_id = models.Record.objects.values_list("form_id", flat=True)[0]
    reply = client.post("/office/forms/", {"id": f"{form_id[:4]}-{form_id[4:8]}-{form_id[8:]}"})
    assert reply["Location"] == f"/office/forms/{form_id}/"
    begins = client.post("/office/forms/", {"id": form_id[:4].lower()})
    assert form_id.encode() in client.get(begins["Location"]).content
    wrong = client.post("/office/forms/", {"id": "3201120101900001"})
    assert "3201120101900001" not in wrong["Location"]


@pytest.mark.parametrize("state", ["missing", "incomplete", "undecided", "queue", "matched"])
def test_forms_are_found_by_state(office: WebOffice, client_as: ClientAs, state: str) -> None:
    ids = list(models.Record.objects.order_by("form_id").values_list("form_id", flat=True))
    models.IssuedForm.objects.filter(pk=ids[0]).update(undecided=True)
    models.Record.objects.filter(pk=ids[1]).update(outcome="incomplete")
    models.Record.objects.filter(pk=ids[2]).update(outcome="matched")
    models.ScanPage.objects.filter(form_id=ids[3]).update(active=False)
    models.Record.objects.filter(pk=ids[3]).delete()
    wanted = {"missing": ids[3], "incomplete": ids[1], "undecided": ids[0], "queue": ids[4],
              "matched": ids[2]}  # fmt: skip
    models.Record.objects.filter(pk=ids[4]).update(outcome="queue")
    page = client_as("supervisor").get("/office/forms/", {"state": state}).content.decode()
    shown = set(re.findall(r"/office/forms/(\w{9})/", page))
    assert wanted[state] in shown
    assert not shown & (set(wanted.values()) - {wanted[state]})


@pytest.mark.parametrize(("role", "status"), [("clerk", 403), ("operator", 403), ("admin", 403)])
def test_figures_are_for_supervisors(
    office: WebOffice, client_as: ClientAs, role: str, status: int
) -> None:
    client = client_as(role)
    for path in ("/office/", "/office/clerks/", "/office/table/clerks.csv", "/office/forms/"):
        assert client.get(path).status_code == status

"""One day in an office, in real browsers, by keyboard, on `papi serve` as an office starts it.

An admin adds people; an operator names a page; clerks check groups and key, two at once; a
supervisor settles; another approves. What the commands say at the end is what was typed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import whole_day
from browsing import SIZE, Complaints
from click.testing import CliRunner
from paper import Paper, png
from paper_round import Round
from playwright.sync_api import Browser, Page
from server_process import Server
from torn_sides import CODES, Side, side_of
from typing_clerk import TypingClerk
from web_office import use_recipe
from whole_day import FIRST_PASSWORD, WAITING

from papi.cli import cli
from papi.office.workspace import open_workspace
from papi.store.boot import close_store
from papi.store.models import Entry, Item, Record, Resolution, User

FORM = "verivali-rt"
STAFF = {
    "wati": "Petugas entri",
    "budi": "Petugas entri",
    "joko": "Operator",
    "citra": "Pengawas",
    "dewi": "Pengawas",
}


@dataclass(frozen=True)
class Day:
    """The office in the morning: scans are read, one page is unnamed, and nobody is there yet."""

    desk: Paper
    unnamed: Side
    paper: whole_day.Paper
    new_page: Callable[[], Page]

    def must(self, *words: object) -> str:
        """Run a command that must end well; return what it says."""
        result = self.desk.papi(*words)
        assert result.exit_code == 0, (words, result.stderr)
        return result.stdout

    def exported(self, table: str, *options: str) -> list[dict[str, str]]:
        """Rows of an exported table."""
        path = self.desk.workspace / f"{table}.csv"
        self.must("export", table, "--out", path, *options)
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def _scan_all_but_one(desk: Paper, scanned: Round, folder: Path) -> Side:
    """Ingest the round; one side that was scanned alone comes upside down and without codes."""
    single = next(path for path in scanned.scans if path.suffix in {".jpeg", ".jpg"})
    places = json.loads((single.parent / "places.json").read_text("utf-8"))
    place = next(place for place in places if place["file"] == single.name)
    ids = list(dict.fromkeys(row.form_id for row in desk.manifest if row.form == FORM))
    side = side_of(scanned, FORM, ids.index(place["form_id"]), place["page"])
    torn = folder / "tanpa-kode.png"
    torn.write_bytes(png(side.without(CODES)[::-1, ::-1].copy()))
    result = desk.ingest(*(path for path in scanned.scans if path != single), torn)
    assert result.exit_code in {0, 1}, result.stderr
    return side


@pytest.fixture
def day(
    web_round: Round, tmp_path: Path, browser: Browser, complaints: Complaints
) -> Iterator[Day]:
    """The office, served by a process of its own."""
    desk = web_round.paper.copy(tmp_path / "desk")
    use_recipe(
        desk.workspace,
        control={"sample_share": 0.01, "double_key_share": 0.05},
        thresholds={"tick": 0.9998, "number": 0.9995, "date": 0.997, "nik": 0.999},
    )
    unnamed = _scan_all_but_one(desk, web_round, tmp_path)
    added = CliRunner().invoke(
        cli,
        ["-w", str(desk.workspace), "user", "add", "ayu", "--role", "admin", "--temporary",
         "--password-stdin"],
        input=FIRST_PASSWORD,
    )  # fmt: skip
    assert added.exit_code == 0, added.stderr
    close_store()
    server = Server(desk.workspace)
    server.start()
    contexts = []

    def new_page() -> Page:
        context = browser.new_context(base_url=server.address, viewport=SIZE, locale="id-ID")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        complaints.listen(page)
        return page

    open_workspace(desk.workspace)
    yield Day(desk, unnamed, whole_day.Paper(web_round.written()), new_page)
    for context in contexts:
        context.close()
    server.stop()
    close_store()
    assert not server.failures


def _staff(day: Day) -> dict[str, Page]:
    """Let the admin add everybody, and everybody come in."""
    office = day.new_page()
    whole_day.begin(office, "ayu")
    for name, role in STAFF.items():
        whole_day.add_person(office, name, role)
    pages = {name: day.new_page() for name in STAFF}
    for name, page in pages.items():
        whole_day.begin(page, name)
    return pages


class _Slips:
    """What goes wrong at the keyboard: one NIK or date, one question, one field given up."""

    def __init__(self) -> None:
        self.made: dict[str, int] = {}

    def __call__(self, name: str, item: Item) -> str:
        """Say what is done instead of keying the right value, "" for nothing."""
        for slip in ("F4", "Escape"):
            if slip not in self.made and item.entries_needed == 1 and item.purpose == "review":
                self.made[slip] = item.pk
                return slip
        if "wrong" not in self.made and item.entries_needed == 2 and item.field_class == "nik":
            self.made["wrong"] = item.pk
            return "3201014501900001"
        return ""


def _settle_all(day: Day, clerks: dict[str, TypingClerk], judge: TypingClerk) -> tuple[int, int]:
    """Let supervisor and clerks work on until nothing waits; return conflicts and questions."""
    conflicts = questions = 0
    while Item.objects.filter(state__in=WAITING).exists():
        conflicts += whole_day.settle(judge, day.paper)
        questions += whole_day.answer_questions(judge, day.paper)
        whole_day.key_together(clerks, day.paper, lambda *_: "")
        assert conflicts + questions < 100
    return conflicts, questions


def _check_tables(day: Day, approved: str) -> None:
    """Every command tells of the day what was typed."""
    said = day.paper.said
    rows = {(row["form_id"], row["field"]): row for row in day.exported("readings")}
    wrong = {key: (value, rows[key]["value"]) for key, value in said.items()
             if rows[key]["value"] != value}  # fmt: skip
    assert not wrong
    settled = {key for key, row in rows.items() if row["status"] == "resolved"}
    assert settled == set(Resolution.objects.values_list("form_id", "field"))
    assert settled <= set(said)
    assert not [row for row in rows.values() if row["status"] == "review"]
    assert [row["form_id"] for row in day.exported("records", "--approved")] == [approved]
    assert {row["form_id"] for row in day.exported("readings", "--approved")} == {approved}
    whole = {row["form_id"] for row in day.exported("records")}
    assert whole == set(Record.objects.values_list("form_id", flat=True))
    status = json.loads(day.must("status", "--json"))
    assert (status["queue"]["items"], status["forms"]["approved"]) == (0, 1)
    assert status["pages"]["accounted"]
    day.must("audit", "verify")


@pytest.mark.slow
def test_a_day_from_the_first_login_to_the_approved_export(day: Day) -> None:
    pages, slips = _staff(day), _Slips()
    clerks = {name: TypingClerk(pages[name]) for name in ("wati", "budi")}
    assert whole_day.check_groups(pages["wati"], day.paper, "wati") > 10
    whole_day.key_together(clerks, day.paper, slips)
    form_id, page = day.unnamed.form_id, day.unnamed.page
    assert not Item.objects.filter(form_id=form_id, page=page).exists()
    whole_day.fix_page(pages["joko"], form_id, page)
    assert Item.objects.filter(form_id=form_id, page=page, state="open").exists()
    whole_day.key_together(clerks, day.paper, slips)
    assert slips.made.keys() == {"F4", "Escape", "wrong"}
    conflicts, questions = _settle_all(day, clerks, TypingClerk(pages["citra"]))
    assert conflicts >= 1
    assert questions >= 2
    people = dict(User.objects.values_list("username", "pk"))
    twice = set(day.paper.seen["wati"]) & set(day.paper.seen["budi"])
    assert twice == set(Item.objects.filter(entries_needed=2).values_list("pk", flat=True))
    entries = Entry.objects.filter(item__in=twice, kind="keyed").values_list("item", "user")
    assert set(entries) == {(item, people[name]) for item in twice for name in clerks}
    approved = whole_day.approve_one(pages["dewi"])
    for path in ("", "clerks/", "scanning/", "forms/", "returned/"):
        pages["dewi"].goto(f"/office/{path}")
        whole_day.look(pages["dewi"], working=False)
    for path in ("/quality/", "/audit/"):
        pages["dewi"].goto(path)
        whole_day.look(pages["dewi"], working=False)
    _check_tables(day, approved)

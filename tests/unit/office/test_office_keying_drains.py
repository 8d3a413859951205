"""An office at work until nothing waits: whoever keys what, queues end, and the books agree."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from keying_desk import Room, make_room, reply
from made_forms import scan

from papi.model.keying import (
    Answer,
    AnswerResult,
    AnswerState,
    EntryKind,
    ItemState,
    KeyingTask,
)
from papi.office import arbitration, keying
from papi.office.workspace import Workspace
from papi.store.fixes import FixEntry, save_choice
from papi.store.keying_counts import waits_for_others
from papi.store.models import IssuedForm, Item, Reading, Record, ScanPage

CLERKS = ("ani", "budi", "citra", "dewi")
WAITING = ("open", "arbitration", "supervisor")
_ROUNDS = 400
"""Far more turns than the office needs; an item that comes back for ever uses them up."""


@dataclass
class Office:
    """People who key the truth in a share of cases, else something else, and take things back."""

    room: Room
    chance: random.Random
    truth: float
    mischief: int = 12
    answers: int = 0
    sent_back: int = 0
    lost: list[AnswerResult] = field(default_factory=list)

    def value(self, task: KeyingTask) -> str:
        if self.chance.random() < self.truth:
            return self.room.written(task) if task.kind != "signature" else "1"
        if task.codes and task.kind in {"choice", "signature"}:
            return self.chance.choice(task.codes)[0]
        if task.kind in {"digits", "date"}:
            most = 8 if task.kind == "date" else task.most
            return "".join(self.chance.choices("0123456789", k=self.chance.randint(0, most)))
        return "".join(self.chance.choices("ABC", k=self.chance.randint(0, min(task.most, 9))))

    def key(self, name: str) -> bool:
        """One person keys what is on screen; tell whether there was anything."""
        tasks = self.room.next(name, count=6)
        for task in tasks:
            said = self.chance.random()
            kind = EntryKind.KEYED
            if self.truth < 1 and said < 0.1:
                kind = EntryKind.UNREADABLE if said < 0.05 else EntryKind.ASK
            value = self.value(task) if kind is EntryKind.KEYED else ""
            self.take(keying.answer, name, reply(task, value, kind=kind, confirmed=True))
        return bool(tasks)

    def settle(self, name: str) -> bool:
        user, workspace = self.room.person(name, "supervisor"), self.room.workspace
        found = arbitration.next_conflicts(workspace, user, count=6)
        for task in found:
            kind = EntryKind.ARBITRATED if self.chance.random() < 0.9 else EntryKind.ASK
            value = self.value(task) if kind is EntryKind.ARBITRATED else ""
            self.take(arbitration.settle, name, reply(task, value, kind=kind, confirmed=True))
        asked = arbitration.questions(workspace, user, count=6)
        for task in asked:
            if self.sent_back < self.mischief and self.chance.random() < 0.3:
                self.sent_back += 1
                arbitration.send_back(workspace, user, task.item, task.lease)
                continue
            kind = EntryKind.SETTLED if self.chance.random() < 0.8 else EntryKind.GIVEN_UP
            value = self.value(task) if kind is EntryKind.SETTLED else ""
            made = reply(task, value, kind=kind, confirmed=True)
            self.answers += 1
            taken = arbitration.answer_question(workspace, user, made)
            assert taken.state is AnswerState.TAKEN
        return bool(found or asked)

    def take(self, how: object, name: str, made: Answer) -> None:
        self.answers += 1
        (result,) = how(self.room.workspace, self.room.person(name), [made])  # type: ignore[operator]
        assert result.state is AnswerState.TAKEN, result

    def meddle(self) -> None:
        """Somebody takes back what they said, another scan counts, all is decided again."""
        what = self.chance.randrange(3)
        if what == 0:
            name = self.chance.choice(CLERKS)
            if task := keying.undo(self.room.workspace, self.room.person(name)):
                keying.release(self.room.workspace, self.room.person(name), [task.item])
        elif what == 1:
            scans = list(ScanPage.objects.exclude(form_id="").order_by("pk"))
            save_choice(int(self.chance.choice(scans).pk), FixEntry("choose", {}))
            self.room.decide()
        else:
            IssuedForm.objects.update(undecided=True)
            self.room.decide()

    def books_agree(self) -> None:
        """What is in review has an item that waits, and nothing else has."""
        assert not IssuedForm.objects.filter(undecided=True).exists()
        review = Reading.objects.filter(status="review").values_list("form_id", "page", "field")
        items = Item.objects.filter(purpose="review", state__in=WAITING)
        assert sorted(review) == sorted(items.values_list("form_id", "page", "field"))

    def work(self) -> None:
        """Until nothing waits for anybody."""
        for turn in range(_ROUNDS):
            found = [self.key(name) for name in self.chance.sample(CLERKS, 4)]
            found += [self.settle(name) for name in ("sari", "tuti", "umi")]
            self.books_agree()
            if not any(found):
                return
            if turn < self.mischief:
                self.meddle()
                self.books_agree()
        raise AssertionError("the office never ends")


@pytest.mark.parametrize("truth", [1.0, 0.6, 0.0])
def test_every_queue_drains_whatever_is_keyed(workspace: Workspace, truth: float) -> None:
    control = {"sample_share": 0.5, "double_key_share": 0.3, "critical_entries": 2}
    thresholds = {"long_number": 1.0, "nik": 1.0, "tick_critical": 1.0, "critical": 1.0}
    room = make_room(workspace, thresholds=thresholds, control=control)
    page = room.forms[0].issued.pages[0]
    scan([room.forms[0].other(page)], "again.pdf")  # a second scan that reads otherwise
    first = ScanPage.objects.filter(page=page).order_by("pk")[0]
    save_choice(int(first.pk), FixEntry("choose", {}))
    room.decide()
    office = Office(room, random.Random(f"{truth}"), truth)  # noqa: S311  a game
    office.work()
    assert not Item.objects.filter(state__in=WAITING).exists()
    assert not Reading.objects.filter(status="review").exists()
    assert Record.objects.get().outcome in {"matched", "queue"}
    assert office.answers >= 40
    rounds = sum(Item.objects.values_list("round", flat=True))
    assert office.answers <= 5 * rounds + 4 * office.mischief


ALONE = {"critical_entries": 1, "double_key_share": 0.0, "sample_share": 0.0}


def test_one_person_alone_finishes_everything_with_the_settings_for_it(
    workspace: Workspace,
) -> None:
    room = make_room(workspace, control=ALONE)
    ani = room.person("ani", "supervisor")
    (asked, unread), _ = room.next("ani", count=2), room.decide()
    for task, kind in ((asked, EntryKind.ASK), (unread, EntryKind.UNREADABLE)):
        keying.answer(room.workspace, ani, [reply(task, kind=kind)])
    room.key_all("ani")
    for task in arbitration.questions(room.workspace, ani):
        made = reply(task, kind=EntryKind.GIVEN_UP)
        assert arbitration.answer_question(room.workspace, ani, made).state is AnswerState.TAKEN
    assert not Item.objects.filter(state__in=WAITING).exists()
    assert not waits_for_others(ani, ItemState.OPEN)


def test_who_works_alone_is_told_what_needs_somebody_else(workspace: Workspace) -> None:
    room = make_room(workspace, control={**ALONE, "critical_entries": 2})
    ani = room.person("ani", "supervisor")
    assert not waits_for_others(ani, ItemState.OPEN)
    room.key_all("ani")
    assert Item.objects.filter(state="open").exists()
    assert waits_for_others(ani, ItemState.OPEN)
    assert not waits_for_others(room.person("budi"), ItemState.OPEN)
    own = room.workspace.folder / "own.yaml"
    own.write_text(
        own.read_text("utf-8").replace("critical_entries: 2", "critical_entries: 1"), "utf-8"
    )
    room.decide()
    room.key_all("ani")
    assert not Item.objects.filter(state__in=WAITING).exists(), "fewer are enough now"

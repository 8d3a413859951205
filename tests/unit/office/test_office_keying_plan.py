"""Which items a decision asks for, and the one table of what may become of them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_forms import HOUSEHOLD_FORM, built

from papi.model.keying import EntryKind, ItemState
from papi.model.reading import FormDecision, Reading, ReadingStatus
from papi.model.recipe import Control, FieldClass
from papi.office.item_outcomes import Asked, Said, ruling
from papi.office.item_plan import Drawing, item_steps, wanted_items
from papi.office.item_states import MOVES, ImpossibleMove, ItemEvent, after
from papi.store.items import StandingItem, WantedItem

LAYOUT = built(HOUSEHOLD_FORM).layout
CONTENTS = {page.page: f"scan-{page.page}" for page in LAYOUT.pages}
PLAIN = Control(double_key_share=0.0, sample_share=0.0)
REVIEW, ACCEPTED, RESOLVED = ReadingStatus.REVIEW, ReadingStatus.ACCEPTED, ReadingStatus.RESOLVED


def reading(name: str, value: str = "1", **facts: object) -> Reading:
    made = Reading(LAYOUT.by_name[name].page, name, value, value, 0.9, REVIEW, ("reading:x",))
    return replace(made, **facts)  # type: ignore[arg-type]


def decision(*readings: Reading, form_id: str = "F", members: Sequence[int] = (1,)) -> FormDecision:
    return FormDecision(form_id, readings, (), {}, {number: {} for number in members}, "queue")


def wanted(
    found: FormDecision, control: Control = PLAIN, key: bytes = b"secret"
) -> list[WantedItem]:
    return wanted_items(found, LAYOUT, CONTENTS, Drawing(control, key))


def test_fields_in_review_are_asked_for_critical_ones_twice() -> None:
    nik, rt = wanted(decision(reading("art.1.nik", "32"), reading("rt_cek")))
    assert (nik.critical, nik.entries_needed, nik.purpose) == (True, 2, "review")
    assert (rt.critical, rt.entries_needed, rt.base) == (False, 1, "rt_cek")
    assert nik.content == CONTENTS[nik.page]
    assert nik.reasons == "reading:x"
    (once,) = wanted(decision(reading("art.1.nik")), Control(critical_entries=1))
    assert once.entries_needed == 1


@pytest.mark.parametrize(
    ("name", "value", "confidence", "grid"),
    [
        ("rt_cek", "1", 0.9, "1"),
        ("rt_cek", "", 0.9, ""),
        ("rt_cek", "1 2", 0.9, ""),
        ("rt_cek", "1", 0.4, ""),
        ("art.1.nuk", "3", 0.9, "3"),
        ("art.1.jnskel", "1", 0.9, ""),
        ("hp", "0812", 0.9, ""),
    ],
)
def test_what_may_stand_in_a_grid(name: str, value: str, confidence: float, grid: str) -> None:
    control = Control(double_key_share=0.0, grid={FieldClass.TICK: 0.5, FieldClass.CODED: 0.5})
    (item,) = wanted(decision(reading(name, value, confidence=confidence)), control)
    assert item.grid_value == grid


def test_signatures_and_free_text_are_never_drawn() -> None:
    everything = Control(double_key_share=1.0, sample_share=1.0)
    accepted = [reading(name, "ink", status=ACCEPTED) for name in ("alamat", "ttd_petugas")]
    assert wanted(decision(*accepted), everything) == []
    (text,) = wanted(decision(reading("alamat", "ink")), everything)
    assert text.entries_needed == 1


def test_strips_of_nobody_are_not_drawn_and_blanks_seldom() -> None:
    everything = Control(double_key_share=0.0, sample_share=1.0)
    nobody = [reading(name, "", status=ACCEPTED) for name in ("art.2.nuk", "art.2.nik")]
    assert wanted(decision(*nobody), everything) == []
    names = [f.name for f in LAYOUT.fields if f.cells and not f.name.startswith("art.")]
    forms = [f"F{number}" for number in range(40)]
    counts = []
    for value in ("", "1"):
        blanks = [reading(name, value, status=ACCEPTED) for name in names]
        drawn = [wanted(decision(*blanks, form_id=form), everything) for form in forms]
        counts.append(sum(map(len, drawn)) / (len(names) * len(forms)))
    assert 0.07 < counts[0] < 0.13
    assert counts[1] == 1.0


def test_the_share_drawn_is_the_share_asked_for_by_class() -> None:
    control = Control(sample_share=0.02, sample={FieldClass.TICK: 0.3})
    names = ["rt_cek", "rw_cek", "alamat_cek", "sta_lahan_cek"]
    forms = 800
    drawn = sum(
        len(wanted(decision(*(reading(n, "1", status=ACCEPTED) for n in names), form_id=f"F{i}"),
                   control))
        for i in range(forms)
    )  # fmt: skip
    assert 0.27 < drawn / (forms * len(names)) < 0.33


def test_a_draw_depends_on_the_secret_and_on_nothing_that_came_before() -> None:
    control = Control(sample_share=0.5)
    names = [f.name for f in LAYOUT.fields if f.cells and not f.name.startswith("art.")]
    rows = [reading(name, "1", status=ACCEPTED) for name in names]
    first = wanted(decision(*rows), control)
    shuffled = list(rows)
    random.Random(1).shuffle(shuffled)  # noqa: S311
    assert sorted(wanted(decision(*shuffled), control), key=str) == sorted(first, key=str)
    assert wanted(decision(*rows), control, key=b"other") != first


def standing(item: WantedItem, state: str, **facts: object) -> StandingItem:
    made = StandingItem(
        7,
        item.page,
        item.field,
        item.purpose,
        state,
        item.content,
        item.machine_value,
        1,
        item.entries_needed,
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def moved(
    item: StandingItem, wants: Sequence[WantedItem], status: ReadingStatus | None
) -> str | None:
    steps = item_steps([item], wants, {} if status is None else {item.field: status})
    assert not steps.new
    return steps.moved[0][2].value if steps.moved else None


@pytest.mark.parametrize(
    ("state", "asked", "status", "changed", "after_it"),
    [
        ("open", True, REVIEW, {}, None),
        ("arbitration", True, REVIEW, {}, None),
        ("supervisor", True, REVIEW, {}, None),
        ("done", True, REVIEW, {}, "open"),
        ("gone", True, REVIEW, {}, "open"),
        ("open", True, REVIEW, {"content": "other"}, "open"),
        ("arbitration", True, REVIEW, {"content": "other"}, "open"),
        ("open", True, REVIEW, {"machine_value": "other"}, None),
        ("open", True, REVIEW, {"entries_needed": 2}, "open"),
        ("arbitration", True, REVIEW, {"entries_needed": 2}, None),
        ("open", False, ACCEPTED, {}, "gone"),
        ("open", False, None, {}, "gone"),
        ("done", False, None, {}, "gone"),
        ("done", False, ACCEPTED, {}, "gone"),
        ("gone", False, ACCEPTED, {}, None),
        ("open", False, RESOLVED, {}, "done"),
        ("supervisor", False, RESOLVED, {}, "done"),
        ("done", False, RESOLVED, {}, None),
        ("gone", False, RESOLVED, {}, None),
    ],
)
def test_what_a_new_decision_makes_of_an_item(
    state: str,
    asked: bool,
    status: ReadingStatus | None,
    changed: dict[str, object],
    after_it: str | None,
) -> None:
    (item,) = wanted(decision(reading("rt_cek")))
    here = standing(item, state, **changed)
    assert moved(here, [item] if asked else [], status) == after_it


@pytest.mark.parametrize(
    ("state", "asked", "status", "changed", "after_it"),
    [
        ("done", True, ACCEPTED, {}, None),
        ("done", True, ACCEPTED, {"machine_value": "other"}, "open"),
        ("done", False, ACCEPTED, {}, None),
        ("done", False, REVIEW, {}, None),
        ("done", False, RESOLVED, {}, None),
        ("done", False, None, {}, "gone"),
        ("open", False, REVIEW, {}, "gone"),
        ("open", False, RESOLVED, {}, "done"),
    ],
)
def test_what_a_new_decision_makes_of_a_sample(
    state: str,
    asked: bool,
    status: ReadingStatus | None,
    changed: dict[str, object],
    after_it: str | None,
) -> None:
    accepted = decision(reading("rt_cek", status=ACCEPTED))
    (item,) = wanted(accepted, Control(sample_share=1.0))
    here = standing(item, state, **changed)
    assert moved(here, [item] if asked else [], status) == after_it


def test_the_table_is_the_only_way() -> None:
    for state, event in itertools.product(ItemState, ItemEvent):
        if (state, event) in MOVES:
            assert after(state, event) is MOVES[state, event]
        else:
            with pytest.raises(ImpossibleMove):
                after(state, event)
    reachable = {ItemState.OPEN}
    for _ in ItemState:
        reachable |= {to for (origin, _), to in MOVES.items() if origin in reachable}
    assert reachable == set(ItemState)


def say(kind: str, value: str = "") -> Said:
    return Said(EntryKind(kind), value)


@pytest.mark.parametrize(
    ("asked", "said", "state", "value", "kind"),
    [
        (Asked(1, None), [], "open", None, ""),
        (Asked(1, None), [say("keyed", "5")], "done", "5", "keyed"),
        (Asked(1, None), [say("confirmed", "5")], "done", "5", "confirmed"),
        (Asked(1, None), [say("unreadable")], "supervisor", None, ""),
        (Asked(2, None), [say("keyed", "5")], "open", None, ""),
        (Asked(2, None), [say("keyed", "5"), say("keyed", "5")], "done", "5", "double"),
        (Asked(2, None), [say("keyed", "5"), say("keyed", "6")], "arbitration", None, ""),
        (Asked(2, None), [say("keyed", ""), say("unreadable")], "arbitration", None, ""),
        (Asked(2, None), [say("unreadable"), say("unreadable")], "supervisor", None, ""),
        (Asked(2, None), [say("keyed", "5"), say("ask")], "supervisor", None, ""),
        (Asked(1, None), [say("ask"), say("settled", "5")], "done", "5", "settled"),
        (Asked(1, None), [say("ask"), say("given_up")], "done", "", "unreadable"),
        (Asked(1, "5"), [say("keyed", "5")], "done", None, "keyed"),
        (Asked(1, "5"), [say("keyed", "6")], "arbitration", None, ""),
        (Asked(1, "5"), [say("keyed", "6"), say("arbitrated", "5")], "done", None, "arbitrated"),
        (Asked(1, "5"), [say("keyed", "6"), say("arbitrated", "6")], "done", "6", "arbitrated"),
        (Asked(1, "5"), [say("unreadable"), say("given_up")], "done", None, "unreadable"),
        (
            Asked(2, None),
            [say("keyed", "5"), say("keyed", "6"), say("unreadable"), say("settled", "7")],
            "done",
            "7",
            "settled",
        ),
    ],
)
def test_what_entries_make_of_an_item(
    asked: Asked, said: list[Said], state: str, value: str | None, kind: str
) -> None:
    found = ruling(asked, said, str.__eq__)
    assert (found.state.value, found.value, found.kind) == (state, value, kind)


@given(
    st.integers(1, 2),
    st.lists(st.tuples(st.sampled_from(EntryKind), st.sampled_from("56")), max_size=6),
)
def test_no_entry_follows_one_that_settled(needed: int, said: list[tuple[EntryKind, str]]) -> None:
    before = ItemState.OPEN
    for count in range(1, len(said) + 1):
        entries = [Said(kind, value) for kind, value in said[:count]]
        try:
            now = ruling(Asked(needed, None), entries, str.__eq__).state
        except ImpossibleMove:
            return
        assert before is not ItemState.DONE
        before = now

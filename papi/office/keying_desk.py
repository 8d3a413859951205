"""Take one answer to one item: checked, stored, and its form decided with it.

Knows the order of the steps, and which row is locked when. Must not know screens, or who may come
here. An answer is confirmed only when it is committed; a form that could not be decided in the same
transaction stays on the list of what must be decided, and any later run decides it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from papi.model.keying import (
    Answer,
    AnswerResult,
    AnswerState,
    EntryKind,
    ItemState,
    Problem,
)
from papi.model.layout import LayoutField
from papi.model.recipe import Control
from papi.office.deciding import Decider
from papi.office.item_outcomes import Asked, Ruling, Said, ruling
from papi.office.item_states import ItemEvent, after
from papi.office.keying_checks import same_entry, typed_value
from papi.office.keying_proof import Proof, prove
from papi.office.standing_decider import standing
from papi.office.workspace import Workspace
from papi.store import audit, entries, leases
from papi.store.faults import storage_faults
from papi.store.models import Entry, IssuedForm, Item, User
from papi.store.scopes import Scope

Kinds = frozenset[EntryKind]
CLERK: Kinds = frozenset(
    {
        EntryKind.KEYED,
        EntryKind.UNREADABLE,
        EntryKind.ASK,
        EntryKind.CONFIRMED,
        EntryKind.REFUSED,
    }
)
"""What may be said of an open item."""
ARBITER: Kinds = frozenset({EntryKind.ARBITRATED, EntryKind.UNREADABLE, EntryKind.ASK})
SUPERVISOR: Kinds = frozenset({EntryKind.SETTLED, EntryKind.GIVEN_UP})
_TYPED = frozenset({EntryKind.KEYED, EntryKind.ARBITRATED, EntryKind.SETTLED})
_MAY: dict[ItemState, Kinds] = {
    ItemState.OPEN: CLERK,
    ItemState.ARBITRATION: ARBITER,
    ItemState.SUPERVISOR: SUPERVISOR,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """One person at work in one workspace."""

    user: User
    decider: Decider
    control: Control

    @staticmethod
    def of(workspace: Workspace, user: User) -> Desk:
        """Return the desk of a person."""
        found = standing(workspace)
        return Desk(user, found.decider, found.recipe.control)

    def sees(self, item: Item) -> bool:
        """Tell whether an item lies within the person's regions."""
        return Scope.of(self.user.regions).sees(item.region)

    def take(self, answer: Answer, state: ItemState) -> AnswerResult:
        """Take an answer to an item that is in a state; sent again, it counts once."""
        with storage_faults():
            item = entries.look_at(answer.item)
            if item is not None and self._may_answer(item, answer, state):
                return self._take_held(item, answer)
            return self._sent_before(answer) or _result(answer, AnswerState.LOST)

    def _sent_before(self, answer: Answer) -> AnswerResult | None:
        known = entries.known_answer(answer.client_key)
        if known is None:
            return None
        same = known.user_id == self.user.pk and known.item_id == answer.item
        return _result(answer, AnswerState.TAKEN if same else AnswerState.LOST)

    def holds(self, item: Item, lease: str, state: ItemState) -> bool:
        """Tell whether the item is on this person's screen, even if the lease has just ended."""
        mine = item.leased_to_id == self.user.pk and bool(lease) and item.lease == lease
        return mine and item.state == state and self.sees(item)

    def _may_answer(self, item: Item, answer: Answer, state: ItemState) -> bool:
        return answer.kind in _MAY[state] and self.holds(item, answer.lease, state)

    def _take_held(self, item: Item, answer: Answer) -> AnswerResult:
        field = entries.layout_of_item(item).by_name[item.field]
        checked = self._checked(item, field, answer)
        if isinstance(checked, AnswerResult):
            return checked
        try:
            left = self._store(item, field, answer, checked)
        except IntegrityError:
            left = None
        if left is None:  # gone, unless this very answer, sent twice at once, went before it
            return self._sent_before(answer) or _result(answer, AnswerState.LOST)
        if left:
            self.decider.decide_now([item.form_id])
        return _result(answer, AnswerState.TAKEN)

    def _checked(self, item: Item, field: LayoutField, answer: Answer) -> AnswerResult | _Checked:
        """Judge a value by its field's form and by the rules; the same for every kind of item."""
        if answer.kind is EntryKind.CONFIRMED:
            if not item.grid_value:
                return _result(answer, AnswerState.LOST)
            return _Checked(
                item.grid_value,
                prove(self.decider, item.form_id, item.field, item.grid_value),
            )
        if answer.kind not in _TYPED:
            value = "" if answer.kind is EntryKind.GIVEN_UP and item.purpose == "review" else None
            proof = value is not None and prove(self.decider, item.form_id, item.field, value)
            return _Checked("", proof or None)
        typed = typed_value(field, answer.value)
        if typed.refused:
            return _result(answer, AnswerState.REFUSED, typed.refused)
        proof = prove(self.decider, item.form_id, item.field, typed.value)
        doubts = (*typed.doubted, *proof.problems)
        if doubts and not answer.confirmed:
            return _result(answer, AnswerState.DOUBTED, doubts)
        return _Checked(typed.value, proof)

    def _store(
        self, seen: Item, field: LayoutField, answer: Answer, checked: _Checked
    ) -> bool | None:
        """Store an answer; tell whether its form is still to be decided, None if it is lost."""
        with transaction.atomic():
            form, item = entries.lock_item(seen.pk, seen.form_id)
            mine = self._may_answer(item, answer, ItemState(seen.state))
            if not mine or not _is_current(item):
                return None
            before = entries.standing_entries(item)
            if answer.kind is EntryKind.REFUSED:
                self._refuse(item, answer)
                return False
            entry = entries.add_entry(item, self.user, answer, checked.value)
            ruled = ruling_of(item, [*before, entry], field)
            left = self._rule(form, item, ruled, checked)
            audit.record(self.user.username, _events(item, answer, checked.value, ruled))
            return left

    def _refuse(self, item: Item, answer: Answer) -> None:
        """It is not what the machine read: nobody sees it in a grid again."""
        entries.add_entry(item, self.user, answer, "")
        entries.move_item(item, after(ItemState(item.state), ItemEvent.REFUSED))
        item.grid_value = ""
        leases.take_back(item)
        item.save()
        audit.record(self.user.username, _events(item, answer, "", Ruling(ItemState.OPEN)))

    def _rule(self, form: IssuedForm, item: Item, ruled: Ruling, checked: _Checked) -> bool:
        """Move a locked item, and decide its form where a value stands now."""
        entries.move_item(item, ruled.state)
        leases.take_back(item)
        item.save()
        if ruled.state is not ItemState.DONE or ruled.value is None:
            return False
        entries.add_resolution(item, self.user, ruled.kind, ruled.value)
        entries.tell_news(form)
        proof = checked.proof
        if proof is None or proof.case.news != form.news:
            return True  # something came meanwhile: decided anew when this is committed
        case = replace(proof.case, news=form.news + 1)
        return not self.decider.keep(case, proof.decision)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A value that may be stored, and its form with it in place."""

    value: str
    proof: Proof | None


def _result(answer: Answer, state: AnswerState, problems: tuple[Problem, ...] = ()) -> AnswerResult:
    return AnswerResult(answer.client_key, state, problems)


def _is_current(item: Item) -> bool:
    """Tell whether the scan an item is keyed from still counts."""
    return entries.counting_content(item.form_id, item.page) == item.content


def ruling_of(item: Item, said: Sequence[Entry], field: LayoutField) -> Ruling:
    """Return where the standing entries of an item lead."""
    asked = Asked.of(item.purpose, item.entries_needed, item.machine_value)
    spoken = [Said(EntryKind(entry.kind), entry.value) for entry in said]
    return ruling(asked, spoken, lambda one, other: same_entry(field, one, other))


def _events(item: Item, answer: Answer, value: str, ruled: Ruling) -> list[audit.Event]:
    facts = {"item": int(item.pk), "round": int(item.round), "kind": answer.kind.value}
    values = {"value": value} | ({"note": answer.note[:255]} if answer.note else {})
    place = item.form_id, int(item.page), item.field
    made = audit.Event("entry.made", *place, facts, values)
    if ruled.state is not ItemState.DONE:
        return [made]
    how = {"item": int(item.pk), "round": int(item.round), "kind": ruled.kind or "agreed"}
    stands = {} if ruled.value is None else {"value": ruled.value}
    return [made, audit.Event("item.settled", *place, how, stands)]

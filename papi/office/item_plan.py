"""Which fields of a decided form a person must key, and what becomes of those asked for before.

Knows the reasons for an item: a reading in review, or an accepted one drawn as a sample. Pure: the
same decision and the same items give the same steps, whatever came first. Must not know rows,
people or leases. Cost: 0.3 ms a form of 270 fields.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from papi.checking.plan import PlannedField, plan_of
from papi.model.keying import ItemState
from papi.model.layout import INK_KINDS, Layout
from papi.model.reading import FormDecision, Reading, ReadingStatus
from papi.model.recipe import Control, FieldClass
from papi.office.item_states import ItemEvent, after, can
from papi.store.items import ItemSteps, StandingItem, WantedItem

REVIEW, SAMPLE = "review", "sample"
BLANK_SHARE = 0.1
"""Of the share of a class, how much is drawn of its blank fields: most fields are blank, nearly all
of them plainly so, and a look at one tells little. The estimate weighs them as a stratum apart."""
_GRID_LONGEST = 8
_DRAWS = float(1 << 64)


@dataclass(frozen=True, slots=True)
class Drawing:
    """How items are made: the recipe's control, and the secret by which samples are drawn."""

    control: Control
    key: bytes

    def drawn(self, purpose: str, name: str, share: float) -> bool:
        """Tell whether chance takes it; always the same for one name, unknown without the key."""
        if share <= 0.0 or share >= 1.0:
            return share >= 1.0
        text = f"{purpose}|{name}".encode()
        digest = hashlib.blake2b(text, key=self.key, digest_size=8).digest()
        return int.from_bytes(digest, "big") / _DRAWS < share


def wanted_items(
    decision: FormDecision, layout: Layout, contents: Mapping[int, str], drawing: Drawing
) -> list[WantedItem]:
    """Return the items a decided form wants, in the order of its fields.

    Args:
        decision: of the form.
        layout: it was printed with.
        contents: fingerprint of the scan that counts, by page.
        drawing: how items are made.
    """
    fields = plan_of(layout).fields
    found = []
    for reading in decision.readings:
        item, content = fields[reading.field], contents.get(reading.page, "")
        if reading.status is ReadingStatus.REVIEW:
            found.append(_review_item(decision.form_id, reading, item, content, drawing))
        elif reading.status is ReadingStatus.ACCEPTED and _is_drawn(
            decision, reading, item, content, drawing
        ):
            found.append(_item(SAMPLE, reading, item, content))
    return found


def review_item(
    form_id: str, reading: Reading, layout: Layout, content: str, drawing: Drawing
) -> WantedItem:
    """Return the item of one reading in review."""
    item = plan_of(layout).fields[reading.field]
    return _review_item(form_id, reading, item, content, drawing)


def _review_item(
    form_id: str, reading: Reading, item: PlannedField, content: str, drawing: Drawing
) -> WantedItem:
    control = drawing.control
    entries = control.critical_entries if item.field.critical else 1
    if entries == 1 and not item.field.critical and item.field.kind not in INK_KINDS:
        name = _name_of(form_id, reading, content)
        entries += drawing.drawn("double", name, control.double_key_share)
    grid = _grid_value(reading, item, control) if entries == 1 else ""
    return _item(REVIEW, reading, item, content, entries=entries, grid=grid)


def _grid_value(reading: Reading, item: PlannedField, control: Control) -> str:
    """Return the value under which it may stand among like snips, "" if it may not."""
    least, value = control.grid.get(item.field_class), reading.machine_value
    if least is None or item.field.critical or reading.confidence < least:
        return ""
    return value if 0 < len(value) <= _GRID_LONGEST and " " not in value else ""


def _is_drawn(
    decision: FormDecision, reading: Reading, item: PlannedField, content: str, drawing: Drawing
) -> bool:
    """Draw accepted readings that can be keyed; strips that stand for nobody say nothing."""
    if item.field.kind in INK_KINDS:  # "ink" is no value that an entry could be compared with
        return False
    if item.member is not None and item.member not in decision.members:
        return False
    share = drawing.control.share_of(item.field_class)
    if not reading.value:
        share *= BLANK_SHARE
    return drawing.drawn(SAMPLE, _name_of(decision.form_id, reading, content), share)


def _name_of(form_id: str, reading: Reading, content: str) -> str:
    return f"{form_id}|{reading.page}|{reading.field}|{content}"


def _item(
    purpose: str,
    reading: Reading,
    item: PlannedField,
    content: str,
    *,
    entries: int = 1,
    grid: str = "",
) -> WantedItem:
    return WantedItem(
        page=reading.page,
        field=reading.field,
        purpose=purpose,
        field_class=FieldClass(item.field_class).value,
        base=item.base,
        critical=item.field.critical,
        entries_needed=entries,
        grid_value=grid,
        machine_value=reading.machine_value,
        confidence=round(reading.confidence, 6),
        reasons=" ".join(reading.reasons),
        content=content,
    )


def item_steps(
    standing: Sequence[StandingItem],
    wanted: Sequence[WantedItem],
    statuses: Mapping[str, ReadingStatus],
) -> ItemSteps:
    """Compare the items a form has with those it wants.

    Args:
        standing: the form's items.
        wanted: see `wanted_items`.
        statuses: of the form's readings, by field; a field that is not there lost its page.
    """
    open_ = {(item.page, item.field, item.purpose): item for item in wanted}
    known = {(item.page, item.field, item.purpose) for item in standing}
    steps = ItemSteps(new=[item for key, item in open_.items() if key not in known])
    for item in standing:
        wants = open_.get((item.page, item.field, item.purpose))
        for event in _events(item, wants, statuses.get(item.field)):
            steps.add(item, wants, after(ItemState(item.state), event))
            break
        else:
            if wants is not None and item.grid_value and item.grid_value != wants.grid_value:
                steps.apart.append(item.key)  # it reads otherwise now, or the recipe says no
    return steps


def _events(
    item: StandingItem, wants: WantedItem | None, status: ReadingStatus | None
) -> Iterator[ItemEvent]:
    """Yield the event that a form's decision is for an item, if it is one."""
    state = ItemState(item.state)
    if wants is not None:
        if _is_anew(item, wants):
            yield ItemEvent.REOPENED
    elif status is ReadingStatus.RESOLVED:
        if can(state, ItemEvent.ANSWERED):
            yield ItemEvent.ANSWERED
    elif state is ItemState.DONE and item.purpose == SAMPLE and status is not None:
        return  # what was learnt of the machine stays known
    elif can(state, ItemEvent.DROPPED):
        yield ItemEvent.DROPPED


def _is_anew(item: StandingItem, wants: WantedItem) -> bool:
    """Tell whether it must be keyed from the start."""
    state = ItemState(item.state)
    if state is ItemState.GONE or item.content != wants.content:
        return True
    if state is ItemState.OPEN and item.entries_needed != wants.entries_needed:
        return True  # the recipe asks for more people now, or for fewer than there are
    if item.purpose == SAMPLE:
        return item.machine_value != wants.machine_value
    return state is ItemState.DONE  # in review though somebody keyed it: that value does not count

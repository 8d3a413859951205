"""What a person is shown of an item: its printed label, its codes and boxes.

Knows frozen layouts and the codebook. Must not know why an item came, or what others keyed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from papi.checking.classes import base_name, member_of
from papi.model.codebook import Codebook
from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM, columns_of
from papi.model.keying import EntryKind, ItemState, KeyingTask
from papi.model.layout import CELL_KINDS, FieldKind, Layout, LayoutField
from papi.office.item_plan import SAMPLE
from papi.office.keying_checks import INK_NO, INK_YES, TEXT_MOST, shown_value
from papi.store.entries import blind_values
from papi.store.items import drawing_key
from papi.store.leases import LeasedItem

UNREADABLE_MARK = "?"
"""Stands in `KeyingTask.compared` for "this person could not read it"."""
_FULL_LABELS = {"nopesertapbi": "No. peserta PBI"}
"""Of fields whose printed label means something beside another field alone ("No.")."""
_SIGNED = ((INK_YES, "ada tanda tangan"), (INK_NO, "tidak ada"))


def task_of(item: LeasedItem, layout: Layout, compared: tuple[str, ...] = ()) -> KeyingTask:
    """Return what a person is shown of an item.

    Args:
        item: as it was leased.
        layout: its form was printed with.
        compared: values of which one is to be chosen, as readings keep them.
    """
    field = layout.by_name[item.field]
    return KeyingTask(
        item=item.key,
        lease=item.lease,
        form_id=item.form_id,
        page=item.page,
        field=item.field,
        kind=field.kind.value,
        field_class=item.field_class,
        label=label_of(field, layout),
        height=height_of(field, layout),
        codes=_codes(field),
        multiple=field.multiple,
        most=_most(field),
        pattern=field.pattern or "",
        candidates=tuple(shown_value(field, value) for value in item.candidates),
        compared=tuple(
            value if value == UNREADABLE_MARK else shown_value(field, value) for value in compared
        ),
        question=item.question,
    )


def compared_values(items: Sequence[LeasedItem]) -> dict[int, tuple[str, ...]]:
    """Return the values that differ, of items in arbitration, by item.

    In an order that tells nothing of who said which, and stays the same for one item.
    """
    asked = [item for item in items if item.state == ItemState.ARBITRATION]
    said = blind_values([item.key for item in asked]) if asked else {}
    return {item.key: _unattributed(item, said.get(item.key, [])) for item in asked}


def _unattributed(item: LeasedItem, said: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    values = [UNREADABLE_MARK if kind == EntryKind.UNREADABLE else v for kind, v in said]
    if item.purpose == SAMPLE:
        values.append(item.machine_value)
    name = f"{item.key}|{item.round}".encode()
    turned = hashlib.blake2b(name, key=drawing_key(), digest_size=1).digest()[0] & 1
    return tuple(reversed(values) if turned else values)


def height_of(field: LayoutField, layout: Layout) -> float:
    """Return how far down its page a field stands, 0-1, so that a screen can scroll to it."""
    side = next(side for side in layout.pages if side.page == field.page)
    return field.zone.center[1] / side.height_mm


def label_of(field: LayoutField, layout: Layout) -> str:
    """Return what is printed beside a field, with its member: "ART 2 · NIK: sesuai?"."""
    label = _FULL_LABELS.get(base_name(field.name), field.label)
    if field.cek_for is not None:
        label = f"{_name_of(field.cek_for, layout)}: {label.lower()}"
    member = member_of(field.name)
    return label if member is None else f"ART {member} · {label}"


def _name_of(name: str, layout: Layout) -> str:
    """Return the label of the field a tick confirms; of one without boxes its pre-list's words."""
    field, base = layout.by_name.get(name), base_name(name)
    if field and field.label:
        return field.label
    known = columns_of(layout.form).by_name if layout.form in {HOUSEHOLD_FORM, PERSON_FORM} else {}
    return known[base].meaning if base in known else base.replace("_", " ").capitalize()


def meaning_of(field: LayoutField, value: str) -> str:
    """Return what a code of a field means, "" if nothing is printed or known of it."""
    return dict(_codes(field)).get(value, "")


def _codes(field: LayoutField) -> tuple[tuple[str, str], ...]:
    if field.kind is FieldKind.SIGNATURE:
        return _SIGNED
    meanings = _meanings(field.code_list or "")
    if field.kind is FieldKind.CHOICE:
        return tuple((c.code, c.label or meanings.get(c.code, "")) for c in field.choices)
    return tuple((code, meanings.get(code, "")) for code in field.codes or ())


@lru_cache(maxsize=256)
def _meanings(name: str) -> dict[str, str]:
    code_list = Codebook.load().code_lists.get(name)
    if code_list is None:
        return {}
    labels = {code.code: code.label() for code in code_list.codes}
    if code_list.kind == "bitmask":
        labels = {value: _sum_of(value, labels) for value in code_list.values()}
    return labels


def _sum_of(value: str, labels: Mapping[str, str]) -> str:
    """Say what a sum of codes stands for: "03" = the first and the second."""
    parts = (label for code, label in labels.items() if int(code) and int(value) & int(code))
    return " + ".join(parts) or next((v for c, v in labels.items() if not int(c)), "tidak ada")


def _most(field: LayoutField) -> int:
    if field.kind is FieldKind.DATE:
        return len(field.cells) + 2  # typed with hyphens, perhaps
    if field.kind in CELL_KINDS:
        return len(field.cells)
    if field.kind is FieldKind.TEXT:
        return TEXT_MOST
    codes = [choice.code for choice in field.choices] or [INK_YES]
    return sum(map(len, codes)) + len(codes) - 1 if field.multiple else max(map(len, codes))

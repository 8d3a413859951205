"""Items for forms that an older release decided: it had none.

Knows readings in review without items. Must not know people. Cut off, it goes on where it was.
"""

from __future__ import annotations

from django.db import transaction

from papi.model.reading import Reading, ReadingStatus
from papi.office.item_plan import Drawing, review_item
from papi.office.standing_decider import standing
from papi.office.workspace import Workspace
from papi.store.entries import layouts_of
from papi.store.faults import storage_faults
from papi.store.items import (
    ItemSteps,
    apply_steps,
    drawing_key,
    forms_without_items,
    lock_decided,
    pages_content,
    review_rows,
)

_FORMS = 200
"""Forms in one transaction: some 2,000 items, 50 ms."""


def make_missing_items(workspace: Workspace) -> int:
    """Make the items of all forms that lack them; return of how many forms.

    A form that is to be decided gets its items with its decision.
    """
    drawing = Drawing(standing(workspace).recipe.control, drawing_key())
    made = 0
    with storage_faults():
        while form_ids := forms_without_items(_FORMS):
            with transaction.atomic():
                for form_id in form_ids:
                    _make(form_id, drawing)
            made += len(form_ids)
    return made


def _make(form_id: str, drawing: Drawing) -> None:
    region = lock_decided(form_id)
    if region is None:
        return
    layout = layouts_of([form_id]).of(form_id)
    contents = pages_content([form_id])
    wanted = [
        review_item(form_id, _reading(row), layout, contents.get((form_id, row[0]), ""), drawing)
        for row in review_rows(form_id)
    ]
    apply_steps(form_id, region, ItemSteps(new=wanted))


def _reading(row: tuple[int, str, str, float, str]) -> Reading:
    page, field, machine_value, confidence, reasons = row
    return Reading(
        page,
        field,
        machine_value,
        machine_value,
        confidence,
        ReadingStatus.REVIEW,
        tuple(reasons.split()),
    )

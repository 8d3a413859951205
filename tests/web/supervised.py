"""Forms as supervision needs them: settled by a clerk, or moved to a region of somebody else.

Knows how rows hang together. Must not know screens.
"""

from __future__ import annotations

from web_office import WebOffice

from papi.office.standing_decider import standing
from papi.store import models
from papi.store.cases import mark_undecided

HOME, FOREIGN = "3201", "3273"
VILLAGE = "3273012005"


def settle(office: WebOffice, user: models.User) -> list[str]:
    """Let a person key every field that waits as it was written; return forms that are complete."""
    waiting = models.Reading.objects.filter(status="review")
    for form_id, page, field in waiting.values_list("form_id", "page", "field"):
        models.Resolution.objects.create(
            form_id=form_id, page=page, field=field, user=user,
            value=office.written[form_id, field],
        )  # fmt: skip
    decide(office, *models.Record.objects.values_list("form_id", flat=True))
    models.Item.objects.filter(purpose="sample").update(state="done")
    done = models.Record.objects.filter(outcome="matched").order_by("form_id")
    return list(done.values_list("form_id", flat=True))


def key(office: WebOffice, form_id: str, field: str, value: str, user: models.User) -> None:
    """Let a person key another value of one field, and decide the form."""
    page = models.Reading.objects.get(form=form_id, field=field).page
    models.Resolution.objects.create(
        form_id=form_id, page=page, field=field, value=value, user=user
    )
    decide(office, form_id)


def decide(office: WebOffice, *form_ids: str) -> None:
    """Decide forms anew."""
    mark_undecided(form_ids)
    standing(office.workspace).decider.decide_now(form_ids)


def move_away(form_ids: list[str]) -> None:
    """Let forms be of a village in a region of somebody else."""
    models.IssuedForm.objects.filter(pk__in=form_ids).update(region=VILLAGE)
    models.Item.objects.filter(form__in=form_ids).update(region=VILLAGE)


def forget(form_ids: list[str]) -> None:
    """Remove every trace of forms."""
    models.ScanPage.objects.filter(form_id__in=form_ids).delete()
    models.Item.objects.filter(form__in=form_ids).delete()
    models.IssuedForm.objects.filter(pk__in=form_ids).delete()

"""What scripts send and get: checked on the way in, plain JSON on the way out.

Knows the shape of requests and tasks. Must not know where tasks come from or what answers do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from papi.model.keying import Answer, AnswerResult, EntryKind, KeyingTask
from papi.model.sheet import readable_form_id
from papi.review.field_kinds import kind_name

PLAIN = r"^[^\x00-\x1f\x7f]*$"
"""Text of one line: what a person types, never a control character."""
_Number = Annotated[int, Field(ge=1, le=2**62)]
Body = TypeVar("Body", bound=BaseModel)


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class NextBody(_Body):
    """A wish for items: so many, of a kind or a form, besides those on the screen."""

    held: list[_Number] = Field(default=[], max_length=200)
    count: int = Field(default=1, ge=0, le=10)
    kind: str = Field(default="", max_length=16, pattern=r"^[a-z_]*$")
    form: str = Field(default="", max_length=9, pattern=r"^[0-9A-Z]*$")
    counts: bool = False


class AnswerBody(_Body):
    """One answer."""

    item: _Number
    lease: str = Field(max_length=32, pattern=PLAIN)
    client_key: str = Field(min_length=16, max_length=40, pattern=r"^[0-9a-zA-Z-]+$")
    kind: str = Field(max_length=12)
    value: str = Field(default="", max_length=255, pattern=PLAIN)
    note: str = Field(default="", max_length=255, pattern=PLAIN)
    confirmed: bool = False
    keys: int = Field(default=0, ge=0, le=100_000)
    seconds: float = Field(default=0.0, ge=0.0, le=86_400.0)

    def answer(self, kind: EntryKind) -> Answer:
        """Return it as the use cases want it."""
        return Answer(
            self.item, self.lease, self.client_key, kind, self.value, self.note, self.confirmed,
            self.keys, self.seconds,
        )  # fmt: skip


class AnswersBody(_Body):
    """Some answers, oldest first."""

    answers: list[AnswerBody] = Field(min_length=1, max_length=50)


class ItemsBody(_Body):
    """Items that leave the screen, and when the server handed out the last of them, s."""

    items: list[_Number] = Field(max_length=200)
    handed: float | None = Field(default=None, ge=0, le=4e9, allow_inf_nan=False)


def parsed(request: HttpRequest, body: type[Body]) -> Body | None:
    """Return the request's JSON as `body`, None if it is anything else."""
    try:
        return body.model_validate_json(request.body)
    except ValidationError:
        return None


def malformed() -> JsonResponse:
    """Answer a request that no screen of ours sends."""
    return JsonResponse({}, status=400)


def tasks_json(tasks: Sequence[KeyingTask]) -> dict[str, Any]:
    """Return tasks just handed out, and the server's time by which they were."""
    handed = timezone.now().timestamp()
    return {"tasks": [task_json(task) for task in tasks], "handed": handed}


def task_json(task: KeyingTask) -> dict[str, Any]:
    """Return what the script needs of a task."""
    return {
        "item": task.item,
        "lease": task.lease,
        "kind": task.kind,
        "title": kind_name(task.field_class),
        "where": gettext("Form %(form)s, page %(page)s")
        % {"form": readable_form_id(task.form_id), "page": task.page},
        "label": task.label,
        "codes": task.codes,
        "multiple": task.multiple,
        "most": task.most,
        "candidates": task.candidates,
        "compared": task.compared,
        "question": task.question,
        "height": round(task.height, 4),
        "snip": reverse("keying:snip", args=[task.item]),
        "pageUrl": reverse("keying:page", args=[task.item]),
        "alt": gettext("Snip of the field: %(label)s") % {"label": task.label},
        "pageAlt": gettext("Whole page, the field outlined"),
    }


def results_json(results: Sequence[AnswerResult]) -> list[dict[str, Any]]:
    """Return what became of answers, in the words of the person's language."""
    english = get_language() == "en"
    return [
        {
            "client_key": result.client_key,
            "state": result.state.value,
            "problems": [p.message_en if english else p.message_id for p in result.problems],
        }
        for result in results
    ]

"""What is to be typed of each page that waits: it exists, parses, and fits what is wrong."""

from __future__ import annotations

import shlex

import pytest

from papi.cli.fix import command
from papi.model.page import PageStatus, Reason
from papi.model.sheet import readable_form_id
from papi.office.next_steps import is_whole_file, main_step, next_steps

FORM_ID = "4F2K9QW3X"
PAPER_REASONS = {
    Reason.TOO_PALE, Reason.TRUNCATED, Reason.ENCRYPTED, Reason.NO_PAGES, Reason.TOO_LARGE,
    Reason.DECODE_FAILED,
}  # fmt: skip
WAITING = [PageStatus.UNREADABLE, PageStatus.UNIDENTIFIED, PageStatus.QUARANTINED,
           PageStatus.FOREIGN, PageStatus.CONFLICT]  # fmt: skip


def words(status: PageStatus, reason: Reason, **said: object) -> list[str]:
    said = {"known": False, **said}
    steps = next_steps(7, status.value, reason.value, **said)  # type: ignore[arg-type]
    assert all(step.startswith("papi fix 7 ") for step in steps)
    return [step.removeprefix("papi fix 7 ") for step in steps]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("status", WAITING)
@pytest.mark.parametrize("reason", list(Reason))
def test_every_command_parses_once_the_paper_was_looked_at(
    status: PageStatus, reason: Reason, known: bool
) -> None:
    for step in next_steps(7, status.value, reason.value, known=known):
        filled = step.replace("XXXX-XXXX-X", FORM_ID).replace("X,Y", "10,20")
        filled = filled.replace("--page N", "--page 2")
        context = command.make_context("fix", shlex.split(filled)[2:])
        assert context.params["page"] == "7"
        said = {n: v for n, v in context.params.items() if n not in {"page", "as_json"} and v}
        assert said, "says something of the page"


@pytest.mark.parametrize("reason", sorted(PAPER_REASONS))
def test_where_paper_or_file_must_be_handled_nothing_is_to_be_typed(reason: Reason) -> None:
    for status in (PageStatus.UNREADABLE, PageStatus.QUARANTINED):
        assert words(status, reason) == []


def test_a_page_without_identity_is_looked_at_then_named() -> None:
    look, name = words(PageStatus.UNIDENTIFIED, Reason.NO_BARCODE)
    assert look == "--picture halaman-7.png"
    assert name == "--id XXXX-XXXX-X --page N"


@pytest.mark.parametrize("reason", [Reason.POOR_FIT, Reason.NO_FIDUCIALS])
def test_a_page_that_cannot_be_placed_gets_corners_and_a_name_if_it_has_none(
    reason: Reason,
) -> None:
    corners = "--corners X,Y X,Y X,Y X,Y"
    assert words(PageStatus.UNREADABLE, reason, known=True)[1:] == [corners]
    named = "--id XXXX-XXXX-X --page N"
    assert words(PageStatus.UNREADABLE, reason)[1:] == [named, f"{named} {corners}"]


@pytest.mark.parametrize("status", [PageStatus.UNREADABLE, PageStatus.QUARANTINED])
@pytest.mark.parametrize("reason", [Reason.TOO_SLOW, Reason.WORKER_DIED])
def test_what_stopped_the_reader_is_tried_again(status: PageStatus, reason: Reason) -> None:
    assert words(status, reason) == ["--again"]


def test_a_foreign_page_may_be_a_torn_form_of_ours() -> None:
    assert words(PageStatus.FOREIGN, Reason.NO_FORM)[1:] == [
        "--foreign",
        "--id XXXX-XXXX-X --page N",
    ]
    named = f"--id {readable_form_id(FORM_ID)} --page 2"
    guessed = words(PageStatus.FOREIGN, Reason.NO_FORM, guess=(FORM_ID, 2))
    assert guessed[1:] == [named, "--foreign"]


def test_looking_is_not_the_main_step() -> None:
    steps = next_steps(7, PageStatus.FOREIGN.value, Reason.NO_FORM.value, known=False)
    assert main_step(steps) == "papi fix 7 --foreign"
    assert main_step(()) == ""


def test_a_file_that_is_no_page_is_no_sheet() -> None:
    assert is_whole_file(PageStatus.QUARANTINED.value, Reason.NOT_AN_IMAGE.value)
    assert not is_whole_file(PageStatus.QUARANTINED.value, Reason.WORKER_DIED.value)
    assert not is_whole_file(PageStatus.UNREADABLE.value, Reason.TRUNCATED.value)

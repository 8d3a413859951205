"""What to type about a page that waits, in the order in which it helps.

Knows states, reasons and the words of `papi fix`. Must not know how a list is shown. What stands in
capitals is read from the paper or the picture; everything else can be typed as it is.
"""

from __future__ import annotations

from papi.model.page import PageStatus, Reason
from papi.model.sheet import readable_form_id
from papi.office.feeds import PageKey

_ID, _PAGE, _CORNERS = "XXXX-XXXX-X", "N", "--corners X,Y X,Y X,Y X,Y"
_AGAIN = frozenset({Reason.TOO_SLOW, Reason.WORKER_DIED})
"""A busy machine may have been to blame."""
_PAPER = frozenset(
    {Reason.TOO_PALE, Reason.TRUNCATED, Reason.ENCRYPTED, Reason.NO_PAGES, Reason.TOO_LARGE}
    | {Reason.DECODE_FAILED}
)
"""Nothing that can be typed helps: the sheet is scanned, or the file copied, again."""
_ELSEWHERE = frozenset({Reason.NEVER_PRINTED, Reason.UNKNOWN_LAYOUT, Reason.UNKNOWN_PAGE})
"""Its id is known and is not ours: no id that could be keyed would fit."""
_UNPLACED = frozenset({Reason.POOR_FIT, Reason.NO_FIDUCIALS})
_FILE = frozenset(
    {Reason.NOT_AN_IMAGE, Reason.TRUNCATED, Reason.ENCRYPTED, Reason.NO_PAGES, Reason.TOO_LARGE}
)


def is_whole_file(status: str, reason: str) -> bool:
    """Tell whether a file could not be opened: there is no sheet to look for, but a file."""
    return status == PageStatus.QUARANTINED and reason in _FILE


def next_steps(
    number: int, status: str, reason: str, *, known: bool, guess: PageKey | None = None
) -> tuple[str, ...]:
    """Return what to type, one after the other until the page waits no longer.

    Args:
        number: of the page.
        status: it is in.
        reason: why.
        known: its form and page are known.
        guess: which page it must be, by its neighbours; to be compared with the paper.

    Returns:
        Commands; none where the paper or the file must be handled.
    """
    fix = f"papi fix {number}"
    if reason in _PAPER:
        return ()
    if reason in _AGAIN:
        return (f"{fix} --again",)
    if reason == Reason.NOT_AN_IMAGE:
        return (f"{fix} --foreign",)
    told = [f"{fix} {words}" for words in _said(status, reason, known, guess)]
    return (f"{fix} --picture {picture_name(number)}", *told)


def picture_name(number: int) -> str:
    """Return the file that a page is to be looked at in."""
    return f"halaman-{number}.png"


def main_step(steps: tuple[str, ...]) -> str:
    """Return the first step that changes something, "" if there is none."""
    return next((step for step in steps if "--picture" not in step), "")


def _said(status: str, reason: str, known: bool, guess: PageKey | None) -> tuple[str, ...]:
    """Return what may be said of a page once it was looked at, likeliest first."""
    form_id, page = (readable_form_id(guess[0]), str(guess[1])) if guess else (_ID, _PAGE)
    named = f"--id {form_id} --page {page}"
    if status == PageStatus.CONFLICT:
        return ("--choose",)
    if reason == Reason.BARCODES_DISAGREE:
        return (f"{named} --force",)
    if reason in _ELSEWHERE:
        return ("--foreign",)
    if reason in _UNPLACED:
        return (_CORNERS,) if known else (named, f"{named} {_CORNERS}")
    if status == PageStatus.FOREIGN:
        return (named, "--foreign") if guess else ("--foreign", named)
    return (named,)

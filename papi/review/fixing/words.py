"""Words for the states of pages, in the language of the person who reads.

Knows states, reasons and messages. Must not know HTTP.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from papi.errors import PapiError, StorageFull, WorkspaceBusy
from papi.model.codebook import Language
from papi.model.page import PageStatus, Reason
from papi.model.sheet import readable_form_id
from papi.office.fix_messages import FixRefused
from papi.office.fixing import WaitingPage
from papi.office.messages import explain
from papi.review.supervision.words import PAGES

REASONS: dict[str, str | Promise] = {
    Reason.NO_BARCODE: lazy("No barcode can be read"),
    Reason.POOR_FIT: lazy("Boxes cannot be placed"),
    Reason.NO_FIDUCIALS: lazy("Corner marks are missing"),
    Reason.BARCODES_DISAGREE: lazy("Barcodes disagree"),
    Reason.NEVER_PRINTED: lazy("Not printed here"),
    Reason.UNKNOWN_LAYOUT: lazy("Unknown version"),
    Reason.UNKNOWN_PAGE: lazy("Unknown page"),
    Reason.NO_FORM: lazy("Perhaps no form"),
    Reason.SAME_PAGE: lazy("Two scans of one page"),
    Reason.TOO_PALE: lazy("Too pale"),
    Reason.TRUNCATED: lazy("File damaged"),
    Reason.DECODE_FAILED: lazy("Page damaged"),
    Reason.NOT_AN_IMAGE: lazy("No picture file"),
    Reason.ENCRYPTED: lazy("File locked"),
    Reason.NO_PAGES: lazy("File without pages"),
    Reason.TOO_LARGE: lazy("File too large"),
    Reason.UNREADABLE_PATH: lazy("File cannot be opened"),
    Reason.TOO_SLOW: lazy("Took too long"),
    Reason.WORKER_DIED: lazy("Reading was cut off"),
}
"""A few words for the list; `explain` has the whole sentence."""


def language() -> Language:
    """Return the language of this request: "id" or "en"."""
    return "en" if get_language() == "en" else "id"


def short_reason(reason: str) -> str:
    """Return a few words for a reason, or for a state where no reason is known."""
    return str(REASONS.get(reason) or PAGES.get(reason, reason))


def long_reason(reason: str) -> str:
    """Return what a reason means and what to do."""
    return explain(Reason(reason), language()) if reason in set(Reason) else ""


def trouble(error: PapiError) -> str:
    """Return why a fix did not succeed, without what only the command line can do."""
    if isinstance(error, FixRefused):
        return error.told(language())
    if isinstance(error, WorkspaceBusy):
        return _("The workspace is busy just now. Nothing was changed; try again in a minute.")
    if isinstance(error, StorageFull):
        return _("The disk of the server is full. Nothing was changed; tell the administrator.")
    return _("That did not work. Nothing was changed; tell the administrator.")


def settled(number: int) -> str:
    """Return that a page waits no longer."""
    return _("Page %(number)d waits no longer.") % {"number": number}


def outcome(page: WaitingPage) -> str:
    """Return what became of a page, in words."""
    number = {"number": page.number}
    if page.waits:
        return _("Page %(number)d still waits.") % number + " " + long_reason(page.reason)
    if page.status == PageStatus.READ:
        return _("Page %(number)d was read: form %(form)s, page %(page)s.") % {
            **number,
            "form": readable_form_id(page.form_id),
            "page": page.page,
        }
    if page.reason == Reason.SET_ASIDE and page.status == PageStatus.BLANK:
        return _("Page %(number)d is set aside as blank.") % number
    if page.reason == Reason.SET_ASIDE:
        return _("Page %(number)d is set aside as foreign.") % number
    return _("Page %(number)d needs nothing more.") % number + " " + long_reason(page.reason)

"""What to tell people about the feeder: where in the stack, which pages, what to do.

Knows the words. Must not know how a finding was made.
"""

from __future__ import annotations

from collections.abc import Sequence

from papi.model.sheet import readable_form_id
from papi.office.feeds import Feed, FeedKind, PageKey
from papi.office.scanner_warnings import ScanWarning, WarningKind

Place = tuple[str, int]
"""(file name, index in it from 0)."""

_TEXTS: dict[FeedKind, tuple[str, str]] = {
    FeedKind.DOUBLE_FEED: (
        "Mungkin dua lembar tertarik bersama {where}: {pages} tidak terpindai. Pindai ulang kedua "
        "lembar itu.",
        "Perhaps a double feed {where}: {pages} not scanned. Scan both sheets again.",
    ),
    FeedKind.SHEET_MISSING: (
        "Lembar hilang {where}: {pages}. Mungkin tertarik bersama lembar lain, atau tidak ada di "
        "tumpukan.",
        "A sheet is missing {where}: {pages}. Perhaps a double feed, or it was not in the stack.",
    ),
    FeedKind.SIDE_MISSING: (
        "Satu sisi lembar tidak terpindai {where}: {pages}. Pindai lembar itu bolak-balik.",
        "One side of a sheet was not scanned {where}: {pages}. Scan the sheet on both sides.",
    ),
    FeedKind.SIDE_BLANK: (
        "Sisi kosong {where}, padahal seharusnya {pages}. Periksa lembarnya: mungkin dicetak satu "
        "sisi.",
        "A blank side {where} where {pages} should be. Look at the sheet: perhaps it was printed "
        "on one side.",
    ),
    FeedKind.HIDDEN: (
        "Halaman yang tidak terbaca {where} mungkin {pages}.",
        "The page that could not be read {where} may be {pages}.",
    ),
    FeedKind.BLANK_FEED: (
        "{count} sisi kosong berturut-turut {where}: ada lembar kosong di tumpukan, atau sisi "
        "belakang tidak tercetak.",
        "{count} blank sides in a row {where}: a blank sheet in the stack, or backs that were not "
        "printed.",
    ),
    FeedKind.ONE_SIDED: (
        "Hanya satu sisi terpindai pada {count} lembar {where}. Atur pemindai ke dua sisi (duplex) "
        "dan pindai ulang.",
        "Set the scanner to both sides and scan again: of {count} sheets {where} one side is "
        "missing.",
    ),
}
_SHOWN_PAGES = 4


def feed_messages(feed: Feed, places: Sequence[Place]) -> tuple[str, str]:
    """Return what to tell of a finding in Indonesian and English.

    Args:
        feed: the finding.
        places: file and index of every side of its stack.
    """
    first, last = places[feed.first], places[feed.last]
    texts = _TEXTS[feed.kind]
    return (
        texts[0].format(
            where=_where(first, last, ("pada", "antara", "dan", "berkas", "pindaian")),
            pages=name_pages(feed.missing, "hal."),
            count=feed.count,
        ),
        texts[1].format(
            where=_where(first, last, ("at", "between", "and", "of", "scan")),
            pages=name_pages(feed.missing, "page"),
            count=feed.count,
        ),
    )


def feed_warning(feed: Feed, places: Sequence[Place]) -> ScanWarning:
    """Return a finding as a warning; told once for each set of pages."""
    message, message_en = feed_messages(feed, places)
    pages = " ".join(f"{form_id}/{page}" for form_id, page in feed.missing)
    key = f"{feed.kind.value} {pages or places[feed.first]}"
    if feed.kind is FeedKind.ONE_SIDED:
        key = feed.kind.value
    note = feed.kind is FeedKind.BLANK_FEED or not feed.enclosed
    return ScanWarning(WarningKind(feed.kind.value), key, message, message_en, note)


def _where(first: Place, last: Place, words: tuple[str, str, str, str, str]) -> str:
    at, between, joined, of, scan = words
    if first == last:
        return f"{at} {scan} {first[1] + 1} {of} {first[0]}"
    if first[0] == last[0]:
        return f"{between} {scan} {first[1] + 1} {joined} {last[1] + 1} {of} {first[0]}"
    return (
        f"{between} {scan} {first[1] + 1} {of} {first[0]} {joined} {scan} {last[1] + 1} "
        f"{of} {last[0]}"
    )


def name_pages(pages: Sequence[PageKey], word: str) -> str:
    """Name pages by form as it stands on paper: "4F2K-9QW3-X page 2, 3"."""
    by_form: dict[str, list[str]] = {}
    for form_id, page in pages[:_SHOWN_PAGES]:
        by_form.setdefault(form_id, []).append(str(page))
    named = [f"{readable_form_id(f)} {word} {', '.join(own)}" for f, own in by_form.items()]
    return "; ".join(named) + (" …" if len(pages) > _SHOWN_PAGES else "")

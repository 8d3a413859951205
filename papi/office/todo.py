"""What an operator has to do with which sheet, in the order in which the stacks lie.

Knows which trouble is mended how. Must not know queries or how a list is shown. It agrees with the
reconciliation: one item a page that needs attention, one or more items for the missing pages of
each returned form, one a village for forms of which nothing came back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from papi.model.page import PageStatus, Reason
from papi.office.attention import needs_person
from papi.office.feed_messages import feed_messages, name_pages
from papi.office.feeds import Feed, FeedKind, PageKey
from papi.office.messages import explain
from papi.office.next_steps import is_whole_file, main_step, next_steps
from papi.office.stack_report import Stack
from papi.store.stacks import StackPage

_RESCAN_REASONS = frozenset({Reason.BARCODES_DISAGREE, Reason.POOR_FIT})
_RESCAN_STATES = frozenset({PageStatus.UNREADABLE, PageStatus.QUARANTINED})


class Action(StrEnum):
    """What to do."""

    RESCAN = "rescan"
    FIX = "fix"
    CHOOSE = "choose"
    FIND = "find"
    COLLECT = "collect"
    INGEST = "ingest"


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One thing to do.

    Attributes:
        action: what.
        number: of the page, as `papi fix` takes it.
        batch, position, sheet: which stack; place in it, counted in sides and in sheets from 1
            (no sheet of a file that could not be opened).
        source, index: file and place in it, from 0.
        after, before: (form id, page) of the nearest sides around it whose form is known.
        form_id, page: what the page says it is, "" and None if unknown.
        pages: missing pages it is about, as (form id, page); of FIX: what the page may be.
        count: pages (forms, for COLLECT) it is about.
        region, form: of COLLECT.
        status, reason: of the page.
        other: file and index of the scan to choose against.
        message, message_en: what is wrong and what to do.
        detail: what more is known, e.g. which page it looks like; "" if nothing.
        command: what to type, "" if it is paper that must be handled.
        commands: all that may have to be typed, in order: to look at the page first.
    """

    action: Action
    number: int | None = None
    batch: int | None = None
    position: int | None = None
    sheet: int | None = None
    source: str = ""
    index: int | None = None
    after: PageKey | None = None
    before: PageKey | None = None
    form_id: str = ""
    page: int | None = None
    pages: tuple[PageKey, ...] = ()
    count: int = 1
    region: str = ""
    form: str = ""
    status: str = ""
    reason: str = ""
    other: tuple[str, int] | None = None
    message: str = ""
    message_en: str = ""
    detail: str = ""
    command: str = ""
    commands: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def stack_items(stack: Stack, active: Mapping[PageKey, tuple[str, int]]) -> list[TodoItem]:
    """Return what is to be done with one stack, as it lies.

    Args:
        stack: the stack.
        active: file and index of the scan that counts for a page in conflict.
    """
    guesses = {
        feed.first + number: key
        for feed in stack.feeds
        if feed.kind is FeedKind.HIDDEN
        for number, key in enumerate(feed.missing)
    }
    return [
        _page_item(stack, place, guesses.get(place), active)
        for place, page in enumerate(stack.pages)
        if needs_person(page.status, page.reason)
    ]


def _page_item(
    stack: Stack,
    place: int,
    guess: PageKey | None,
    active: Mapping[PageKey, tuple[str, int]],
) -> TodoItem:
    page = stack.pages[place]
    action = _action(page)
    reason = Reason(page.reason) if page.reason else None
    message, message_en = (explain(reason, "id"), explain(reason, "en")) if reason else ("", "")
    if guess:
        message += f" Mungkin {name_pages([guess], 'hal.')}."
        message_en += f" It may be {name_pages([guess], 'page')}."
    key = (page.form_id, page.page or 0)
    known = bool(page.form_id and page.page)
    steps = next_steps(page.key, page.status, page.reason, known=known, guess=guess)
    return TodoItem(
        action,
        number=page.key,
        **(_file_place if is_whole_file(page.status, page.reason) else _place)(stack, place),
        form_id=page.form_id,
        page=page.page,
        pages=(guess,) if guess else (),
        status=page.status,
        reason=page.reason,
        other=active.get(key) if action is Action.CHOOSE else None,
        message=message,
        message_en=message_en,
        detail=page.detail,
        command=main_step(steps),
        commands=steps,
    )


def _action(page: StackPage) -> Action:
    if page.status == PageStatus.CONFLICT:
        return Action.CHOOSE
    if page.reason == Reason.NOT_AN_IMAGE:
        return Action.FIX
    if page.status in _RESCAN_STATES or page.reason in _RESCAN_REASONS:
        return Action.RESCAN
    return Action.FIX


def _place(stack: Stack, place: int) -> dict[str, Any]:
    page = stack.pages[place]
    return {
        "batch": stack.batch,
        "position": page.position,
        "sheet": stack.sheets[place],
        "source": page.source,
        "index": page.index,
        "after": _neighbour(reversed(stack.pages[:place])),
        "before": _neighbour(stack.pages[place + 1 :]),
    }


def _file_place(stack: Stack, place: int) -> dict[str, Any]:
    """Say where a file stands that is no sheet of the stack."""
    page = stack.pages[place]
    at = {"batch": stack.batch, "position": page.position}
    return {**at, "source": page.source, "index": page.index}


def _neighbour(pages: Iterable[StackPage]) -> PageKey | None:
    return next(((p.form_id, p.page) for p in pages if p.form_id and p.page), None)


def find_items(stacks: Sequence[Stack], incomplete: Iterable[Mapping[str, Any]]) -> list[TodoItem]:
    """Return the missing pages of returned forms, each page in one item, where it should lie.

    Args:
        stacks: all stacks.
        incomplete: forms with `form_id`, `region` and `missing_pages`.
    """
    left = {(form["form_id"], page) for form in incomplete for page in form["missing_pages"]}
    items = []
    for stack in stacks:
        places = [(page.source, page.index) for page in stack.pages]
        for feed in stack.feeds:
            pages = tuple(key for key in feed.missing if key in left)
            if pages:
                left -= set(pages)
                items.append(_find_item(stack, feed, pages, feed_messages(feed, places)))
    return [*items, *_stray_items(sorted(left))]


def _find_item(
    stack: Stack, feed: Feed, pages: tuple[PageKey, ...], messages: tuple[str, str]
) -> TodoItem:
    place = _place(stack, feed.first)
    page = stack.pages[feed.first]
    if page.form_id and page.page and feed.first != feed.last:
        place["after"] = page.form_id, page.page
    return TodoItem(
        Action.FIND,
        **place,
        form_id=pages[0][0],
        page=pages[0][1],
        pages=pages,
        count=len(pages),
        reason=feed.kind.value,
        message=messages[0],
        message_en=messages[1],
    )


def _stray_items(left: Iterable[PageKey]) -> Iterator[TodoItem]:
    """Yield missing pages of which no stack tells where they lie: their scan was refused."""
    by_form: dict[str, list[PageKey]] = {}
    for key in left:
        by_form.setdefault(key[0], []).append(key)
    for form_id, pages in by_form.items():
        yield TodoItem(
            Action.FIND,
            form_id=form_id,
            page=pages[0][1],
            pages=tuple(pages),
            count=len(pages),
            message=f"Belum terbaca: {name_pages(pages, 'hal.')}.",
            message_en=f"Not read yet: {name_pages(pages, 'page')}.",
        )


def collect_items(villages: Iterable[Mapping[str, Any]]) -> Iterator[TodoItem]:
    """Yield the villages of which forms did not come back at all."""
    for row in villages:
        if row["missing"]:
            named = row["name"] or row["region"]
            yield TodoItem(
                Action.COLLECT,
                region=row["region"],
                form=row["form"],
                count=row["missing"],
                message=f"{row['missing']} formulir {row['form']} belum kembali dari {named}.",
                message_en=f"{row['missing']} forms {row['form']} have not come back from {named}.",
                command=f"papi status --missing hilang-{row['region']}.pdf "
                f"--region {row['region']}",
            )


def ingest_items(batches: Iterable[Mapping[str, Any]]) -> Iterator[TodoItem]:
    """Yield the batches of which a file was not read to its end."""
    for batch in batches:
        if batch["unfinished"] and not batch["withdrawn"]:
            yield TodoItem(
                Action.INGEST,
                batch=batch["batch"],
                count=batch["unfinished"],
                message=f"{batch['unfinished']} berkas baru terbaca sebagian: jalankan lagi "
                "perintah `papi ingest` yang sama.",
                message_en=f"{batch['unfinished']} file(s) half read: run the same `papi ingest` "
                "again.",
                command="papi ingest PATH...",
            )


def count_items(items: Iterable[TodoItem]) -> dict[str, int]:
    """Count what is to be done: pages (forms, for collect) by action."""
    counts: Counter[str] = Counter()
    for item in items:
        counts[item.action.value] += item.count
    return {action.value: counts[action.value] for action in Action}

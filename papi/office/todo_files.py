"""The operator's to-do list as a file: a PDF to lay beside the stack, or a table.

Knows how an item is told in a row. Must not know how items are found. Bears form ids, no names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from papi.errors import InputUnreadable, UsageError
from papi.exports.tables import Column, Table
from papi.exports.write import write_table
from papi.forms.listing import TICK, ListColumn, ListSection, PrintedList, print_list
from papi.model.page import Reason
from papi.model.sheet import readable_form_id
from papi.office.feeds import FeedKind, PageKey
from papi.office.next_steps import is_whole_file
from papi.office.todo import Action, TodoItem

_WORDS: Final = {
    Action.RESCAN: ("Pindai ulang", "Rescan"),
    Action.FIX: ("Perbaiki", "Fix"),
    Action.CHOOSE: ("Pilih", "Choose"),
    Action.FIND: ("Cari lembar", "Find the sheet"),
    Action.COLLECT: ("Minta ke desa", "Ask the village"),
    Action.INGEST: ("Masukkan lagi", "Ingest again"),
}
_FIND_WORDS: Final = {
    FeedKind.DOUBLE_FEED: ("Pindai ulang keduanya", "Scan both sheets again"),
    FeedKind.SIDE_MISSING: ("Pindai bolak-balik", "Scan both sides"),
    FeedKind.SIDE_BLANK: ("Periksa lembar", "Look at the sheet"),
    FeedKind.HIDDEN: ("Perbaiki halamannya", "Fix the page there"),
}
_FILE_WORDS: Final = {
    Reason.NOT_AN_IMAGE: ("Singkirkan berkas", "Remove the file"),
    Reason.TRUNCATED: ("Salin berkas lagi", "Copy the file again"),
    Reason.ENCRYPTED: ("Buka kuncinya", "Unlock the file"),
}
"""Of files that could not be opened."""
_COLUMNS: Final = (
    ListColumn("Lembar", 13, "right"),
    ListColumn("Berkas, pindaian", 34),
    ListColumn("Sesudah / sebelum", 40),
    ListColumn("Tindakan", 21),
    ListColumn("Keterangan", 67),
    ListColumn("Beres", 9, "center"),
)
"""Widths in mm, together the 184 of the page."""
TABLE: Final = Table(
    "todo",
    (
        Column("action", "text", "rescan, fix, choose, find, collect or ingest"),
        Column("number", "integer", "Number of the page, as papi fix takes it"),
        Column("batch", "integer", "Number of the batch"),
        Column("position", "integer", "Place in the stack, counted in sides from 1"),
        Column("sheet", "integer", "Place in the stack, counted in sheets from 1"),
        Column("source", "text", "File"),
        Column("scan", "integer", "Page of the file, from 1"),
        Column("after", "text", "Nearest known side before it: form id and page"),
        Column("before", "text", "Nearest known side after it: form id and page"),
        Column("pages", "text", "Pages it is about, or may be"),
        Column("count", "integer", "Pages, or forms to collect"),
        Column("region", "text", "Village to ask"),
        Column("status", "text", "State of the page"),
        Column("reason", "text", "Why"),
        Column("message", "text", "What is wrong and what to do (Indonesian)"),
        Column("message_en", "text", "The same in English"),
        Column("command", "text", "What to type"),
        Column("detail", "text", "What more is known of the page"),
        Column("commands", "text", "All that may have to be typed, in order"),
    ),
    neutralise=True,
)


def write_todo(items: Sequence[TodoItem], path: Path) -> int:
    """Write the list; return its number of items.

    Args:
        items: in order.
        path: *.pdf to print, *.csv or *.xlsx to work with.

    Raises:
        UsageError: another suffix, or no such folder.
        InputUnreadable: the folder cannot be written.
        StorageFull: no room on the disk.
    """
    if path.suffix.lower() != ".pdf":
        return write_table(TABLE, map(_table_row, items), path)
    if not path.parent.is_dir():
        raise UsageError(f"The folder {path.parent} does not exist.", "Create it first.")
    try:
        print_list(path, PrintedList("Daftar tugas", _COLUMNS, tuple(_sections(items))))
    except OSError as error:
        raise InputUnreadable(f"{path.name} cannot be written ({error.strerror}).") from error
    return len(items)


def action_words(item: TodoItem) -> tuple[str, str]:
    """Say what to do in two or three words, in Indonesian and English."""
    usual = _WORDS[item.action]
    if is_whole_file(item.status, item.reason):
        return _FILE_WORDS.get(Reason(item.reason), usual)
    if item.action is not Action.FIND or not item.reason:
        return usual
    return _FIND_WORDS.get(FeedKind(item.reason), usual)


def describe_place(item: TodoItem) -> str:
    """Say where a sheet lies: "scan 17 of a.pdf, sheet 9, after 4F2K-9QW3-X page 2"."""
    parts = []
    if item.source and item.sheet is None:
        parts.append(f"the file {item.source}")
    elif item.source and item.index is not None:
        parts.append(f"scan {item.index + 1} of {item.source}")
        parts.append(f"sheet {item.sheet} of the stack")
    if item.after:
        parts.append(f"after {_name(item.after, 'page')}")
    if item.before:
        parts.append(f"before {_name(item.before, 'page')}")
    return ", ".join(parts)


def _name(key: PageKey, word: str) -> str:
    return f"{readable_form_id(key[0])} {word} {key[1]}"


def _names(keys: Sequence[PageKey], word: str) -> str:
    return "; ".join(_name(key, word) for key in keys)


def _table_row(item: TodoItem) -> dict[str, object]:
    return {
        "action": item.action.value,
        "number": item.number,
        "batch": item.batch,
        "position": item.position,
        "sheet": item.sheet,
        "source": item.source,
        "scan": None if item.index is None else item.index + 1,
        "after": _name(item.after, "page") if item.after else "",
        "before": _name(item.before, "page") if item.before else "",
        "pages": _names(item.pages, "page"),
        "count": item.count,
        "region": item.region,
        "status": item.status,
        "reason": item.reason,
        "message": item.message,
        "message_en": item.message_en,
        "command": item.command,
        "detail": item.detail,
        "commands": "; ".join(item.commands),
    }


def _sections(items: Sequence[TodoItem]) -> Iterator[ListSection]:
    if not items:
        yield ListSection("DAFTAR TUGAS", "", ("Tidak ada yang perlu dikerjakan.",), ())
    for batch, group in groupby(items, key=lambda item: item.batch):
        rows = tuple(_printed_row(item) for item in group)
        title = f"DAFTAR TUGAS · TUMPUKAN {batch}" if batch else "DAFTAR TUGAS · DESA"
        lines = (f"{len(rows)} tugas, urut menurut letak lembar di tumpukan.",) if batch else ()
        yield ListSection(title, f"batch {batch}" if batch else "", lines, rows)


def _printed_row(item: TodoItem) -> tuple[str, ...]:
    one = item.index is None or item.sheet is None
    place = item.source if one else f"{item.source} #{(item.index or 0) + 1}"
    beside = " / ".join(_name(key, "hal.") if key else "-" for key in (item.after, item.before))
    detail = f"({item.detail})" if item.detail else ""
    message = " ".join(part for part in (item.message, detail, item.command) if part)
    return (
        str(item.sheet or ""),
        place,
        "" if not (item.after or item.before) else beside,
        action_words(item)[0],
        message,
        TICK,
    )

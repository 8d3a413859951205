"""Who saw and changed one person's data: the answer to that person's request (UU 27/2022).

Knows how a person is named and how events are put in words. Must not know queries or file formats.
Other people on the same form are not named, nor is any value shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone, translation
from django.utils.translation import gettext

from papi.errors import UsageError
from papi.exports.tables import Column, Row, Table
from papi.exports.write import write_table
from papi.model.sheet import normalise_form_id
from papi.office.audit_facts import facts, field_labels
from papi.store import audit
from papi.store.audit_search import (
    events_about,
    forms_with_nik,
    forms_with_prelist_id,
    issued_templates,
)
from papi.store.audit_words import meaning
from papi.store.faults import storage_faults

_NIK = re.compile(r"\d{16}", re.ASCII)
_LIKE_NIK = re.compile(r"\d{16}")
_SUFFIXES = (".csv", ".xlsx")

ACCESS = Table(
    "akses_data",
    (
        Column("nomor", "text", "Nomor peristiwa dalam rantai audit"),
        Column("waktu", "text", "Tanggal dan jam, waktu kantor"),
        Column("oleh", "text", "Siapa: nama masuk, 'cli:' = dari baris perintah"),
        Column("tindakan", "text", "Apa yang dilakukan"),
        Column("formulir", "text", "Nomor formulir; kosong: menyangkut semua formulir"),
        Column("halaman", "text", "Halaman formulir"),
        Column("isian", "text", "Isian formulir"),
        Column("keterangan", "text", "Fakta lain tanpa data pribadi"),
    ),
    neutralise=True,
)
"""Columns in the language of those who receive the file."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data, named in one of three ways."""

    nik: str = ""
    form_id: str = ""
    prelist_id: str = ""


@dataclass(frozen=True, slots=True)
class AccessReport:
    """How many forms of the person are known, and how many events were written."""

    forms: int
    rows: int


def export_person(subject: Subject, path: Path, actor: str = "") -> AccessReport:
    """Write every event about a person's forms; the export is an event itself.

    Args:
        subject: whose.
        path: *.csv or *.xlsx, readable by its owner alone.
        actor: who asks; the one at the command line if empty.

    Raises:
        UsageError: no such id can be, or the file cannot be written.
    """
    if path.suffix.lower() not in _SUFFIXES or _LIKE_NIK.search(path.name):
        raise UsageError(
            "That is no name for the file.",
            "End it in .csv or .xlsx; a NIK or KK number must not stand in it.",
        )
    forms = _forms_of(subject)
    if not forms:
        return AccessReport(0, 0)
    with storage_faults():
        audit.record(
            actor or audit.command_line(),
            [audit.Event("person.exported", form_id=form_id) for form_id in sorted(forms)],
        )
    with translation.override("id"):
        path.touch(mode=0o600)
        rows = write_table(ACCESS, _rows(forms), path)
    path.chmod(0o600)
    return AccessReport(len(forms), rows)


def _forms_of(subject: Subject) -> set[str]:
    if subject.nik:
        if not _NIK.fullmatch(subject.nik):  # never repeated: it may be nearly a NIK
            raise UsageError("That is no NIK.", "Give its 16 digits on one line.")
        return forms_with_nik(subject.nik)
    if subject.prelist_id:
        return forms_with_prelist_id(subject.prelist_id)
    form_id = normalise_form_id(subject.form_id)
    if form_id is None:
        raise UsageError("That is no form id.", "It is printed under the barcode.")
    return set(issued_templates([form_id]))


def _rows(forms: set[str]) -> Iterator[Row]:
    labels = field_labels(forms)
    for event in events_about(forms):
        yield {
            "nomor": event.place,
            "waktu": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}",
            "oleh": event.actor or gettext("nobody known"),
            "tindakan": meaning(event.action),
            "formulir": event.form_id,
            "halaman": event.page or "",
            "isian": labels.get(event.form_id, {}).get(event.field, event.field),
            "keterangan": facts(event),
        }

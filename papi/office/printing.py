"""Use case: print the forms of a pre-list, village by village, and blank forms.

Knows the order: choose rows, issue ids, print, remember copies. Must not know PDF or tables.
Each village is one transaction around its PDFs, which get their names after the commit: no paper
bears an id that the store does not know.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from papi.errors import InputUnreadable, UsageError
from papi.forms.document import pages_for, print_village
from papi.forms.layout import BuiltForm
from papi.model.codebook import Codebook
from papi.model.issue import ManifestRow, PrintJob, Village
from papi.model.prelist import IssuedForm, PrelistRow
from papi.model.sheet import new_form_id
from papi.office.books import save_book
from papi.office.freeze import freeze_form, frozen_form
from papi.office.manifest import choose_file, update_manifest
from papi.office.villages import VillageNames
from papi.office.workspace import Workspace
from papi.store.faults import storage_faults
from papi.store.issued import issued_by_prelist, save_copies, save_issued, taken_ids
from papi.store.locks import Work, alone
from papi.store.prelists import village_rows, villages
from papi.store.settling import settle_printed

Progress = Callable[[int, int | None], None]
"""(forms printed, forms in all)."""
_VILLAGE_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What to print.

    Attributes:
        form: form template.
        out: folder for the PDFs and the manifest.
        today: printed on the covers.
        region: Kemendagri code prefix, digits; "" = every village of the pre-list.
        blank: empty forms for new proposals, for each village. With it, forms that were printed
            before are not printed again.
    """

    form: str
    out: Path
    today: dt.date
    region: str = ""
    blank: int = 0


@dataclass(frozen=True, slots=True)
class PrintReport:
    """What was printed: manifest rows of this run, and the PDF files."""

    rows: tuple[ManifestRow, ...]
    files: tuple[str, ...]

    @property
    def forms(self) -> int:
        """Number of forms."""
        return len({row.form_id for row in self.rows})

    def to_json(self) -> dict[str, Any]:
        """Return counts and files."""
        copies = {row.form_id: row.copy for row in self.rows}
        return {
            "forms": self.forms,
            "pages": len(self.rows),
            "blank": len({row.form_id for row in self.rows if not row.prelist_id}),
            "printed_again": sum(copy > 1 for copy in copies.values()),
            "files": list(self.files),
        }


class _Versions(dict[str, BuiltForm]):
    """Layout versions by name: today's, and older ones as they are asked for."""

    def __init__(self, current: BuiltForm) -> None:
        super().__init__({current.layout.version: current})
        self.current = current

    def __missing__(self, version: str) -> BuiltForm:
        self[version] = frozen_form(self.current.layout.form, version)
        return self[version]


def print_forms(
    workspace: Workspace, order: PrintOrder, progress: Progress = lambda done, total: None
) -> PrintReport:
    """Print one PDF per village, and bring DIR/manifest.csv up to date.

    Printing again keeps ids, layout version and (at least) pages of a form; its copy number rises.

    Returns:
        The report; without files if there is nothing to print.

    Raises:
        UsageError: `blank` needs a village, or the folder has a manifest.csv of something else.
        UnknownForm, TemplateInvalid: the form cannot be laid out.
        InputUnreadable: the output folder cannot be made.
        StorageFull, WorkspaceUnusable: villages printed before stay printed.
    """
    chosen = _villages(order)
    versions = _Versions(freeze_form(order.form))
    _make_folder(order.out)
    names = VillageNames(workspace.region_table)
    total = sum(count + order.blank for _, count in chosen)
    rows: list[ManifestRow] = []
    for region, _ in chosen:
        rows += _print_one(workspace, order, region, versions, names)
        progress(len({row.form_id for row in rows}), total)
    settle_printed()
    save_book(workspace)  # here, where a second is not missed: the scanning room waits for pages
    return PrintReport(tuple(rows), tuple(dict.fromkeys(row.pdf_file for row in rows)))


def _villages(order: PrintOrder) -> list[tuple[str, int]]:
    found = villages(order.form, order.region)
    if found or not order.blank:
        return found
    if len(order.region) != _VILLAGE_DIGITS:
        raise UsageError(
            "No pre-list says for which village the blank forms are.",
            "Name the village: --region with all 10 digits.",
        )
    return [(order.region, 0)]


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputUnreadable(f"{out} cannot be made ({error.strerror}).") from error


def _print_one(
    workspace: Workspace, order: PrintOrder, region: str, versions: _Versions, names: VillageNames
) -> list[ManifestRow]:
    """Print a village; one PDF per layout version, which is nearly always one."""
    manifest: list[ManifestRow] = []
    with _beside(order.out) as folder:
        with storage_faults(), transaction.atomic():
            alone(Work.PAPER)  # nobody else issues ids meanwhile
            rows = village_rows(order.form, region)
            village = names.village(region, rows, workspace.settings.campaign.name, order.today)
            jobs = _jobs(order, region, rows, versions)
            for version in dict.fromkeys(job.issued.version for job in jobs):
                chosen = [job for job in jobs if job.issued.version == version]
                name = _file_name(order.out, village, chosen, versions)
                manifest += _print_pdf(folder / name, chosen, versions[version], village)
        for name in {row.pdf_file for row in manifest}:
            (folder / name).replace(order.out / name)  # after the commit: see above
    update_manifest(order.out, manifest)
    return manifest


def _jobs(
    order: PrintOrder, region: str, rows: Sequence[PrelistRow], versions: _Versions
) -> list[PrintJob]:
    known = issued_by_prelist(order.form, [row.prelist_id for row in rows])
    if order.blank:
        rows = [row for row in rows if row.prelist_id not in known]
    fresh = _free_ids(len(rows) + order.blank)
    jobs = [PrintJob(_issue(row, known, versions, fresh), row) for row in rows]
    layout = versions.current.layout
    return jobs + [
        PrintJob(
            IssuedForm(next(fresh), order.form, layout.version, region, None, pages_for(layout, 0))
        )
        for _ in range(order.blank)
    ]


def _issue(
    row: PrelistRow, known: Mapping[str, IssuedForm], versions: _Versions, fresh: Iterator[str]
) -> IssuedForm:
    """Return the form of a row: the one it has, as its next copy, or a new one."""
    before = known.get(row.prelist_id)
    if before is None:
        layout = versions.current.layout
        pages = pages_for(layout, len(row.members))
        return IssuedForm(next(fresh), row.form, layout.version, row.region, row.prelist_id, pages)
    needed = pages_for(versions[before.version].layout, len(row.members))
    pages = tuple(sorted({*before.pages, *needed}))
    return replace(before, pages=pages, copy=before.copy + 1)


def _free_ids(count: int) -> Iterator[str]:
    """Yield `count` ids that no form has: a clash is rare (10^12 ids) and would be a disaster."""
    ids: set[str] = set()
    while len(ids) < count:
        drawn = {new_form_id() for _ in range(count - len(ids))}
        ids |= drawn - taken_ids(drawn)
    return iter(sorted(ids))


def _file_name(out: Path, village: Village, jobs: Sequence[PrintJob], versions: _Versions) -> str:
    version = jobs[0].issued.version
    suffix = "" if version == versions.current.layout.version else f"_{version}"
    if all(job.row is None for job in jobs):
        suffix += "_kosong"
    form_ids = {job.issued.form_id for job in jobs}
    return choose_file(out, village.region, village.name, suffix, form_ids)


def _print_pdf(
    path: Path, jobs: Sequence[PrintJob], built: BuiltForm, village: Village
) -> list[ManifestRow]:
    issued = [job.issued for job in jobs]
    save_issued(issued)
    label_of = Codebook.load().label
    manifest = print_village(path, jobs, built.layout, built.drawing, village, label_of=label_of)
    first = {row.form_id: row.pdf_page for row in reversed(manifest)}
    save_copies(path.name, first, {form.form_id: form.copy for form in issued})
    return manifest


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Yield a folder on the disk of `out` that is gone afterwards."""
    try:
        with tempfile.TemporaryDirectory(dir=out, prefix=".printing-") as folder:
            yield Path(folder)
    except PermissionError as error:
        raise InputUnreadable(f"{out} cannot be written.") from error

"""Read stored pages again from their kept originals: with a hint, or because a form is known now.

Knows where originals lie and which pages a later printing concerns. Must not know what a fix is.
"""

from __future__ import annotations

from papi.model.evidence import PageEvidence
from papi.model.page import PageHint, PageStatus, Reason
from papi.model.recipe import load_recipe
from papi.office.books import save_book
from papi.office.fix_messages import FixRefused, Refusal
from papi.office.workspace import Workspace
from papi.pipeline.engines import Engine, read_all
from papi.pipeline.opening import count_pages
from papi.pipeline.tasks import PageTask, limits_of, run_task
from papi.store.fixes import StoredScan, save_fix, scans_in
from papi.store.issued import find_issued
from papi.store.originals import original_path
from papi.store.pages import recount_file
from papi.store.settling import settle_printed

_LATE = frozenset({Reason.NEVER_PRINTED, Reason.UNKNOWN_LAYOUT})
"""Reasons that a later printing takes away."""


def read_again(
    workspace: Workspace, scan: StoredScan, hint: PageHint, engine: Engine = Engine.SERIAL
) -> PageEvidence:
    """Read one stored page from its kept original, in a child with the limits of the recipe.

    A file that could not be opened at first counts as one page; if it can be opened now, the pages
    it holds are counted, and those not read yet wait for the next `papi ingest` of the file.

    Raises:
        FixRefused: the original was not kept.
    """
    if not scan.stored:
        raise FixRefused(Refusal.NOT_KEPT, file=scan.source.name)
    limits = limits_of(load_recipe(workspace.recipe).limits)
    path = original_path(workspace.folder, scan.stored)
    told = hint if hint.to_json() else None
    task = PageTask(path, scan.source, save_book(workspace), limits, hint=told)
    (evidence,) = read_all([task], engine, 1, run=run_task)
    if scan.status == PageStatus.QUARANTINED and scan.source.index == 0:
        pages = count_pages(path, limits, scan.source.sha256)
        if isinstance(pages, int):
            recount_file(scan.source.sha256, pages)
    return evidence


def settle_late(workspace: Workspace) -> int:
    """Settle pages anew whose form was unknown when they came in and is known now.

    Those that could not be read without their layout are read again from their originals.

    Returns:
        How many pages now belong to a form.
    """
    settled = settle_printed()
    for scan in list(scans_in({PageStatus.UNIDENTIFIED.value})):
        if scan.reason in _LATE and scan.stored and _is_known(scan):
            evidence = read_again(workspace, scan, PageHint.from_json(scan.hint))
            settled += save_fix(scan.key, [], scan.hint, evidence).active
    return settled


def _is_known(scan: StoredScan) -> bool:
    """Tell whether a page that was not read belongs to a form that is printed by now."""
    issued = find_issued(scan.form_id) if scan.read_status != PageStatus.READ else None
    return issued is not None and issued.version == scan.version and scan.page in set(issued.pages)

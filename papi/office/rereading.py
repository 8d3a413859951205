"""Read stored pages again from their kept originals: with a hint, or because a form is known now.

Knows where originals lie and which pages a later printing concerns. Must not know what a fix is.
"""

from __future__ import annotations

from papi.errors import UsageError
from papi.model.evidence import PageEvidence
from papi.model.page import PageHint, Reason
from papi.model.recipe import load_recipe
from papi.office.books import save_book
from papi.office.workspace import Workspace
from papi.pipeline.engines import Engine, read_all
from papi.pipeline.tasks import PageTask, limits_of
from papi.store.cases import all_layouts
from papi.store.fixes import StoredScan, save_fix, scans_in
from papi.store.issued import find_issued
from papi.store.originals import original_path
from papi.store.settling import settle_again

_LATE = frozenset({Reason.NEVER_PRINTED, Reason.UNKNOWN_LAYOUT})
"""Reasons that a later printing takes away."""


def read_again(
    workspace: Workspace, scan: StoredScan, hint: PageHint, engine: Engine = Engine.SERIAL
) -> PageEvidence:
    """Read one stored page from its kept original, in a child with the limits of the recipe.

    Raises:
        UsageError: the original was not kept.
    """
    if not scan.stored:
        raise UsageError(
            f"{scan.source.name} was too large to be kept and cannot be read again.",
            "Rescan it at 200-300 dpi.",
        )
    limits = limits_of(load_recipe(workspace.recipe).limits)
    path = original_path(workspace.folder, scan.stored)
    told = hint if hint.to_json() else None
    task = PageTask(path, scan.source, save_book(workspace), limits, hint=told)
    (evidence,) = read_all([task], engine, 1)
    return evidence


def settle_late(workspace: Workspace, *, read: bool = True) -> int:
    """Settle pages anew whose form was unknown when they came in and is known now.

    Args:
        workspace: open workspace.
        read: also read those again that could not be read without their layout.

    Returns:
        How many pages were settled or read.
    """
    known = set(all_layouts())
    done = 0
    for scan in list(scans_in({"unidentified"})):
        if scan.reason not in _LATE or scan.page_key is None:
            continue
        issued = find_issued(scan.form_id)
        if issued is None or scan.version != issued.version or scan.page not in issued.pages:
            continue
        if scan.read_status == "read":
            settle_again([scan.page_key])
            done += 1
        elif read and scan.version in known and scan.stored:
            hint = PageHint.from_json(scan.hint)
            evidence = read_again(workspace, scan, hint)
            save_fix(scan.key, [], scan.hint, evidence)
            done += 1
    return done

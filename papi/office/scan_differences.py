"""What reads otherwise on several scans of one page, for the person who chooses between them.

Knows how a form is decided with one scan or another in its place. Must not know screens or fixes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from papi.geometry import Affine, Box
from papi.model.evidence import PageEvidence
from papi.model.layout import Layout, LayoutField
from papi.model.reading import Reading, ReadingStatus
from papi.office.keying_tasks import label_of
from papi.office.standing_decider import standing
from papi.office.workspace import Workspace
from papi.store.cases import load_case
from papi.store.fixes import StoredScan
from papi.store.waiting_pages import evidence_of

Place = tuple[float, float, float, float]
"""Left, top, right, bottom in px of the stored image."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one scan reads in a field: its value, "" for blank, and whether a person must look."""

    value: str
    doubtful: bool


_NOTHING = Read("", doubtful=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that reads otherwise.

    Attributes:
        field, label: what was printed, and how it is called.
        values: what each scan reads, in the order of the scans.
        places: where it stands on each scan, None where that is not known.
    """

    field: LayoutField
    label: str
    values: tuple[Read, ...]
    places: tuple[Place | None, ...]


def scan_differences(workspace: Workspace, scans: Sequence[StoredScan]) -> list[Difference]:
    """Return the fields of a page that its scans read otherwise, in the order of the page.

    Args:
        workspace: open workspace.
        scans: scans of one page of an issued form that were read. Costs 10 ms each.
    """
    key = scans[0].page_key
    if key is None:
        return []
    form_id, page = key
    case = load_case(form_id)
    decider = standing(workspace).decider
    kept = evidence_of([scan.key for scan in scans])
    evidence = [kept[scan.key] for scan in scans]
    readings = [decider.read_with(case, {**case.evidence, page: scan}) for scan in evidence]
    values = [{r.field: _read(r) for r in read} for read in readings]
    return [
        Difference(
            field,
            label_of(field, case.layout),
            tuple(read.get(field.name, _NOTHING) for read in values),
            tuple(_place(case.layout, field.name, scan) for scan in evidence),
        )
        for field in case.layout.by_page[page]
        if len({read.get(field.name, _NOTHING) for read in values}) > 1
    ]


def _read(reading: Reading) -> Read:
    return Read(reading.machine_value, reading.status is ReadingStatus.REVIEW)


def upright_turns(scans: Sequence[StoredScan]) -> list[int]:
    """Return the clockwise quarter turns that put each stored scan upright, as it was read."""
    kept = evidence_of([scan.key for scan in scans])
    maps = [kept[scan.key].frame_map for scan in scans]
    return [round(-m.rotation_degrees / 90) % 4 if m else 0 for m in maps]


def _place(layout: Layout, field: str, evidence: PageEvidence) -> Place | None:
    return _in_px(layout.by_name[field].zone, evidence.frame_map) if evidence.frame_map else None


def _in_px(zone: Box, frame_map: Affine) -> Place:
    corners = [(x, y) for x in (zone.x, zone.right) for y in (zone.y, zone.bottom)]
    points = frame_map.apply(np.array(corners))
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, top, right, bottom

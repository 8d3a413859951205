"""One page in, its evidence out: the list of stages.

Knows the order PLACE, READ and the layouts a workspace froze. Must not know databases, pre-lists
or whose form it is. Pure and picklable: the same image and layouts give the same evidence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import cv2

import papi
from papi.imaging.by_rules import register_by_rules
from papi.imaging.cut import lift_ink
from papi.imaging.legibility import (
    blank_fields,
    is_unwitnessed,
    measure_fine_print,
    refuse_pale,
    refuse_traces,
    traced_fields,
)
from papi.imaging.locate import locate
from papi.imaging.located_by_hand import locate_by_hand, rests_on_clicks
from papi.imaging.pale_ink import FULL, flag_pale
from papi.imaging.quality import measure_quality
from papi.imaging.register import register
from papi.imaging.scan_measures import measure_scan
from papi.imaging.snips import cut_snips
from papi.imaging.stripes import Stripes, page_stripes, striped_boxes
from papi.imaging.ticks_covered import covered_ticks
from papi.imaging.unnamed import name_unnamed
from papi.model.evidence import TRACES, PageEvidence
from papi.model.landmarks import Landmarks
from papi.model.layout import Layout
from papi.model.page import (
    Gray,
    LocatedPage,
    PageFailure,
    PageHint,
    PageImage,
    PageStatus,
    Reason,
    RegisteredPage,
)
from papi.model.sheet import SheetId
from papi.reading.fields import Reader, read_fields

_LANDMARKS = "landmarks"
"""Beside a layout's own keys in the book's file; the contract's layout has no such key."""


@dataclass(frozen=True)
class LayoutBook:
    """The frozen layouts of a workspace, by version.

    Attributes:
        layouts: by version.
        landmarks: by version and page; a book that an older release wrote has none.
    """

    layouts: Mapping[str, Layout]
    landmarks: Mapping[str, Mapping[int, Landmarks]] = field(default_factory=dict)

    @staticmethod
    @lru_cache(maxsize=4)
    def load(path: Path) -> LayoutBook:
        """Read a book written by `save`; cached per process (a book's name changes with it)."""
        documents = json.loads(path.read_text("utf-8"))
        landmarks = {
            d["version"]: {
                int(page): Landmarks.from_json(kept) for page, kept in d[_LANDMARKS].items()
            }
            for d in documents
            if _LANDMARKS in d
        }
        return LayoutBook({d["version"]: Layout.model_validate(d) for d in documents}, landmarks)

    def save(self, path: Path) -> None:
        """Write all layouts into one JSON file that workers load."""
        documents = []
        for version, layout in self.layouts.items():
            pages = self.landmarks.get(version, {})
            kept = {str(page): landmarks.to_json() for page, landmarks in pages.items()}
            documents.append(layout.to_json() | {_LANDMARKS: kept})
        path.write_text(json.dumps(documents, ensure_ascii=False), "utf-8")

    def landmarks_of(self, sheet: SheetId) -> Landmarks | None:
        """Return the landmarks of a side of paper, None if there are none."""
        return self.landmarks.get(sheet.version, {}).get(sheet.page)


def read_page(
    page: PageImage | PageFailure, book: LayoutBook, reader: Reader, hint: PageHint | None = None
) -> PageEvidence:
    """Take one page as far as it can be judged alone.

    Args:
        page: a decoded page, or why it could not be decoded.
        book: layouts that may occur.
        reader: the networks, loaded once per process.
        hint: what a person said of the page, which then costs up to 1.5 s.

    Returns:
        Evidence; a refused page carries its named reason. Costs about 40 ms for an A4 page.
    """
    if isinstance(page, PageFailure):
        return PageEvidence.of_failure(page)
    places = _find_places(page, hint, book)
    if isinstance(places, PageFailure):
        return PageEvidence.of_failure(places)
    registered = _register_known(places, book)
    located = places[0] if isinstance(registered, PageFailure) else registered.located
    stripes = page_stripes(located)
    quality = _measure(located, stripes)
    if not isinstance(registered, PageFailure):
        registered = refuse_pale(located, quality.get("fine_print")) or registered
    if isinstance(registered, PageFailure):
        return replace(PageEvidence.of_failure(registered), quality=quality)
    return _read_registered(registered, stripes, quality, reader)


def _find_places(
    page: PageImage, hint: PageHint | None, book: LayoutBook
) -> tuple[LocatedPage, ...] | PageFailure:
    """Return the place of the page; several where only a person's clicks say where it lies."""
    if hint is not None:
        return locate_by_hand(page, hint)
    located = locate(page)
    if isinstance(located, PageFailure):
        located = name_unnamed(page, located, book.layouts)
    return located if isinstance(located, PageFailure) else (located,)


def _register_known(
    places: tuple[LocatedPage, ...], book: LayoutBook
) -> RegisteredPage | PageFailure:
    located = places[0]
    layout = book.layouts.get(located.sheet.version)
    if layout is None:
        return _refuse(located, Reason.UNKNOWN_LAYOUT, f"layout {located.sheet.version}")
    if located.sheet.page not in layout.by_page:
        return _refuse(located, Reason.UNKNOWN_PAGE, f"{layout.form} page {located.sheet.page}")
    if rests_on_clicks(located):
        return register_by_rules(places, layout)
    return register(located, layout, book.landmarks_of(located.sheet))


def fingerprint(gray: Gray) -> str:
    """Return a hash of the image's content, the same in any lossless container. Cost: 2 ms."""
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    return hashlib.sha256(small.tobytes()).hexdigest()


def _refuse(located: LocatedPage, reason: Reason, detail: str) -> PageFailure:
    return PageFailure(located.image.source, PageStatus.UNIDENTIFIED, reason, detail, located.sheet)


def _measure(located: LocatedPage, stripes: Stripes) -> dict[str, float]:
    quality = measure_quality(located) | measure_scan(located, stripes)
    black, white = quality.get("black", 0.0), quality.get("white", FULL)
    return quality | measure_fine_print(located, black, white)


def _read_registered(
    page: RegisteredPage, stripes: Stripes, quality: Mapping[str, float], reader: Reader
) -> PageEvidence:
    located = page.located
    snips = cut_snips(page)
    contrast = 1.0 - quality.get("black", 0.0) / max(1.0, quality.get("white", FULL))
    fields = read_fields(
        snips,
        flag_pale(lift_ink(snips.cell), contrast),
        reader,
        striped=striped_boxes(page, stripes),
        covered=covered_ticks(snips.tick),
    )
    blank = blank_fields(fields.values())
    traced = blank & traced_fields(snips, quality.get("fine_print"))
    lost = refuse_traces(located, quality.get("fine_print"), len(traced))
    if lost is not None:
        return replace(PageEvidence.of_failure(lost), quality=quality)
    doubted = blank if is_unwitnessed(located, quality) else traced
    fields |= {name: fields[name].flagged(TRACES) for name in doubted}
    return PageEvidence(
        source=located.image.source,
        status=PageStatus.READ,
        sheet=located.sheet,
        fields=fields,
        frame_map=located.frame_map,
        quality=quality,
        provenance={"code": papi.__version__, **reader.provenance},
        content=fingerprint(located.image.gray),
    )

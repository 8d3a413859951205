"""A frozen drawing -> the landmarks of its pages: dark print that is the same on every copy.

Knows how a blank page is drawn and what on it differs from form to form. Must not know scans.
"""

from __future__ import annotations

from collections.abc import Iterator

from papi.forms.blank import blank_page_image
from papi.geometry import MM_PER_INCH, Box
from papi.imaging.landmark_choice import choose_landmarks
from papi.imaging.snips import page_boxes
from papi.model.drawing import Drawing, PageDrawing
from papi.model.landmarks import PX_PER_MM, Landmarks
from papi.model.layout import Layout
from papi.model.sheet import A4, Frame

_FINER = 2
"""Times the landmarks' raster at which a page is drawn: the renderer puts glyphs on whole pixels
(0.1 mm), which at the raster itself made print seem up to 0.2 mm off."""


def page_landmarks(layout: Layout, drawing: Drawing) -> dict[int, Landmarks]:
    """Return the landmarks of every page of a layout version by number. Cost: 0.1 s a page."""
    dpi = _FINER * PX_PER_MM * MM_PER_INCH
    sizes = {page.page: (page.width_mm, page.height_mm) for page in layout.pages}
    return {
        page.page: choose_landmarks(
            blank_page_image(layout, drawing, page.page, dpi),
            sizes[page.page],
            _varying(layout, page, A4),
        )
        for page in drawing.pages
    }


def _varying(layout: Layout, page: PageDrawing, frame: Frame) -> Iterator[Box]:
    """Name everything that is written, or printed otherwise on each form; and the tags.

    Tags place the page already; what dirt covers there must not count twice.
    """
    boxes = page_boxes(layout, page.page)
    yield from boxes.boxes
    yield from boxes.zones.values()
    for slot in page.slots:
        yield slot.box
        yield from slot.hatch
    yield from (frame.qr, frame.data_matrix, *frame.id_texts, *frame.fiducials)

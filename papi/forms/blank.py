"""The empty page of a layout version as an image, for synth, checks and ink subtraction.

Knows rendering. Must not know people or scans.
"""

from __future__ import annotations

import io
from functools import partial

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from papi.forms.page import draw_static, page_drawing
from papi.forms.sheets import SheetPdf
from papi.model.drawing import Drawing
from papi.model.layout import Layout
from papi.model.sheet import A4

_POINTS_PER_INCH = 72.0


def blank_page_pdf(layout: Layout, drawing: Drawing, page: int) -> bytes:
    """Return a one-page PDF of the static part of `page`: fiducials, rules, labels."""
    stream = io.BytesIO()
    pdf = SheetPdf(stream, A4, f"{layout.form} {layout.version} {page}")
    pdf.add_side(partial(draw_static, page=page_drawing(drawing, page), frame=A4))
    pdf.close()
    return stream.getvalue()


def render_page(pdf: bytes, index: int, dpi: float) -> NDArray[np.uint8]:
    """Render one page of a PDF (index from 0).

    Returns:
        gray: uint8 (H, W), 255 = paper. About 60 ms an A4 page at 300 dpi.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[index].render(scale=dpi / _POINTS_PER_INCH, grayscale=True)
        image: NDArray[np.uint8] = np.array(bitmap.to_numpy(), dtype=np.uint8)
    finally:
        document.close()
    return image[..., 0] if image.ndim == 3 else image


def blank_page_image(layout: Layout, drawing: Drawing, page: int, dpi: float) -> NDArray[np.uint8]:
    """Return the empty page without barcodes and values: gray uint8 (H, W), 255 = paper."""
    return render_page(blank_page_pdf(layout, drawing, page), 0, dpi)

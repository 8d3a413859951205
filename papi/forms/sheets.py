"""A PDF that grows side by side: static pages as shared objects, duplex order kept.

Knows reportlab's canvas. Must not know forms, villages or values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, Final

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from papi.forms.pen import Pen, page_map
from papi.forms.typesetting import Typesetter
from papi.geometry import POINTS_PER_MM
from papi.model.sheet import Frame

Draw = Callable[[Pen], None]
CREATOR: Final = "PAPI"


class _PlainCanvas(Canvas):  # type: ignore[misc]
    """A canvas whose pages do not begin with a Helvetica that nobody uses or embeds."""

    def _make_preamble(self) -> None:
        self._preamble = ""


class SheetPdf:
    """One PDF under construction."""

    def __init__(self, stream: BinaryIO, frame: Frame, title: str) -> None:
        """Start an empty PDF of the frame's paper size that `close` writes to `stream`."""
        rl_config.useA85 = 0  # binary streams: ASCII85 costs a quarter more bytes
        self._height = frame.height_mm
        size = (frame.width_mm * POINTS_PER_MM, frame.height_mm * POINTS_PER_MM)
        self._canvas: Any = _PlainCanvas(stream, pagesize=size, pageCompression=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator(CREATOR)
        self._canvas.setAuthor(CREATOR)
        self._typesetter = Typesetter(self._canvas._doc)
        self._shared: set[str] = set()
        self.page_count = 0

    def add_side(self, draw: Draw, *, shared: str = "", draw_shared: Draw | None = None) -> int:
        """Add a side: the shared static part under `shared`, then what `draw` draws.

        Args:
            draw: draws what differs.
            shared: name of the static part, "" for none.
            draw_shared: draws the static part; called only for the first side that uses it.

        Returns:
            The number of the side in the PDF, from 1.
        """
        if shared and draw_shared and shared not in self._shared:
            self._add_shared(shared, draw_shared)
        if shared:
            self._canvas.doForm(shared)
        self._canvas.addLiteral(self._operators(draw))
        self._canvas.showPage()
        self.page_count += 1
        return self.page_count

    def start_sheet(self) -> None:
        """See to it that the next side is the front of a sheet: add a blank back if need be."""
        if self.page_count % 2:
            self._canvas.showPage()
            self.page_count += 1

    def close(self) -> None:
        """Write the PDF; nothing may be added afterwards."""
        self._canvas.save()

    def _add_shared(self, name: str, draw: Draw) -> None:
        self._canvas.beginForm(name)
        self._canvas.addLiteral(self._operators(draw))
        self._canvas.endForm()
        self._shared.add(name)

    def _operators(self, draw: Draw) -> str:
        pen = Pen(self._typesetter)
        draw(pen)
        return f"q {page_map(self._height)}\n{pen.operators()}\nQ"

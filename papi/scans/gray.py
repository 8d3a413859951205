"""Any Pillow image -> grey uint8, 255 = paper.

Knows Pillow's modes. Must not know files or pages.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from papi.model.page import Gray

_LEAST_DPI, _MOST_DPI = 90.0, 2400.0
"""Tags outside are what programs write when they do not know (72), not facts."""


def to_gray(image: Image.Image) -> Gray:
    """Convert by luma; what is transparent is paper; 16 bits are reduced to 8.

    Args:
        image: any mode. Cost: 1-10 ms.
    """
    if image.mode.startswith("I;16") or image.mode == "I":
        return _from_wide(np.asarray(image))
    if image.mode == "F":
        return np.asarray(np.clip(np.asarray(image), 0, 255), dtype=np.uint8)
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        image = _on_paper(image)
    if image.mode != "L":
        image = image.convert("L")
    return np.array(image, dtype=np.uint8)


def _from_wide(values: NDArray[Any]) -> Gray:
    """Reduce 16-bit grey (Pillow hands it out as int32 too) to 8 bits."""
    narrow: Gray = np.clip(values.astype(np.int64) >> 8, 0, 255).astype(np.uint8)
    return narrow


def _on_paper(image: Image.Image) -> Image.Image:
    """Lay an image on white paper; luma first, since four channels of a large page are 0.5 GB."""
    if image.mode not in {"RGBA", "LA"}:
        image = image.convert("RGBA")
    opaque, alpha = image.convert("L"), image.getchannel("A")
    return Image.composite(opaque, Image.new("L", image.size, 255), alpha)


def tagged_dpi(image: Image.Image) -> float | None:
    """Return the file's own idea of its resolution, None if it has none worth the name."""
    tag: Any = image.info.get("dpi")
    try:
        dpi = (float(tag[0]) + float(tag[1])) / 2
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return dpi if _LEAST_DPI <= dpi <= _MOST_DPI else None

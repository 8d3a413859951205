"""Barcodes and fiducials as vector modules: one compact PDF path each, in page millimetres.

Knows zxing-cpp's writer, cv2's tag dictionary and how modules become rectangles.
Must not know what a payload means.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from papi.forms.pen import number
from papi.geometry import Box
from papi.model.sheet import Frame

Modules = NDArray[np.bool_]
"""(rows, columns), True = black."""
Symbology = Literal["qr", "data_matrix"]

QR_LEVEL: Final = "Q"
"""25 % of the codewords may be lost. At 25 alphanumeric characters this is QR version 2, 25 x 25
modules: 0.56 mm each in 14 mm, 3.3 px at 150 dpi. Level H would need 29 x 29 modules."""
_TAG_MODULES: Final = 6
"""A 4x4 ArUco tag with its black border of one module."""

_OPTIONS: Final[dict[Symbology, tuple[zxingcpp.BarcodeFormat, dict[str, str | bool]]]] = {
    "qr": (zxingcpp.BarcodeFormat.QRCode, {"ec_level": QR_LEVEL}),
    "data_matrix": (zxingcpp.BarcodeFormat.DataMatrix, {"force_square": True}),
}


def symbol_modules(payload: str, symbology: Symbology) -> Modules:
    """Return the module matrix of a barcode, without quiet zone (0.1 ms).

    Raises:
        ValueError: the payload does not fit the symbology.
    """
    barcode_format, options = _OPTIONS[symbology]
    barcode = zxingcpp.create_barcode(payload, barcode_format, **options)
    image = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False))
    return image < 128


def modules_path(modules: Modules, box: Box) -> str:
    """Return PDF operators that fill `modules` exactly into `box` (mm), merged along rows.

    All runs are one path, so that renderers with antialiasing leave no seams between rows.
    """
    rows, columns = modules.shape
    place = f"q {_fine(box.w / columns)} 0 0 {_fine(box.h / rows)} {number(box.x)} {number(box.y)}"
    edges = np.diff(np.pad(modules.view(np.int8), ((0, 0), (1, 1))), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    lengths = ends[:, 1] - starts[:, 1]
    runs = zip(starts.tolist(), lengths.tolist(), strict=True)
    rectangles = [f"{x} {y} {length} 1 re" for (y, x), length in runs]
    return " ".join([place, "cm", *rectangles, "f Q"])


def _fine(scale: float) -> str:
    """Format a module size: 6 decimals keep 29 modules exact to 0.01 um."""
    return f"{scale:.6f}".rstrip("0").rstrip(".")


def symbol_path(payload: str, symbology: Symbology, box: Box) -> str:
    """Return PDF operators for a barcode that fills `box` edge to edge, quiet zone outside."""
    return modules_path(symbol_modules(payload, symbology), box)


@lru_cache(maxsize=64)
def tag_modules(identity: int) -> Modules:
    """Return the 6 x 6 modules of ArUco tag `identity` (dictionary 4x4_50), border included."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    image = cv2.aruco.generateImageMarker(dictionary, identity, _TAG_MODULES, borderBits=1)
    return np.asarray(image) < 128


def fiducials_path(frame: Frame) -> str:
    """Return PDF operators for all fiducials of a frame; tag id = index."""
    return "\n".join(modules_path(tag_modules(i), box) for i, box in enumerate(frame.fiducials))

"""When a scan is good enough: the limits of each measurement, with their reasons and advice.

Knows figures and words. Must not know how pages are measured or counted.

Limits stand well outside what an office scanner in order does (300 or 200 dpi, +-2 degrees, scale
0.97-1.03, blur 0.1-0.2 mm, noise sd 8-12), so that a warning means something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from papi.office.scanner_quality import Spread

LEAST_PAGES = 5
"""Fewer pages say nothing about the machine: one crumpled sheet, one photograph."""
DIRT_SHARE = 0.25
"""A speck on the glass marks every page, but print hides it on some; a crease is on one alone."""
LOWEST_DPI = 180.0
"""200 dpi printed at 95 % still is 190; at 150 a pen stroke of 0.3 mm is under two pixels wide."""
TAG_OFF = 0.12
"""A tag of 200 on a scan of 300 dpi is off by half; paper printed to fit by 6 % at most."""
SCALE_OFF = 0.045
"""L1 ends at 3 %; "fit to page" prints at 94 to 95 %."""
STRETCH_OFF = 0.012
"""L1 ends at 0.5 %; rollers that slip stretch by 1 to 3 %."""
SKEW_DEGREES = 3.0
"""L1 ends at 2 degrees; beyond 10 a page is refused."""
DARKEST_WHITE = 180.0
"""320 pages at L1: 228 and up in nine tenths; this is a fifth darker."""
LEAST_CONTRAST = 130.0
"""320 pages at L1: 222 to 241."""
LEAST_LIGHT = 0.75
"""Darkest paper at a corner over the brightest: L1 ends at 0.88."""
MOST_NOISE = 16.0
"""Measured sd on paper: 4 to 11 on 320 pages at L1, 20 where noise of sd 25 was added."""
MOST_BLUR_MM = 0.2
"""Measured sd of an edge: 0.08 to 0.15 on 320 pages at L1; at 0.28 neither barcode was read."""
LEAST_JPEG_QUALITY = 40
"""L1 begins at 60, the extreme (L3) is 30."""
REFUSED_SHARE, LEAST_REFUSED = 0.15, 3
"""None of 364 pages at L1 was refused: three of twenty mean that something is wrong."""
MOSTLY = 0.8


class WarningKind(StrEnum):
    """What is wrong."""

    DIRT = "dirt"
    LOW_DPI = "low_dpi"
    WRONG_TAG = "wrong_tag"
    SCALE = "scale"
    STRETCH = "stretch"
    SKEW = "skew"
    DARK = "dark"
    PALE = "pale"
    UNEVEN = "uneven"
    NOISE = "noise"
    BLUR = "blur"
    JPEG = "jpeg"
    ONE_BIT = "one_bit"
    REFUSED = "refused"
    UPSIDE_DOWN = "upside_down"
    SIDEWAYS = "sideways"
    DOUBLE_FEED = "double_feed"
    SHEET_MISSING = "sheet_missing"
    SIDE_MISSING = "side_missing"
    SIDE_BLANK = "side_blank"
    BLANK_FEED = "blank_feed"
    ONE_SIDED = "one_sided"


@dataclass(frozen=True, slots=True)
class Limit:
    """A measurement, when it is wrong, and what to say ({} is the figure)."""

    measure: str
    kind: WarningKind
    wrong: Callable[[Spread], bool]
    figure: Callable[[Spread], str]
    message: str
    message_en: str


def _percent(spread: Spread) -> str:
    return f"{spread.median * 100:.1f} %"


def _whole(spread: Spread) -> str:
    return f"{spread.median:.0f}"


LIMITS = (
    Limit(
        "dpi", WarningKind.LOW_DPI, lambda s: s.median < LOWEST_DPI, _whole,
        "Resolusi hanya {} dpi. Atur pemindai ke 300 dpi.",
        "Set the scanner to 300 dpi: the pages have {} dpi.",
    ),
    Limit(
        "tag_ratio", WarningKind.WRONG_TAG, lambda s: abs(s.median - 1) > TAG_OFF, _percent,
        "Berkas menyebut resolusi yang salah (yang benar {} darinya). PAPI memakai ukuran "
        "sebenarnya; periksa setelan dpi pemindai.",
        "The files state a wrong resolution (the true one is {} of it). PAPI goes by the page; "
        "check the scanner's dpi setting.",
    ),
    Limit(
        "stretch", WarningKind.STRETCH, lambda s: abs(s.median - 1) > STRETCH_OFF, _percent,
        "Gambar tertarik tidak merata (lebar/tinggi {}). Bersihkan rol penarik kertas.",
        "Clean the feed rollers: pages come out stretched (width to height {}).",
    ),
    Limit(
        "skew_degrees", WarningKind.SKEW,
        lambda s: max(abs(s.median), abs(s.low), abs(s.high)) > SKEW_DEGREES,
        lambda s: f"{max(abs(s.low), abs(s.high)):.1f}",
        "Kertas masuk miring sampai {} derajat. Rapatkan pembatas kertas.",
        "Bring the paper guides closer: pages are askew by up to {} degrees.",
    ),
    Limit(
        "white", WarningKind.DARK, lambda s: s.median < DARKEST_WHITE, _whole,
        "Gambar gelap (kertas {} dari 255). Lampu lemah atau kecerahan terlalu rendah: bersihkan "
        "kaca, naikkan kecerahan.",
        "Raise the brightness or clean the lamp: paper comes out dark ({} of 255).",
    ),
    Limit(
        "contrast", WarningKind.PALE, lambda s: s.median < LEAST_CONTRAST, _whole,
        "Kontras rendah ({} tingkat abu-abu). Periksa kecerahan dan kontras pemindai, atau toner "
        "printer.",
        "Check the scanner's brightness and contrast, or the printer's toner: print is only {} "
        "grey levels darker than paper.",
    ),
    Limit(
        "light", WarningKind.UNEVEN, lambda s: s.median < LEAST_LIGHT, _percent,
        "Cahaya tidak merata (sisi tergelap {}). Tutup pemindai rapat, bersihkan kaca dan lampu.",
        "Close the lid, clean glass and lamp: light is uneven (darkest side {}).",
    ),
    Limit(
        "noise", WarningKind.NOISE, lambda s: s.median > MOST_NOISE, _whole,
        "Gambar berbintik (derau {}). Matikan mode cepat atau draf, naikkan kualitas JPEG.",
        "Switch off fast or draft mode, raise the JPEG quality: the images are noisy ({}).",
    ),
    Limit(
        "blur_mm", WarningKind.BLUR, lambda s: s.median > MOST_BLUR_MM,
        lambda s: f"{s.median:.2f} mm",
        "Gambar kabur ({}). Bersihkan kaca dan lensa, ratakan kertas.",
        "Clean glass and lens, press the paper flat: the images are blurred ({}).",
    ),
    Limit(
        "jpeg_quality", WarningKind.JPEG, lambda s: s.median < LEAST_JPEG_QUALITY, _whole,
        "Kompresi JPEG terlalu kuat (kualitas {}). Atur kualitas ke 75 atau lebih.",
        "Set the JPEG quality to 75 or more: the images are compressed too much (quality {}).",
    ),
)  # fmt: skip

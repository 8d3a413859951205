"""How bad a scan is: the figures of three levels (design, section 7), drawn from a seed.

L1 office, L2 hard, L3 extreme. Knows figures only; must not know images.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from papi.synth.damage import Damage

Generator = np.random.Generator
Level = Literal["L1", "L2", "L3"]
LEVELS: tuple[Level, ...] = ("L1", "L2", "L3")


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """One pass through a machine.

    Attributes:
        dpi: resolution of the result.
        rotation: degrees, clockwise; 180 more if fed upside down.
        scale: size of the printed page against true size (printer and scanner together).
        anisotropy: x scale over y scale, minus 1.
        blur_mm: sigma.
        noise: sd in grey levels.
        shading: darkest corner loses this share of light.
        quality: JPEG quality of the stored image; 0 for a 1-bit image.
        threshold: grey level below which a 1-bit scanner sees black.
        copied: how often the page went through a photocopier first.
        phone: corners move by this many mm (perspective), with uneven light.
        upside_down: fed with its foot first.
        damage: what the paper suffered.
        quarter_turns: fed on its side, clockwise.
        feed: local stretch along the sheet varies by this share.
        curl_mm: height of a ridge in the sheet under a camera.
        shadow: share of light that a hand or phone takes from a part of the sheet.
        margins_mm: what is scanned beyond the paper on the image's left, top, right and bottom;
            negative cuts the paper.
        lid: grey of what lies behind the paper.
        black, white: greys that full ink and bare paper become (before light and noise).
        exposure: grey levels times this, at most 255.
        tagged_dpi: resolution the file claims; None = the true one.
    """

    dpi: int
    rotation: float
    scale: float
    anisotropy: float
    blur_mm: float
    noise: float
    shading: float
    quality: int
    threshold: float = 0.0
    copied: int = 0
    phone: float = 0.0
    upside_down: bool = False
    damage: Damage = field(default_factory=Damage)
    quarter_turns: int = 0
    feed: float = 0.0
    curl_mm: float = 0.0
    shadow: float = 0.0
    margins_mm: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    lid: float = 255.0
    black: float = 0.0
    white: float = 255.0
    exposure: float = 1.0
    tagged_dpi: int | None = None

    @property
    def stated_dpi(self) -> int:
        """Resolution that the file claims."""
        return self.dpi if self.tagged_dpi is None else self.tagged_dpi


def draw_settings(level: Level, rng: Generator) -> ScanSettings:
    """Draw one pass of a level."""
    if level == "L1":
        return _office(rng)
    return _hard(rng) if level == "L2" else _extreme(rng)


def _office(rng: Generator) -> ScanSettings:
    return ScanSettings(
        dpi=int(rng.choice((200, 300))),
        rotation=float(rng.uniform(-2, 2)),
        scale=float(rng.uniform(0.97, 1.03)),
        anisotropy=float(rng.uniform(-0.005, 0.005)),
        blur_mm=float(rng.uniform(0.1, 0.2)),
        noise=float(rng.uniform(8, 12)),
        shading=float(rng.uniform(0.0, 0.12)),
        quality=int(rng.integers(60, 86)),
        upside_down=bool(rng.random() < 0.1),
    )


def _hard(rng: Generator) -> ScanSettings:
    bilevel = rng.random() < 0.5
    settings = replace(
        _office(rng),
        rotation=float(rng.uniform(-5, 5)),
        scale=float(rng.uniform(0.94, 1.05)),
        copied=bool(rng.random() < 0.5),
        damage=Damage(fiducials=1, dirt_lines=1, stains=1),
    )
    if not bilevel:
        return settings
    return replace(settings, dpi=200, quality=0, threshold=float(rng.uniform(125, 165)))


def _extreme(rng: Generator) -> ScanSettings:
    kind = ("fax", "low", "phone")[int(rng.integers(3))]
    settings = replace(
        _office(rng),
        dpi=150 if kind == "low" else 200,
        rotation=float(rng.uniform(-10, 10)),
        scale=float(rng.uniform(0.94, 1.05)),
        quality=30,
        copied=bool(rng.random() < 0.3),
        damage=Damage(fiducials=2, barcodes=1, dirt_lines=1, stains=1, torn_corner=True),
    )
    if kind == "fax":
        fax = Damage(fiducials=2, barcodes=1, dirt_lines=2, torn_corner=True, fax=True)
        threshold = float(rng.uniform(125, 165))
        return replace(settings, quality=0, threshold=threshold, damage=fax)
    if kind == "phone":
        return replace(settings, phone=float(rng.uniform(2, 6)), shading=0.35, dpi=220)
    return settings

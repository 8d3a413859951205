"""Everything that befalls a form between the printer and the file: one kind, one function.

A kind takes one pass through an office scanner and a severity: 1 what an office scanner or its
operator produces, 2 hard, 3 extreme. The same random source gives the same pass, so that a page can
be compared with its own undamaged scan. Knows figures only; must not know images.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from papi.synth.scan_settings import ScanSettings

Generator = np.random.Generator
Change = Callable[[ScanSettings, int, Generator], ScanSettings]
SEVERITIES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Degradation:
    """One kind of degradation.

    Attributes:
        name: of the kind.
        change: (pass, severity, random source) -> pass.
        means: what severities 1, 2 and 3 are, in figures.
    """

    name: str
    change: Change
    means: tuple[str, str, str]


def degrade_settings(kind: str, severity: int, base: ScanSettings, rng: Generator) -> ScanSettings:
    """Return the pass with one kind of degradation.

    Args:
        kind: a name of DEGRADATIONS.
        severity: 1 to 3.
        base: a pass through an office scanner.
        rng: what is drawn within the severity.
    """
    return DEGRADATIONS[kind].change(base, severity, rng)


def _of(severity: int, *values: Any) -> Any:
    return values[severity - 1]


def _hurt(base: ScanSettings, **damage: Any) -> ScanSettings:
    return replace(base, damage=replace(base.damage, **damage))


def _signed(rng: Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high) * rng.choice((-1, 1)))


def _rotation(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    low, high = _of(severity, (0, 3), (3, 6), (6, 10))
    turns = int(rng.choice((0, 2))) if severity == 1 else int(rng.integers(4))
    return replace(base, rotation=_signed(rng, low, high), quarter_turns=turns, upside_down=False)


def _scale(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    small, large = _of(severity, (0.95, 1.03), (0.92, 1.05), (0.90, 1.06))
    within = float(rng.uniform(0, 0.01))
    return replace(base, scale=small + within if rng.random() < 0.5 else large - within)


def _feed(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return replace(base, feed=_of(severity, 0.003, 0.006, 0.010))


def _lost_tags(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return _hurt(base, fiducials=severity)


def _lost_barcodes(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return _hurt(base, barcodes=min(severity, 2), id_texts=_of(severity, 0, 0, 2))


def _torn_corner(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return _hurt(base, torn_mm=_of(severity, 14.0, 32.0, 75.0))


def _folded_corner(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return _hurt(base, folded_mm=_of(severity, 9.0, 22.0, 60.0))


def _punch_holes(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    from_edge = rng.uniform(*_of(severity, (11, 13), (13, 17), (18, 26)))
    return _hurt(base, holes=_of(severity, 2, 4, 4), holes_mm=float(from_edge))


def _staple(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return _hurt(base, staple=severity)


def _stains(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return _hurt(base, stains=severity, stain_size=_of(severity, 1.0, 1.5, 2.2))


def _black_border(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    reach = _of(severity, 3.0, 10.0, 25.0)
    edges = rng.uniform(0.4, 1.0, 4) * reach
    if severity == 1:
        edges *= rng.random(4) < 0.5
    left, top, right, bottom = edges.tolist()
    return replace(base, lid=float(rng.uniform(0, 30)), margins_mm=(left, top, right, bottom))


def _stripes(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return _hurt(base, dirt_lines=_of(severity, 1, 2, 5), dirt_mm=_of(severity, 0.2, 0.35, 0.7))


def _bleed(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return _hurt(base, bleed=_of(severity, 0.08, 0.18, 0.32))


def _photocopy(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return replace(base, copied=severity)


def _one_bit(base: ScanSettings, _: int, rng: Generator) -> ScanSettings:
    return replace(base, quality=0, threshold=float(rng.uniform(140, 160)))


def _one_bit_dark(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    middle = _of(severity, 175, 200, 218)
    return replace(base, quality=0, threshold=float(middle + rng.uniform(-5, 5)))


def _one_bit_pale(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    middle = _of(severity, 128, 100, 70)
    return replace(base, quality=0, threshold=float(middle + rng.uniform(-5, 5)))


def _fax(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    passed = replace(base, dpi=200, quality=0, threshold=float(rng.uniform(135, 160)))
    return _hurt(passed, fax=severity)


def _jpeg(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    return replace(base, quality=_of(severity, 60, 40, int(rng.integers(10, 31))))


def _resolution(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    return replace(base, dpi=int(rng.choice(_of(severity, (200, 400), (150, 600), (100, 120)))))


def _wrong_dpi(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    wrong = _of(severity, (96, 150, 300, 600), (72, 1200), (1, 9600))
    claimed = [dpi for dpi in wrong if dpi != base.dpi]
    return replace(base, tagged_dpi=int(rng.choice(claimed)))


def _other_paper(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    """F4 (215 x 330 mm) at the short edge's middle; Legal; A3."""
    wider, longer = _of(severity, (5.0, 33.0), (5.9, 58.6), (87.0, 123.0))
    right, bottom = wider * float(rng.random()), longer * float(rng.choice((0.0, 0.5, 1.0)))
    return replace(base, margins_mm=(wider - right, longer - bottom, right, bottom))


def _overscan(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    margin, lid = _of(severity, 4.0, 10.0, 20.0), float(rng.uniform(150, 235))
    return replace(base, margins_mm=(margin,) * 4, lid=lid)


def _cropped(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    depth = float(rng.uniform(*_of(severity, (1, 4), (5, 9), (14, 30))))
    edges = [-depth * float(rng.random() < 0.5) for _ in range(4)]
    edges[int(rng.integers(4))] = -depth
    return replace(base, margins_mm=(edges[0], edges[1], edges[2], edges[3]))


def _phone(base: ScanSettings, severity: int, rng: Generator) -> ScanSettings:
    reach, shading, shadow, curl = _of(
        severity, (3.0, 0.2, 0.0, 0.0), (8.0, 0.35, 0.3, 4.0), (15.0, 0.45, 0.5, 12.0)
    )
    margin = reach + 6.0
    return replace(
        base,
        dpi=int(rng.integers(200, 300)),
        rotation=float(rng.uniform(-2, 2)),
        phone=reach,
        shading=shading,
        shadow=shadow,
        curl_mm=curl,
        margins_mm=(margin,) * 4,
        quarter_turns=int(rng.integers(4)),
    )


def _low_contrast(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    black, white = _of(severity, (50.0, 245.0), (105.0, 235.0), (155.0, 225.0))
    return replace(base, black=black, white=white)


def _too_bright(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return replace(base, exposure=_of(severity, 1.1, 1.35, 1.8))


def _out_of_focus(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return replace(base, blur_mm=_of(severity, 0.25, 0.4, 0.65))


def _grain(base: ScanSettings, severity: int, _: Generator) -> ScanSettings:
    return replace(base, noise=_of(severity, 14.0, 24.0, 40.0))


_ALL = (
    Degradation(
        "rotation",
        _rotation,
        ("0 or 180 and up to 3 degrees", "any of 4 and 3-6 degrees", "any of 4 and 6-10 degrees"),
    ),
    Degradation(
        "scale", _scale, ("95-96 or 102-103 %", "92-93 or 104-105 %", "90-91 or 105-106 %")
    ),
    Degradation("uneven feed", _feed, ("0.3 %", "0.6 %", "1 % along the sheet")),
    Degradation("lost tags", _lost_tags, ("1 of 6", "2", "3")),
    Degradation(
        "lost barcode", _lost_barcodes, ("1", "both", "both, and both lines for human eyes")
    ),
    Degradation("torn corner", _torn_corner, ("14 mm", "32 mm: a tag", "75 mm: a tag and boxes")),
    Degradation("folded corner", _folded_corner, ("9 mm", "22 mm: a tag", "60 mm: boxes")),
    Degradation(
        "punch holes",
        _punch_holes,
        ("ISO 838: 2 of 6 mm at 12 mm", "4 at 13-17 mm: tags", "4 at 18-26 mm: boxes"),
    ),
    Degradation(
        "staple", _staple, ("its holes", "staple and shadow", "and lifted corner's shadow")
    ),
    Degradation(
        "stains",
        _stains,
        ("1, radius 12-30 mm, to 25 % dark", "2, 18-45 mm, to 38 %", "3, 26-66 mm, to 55 %"),
    ),
    Degradation(
        "black border", _black_border, ("to 3 mm, some sides", "4-10 mm around", "10-25 mm around")
    ),
    Degradation("stripes", _stripes, ("1 of 0.1-0.2 mm", "2 of 0.14-0.35 mm", "5 of 0.3-0.7 mm")),
    Degradation("bleed-through", _bleed, ("8 % of black", "18 %", "32 %")),
    Degradation("photocopy", _photocopy, ("1st generation", "2nd", "3rd")),
    Degradation("1-bit", _one_bit, ("threshold 140-160",) * 3),
    Degradation("1-bit, too dark", _one_bit_dark, ("threshold 175", "200", "218 of 255")),
    Degradation("1-bit, too pale", _one_bit_pale, ("threshold 128", "100", "70 of 255")),
    Degradation(
        "fax",
        _fax,
        ("200 dpi, 10 lines, 400-1500 specks", "40 lines, 1600-6000", "and 98 lines an inch"),
    ),
    Degradation("JPEG", _jpeg, ("quality 60", "40", "10-30")),
    Degradation("resolution", _resolution, ("200 or 400 dpi", "150 or 600", "100 or 120")),
    Degradation("wrong dpi tag", _wrong_dpi, ("96-600", "72 or 1200", "1 or 9600")),
    Degradation(
        "larger scan area", _other_paper, ("F4: 215 x 330 mm", "Legal: 216 x 356", "A3: 297 x 420")
    ),
    Degradation("overscan", _overscan, ("4 mm of grey lid", "10 mm", "20 mm")),
    Degradation("cropped edges", _cropped, ("1-4 mm", "5-9 mm", "14-30 mm: tags, boxes")),
    Degradation(
        "phone",
        _phone,
        (
            "corners 3 mm, light -20 %",
            "8 mm, -35 %, shadow 30 %, curl 4 mm",
            "15 mm, -45 %, shadow 50 %, curl 12 mm",
        ),
    ),
    Degradation(
        "low contrast", _low_contrast, ("black 50, paper 245", "105, 235", "155, 225 of 255")
    ),
    Degradation("too bright", _too_bright, ("greys x 1.1", "x 1.35", "x 1.8, cut at white")),
    Degradation("out of focus", _out_of_focus, ("sigma 0.25 mm", "0.4 mm", "0.65 mm")),
    Degradation("grain", _grain, ("noise sd 14 of 255", "24", "40")),
)
DEGRADATIONS: Mapping[str, Degradation] = MappingProxyType({kind.name: kind for kind in _ALL})

"""What a page shows of its machine: sharpness, lamp, and lines where they are on the glass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from imaging_paper import Scan, master, scan_sheet

from papi.imaging.locate import locate
from papi.imaging.scan_measures import measure_scan
from papi.imaging.stripes import page_stripes
from papi.model.page import LocatedPage, PageImage

PLAIN = Scan(blur_mm=0.12)


def located(scan: Scan, **changed: object) -> LocatedPage:
    page, _ = scan_sheet(master(), scan)
    found = locate(replace(page, **changed))  # type: ignore[arg-type]
    assert isinstance(found, LocatedPage)
    return found


def measured(page: LocatedPage) -> dict[str, float]:
    return measure_scan(page, page_stripes(page))


def with_line(page: PageImage, at_mm: float, dpi: float) -> PageImage:
    gray = page.gray.copy()
    at = round(at_mm / 25.4 * dpi)
    gray[:, at : at + 2] = np.minimum(gray[:, at : at + 2], 90)
    return replace(page, gray=gray)


@pytest.mark.parametrize("blur", [0.1, 0.15, 0.2, 0.25])
@pytest.mark.parametrize("dpi", [200.0, 300.0])
def test_sharpness_is_measured_in_millimetres(blur: float, dpi: float) -> None:
    found = measured(located(Scan(dpi=dpi, blur_mm=blur, rotation=1.5)))
    assert found["blur_mm"] == pytest.approx(0.8 * blur, abs=0.025), "the tails drown in paper"


def test_noise_hardly_blurs() -> None:
    quiet, noisy = (measured(located(Scan(noise=sd)))["blur_mm"] for sd in (5.0, 12.0))
    assert noisy == pytest.approx(quiet, abs=0.02)


@pytest.mark.parametrize("rotation", [0.0, 90.0, 181.0])
def test_lamp_and_print_are_measured_at_the_tags(rotation: float) -> None:
    found = measured(located(replace(PLAIN, rotation=rotation)))
    assert found["white"] == pytest.approx(245, abs=4)
    assert found["black"] == pytest.approx(20, abs=8)
    assert found["light"] > 0.95
    shaded = measured(located(replace(PLAIN, rotation=rotation, shading=0.3)))
    assert shaded["light"] == pytest.approx(0.75, abs=0.05)


@pytest.mark.parametrize("scale", [0.97, 1.0, 1.03])
@pytest.mark.parametrize("rotation", [0.5, 180.5])
def test_a_line_stays_where_it_is_on_the_glass(scale: float, rotation: float) -> None:
    """However large the paper was printed and however it lies."""
    page, _ = scan_sheet(master(), Scan(scale_x=scale, scale_y=scale, rotation=rotation))
    found = locate(with_line(page, 120.0, 300.0))
    assert isinstance(found, LocatedPage)
    quality = measured(found)
    assert quality["dirt_lines"] == 1
    assert quality["dirt_1_mm"] == pytest.approx(120.0, abs=0.2)


@pytest.mark.parametrize("tag", [None, 72.0, 600.0])
def test_a_wrong_tag_does_not_move_the_line(tag: float | None) -> None:
    page, _ = scan_sheet(master(), Scan(scale_x=0.98, scale_y=0.98))
    found = locate(replace(with_line(page, 60.0, 300.0), dpi=tag))
    assert isinstance(found, LocatedPage)
    quality = measured(found)
    assert quality["dirt_1_mm"] == pytest.approx(60.0, abs=0.2)
    assert quality.get("dpi_tagged") == tag


def test_a_clean_page_has_no_line() -> None:
    found = measured(located(PLAIN))
    assert found["dirt_lines"] == 0
    assert not [name for name in found if name.startswith("dirt_") and name.endswith("mm")]

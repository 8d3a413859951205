"""What pages say of their scanner: medians, ranges, lines on the glass, and where limits stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from papi.model.evidence import PageEvidence
from papi.model.page import PageSource, PageStatus, Reason
from papi.model.sheet import SheetId
from papi.office.batch_watch import MOST, QUIET, WINDOW, BatchWatch
from papi.office.scanner_limits import LEAST_PAGES
from papi.office.scanner_quality import Seen, judge_pages
from papi.office.scanner_warnings import ScanWarning, find_warnings

GOOD = {
    "dpi": 300.0, "dpi_tagged": 300.0, "scale_x": 1.0, "scale_y": 1.0, "aspect": 1.0,
    "skew_degrees": 0.5, "turn": 0.0, "white": 240.0, "black": 6.0, "light": 0.95,
    "noise": 7.0, "blur_mm": 0.11, "dirt_lines": 0.0,
}  # fmt: skip
READ = PageStatus.READ.value


def pages(count: int = WINDOW, **changed: float) -> list[Seen]:
    return [Seen(READ, {**GOOD, **changed}) for _ in range(count)]


def kinds(seen: list[Seen]) -> list[str]:
    return [warning.kind.value for warning in find_warnings(judge_pages(seen))]


def test_a_scanner_in_order_is_not_complained_of() -> None:
    assert kinds(pages()) == []
    assert kinds([]) == []


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"dpi": 150.0, "dpi_tagged": 150.0}, "low_dpi"),
        ({"dpi_tagged": 200.0}, "wrong_tag"),
        ({"scale_x": 0.94, "scale_y": 0.94}, "scale"),
        ({"aspect": 1.02}, "stretch"),
        ({"skew_degrees": -3.4}, "skew"),
        ({"white": 150.0}, "dark"),
        ({"black": 125.0}, "pale"),
        ({"light": 0.7}, "uneven"),
        ({"noise": 20.0}, "noise"),
        ({"blur_mm": 0.24}, "blur"),
        ({"jpeg_quality": 30.0}, "jpeg"),
        ({"white": 255.0, "black": 0.0, "noise": 0.01}, "one_bit"),
        ({"turn": 2.0}, "upside_down"),
        ({"turn": 1.0}, "sideways"),
        ({"dirt_1_mm": 83.0}, "dirt"),
        ({"dirt_across_1_mm": 83.0}, "dirt"),
    ],
)
def test_each_trouble_has_its_name(changed: dict[str, float], kind: str) -> None:
    assert kinds(pages(**changed)) == [kind]
    assert kinds(pages(LEAST_PAGES - 1, **changed)) == [], "too few pages to blame the machine"


def test_one_crumpled_sheet_is_not_the_machine() -> None:
    one = Seen(READ, {**GOOD, "skew_degrees": 6.0, "blur_mm": 0.4, "dirt_1_mm": 40.0})
    assert kinds([*pages(WINDOW - 1), one]) == []


def test_a_page_turned_on_its_side_is_stretched_the_other_way() -> None:
    quality = judge_pages(pages(aspect=1.02, turn=1.0))
    assert quality.measures["stretch"].median == pytest.approx(1 / 1.02)


def test_lines_at_one_place_of_the_glass_are_one_line() -> None:
    seen = [
        *[Seen(READ, {**GOOD, "dirt_1_mm": 83.0 + 0.1 * (n % 5), "dirt_2_mm": 10.0 * n})
          for n in range(14)],
        *pages(6),
    ]  # fmt: skip
    quality = judge_pages(seen)
    assert quality.dirt[0].at_mm == pytest.approx(83.2, abs=0.3)
    assert quality.dirt[0].pages in {14, 15}, "page 8 has a line of its own at 80 mm, not near"
    (warning,) = find_warnings(quality)
    assert "83 mm" in warning.message_en
    assert f"of the last {WINDOW} pages" in warning.message_en


def test_refused_pages_count_without_measurements() -> None:
    refused = [Seen(PageStatus.UNIDENTIFIED.value, {}) for _ in range(3)]
    assert kinds([*pages(WINDOW - 3), *refused]) == ["refused"]
    assert kinds([*pages(WINDOW - 2), *refused[:2]]) == []
    blank = [Seen(PageStatus.BLANK.value, {}) for _ in range(9)]
    quality = judge_pages([*pages(), *blank])
    assert (quality.pages, quality.measured, quality.refused) == (WINDOW, WINDOW, 0)


def test_spread_leaves_a_twentieth_out_at_both_ends() -> None:
    seen = [Seen(READ, {**GOOD, "dpi": 300.0 + n}) for n in range(100)]
    spread = judge_pages(seen).measures["dpi"]
    assert (spread.median, spread.low, spread.high, spread.pages) == (349.5, 305.0, 394.0, 100)


# -- watching --------------------------------------------------------------------------------------


def evidence(index: int, **changed: float) -> tuple[int, PageEvidence]:
    source = PageSource("a.pdf", "0" * 64, index)
    return 1, PageEvidence(source, PageStatus.READ, quality={**GOOD, **changed})


def watch(told: list[ScanWarning]) -> BatchWatch:
    return BatchWatch(told.append, issued=lambda ids: {}, counted=lambda ids: set())


def test_a_trouble_is_told_once_and_again_after_it_was_gone() -> None:
    told: list[ScanWarning] = []
    watched = watch(told)
    index = 0
    for _ in range(3):
        for count, place in ((2 * WINDOW, 83.0), (QUIET + WINDOW, 0.0)):
            for _ in range(count):
                changed = {"dirt_1_mm": place} if place else {}
                watched.add([evidence(index, **changed)])
                index += 1
    watched.finish()
    assert [warning.kind.value for warning in told] == ["dirt"] * 3


def test_add_returns_what_it_tells() -> None:
    told: list[ScanWarning] = []
    watched = watch(told)
    first = watched.add([evidence(n, white=150.0) for n in range(LEAST_PAGES)])
    assert first == told
    assert [warning.kind.value for warning in first] == ["dark"]
    assert watched.add([evidence(LEAST_PAGES, white=150.0)]) == []
    assert watched.finish() == []


def test_a_thousand_of_one_kind_do_not_hide_the_others() -> None:
    told: list[ScanWarning] = []
    forms = [f"FORM{n:05d}" for n in range(300)]
    watched = BatchWatch(
        told.append,
        issued=lambda ids: dict.fromkeys(ids, (1, 2, 3, 4)),
        counted=lambda ids: {(form_id, page) for form_id in ids for page in (1, 2)},
    )
    for number, form_id in enumerate(forms):
        for page in (1, 2):
            _, read = evidence(2 * number + page)
            watched.add([(1, replace(read, sheet=SheetId(form_id, page, "ABC123")))])
    watched.add([evidence(10_000 + n, white=120.0) for n in range(WINDOW)])
    watched.finish()
    kinds = [warning.kind.value for warning in told]
    assert kinds.count("sheet_missing") == MOST
    assert kinds.count("dark") == 1


def test_refused_pages_are_told_while_they_come() -> None:
    told: list[ScanWarning] = []
    watched = watch(told)
    for index in range(3):
        key, page = evidence(index)
        bad = replace(page, status=PageStatus.UNIDENTIFIED, reason=Reason.NO_BARCODE, quality={})
        watched.add([(key, bad)])
    assert [warning.kind.value for warning in told] == ["refused"]

"""The table of damages: what it counts, what it complains of."""

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from degradations import HEADING, Line, beyond_chance, compare, missed, report
from degraded_pages import (
    INK,
    TICK,
    UNDAMAGED,
    WRITTEN,
    Condition,
    FieldOutcome,
    PageOutcome,
    settings_of,
)

HARD = Condition("stripes", 3)
OFFICE = Condition("stripes", 1)


def field(name, truth, value, *, asked=False, part=WRITTEN):
    return FieldOutcome(name, part, "coded", truth, value, 0.99, ("reading:x",) if asked else ())


def page(number, *fields, offset=0.1, identity=False):
    return PageOutcome((number, 1), "pencil", "read", "", "", identity, offset, {}, fields)


def refused(number):
    return PageOutcome((number, 1), "pencil", "unreadable", "poor_fit", "", False, None, {}, ())


def right(number, count=50):
    return page(number, *(field(f"f{i}", "7", "7") for i in range(count)))


def test_the_undamaged_scans_compare_with_themselves():
    pages = [right(1), right(2)]
    line = compare(UNDAMAGED, pages, pages)
    assert (line.lost, line.compared) == (0, 100)
    assert not list(missed(line))


def test_what_is_lost_is_counted_on_pages_placed_in_both():
    now = page(1, field("f0", "7", ""), field("f1", "7", "7"))
    line = compare(HARD, [now, refused(2)], [right(1), right(2)])
    assert (line.lost, line.compared) == (1, 2)
    assert line.refused == {"poor_fit": 1}


def test_an_office_scan_must_be_placed_and_lose_nothing():
    lost = page(1, *(field(f"f{i}", "7", "", asked=True) for i in range(12)))
    line = compare(OFFICE, [lost, refused(2)], [right(1), right(2)])
    assert list(missed(line)) == ["1 of 2 pages refused", "12 of 12 fields lost"]
    assert not list(missed(replace(line, condition=HARD)))


def test_errors_are_never_forgiven():
    wrong = page(1, *(field(f"f{i}", "7", "1") for i in range(4)))
    ticks = page(2, *(field(f"t{i}", "1", "", part=TICK) for i in range(2)), offset=0.7)
    taken = page(3, identity=True)
    said = list(missed(Line(HARD, [wrong, ticks, taken], 0, 0.0, 1)))
    assert said == [
        "1 pages taken for another",
        "a box 0.70 mm off",
        "2 of 2 accepted tick fields wrong",
        "4 of 4 accepted written fields wrong",
    ]
    asked = page(1, *(field(f"f{i}", "7", "1", asked=True) for i in range(4)))
    assert not list(missed(Line(HARD, [asked], 0, 0.0, 1)))


def test_one_error_in_thousands_is_chance():
    assert not beyond_chance(0, 0.0)
    assert beyond_chance(1, 0.009) and not beyond_chance(1, 0.011)
    assert beyond_chance(2, 0.14) and not beyond_chance(2, 0.16)


def test_rows_line_up_with_their_heading():
    row = compare(OFFICE, [right(1), refused(2)], [right(1), right(2)]).text()
    assert "1/2" in row and row.endswith("1 poor_fit")


def test_text_and_signature_zones_have_a_column_of_their_own(capsys):
    zones = [
        field("note", "", "ink", part=INK),
        field("sign", "ink", "ink", part=INK),
        field("memo", "ink", "", asked=True, part=INK),
    ]
    line = compare(HARD, [page(1, *zones)], [right(1)])
    assert line.wrong(INK) == 1 and "     3     1  33.3%" in line.text()
    assert "zones wrong" in HEADING
    assert report([line]) == 0, "a zone read as ink is shown, and is no lost value"
    said = capsys.readouterr().out
    assert "accepted text and signature fields wrong: 1 of 2" in said
    assert "blank zones taken for written: 1" in said


def test_every_kind_scans_the_same_page_the_same_way():
    office = settings_of(UNDAMAGED, 5, (1, 2))
    striped = settings_of(HARD, 5, (1, 2))
    assert replace(striped, damage=office.damage) == office
    assert settings_of(HARD, 5, (1, 2)) == striped
    assert settings_of(UNDAMAGED, 5, (1, 3)) != office

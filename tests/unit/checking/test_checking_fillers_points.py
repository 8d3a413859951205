"""A point alone in a line of capitals is a speck, unless it may belong to an abbreviation."""

import pytest

from papi.checking.fillers import line_values


@pytest.mark.parametrize(
    ("line", "bare"),
    [("SARI  .", "SARI"), ("SARI ' WATI", "SARI WATI"), ("   .    ", ""), ("  . SRI", "SRI")],
)
def test_a_lone_point_is_most_likely_dirt(line, bare):
    values = line_values(line)
    assert values[bare] > 0.99
    assert sum(values.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("line", ["M .", "HJ . SITI", "ST . AMINAH"])
def test_a_point_that_may_belong_to_an_abbreviation_is_never_sure(line):
    assert max(line_values(line).values()) == 0.5


def test_fillers_beside_a_lone_point_are_dropped_too():
    assert max(line_values("SARI . XXX").items(), key=lambda item: item[1])[0] == "SARI"


@pytest.mark.parametrize("line", ["M. NUR", "NUR'AINI", "A.K. SITI"])
def test_points_beside_letters_stay(line):
    assert line_values(line) == {line: 1.0}

"""A point alone in a line of capitals may be a speck: neither reading is sure."""

import pytest

from papi.checking.fillers import line_values


@pytest.mark.parametrize(("line", "bare"), [("SRI .", "SRI"), ("SRI ' WATI", "SRI WATI")])
def test_a_lone_point_is_never_sure(line, bare):
    values = line_values(line)
    assert set(values) == {line, bare}
    assert max(values.values()) == 0.5


@pytest.mark.parametrize("line", ["M. NUR", "NUR'AINI", "A.K. SITI"])
def test_points_beside_letters_stay(line):
    assert line_values(line) == {line: 1.0}

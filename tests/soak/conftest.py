"""Soak tests: each kind goes on for --soak-seconds, from --soak-seed upwards.

A failure names its seed; `--soak-seed N --soak-seconds 0` tries that seed alone.
"""

from __future__ import annotations

import pytest
from cut_off import Desk, make_stack
from paper_round import Round, make_round
from soaking import Soak

SECONDS = 20.0
"""A sample short enough for every run of the suite."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("papi")
    group.addoption("--soak-seconds", type=float, default=SECONDS, help="how long each kind lasts")
    group.addoption("--soak-files", type=int, default=0, help="least damaged files of each kind")
    group.addoption("--soak-kills", type=int, default=2, help="least kills of each kind of run")
    group.addoption("--soak-seed", type=int, default=1, help="first seed")


@pytest.fixture(scope="session")
def soak(pytestconfig: pytest.Config) -> Soak:
    return Soak(
        pytestconfig.getoption("--soak-seconds", SECONDS),
        pytestconfig.getoption("--soak-seed", 1),
        pytestconfig.getoption("--soak-files", 0),
        pytestconfig.getoption("--soak-kills", 2),
    )


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """A household and two persons, printed, filled and scanned into PDF, TIFF and JPEG files."""
    return make_round(tmp_path_factory.mktemp("round"), seed=47, households=1, persons=2)


@pytest.fixture(scope="session")
def stack(scanned: Round, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The round's scans with files that make trouble among them, and what an undisturbed run makes
    of them all."""
    return make_stack(scanned, tmp_path_factory.mktemp("stack"))

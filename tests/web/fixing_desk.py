"""An office with pages that need a person: what each is, and helpers to look at their state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from paper import Paper, png
from paper_round import Round
from playwright.sync_api import Page
from torn_sides import CODES, Side, side_of
from web_office import WebOffice

from papi.model.page import Gray
from papi.model.sheet import A4
from papi.office.workspace import open_workspace
from papi.store.boot import close_store
from papi.store.models import ScanPage

ClientAs = Callable[..., Client]
PageAs = Callable[..., Page]
TURNED, CUT, FIRST, SECOND, TORN = "turned.png", "cut.png", "a.png", "b.png", "torn.png"


@dataclass(frozen=True)
class Pages:
    """The sides behind the pages that wait: without codes and upside down; without any mark; two
    scans of one side; a household's without codes.
    """

    turned: Side
    cut: Side
    twice: Side
    torn: Side


def bring_in(desk: Paper, scanned: Round, folder: Path) -> Pages:
    """Ingest pages that need a person."""
    turned, cut, twice = (side_of(scanned, "verivali-ppks", number) for number in range(3))
    torn = side_of(scanned, "verivali-rt")
    cells = next(f for f in desk.layout("verivali-ppks").by_page[1] if f.name == "hp").cells
    scans: dict[str, Gray] = {
        TURNED: np.rot90(turned.without(CODES), 2).copy(),
        CUT: cut.without((*A4.fiducials, *CODES)),
        FIRST: twice.gray,
        SECOND: np.rot90(twice.struck(cells[:9]), 2).copy(),
        TORN: torn.without(CODES),
    }
    for name, gray in scans.items():
        (folder / name).write_bytes(png(gray))
        assert desk.ingest(folder / name).exit_code in {0, 1}
    return Pages(turned, cut, twice, torn)


@pytest.fixture(scope="session", name="damaged")
def damaged_office(
    web_round: Round, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Paper, Pages]:
    """The office before anybody fixed a page; every test works on a copy."""
    folder = tmp_path_factory.mktemp("damaged")
    desk = web_round.paper.copy(folder / "desk")
    pages = bring_in(desk, web_round, folder)
    close_store()
    return desk, pages


@pytest.fixture(name="pages")
def pages_to_fix(damaged: tuple[Paper, Pages]) -> Pages:
    """The sides behind the pages that wait."""
    return damaged[1]


@pytest.fixture(name="office")
def fixing_office(
    damaged: tuple[Paper, Pages], web_round: Round, tmp_path: Path, settings: Any
) -> Iterator[WebOffice]:
    """An office in which nothing came back but pages that need a person."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    desk = damaged[0].copy(tmp_path / "office")
    yield WebOffice(open_workspace(desk.workspace), desk, web_round.written())
    close_store()


def number(source: str) -> int:
    """Number of the page of a file."""
    return int(ScanPage.objects.get(source__name=source).pk)


def state(source: str) -> tuple[str, str, bool]:
    """Status, reason, and whether it counts."""
    row = ScanPage.objects.get(source__name=source)
    return row.status, row.reason, row.active

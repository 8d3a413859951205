"""Printed forms for tests of commands: printed once, each test works on its own workspace."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_forms import persons
from paper import Paper, print_paper


@pytest.fixture(scope="session")
def _printed(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    return print_paper(tmp_path_factory.mktemp("paper"), persons(2))


@pytest.fixture
def desk(_printed: Paper, tmp_path: Path) -> Paper:
    """A workspace that printed two forms of persons, nothing scanned yet."""
    return _printed.copy(tmp_path / "desk")


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """An empty folder for scans."""
    folder = tmp_path / "stack"
    folder.mkdir()
    return folder

"""A round of both forms: printed, filled with invented handwriting, scanned and read once."""

from __future__ import annotations

import pytest
from paper import Paper
from paper_round import Round, make_round


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Two households and three persons, in PDF, TIFF and JPEG files."""
    return make_round(tmp_path_factory.mktemp("round"), seed=31, households=2, persons=3)


@pytest.fixture(scope="session")
def read(scanned: Round, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """The round, ingested in this process."""
    desk = scanned.paper.copy(tmp_path_factory.mktemp("read") / "desk")
    result = desk.ingest(*scanned.scans)
    assert result.exit_code == 0, result.stderr
    return desk

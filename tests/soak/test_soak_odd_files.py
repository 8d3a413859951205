"""PDFs and TIFFs that hypothesis makes: an image or a named reason, in time and room."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odd_files import pdf_files, tiff_files
from open_damaged import LIMITS, open_all
from soaking import Soak

from papi.pipeline.children import Death, Job
from papi.pipeline.own_child import ask

FILES_A_SECOND = 8
"""About as many are made and opened in a second, most of it spent making them."""
KINDS = {"odd.pdf": pdf_files(), "odd.tif": tiff_files()}
LIMITED = {Death.SLOW: "too_slow", Death.BURST: "too_large"}


def outcomes_of(path: Path) -> Counter[str]:
    """What becomes of each page, asked in a child; a crash is a failed test."""
    ended = ask(Job(open_all, path, LIMITS.seconds, LIMITS.memory_bytes))
    if ended.death in LIMITED:
        return Counter([LIMITED[ended.death]])
    if isinstance(ended.error, MemoryError):
        return Counter(["too_large"])
    if ended.error is not None:
        raise ended.error
    assert ended.death is None, f"the child crashed: {ended.detail}"
    found: Counter[str] = ended.result
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_odd_files_end_in_values(tmp_path: Path, soak: Soak, kind: str) -> None:
    path = tmp_path / kind
    outcomes: Counter[str] = Counter()
    strategy: st.SearchStrategy[bytes] = KINDS[kind]

    @settings(
        max_examples=max(20, int(soak.seconds * FILES_A_SECOND), soak.files),
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def try_one(data: bytes) -> None:
        path.write_bytes(data)
        found = outcomes_of(path)
        assert found.total() > 0
        outcomes.update(found)

    try_one()
    print(f"{kind}: {outcomes.total()} pages: {dict(outcomes)}")
    assert outcomes["image"] > 0

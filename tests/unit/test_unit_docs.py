"""Pages of docs: every one is in the index, no link leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def test_every_page_is_in_the_index() -> None:
    listed = set(_LINK.findall((DOCS / "README.md").read_text("utf-8")))
    assert [page.name for page in PAGES if page.name not in listed | {"README.md"}] == []
    assert len(PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    links = _LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (DOCS / link).exists()] == []

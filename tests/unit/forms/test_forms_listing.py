"""Lists on paper: every row once, on as many pages as it takes, nothing cut that fits."""

from __future__ import annotations

from pathlib import Path

import pdfplumber

from papi.forms.listing import TICK, WIDTH, ListColumn, ListSection, PrintedList, print_list

COLUMNS = (ListColumn("No.", 10, "right"), ListColumn("Isi", 160), ListColumn("Ada", 14, "center"))


def rows(count: int, text: str = "baris") -> tuple[tuple[str, ...], ...]:
    return tuple((str(n), f"{text} {n}", TICK) for n in range(1, count + 1))


def printed(path: Path, *sections: ListSection) -> list[str]:
    pages = print_list(path, PrintedList("Daftar", COLUMNS, sections, "catatan kaki"))
    with pdfplumber.open(path) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    assert len(texts) == pages
    return texts


def test_a_long_list_goes_on_and_loses_no_row(tmp_path: Path) -> None:
    texts = printed(tmp_path / "a.pdf", ListSection("JUDUL", "kode", ("keterangan",), rows(100)))
    assert len(texts) == 3
    found = [line.split()[0] for text in texts for line in text.splitlines() if "baris" in line]
    assert found == [str(n) for n in range(1, 101)]
    assert "keterangan" in texts[0]
    assert "JUDUL (lanjutan)" in texts[1]
    assert [f"{n}/3" in text for n, text in enumerate(texts, 1)] == [True] * 3


def test_every_section_begins_a_page(tmp_path: Path) -> None:
    sections = [ListSection(f"DESA {n}", "", (), rows(2)) for n in (1, 2)]
    texts = printed(tmp_path / "a.pdf", *sections)
    assert ["DESA 1" in texts[0], "DESA 2" in texts[1], len(texts)] == [True, True, 2]


def test_long_text_is_wrapped_in_its_column(tmp_path: Path) -> None:
    text = "kata " * 60
    (page,) = printed(tmp_path / "a.pdf", ListSection("J", "", (), rows(1, text)))
    assert page.count("kata") == 60
    with pdfplumber.open(tmp_path / "a.pdf") as pdf:
        right = max(word["x1"] for word in pdf.pages[0].extract_words())
    assert right <= (13 + WIDTH) * 72 / 25.4


def test_a_section_without_rows_is_a_page_that_says_so(tmp_path: Path) -> None:
    (page,) = printed(tmp_path / "a.pdf", ListSection("J", "", ("tidak ada",), ()))
    assert "tidak ada" in page

"""Resolved snips: written, read, refused, and trained on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from papi.errors import InputUnreadable
from papi.training.boxes import scan_sheet
from papi.training.render import render
from papi.training.resolved import (
    COLUMNS,
    FORMAT,
    ResolvedSnips,
    file_sha256,
    pseudonym,
    read_resolved,
    write_resolved,
)
from papi.training.resolved_pool import SOURCE, SURE, resolved_pool
from papi.training.sources import Character, is_held_out

SALT = b"sixteen bytes or more"
RING = [
    np.array([[500 + 400 * np.cos(a), 500 + 500 * np.sin(a)] for a in np.linspace(0, 6.3, 40)])
    .astype(np.float32)
]  # fmt: skip
BAR = [np.array([[500, 0], [500, 500], [500, 1000]], np.float32)]


def keyed(pages: int = 20, seed: int = 1) -> ResolvedSnips:
    """A few boxes of several pages, as a workspace would hand them out."""
    rng = np.random.default_rng(seed)
    snips, labels = [], []
    for _ in range(pages):
        signs = rng.choice(["0", "1"], 8)
        strokes = {"0": RING, "1": BAR}
        masks = [render(Character(s, "x", 1, False, 0, strokes=strokes[s]), rng) for s in signs]
        snips.append(scan_sheet(masks, rng))
        labels.extend(signs)
    count = len(labels)
    page = np.repeat(np.arange(pages), 8)
    return ResolvedSnips(
        snip=np.concatenate(snips),
        label=np.array(labels, "U8"),
        kind=np.full(count, "digits"),
        agreed=np.full(count, SURE, np.uint8),
        chosen=np.full(count, "review"),
        page=page.astype(np.uint32),
        layout=np.full(count, "R5F8Y3"),
        dpi=np.full(count, 200, np.uint16),
        model=np.full(count, "0" * 64),
        writer=np.array([pseudonym(f"officer {n}", SALT) for n in page]),
    )


@pytest.fixture(scope="module")
def snips() -> ResolvedSnips:
    return keyed()


def test_what_was_written_is_read(snips: ResolvedSnips, tmp_path: Path) -> None:
    digest = write_resolved(tmp_path / "a.npz", snips)
    read = read_resolved(tmp_path / "a.npz")
    assert digest == file_sha256(tmp_path / "a.npz")
    assert len(read) == len(snips)

    def rows(part: ResolvedSnips) -> list[tuple[bytes, str, str]]:
        found = zip(part.snip, part.label, part.writer, strict=True)
        return sorted((s.tobytes(), str(label), str(w)) for s, label, w in found)

    assert rows(read) == rows(snips)


def test_the_order_of_boxes_is_lost(snips: ResolvedSnips, tmp_path: Path) -> None:
    write_resolved(tmp_path / "a.npz", snips)
    read = read_resolved(tmp_path / "a.npz")
    assert not (read.snip == snips.snip).all()
    for page in range(20):
        digests = [s.tobytes() for s in read.snip[read.page == page]]
        assert len(digests) == 8  # boxes of a page stay together, whatever its number is now


def test_writers_are_pseudonyms() -> None:
    assert pseudonym("351234", SALT) == pseudonym("351234", SALT)
    assert pseudonym("351234", SALT) != pseudonym("351234", b"another salt of length")
    with pytest.raises(ValueError, match="salt"):
        pseudonym("351234", b"short")


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("label", "A", "label"),
        ("label", "12", "label"),
        ("kind", "nik", "kind"),
        ("chosen", "all", "chosen"),
        ("agreed", 0, "nobody"),
        ("dpi", 72, "dpi"),
        ("layout", "R5F8Y3X", "layout"),
        ("model", "x" * 64, "sha256"),
        ("writer", "3201022001900001", "writer"),
        ("writer", "BUDI SANTOSO", "writer"),
    ],
)
def test_a_wrong_row_is_named_but_not_shown(
    snips: ResolvedSnips, tmp_path: Path, column: str, value: object, word: str
) -> None:
    array = getattr(snips, column)
    array = array.astype("U64") if array.dtype.kind == "U" else array.copy()
    array[5] = value
    bad = replace(snips, **{column: array})
    with pytest.raises(InputUnreadable) as caught:
        write_resolved(tmp_path / "a.npz", bad)
    assert word in caught.value.message
    assert "row 5" in caught.value.message
    assert len(str(value)) < 4 or str(value) not in caught.value.message


def saved(path: Path, snips: ResolvedSnips, **other: object) -> Path:
    columns = {name: getattr(snips, name) for name in COLUMNS}
    np.savez(path, **{"format": FORMAT, "version": 1, **columns, **other})  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"format": "other"}, "no file of resolved snips"),
        ({"version": 2}, "another version"),
        ({"nik": np.full(160, "3201022001900001")}, "do not belong"),
        ({"label": np.full(3, "1")}, "label of another type or length"),
        ({"snip": np.zeros((160, 84, 70), np.float32)}, "snip of another type"),
    ],
)
def test_a_wrong_file_is_refused(
    snips: ResolvedSnips, tmp_path: Path, other: dict[str, object], word: str
) -> None:
    with pytest.raises(InputUnreadable) as caught:
        read_resolved(saved(tmp_path / "a.npz", snips, **other))
    assert word in caught.value.message
    assert "3201022001900001" not in caught.value.message


@pytest.mark.parametrize("content", [b"", b"PK nothing", b"x" * 4000])
def test_no_such_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(InputUnreadable):
        read_resolved(tmp_path / "a.npz")
    with pytest.raises(InputUnreadable):
        read_resolved(tmp_path / "b.npz")


def test_a_pickle_is_never_opened(snips: ResolvedSnips, tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable):
        read_resolved(saved(tmp_path / "a.npz", snips, label=np.full(160, {}, object)))


def test_a_pool_splits_by_writer_and_counts_a_snip_once(
    snips: ResolvedSnips, tmp_path: Path
) -> None:
    write_resolved(tmp_path / "a.npz", snips)
    pool = resolved_pool([tmp_path / "a.npz"])
    again = resolved_pool([tmp_path / "a.npz", tmp_path / "a.npz"])
    assert len(pool.inputs) == len(again.inputs) >= 150
    assert set(pool.source) == {SOURCE}
    assert set(np.unique(pool.labels[:, 0])) == {0, 1}
    assert (pool.held_out == [is_held_out(int(w)) for w in pool.writer]).all()
    assert 0 < pool.held_out.sum() < len(pool.inputs)


def test_what_one_clerk_keyed_does_not_calibrate(snips: ResolvedSnips, tmp_path: Path) -> None:
    write_resolved(tmp_path / "a.npz", replace(snips, agreed=np.ones(len(snips), np.uint8)))
    pool = resolved_pool([tmp_path / "a.npz"])
    assert not pool.held_out.any()
    assert len(pool.inputs)


def test_untouched_boxes_only_show_the_rules(tmp_path: Path) -> None:
    snips = keyed(4)
    blank = np.concatenate([snips.snip, np.full((4, 84, 70), 240, np.uint8)])
    longer = ResolvedSnips(
        *(
            blank if name == "snip" else np.concatenate([getattr(snips, name)] * 2)[:36]
            for name in COLUMNS
        )
    )
    longer.label[32:] = "blank"
    write_resolved(tmp_path / "a.npz", longer)
    assert len(resolved_pool([tmp_path / "a.npz"]).inputs) <= 32

"""Originals are kept once, unchanged, whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from papi.errors import StorageFull, WorkspaceUnusable
from papi.store.faults import explain_fault
from papi.store.originals import (
    file_sha256,
    is_intact,
    keep_original,
    kept_originals,
    original_path,
)


def test_kept_by_content(tmp_path: Path) -> None:
    first, second = tmp_path / "a.PDF", tmp_path / "b.pdf"
    first.write_bytes(b"scan")
    second.write_bytes(b"scan")
    kept = keep_original(tmp_path / "w", first)
    again = keep_original(tmp_path / "w", second)
    assert (kept.new, again.new) == (True, False)
    assert kept.stored == again.stored == f"{kept.sha256[:2]}/{kept.sha256}.pdf"
    assert original_path(tmp_path / "w", kept.stored).read_bytes() == b"scan"
    assert kept.sha256 == file_sha256(first)
    assert kept.size == 4


def test_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"scan")

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        keep_original(tmp_path / "w", path)
    assert [p for p in (tmp_path / "w").rglob("*") if p.is_file()] == []
    monkeypatch.undo()
    assert keep_original(tmp_path / "w", path).new


def test_nobody_may_write_an_original(tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"pixels")
    kept = original_path(tmp_path, keep_original(tmp_path, scan).stored)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o400
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_a_file_that_grows_while_it_is_copied_is_not_kept(tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"first half")
    before = file_sha256(scan)
    scan.write_bytes(b"first half and the rest")
    with pytest.raises(OSError, match="changed while it was copied") as caught:
        keep_original(tmp_path, scan, before)
    assert caught.value.errno == errno.EBUSY
    assert list(kept_originals(tmp_path)) == []
    assert [p for p in (tmp_path / "images").rglob("*") if p.is_file()] == []


def test_a_damaged_original_is_replaced_by_the_same_scan_again(tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"pixels")
    kept = original_path(tmp_path, keep_original(tmp_path, scan).stored)
    kept.chmod(0o600)
    kept.write_bytes(b"pixelz")
    assert not is_intact(kept)
    again = keep_original(tmp_path, scan.rename(tmp_path / "again.JPG"))
    assert again.new
    assert original_path(tmp_path, again.stored) == kept
    assert is_intact(kept)
    assert list(kept_originals(tmp_path)) == [kept]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "full"), StorageFull),
        (OSError(errno.EROFS, "read-only"), WorkspaceUnusable),
        (PermissionError(errno.EACCES, "no"), WorkspaceUnusable),
    ],
)
def test_what_the_system_says(error: OSError, kind: type) -> None:
    assert isinstance(explain_fault(error), kind)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("database or disk is full", StorageFull),
        ("database is locked", WorkspaceUnusable),
        ("attempt to write a readonly database", WorkspaceUnusable),
        ("unable to open database file", WorkspaceUnusable),
        ("database disk image is malformed", WorkspaceUnusable),
        ("connection failed: connection refused", WorkspaceUnusable),
    ],
)
def test_what_the_database_says(message: str, kind: type) -> None:
    from django.db.utils import OperationalError

    assert isinstance(explain_fault(OperationalError(message)), kind)


def test_other_errors_are_not_explained() -> None:
    assert explain_fault(ValueError("database is locked")) is None
    assert explain_fault(FileNotFoundError(errno.ENOENT, "gone")) is None

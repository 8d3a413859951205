"""Originals are kept once, unchanged, whole or not at all."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from papi.errors import StorageFull, WorkspaceUnusable
from papi.store.faults import explain_fault
from papi.store.originals import file_sha256, keep_original, original_path


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

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(StorageFull):
        keep_original(tmp_path / "w", path)
    assert [p for p in (tmp_path / "w").rglob("*") if p.is_file()] == []
    monkeypatch.undo()
    assert keep_original(tmp_path / "w", path).new


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

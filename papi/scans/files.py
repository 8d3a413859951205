"""Find scans in folders and open them; every file that is none is reported, never skipped.

Knows files by their first bytes, not by suffix. Must not know forms or databases.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import warnings
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from papi.model.page import PageFailure, PageSource, PageStatus, Reason
from papi.scans.limits import Limits
from papi.scans.pdf import Pdf
from papi.scans.picture import Picture
from papi.scans.scan_file import PageRefused, ScanFile
from papi.scans.tiff import Tiff

__all__ = ["Limits", "ScanFile", "find_scans", "open_scan"]

_HEAD = 1024
_LITTER = {"thumbs.db", "desktop.ini", "ehthumbs.db"}
"""Files that operating systems leave in folders; hidden files likewise."""
_CHUNK = 1 << 20
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
# Pillow warns at 89 Mpx and refuses at 179; our own limits are checked before decoding.


def open_scan(path: Path, limits: Limits, sha256: str = "") -> ScanFile | PageFailure:
    """Open a file of scanned pages: PDF, TIFF, JPEG or PNG by content.

    Args:
        path: the file.
        limits: what it may cost.
        sha256: of its content, where known; else it is read for it, 1 ms per MB.

    Returns:
        The opened file, or a failure (QUARANTINED): NOT_AN_IMAGE, TRUNCATED, ENCRYPTED, NO_PAGES,
        TOO_LARGE, DECODE_FAILED, UNREADABLE_PATH.

    Raises:
        MemoryError: it needs more than there is.
    """
    digest = ""
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            detail = f"{size / 1e6:.0f} MB, at most {limits.file_bytes / 1e6:.0f} MB"
            raise PageRefused(Reason.TOO_LARGE, detail)
        digest = sha256 or _sha256(path)
        return _open_kind(path, digest, limits)
    except OSError as error:
        return _quarantine(path, digest, Reason.UNREADABLE_PATH, os.strerror(error.errno or 0))
    except PageRefused as refusal:
        return _quarantine(path, digest, refusal.reason, refusal.detail)
    except MemoryError:
        raise
    except Exception as error:  # whatever a library thinks of on damaged data
        return _quarantine(path, digest, Reason.DECODE_FAILED, type(error).__name__)


def _open_kind(path: Path, digest: str, limits: Limits) -> ScanFile:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"%PDF-" in head:
        return Pdf(path.name, digest, limits, path)
    if head.startswith(_TIFF_STARTS):
        return Tiff(path.name, digest, limits, path)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return Picture(path.name, digest, limits, path.read_bytes())
    if not head:
        raise PageRefused(Reason.TRUNCATED, "the file is empty")
    raise PageRefused(Reason.NOT_AN_IMAGE, "neither PDF, TIFF, JPEG nor PNG")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _quarantine(path: Path, digest: str, reason: Reason, detail: str) -> PageFailure:
    source = PageSource(path.name, digest, 0)
    return PageFailure(source, PageStatus.QUARANTINED, reason, detail)


def find_scans(paths: Iterable[Path]) -> tuple[list[Path], list[PageFailure]]:
    """List every file under `paths`, in the order a person would put them (2 before 10).

    Args:
        paths: files and folders; folders are walked, also those a link leads to (each once), hidden
            files and system litter left out.

    Returns:
        Files, each once, whatever they hold (`open_scan` reports what is no scan), and a failure
        (UNREADABLE_PATH) for every path or folder that cannot be read.
    """
    found: dict[Path, Path] = {}
    failures: list[PageFailure] = []
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            failures.append(_unreadable(path, error))
            continue
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):  # a pipe would block for ever
            failures.append(_quarantine(path, "", Reason.UNREADABLE_PATH, "not a file or folder"))
            continue
        for file in _walk(path, failures) if stat.S_ISDIR(mode) else [path]:
            found.setdefault(file.resolve(), file)
    return sorted(found.values(), key=_natural), failures


def _walk(folder: Path, failures: list[PageFailure]) -> Iterable[Path]:
    def report(error: OSError) -> None:
        failures.append(_unreadable(Path(error.filename or folder), error))

    walked: set[str] = set()
    for place, folders, names in os.walk(folder, onerror=report, followlinks=True):
        if (real := os.path.realpath(place)) in walked:  # a link that leads round in a circle
            folders[:] = []
            continue
        walked.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(place) / name
            if name.startswith(".") or name.lower() in _LITTER:
                continue
            try:
                if stat.S_ISREG(file.stat().st_mode):
                    yield file
            except OSError as error:  # a link that leads nowhere is named, not passed over
                report(error)


def _unreadable(path: Path, error: OSError) -> PageFailure:
    return _quarantine(path, "", Reason.UNREADABLE_PATH, os.strerror(error.errno or 0))


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """Order numbers in names by value: hal2 before hal10."""
    pieces = re.split(r"(\d+)", str(path).casefold())
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces]

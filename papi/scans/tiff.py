"""TIFF files: many pages, G4, LZW, JPEG, deflate, 1 to 16 bits.

Knows TIFF through Pillow and libtiff. Must not know forms.
"""

from __future__ import annotations

import struct
from pathlib import Path

from PIL import Image, TiffImagePlugin

from papi.model.page import Gray, Reason
from papi.scans.gray import tagged_dpi, to_gray
from papi.scans.limits import Limits
from papi.scans.scan_file import PageRefused, ScanFile

_BROKEN = (OSError, EOFError, SyntaxError, ValueError, TypeError, KeyError, struct.error)
_OFFSETS = ((273, 279), (324, 325))
"""Tags that say where the strips or tiles lie and how long they are."""
_NO_PAGE = (Reason.NO_PAGES, "the TIFF has no page")
_NO_FIRST_PAGE = (Reason.TRUNCATED, "the TIFF breaks off before its first page")


class Tiff(ScanFile):
    """A TIFF whose directory of pages has been walked; pages are decoded on demand."""

    def __init__(self, name: str, sha256: str, limits: Limits, path: Path) -> None:
        super().__init__(name, sha256, limits)
        self._bytes = path.stat().st_size
        self._found, self._complete = count_pages(path, limits.pages)
        if self._found > limits.pages:
            raise PageRefused(Reason.TOO_LARGE, f"more than {limits.pages} pages")
        if self._found == 0:
            raise PageRefused(*(_NO_PAGE if self._complete else _NO_FIRST_PAGE))
        try:
            self._image = Image.open(path, formats=["TIFF"])
        except Image.DecompressionBombError:
            raise PageRefused(Reason.TOO_LARGE, "far too many pixels") from None
        except _BROKEN:
            raise PageRefused(*_NO_FIRST_PAGE) from None

    @property
    def page_count(self) -> int:
        """Pages found, and one more if the chain of pages is broken."""
        return self._found + (not self._complete)

    def _decode(self, index: int) -> tuple[Gray, float | None]:
        if index >= self._found:
            raise PageRefused(Reason.TRUNCATED, "the TIFF breaks off")
        try:
            self._image.seek(index)
            self.check_size(*self._image.size)
            self._check_data()
            dpi = tagged_dpi(self._image)
            self._image.load()  # turns the page by its orientation tag
            return to_gray(self._image), dpi
        except Image.DecompressionBombError:
            raise PageRefused(Reason.TOO_LARGE, "far too many pixels") from None
        except _BROKEN:
            raise PageRefused(Reason.DECODE_FAILED, "TIFF data") from None

    def _check_data(self) -> None:
        """Refuse a page whose strips reach beyond the end of the file (libtiff fills with grey)."""
        tags = self._tags()
        for offset_tag, length_tag in _OFFSETS:
            offsets, lengths = tags.get(offset_tag, ()), tags.get(length_tag, ())
            pairs = zip(_as_tuple(offsets), _as_tuple(lengths), strict=False)
            if any(offset + length > self._bytes for offset, length in pairs):
                raise PageRefused(Reason.TRUNCATED, "the page's data breaks off")

    def _tags(self) -> TiffImagePlugin.ImageFileDirectory_v2:
        if not isinstance(self._image, TiffImagePlugin.TiffImageFile):
            raise PageRefused(Reason.DECODE_FAILED, "no TIFF directory")
        return self._image.tag_v2

    def close(self) -> None:
        """Let go of the file."""
        self._image.close()


def _as_tuple(value: object) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple) else (int(str(value)),)


def count_pages(path: Path, most: int) -> tuple[int, bool]:
    """Follow the chain of page directories of a TIFF or BigTIFF.

    Args:
        path: the file.
        most: stop after one page more than this.

    Returns:
        Pages whose directory is whole, and whether the chain came to its end.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        order = "<" if file.read(2) == b"II" else ">"
        big = struct.unpack(order + "H", file.read(2))[0] == 43
        count, entry, link = ("Q", 20, "Q") if big else ("H", 12, "L")
        file.seek(8 if big else 4)
        seen: set[int] = set()
        try:
            (offset,) = struct.unpack(order + link, file.read(struct.calcsize("=" + link)))
            while offset and offset not in seen and len(seen) <= most:
                file.seek(offset)
                (entries,) = struct.unpack(order + count, file.read(struct.calcsize("=" + count)))
                end = file.tell() + entries * entry
                if end >= size:
                    return len(seen), False
                file.seek(end)
                (following,) = struct.unpack(order + link, file.read(struct.calcsize("=" + link)))
                seen.add(offset)
                offset = following
        except (struct.error, OSError, OverflowError):
            return len(seen), False
    return len(seen), True

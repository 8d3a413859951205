"""TIFF files: many pages, G4, LZW, JPEG, deflate, 1 to 16 bits.

Knows TIFF through Pillow and libtiff. Must not know forms.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from papi.model.page import Gray, Reason
from papi.scans.gray import tagged_dpi, to_gray
from papi.scans.limits import Limits
from papi.scans.scan_file import PageRefused, ScanFile

_BROKEN = (OSError, EOFError, SyntaxError, ValueError, TypeError, KeyError, struct.error)
_OFFSETS = ((273, 279), (324, 325))
"""Tags that say where the strips or tiles lie and how long they are."""
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_NO_PAGE = (Reason.NO_PAGES, "the TIFF has no page")
_NO_FIRST_PAGE = (Reason.TRUNCATED, "the TIFF breaks off before its first page")


class Tiff(ScanFile):
    """A TIFF whose directory of pages has been walked; pages are decoded on demand."""

    def __init__(self, name: str, sha256: str, limits: Limits, path: Path) -> None:
        super().__init__(name, sha256, limits)
        self._bytes = path.stat().st_size
        self._places, self._complete = walk_pages(path, limits.pages)
        if len(self._places) > limits.pages:
            raise PageRefused(Reason.TOO_LARGE, f"more than {limits.pages} pages")
        if not self._places:
            raise PageRefused(*(_NO_PAGE if self._complete else _NO_FIRST_PAGE))
        # By its name Pillow would map uncompressed pixels, and turned pages then come out garbled.
        self._file = path.open("rb")
        try:
            self._image: Image.Image | None = Image.open(self._file, formats=["TIFF"])
        except (*_BROKEN, Image.DecompressionBombError):
            self._image = None  # its first page; others may be whole

    @property
    def page_count(self) -> int:
        """Pages found, and one more if the chain of pages is broken."""
        return len(self._places) + (not self._complete)

    def _decode(self, index: int) -> tuple[Gray, float | None]:
        if index >= len(self._places):
            raise PageRefused(Reason.TRUNCATED, "the TIFF breaks off")
        try:
            if self._image is not None:
                self._image.seek(index)
                return self._load(self._image)
            with Image.open(self._only(index), formats=["TIFF"]) as image:
                return self._load(image)
        except Image.DecompressionBombError:
            raise PageRefused(Reason.TOO_LARGE, "far too many pixels") from None
        except UnidentifiedImageError:
            raise PageRefused(Reason.DECODE_FAILED, "a kind of TIFF that cannot be read") from None
        except _BROKEN:
            raise PageRefused(Reason.DECODE_FAILED, "TIFF data") from None

    def _only(self, index: int) -> io.BytesIO:
        """Return the file with another page in the place of its first, which Pillow cannot open."""
        self._file.seek(0)
        data = io.BytesIO(self._file.read())
        head = _Head.of(data)
        data.seek(head.first)
        data.write(struct.pack(head.order + head.link, self._places[index]))
        data.seek(0)
        return data

    def _load(self, image: Image.Image) -> tuple[Gray, float | None]:
        if not isinstance(image, TiffImagePlugin.TiffImageFile):
            raise PageRefused(Reason.DECODE_FAILED, "no TIFF directory")
        self.check_size(*image.size)
        self._check_data(image.tag_v2)
        dpi = tagged_dpi(image)
        # Pillow turns white-is-zero of 8 bits around, not that of 16.
        negative = image.mode.startswith("I") and image.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
        image.load()  # turns the page by its orientation tag
        gray = to_gray(image)
        return 255 - gray if negative else gray, dpi

    def _check_data(self, tags: TiffImagePlugin.ImageFileDirectory_v2) -> None:
        """Refuse a page whose strips reach beyond the end of the file (libtiff fills with grey)."""
        for offset_tag, length_tag in _OFFSETS:
            offsets, lengths = tags.get(offset_tag, ()), tags.get(length_tag, ())
            pairs = zip(_as_tuple(offsets), _as_tuple(lengths), strict=False)
            if any(offset + length > self._bytes for offset, length in pairs):
                raise PageRefused(Reason.TRUNCATED, "the page's data breaks off")

    def close(self) -> None:
        """Let go of the file."""
        if self._image is not None:
            self._image.close()
        self._file.close()


def _as_tuple(value: object) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple) else (int(str(value)),)


@dataclass(frozen=True, slots=True)
class _Head:
    """What the first bytes say: byte order, where the first link lies, codes of numbers.

    Attributes:
        count, link: struct codes of the number of entries, and of an offset.
        entry: bytes of a directory entry.
    """

    order: str
    first: int
    count: str
    entry: int
    link: str

    @staticmethod
    def of(file: IO[bytes]) -> _Head:
        """Read it from the beginning of a file."""
        file.seek(0)
        order = "<" if file.read(2) == b"II" else ">"
        big = struct.unpack(order + "H", file.read(2))[0] == 43
        return _Head(order, 8, "Q", 20, "Q") if big else _Head(order, 4, "H", 12, "L")

    def number(self, file: IO[bytes], code: str) -> int:
        """Read a number where the file stands."""
        data = file.read(struct.calcsize("=" + code))
        return int(struct.unpack(self.order + code, data)[0])


def walk_pages(path: Path, most: int) -> tuple[list[int], bool]:
    """Follow the chain of page directories of a TIFF or BigTIFF.

    Args:
        path: the file.
        most: stop after one page more than this.

    Returns:
        Offsets of the pages whose directory is whole, and whether the chain came to its end.
    """
    size = path.stat().st_size
    places: dict[int, None] = {}
    with path.open("rb") as file:
        try:
            head = _Head.of(file)
            file.seek(head.first)
            offset = head.number(file, head.link)
            while offset and offset not in places and len(places) <= most:
                file.seek(offset)
                end = head.number(file, head.count) * head.entry + file.tell()
                if end >= size:
                    return list(places), False
                file.seek(end)
                following = head.number(file, head.link)
                places[offset] = None
                offset = following
        except (struct.error, OSError, OverflowError):
            return list(places), False
    return list(places), True

"""ScanFile: one file of pages, whatever its format.

Knows how pages are named and refused. Must not know any file format, nor forms.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from papi.model.page import Gray, PageFailure, PageImage, PageSource, PageStatus, Reason
from papi.scans.limits import Limits


class PageRefused(Exception):
    """A page or file that cannot be loaded; inside papi.scans only, outside it is a PageFailure."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class ScanFile(ABC):
    """An opened file. Every index below `page_count` gives a page or the reason why not.

    A truncated file counts one page more than could be found, which is refused as TRUNCATED: that
    something is missing must not go unseen.

    Attributes:
        name: file name for people.
        sha256: of the whole file, hexadecimal.
        jpeg_quality: of the page decoded last, None if it was no JPEG.
    """

    def __init__(self, name: str, sha256: str, limits: Limits) -> None:
        self.name = name
        self.sha256 = sha256
        self.limits = limits
        self.jpeg_quality: int | None = None

    @property
    @abstractmethod
    def page_count(self) -> int:
        """Number of pages, refused ones included."""

    @abstractmethod
    def _decode(self, index: int) -> tuple[Gray, float | None]:
        """Return grey page (H, W) and tagged dpi, or raise PageRefused."""

    def page(self, index: int) -> PageImage | PageFailure:
        """Decode one page to grey.

        Args:
            index: from 0.

        Returns:
            The page, or a failure: TRUNCATED, TOO_LARGE, DECODE_FAILED.

        Raises:
            IndexError: no such page.
            MemoryError: it needs more than there is.
        """
        if not 0 <= index < self.page_count:
            raise IndexError(f"page {index} of {self.page_count}")
        source = PageSource(self.name, self.sha256, index)
        self.jpeg_quality = None
        try:
            gray, dpi = self._decode(index)
        except PageRefused as refusal:
            failure = refusal
        except MemoryError:
            raise
        except Exception as error:  # whatever a library thinks of on damaged data
            failure = PageRefused(Reason.DECODE_FAILED, type(error).__name__)
        else:
            return PageImage(gray, dpi, source, self.jpeg_quality)
        return PageFailure(source, PageStatus.UNREADABLE, failure.reason, failure.detail)

    def iter_pages(self) -> Iterator[PageImage | PageFailure]:
        """Yield every page or its failure, in order."""
        for index in range(self.page_count):
            yield self.page(index)

    def close(self) -> None:
        """Let go of the file, if it is held open."""
        return

    def check_size(self, width: int, height: int) -> None:
        """Refuse a page by the size in its header, before it is decoded."""
        if excess := self.limits.excess(width, height):
            raise PageRefused(Reason.TOO_LARGE, excess)

"""Decoded pages kept for a while, so that the next field of a page costs no decoding.

Knows pages as arrays and how much memory they may take. Must not know how they are opened or shown.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from papi.model.page import Gray

MOST_BYTES = 160_000_000
"""About 18 pages of A4 at 300 dpi: ten clerks with two pages each on the way."""


class PageCache:
    """The pages used last, at most `most_bytes` of them. Safe to use from many threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._pages: OrderedDict[Hashable, Gray] = OrderedDict()
        self._lock = threading.Lock()
        self._opening: dict[Hashable, threading.Lock] = {}

    @property
    def held(self) -> int:
        """Bytes of the pages kept."""
        return sum(page.nbytes for page in self._pages.values())

    def get(self, key: Hashable, load: Callable[[], Gray]) -> Gray:
        """Return a page; whoever wants one that another thread is opening waits for that one."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
            opening = self._opening.setdefault(key, threading.Lock())
        with opening:
            with self._lock:
                if key in self._pages:
                    return self._pages[key]
            try:
                page = load()
            finally:
                with self._lock:
                    self._opening.pop(key, None)
            self._keep(key, page)
            return page

    def forget(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._pages.clear()

    def _keep(self, key: Hashable, page: Gray) -> None:
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > 1 and self.held > self._most:
                self._pages.popitem(last=False)

"""A folder that scanners write into: which of its files are ready to be taken in.

Knows names, sizes and times of files. Must not know what becomes of them. It is looked at, not
listened to: a kernel tells nobody of files that another machine writes on a network share.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from papi.scans.files import find_scans
from papi.scans.wholeness import is_whole

SETTLE_SECONDS = 5.0
"""A file whose size and time did not change for so long is not being written, if it is whole."""
STALLED_SECONDS = 600.0
"""A file that is not whole is taken in as it is when it did not change for so long: it must not
stay unseen. Should its copy go on later, the whole file is another content and comes in, too."""
_TEMPORARY = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp")
Stamp = tuple[int, int, int]
"""Size, time of the last change, inode."""


@dataclass(slots=True)
class Look:
    """What a look at the folder found.

    Attributes:
        ready: files to take in, in the order a person would put them.
        stalled: of those, the ones that are not whole.
        waiting: files that are still being written, or may be.
        closed: files and folders that cannot be read.
        away: the folder itself cannot be read.
    """

    ready: list[Path] = field(default_factory=list)
    stalled: list[Path] = field(default_factory=list)
    waiting: list[Path] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    away: bool = False


@dataclass(slots=True)
class _Seen:
    stamp: Stamp
    since: float
    taken: bool = False


class HotFolder:
    """A folder and what was seen of it so far.

    Args:
        folder: where files appear.
        settle: seconds a file must stay unchanged.
        without: a folder in it whose files were taken in already.
    """

    def __init__(
        self, folder: Path, settle: float = SETTLE_SECONDS, without: Path | None = None
    ) -> None:
        self._folder = folder
        self._settle = settle
        self._without = without
        self._seen: dict[Path, _Seen] = {}

    def look(self, now: float) -> Look:
        """Look at every file.

        Args:
            now: seconds of a clock that never goes back.
        """
        look = Look()
        files, failures = find_scans([self._folder])
        look.away = not files and any(f.source.name == self._folder.name for f in failures)
        look.closed = [failure.source.name for failure in failures]
        files = [path for path in files if not self._is_passed_over(path)]
        for path in files:
            self._judge(path, now, look)
        if not look.away:
            here = set(files)
            self._seen = {path: seen for path, seen in self._seen.items() if path in here}
        return look

    def _is_passed_over(self, path: Path) -> bool:
        done = self._without
        inside = done is not None and (
            path.is_relative_to(done) or path.parent.resolve().is_relative_to(done)
        )
        return inside or is_temporary(path.name)

    def _judge(self, path: Path, now: float, look: Look) -> None:
        try:
            status = path.stat()
            stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
            seen = self._seen.get(path)
            if seen is None or seen.stamp != stamp:
                seen = self._seen[path] = _Seen(stamp, now)
            if seen.taken:
                return
            quiet = now - seen.since
            if quiet < self._settle:
                look.waiting.append(path)
            elif is_whole(path):
                look.ready.append(path)
            elif quiet < STALLED_SECONDS:
                look.waiting.append(path)
            else:
                look.ready.append(path)
                look.stalled.append(path)
        except FileNotFoundError:  # taken away since it was listed
            return
        except OSError:
            look.closed.append(path.name)

    def take(self, paths: Iterable[Path]) -> None:
        """Remember files that were taken in as they are; they are ready again if they change."""
        for path in paths:
            if path in self._seen:
                self._seen[path].taken = True


def is_temporary(name: str) -> bool:
    """Tell whether a name is that of a file some program has not finished."""
    low = name.lower()
    return low.startswith((".", "~")) or low.endswith(("~", *_TEMPORARY))

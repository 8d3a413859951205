"""Being another user for a while: rights do not bind root."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder everybody may reach, gone afterwards."""
    home = Path(mkdtemp(prefix="papi-test-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        for path in [home, *home.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        subprocess.run(["rm", "-rf", str(home)], check=True)  # noqa: S603, S607


@contextmanager
def nobody() -> Iterator[None]:
    """Rights do not bind root: be another user for a while, if this is root."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, 65534, 65534)

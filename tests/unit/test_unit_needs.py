"""What tests need of the system: installed where it can be, told in words where it cannot."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "needs.sh"


def run(programs: Path, **scripts: str) -> subprocess.CompletedProcess[str]:
    """Run the script where there are these programs and no others."""
    for name, body in {"ls": "exit 1", "env": 'shift; "$@"', **scripts}.items():
        path = programs / name
        path.write_text(f"#!/bin/sh\n{body}\n", "ascii")
        path.chmod(0o755)
    return subprocess.run(  # noqa: S603
        ["/bin/sh", SCRIPT],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_whoever_has_everything_is_told_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, chromium="", initdb="")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_root_installs_what_is_missing_and_updates_the_lists_if_they_are_old(
    tmp_path: Path,
) -> None:
    asked = tmp_path / "asked"
    apt = f'echo "$@" >> {asked}; [ "$1" = update ] || [ "$(wc -l < {asked})" -gt 1 ]'.replace(
        "wc -l", "/usr/bin/wc -l"
    )
    done = run(tmp_path, id="echo 0", initdb="", **{"apt-get": apt})
    assert done.returncode == 0, done.stderr
    first, second, third = asked.read_text("ascii").splitlines()
    assert first == third
    assert first.endswith("chromium fonts-liberation")
    assert second.startswith("update")


@pytest.mark.parametrize(
    ("scripts", "told"),
    [
        ({"id": "echo 0"}, "no apt-get"),
        ({"id": "echo 1000", "apt-get": ""}, "no sudo"),
        ({"id": "echo 0", "apt-get": "exit 100"}, "could not install"),
        ({"id": "echo 1000", "apt-get": "", "sudo": "exit 1"}, "could not install"),
    ],
)
def test_whoever_cannot_install_is_told_what_is_missing(
    tmp_path: Path, scripts: dict[str, str], told: str
) -> None:
    done = run(tmp_path, **scripts)
    assert done.returncode == 1
    assert told in done.stderr
    assert "apt-get install chromium fonts-liberation postgresql" in done.stderr

"""All figures of the project in one run: `make bench`.

    python -m tests.bench [--data DIR] [--forms 200] [--write docs/benchmarks.md]

Runs every script of this folder, shows what it prints, and writes the table with date, commit and
machine. A script that fails, or finds no data, makes the whole run fail: no figure is skipped.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Section:
    """One script with what it measures."""

    title: str
    words: tuple[str, ...]


def sections(data: Path, forms: int) -> list[Section]:
    """List what is measured, in the order of the issue's figures."""
    here = ["--data", str(data)]
    trip = "tests/bench/round_trip.py"
    return [
        Section("Characters", ("tests/bench/characters.py", *here)),
        Section("Ticks", ("tests/bench/ticks.py", *here)),
        Section("Round trip at L1", (trip, *here, "--forms", str(forms))),
        Section("Round trip at L2", (trip, *here, "--forms", str(forms // 5), "--level", "L2")),
        Section("Printing", ("tests/bench/print_speed.py",)),
        Section("Placing a page", ("tests/bench/placing.py",)),
        Section("Reading a page", ("tests/bench/page_cost.py",)),
    ]


def run(section: Section) -> tuple[int, str, float]:
    """Run a script; return exit code, what it printed, and wall seconds."""
    began = time.monotonic()
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(  # noqa: S603 - our own scripts
        [sys.executable, *section.words],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, time.monotonic() - began


def git(*words: str) -> str:
    """Return what git says, "" outside a checkout."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.stdout.strip()


def heading() -> list[str]:
    """Say when, of what and on what this was measured."""
    changed = " (with uncommitted changes)" if git("status", "--porcelain") else ""
    model = next(
        (line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")),
        platform.machine(),
    )
    return [
        "# Benchmarks",
        "",
        "Made by `make bench`; do not edit. Rates are per what the line says, bounds 95 %.",
        "",
        f"- Date: {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC",
        f"- Commit: {git('rev-parse', '--short', 'HEAD')}{changed}",
        f"- Machine: {model}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "",
    ]


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8").splitlines() if path.exists() else []


def main() -> int:
    """Run all sections; return 0 only if each of them met its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--forms", type=int, default=200)
    parser.add_argument("--write", type=Path, help="Markdown file to write")
    options = parser.parse_args()
    if not (options.data / "dev").is_dir():
        print(f"No handwriting at {options.data}: name its folder with --data.", file=sys.stderr)
        return 2
    lines, failed = heading(), []
    for section in sections(options.data.resolve(), options.forms):
        print(f"== {section.title}", flush=True)
        code, output, seconds = run(section)
        print(output, flush=True)
        verdict = "met" if code == 0 else f"NOT met (exit {code})"
        failed += [section.title] if code else []
        command = " ".join(["python", *section.words]).replace(str(options.data.resolve()), "DATA")
        lines += [f"## {section.title}", "", f"`{command}`: targets {verdict}, {seconds:.0f} s", ""]
        lines += ["```", output.rstrip(), "```", ""]
    if options.write:
        options.write.write_text("\n".join(lines), "utf-8")
    if failed:
        print("Missed or failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

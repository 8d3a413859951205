"""All figures of the project in one run: `make bench`.

    python -m tests.bench [--data DIR] [--forms 200] [--dense 620] [--write docs/benchmarks.md]

Runs every script of this folder, shows what it prints, and writes the table with date, commit and
machine. A script that fails, or finds no data, makes the whole run fail: no figure is skipped.
Round trips at L1 are kept until they have been judged together: an ordinary mix, and forms with a
hundred written fields, so many that 46,000 written fields and 230,000 tick boxes are read. Fewer
forms say less, and the run then says which volume was missed. `--sheets DIR` draws what was read
badly; the writers' characters are not ours to publish, so such a sheet stays out of the project.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
import tempfile
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


def sections(
    data: Path, forms: int, dense: int, kept: Path, sheets: Path | None = None
) -> list[Section]:
    """List what is measured, in the order of the issue's figures.

    Args:
        data: folder of handwriting.
        forms: forms of the ordinary mix at L1; a fifth of them at L2 and L3.
        dense: forms of old lists.
        kept: where round trips are kept.
        sheets: where failing snips are drawn.
    """
    here = ["--data", str(data)]
    trip = "tests/bench/round_trip.py"
    mixed, full = str(kept / "ordinary"), str(kept / "dense")
    few = ("--forms", str(max(forms // 5, 1)))
    drawn = [
        Section(f"Failing snips, {Path(keep).name}", ("tests/bench/failing.py", keep, "--out", out))
        for keep in (mixed, full)
        for out in ([str(sheets / f"{Path(keep).name}.png")] if sheets else [])
    ]
    return [
        Section("Characters", ("tests/bench/characters.py", *here)),
        Section("Characters by condition", ("tests/bench/conditions.py", *here)),
        Section("Ticks", ("tests/bench/ticks.py", *here)),
        Section("Round trip at L1", (trip, *here, "--forms", str(forms), "--keep", mixed)),
        Section(
            "Round trip at L1, dense",
            (trip, *here, "--dense", "--forms", str(dense), "--seed", "20262", "--keep", full),
        ),
        Section("Round trips at L1 together", (trip, "--compare-only", mixed, full, "--enough")),
        *drawn,
        Section("Round trip at L2", (trip, *here, *few, "--level", "L2")),
        Section("Round trip at L3", (trip, *here, *few, "--level", "L3")),
        Section("Printing", ("tests/bench/print_speed.py",)),
        Section("Placing a page", ("tests/bench/placing.py",)),
        Section("Kinds of damage", ("tests/bench/degradations.py", *here)),
        Section(
            "Forms that PAPI did not print",
            ("tests/bench/foreign_forms.py", "--pages", "2", "--data", str(data / "train")),
        ),
        Section("Reading a page", ("tests/bench/page_cost.py",)),
        Section("Where a page's time goes", ("tests/bench/stage_profile.py",)),
        Section("Where a 1-bit page's time goes", ("tests/bench/stage_profile.py", "--kind", "g4")),
        Section("Ingesting from end to end", ("tests/bench/ingest_cost.py",)),
        Section("Keying from image", ("tests/bench/typist.py",)),
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


def measure(section: Section, known: dict[str, str]) -> tuple[list[str], bool]:
    """Run a script and show it; return its part of the document and whether it met its figures.

    Args:
        section: what to run.
        known: folders of this machine and the words that stand for them.
    """
    print(f"== {section.title}", flush=True)
    code, output, seconds = run(section)
    print(output, flush=True)
    command = " ".join(["python", *section.words])
    for folder, word in known.items():
        command, output = command.replace(folder, word), output.replace(folder, word)
    verdict = "met" if code == 0 else f"NOT met (exit {code})"
    head = [f"## {section.title}", "", f"`{command}`: targets {verdict}, {seconds:.0f} s", ""]
    return [*head, "```", output.rstrip(), "```", ""], code == 0


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
    parser.add_argument("--dense", type=int, default=620)
    parser.add_argument("--sheets", type=Path, help="folder for pictures of what was read badly")
    parser.add_argument("--write", type=Path, help="Markdown file to write")
    options = parser.parse_args()
    if not list((options.data / "dev").glob("unipen_*_strokes.npz")):
        print(f"No handwriting at {options.data}: name its folder with --data.", file=sys.stderr)
        return 1
    if options.sheets:
        options.sheets = options.sheets.resolve()
        options.sheets.mkdir(parents=True, exist_ok=True)
    lines, failed = heading(), []
    with tempfile.TemporaryDirectory() as scratch:
        known = {str(options.data.resolve()): "DATA", scratch: "KEEP"}
        for section in sections(
            options.data.resolve(), options.forms, options.dense, Path(scratch), options.sheets
        ):
            said, met = measure(section, known)
            lines += said
            failed += [] if met else [section.title]
    if options.write:
        options.write.write_text("\n".join(lines), "utf-8")
    if failed:
        print("Missed or failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""How right reading is: printed forms filled with real characters, scanned, read, compared.

    python tests/bench/round_trip.py [--forms 200] [--level L1] [--data DIR] [--jobs 2] [--out FILE]

Works through the command line alone: init, prelist import, print, ingest, export. Characters come
from the folder of --data (or PAPI_DATA; its `dev` part if there is one); without one they are our
own skeletons, and the figures say so. Writers differ from form to form, so bounds come from the
larger of an exact Poisson bound and a bootstrap over forms. Exit 1 if a target at L1 is missed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from papi.model.layout import Layout
from papi.synth.batch import form_jobs, make_batch, read_manifest
from papi.synth.population import invent_round, prelist_rows, write_prelist
from papi.synth.scan_settings import LEVELS
from papi.synth.sources import CharacterSource, DataSource, SkeletonSource
from papi.synth.villages import some_villages
from papi.synth.visits import Season, Visit
from papi.training.sources import is_held_out

sys.path.insert(0, str(Path(__file__).parent))
from round_trip_score import compare, report_lines, targets_missed

DISTRICTS = ("320112", "330405", "340411", "520101")
"""Sub-districts of four provinces; three villages of each."""
FORMS = ("verivali-rt", "verivali-ppks")
SHARE_OF_HOUSEHOLDS = 0.6


def papi(workspace: Path, *words: str, allowed: tuple[int, ...] = (0,)) -> str:
    """Run a command and return its stdout; its stderr passes through."""
    command = [sys.executable, "-m", "papi.cli", "--workspace", str(workspace), *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode not in allowed:
        raise SystemExit(f"papi {' '.join(words)}: exit {done.returncode}")
    return done.stdout


def characters(folder: str, *, held_out: bool) -> tuple[CharacterSource, str]:
    """Return the source of characters and its name for the report."""
    given = Path(folder or os.environ.get("PAPI_DATA", ""))
    part = "train" if held_out else "dev"
    places = [given / part, given, Path("../shared/data") / part] if str(given) != "." else []
    places = places or [Path("../shared/data") / part]
    for place in places:
        if list(place.glob("unipen_*_strokes.npz")) and held_out:
            return DataSource(place, takes_part=is_held_out), "train writers held out of training"
        if list(place.glob("unipen_*_strokes.npz")):
            return DataSource(place), f"real characters ({place.name})"
    return SkeletonSource(), "own skeletons"


def print_round(workspace: Path, folder: Path, visits: list[Visit]) -> None:
    """Import the pre-lists and print all forms below `folder`."""
    for form in FORMS:
        table = folder / f"{form}.csv"
        write_prelist(prelist_rows(visits, form), form, table)
        papi(workspace, "prelist", "import", str(table), "--form", form)
        papi(workspace, "print", "--form", form, "--out", str(folder / form))


def scan_round(
    workspace: Path, folder: Path, visits: list[Visit], options: argparse.Namespace
) -> Path:
    """Fill and scan what was printed; return the folder of scans with its truth.json."""
    layouts = {form: Layout.model_validate_json(papi(workspace, "layout", form)) for form in FORMS}
    jobs = []
    for form in FORMS:
        printed = folder / form
        jobs += form_jobs(read_manifest(printed / "manifest.csv"), printed, visits)
    scans = folder / "scans"
    make_batch(
        jobs,
        layouts,
        scans,
        level=options.level,
        seed=options.seed,
        source=options.source,
        workers=options.jobs,
        progress=lambda done: print(f"\rfilled {done}/{len(jobs)} ", end="", file=sys.stderr),
    )
    print(file=sys.stderr)
    (folder / "layouts.json").write_text(
        json.dumps({form: layout.to_json() for form, layout in layouts.items()}), encoding="utf-8"
    )
    return scans


def read_round(workspace: Path, folder: Path, scans: Path, jobs: int) -> float:
    """Ingest the scans and export readings and pages; return wall seconds of reading."""
    files = [str(path) for path in sorted(scans.iterdir()) if path.suffix != ".json"]
    started = time.monotonic()
    papi(workspace, "ingest", *files, "--engine", "processes", "--jobs", str(jobs), allowed=(0, 1))
    seconds = time.monotonic() - started
    for table in ("readings", "pages"):
        papi(workspace, "export", table, "--out", str(folder / f"{table}.csv"))
    return seconds


def run(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Do everything; return the report."""
    workspace = folder / "workspace"
    season = Season.before(dt.date.today())
    households = round(options.forms * SHARE_OF_HOUSEHOLDS)
    villages = [v.code for district in DISTRICTS for v in some_villages(district, 3)]
    visits = invent_round(
        options.seed,
        households=households,
        persons=options.forms - households,
        villages=villages,
        season=season,
    )
    papi(workspace, "init", str(workspace))
    print_round(workspace, folder, visits)
    scans = scan_round(workspace, folder, visits, options)
    seconds = read_round(workspace, folder, scans, options.jobs)
    report = compare(folder)
    report |= {
        "level": options.level,
        "seed": options.seed,
        "forms": options.forms,
        "characters": options.characters,
        "ingest_wall_s": round(seconds, 1),
    }
    return report


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--forms", type=int, default=200)
    parser.add_argument("--level", choices=LEVELS, default="L1")
    parser.add_argument("--seed", type=int, default=20261)
    parser.add_argument("--data", default="", help="folder of characters; default PAPI_DATA")
    parser.add_argument(
        "--held-out",
        action="store_true",
        help="use the train writers that took no part in training: thresholds are chosen on them",
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, help="write the report as JSON")
    parser.add_argument("--keep", type=Path, help="work in this folder and keep it")
    parser.add_argument("--compare-only", type=Path, help="score an earlier --keep folder again")
    options = parser.parse_args()
    if options.compare_only:
        report = compare(options.compare_only)
    else:
        options.source, options.characters = characters(options.data, held_out=options.held_out)
        with tempfile.TemporaryDirectory() as scratch:
            folder = options.keep or Path(scratch)
            folder.mkdir(parents=True, exist_ok=True)
            report = run(options, folder)
    print("\n".join(report_lines(report)))
    if options.out:
        options.out.write_text(json.dumps(report, indent=1), encoding="utf-8")
    missed = targets_missed(report) if options.level == "L1" else []
    print("\n".join(f"MISSED {line}" for line in missed), file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())

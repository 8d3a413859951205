"""`papi watch DIR`."""

from __future__ import annotations

import datetime as dt
import signal
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from papi.cli.common import pass_settings, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE, InputUnreadable

if TYPE_CHECKING:
    from papi.office.ingesting import IngestResult
    from papi.office.watching import Told, Trouble, Watcher

SHOWN = 10
_TICK_SECONDS = 0.2
_BEGAN = {
    "away": "{} cannot be read (unmounted?): waiting until it is back.",
    "full": "{} Waiting for room.",
    "busy": "{} Waiting.",
    "closed": "Cannot be read, trying again: {}",
    "stalled": "Not complete, and unchanged for ten minutes: taken in as it is: {}",
    "withdrawn": "Left alone, their batch was withdrawn (`papi ingest` takes them in again): {}",
    "move": "Taken in, but cannot be moved yet: {}",
}
_OVER = {
    "away": "The folder is back.",
    "full": "There is room again.",
    "busy": "The workspace is free again.",
    "closed": "Everything can be read again.",
    "stalled": "",
    "withdrawn": "",
    "move": "Everything is moved.",
}


class _Stop:
    """Ctrl-C or SIGTERM: once ends after the pages in hand, twice ends at once."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> _Stop:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def __call__(self) -> bool:
        return self.asked

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond being asked to stop."""
        end = time.monotonic() + seconds
        while not self.asked and (rest := end - time.monotonic()) > 0:
            time.sleep(min(rest, _TICK_SECONDS))


@click.command("watch")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--engine", type=click.Choice(["serial", "processes", "dask"]), help="Where to read.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Workers (default: one per core)."
)
@click.option(
    "--interval",
    type=click.FloatRange(0.2),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="Between two looks at DIR.",
)
@click.option(
    "--settle",
    type=click.FloatRange(0),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a file must stay unchanged.",
)
@click.option(
    "--move-to",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR2",
    help="Move files there once they are taken in (default: leave them, they are known).",
)
@click.option("--once", is_flag=True, help="Take in what is complete now, then end.")
@pass_settings
def command(  # noqa: PLR0917 - click gives keywords
    settings: CliSettings,
    folder: Path,
    engine: str | None,
    jobs: int | None,
    interval: float,
    settle: float,
    move_to: Path | None,
    once: bool,
) -> int:
    """Read scans as they appear in DIR, until Ctrl-C. One line for each batch.

    Files that are still being written are left alone. A full disk, a locked workspace or a folder
    that is away is waited for. Started again after a crash, it goes on where it was.
    """
    workspace = settings.open()
    from papi.cli.scanner_warnings import tell_warning  # noqa: PLC0415
    from papi.model.recipe import load_recipe  # noqa: PLC0415
    from papi.office.batch_watch import BatchWatch  # noqa: PLC0415
    from papi.office.watching import Watcher, WatchOrder  # noqa: PLC0415
    from papi.pipeline.engines import Engine  # noqa: PLC0415

    if not folder.is_dir():
        raise InputUnreadable(f"{folder} is no folder that can be read.")
    order = WatchOrder(
        folder,
        Engine(engine) if engine else None,
        jobs,
        interval,
        settle,
        move_to,
        BatchWatch(tell_warning),
    )
    recipe = load_recipe(workspace.recipe)
    with _Stop() as stop:
        watcher = Watcher(workspace, recipe, order, _told(), stop, stop.sleep)
        left = _watch_once(watcher) if once else _watch(watcher, folder)
    return EXIT_ATTENTION if left or watcher.problems else EXIT_DONE


def _watch_once(watcher: Watcher) -> int:
    """Return how many files are left."""
    left = watcher.run_once()
    for path in left[:SHOWN]:
        warn(f"{path.name}: not taken in yet; run the same command again.")
    return len(left)


def _watch(watcher: Watcher, folder: Path) -> int:
    warn(f"Watching {folder}. Ctrl-C ends it after the pages in hand.")
    watcher.run()
    warn("Ended. Started again, it goes on.")
    return 0


def _told() -> Told:
    from papi.office.watching import Told  # noqa: PLC0415

    return Told(_show_batch, _show_trouble, _show_over)


def _show_batch(files: int, result: IngestResult) -> None:
    """One line: when, batch, files, pages by state. Problems go to stderr."""
    from papi.office.messages import explain  # noqa: PLC0415

    pages = ", ".join(f"{count} {status}" for status, count in result.pages.items()) or "no page"
    batch = f"batch {result.batch}" if result.batch is not None else "known batch"
    click.echo(f"{_now()}\t{batch}\t{files} file(s)\t{pages}")
    for problem in result.problems[:SHOWN]:
        reason = explain(problem.reason) if problem.reason else ""
        warn(f"  {problem.source} #{problem.index + 1}: {problem.status.value}: {reason}")
    if len(result.problems) > SHOWN:
        warn(f"  ... and {len(result.problems) - SHOWN} more; see `papi status`.")


def _show_trouble(trouble: Trouble, detail: str) -> None:
    warn(f"{_now()} {_BEGAN[trouble.value].format(detail)}")


def _show_over(trouble: Trouble) -> None:
    if _OVER[trouble.value]:
        warn(f"{_now()} {_OVER[trouble.value]}")


def _now() -> str:
    return dt.datetime.now().isoformat(timespec="seconds")

"""`papi train`: remake the networks from handwriting."""

from __future__ import annotations

from pathlib import Path

import click

from papi.cli.common import data_option, warn
from papi.errors import EXIT_DONE, UsageError

ADVICE = 'Install the training tools with `pip install "papi[train]"`.'


@click.command("train")
@data_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Where the networks and their cards go.",
)
@click.option(
    "--only", type=click.Choice(["characters", "ticks"]), help="Train one network (default: both)."
)
@click.option("--quick", is_flag=True, help="A few minutes, to see that it works.")
@click.option("--steps", type=click.IntRange(1), help="Batches of the character network.")
@click.option(
    "--resolved",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Snips that clerks keyed, to train on as well; may be given more than once.",
)
def command(  # noqa: PLR0917 - click passes options by name
    data: Path,
    out: Path,
    only: str | None,
    quick: bool,
    steps: int | None,
    resolved: tuple[Path, ...],
) -> int:
    """Train the networks that read characters and ticks, with their model cards.

    The same data, seed and machine give the same networks.
    """
    require_training_tools()
    if only != "ticks":
        _train_characters(data, out, quick, steps, resolved)
    if only != "characters":
        _train_ticks(data, out, quick)
    return EXIT_DONE


def require_training_tools() -> None:
    """Say what to install when the extra is missing.

    Raises:
        UsageError: torch or onnx is not installed.
    """
    try:
        import onnx  # noqa: F401, PLC0415
        import torch  # noqa: F401, PLC0415
    except ImportError as error:
        raise UsageError(f"training needs the package {error.name}", ADVICE) from error


def _train_characters(
    data: Path, out: Path, quick: bool, steps: int | None, resolved: tuple[Path, ...]
) -> None:
    from dataclasses import replace  # noqa: PLC0415

    from papi.training.train import FULL, QUICK, train  # noqa: PLC0415

    plan = QUICK if quick else FULL
    if steps:
        plan = replace(plan, recipe=replace(plan.recipe, steps=steps))
    train(data, out, plan, warn, resolved)


def _train_ticks(data: Path, out: Path, quick: bool) -> None:
    from papi.training.ticks import train_ticks  # noqa: PLC0415

    out.mkdir(parents=True, exist_ok=True)
    train_ticks(data, out, **({"count": 8000, "epochs": 2} if quick else {}))

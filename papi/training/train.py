"""Train: from a folder of handwriting to a network with its card, in one call.

Knows the order: load, write variants, fit, export, calibrate, judge, card. Must not know a detail
of any of them. Seeds are fixed: the same data and recipe give the same network on one machine.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import papi
from papi.reading.characters import CharacterReader
from papi.reading.models import HEADS, MODEL_NAME
from papi.training.calibrate import calibrate, source_weights
from papi.training.card import card_document, write_card
from papi.training.evaluate import Judged, judge_reader
from papi.training.export import export_onnx, quantise, run_onnx, sha256_of
from papi.training.fit import Recipe, fit, group_names
from papi.training.network import CharacterNetwork, count_mmac
from papi.training.pool import Pool, build_pool
from papi.training.resolved import file_sha256
from papi.training.resolved_pool import SOURCE, resolved_pool
from papi.training.settle import Settling, settle
from papi.training.sources import TRAIN_FILES, load_train

Report = Callable[[str], None]

MOST_LABELS_CHANGED = {"digit": 0.001, "capital": 0.001, "code": 0.0015}
"""int8 is kept when at most this share of held-out labels differs from float32, by head. Codes are
letters and digits together: O and 0, I and 1 are a coin's toss in float32, too."""
TESTED = 20000
"""Held-out characters that are compared: 0.1 % of them are 20."""
SETTLING_CHARACTERS = 60000
LONGER = 3
"""How much longer the second attempt lasts, where the first changes too many labels."""
RESOLVED_PASSES, RESOLVED_SHARE = 60, 0.15
"""Each resolved snip is shown about 60 times, as often as a character of the other sources in all
its variants; but never do they take more than this share of the training."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is made and trained.

    Attributes:
        variants: (in boxes, plain) by group of characters.
        scrawls: number of each kind of scrawl.
        recipe: of the fit.
        seed: of the pool.
        workers: processes that make the pool.
        every: use every n-th character only.
        settling: for int8.
    """

    variants: dict[str, tuple[int, int]]
    scrawls: int
    recipe: Recipe = field(default_factory=Recipe)
    seed: int = 12
    workers: int = 2
    every: int = 1
    settling: Settling = field(default_factory=Settling)


FULL = Plan(
    variants={
        "mnist": (2, 1),
        "usps": (7, 1),
        "sd19": (7, 1),
        "unipen_digit": (7, 5),
        "unipen_capital": (9, 5),
        "unipen_mark": (4, 0),
    },
    scrawls=9600,
)
"""About 700,000 variants, 10 minutes on two cores; then the fit."""
QUICK = Plan(
    variants=dict.fromkeys(FULL.variants, (1, 1)),
    scrawls=192,
    recipe=Recipe(steps=200),
    every=15,
    settling=Settling(steps=20),
)
"""To see that everything works; not a model to use."""


def train(
    data: Path, out: Path, plan: Plan, report: Report, resolved: Sequence[Path] = ()
) -> list[Judged]:
    """Train the character network and write it with its card below `out`.

    Args:
        data: the folder with train/ and dev/.
        out: where characters.onnx, characters.json and characters.md go.
        plan: how much.
        report: one line of progress.
        resolved: files of snips that clerks keyed, mixed in as a source of their own.

    Returns:
        The judged benchmarks of dev.

    Raises:
        InputUnreadable: the data folder or a file of resolved snips cannot be used.
    """
    keyed = resolved_pool(resolved) if resolved else None
    characters = load_train(data)[:: plan.every]
    report(f"{len(characters)} characters; writing variants in boxes")
    pool = build_pool(characters, plan.variants, plan.scrawls, seed=plan.seed, workers=plan.workers)
    if keyed is not None:
        report(f"{len(keyed.inputs)} resolved snips of {len(np.unique(keyed.writer))} writers")
        pool = Pool.joined([pool, keyed])
        plan = replace(plan, recipe=with_resolved(plan.recipe, int((~keyed.held_out).sum())))
    report(f"{len(pool.inputs)} variants; training")
    network = fit(pool, plan.recipe, report)
    training = training_record(data, plan, pool, resolved)
    return finish(
        network,
        pool,
        data=data,
        out=out,
        training=training,
        report=report,
        settling=plan.settling,
    )


def with_resolved(recipe: Recipe, count: int) -> Recipe:
    """Give `count` resolved snips their share of the batches."""
    share = min(RESOLVED_SHARE, RESOLVED_PASSES * count / (recipe.steps * recipe.batch))
    rest = [(name, value * (1 - share)) for name, value in recipe.shares]
    return replace(recipe, shares=(*rest, (SOURCE, share)))


def training_record(
    data: Path, plan: Plan, pool: Pool, resolved: Sequence[Path] = ()
) -> dict[str, Any]:
    """Say what it takes to train the same network again: for the card."""
    names, counts = np.unique(group_names(pool), return_counts=True)
    return {
        **asdict(plan),
        "code": papi.__version__,
        "torch": torch.__version__,
        "variants_made": dict(zip(names.tolist(), counts.tolist(), strict=True)),
        "held_out": int(pool.held_out.sum()),
        "files": {
            f"{name}.npz": file_sha256(data / "train" / f"{name}.npz") for name in TRAIN_FILES
        },
        "resolved": [file_sha256(path) for path in resolved],
    }


def finish(
    network: CharacterNetwork,
    pool: Pool,
    *,
    data: Path,
    out: Path,
    training: dict[str, Any],
    report: Report,
    settling: Settling | None = None,
) -> list[Judged]:
    """Export, calibrate, judge and describe a trained network."""
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    held = _held_out(pool)
    target = out / f"{MODEL_NAME}.onnx"
    precision, changed = _export(network, pool, target, report, settling or Settling())
    logits = run_onnx(target, *_tensors(pool, held))
    scaling = calibrate(logits, pool.labels[held], source_weights(group_names(pool)[held]))
    for head, chosen in scaling.items():
        report(f"{head}: temperature {chosen.temperature:.2f}, floor {chosen.floor:g}")

    def card(figures: dict[str, Any]) -> None:
        document = card_document(
            network=target.name,
            sha256=sha256_of(target),
            precision=precision,
            scaling=scaling,
            mmac=count_mmac(network),
            training=training,
            figures=figures,
            size=target.stat().st_size,
            labels_changed=changed,
        )
        write_card(out, MODEL_NAME, document)

    card({})
    reader = CharacterReader.load(out)
    judged, figures = judge_reader(reader, data, report)
    card(figures)
    return judged


def _held_out(pool: Pool) -> NDArray[np.intp]:
    """Rows of held-out writers: everything in boxes, and the plain ones."""
    return np.flatnonzero(pool.held_out)


def _tensors(pool: Pool, rows: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    inputs = pool.inputs[rows, None].astype(np.float32) / np.float32(255)
    return inputs, pool.extras[rows]


def _export(
    network: CharacterNetwork, pool: Pool, target: Path, report: Report, settling: Settling
) -> tuple[str, dict[str, float]]:
    """Write int8 if its labels agree with float32 on held-out writers, else float32.

    Returns:
        What was written, and the share of labels int8 changes in each head.
    """
    rng = np.random.default_rng(0)
    train_rows = np.flatnonzero(~pool.held_out)
    chosen = rng.choice(train_rows, min(SETTLING_CHARACTERS, len(train_rows)), replace=False)
    tested = rng.permutation(_held_out(pool))[:TESTED]
    some = torch.from_numpy(pool.inputs[chosen]), torch.from_numpy(pool.extras[chosen])
    seen = _tensors(pool, tested)
    with tempfile.TemporaryDirectory() as folder:
        exact, small = Path(folder) / "float32.onnx", Path(folder) / "int8.onnx"
        export_onnx(network, exact)
        logits = run_onnx(exact, *seen)
        for attempt in (1, LONGER):
            quantise(
                settle(network, *some, replace(settling, steps=attempt * settling.steps)), small
            )
            shares = labels_changed(logits, run_onnx(small, *seen), pool, tested)
            changed = dict(zip(HEADS, shares, strict=True))
            parts = ", ".join(f"{head} {100 * share:.3f} %" for head, share in changed.items())
            report(f"int8 against float32, labels changed: {parts}")
            use_int8 = all(changed[head] <= most for head, most in MOST_LABELS_CHANGED.items())
            if use_int8:
                break
        shutil.copyfile(small if use_int8 else exact, target)
    return "int8" if use_int8 else "float32", changed


def labels_changed(
    first: list[NDArray[np.float32]],
    second: list[NDArray[np.float32]],
    pool: Pool,
    rows: NDArray[np.intp],
) -> list[float]:
    """Share of characters, per head, whose best class differs (where the head has a label)."""
    shares = []
    for number, (a, b) in enumerate(zip(first, second, strict=True)):
        known = pool.labels[rows, number] >= 0
        shares.append(float((a.argmax(axis=1) != b.argmax(axis=1))[known].mean()))
    return shares

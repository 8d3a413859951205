"""Fit: train the network on a pool, keep the moving average of its weights.

Knows optimisation and cheap augmentation. Must not know where characters come from.
"""

from __future__ import annotations

import copy
import math
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed, nn
from torch.nn import functional

from papi.model.evidence import JUNK
from papi.reading.models import HEADS
from papi.reading.normalise import NEUTRAL
from papi.training.network import CharacterNetwork
from papi.training.pool import IGNORE, Pool

Report = Callable[[str], None]
RESULT = "network.pt"
FIRST_LETTER, NATURAL = 10, 36
"""Classes of the code head: digits, then letters, then what is neither."""
SHARE_EVERY = 10
"""Steps between two exchanges: at every step, processes mostly wait for each other."""
HEAD_WEIGHTS = (1.0, 1.0, 0.5)
"""Loss weights of digit, capital and code heads."""
LETTERS_AS_JUNK = 0.3
"""Share of letters that teach the digit head what is no digit: people seldom write letters into
digit boxes, and a head that sees as many letters as digits takes an 8 with an open loop for a P."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train: `steps` batches of `batch` characters, shared by `workers` processes.

    Twice the steps were tried (48,000: 12 million characters): on 300 dense forms by held-out
    writers 91.2 % of fields then were above 0.95 and 33 of them wrong, where a network of 7 million
    characters had 89.5 % and 17. It learns its writers by heart.
    """

    steps: int = 24000
    batch: int = 256
    rate: float = 2e-3
    weight_decay: float = 2e-2
    smoothing: float = 0.0
    ema: float = 0.998
    warm_up: int = 150
    seed: int = 1
    workers: int = 2
    shares: tuple[tuple[str, float], ...] = (
        ("mnist", 0.13),
        ("mnist plain", 0.12),
        ("usps", 0.05),
        ("usps plain", 0.06),
        ("unipen digit", 0.10),
        ("unipen digit plain", 0.07),
        ("unipen capital", 0.22),
        ("unipen capital plain", 0.12),
        ("sd19", 0.03),
        ("sd19 plain", 0.02),
        ("mark", 0.03),
        ("scrawl", 0.05),
    )


def fit(pool: Pool, recipe: Recipe, report: Report) -> CharacterNetwork:
    """Train on the part of `pool` that is not held out; return the averaged network.

    Every worker is a process of one thread: threads that wait for each other waste half of a
    machine that does anything else.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / RESULT
        context = multiprocessing.get_context("fork")
        workers = [
            context.Process(target=_work, args=(pool, recipe, rank, Path(folder), report))
            for rank in range(recipe.workers)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if any(worker.exitcode for worker in workers):
            raise RuntimeError("training stopped: a worker failed")
        network = CharacterNetwork()
        network.load_state_dict(torch.load(result))
    return network.eval()


def _work(pool: Pool, recipe: Recipe, rank: int, folder: Path, report: Report) -> None:
    """Train in one of several processes that average their weights."""
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=f"file://{folder / 'meeting'}", rank=rank, world_size=recipe.workers
    )
    averaged = _train(pool, recipe, rank, report)
    if rank == 0:
        torch.save(averaged.state_dict(), folder / RESULT)
    distributed.destroy_process_group()


def _train(pool: Pool, recipe: Recipe, rank: int, report: Report) -> CharacterNetwork:
    """The loop itself; the same weights to begin with in every process."""
    torch.manual_seed(recipe.seed)
    network = CharacterNetwork()
    averaged = copy.deepcopy(network)
    torch.manual_seed(recipe.seed * 1000 + rank)
    optimiser = torch.optim.AdamW(
        _groups(network, recipe.weight_decay), lr=recipe.rate, betas=(0.9, 0.98)
    )
    picker = Picker(pool, recipe, np.random.default_rng([recipe.seed, rank]))
    started, running = time.monotonic(), 0.0
    network.train()
    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * _rate(step, recipe)
        inputs, extras, labels = picker.batch()
        with torch.autocast("cpu", torch.bfloat16):
            outputs = network(inputs, extras)
        loss = loss_of(outputs, labels, recipe.smoothing)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        if (step + 1) % SHARE_EVERY == 0:
            _share_weights(network, recipe.workers)
        if rank == 0:
            _average(averaged, network, min(recipe.ema, (step + 1) / (step + 10)))
            running = 0.98 * running + 0.02 * loss.item() if step else loss.item()
            if (step + 1) % 100 == 0:
                rate = (step + 1) * recipe.batch / (time.monotonic() - started)
                report(f"step {step + 1}/{recipe.steps} loss {running:.4f} {rate:.0f} characters/s")
    return averaged


@torch.no_grad()
def _share_weights(network: nn.Module, workers: int) -> None:
    """Average the weights of all processes in one exchange."""
    if workers == 1:
        return
    tensors = [t for t in network.state_dict().values() if t.dtype.is_floating_point]
    flat = torch.cat([t.flatten() for t in tensors])
    distributed.all_reduce(flat)
    flat /= workers
    for tensor, part in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
        tensor.copy_(part.view_as(tensor))


def loss_of(outputs: tuple[Tensor, ...], labels: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy of each head over the characters it knows the label of."""
    total = torch.zeros(())
    for number, logits in enumerate(outputs):
        known = labels[:, number] >= 0
        if not bool(known.any()):
            continue
        loss = functional.cross_entropy(
            logits[known].float(), labels[known, number], label_smoothing=smoothing, reduction="sum"
        )
        total = total + HEAD_WEIGHTS[number] * loss / len(labels)
    return total


class Picker:
    """Draws augmented batches with fixed shares of each source."""

    def __init__(self, pool: Pool, recipe: Recipe, rng: np.random.Generator) -> None:
        self.pool, self.recipe, self.rng = pool, recipe, rng
        names = group_names(pool)
        usable = ~pool.held_out
        self.members = [np.flatnonzero((names == name) & usable) for name, _ in recipe.shares]
        shares = np.array([share for _, share in recipe.shares])
        shares = shares * [len(m) > 0 for m in self.members]
        batch = recipe.batch // recipe.workers
        self.counts = np.floor(shares / shares.sum() * batch).astype(int)
        self.counts[0] += batch - self.counts.sum()
        self.queues: list[NDArray[np.int64]] = [np.zeros(0, np.int64) for _ in self.members]

    def batch(self) -> tuple[Tensor, Tensor, Tensor]:
        """Next batch: inputs (N, 1, 32, 32) channels last, extras (N, 4), labels (N, heads)."""
        rows = np.concatenate([self._draw(i) for i in range(len(self.members))])
        inputs = torch.from_numpy(self.pool.inputs[rows]).float().div_(255)[:, None]
        extras = torch.from_numpy(self.pool.extras[rows].copy())
        unknown = torch.rand(len(rows)) < 0.15
        boxed = torch.from_numpy(self.pool.boxed[rows])
        natural = torch.from_numpy(hideable(self.pool.labels[rows]))
        extras[unknown & boxed & natural] = torch.tensor(NEUTRAL)
        extras += 0.03 * torch.randn_like(extras)
        labels = torch.from_numpy(self.pool.labels[rows].astype(np.int64))
        silent = torch.rand(len(rows)) >= LETTERS_AS_JUNK
        labels[is_letter(labels) & silent, 0] = IGNORE
        return augmented(inputs).contiguous(memory_format=torch.channels_last), extras, labels

    def _draw(self, group: int) -> NDArray[np.int64]:
        count = int(self.counts[group])
        if not count:
            return np.zeros(0, np.int64)
        while len(self.queues[group]) < count:
            fresh = self.rng.permutation(self.members[group])
            self.queues[group] = np.concatenate([self.queues[group], fresh])
        rows, self.queues[group] = self.queues[group][:count], self.queues[group][count:]
        return rows


def is_letter(labels: Tensor) -> Tensor:
    """Rows of letters: no digit among the digits, a letter among the codes."""
    junk = HEADS["digit"].index(JUNK)
    return (labels[:, 0] == junk) & (labels[:, 2] >= FIRST_LETTER) & (labels[:, 2] < NATURAL)


def hideable(labels: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Characters whose size and place in the box may be hidden: plain digits and letters."""
    return np.asarray((labels[:, 2] >= 0) & (labels[:, 2] < NATURAL))


def group_names(pool: Pool) -> NDArray[np.str_]:
    """Name of the sampling group of each row."""
    names = np.full(len(pool.source), "scrawl", "U24")
    for source in ("mnist", "usps", "sd19", "resolved"):
        names[pool.source == source] = source
    unipen = pool.source == "unipen"
    code = pool.labels[:, 2]
    names[unipen] = "mark"
    names[unipen & (code >= 0) & (code < 10)] = "unipen digit"
    names[unipen & (code >= 10) & (code < 36)] = "unipen capital"
    plain = ~pool.boxed
    names[plain] = np.char.add(names[plain], " plain")
    return names


def augmented(inputs: Tensor) -> Tensor:
    """Affine and elastic distortion, stroke width and contrast, small erasures."""
    count = len(inputs)
    theta = torch.eye(2, 3).repeat(count, 1, 1)
    theta[:, :, :2] += 0.08 * torch.randn(count, 2, 2)
    theta[:, :, 2] = 0.06 * torch.randn(count, 2)
    grid = functional.affine_grid(theta, [count, 1, 32, 32], align_corners=False)
    coarse = 0.05 * torch.randn(count, 2, 5, 5)
    bend = functional.interpolate(coarse, (32, 32), mode="bicubic", align_corners=True)
    grid = grid + bend.permute(0, 2, 3, 1)
    out = functional.grid_sample(inputs, grid, align_corners=False)
    soft = functional.avg_pool2d(out, 3, stride=1, padding=1)
    thick = 0.35 * torch.randn(count, 1, 1, 1)
    out = torch.where(thick > 0, out + thick * soft, out + thick * (1 - soft) * out)
    gain = 1.0 + 0.15 * torch.randn(count, 1, 1, 1)
    return _erased((out * gain).clamp_(0, 1))


def _erased(inputs: Tensor) -> Tensor:
    """Blank a small square in one of eight characters: ink gaps."""
    count = len(inputs)
    place = torch.arange(32)
    corner = torch.randint(4, 26, (2, count, 1))
    side = torch.randint(2, 6, (count, 1))
    rows = (place >= corner[0]) & (place < corner[0] + side)
    columns = (place >= corner[1]) & (place < corner[1] + side)
    chosen = torch.rand(count, 1, 1) < 0.125
    hole = rows[:, :, None] & columns[:, None, :] & chosen
    return inputs.masked_fill(hole[:, None], 0.0)


def _groups(network: nn.Module, decay: float) -> list[dict[str, object]]:
    """Weights decay, biases and norms do not."""
    matrices = [p for p in network.parameters() if p.ndim > 1]
    vectors = [p for p in network.parameters() if p.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": decay},
        {"params": vectors, "weight_decay": 0.0},
    ]


def _rate(step: int, recipe: Recipe) -> float:
    """Linear warm-up, cosine to nothing."""
    if step < recipe.warm_up:
        return (step + 1) / recipe.warm_up
    done = (step - recipe.warm_up) / max(1, recipe.steps - recipe.warm_up)
    return 0.5 * (1 + math.cos(math.pi * done)) + 1e-3


@torch.no_grad()
def _average(averaged: nn.Module, network: nn.Module, keep: float) -> None:
    """Move the averaged weights and norms' statistics towards the network's."""
    for mean, value in zip(
        averaged.state_dict().values(), network.state_dict().values(), strict=True
    ):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - keep)
        else:
            mean.copy_(value)

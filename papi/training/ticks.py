"""Train, calibrate and judge the tick network; write it with its model card.

Knows drawn and real marks (training.marks) and torch. Must not be needed at run time.
One command remakes the model: `papi train --only ticks --data DIR --out DIR`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from papi.model.evidence import CANCELLED, DOUBTFUL, EMPTY, MARKED, TICK_STATES
from papi.reading.ticks import INPUT_SIDE, tick_inputs
from papi.training.mark_figures import TickSet, judge, softmax
from papi.training.mark_snips import REAL_STYLES, STATE_SHARES, MarkSource, draw_snips, real_marks
from papi.training.sources import is_held_out

CHUNK = 2000
FIELD_SHARES = {EMPTY: 0.68, MARKED: 0.305, CANCELLED: 0.007, DOUBTFUL: 0.008}
"""How often boxes on returned forms are in each state. Hard states are drawn far more often for
training; their logits are shifted back (Saerens et al. 2002, label shift). On the safe side: an
enumerator takes back about one answer in 300, and dirt or a slip of the pen is rarer still."""


class TickNet(nn.Module):
    """Six small convolutions, about 2 MMAC a box."""

    def __init__(self) -> None:
        super().__init__()

        def layer(inputs: int, outputs: int, stride: int) -> nn.Sequential:
            convolution = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
            return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())

        self.body = nn.Sequential(
            layer(1, 12, 2),
            layer(12, 16, 1),
            layer(16, 32, 2),
            layer(32, 32, 1),
            layer(32, 64, 2),
            layer(64, 64, 1),
        )
        self.head = nn.Linear(64 * 25, len(TICK_STATES))
        self.drop = nn.Dropout(0.2)

    def forward(self, snips: torch.Tensor) -> torch.Tensor:
        """Return logits (N, 4) of snips (N, 1, 40, 40)."""
        logits: torch.Tensor = self.head(self.drop(self.body(snips).flatten(1)))
        return logits


def _chunk(
    task: tuple[MarkSource, int, int],
) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[str]]:
    source, count, seed = task
    return draw_snips(count, source, seed)


def make_set(source: MarkSource, count: int, seed: int, jobs: int) -> TickSet:
    """Draw `count` snips (about 2 ms each on one core), the same for the same seed."""
    tasks = [(source, min(CHUNK, count - at), seed * 100_003 + at) for at in range(0, count, CHUNK)]
    with ProcessPoolExecutor(jobs) as pool:
        parts = list(pool.map(_chunk, tasks))
    return TickSet(
        np.concatenate([p[0] for p in parts]),
        np.concatenate([p[1] for p in parts]),
        [style for p in parts for style in p[2]],
    )


def fit(train: TickSet, *, epochs: int, seed: int, threads: int) -> TickNet:
    """Train with AdamW, one-cycle rate, mirrored copies; about 12 s an epoch for 100,000 snips."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    net = TickNet()
    inputs = torch.from_numpy(tick_inputs(train.snips)).half()
    states = torch.from_numpy(train.states)
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.02)
    batch = 256
    steps = epochs * (len(states) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    loss_of = nn.CrossEntropyLoss()
    for _ in range(epochs):
        for chosen in torch.randperm(len(states))[: len(states) // batch * batch].split(batch):
            snips = inputs[chosen].float()
            if torch.rand(()) < 0.5:
                snips = snips.flip(2 if torch.rand(()) < 0.5 else 3)
            loss = loss_of(net(snips), states[chosen])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
    return net.eval()


@torch.no_grad()
def logits_of(net: TickNet, snips: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return logits (N, 4) of snips."""
    inputs = torch.from_numpy(tick_inputs(snips))
    return torch.cat([net(part) for part in inputs.split(1024)]).double().numpy()


@dataclass(frozen=True)
class Calibration:
    """Vector scaling: each state's logit is multiplied and moved (Guo et al. 2017).

    Attributes:
        scale: factors in the order of TICK_STATES.
        bias: added after them.
    """

    scale: tuple[float, ...]
    bias: tuple[float, ...]

    @staticmethod
    def fit(logits: NDArray[np.float64], states: NDArray[np.int64]) -> Calibration:
        """Minimise the negative log likelihood on held-out writers."""
        inputs, truth = torch.from_numpy(logits), torch.from_numpy(states)
        scale = torch.ones(logits.shape[1], dtype=torch.float64, requires_grad=True)
        bias = torch.zeros(logits.shape[1], dtype=torch.float64, requires_grad=True)
        optimiser = torch.optim.LBFGS([scale, bias], max_iter=100, line_search_fn="strong_wolfe")

        def loss() -> torch.Tensor:
            optimiser.zero_grad()
            value = nn.functional.cross_entropy(inputs * scale + bias, truth)
            value.backward()
            return value

        optimiser.step(loss)
        return Calibration(
            tuple(round(x, 4) for x in scale.tolist()),
            tuple(round(x, 4) for x in (bias - bias.mean()).tolist()),
        )

    def apply(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return calibrated logits, at the states' shares of training."""
        return np.asarray(logits * np.array(self.scale) + np.array(self.bias))

    def shift(self) -> tuple[float, ...]:
        """Return what is added to scaled logits: bias, and from training's shares to paper's."""
        shares = (np.log(FIELD_SHARES[state] / STATE_SHARES[state]) for state in TICK_STATES)
        return tuple(round(b + float(s), 4) for b, s in zip(self.bias, shares, strict=True))


def export(net: TickNet, path: Path) -> str:
    """Write ONNX with a dynamic batch; return the file's sha256."""
    example = torch.zeros(2, 1, INPUT_SIDE, INPUT_SIDE)
    torch.onnx.export(
        net, (example,), str(path), input_names=["snips"], output_names=["logits"],
        dynamic_axes={"snips": {0: "boxes"}, "logits": {0: "boxes"}}, dynamo=False,
    )  # fmt: skip
    return hashlib.sha256(path.read_bytes()).hexdigest()


def train_ticks(
    data: Path, out: Path, *, count: int = 48_000, epochs: int = 7, jobs: int = 2, seed: int = 7
) -> dict[str, Any]:
    """Draw, fit, calibrate, judge and write ticks.onnx, ticks.json and ticks.md into `out`.

    Args:
        data: folder with train/ and dev/; real marks of dev writers only judge.
        out: folder for the three files.
        count: snips to train on.
        epochs: passes over them.
        jobs: processes that draw; one thread trains (two wait for one another on a busy core).
        seed: of everything random.

    Returns:
        The card's figures.
    """
    strokes = data / "train" / "unipen_train_strokes.npz"
    marks = real_marks(strokes, trusted=True, takes_part=lambda writer: not is_held_out(writer))
    kept = real_marks(strokes, trusted=True, takes_part=is_held_out)
    net = fit(
        make_set(MarkSource(real=marks), count, seed, jobs),
        epochs=epochs, seed=seed, threads=1,
    )  # fmt: skip
    held = make_set(MarkSource(real=kept, real_share=0.6), count // 8, seed + 1000, jobs)
    calibration = Calibration.fit(logits_of(net, held.snips), held.states)
    unseen = real_marks(data / "dev" / "unipen_dev_strokes.npz", trusted=True)
    test = make_set(MarkSource(real=unseen, real_share=0.7), count // 8, seed + 2000, jobs)
    logits = logits_of(net, test.snips)
    shift = np.array(calibration.shift())
    figures = judge(softmax(logits * np.array(calibration.scale) + shift), test)
    out.mkdir(parents=True, exist_ok=True)
    card = {
        "model": "ticks.onnx",
        "sha256": export(net, out / "ticks.onnx"),
        "states": list(TICK_STATES),
        "scale": calibration.scale,
        "floor": 1e-6,
        "shift": calibration.shift(),
        "parameters": sum(p.numel() for p in net.parameters()),
        "seed": seed,
        "snips": count,
        "epochs": epochs,
        "test": figures,
    }
    (out / "ticks.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    (out / "ticks.md").write_text(_card_text(card), "utf-8")
    return card


def _card_text(card: dict[str, Any]) -> str:
    def rows(kind: str) -> Sequence[str]:
        return [
            f"| {name} | {row['boxes']} | {row['right']:.3%} | {row['confident']:.2%} "
            f"| {row['wrong_when_confident']} |"
            for name, row in card["test"][kind].items()
        ]

    return "\n".join(
        [
            "# ticks.onnx: state of a tick box",
            "",
            "Input: darkness of a tick box with 2 mm around it, 40 x 40. Output: logits of "
            + ", ".join(card["states"])
            + ".",
            f"Parameters: {card['parameters']:,}. sha256 `{card['sha256']}`. Logits times "
            f"{list(card['scale'])}, plus {list(card['shift'])} (held-out writers, and the states' "
            "shares on paper).",
            "",
            "Data: snips drawn by `papi.training.marks` (pens, prints, scanners at random) with "
            "drawn marks and, for two fifths, pen trajectories of UNIPEN train_r01_v07 "
            "(International Unipen Foundation, CC BY 4.0; labels "
            + " ".join(REAL_STYLES.values())
            + ").",
            "Judged on marks of UNIPEN writers that took no part (7 of 10 marks real):",
            "",
            "| state | boxes | right | P >= 0.985 | wrong among these |",
            "|---|---|---|---|---|",
            *rows("states"),
            "",
            "| style | boxes | right | P >= 0.985 | wrong among these |",
            "|---|---|---|---|---|",
            *rows("styles"),
            "",
            "Limits: scribbling that just reaches the box's edges is ambiguous (filled or "
            "blackened); the field decides. Rings around a box, rubbed-out marks, dabs of the pen, "
            "marks half way to a neighbour or almost wholly outside are doubtful by construction.",
            "",
        ]
    )

"""Settle: float weights moved a little, so that rounding them to int8 changes no label.

Knows the trunk's layers and how int8 rounds. Must not know onnx, files or training.

Rounded as it is, the network of 6.3 MMAC calls 0.11, 0.09 and 0.20 % of held-out characters
otherwise (digit, capital, code head). Three steps bring that down: channels are scaled to similar
ranges, the rare greatest activations are clipped, and the weights learn the float logits again
while they are being rounded.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from papi.training.network import CharacterNetwork

EXACT_LAYERS = 1
"""The first convolution stays float32: 0.2 MMAC, and with one input channel int8 is no quicker."""
EQUALISED = 0.5
"""Exponent: half of the difference between channels is moved into the next layer's weights."""
LEAST_GAIN = 0.05
CLIPPED = 1e-5
"""Share of activations above the top of the int8 range."""
LEVELS, HALF_LEVELS = 255, 127
LOOKED_AT = 2048
"""Characters from which ranges are taken."""


@dataclass(frozen=True, slots=True)
class Settling:
    """How long the weights learn: `steps` batches of `batch`, from learning rate `rate` to 0."""

    steps: int = 1500
    batch: int = 256
    rate: float = 2e-5
    seed: int = 3


@dataclass(frozen=True, slots=True)
class Settled:
    """A network ready to be rounded: norms folded in, and the top of each layer's int8 range."""

    network: CharacterNetwork
    tops: tuple[float, ...]


def settle(
    network: CharacterNetwork, inputs: Tensor, extras: Tensor, settling: Settling | None = None
) -> Settled:
    """Prepare a trained network for int8.

    Args:
        network: trained, with its norms.
        inputs: uint8 (N, 32, 32) characters of writers it was trained on.
        extras: float (N, 4).
        settling: how long.

    Returns:
        The network whose rounded logits are nearest to the float ones of `network`.
    """
    settling = settling or Settling()
    wanted = _logits(network.eval(), inputs, extras)
    folded = fold(network)
    some = _scaled(inputs[:LOOKED_AT])
    equalise(folded, some)
    settled = Settled(folded, tuple(_top(out) for out in _activations(folded, some)))
    _learn(settled, inputs, extras, wanted, settling)
    return settled


def fold(network: CharacterNetwork) -> CharacterNetwork:
    """Return a copy with each norm folded into its convolution."""
    folded = copy.deepcopy(network).eval()
    for block in folded.trunk:
        assert isinstance(block, nn.Sequential)  # noqa: S101 - the network's own structure
        convolution, norm = block[0], block[1]
        assert isinstance(convolution, nn.Conv2d)  # noqa: S101
        assert isinstance(norm, nn.BatchNorm2d)  # noqa: S101
        block[0] = fuse_conv_bn_eval(convolution, norm)
        block[1] = nn.Identity()
        block[2] = nn.ReLU()
    return folded


@torch.no_grad()
def equalise(folded: CharacterNetwork, inputs: Tensor) -> None:
    """Scale channels to similar ranges, in place; the next layer undoes it, the logits stay."""
    layers = _convolutions(folded)
    for layer, following, out in zip(
        layers, layers[1:], _activations(folded, inputs), strict=False
    ):
        values = out.transpose(0, 1).flatten(1)
        ranges = values.amax(dim=1) + 1e-6
        gain = ((ranges / ranges.max()) ** EQUALISED).clamp_min(LEAST_GAIN)
        layer.weight /= gain[:, None, None, None]
        assert layer.bias is not None  # noqa: S101 - folded
        layer.bias /= gain
        following.weight *= gain[None, :, None, None]


def _convolutions(folded: CharacterNetwork) -> list[nn.Conv2d]:
    return [module for module in folded.trunk.modules() if isinstance(module, nn.Conv2d)]


@torch.no_grad()
def _activations(folded: CharacterNetwork, inputs: Tensor) -> list[Tensor]:
    found = []
    for block in folded.trunk:
        inputs = block(inputs)
        found.append(inputs)
    return found


def _top(values: Tensor) -> float:
    return float(np.quantile(values.numpy(), 1 - CLIPPED))


def _scaled(inputs: Tensor) -> Tensor:
    return inputs[:, None].float() / 255


@torch.no_grad()
def _logits(network: CharacterNetwork, inputs: Tensor, extras: Tensor) -> list[Tensor]:
    parts = [
        network(_scaled(inputs[start : start + 512]), extras[start : start + 512])
        for start in range(0, len(inputs), 512)
    ]
    return [torch.cat(heads) for heads in zip(*parts, strict=True)]


def _learn(
    settled: Settled, inputs: Tensor, extras: Tensor, wanted: list[Tensor], settling: Settling
) -> None:
    """Let the rounded network learn the logits of the float one, in place."""
    chance = torch.Generator().manual_seed(settling.seed)
    optimiser = torch.optim.Adam(settled.network.parameters(), lr=settling.rate)
    for step in range(settling.steps):
        for group in optimiser.param_groups:
            group["lr"] = settling.rate * 0.5 * (1 + math.cos(math.pi * step / settling.steps))
        rows = torch.randint(len(inputs), (settling.batch,), generator=chance)
        outputs = rounded_logits(settled, _scaled(inputs[rows]), extras[rows])
        loss = torch.stack(
            [functional.mse_loss(o, w[rows]) for o, w in zip(outputs, wanted, strict=True)]
        ).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()


def rounded_logits(settled: Settled, inputs: Tensor, extras: Tensor) -> list[Tensor]:
    """Logits of each head as int8 will give them; gradients pass the rounding unchanged."""
    for number, layer in enumerate(_convolutions(settled.network)):
        weight = layer.weight if number < EXACT_LAYERS else _rounded_weight(layer.weight)
        out = functional.conv2d(inputs, weight, layer.bias, layer.stride, layer.padding)  # type: ignore[arg-type]
        step = settled.tops[number] / LEVELS
        inputs = _round(torch.relu(out) / step).clamp(0, LEVELS) * step
    network = settled.network
    hidden = torch.relu(network.hidden(torch.cat([inputs.flatten(1), extras], dim=1)))
    return [head(hidden) for head in network.heads.values()]


def _rounded_weight(weight: Tensor) -> Tensor:
    step = weight.detach().abs().amax(dim=(1, 2, 3), keepdim=True) / HALF_LEVELS
    return _round(weight / step).clamp(-HALF_LEVELS, HALF_LEVELS) * step


class _Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx: FunctionCtx, values: Tensor) -> Tensor:
        return values.round()

    @staticmethod
    def backward(ctx: FunctionCtx, gradient: Tensor) -> Tensor:  # type: ignore[override]
        return gradient


def _round(values: Tensor) -> Tensor:
    return _Round.apply(values)  # type: ignore[no-any-return, no-untyped-call]

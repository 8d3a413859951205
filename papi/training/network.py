"""Network: one trunk over a 32x32 character, three heads (digits, capitals, codes).

Knows layers and sizes. Must not know data, losses or where a model is stored.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from papi.reading.models import HEADS

HIDDEN = 192


def _block(inside: int, outside: int, *, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    """Convolution, batch norm, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


class CharacterNetwork(nn.Module):
    """Trunk of five convolutions, then one hidden layer that also sees size and place.

    The first two convolutions halve the raster: measured on one core, it then trains on 3,500
    characters a second; with one more stage at 16x16 (11.4 MMAC) on 1,900.

    Args:
        dropout: before the hidden layer and the heads, training only.
    """

    def __init__(self, dropout: float = 0.2) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            _block(1, 32, stride=2, kernel=5),
            _block(32, 64, stride=2),
            _block(64, 64),
            _block(64, 96, stride=2),
            _block(96, 96),
        )
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(96 * 16 + 4, HIDDEN)
        self.heads = nn.ModuleDict({name: nn.Linear(HIDDEN, len(HEADS[name])) for name in HEADS})

    def forward(self, inputs: Tensor, extras: Tensor) -> tuple[Tensor, ...]:
        """Logits of each head, in the order of HEADS.

        Args:
            inputs: float (N, 1, 32, 32), ink 1, paper 0.
            extras: float (N, 4), see reading.normalise.
        """
        features = self.trunk(inputs).flatten(1)
        hidden = self.hidden(self.dropout(torch.cat([features, extras], dim=1)))
        hidden = self.dropout(torch.relu(hidden))
        return tuple(head(hidden) for head in self.heads.values())


def count_mmac(network: CharacterNetwork) -> float:
    """Multiply-accumulates of one character, millions."""
    total = 0

    def count(module: nn.Module, _: object, output: Tensor) -> None:
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += output[0].numel() * module.weight[0].numel()
        elif isinstance(module, nn.Linear):
            total += module.weight.numel()

    hooks = [m.register_forward_hook(count) for m in network.modules()]
    was_training = network.training
    network.eval()
    with torch.no_grad():
        network(torch.zeros(1, 1, 32, 32), torch.zeros(1, 4))
    network.train(was_training)
    for hook in hooks:
        hook.remove()
    return total / 1e6

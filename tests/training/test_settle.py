"""int8: the settled network gives the float one's logits, in onnxruntime as in torch."""

from pathlib import Path

import numpy as np
import pytest
import torch

from papi.training.export import export_onnx, quantise, run_onnx
from papi.training.network import CharacterNetwork
from papi.training.settle import Settling, equalise, fold, rounded_logits, settle


@pytest.fixture(scope="module")
def network() -> CharacterNetwork:
    """A network of random weights whose norms have seen a few batches."""
    torch.manual_seed(1)
    network = CharacterNetwork()
    network.train()
    with torch.no_grad():
        for _ in range(20):
            network(torch.rand(64, 1, 32, 32), torch.rand(64, 4))
        for head in network.heads.values():
            head.weight.mul_(50.0)
    return network.eval()


@pytest.fixture(scope="module")
def characters() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(2)
    inputs = torch.randint(0, 256, (256, 32, 32), generator=generator, dtype=torch.uint8)
    return inputs, torch.rand(256, 4, generator=generator)


def test_folding_and_equalising_change_no_logit(network, characters) -> None:
    inputs = characters[0][:, None].float() / 255
    folded = fold(network)
    equalise(folded, inputs)
    with torch.no_grad():
        for before, after in zip(
            network(inputs, characters[1]), folded(inputs, characters[1]), strict=True
        ):
            assert torch.allclose(before, after, atol=1e-4)


def test_int8_is_what_was_settled(network, characters, tmp_path: Path) -> None:
    settled = settle(network, *characters, Settling(steps=2, batch=32))
    quantise(settled, tmp_path / "int8.onnx")
    inputs = characters[0][:, None].float() / 255
    with torch.no_grad():
        wanted = rounded_logits(settled, inputs, characters[1])
    got = run_onnx(tmp_path / "int8.onnx", inputs.numpy(), characters[1].numpy())
    for a, b in zip(wanted, got, strict=True):
        assert np.abs(a.numpy() - b).mean() < 0.02 * np.abs(b).std() + 1e-3
    export_onnx(network, tmp_path / "float32.onnx")
    assert (tmp_path / "int8.onnx").stat().st_size < 0.8 * (
        tmp_path / "float32.onnx"
    ).stat().st_size


def test_learning_brings_the_logits_nearer(network, characters) -> None:
    def distance(steps: int) -> float:
        settled = settle(network, *characters, Settling(steps=steps, batch=64, rate=1e-5))
        inputs = characters[0][:, None].float() / 255
        with torch.no_grad():
            wanted = network(inputs, characters[1])
            got = rounded_logits(settled, inputs, characters[1])
        return float(sum((a - b).pow(2).mean() for a, b in zip(wanted, got, strict=True)))

    assert distance(100) < 0.8 * distance(0)


def test_the_same_seed_settles_the_same(network, characters) -> None:
    first = settle(network, *characters, Settling(steps=3, batch=32))
    second = settle(network, *characters, Settling(steps=3, batch=32))
    assert first.tops == second.tops
    for a, b in zip(first.network.parameters(), second.network.parameters(), strict=True):
        assert torch.equal(a, b)

"""Export: the trained network as ONNX, and as int8 when its labels agree.

Knows onnx and onnxruntime's quantiser. Must not know training or data sources.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from papi.reading.models import HEADS
from papi.training.network import CharacterNetwork


class Exported(torch.nn.Module):
    """The network as it runs: takes ink 0..255, gives the logits of all heads."""

    def __init__(self, network: CharacterNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, inputs: torch.Tensor, extras: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Logits of each head; inputs float (N, 1, 32, 32) in 0..1."""
        return self.network(inputs, extras)  # type: ignore[no-any-return]


def export_onnx(network: CharacterNetwork, path: Path) -> None:
    """Write the float32 network with a free batch size."""
    network = network.eval()
    torch.onnx.export(
        Exported(network),
        (torch.zeros(2, 1, 32, 32), torch.zeros(2, 4)),
        str(path),
        input_names=["inputs", "extras"],
        output_names=list(HEADS),
        dynamic_axes={name: {0: "n"} for name in ("inputs", "extras", *HEADS)},
        opset_version=17,
        dynamo=False,
    )
    onnx.checker.check_model(str(path))


class _Reader(CalibrationDataReader):
    """Feeds calibration batches to the quantiser."""

    def __init__(self, inputs: NDArray[np.float32], extras: NDArray[np.float32]) -> None:
        self.batches = self._batches(inputs, extras)

    @staticmethod
    def _batches(
        inputs: NDArray[np.float32], extras: NDArray[np.float32]
    ) -> Iterator[dict[str, NDArray[np.float32]]]:
        for start in range(0, len(inputs), 256):
            stop = start + 256
            yield {"inputs": inputs[start:stop], "extras": extras[start:stop]}

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """Return the next batch, None at the end."""
        return next(self.batches, None)


def quantise(
    source: Path, target: Path, inputs: NDArray[np.float32], extras: NDArray[np.float32]
) -> None:
    """Write the int8 network: static, per channel, calibrated on characters of train writers.

    The heads stay float32: they cost nothing and their logits carry the calibration.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        names = [
            node.name for node in onnx.load(str(prepared)).graph.node if node.op_type == "Gemm"
        ]
        quantize_static(
            str(prepared),
            str(target),
            _Reader(inputs, extras),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            nodes_to_exclude=names,
        )


def run_onnx(
    path: Path, inputs: NDArray[np.float32], extras: NDArray[np.float32], batch: int = 256
) -> list[NDArray[np.float32]]:
    """Logits of each head, (N, classes)."""
    session = open_session(path)
    parts = [
        session.run(list(HEADS), {"inputs": inputs[i : i + batch], "extras": extras[i : i + batch]})
        for i in range(0, len(inputs), batch)
    ]
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """Open a network on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def sha256_of(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""Export: the trained network as ONNX, and as int8 when its labels agree.

Knows onnx and onnxruntime's quantiser. Must not know training or data sources.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
from papi.training.settle import EXACT_LAYERS, LEVELS, Settled


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


class _NoCalibration(CalibrationDataReader):
    """One character: every range is given, but the quantiser wants to see the graph run."""

    def __init__(self) -> None:
        self.left = [{"inputs": np.zeros((1, 1, 32, 32), "f4"), "extras": np.zeros((1, 4), "f4")}]

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """Return the next batch, None at the end."""
        return self.left.pop() if self.left else None


def quantise(settled: Settled, target: Path) -> None:
    """Write the int8 network: static, per channel, with the ranges it settled in.

    The first convolution and the heads stay float32: they cost little, and the heads' logits carry
    the calibration.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, prepared = Path(folder) / "settled.onnx", Path(folder) / "prepared.onnx"
        export_onnx(settled.network, source)
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        nodes = onnx.load(str(prepared)).graph.node
        layers = [node for node in nodes if node.op_type == "Conv"][EXACT_LAYERS:]
        outputs = {layer.output[0] for layer in layers}
        rounded = [*layers, *(n for n in nodes if n.op_type == "Relu" and n.input[0] in outputs)]
        quantize_static(
            str(prepared),
            str(target),
            _NoCalibration(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            nodes_to_quantize=[node.name for node in rounded],
            extra_options={"TensorQuantOverrides": _ranges(nodes, settled.tops)},
        )


def _ranges(
    nodes: Sequence[onnx.NodeProto], tops: Sequence[float]
) -> dict[str, list[dict[str, Any]]]:
    """Scale of what each convolution's ReLU gives, by tensor."""
    convolutions = {node.output[0] for node in nodes if node.op_type == "Conv"}
    outputs = [n.output[0] for n in nodes if n.op_type == "Relu" and n.input[0] in convolutions]
    return {
        name: [{"scale": np.array(top / LEVELS, np.float32), "zero_point": np.array(0, np.uint8)}]
        for name, top in zip(outputs, tops, strict=True)
    }


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

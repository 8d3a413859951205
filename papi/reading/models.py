"""The character model beside this module: its file, classes, temperatures, identity.

Knows the model card `models/characters.json` and the symbols of each head.
Must not know torch, images or fields.
"""

from __future__ import annotations

import hashlib
import json
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papi.model.evidence import BLANK, FILLER, JUNK

MODEL_FOLDER = Path(__file__).resolve().parent / "models"
MODEL_NAME = "characters"

DIGITS = tuple(string.digits)
CAPITALS = (*string.ascii_uppercase, "-", "'", ".")
HEADS: dict[str, tuple[str, ...]] = {
    "digit": (*DIGITS, FILLER, JUNK, BLANK),
    "capital": (*CAPITALS, JUNK, BLANK),
    "code": (*DIGITS, *string.ascii_uppercase, JUNK, BLANK),
}
"""Symbols of each head, in the order of its outputs. BLANK: dirt, rule remnants, a neighbour."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """How a head's logits become probabilities.

    p = (1 - floor) * softmax(logits / temperature + rarity) + floor / classes, where `rarity`
    lowers junk, which training shows far more often than paper does; the floor says that nothing
    is ever certain.
    """

    temperature: float
    floor: float
    rarity: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is stored beside the network: see models/characters.md for people."""

    network: Path
    sha256: str
    scaling: dict[str, Scaling]
    document: dict[str, Any]


class ModelDamaged(Exception):
    """The network file is not the one its card describes."""


def load_card(folder: Path = MODEL_FOLDER, name: str = MODEL_NAME) -> ModelCard:
    """Read the card and check that the network beside it is the one it describes.

    Raises:
        ModelDamaged: the sha256 or the classes differ.
    """
    document = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    network = folder / document["network"]
    sha256 = hashlib.sha256(network.read_bytes()).hexdigest()
    classes = {head: tuple(symbols) for head, symbols in document["classes"].items()}
    if sha256 != document["sha256"] or classes != HEADS:
        raise ModelDamaged(f"{network.name} does not fit its card")
    scaling = {head: Scaling(**values) for head, values in document["scaling"].items()}
    return ModelCard(network, sha256, scaling, document)

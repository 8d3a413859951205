"""The character reader: posteriors that sum to one, blanks, alphabets, a card that must fit."""

import json
import shutil

import cv2
import numpy as np
import pytest

from papi.model.evidence import BLANK, FILLER, JUNK
from papi.model.ink import CellInk
from papi.model.layout import FieldKind
from papi.reading.characters import CharacterReader, blank_posterior, scaled
from papi.reading.models import HEADS, MODEL_FOLDER, ModelDamaged, Scaling, load_card
from papi.reading.normalise import LONGEST, RASTER, normalise


def written(*texts):
    """Ink of printed characters, big in their boxes; "" leaves the box blank."""
    ink = np.zeros((len(texts), 84, 70), np.uint8)
    for snip, text in zip(ink, texts, strict=True):
        cv2.putText(snip, text, (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 255, 4, cv2.LINE_AA)
    level = np.array([120.0 if text else 0.0 for text in texts], np.float32)
    trace = np.where(level > 0, 1.0, 0.2).astype(np.float32)
    return CellInk(ink, trace, level, ((),) * len(texts))


def best(posterior):
    return max(posterior, key=posterior.get)


@pytest.fixture(scope="module")
def reader():
    return CharacterReader.load()


def test_posteriors_are_distributions_over_known_symbols(reader):
    kinds = [FieldKind.DIGITS, FieldKind.CAPITALS, FieldKind.CODE, FieldKind.DATE]
    reading = reader.read_cells(written("3", "K", "7", ""), kinds, [None] * 4)
    assert len(reading.posteriors) == len(reading.flags) == 4
    for posterior, head in zip(
        reading.posteriors, ("digit", "capital", "code", "digit"), strict=True
    ):
        assert abs(sum(posterior.values()) - 1) < 0.01
        assert set(posterior) <= set(HEADS[head])


def test_plain_characters_are_read(reader):
    digits = reader.read_cells(written("2", "3", "4", "0"), [FieldKind.DIGITS] * 4, [None] * 4)
    assert "".join(best(p) for p in digits.posteriors) == "2340"
    capitals = reader.read_cells(written("K", "T", "S"), [FieldKind.CAPITALS] * 3, [None] * 3)
    assert "".join(best(p) for p in capitals.posteriors) == "KTS"


def test_cross_is_filler_among_digits_and_a_letter_among_capitals(reader):
    kinds = [FieldKind.DIGITS, FieldKind.CAPITALS]
    digit, capital = reader.read_cells(written("X", "X"), kinds, [None, None]).posteriors
    assert best(digit) == FILLER
    assert best(capital) == "X"


def test_alphabet_takes_symbols_out_but_never_junk(reader):
    reading = reader.read_cells(
        written("O"), [FieldKind.CODE], ["0123456789ABCDEFGHJKMNPQRSTVWXYZ"]
    )
    assert "O" not in reading.posteriors[0]
    assert best(reading.posteriors[0]) == "0"
    assert abs(sum(reading.posteriors[0].values()) - 1) < 0.01


def test_blank_is_likely_but_less_so_the_nearer_it_came_to_ink(reader):
    posterior = reader.read_cells(written(""), [FieldKind.DIGITS], [None]).posteriors[0]
    assert posterior[BLANK] > 0.999
    assert blank_posterior(0.0)[BLANK] > blank_posterior(0.8)[BLANK] > blank_posterior(1.0)[BLANK]
    assert set(posterior) == {BLANK, JUNK}
    assert blank_posterior(0.999)[JUNK] < 0.02
    assert blank_posterior(1.0)[JUNK] >= 0.05, "ink that was dropped: a person looks"
    assert blank_posterior(0.0, covered=True)[JUNK] >= 0.05, "unseen box: a person looks"


def test_no_boxes(reader):
    assert reader.read_cells(written(), [], []).posteriors == []


def test_scaling_keeps_order_and_never_says_never():
    logits = np.linspace(9, -20, len(HEADS["digit"]), dtype=np.float32)[None]
    probabilities = scaled(logits, Scaling(temperature=0.5, floor=0.0013), "digit")
    assert probabilities.argmax() == 0
    assert probabilities.min() > 0.00009
    assert abs(probabilities.sum() - 1) < 1e-9


def test_small_marks_stay_small_and_large_ones_fill_the_raster():
    ink = np.zeros((2, 84, 70), np.uint8)
    ink[0, 40:44, 33:37] = 255
    ink[1, 15:70, 25:45] = 255
    seen = normalise(ink)
    rows = [(seen.inputs[i, 0] > 128).any(axis=1).sum() for i in range(2)]
    assert rows[0] < 8
    assert LONGEST - 1 <= rows[1] <= LONGEST + 1
    assert seen.inputs.shape == (2, 1, RASTER, RASTER)


def test_card_and_network_belong_together(tmp_path):
    card = load_card()
    assert card.sha256 == card.document["sha256"]
    assert card.document["mmac"] <= 12
    for suffix in ("json", "onnx"):
        shutil.copy(MODEL_FOLDER / f"characters.{suffix}", tmp_path)
    document = json.loads((tmp_path / "characters.json").read_text())
    (tmp_path / "characters.json").write_text(json.dumps(document | {"sha256": "0" * 64}))
    with pytest.raises(ModelDamaged):
        load_card(tmp_path)

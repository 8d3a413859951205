"""A name's ink weighed by how people are called: agreement is lifted, ink is never overridden.

Knows the searched lines, the name model and the printed name. Must not know thresholds. Four
limits keep the written name: a name is at most `cap` times likelier than another for each box in
which they differ, and less where only spelling speaks; the printed name gains nothing over names
that differ from it in one box, since whoever writes beside it changes it; an empty
field is as likely as by ink alone; and `fields` sends to a person what the ink does not prefer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from papi.checking.classes import base_name
from papi.checking.decode import InkReading
from papi.checking.fillers import FILL, SPACE, line_values
from papi.checking.name_model import NameBook, NameModel
from papi.checking.name_search import likeliest_names
from papi.model.evidence import Posterior

PEOPLE = frozenset({"nama", "alias", "nama_krt", "nama_wali", "namagadis_ibukandung"})
PLACES = frozenset({"tempat_lahir"})
SURELY_BLANK = 0.9
"""From this P(blank) by ink no name is searched for; saves nine fields in ten."""
SPELLING = 0.5
"""Share of the cap's logarithm for letters that only the spelling of other names supports."""
MOST_LINES = 24
"""Lines searched, twelve likeliest by ink alone beside them; 48 took twice as long for no gain."""


def model_of(field: str, book: NameBook | None) -> NameModel | None:
    """Return the model for a field of capitals, None if its words are not known."""
    if book is None:
        return None
    base = base_name(field)
    model = book.people if base in PEOPLE else book.places if base in PLACES else None
    return model or None


def weigh_name(
    cells: Sequence[Posterior],
    ink: InkReading,
    model: NameModel,
    *,
    beam: int,
    cap: float,
    printed: str = "",
) -> InkReading:
    """Return what the ink says, its values weighed by the words of names.

    Args:
        cells: a posterior per box.
        ink: what the boxes say.
        model: how likely words are.
        beam: lines searched.
        cap: largest ratio between two names for each box in which they differ, > 1.
        printed: the name printed beside the boxes, "" if none.
    """
    if not ink.values or (not ink.values[0][0] and ink.values[0][1] >= SURELY_BLANK):
        return ink
    found = likeliest_names(cells, model, min(beam, MOST_LINES))
    meanings = [_meanings(line, printed, model, cap) for line, _ in found]
    likely = [max(values.items(), key=itemgetter(1))[0] for values in meanings]
    belief = np.array([_log_prior(value, printed, model) for value in likely])
    lines = [line for line, _ in found]
    weight = _capped(belief, _steps(lines, model, log(cap)))
    for i in (i for i, value in enumerate(likely) if printed and value == printed):
        weight = _without_gain(weight, lines, i, log(cap))
    mass, rest = _masses(np.array([p for _, p in found]), np.exp(weight - weight.max()), 1.0 / cap)
    values: dict[str, float] = {}
    for share, meaning in zip(mass.tolist(), meanings, strict=True):
        for value, part in meaning.items():
            values[value] = values.get(value, 0.0) + share * part
    return _as_blank_as_its_ink(ink, values, rest)


def _as_blank_as_its_ink(ink: InkReading, values: dict[str, float], rest: float) -> InkReading:
    """Return the reading with the names' values, "" as likely as by ink.

    Whether anything is written is no matter of names: no word at all is likelier than any word, and
    the search takes pale boxes among pale boxes for empty.
    """
    blank = dict(ink.values).get("", 0.0)
    values.pop("", None)
    written = sum(values.values()) + rest
    share = (1.0 - ink.junk - blank) / written if written > 0.0 else 0.0
    weighed = {value: share * p for value, p in values.items()} | ({"": blank} if blank else {})
    ordered = tuple(sorted(weighed.items(), key=itemgetter(1), reverse=True))
    listed = sum(weighed.values())
    return replace(ink, values=ordered, rest=max(0.0, 1.0 - ink.junk - listed))


def _masses(
    ink: NDArray[np.float64], weight: NDArray[np.float64], least: float
) -> tuple[NDArray[np.float64], float]:
    """Share probability among lines, and what is left to those not listed.

    Unlisted lines weigh as much as the listed ones beside the best do on average, at least `least`.
    """
    mass = ink * weight
    best = int(mass.argmax())
    others = float(ink.sum() - ink[best])
    mean = float(mass.sum() - mass[best]) / others if others > 0.0 else 0.0
    rest = max(0.0, 1.0 - float(ink.sum())) * max(mean, least * float(weight[best]))
    total = float(mass.sum()) + rest
    return mass / total, rest / total


def _meanings(line: str, printed: str, model: NameModel, cap: float) -> dict[str, float]:
    """Return what a line may mean, with shares: is an X at its end a filler, or of FELIX?"""
    values = line_values(line)
    if len(values) == 1 or "" in values:
        return values
    belief = {value: _log_prior(value, printed, model) for value in values}
    floor = max(belief.values()) - log(cap)
    weighed = {value: p * exp(max(belief[value], floor) - floor) for value, p in values.items()}
    total = sum(weighed.values())
    return {value: p / total for value, p in weighed.items()}


def _log_prior(value: str, printed: str, model: NameModel) -> float:
    """Return log P(value); the person whose name is printed is no evidence for that name."""
    own = printed.split()
    return sum(log(model.word(word, without=int(word in own))) for word in value.split())


def _steps(lines: Sequence[str], model: NameModel, step: float) -> NDArray[np.float64]:
    """Return how far the second of two lines may lie below the first.

    Args:
        lines: (N,) of equal length.
        model: which words somebody bears.
        step: log of the cap for a box in such a word; elsewhere only spelling speaks, for half.

    Returns:
        (N, N) differences of log weights.
    """
    symbols, listed = _symbols(lines), np.array([_listed(line, model) for line in lines])
    differ = symbols[:, None, :] != symbols[None, :, :]
    gain = np.where(listed, step, SPELLING * step)
    total: NDArray[np.float64] = (differ * gain[:, None, :]).sum(axis=2)
    return total


def _symbols(lines: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("".join(lines).encode("ascii"), np.uint8).reshape(len(lines), -1)


def _listed(line: str, model: NameModel) -> list[bool]:
    """Tell of each box whether it belongs to a word that somebody bears."""
    marks: list[bool] = []
    for word in line.replace(FILL, SPACE).split(SPACE):
        marks += [model.lists(word)] * len(word) + [False]
    return marks[:-1]


def _capped(belief: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raise unlikely lines (log probabilities, N) until none lies further below another."""
    raised: NDArray[np.float64] = (belief[:, None] - steps).max(axis=0)
    return raised


def _without_gain(
    weight: NDArray[np.float64], lines: Sequence[str], printed: int, step: float
) -> NDArray[np.float64]:
    """Let the printed line gain nothing over lines that differ from it in one box."""
    symbols = _symbols(lines)
    free = np.maximum((symbols != symbols[printed]).sum(axis=1) - 1, 0)
    raised: NDArray[np.float64] = np.maximum(weight, weight[printed] - step * free)
    return raised

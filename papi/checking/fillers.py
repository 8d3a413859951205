"""Fillers in a line of capitals: is a run of X or - at its end a crossed-out rest or letters?

Knows how officers cross out unused boxes and how Indonesian names end. Must not know posteriors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SPACE, FILL = " ", "~"
"""How an empty box and a box with an unnamed filler stand in a line."""

RUN_IS_FILLER = 0.998
"""Two or more X or - at an end: names never end so; the rest is a misread letter."""
FIRST_OF_RUN_IS_LETTER = 0.002
"""FELIX + fillers: about 1 in 500 name tokens ends in X (token list of the training data)."""
LONE_X_IS_FILLER = 0.1
"""One X right after a letter: who crosses out boxes crosses out more than one."""
LONE_DASH_IS_FILLER = 0.99
LONE_APART_IS_FILLER = 0.5
"""One X apart from the letters, or one X or - before them: either, so a person looks."""

LONE_POINT_IS_SPECK = 0.995
"""A point or apostrophe with an empty box on either side: nobody puts one after a finished word;
all of 14 such marks in 1,414 fields of simulated scans were dirt."""
POINT_OF_ABBREVIATION_IS_SPECK = 0.5
"""Not so after a word of one to three letters (`M .` for `M.`): either, so a person looks."""
_LONE_POINT = re.compile(r"(?<!\S)[.'](?!\S)")
_POINT_OF_ABBREVIATION = re.compile(r"(?<!\S)[A-Z]{1,3} \.(?!\S)")
_MAY_FILL = "X-~"
_END_RUN = re.compile(r"[X\-~]+$")
_FRONT_RUN = re.compile(r"[X\-~]+")
_LOOSE_RUNS = re.compile(r"(?:(?:^|\s+)[X\-~]+)*\s*$")


def line_values(line: str) -> dict[str, float]:
    """Return the values a line of box symbols may mean, with the share of each (they sum to 1)."""
    body = line.strip(SPACE)
    bare = _LONE_POINT.sub("", body)
    if bare != body:  # a speck reads as a point
        abbreviated = _POINT_OF_ABBREVIATION.search(body)
        speck = POINT_OF_ABBREVIATION_IS_SPECK if abbreviated else LONE_POINT_IS_SPECK
        without = {value: speck * share for value, share in line_values(bare).items()}
        return without | {_spaced(body): 1.0 - speck}
    if not body or (body[0] not in _MAY_FILL and body[-1] not in _MAY_FILL):
        return {_spaced(body): 1.0}
    values: dict[str, float] = {}
    for start, front in _starts(body):
        for end, back in _ends(body[start:]):
            value = _spaced(body[start : start + end])
            values[value] = values.get(value, 0.0) + front * back
    return values


def _spaced(text: str) -> str:
    return " ".join(text.replace(FILL, "-").split())


def _starts(body: str) -> Iterator[tuple[int, float]]:
    """Yield where the letters may begin, with shares."""
    run = _FRONT_RUN.match(body)
    if run is None or run.end() == len(body):  # a line of fillers alone is judged at its end
        yield 0, 1.0
        return
    sure = FILL in run[0]
    filler = 1.0 if sure else RUN_IS_FILLER if len(run[0]) > 1 else LONE_APART_IS_FILLER
    yield run.end(), filler
    if not sure:
        yield 0, 1.0 - filler


def _ends(body: str) -> Iterator[tuple[int, float]]:
    """Yield where the letters may end, with shares."""
    run = _END_RUN.search(body)
    if run is None:
        yield len(body), 1.0
    elif FILL in run[0]:
        yield _loose_start(body, run.start()), 1.0
    elif len(run[0]) == 1:
        filler = _lone_share(body)
        yield run.start(), filler
        yield len(body), 1.0 - filler
    else:
        letter = FIRST_OF_RUN_IS_LETTER if run[0][0] == "X" and _after_letter(body, run) else 0.0
        yield _loose_start(body, run.start()), RUN_IS_FILLER - letter
        yield run.start() + 1, letter
        yield len(body), 1.0 - RUN_IS_FILLER


def _lone_share(body: str) -> float:
    if body[-1] == "-":
        return LONE_DASH_IS_FILLER
    apart = len(body) == 1 or body[-2] == SPACE
    return LONE_APART_IS_FILLER if apart else LONE_X_IS_FILLER


def _after_letter(body: str, run: re.Match[str]) -> bool:
    return run.start() > 0 and body[run.start() - 1] != SPACE


def _loose_start(body: str, start: int) -> int:
    """Go on to the left over fillers that stand apart, as in `SITI X X XXXX`."""
    loose = _LOOSE_RUNS.search(body[:start])
    return loose.start() if loose else start

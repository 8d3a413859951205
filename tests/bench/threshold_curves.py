"""Thresholds of pipelines/default.yaml by rule, with the curves behind them.

    python tests/bench/round_trip.py --forms 220 --held-out --seed 4242 --data DIR --keep ORDINARY
    python tests/bench/round_trip.py --dense --forms 300 --held-out --seed 4243 ... --keep DENSE
    python tests/bench/threshold_curves.py ORDINARY DENSE [--write pipelines/default.yaml]

Counts forms filled by writers held out of training (never dev) and scanned at L1.

- Accepted: written fields a threshold lets pass. Wrong: fields it lets pass with another value than
  was written, blank ones too. What a person sees for another reason than confidence never counts.
- Handwriting: clerks' time is spent best where the last field accepted in each class is wrong
  equally often. How often a class is wrong where it says 1 - P is counted from P >= COUNTED_FROM,
  where there are errors to count (ratio of wrong to expected, drawn towards 1 by PRIOR of each).
  A class's threshold is where ratio x (1 - P) comes down to a common risk; the risk is the largest
  at which all handwriting together keeps the target. So no class is judged by two or three fields.
- Ticks: the lowest threshold at which wrong / accepted keeps the target, if so many are accepted
  that one wrong among them would still keep it (21,740); else one at which none is wrong, and a
  step of safety.
- `critical` is no class: a floor below which no critical field is accepted, kept as it is.
- Nothing is accepted below FLOOR, no tick below TICK_FLOOR, whatever was counted: people mark boxes
  in ways nobody has drawn, and their doubts cost little (0.2 % of ticks).

`--write` replaces the `thresholds:` and `curve:` blocks with the comments above them, nothing else.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from papi.checking.questions import KEY_TEXT, OVERHANGING
from papi.checking.thresholds import LOW_CONFIDENCE, measured_curve
from papi.model.recipe import CurvePoint, FieldClass, load_recipe

sys.path.insert(0, str(Path(__file__).parent))
from round_trip_score import INK, TICKS, Judged, judge

HANDWRITTEN_TARGET = 0.217e-3
"""Wrong per accepted field: 10 of 46,000. Keying once leaves 0.37 per 1,000 (PLoS ONE 2012 e35087);
what is chosen on some writers is a little worse on others (held out 0.34, dev 0.48 when it was)."""
TICK_TARGET = 0.046e-3
"""Wrong per accepted tick: keying twice, same study."""
STEP = 0.25
"""Log-odds between candidates: odds grow by 28 %."""
SAFETY = 1
FLOOR = 0.9
TICK_FLOOR = 0.985
COUNTED_FROM = 0.8
PRIOR = 2.0
"""Wrong fields, counted and expected, that a class is taken to have shown before."""
RISKS = np.exp(np.arange(np.log(0.1), np.log(1e-4), -0.05))
"""Common risks tried, largest first."""
CANDIDATES = 1 / (1 + np.exp(-np.arange(0.0, 9.01, STEP)))
"""From 0.5 to 0.9999."""
SHOWN = slice(8, None, 3)
"""Which candidates are kept in the file."""
_FLAGS = OVERHANGING | {"neighbour", "intruding"}
_BY_CONFIDENCE = {LOW_CONFIDENCE, KEY_TEXT, *(f"reading:{flag}" for flag in _FLAGS)}
"""Reasons that go when confidence is high enough (always-keyed text is judged all the same)."""


@dataclass(frozen=True)
class Sample:
    """Fields of one class that only confidence can send to a person.

    Attributes:
        confidence: (N,) what a threshold is compared with.
        right, written: (N,) whether the value is what was written, and not blank.
    """

    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    written: NDArray[np.bool_]

    @staticmethod
    def of(items: Iterable[Judged], overhang: float) -> Sample:
        """Collect fields."""
        rows = [
            (_compared(item, overhang), _value(item) == item.truth, bool(item.truth))
            for item in items
            if set(item.row["reason"].split()) <= _BY_CONFIDENCE
        ]
        table = np.array(rows, dtype=float).reshape(-1, 3)
        return Sample(table[:, 0], table[:, 1] == 1, table[:, 2] == 1)

    def at(self, threshold: float) -> CurvePoint:
        """Return what one threshold accepts."""
        counted = self.written | ~self.right
        return measured_curve(self.confidence[counted], self.right[counted], np.array([threshold]))[
            0
        ]

    def curve(self) -> tuple[CurvePoint, ...]:
        """Return accepted written fields and wrong ones for all candidates."""
        counted = self.written | ~self.right
        return measured_curve(self.confidence[counted], self.right[counted], CANDIDATES)


def _value(item: Judged) -> str:
    return item.row["machine_value"]


def _compared(item: Judged, overhang: float) -> float:
    """Return the confidence; 0 where ink leaves its box and even the class-free bar is missed."""
    confidence = float(item.row["confidence"])
    flagged = any(f"reading:{flag}" in item.row["reason"].split() for flag in OVERHANGING)
    return 0.0 if flagged and confidence < overhang else confidence


@dataclass(frozen=True)
class Choice:
    """A threshold with the point that chose it.

    Attributes:
        threshold: smallest P(value) accepted.
        point: what it accepts of the sample.
        why: which part of the rule decided.
    """

    threshold: float
    point: CurvePoint
    why: str


def choose(sample: Sample, target: float, least: float) -> Choice:
    """Apply the rule of ticks to one class.

    Args:
        sample: its fields.
        target: wrong per accepted field.
        least: no threshold is lower.
    """
    curve = sample.curve()
    kept = next((i for i, point in enumerate(curve) if _keeps(point, target)), None)
    if kept is not None:
        return _chosen(curve, kept, least, "enough")
    clean = len(curve)
    while clean and not curve[clean - 1].wrong:
        clean -= 1
    seen = f"too few: none wrong, {SAFETY} step up" if clean else "none wrong anywhere"
    return _chosen(curve, clean + SAFETY * (clean > 0), least, seen)


def _keeps(point: CurvePoint, target: float) -> bool:
    """Tell whether the target is kept by so many that one wrong among them would not break it."""
    return point.accepted * target >= 1 and point.wrong <= target * point.accepted


def _chosen(curve: Sequence[CurvePoint], index: int, least: float, why: str) -> Choice:
    lowest = int(np.searchsorted(CANDIDATES, least - 1e-9))
    if lowest > index:
        why += ", raised to the floor"
    place = min(max(index, lowest), len(curve) - 1)
    return Choice(round(float(CANDIDATES[place]), 4), curve[place], why)


Curves = dict[str, tuple[CurvePoint, ...]]


def wrong_ratio(sample: Sample) -> float:
    """Return how many fields are wrong for each one that 1 - P expects to be."""
    taken = (sample.confidence >= COUNTED_FROM) & (sample.written | ~sample.right)
    expected = float((1.0 - sample.confidence[taken]).sum())
    return (float((~sample.right[taken]).sum()) + PRIOR) / (expected + PRIOR)


def at_risk(sample: Sample, risk: float) -> float:
    """Return the threshold at which the next field of a class is wrong this often."""
    return min(max(1.0 - risk / wrong_ratio(sample), FLOOR), float(CANDIDATES[-1]))


def common_risk(samples: dict[str, Sample], target: float) -> float:
    """Return the largest risk at which all classes together keep the target."""
    for risk in RISKS.tolist():
        points = [sample.at(at_risk(sample, risk)) for sample in samples.values()]
        if sum(p.wrong for p in points) <= target * sum(p.accepted for p in points):
            return float(risk)
    return float(RISKS[-1])


def choose_all(fields: Sequence[Judged], overhang: float) -> tuple[dict[str, Choice], Curves]:
    """Return the choice for every class that was seen, and the curves."""
    by_class: dict[str, list[Judged]] = defaultdict(list)
    for item in fields:
        by_class[item.name].append(item)
    seen = [name for name in (str(c) for c in FieldClass) if name in by_class]
    samples = {name: Sample.of(by_class[name], overhang) for name in seen}
    hand = {name: samples[name] for name in seen if name not in TICKS | INK}
    risk = common_risk(hand, HANDWRITTEN_TARGET)
    choices = {
        name: choose(samples[name], TICK_TARGET, TICK_FLOOR)
        if name in TICKS
        else choose(samples[name], HANDWRITTEN_TARGET, FLOOR)
        for name in seen
        if name not in hand
    }
    for name, sample in hand.items():
        threshold = at_risk(sample, risk)
        why = f"wrong {wrong_ratio(sample):.2f} times as often as P says"
        choices[name] = Choice(round(threshold, 4), sample.at(threshold), why)
    return choices, {name: sample.curve() for name, sample in samples.items()}


def thresholds_block(choices: dict[str, Choice], said: str) -> str:
    """Return the `thresholds:` block; classes that were not seen keep their figure."""
    known = load_recipe().thresholds.model_dump()
    lines = [
        "# Smallest P(value) accepted without a person, per field class, chosen by the rule that",
        "# tests/bench/threshold_curves.py states from the points of `curve` below.",
        f"# {said}",
        f"# Target: {1000 * HANDWRITTEN_TARGET:g} wrong per 1,000 accepted fields, "
        f"{1000 * TICK_TARGET:g} per 1,000 accepted ticks.",
        "thresholds:",
    ]
    for name, old in known.items():
        if name not in choices:
            said_so = (
                "kept: no critical field is accepted below" if name == "critical" else "not seen"
            )
            lines.append(f"  {name}: {old} # {said_so}")
            continue
        chosen, point = choices[name], choices[name].point
        lines.append(
            f"  {name}: {chosen.threshold:g} # {point.wrong} wrong of {point.accepted} accepted "
            f"({point.accepted / max(point.fields, 1):.1%}), at most "
            f"{1000 * point.wrong_upper_95:.3g} per 1,000; {chosen.why}"
        )
    return "\n".join(lines) + "\n"


def curve_block(curves: Curves, said: str) -> str:
    """Return the `curve:` block."""
    source = "tests/bench/threshold_curves.py, L1, writers held out of train"
    document = {
        name: {
            "source": source,
            "points": [
                {key: round(value, 6) for key, value in point.model_dump().items()}
                for point in points[SHOWN]
            ],
        }
        for name, points in sorted(curves.items())
    }
    head = [
        "# Measured points behind the thresholds: written fields, and blank ones read otherwise.",
        f"# {said} docs/benchmarks.md judges them on other writers.",
    ]
    body = yaml.safe_dump({"curve": document}, sort_keys=False, default_flow_style=None, width=110)
    return "\n".join(head) + "\n" + body


def replace_block(text: str, key: str, block: str) -> str:
    """Return a YAML text with one top-level block and the comments right above it replaced.

    Raises:
        ValueError: there is no such block.
    """
    lines = text.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if line.startswith(f"{key}:")), None)
    if start is None:
        raise ValueError(f"no top-level {key!r}")
    end = start + 1
    while end < len(lines) and (lines[end][:1] in {" ", "-"} or lines[end].startswith("\t")):
        end += 1
    while start and lines[start - 1].startswith("#"):
        start -= 1
    return "".join(lines[:start]) + block + "".join(lines[end:])


def main() -> int:
    """Choose, show and, if asked, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("keep", type=Path, nargs="+", help="folders of round_trip.py --keep")
    parser.add_argument("--write", type=Path, help="recipe whose blocks are replaced")
    options = parser.parse_args()
    fields, _ = judge(options.keep)
    forms = len({item.form_id for item in fields})
    choices, curves = choose_all(fields, load_recipe().decoding.overhang)
    today = dt.datetime.now(dt.UTC).date()
    said = f"{forms} forms at L1, writers held out of train, {today:%d %B %Y}."
    blocks = {"thresholds": thresholds_block(choices, said), "curve": curve_block(curves, said)}
    print(blocks["thresholds"])
    if options.write:
        text = options.write.read_text("utf-8")
        for key, block in blocks.items():
            text = replace_block(text, key, block)
        options.write.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

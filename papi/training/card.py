"""Card: what is written down about a model, for machines (json) and for people (markdown).

Knows sources, terms and figures. Must not know how any of them was obtained.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from papi.reading.models import HEADS, Scaling

SOURCES = (
    (
        "MNIST with QMNIST writer ids",
        "60,000 digits of 539 writers",
        "LeCun, Cortes, Burges; from NIST SD3 and SD1 (US Government work, public domain; MNIST is "
        "distributed as CC BY-SA 3.0); writer ids by Yadav & Bottou, BSD-style",
    ),
    (
        "USPS",
        "7,291 scanned digits",
        "US Postal Service / CEDAR, Le Cun et al. 1990; freely redistributed for research",
    ),
    (
        "UNIPEN train_r01_v07",
        "pen trajectories of digits, capitals and marks by 125 writers",
        "International Unipen Foundation, Zenodo 10.5281/zenodo.1195803, CC BY 4.0",
    ),
    (
        "NIST Special Database 19",
        "3,500 scanned capital vowels",
        "US Government work, public domain",
    ),
)
ATTRIBUTION = (
    "This model was trained on data of the International Unipen Foundation (train_r01_v07, "
    "CC BY 4.0, https://doi.org/10.5281/zenodo.1195803), on MNIST and NIST Special Database 19 "
    "(US National Institute of Standards and Technology) and on the USPS digits."
)
LIMITS = (
    "Paper, print, pens and scanners of training were simulated; of real paper only 117 "
    "photographed letters were tried.",
    "No writer of the training data is Indonesian as far as is known; barred sevens and flagged "
    "ones were partly drawn by rule.",
    "The figures of a writer who joins letters or writes lower case are not known.",
)


def write_card(folder: Path, name: str, document: Mapping[str, Any]) -> None:
    """Write NAME.json and NAME.md beside the network."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(_for_people(name, document), encoding="utf-8")


def card_document(
    *,
    network: str,
    sha256: str,
    precision: str,
    scaling: Mapping[str, Scaling],
    mmac: float,
    training: Mapping[str, Any],
    figures: Mapping[str, Any],
    size: int,
    labels_changed: Mapping[str, float],
) -> dict[str, Any]:
    """Gather what `papi.reading.models` and people need to know of a network.

    Args:
        network: file name.
        sha256: of the file.
        precision: int8 or float32.
        scaling: per head.
        mmac: multiply-accumulates of one character, millions.
        training: what it takes to train it again.
        figures: by set, on writers of no training character.
        size: of the file, bytes.
        labels_changed: share of held-out labels that int8 changes against float32, per head.
    """
    return {
        "network": network,
        "sha256": sha256,
        "precision": precision,
        "mmac": round(mmac, 2),
        "bytes": size,
        "labels_changed": {head: round(share, 6) for head, share in labels_changed.items()},
        "classes": {head: list(symbols) for head, symbols in HEADS.items()},
        "scaling": {head: asdict(values) for head, values in scaling.items()},
        "data": [{"name": n, "what": w, "terms": t} for n, w, t in _sources(training)],
        "attribution": ATTRIBUTION,
        "training": dict(training),
        "figures": dict(figures),
    }


def _sources(training: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The sources; with them what clerks resolved, where it was trained on."""
    files = training.get("resolved") or ()
    if not files:
        return SOURCES
    what = f"{len(files)} file(s) of snips of forms, writers and order unknown"
    return (*SOURCES, ("Resolved snips", what, "of the office that keyed them; sha256 in training"))


def _for_people(name: str, document: Mapping[str, Any]) -> str:
    lines = [
        f"# Model card: {name}",
        "",
        "Reads one hand-printed character in a box: digits, capitals, or either (codes), with",
        "classes of their own for filler, junk (scrawl, struck out, no character) and dirt.",
        "",
        f"- network: `{document['network']}`, {document['precision']}, "
        f"{document['mmac']} MMAC a character, input 32x32 and four numbers of size and place",
        f"- sha256: `{document['sha256']}`",
        f"- calibration: temperature and floor per head in `{name}.json`, chosen on writers held "
        "out of training",
        *_size(document),
        "",
        "## Data",
        "",
        *(f"- {s['name']}: {s['what']}. {s['terms']}." for s in document["data"]),
        "",
        document["attribution"],
        "",
        "## Figures (writers of no training character)",
        "",
        "| set | how | characters | writers | right | 95 % interval | wrong at 5 % reject "
        "| 95 % interval | ECE |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(key, value) for key, value in document["figures"].items() if "accuracy" in value),
        "",
        *_photographs(document["figures"]),
        "## Training",
        "",
        *_training(name, document["training"]),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in LIMITS),
        "",
    ]
    return "\n".join(lines)


def _row(key: str, value: Mapping[str, Any]) -> str:
    name, _, place = key.partition("/")
    return (
        f"| {name} | {place} | {value['count']:,} | {value['writers'] or 'unknown'} "
        f"| {100 * value['accuracy']:.2f} % | {_span(value['interval'])} "
        f"| {100 * value['error_at_reject']:.2f} % | {_span(value.get('error_interval'))} "
        f"| {value['ece']:.4f} |"
    )


def _span(interval: Sequence[float] | None) -> str:
    return f"{100 * interval[0]:.2f}-{100 * interval[1]:.2f} %" if interval else ""


def _size(document: Mapping[str, Any]) -> list[str]:
    """Size of the file, and what rounding changed, where the card knows."""
    lines = [f"- size: {document['bytes']:,} bytes"] if "bytes" in document else []
    if document.get("labels_changed"):
        shares = ", ".join(f"{h} {100 * s:.3f} %" for h, s in document["labels_changed"].items())
        lines.append(f"- labels of held-out writers that int8 changes against float32: {shares}")
    return lines


def _training(name: str, training: Mapping[str, Any]) -> list[str]:
    """What it takes to train it again; all of it stands in the json."""
    known = {key: training[key] for key in ("seed", "code", "torch", "held_out") if key in training}
    files = training.get("files", {})
    return [
        f"`papi train` made it; plan, seeds and shares stand in `{name}.json`, `training`.",
        "",
        *(f"- {key}: {value}" for key, value in known.items()),
        *(f"- `{file}`: sha256 `{digest}`" for file, digest in files.items()),
    ]


def _photographs(figures: Mapping[str, Any]) -> list[str]:
    found = figures.get("photographed letters")
    if not found:
        return []
    return [
        f"Photographed letters of real Indonesian forms: {found['right']} of {found['count']} "
        "right.",
        "",
    ]

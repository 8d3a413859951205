"""Card: what is written down about a model, for machines (json) and for people (markdown).

Knows sources, terms and figures. Must not know how any of them was obtained.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
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
) -> dict[str, Any]:
    """Gather what `papi.reading.models` and people need to know of a network."""
    return {
        "network": network,
        "sha256": sha256,
        "precision": precision,
        "mmac": round(mmac, 2),
        "classes": {head: list(symbols) for head, symbols in HEADS.items()},
        "scaling": {head: asdict(values) for head, values in scaling.items()},
        "data": [{"name": n, "what": w, "terms": t} for n, w, t in SOURCES],
        "attribution": ATTRIBUTION,
        "training": dict(training),
        "figures": dict(figures),
    }


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
        "",
        "## Data",
        "",
        *(f"- {s['name']}: {s['what']}. {s['terms']}." for s in document["data"]),
        "",
        document["attribution"],
        "",
        "## Figures (writers of no training character)",
        "",
        "| set | how | characters | right | 95 % interval | wrong at 5 % reject | ECE |",
        "|---|---|---|---|---|---|---|",
        *(_row(key, value) for key, value in document["figures"].items() if "accuracy" in value),
        "",
        *_photographs(document["figures"]),
        "## Limits",
        "",
        *(f"- {limit}" for limit in LIMITS),
        "",
    ]
    return "\n".join(lines)


def _row(key: str, value: Mapping[str, Any]) -> str:
    name, _, place = key.partition("/")
    low, high = value["interval"]
    return (
        f"| {name} | {place} | {value['count']:,} | {100 * value['accuracy']:.2f} % | "
        f"{100 * low:.2f}-{100 * high:.2f} % | {100 * value['error_at_reject']:.2f} % | "
        f"{value['ece']:.4f} |"
    )


def _photographs(figures: Mapping[str, Any]) -> list[str]:
    found = figures.get("photographed letters")
    if not found:
        return []
    return [
        f"Photographed letters of real Indonesian forms: {found['right']} of {found['count']} "
        "right.",
        "",
    ]

"""The curves behind the thresholds of pipelines/default.yaml, as YAML.

    python tests/bench/round_trip.py --forms 220 --held-out --seed 4242 --data DIR --keep KEEP
    python tests/bench/threshold_curves.py KEEP

Counts written fields of forms filled by writers held out of training (never dev): what each
threshold alone would have accepted, how much of that was wrong, and the 95 % upper bound.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import yaml

from papi.checking.classes import field_class
from papi.checking.thresholds import measured_curve
from papi.model.layout import Layout

CANDIDATES = np.array([0.9, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999])


def written_fields(keep: Path) -> dict[str, list[tuple[float, bool]]]:
    """Return (confidence, right) of every written field, by class."""
    truth = json.loads((keep / "scans" / "truth.json").read_text("utf-8"))
    documents = json.loads((keep / "layouts.json").read_text("utf-8"))
    listed = documents.values() if isinstance(documents, dict) else documents
    layouts = {layout.form: layout for layout in map(Layout.model_validate, listed)}
    found = defaultdict(list)
    with (keep / "readings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            value = truth.get(row["form_id"], {}).get(row["page"], {}).get(row["field"], "")
            if value:
                field = layouts[row["form"]].by_name[row["field"]]
                pair = (float(row["confidence"]), row["value"] == value)
                found[field_class(field).value].append(pair)
    return found


def main() -> None:
    """Print the curve section."""
    keep = Path(sys.argv[1])
    curves = {}
    for name, pairs in sorted(written_fields(keep).items()):
        confidence = np.array([p for p, _ in pairs])
        right = np.array([r for _, r in pairs])
        curves[name] = {
            "source": "tests/bench/threshold_curves.py, L1, writers held out of train",
            "points": [
                {k: round(v, 6) for k, v in point.model_dump().items()}
                for point in measured_curve(confidence, right, CANDIDATES)
            ],
        }
    text = yaml.safe_dump({"curve": curves}, sort_keys=False, default_flow_style=None, width=110)
    print(text)


if __name__ == "__main__":
    main()

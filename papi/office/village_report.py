"""Forms and pages by village: issued = returned + missing, and every side in one place.

Knows what makes a form complete. Must not know queries or how a report is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from papi.office.regions import region_name

Row = dict[str, Any]


def count_forms(forms: Sequence[Row]) -> dict[str, int]:
    """Count forms by what became of them."""
    returned = [form for form in forms if form["returned"]]
    outcomes = Counter(form["outcome"] for form in returned)
    return {
        "issued": len(forms),
        "returned": len(returned),
        "missing": len(forms) - len(returned),
        "complete": sum(not form["missing_pages"] for form in returned),
        "matched": outcomes["matched"],
        "approved": sum(form["word"] == "approved" for form in forms),
        "sent_back": sum(form["word"] == "returned" for form in forms),
        "in_queue": outcomes["queue"],
        "incomplete": outcomes["incomplete"],
        "undecided": outcomes[""],
    }


def village_rows(forms: Sequence[Row], scans: Mapping[tuple[str, str], Counter[str]]) -> list[Row]:
    """Return the counts of each village and form template, in order of the region code.

    Args:
        forms: rows of `store.accounts.form_rows`.
        scans: pages by (region, form) and state.
    """
    by_village: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for form in forms:
        by_village[form["region"], form["form"]].append(form)
    return [
        {
            "region": region,
            "name": region_name(region),
            "form": form,
            **count_forms(group),
            "missing_pages": sum(len(f["missing_pages"]) for f in group if f["returned"]),
            "queue": sum(f["queue"] for f in group),
            **_count_pages(group),
            "scans": dict(sorted(scans.get((region, form), Counter()).items())),
        }
        for (region, form), group in sorted(by_village.items())
    ]


def _count_pages(forms: Sequence[Row]) -> dict[str, int]:
    """Count printed sides: issued = read + missing_pages + pages of missing forms."""
    issued = sum(len(form["pages"]) for form in forms)
    absent = sum(len(form["missing_pages"]) for form in forms)
    return {
        "pages_issued": issued,
        "pages_read": issued - absent,
        "pages_of_missing_forms": sum(len(f["pages"]) for f in forms if not f["returned"]),
    }

"""The live error estimate as a supervisor reads it on the terminal.

Knows how shares are written. Must not know how they are estimated.
"""

from __future__ import annotations

from typing import Any

import click

from papi.cli.common import echo_table
from papi.office.quality_estimate import percent_digits

Report = dict[str, Any]
_WORDS = {
    "sure": "ABOVE the target",
    "watch": "above the target, chance may explain it",
    "within": "within the target",
    "proved": "below the target, proved",
    "unknown": "",
}


def show_quality(quality: Report) -> None:
    """Write what the sample says of the accepted fields, then of the clerks."""
    known = [line for line in quality["classes"] if line["judged"] or line["pending"]]
    if known:
        _show_total(quality)
        rows = [_line(line) for line in known]
        names = ("class", "fields", "accepted", "judged", "wrong", "pending", "error", "95 %",
                 "target", "verdict")  # fmt: skip
        echo_table(names, rows, "Undetected errors among accepted fields, from the sample")
        for line in known:
            if line["verdict"] == "sure":
                click.echo(
                    f"WARNING: {line['class']} ({line['fields']}) errs above its target: raise its "
                    "threshold on the quality page of `papi serve`."
                )
    elif quality["accepted"]:
        click.echo(f"Quality: no sample of {quality['accepted']} accepted fields is judged yet.")
    if quality["clerks"]:
        people = ("clerk", "entries", "s each", "judged", "wrong", "error", "95 %")
        echo_table(people, [_clerk(clerk) for clerk in quality["clerks"]], "By clerk")


def _show_total(quality: Report) -> None:
    if quality["error"] is None:
        return
    click.echo(
        f"Quality: {percent(quality['error'])} of the accepted fields wrong (95 %: "
        f"{_interval(quality)}), weighted; stands for {quality['covered']} of "
        f"{quality['accepted']} fields."
    )


def _line(line: Report) -> list[Any]:
    target = "" if line["target"] is None else percent(line["target"])
    return [
        *(line[name] for name in ("class", "fields", "accepted", "judged", "wrong", "pending")),
        percent(line["error"]),
        _interval(line),
        target,
        _WORDS[line["verdict"]],
    ]


def _clerk(clerk: Report) -> list[Any]:
    seconds = "" if clerk["seconds"] is None else f"{clerk['seconds']:.1f}"
    counts = clerk["judged"], clerk["wrong"]
    return [clerk["name"], clerk["entries"], seconds, *counts, percent(clerk["error"]),
            _interval(clerk)]  # fmt: skip


def _interval(row: Report) -> str:
    return f"{percent(row['low'])} .. {percent(row['high'])}"


def percent(share: float | None) -> str:
    """Write a share with as many digits as rare errors need: 0.00037 -> "0.037 %"."""
    return "" if share is None else f"{100 * share:.{percent_digits(share)}f} %"

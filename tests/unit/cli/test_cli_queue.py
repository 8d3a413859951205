"""`papi queue`: the open items, for people and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from made_forms import PERSON_FORM
from paper import Paper, png

COLUMNS = ["form_id", "page", "field", "reason", "value", "confidence"]


def read_an_empty_form(desk: Paper, stack: Path) -> str:
    """An empty form asks at least for its result."""
    for side in desk.sides(PERSON_FORM):
        (stack / f"{side.page}.png").write_bytes(png(desk.image(side)))
    assert desk.ingest(stack).exit_code == 0
    return desk.sides(PERSON_FORM)[0].form_id


def test_nothing_to_look_at(desk: Paper) -> None:
    result = desk.papi("queue")
    assert (result.exit_code, result.stdout) == (0, "\t".join(COLUMNS) + "\n")


def test_items_of_a_form(desk: Paper, stack: Path) -> None:
    form_id = read_an_empty_form(desk, stack)
    head, *lines = desk.papi("queue").stdout.splitlines()
    assert head.split("\t") == COLUMNS
    rows = [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines]
    assert {row["form_id"] for row in rows} == {form_id}
    assert "hasil_ppks" in {row["field"] for row in rows}
    assert all(row["reason"] for row in rows)
    assert len(rows) == desk.status()["queue"]["items"]


def test_as_json_candidates_are_lists(desk: Paper, stack: Path) -> None:
    read_an_empty_form(desk, stack)
    items = json.loads(desk.papi("queue", "--json").stdout)
    assert items
    assert {"form_id", "page", "field", "reason", "value", "confidence", "candidates"} == set(
        items[0]
    )
    assert all(isinstance(item["candidates"], list) for item in items)


def test_by_region(desk: Paper, stack: Path) -> None:
    read_an_empty_form(desk, stack)
    region = desk.sides(PERSON_FORM)[0].region
    everything = json.loads(desk.papi("queue", "--json").stdout)
    assert json.loads(desk.papi("queue", "--json", "--region", region).stdout) == everything
    dotted = f"{region[:2]}.{region[2:4]}"
    assert json.loads(desk.papi("queue", "--json", "--region", dotted).stdout) == everything
    assert json.loads(desk.papi("queue", "--json", "--region", "99").stdout) == []
    assert desk.papi("queue", "--region", "Bogor").exit_code == 2

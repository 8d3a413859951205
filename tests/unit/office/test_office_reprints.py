"""Paper says what was printed on it, whatever the list says since."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_forms import Filled, issue, persons, scan

from papi.model.recipe import load_recipe
from papi.office.deciding import REPRINTED, Decider
from papi.office.workspace import Workspace, open_workspace
from papi.store.cases import load_case, mark_undecided
from papi.store.issued import save_copies
from papi.store.models import Reading, Record
from papi.store.prelists import ImportSource, import_rows

COLUMN = "nama"


@pytest.fixture
def decider(workspace: Workspace) -> Decider:
    """The invented visits are of 2025."""
    settings = workspace.folder / "papi.toml"
    settings.write_text(settings.read_text().replace("2026", "2025"))
    return Decider(open_workspace(workspace.folder), load_recipe())


def print_copy(form: Filled, copy: int) -> None:
    form_id = form.issued.form_id
    save_copies(f"{copy}.pdf", {form_id: 1}, {form_id: copy})


def import_again(form: Filled, value: str) -> str:
    """Import the form's row with another name; return the name it had."""
    row = load_case(form.issued.form_id).prelist
    assert row is not None
    changed = replace(row, values={**row.values, COLUMN: value})
    import_rows(ImportSource(row.form, "later.csv", "1" * 64), [changed])
    return row.value(COLUMN)


def record(form: Filled) -> Record:
    return Record.objects.get(pk=form.issued.form_id)


def test_a_tick_confirms_what_was_printed_not_what_the_list_says_since(decider: Decider) -> None:
    (form,) = issue(persons(1))
    print_copy(form, 1)
    printed = import_again(form, "ORANG LAIN")
    scan(form.pages())
    decider.decide_all()
    assert record(form).values[COLUMN] == [printed, "prelist", "verified"]
    assert record(form).outcome == "matched"


def test_where_two_copies_show_different_values_a_person_looks(decider: Decider) -> None:
    (form,) = issue(persons(1))
    print_copy(form, 1)
    import_again(form, "ORANG LAIN")
    print_copy(form, 2)
    scan(form.pages())
    decider.decide_all()
    asked = Reading.objects.filter(reasons__contains=REPRINTED)
    assert set(asked.values_list("field", "status")) == {
        (COLUMN, "review"),
        (f"{COLUMN}_cek", "review"),
    }
    assert record(form).outcome == "queue"


def test_a_copy_printed_from_the_same_row_asks_nothing(decider: Decider) -> None:
    (form,) = issue(persons(1))
    print_copy(form, 1)
    print_copy(form, 2)
    scan(form.pages())
    decider.decide_all()
    assert record(form).outcome == "matched"
    mark_undecided([form.issued.form_id])
    assert load_case(form.issued.form_id).reprinted == ()

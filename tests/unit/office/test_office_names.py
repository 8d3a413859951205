"""Names of the pre-list help to read names that are written."""

from __future__ import annotations

from made_forms import issue, persons, scan

from papi.checking.name_model import NameBook
from papi.model.evidence import BLANK, FieldEvidence
from papi.model.prelist import PrelistRow
from papi.model.recipe import load_recipe
from papi.office.deciding import Decider, _settings_hash
from papi.office.names import name_book
from papi.office.workspace import Workspace
from papi.store.models import Reading
from papi.store.prelists import ImportSource, all_rows, import_rows, import_state

SOURCE = ImportSource("verivali-ppks", "list.csv", "1" * 64)


def person(number: int, nama: str, **values: str) -> PrelistRow:
    return PrelistRow("verivali-ppks", f"P{number}", "3201012001", {"nama": nama, **values})


def test_members_heads_and_places_are_counted() -> None:
    members = ({"nama": "SITI AMINAH"}, {"nama": "QORI"})
    values = {"nama_krt": "Qomar, S.Pd"}
    household = PrelistRow("verivali-rt", "H1", "3201012001", values, members)
    book = name_book([household, person(1, "QORI", tempat_lahir="GARUT")])
    plain = NameBook({}, {})
    for word in ("SITI", "QORI", "QOMAR"):
        assert book.people.word(word, without=9) < book.people.word(word)
    assert book.people.word("QORI", without=1) > book.people.word("QORI", without=2)
    assert book.places.word("GARUT") > book.places.word("BOGOR")
    assert book.people and plain.people and not plain.places


def test_a_head_who_is_listed_as_member_counts_once() -> None:
    members = ({"nama": "ZQORI"},)
    row = PrelistRow("verivali-rt", "H1", "3201012001", {"nama_krt": "ZQORI"}, members)
    book = name_book([row])
    assert book.people.word("ZQORI", without=1) == book.people.word("ZQORI", without=2)


def test_every_row_is_walked_and_an_import_changes_the_state(workspace: Workspace) -> None:
    assert import_state() == ""
    import_rows(SOURCE, [person(n, "SITI") for n in range(1201)])
    first, hashed = import_state(), _settings_hash(workspace, load_recipe())
    assert {row.prelist_id for row in all_rows()} == {f"P{n}" for n in range(1201)}
    import_rows(SOURCE, [person(n, "SITI") for n in range(1201)])
    assert import_state() == first
    import_rows(SOURCE, [person(1, "SITA")])
    assert import_state() != first
    assert _settings_hash(workspace, load_recipe()) != hashed


def test_a_written_name_is_read_with_the_words_of_the_list(workspace: Workspace) -> None:
    (form,) = issue(persons(1))
    import_rows(SOURCE, [person(n, "ZUQRI") for n in range(400, 600)])
    cells = [{letter: 0.95, "K": 0.05} for letter in "ZUQRI"] + [{BLANK: 1.0}] * 11
    page = form.page(form.layout.by_name["alias"].page)
    page.fields["alias"] = FieldEvidence("alias", cells=tuple(cells))  # type: ignore[index]
    scan([page])
    Decider(workspace, load_recipe()).decide_all()
    reading = Reading.objects.get(field="alias")
    assert reading.value == "ZUQRI"
    assert reading.confidence > 0.97

"""The words of the names on a workspace's pre-list, for reading written names.

Knows which columns hold names of people and places. Must not know ink. Only counts of single words
are kept, in memory, while forms are decided; no name as a whole. Cost: 40 us a household, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from papi.checking.name_model import NameBook, name_words
from papi.model.prelist import PrelistRow

PEOPLE_COLUMNS = ("nama", "alias")
HEAD_COLUMN = "nama_krt"
PLACE_COLUMNS = ("tempat_lahir",)


def name_book(rows: Iterable[PrelistRow]) -> NameBook:
    """Count the words of all names on the pre-list, each person once."""
    people: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for row in rows:
        for name in _people(row):
            people.update(set(name_words(name)))
        for column in PLACE_COLUMNS:
            places.update(set(name_words(row.values.get(column, ""))))
    return NameBook(people, places)


def _people(row: PrelistRow) -> Iterator[str]:
    """Yield the names of a row; the head of a household is mostly among its members as well."""
    head = row.values.get(HEAD_COLUMN, "")
    if head not in (member.get("nama", "") for member in row.members):
        yield head
    for person in (row.values, *row.members):
        yield from (person.get(column, "") for column in PEOPLE_COLUMNS)

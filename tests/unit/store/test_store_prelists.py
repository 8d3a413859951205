"""Pre-list and issued forms in the store: what goes in comes out, in walking order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papi.errors import StorageFull
from papi.forms.layout import build_form
from papi.model.prelist import IssuedForm, PrelistRow
from papi.model.sheet import new_form_id
from papi.office.workspace import Workspace
from papi.store.issued import find_issued, issued_by_prelist, save_issued, taken_ids
from papi.store.layouts import keep_layout, kept_layout
from papi.store.prelists import (
    ImportCounts,
    ImportSource,
    content_hash,
    import_rows,
    prelist_row,
    prelist_rows,
    village_rows,
    villages,
)

FORM = "verivali-ppks"
SOURCE = ImportSource(FORM, "list.csv", "0" * 64)


def row(number: int, region: str = "3201012001", **values: str) -> PrelistRow:
    return PrelistRow(FORM, f"P{number}", region, {"nama": f"ORANG {number}", **values})


def test_rows_come_out_as_they_went_in(workspace: Workspace) -> None:
    rows = [row(n, rt="001") for n in range(1201)]
    assert import_rows(SOURCE, rows) == ImportCounts(added=1201)
    assert prelist_row(FORM, "P7") == rows[7]
    assert prelist_rows(FORM, [r.prelist_id for r in rows])["P1200"] == rows[1200]
    assert prelist_row(FORM, "nobody") is None
    assert import_rows(SOURCE, rows) == ImportCounts(unchanged=1201)


def test_a_failure_half_way_imports_nothing(workspace: Workspace) -> None:
    def broken() -> object:
        yield from (row(n) for n in range(700))
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageFull):
        import_rows(SOURCE, broken())  # type: ignore[arg-type]
    assert villages(FORM) == []


def test_villages_and_walking_order(workspace: Workspace) -> None:
    walk = [("002", "001", "1"), ("001", "010", "2"), ("001", "002", "10"), ("001", "002", "9")]
    rows = [row(n, rw=rw, rt=rt, nourut_rt=no) for n, (rw, rt, no) in enumerate(walk)]
    import_rows(SOURCE, [*rows, row(9, "3302012001")])
    assert villages(FORM) == [("3201012001", 4), ("3302012001", 1)]
    assert villages(FORM, "33") == [("3302012001", 1)]
    assert [r.prelist_id for r in village_rows(FORM, "3201012001")] == ["P3", "P2", "P1", "P0"]


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_the_hash_sees_content_and_not_order(values: dict[str, str]) -> None:
    one = PrelistRow(FORM, "P", "3201012001", values)
    other = replace(one, values=dict(reversed(values.items())))
    assert content_hash(one) == content_hash(other)
    assert content_hash(replace(one, region="3201012002")) != content_hash(one)


def test_issued_forms(workspace: Workspace) -> None:
    built = build_form(FORM)
    keep_layout(built.layout, built.drawing, ["SourceSansPro-regular"])
    keep_layout(built.layout, built.drawing, [])
    assert kept_layout(FORM, built.layout.version) == (built.layout, built.drawing)
    assert kept_layout(FORM, "NEVER0") is None
    import_rows(SOURCE, [row(1)])
    version, region = built.layout.version, "3201012001"
    form = IssuedForm(new_form_id(), FORM, version, region, "P1", (1, 2))
    blank = IssuedForm(new_form_id(), FORM, version, region, None, (1, 2))
    save_issued([form, blank])
    save_issued([replace(form, copy=2, pages=(1, 2, 3))])
    assert find_issued(form.form_id) == replace(form, copy=2, pages=(1, 2, 3))
    assert find_issued(blank.form_id) == blank
    assert issued_by_prelist(FORM, ["P1", "P2"]).keys() == {"P1"}
    assert taken_ids([form.form_id, "000000000"]) == {form.form_id}
    assert find_issued("000000000") is None

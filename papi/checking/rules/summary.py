"""What other forms need to know of one form: the input of the rules across forms.

Knows which values that takes, from facts or from a store. Must not know the rules themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from papi.checking.nik import parse_nik
from papi.checking.rules.case import HOUSEHOLD, LIVES_HERE, NEW_MEMBER, PERSON, PRESENCE, STRIP
from papi.checking.rules.names import HOUSING
from papi.model.facts import FormFacts

REFERENCE_FIELD = "data_idbdt_double_dengan"
REFERS = frozenset({"4", "6"})
"""Household results that point at another household: part of it, duplicate."""
_MOST_MEMBERS = 20
_RESULT = {HOUSEHOLD: "hasil_verivali", PERSON: "hasil_ppks"}
_MET = {HOUSEHOLD: frozenset("1"), PERSON: frozenset("127")}
"""Results after which the people named on the form stand in the records."""

ACROSS_FIELDS: Mapping[str, tuple[str, ...]] = {
    HOUSEHOLD: (
        *HOUSING,
        *(f"{name}_cek" for name in HOUSING),
        *(f"{STRIP}{number}.{PRESENCE}" for number in range(1, _MOST_MEMBERS + 1)),
    ),
    PERSON: (),
}
"""Form template -> fields whose *written* value `summarise` needs."""


@dataclass(frozen=True, slots=True)
class FormSummary:
    """What other forms need to know of a form.

    Attributes:
        form_id: its id.
        form: template. A household member may also have a PPKS form: a NIK is compared among forms
            of one template.
        references: other names people may call it by (pre-list id, ruta6), upper case.
        result: result code.
        refers_to: what stands in "data ganda dengan", upper case; "" if blank or not asked.
        niks: field -> NIK of the people present.
        officer: officer code, "" unknown.
        housing_confirmed: all of block III ticked "sesuai"; None if not surveyed or not read.
    """

    form_id: str
    form: str = HOUSEHOLD
    references: tuple[str, ...] = ()
    result: str = ""
    refers_to: str = ""
    niks: Mapping[str, str] = field(default_factory=dict)
    officer: str = ""
    housing_confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What exists besides the summarised forms.

    Attributes:
        references: ids that may be referred to: forms issued but not returned, pre-list ids, ruta6;
            upper case.
        holders: (form template, NIK) -> ids of those who have it elsewhere in the database. A
            form's own ids do not count against it.
    """

    references: AbstractSet[str] = frozenset()
    holders: Mapping[tuple[str, str], AbstractSet[str]] = field(default_factory=dict)


def summarise(
    form_id: str,
    form: str,
    *,
    values: Mapping[str, str],
    niks: Mapping[str, str],
    written: Mapping[str, str],
    references: tuple[str, ...] = (),
) -> FormSummary:
    """Summarise a form from plain values.

    Args:
        form_id: its id.
        form: template.
        values: merged household or person values (result, officer, reference).
        niks: merged NIK by field name, of all strips.
        written: what was written in ACROSS_FIELDS, as far as it was read.
        references: pre-list id and ruta6.

    Until the result is known nobody counts as present: nothing says that they were met.
    """
    result = values.get(_RESULT.get(form, ""), "")
    met = result in _MET.get(form, ())
    return FormSummary(
        form_id=form_id,
        form=form,
        references=tuple(text.upper() for text in references if text),
        result=result,
        refers_to=values.get(REFERENCE_FIELD, "").upper() if result in REFERS else "",
        niks={name: nik for name, nik in niks.items() if met and _counts(name, nik, written)},
        officer=values.get("kode_petugas", ""),
        housing_confirmed=_housing_confirmed(written) if met and form == HOUSEHOLD else None,
    )


def summarise_form(facts: FormFacts) -> FormSummary:
    """Summarise a form from its facts."""
    row = facts.prelist
    values = {name: value.value for name, value in facts.merged.items()}
    return summarise(
        facts.form_id,
        facts.layout.form,
        values=values,
        niks={n: text for n, text in values.items() if n == "nik" or n.endswith(".nik")},
        written=facts.written,
        references=(row.prelist_id, row.value("ruta6")) if row else (),
    )


def _counts(name: str, nik: str, written: Mapping[str, str]) -> bool:
    """Tell whether a NIK is one, and its owner present: somebody who moved may be listed twice."""
    strip = name.rpartition(".")[0]
    present = not strip or written.get(f"{strip}.{PRESENCE}") in {LIVES_HERE, NEW_MEMBER}
    return present and "length" not in parse_nik(nik).problems


def _housing_confirmed(written: Mapping[str, str]) -> bool | None:
    ticks = {written.get(f"{name}_cek", "") for name in HOUSING} - {""}
    if not ticks:
        return None
    return ticks == {"1"} and not any(written.get(name) for name in HOUSING)

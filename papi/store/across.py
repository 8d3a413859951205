"""What the rules across forms need of all decided forms, and what they found.

Knows records, members and the pre-list's references. Must not know a rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from papi.model.reading import Finding
from papi.store import models
from papi.store.cases import finding_of, mark, save_findings
from papi.store.faults import storage_faults
from papi.store.locks import Work, alone


@dataclass(frozen=True, slots=True)
class DecidedForm:
    """What the rules across forms need of one decided form.

    Attributes:
        niks: merged NIK by field name.
        values: merged household or person values, plain.
        written: what was written, by field, of the fields named in `across_fields`.
    """

    form_id: str
    form: str
    references: tuple[str, ...]
    niks: Mapping[str, str]
    values: Mapping[str, str]
    written: Mapping[str, str]


def decided_forms(written_fields: Mapping[str, Sequence[str]]) -> Iterator[DecidedForm]:
    """Yield every decided form, ascending by id.

    Args:
        written_fields: form template -> fields whose written value is wanted.
    """
    with storage_faults():
        niks: dict[str, dict[str, str]] = defaultdict(dict)
        members = models.Member.objects.exclude(nik="").values_list("record_id", "number", "nik")
        for form_id, number, nik in members.iterator():
            niks[form_id][f"art.{number}.nik"] = nik
        wanted = sorted({name for names in written_fields.values() for name in names})
        written: dict[str, dict[str, str]] = defaultdict(dict)
        readings = models.Reading.objects.filter(field__in=wanted)
        for form_id, name, value in readings.values_list("form_id", "field", "value").iterator():
            written[form_id][name] = value
        records = models.Record.objects.select_related("form__prelist").order_by("form_id")
        for record in records.iterator():
            own = {"nik": record.nik} if record.nik else {}
            yield DecidedForm(
                form_id=record.form_id,
                form=record.form.form,
                references=_references(record.form.prelist),
                niks={**own, **niks.get(record.form_id, {})},
                values={name: value[0] for name, value in record.values.items()},
                written=written.get(record.form_id, {}),
            )


def _references(entry: models.PrelistEntry | None) -> tuple[str, ...]:
    if entry is None:
        return ()
    return tuple(filter(None, (entry.prelist_id, entry.payload.get("values", {}).get("ruta6"))))


def known_references() -> frozenset[str]:
    """Return every id a form may refer to, upper case: issued forms and pre-list entries."""
    with storage_faults():
        forms = models.IssuedForm.objects.values_list("form_id", flat=True)
        entries = models.PrelistEntry.objects.values_list("prelist_id", "payload__values__ruta6")
        names = {str(name).upper() for pair in entries.iterator() for name in pair if name}
        return frozenset(names | set(forms))


def save_across(findings: Mapping[str, Sequence[Finding]]) -> list[str]:
    """Replace all findings across forms; forms whose findings changed become undecided.

    Returns:
        The ids of the changed forms.
    """
    with storage_faults(), transaction.atomic():
        alone(Work.SCANS)
        before: dict[str, list[Finding]] = defaultdict(list)
        for row in models.Finding.objects.filter(across=True).order_by("pk"):
            before[row.form_id].append(finding_of(row))
        changed = [
            form_id
            for form_id in sorted(before.keys() | findings.keys())
            if list(findings.get(form_id, ())) != before.get(form_id, [])
        ]
        for form_id in changed:
            save_findings(form_id, findings.get(form_id, ()), across=True)
        mark(models.IssuedForm.objects.filter(form_id__in=changed))
    return changed

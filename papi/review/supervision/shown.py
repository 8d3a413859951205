"""A form and its parts as a screen shows them: every cell in words.

Knows how rows are called on screen. Must not know where they come from.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from papi.model.keying import ItemState
from papi.model.reading import Finding, Severity
from papi.model.sheet import readable_form_id
from papi.office.record_history import FieldHistory, in_words
from papi.review.supervision import words
from papi.store.approvals import FormRow
from papi.store.audit_words import meaning

Shown = dict[str, Any]
_LEAST_PERCENT = 0.1


def row(form: FormRow) -> Shown:
    """Show one form of a list."""
    return {
        "id": form.form_id,
        "readable": readable_form_id(form.form_id),
        "form": form.form,
        "region": form.region,
        "village": words.place_words(form.region),
        "place": _place(form),
        "state": form.state,
        "state_words": words.STATES[form.state],
        "waiting": form.waiting,
        "keyed": form.keyed,
        "said_by": form.said_by,
        "said_at": words.moment(form.said_at) if form.said_at else "",
        "note": form.note,
        "void": form.void,
        "fingerprint": form.fingerprint,
    }


def _place(form: FormRow) -> str:
    parts = (("RW", form.rw), ("RT", form.rt), ("No.", form.number))
    return " ".join(f"{name} {value}" for name, value in parts if value)


def line(field: FieldHistory) -> Shown:
    """Show one field of the list beside the picture."""
    status = field.reading["status"]
    return {
        "name": field.name,
        "page": field.page,
        "label": field.label,
        "value": _value(field, field.reading["value"]),
        "status": status,
        "status_words": words.STATUSES[status],
        "blocking": any(f.severity == Severity.ERROR for f in field.findings),
        "findings": len(field.findings),
    }


def _value(field: FieldHistory, value: str) -> str:
    return in_words(field.field, value, words.language())


def field(chosen: FieldHistory) -> Shown:
    """Show everything about one field."""
    reading = chosen.reading
    return {
        **line(chosen),
        "machine": _value(chosen, reading["machine_value"]),
        "confidence": _machine_confidence(chosen),
        "candidates": [(_value(chosen, v), probability(p)) for v, p in reading["candidates"]],
        "reasons": [words.reason_words(reason) for reason in chosen.reasons],
        "critical": chosen.field.critical,
        "said": [finding(found) for found in chosen.findings],
        "entries": [_entry(chosen, entry) for entry in chosen.entries],
        "settled": [_settled(chosen, settled) for settled in chosen.settled],
        "items": [
            {
                "purpose": words.PURPOSES.get(item["purpose"], item["purpose"]),
                "state": words.ITEM_STATES.get(item["state"], item["state"]),
                "round": item["round"],
            }
            for item in chosen.items
        ],
    }


def _machine_confidence(chosen: FieldHistory) -> str:
    """Write how sure the machine was; a settled reading says how sure the person's word is."""
    reading = chosen.reading
    weighed = {value: p for value, p in reading["candidates"]}
    if reading["status"] == "resolved" and reading["machine_value"] in weighed:
        return probability(weighed[reading["machine_value"]])
    return probability(reading["confidence"])


def probability(value: float) -> str:
    """Write a probability in percent, never 100 % of less than one, nor 0 % of more than none."""
    percent = 100.0 * value
    if 0.0 < percent < _LEAST_PERCENT:
        return f"< {number_format(_LEAST_PERCENT, 1)} %"
    digits = 1 if percent < 99 else 3
    if value < 1.0 and round(percent, digits) >= 100.0:
        return f"> {number_format(99.999, 3)} %"
    return f"{number_format(percent, digits)} %"


def _entry(chosen: FieldHistory, entry: Shown) -> Shown:
    return {
        "at": words.moment(entry["made_at"]),
        "who": entry["user__username"],
        "kind": words.KINDS.get(entry["kind"], entry["kind"]),
        "value": _("not shown before it is settled")
        if _is_blind(entry)
        else _value(chosen, entry["value"]),
        "note": entry["note"],
        "keys": entry["keys"],
        "seconds": number_format(entry["seconds"], 1),
        "round": entry["round"],
        "sample": entry["item__purpose"] == "sample",
        "undone": words.moment(entry["undone_at"]) if entry["undone_at"] else "",
    }


def _is_blind(entry: Shown) -> bool:
    """Tell whether others have yet to key or settle the same item without knowing this entry."""
    waits = entry["item__state"] in {ItemState.OPEN, ItemState.ARBITRATION}
    return waits and entry["round"] == entry["item__round"] and not entry["undone_at"]


def _settled(chosen: FieldHistory, settled: Shown) -> Shown:
    return {
        "at": words.moment(settled["resolved_at"]),
        "who": settled["user__username"] or _("command line"),
        "value": _value(chosen, settled["value"]),
        "active": settled["active"],
    }


def finding(found: Finding) -> Shown:
    """Show what a rule says."""
    english = words.language() == "en"
    return {
        "rule": found.rule,
        "blocking": found.severity == Severity.ERROR,
        "message": found.message_en if english else found.message_id,
        "detail": found.detail,
        "fields": found.fields,
    }


def word(row_: Shown) -> Shown:
    """Show one approval or return."""
    approved = row_["state"] == "approved"
    return {
        "at": words.moment(row_["made_at"]),
        "who": row_["user__username"],
        "what": _("approved") if approved else _("sent back"),
        "note": row_["note"],
        "fields": row_["fields"],
        "decision": row_["decision"][:8],
    }


def event(row_: Shown) -> Shown:
    """Show one event of the audit chain."""
    local = timezone.localtime(row_["at"])
    return {
        "at": words.moment(local),
        "who": row_["actor"] or _("the machine"),
        "what": meaning(row_["action"]),
        "page": row_["page"] or "",
        "field": row_["field"],
    }


def page(row_: Shown) -> Shown:
    """Show one scan."""
    return {
        **row_,
        "state": words.PAGES.get(row_["status"], row_["status"]),
        "at": words.moment(row_["read_at"]),
        "index": row_["index"] + 1,
        "by": ", ".join(
            f"{words.READERS.get(name, name)} {value}" for name, value in row_["provenance"].items()
        ),
    }

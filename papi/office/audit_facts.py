"""Facts of an event and names of fields, in the words of those who read them.

Knows the names facts are written under and the labels printed on forms. Must not know where either
is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from papi.store.audit_search import Seen, issued_templates
from papi.store.audit_words import ACTIONS, meaning
from papi.store.cases import all_layouts

FACTS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "action": _("what"),
        "added": _("added"),
        "approved": _("approved alone"),
        "asked": _("asked"),
        "batch": _("batch"),
        "before": _("older than"),
        "changed": _("changed"),
        "class": _("kind of field"),
        "count": _("number"),
        "decision": _("decision"),
        "digest": _("checksum"),
        "events": _("events"),
        "fields": _("fields"),
        "files": _("files"),
        "fix": _("mended"),
        "flaws": _("flaws"),
        "form": _("form"),
        "forms": _("forms"),
        "from": _("from"),
        "grid": _("group"),
        "item": _("item"),
        "kind": _("kind"),
        "missed": _("missed"),
        "pages": _("pages"),
        "recipe": _("recipe"),
        "region": _("region"),
        "regions": _("regions"),
        "role": _("role"),
        "round": _("round"),
        "rows": _("rows"),
        "run": _("protocol"),
        "scan": _("scan"),
        "since": _("since"),
        "small": _("small picture"),
        "table": _("table"),
        "to": _("to"),
        "until": _("until"),
        "what": _("kind"),
        "who": _("who"),
    }
)
"""Names facts have in events, and what they mean; the Indonesian is in review/locale/audit."""


def facts(event: Seen) -> str:
    """Return the facts of an event in one line, in the language that is on."""
    said = ((str(FACTS.get(name, name)), item) for name, item in sorted(event.detail.items()))
    return "; ".join(f"{name}: {_fact(item)}" for name, item in said if item not in ("", None, []))


def _fact(item: Any) -> str:
    if isinstance(item, Mapping):
        return ", ".join(f"{name} {_fact(part)}" for name, part in sorted(item.items()))
    if isinstance(item, list):
        return ", ".join(map(_fact, item))
    if isinstance(item, bool):
        return gettext("yes") if item else pgettext("fact", "no")
    return meaning(item) if isinstance(item, str) and item in ACTIONS else str(item)


def field_labels(form_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the printed label of every field, by form id; members are numbered."""
    found, layouts = {}, all_layouts()
    for form_id, (_form, version) in issued_templates(form_ids).items():
        found[form_id] = {
            field.name: _label(field.name, field.label or field.name)
            for field in layouts[version].fields
        }
    return found


def _label(name: str, label: str) -> str:
    """Return "2: NIK" for the NIK of the second member of a household."""
    kind, dot, rest = name.partition(".")
    number = rest.partition(".")[0]
    return f"{number}: {label}" if kind == "art" and dot and number.isdecimal() else label

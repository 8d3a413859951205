"""What a supervisor asks the audit chain for, as the query string says it.

Knows names of form fields. Must not know what is found.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.dateparse import parse_date

from papi.model.sheet import normalise_form_id
from papi.store.audit_search import Wanted
from papi.store.audit_words import ACTIONS

_LONGEST = 150
_DIGITS = 6


def wanted_of(query: QueryDict) -> Wanted | None:
    """Return what is asked for; None if what was keyed as a form id can be none."""
    keyed = query.get("form", "").strip()[:_LONGEST]
    form_id = normalise_form_id(keyed) if keyed else ""
    if form_id is None:
        return None
    action = query.get("action", "")
    return Wanted(
        form_id=form_id,
        actor=query.get("who", "").strip()[:_LONGEST].replace("\0", ""),
        action=action if action in ACTIONS else "",
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
    )


def query_of(wanted: Wanted) -> str:
    """Return the same as a query string, for links."""
    asked = {
        "form": wanted.form_id,
        "who": wanted.actor,
        "action": wanted.action,
        "since": wanted.since,
        "until": wanted.until,
    }
    return urlencode({"ask": 1, **{name: value for name, value in asked.items() if value}})


def sheet_of(query: QueryDict) -> int:
    """Return which sheet of the list is wanted."""
    text = query.get("sheet", "1")
    plain = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return int(text) if plain else 1


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:  # well written, but no such day
        return None
    return day if day and dt.date(2000, 1, 1) <= day < dt.date(2200, 1, 1) else None

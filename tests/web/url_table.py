"""What each address allows whom: the table that test_web_rights holds the application to.

An address that is not in TABLE fails the test: whoever adds one says here who may use it, and
whether it is about one form, page or item, which people of other regions must not find.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

NOBODY, OPERATOR, CLERK, SUPERVISOR, ADMIN = "", "operator", "clerk", "supervisor", "admin"
ROLES = (OPERATOR, CLERK, SUPERVISOR, ADMIN)
EVERYBODY = frozenset(ROLES)
ANYBODY = EVERYBODY | {NOBODY}
WORKERS = frozenset({OPERATOR, CLERK, SUPERVISOR})
KEYERS = frozenset({CLERK, SUPERVISOR})
FIXERS = frozenset({OPERATOR, SUPERVISOR})
SUPERVISORS = frozenset({SUPERVISOR})
ADMINS = frozenset({ADMIN})
GET, POST = "GET", "POST"
BOTH = f"{GET} {POST}"


@dataclass(frozen=True)
class Row:
    """One address.

    Attributes:
        roles: who may.
        methods: GET, POST or both; any other one is answered 405.
        args: names of `Things` that stand in the address.
        query: of a GET.
        body: of a POST, JSON if `as_json`.
        about: it is about one form, page or item: 404 for who sees other regions.
        everywhere: only for who sees every region.
    """

    roles: frozenset[str]
    methods: str = GET
    args: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    as_json: bool = False
    about: bool = False
    everywhere: bool = False


TABLE: dict[str, Row] = {
    "home": Row(EVERYBODY),
    "language": Row(ANYBODY, POST, body={"language": "en"}),
    "people:login": Row(ANYBODY, BOTH, body={"username": "x", "password": "y"}),
    "people:logout": Row(ANYBODY, POST),
    "people:password": Row(EVERYBODY, BOTH, body={"old_password": "x"}),
    "people:list": Row(ADMINS),
    "people:add": Row(ADMINS, BOTH),
    "people:edit": Row(ADMINS, BOTH, ("person",)),
    "people:give_password": Row(ADMINS, POST, ("person",)),
    "people:switch": Row(ADMINS, POST, ("person",)),
    "keying:start": Row(KEYERS),
    "keying:work": Row(KEYERS),
    "keying:next": Row(KEYERS, POST, as_json=True),
    "keying:answers": Row(KEYERS, POST, as_json=True),
    "keying:undo": Row(KEYERS, POST, as_json=True),
    "keying:release": Row(KEYERS, POST, body={"items": []}, as_json=True),
    "keying:snip": Row(KEYERS, args=("item",), about=True),
    "keying:page": Row(KEYERS, args=("item",), about=True),
    "keying:arbitration": Row(SUPERVISORS),
    "keying:conflicts_next": Row(SUPERVISORS, POST, as_json=True),
    "keying:conflicts_answers": Row(SUPERVISORS, POST, as_json=True),
    "keying:questions": Row(SUPERVISORS),
    "keying:questions_next": Row(SUPERVISORS, POST, as_json=True),
    "keying:questions_answers": Row(SUPERVISORS, POST, as_json=True),
    "grouping:start": Row(KEYERS),
    "grouping:take": Row(KEYERS, POST),
    "grouping:undo": Row(KEYERS, POST),
    "grouping:leave": Row(KEYERS, POST),
    "grouping:grid": Row(KEYERS, args=("token",)),
    "grouping:answer": Row(KEYERS, POST, ("token",)),
    "grouping:picture": Row(KEYERS, args=("token", "number")),
    "fixing:list": Row(FIXERS),
    "fixing:page": Row(FIXERS, BOTH, ("scan",), about=True),
    "fixing:picture": Row(FIXERS, args=("scan", "size"), about=True),
    "supervision:overview": Row(SUPERVISORS),
    "supervision:clerks": Row(SUPERVISORS),
    "supervision:scanning": Row(SUPERVISORS),
    "supervision:table": Row(SUPERVISORS, args=("table",)),
    "supervision:forms": Row(SUPERVISORS, BOTH),
    "supervision:form": Row(SUPERVISORS, args=("form",), about=True),
    "supervision:page": Row(SUPERVISORS, args=("form", "page"), query={"field": "*"}, about=True),
    "supervision:snip": Row(SUPERVISORS, args=("form", "page"), query={"field": "*"}, about=True),
    "supervision:approve": Row(SUPERVISORS, POST, ("form",), about=True),
    "supervision:return": Row(SUPERVISORS, POST, ("form",), body={"note": "x"}, about=True),
    "supervision:approve-many": Row(SUPERVISORS, BOTH),
    "supervision:returned": Row(WORKERS),
    "quality:overview": Row(SUPERVISORS),
    "quality:progress": Row(SUPERVISORS),
    "quality:lines_csv": Row(SUPERVISORS),
    "quality:clerks_csv": Row(SUPERVISORS),
    "quality:decide": Row(SUPERVISORS, POST, everywhere=True),
    "quality:raise": Row(SUPERVISORS, args=("field_class",), everywhere=True),
    "quality:change": Row(SUPERVISORS, POST, ("field_class",), everywhere=True),
    "audit:search": Row(SUPERVISORS),
    "audit:csv": Row(SUPERVISORS),
    "audit:chain": Row(ADMINS, BOTH),
    "audit:heads": Row(ADMINS, POST),
}


@dataclass(frozen=True)
class Things:
    """What stands in addresses: one of each kind, all of one region."""

    item: int
    form: str
    page: int
    field: str
    scan: int
    person: int
    region: str
    token: str = "0" * 32
    number: int = 1
    size: str = "small"
    table: str = "villages"
    field_class: str = "nik"


def addresses() -> dict[str, Callable[..., Any]]:
    """Return every named address of the application with its view."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, entry.namespace or space)
        else:
            name = entry.name or str(entry.pattern)
            yield (f"{space}:{name}" if space else name), entry.callback


def address(name: str, things: Things) -> str:
    """Return an address with things filled in."""
    return reverse(name, args=[getattr(things, part) for part in TABLE[name].args])


def ask(client: Client, name: str, method: str, things: Things, accept: str = "text/html") -> Any:
    """Send the request that the table describes."""
    row, path = TABLE[name], address(name, things)
    headers = {"Accept": accept}
    if method == GET:
        query = {key: things.field if text == "*" else text for key, text in row.query.items()}
        return client.get(path, query, headers=headers)
    if row.as_json:
        body = json.dumps(dict(row.body))
        return client.post(path, body, content_type="application/json", headers=headers)
    return client.post(path, dict(row.body), headers=headers)


def cases() -> list[tuple[str, str]]:
    """Return every address with each method it answers."""
    return [(name, method) for name, row in TABLE.items() for method in row.methods.split()]

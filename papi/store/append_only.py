"""Guards in the database itself: an audit event can be added, never changed or taken away.

Knows the triggers of SQLite and PostgreSQL. Must not know what an event says. Who may change the
database's structure can drop them: they keep mistakes and careless hands away; the chain shows the
rest. A migration that rebuilds one of the tables on SQLite must put its guards back.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

_GUARDED = (
    ("papi_audit_event", "UPDATE"),
    ("papi_audit_event", "DELETE"),
    ("papi_audit_value", "UPDATE"),  # its rows may go (retention), but not change
)
_REFUSAL = "the audit chain is append-only"
_FUNCTION = "papi_audit_refuse"
_BODY = f" BEGIN RAISE EXCEPTION '{_REFUSAL}'; END "
_ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
_ON_POSTGRESQL = """
SELECT tgname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid
WHERE tgenabled IN ('O', 'A') AND prosrc = %s"""


def guard_names() -> tuple[str, ...]:
    """Return the names of all guards."""
    return tuple(_name(table, verb) for table, verb in _GUARDED)


def guard_statements(vendor: str) -> Iterator[str]:
    """Yield the statements that set the guards up."""
    if vendor == "postgresql":
        yield f"CREATE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${_BODY}$$"
    for table, verb in _GUARDED:
        act = (
            f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()"
            if vendor == "postgresql"
            else f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
        yield f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON {table} {act}"


def release_statements(vendor: str) -> Iterator[str]:
    """Yield the statements that take the guards away."""
    for table, verb in _GUARDED:
        place = f" ON {table}" if vendor == "postgresql" else ""
        yield f"DROP TRIGGER {_name(table, verb)}{place}"
    if vendor == "postgresql":
        yield f"DROP FUNCTION {_FUNCTION}()"


def missing_guards() -> list[str]:
    """Return the names of guards that the open database does not have, word for word.

    One of the same name that refuses nothing, or guards another table, is none.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ON_POSTGRESQL, [_BODY])
        else:
            cursor.execute(_ON_SQLITE)
        present = {str(name): _words(said) for name, said in cursor.fetchall()}
    wanted = [_words(said) for said in guard_statements(connection.vendor) if " TRIGGER " in said]
    named = zip(guard_names(), wanted, strict=True)
    return [name for name, words in named if present.get(name) != words]


def _words(statement: object) -> list[str]:
    """Return the words of a statement; databases may quote names and break lines."""
    return str(statement).replace('"', "").split()


def _name(table: str, verb: str) -> str:
    return f"{table}_no_{verb.lower()}"

"""People with a login: added, changed, switched off; never removed, their work names them.

Knows names, roles, regions, how passwords are kept, and that somebody must stay who can add people.
Must not know screens. Every change is recorded in the audit chain and ends the person's sessions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from papi.errors import UsageError
from papi.store import audit
from papi.store.faults import storage_faults
from papi.store.models import User
from papi.store.models.people import Role

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")
_REGION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{10}")


class PersonRefused(UsageError):
    """What was asked of a person's account cannot be.

    Attributes:
        reason: name | taken | role | region | password | last_admin | unknown.
        details: sentences in the language of the moment, where the reason alone says too little.
    """

    def __init__(
        self, reason: str, message: str, advice: str | None = None, details: Sequence[str] = ()
    ) -> None:
        super().__init__(message, advice)
        self.reason = reason
        self.details = tuple(details)


def add_user(  # noqa: PLR0917  the first four are what a person is
    name: str,
    role: str,
    regions: Iterable[str],
    password: str,
    actor: str = "",
    temporary: bool = False,
) -> None:
    """Add a person.

    Args:
        name: login, 2-40 letters, digits and `._-`; unique, capitals or not.
        role: operator | clerk | supervisor | admin.
        regions: Kemendagri prefixes, with or without dots; none = every region.
        password: checked against the password rules, kept as a salted hash.
        actor: login of who adds, "" at the command line.
        temporary: the person must choose another one at the first login.

    Raises:
        PersonRefused: the name is taken or malformed, a region or the password is not acceptable.
    """
    if not _NAME.fullmatch(name):
        raise PersonRefused(
            "name", "The name must have 2-40 letters, digits or . _ -", "Choose another name."
        )
    user = User(username=name, role=_role(role), regions=_regions(regions))
    user.is_superuser = user.is_staff = False  # rights come from the role alone
    user.must_change_password = temporary
    _set_password(user, password)
    with storage_faults():
        try:
            with transaction.atomic():
                if User.objects.filter(username__iexact=name).exists():
                    raise _taken(name)
                user.save(force_insert=True)
                audit.record(actor or audit.command_line(), [_event("user.added", user)])
        except IntegrityError as error:
            raise _taken(name) from error


def people() -> list[User]:
    """Return everybody, those who may log in first, by name."""
    with storage_faults():
        return list(User.objects.order_by("-is_active", "username"))


def find_person(name: str) -> User:
    """Return the person with this login.

    Raises:
        PersonRefused: nobody has it.
    """
    with storage_faults():
        user = User.objects.filter(username=name).first()
    if user is None:
        raise PersonRefused("unknown", f"Nobody is named {name}.", "`papi user list` names all.")
    return user


def person_by_key(key: int) -> User | None:
    """Return the person of a database key, None if there is none."""
    with storage_faults():
        return User.objects.filter(pk=key).first() if key < 2**63 else None


def change_rights(name: str, role: str, regions: Iterable[str], actor: str = "") -> None:
    """Give a person another role or other regions; their sessions end.

    Raises:
        PersonRefused: unknown person, no such role or region, or nobody would be left as admin.
    """
    wanted, codes = _role(role), _regions(regions)
    with _changing(name) as user:
        if (user.role, user.regions) == (wanted, codes):
            return
        if wanted != Role.ADMIN:
            _keep_an_admin(user)
        user.role, user.regions = wanted, codes
        _save(user, "user.changed", actor)


def disable(name: str, actor: str = "") -> None:
    """Let a person log in no more; their sessions end, their work stays.

    Raises:
        PersonRefused: unknown person, or nobody would be left as admin.
    """
    with _changing(name) as user:
        _keep_an_admin(user)
        if user.is_active:
            user.is_active = False
            _save(user, "user.disabled", actor)


def enable(name: str, actor: str = "") -> None:
    """Let a person log in again.

    Raises:
        PersonRefused: unknown person.
    """
    with _changing(name) as user:
        if not user.is_active:
            user.is_active = True
            _save(user, "user.enabled", actor)


def set_password(name: str, password: str, actor: str = "", temporary: bool = True) -> None:
    """Give a person another password; their sessions end.

    Args:
        name: whose.
        password: checked against the password rules.
        actor: login of who does it, "" at the command line.
        temporary: the person must choose another one at the next login.

    Raises:
        PersonRefused: unknown person, or the password is not acceptable.
    """
    with _changing(name) as user:
        _set_password(user, password)
        user.must_change_password = temporary
        _save(user, "user.password", actor)


def change_own_password(user: User) -> None:
    """Keep the password a person has just set on `user`; the caller keeps that one session."""
    with storage_faults(), transaction.atomic():
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        audit.record(user.username, [audit.Event("password.changed")])


def anybody_can_log_in() -> bool:
    """Tell whether there is at least one person who may log in."""
    with storage_faults():
        return User.objects.filter(is_active=True).exists()


@contextmanager
def _changing(name: str) -> Iterator[User]:
    """Yield a person whose row, and every admin's, nobody else changes meanwhile."""
    with storage_faults(), transaction.atomic():
        rows = User.objects.select_for_update().order_by("id")
        admins = {user.username: user for user in rows.filter(role=Role.ADMIN)}
        user = admins.get(name) or rows.filter(username=name).first()
        if user is None:
            raise PersonRefused(
                "unknown", f"Nobody is named {name}.", "`papi user list` names all."
            )
        yield user


def _keep_an_admin(user: User) -> None:
    """Refuse to take the last admin away."""
    if user.role != Role.ADMIN or not user.is_active:
        return
    others = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise PersonRefused(
            "last_admin", f"{user.username} is the only admin.", "Add another admin first."
        )


def _save(user: User, action: str, actor: str) -> None:
    user.session_epoch += 1
    user.save()
    audit.record(actor or audit.command_line(), [_event(action, user)])


def _event(action: str, user: User) -> audit.Event:
    detail = {"who": user.username, "role": user.role, "regions": user.regions}
    return audit.Event(action, detail=detail)


def _taken(name: str) -> PersonRefused:
    return PersonRefused("taken", f"There is already a person named {name}.")


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PersonRefused(
            "password", " ".join(error.messages), "Choose another password.", error.messages
        ) from error
    user.set_password(password)


def _role(role: str) -> str:
    if role not in Role.values:
        raise PersonRefused("role", f"{role!r} is no role.", f"Roles: {', '.join(Role.values)}.")
    return role


def _regions(codes: Iterable[str]) -> list[str]:
    return sorted({_region(code) for code in codes})


def _region(code: str) -> str:
    digits = code.replace(".", "")
    if not _REGION.fullmatch(digits):
        raise PersonRefused(
            "region",
            f"{code!r} is no region code.",
            "Give 2, 4, 6 or 10 digits, e.g. 32.01 or 3201012001.",
        )
    return digits

"""People with a login.

Knows names, roles, regions and how passwords are kept. Must not know screens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from papi.errors import UsageError
from papi.store.faults import storage_faults
from papi.store.models import User

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")
_REGION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{10}")


def add_user(name: str, role: str, regions: Iterable[str], password: str) -> None:
    """Add a person.

    Args:
        name: login, 2-40 letters, digits and `._-`.
        role: operator | clerk | supervisor | admin.
        regions: Kemendagri prefixes, with or without dots; none = every region.
        password: checked against the password rules, kept as a salted hash.

    Raises:
        UsageError: the name is taken or malformed, a region or the password is not acceptable.
    """
    if not _NAME.fullmatch(name):
        raise UsageError("The name must have 2-40 letters, digits or . _ -", "Choose another name.")
    user = User(username=name, role=role, regions=[_region(code) for code in regions])
    user.is_superuser = user.is_staff = False  # rights come from the role alone
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise UsageError(" ".join(error.messages), "Choose another password.") from error
    user.set_password(password)
    with storage_faults():
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError as error:
            raise UsageError(f"There is already a person named {name}.") from error


def _region(code: str) -> str:
    digits = code.replace(".", "")
    if not _REGION.fullmatch(digits):
        raise UsageError(
            f"{code!r} is no region code.", "Give 2, 4, 6 or 10 digits, e.g. 32.01 or 3201012001."
        )
    return digits

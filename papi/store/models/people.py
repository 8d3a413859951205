"""Who works here: users with one role and the regions they may see."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac

_SALT = "papi.store.models.people.session"


class Role(models.TextChoices):
    """What a person may do; rights are deny-by-default and live with the web application."""

    OPERATOR = "operator", "Operator"
    CLERK = "clerk", "Clerk"
    SUPERVISOR = "supervisor", "Supervisor"
    ADMIN = "admin", "Administrator"


class User(AbstractUser):
    """A person with a login.

    Attributes:
        role: one of Role.
        regions: Kemendagri code prefixes, digits; an empty list = every region.
        must_change_password: somebody else set the password; only its change is served until then.
        session_epoch: raised when rights change, which ends every session begun before.
    """

    role = models.CharField(max_length=12, choices=Role.choices, default=Role.CLERK)
    regions = models.JSONField(default=list, blank=True)
    must_change_password = models.BooleanField(default=False)
    session_epoch = models.PositiveIntegerField(default=0)

    class Meta:
        """One row per login."""

        db_table = "papi_user"

    def __str__(self) -> str:
        return self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must know to stand; the password alone would not end it."""
        standing = f"{self.password}:{self.session_epoch}"
        return salted_hmac(_SALT, standing, secret=secret, algorithm="sha256").hexdigest()

"""Who works here: users with one role and the regions they may see."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


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
    """

    role = models.CharField(max_length=12, choices=Role.choices, default=Role.CLERK)
    regions = models.JSONField(default=list, blank=True)

    class Meta:
        """One row per login."""

        db_table = "papi_user"

    def __str__(self) -> str:
        return self.username

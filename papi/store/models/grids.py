"""Grids of like snips that were put before people."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Grid(models.Model):
    """One grid that one person has, or had, on screen.

    Attributes:
        token: its opaque name.
        field_class, value: what its pictures were read as.
        region: of its first item, for who may see the counts.
        places: its pictures in order: [item, lease] of an item, [form id, page, field] of a planted
            one (a trap), whose value is another and settled.
        traps: planted pictures; missed: of those, how many were left unmarked at the first try.
        tries: how often it was sent.
        answered_at: when it was taken, or given back.
    """

    token = models.CharField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    field_class = models.CharField(max_length=16)
    value = models.CharField(max_length=8)
    region = models.CharField(max_length=10)
    places = models.JSONField(default=list)
    traps = models.PositiveSmallIntegerField(default=0)
    missed = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Found by token, and by person, newest first."""

        db_table = "papi_grid"
        indexes = (models.Index(fields=["user", "made_at"], name="grid_by_user"),)

    def __str__(self) -> str:
        return f"grid {self.pk}"

"""The pre-list: what the office knew before the visit, and what it knew before that."""

from __future__ import annotations

from django.db import models


class PrelistImport(models.Model):
    """One import of one file, with its counts (households or persons, not lines)."""

    form = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(auto_now_add=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        """Kept for ever: the proof of where a printed value came from."""

        db_table = "papi_prelist_import"

    def __str__(self) -> str:
        return f"{self.form} {self.sha256[:8]}"


class PrelistEntry(models.Model):
    """One household with its members, or one person, as last imported.

    Attributes:
        region: Kemendagri code, 10 digits.
        rw, rt, number: sorting keys of the walk through a village.
        content_hash: of the payload; equal hash = unchanged row.
        payload: {"values": {...}, "members": [{...}, ...]}.
        imported: the import that wrote this payload.
    """

    form = models.CharField(max_length=40)
    prelist_id = models.CharField(max_length=64)
    region = models.CharField(max_length=10)
    rw = models.PositiveIntegerField(default=0)
    rt = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=32)
    payload = models.JSONField()
    imported = models.ForeignKey(PrelistImport, models.PROTECT, related_name="entries")

    class Meta:
        """An id is unique within a form; printing walks by region, RW, RT, number."""

        db_table = "papi_prelist_entry"
        constraints = (
            models.UniqueConstraint(fields=["form", "prelist_id"], name="prelist_entry_unique"),
        )
        indexes = (
            models.Index(
                fields=["form", "region", "rw", "rt", "number"], name="prelist_entry_walk"
            ),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.pk}"


class PrelistPast(models.Model):
    """A payload that a later import replaced."""

    entry = models.ForeignKey(PrelistEntry, models.CASCADE, related_name="past")
    content_hash = models.CharField(max_length=32)
    payload = models.JSONField()
    imported = models.ForeignKey(PrelistImport, models.PROTECT, related_name="+")
    replaced_by = models.ForeignKey(PrelistImport, models.PROTECT, related_name="+")

    class Meta:
        """Newest last."""

        db_table = "papi_prelist_past"

    def __str__(self) -> str:
        return f"past of {self.entry_id}"

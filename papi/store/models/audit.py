"""Who saw and did what: an append-only chain, its heads, and the values beside it."""

from __future__ import annotations

from django.db import models


class AuditHead(models.Model):
    """The newest event of one shard; locked while an event is appended to it.

    Attributes:
        key: mark of the key the chain was begun with, so that none goes on with another one.
    """

    shard = models.PositiveSmallIntegerField(primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True, default="")
    key = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        """A few rows, made with the first event of each shard."""

        db_table = "papi_audit_head"

    def __str__(self) -> str:
        return f"shard {self.shard} at {self.seq}"


class AuditEvent(models.Model):
    """One thing somebody did or saw. Never updated, never deleted.

    Attributes:
        shard, seq: place in its chain, seq from 1 without gaps.
        actor: login name, "" for the machine; kept as text, so that it outlives the account.
        action: a word of `store.audit_words.ACTIONS`.
        form_id, page, field: what it was about, as far as it was about a form.
        detail: facts without personal data.
        digest: SHA-256 of salt and values in `AuditValue`; "" if there are none.
        mac: HMAC-SHA-256 over the event before it and this one.
    """

    shard = models.PositiveSmallIntegerField()
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=150, blank=True, default="")
    action = models.CharField(max_length=24)
    form_id = models.CharField(max_length=9, blank=True, default="")
    page = models.PositiveIntegerField(null=True, blank=True)
    field = models.CharField(max_length=60, blank=True, default="")
    detail = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, default="")
    mac = models.CharField(max_length=64)

    class Meta:
        """Found by form, by person who did it, by time."""

        db_table = "papi_audit_event"
        constraints = (models.UniqueConstraint(fields=["shard", "seq"], name="audit_event_unique"),)
        indexes = (
            models.Index(fields=["form_id", "at"], name="audit_event_form"),
            models.Index(fields=["actor", "at"], name="audit_event_actor"),
            models.Index(fields=["at"], name="audit_event_at"),
        )

    def __str__(self) -> str:
        return f"{self.shard}.{self.seq} {self.action}"


class AuditValue(models.Model):
    """Values of an event, outside the chain: retention may erase the row, the chain stays whole."""

    event = models.OneToOneField(AuditEvent, models.CASCADE, primary_key=True, related_name="kept")
    salt = models.CharField(max_length=32)
    values = models.JSONField(default=dict)

    class Meta:
        """Erased by `papi purge`."""

        db_table = "papi_audit_value"

    def __str__(self) -> str:
        return f"values of {self.event_id}"


class DoomedFile(models.Model):
    """An original whose destruction is recorded and whose file is yet to be deleted.

    Written with the record, in one transaction; the row goes when the file is gone. So a purge that
    is cut off leaves a list of what is still to be done, and never a file that nobody knows of.
    """

    stored = models.CharField(max_length=120, unique=True)

    class Meta:
        """Empty but while a purge runs, or after one was cut off."""

        db_table = "papi_doomed_file"

    def __str__(self) -> str:
        return self.stored

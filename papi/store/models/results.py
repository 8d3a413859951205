"""What was decided: readings, findings, records with members, and what clerks keyed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from papi.store.models.paper import IssuedForm


class Reading(models.Model):
    """One field of one page that was read: columns of the contract's `readings` table.

    Attributes:
        reasons: space-joined.
        candidates: [[value, probability], ...], best first.
    """

    form = models.ForeignKey(
        IssuedForm, models.CASCADE, related_name="readings", db_index=False
    )  # the unique index begins with it
    page = models.PositiveIntegerField()
    field = models.CharField(max_length=60)
    value = models.TextField(blank=True, default="")
    machine_value = models.TextField(blank=True, default="")
    confidence = models.FloatField()
    status = models.CharField(max_length=8)
    reasons = models.TextField(blank=True, default="")
    source = models.CharField(max_length=8)
    candidates = models.JSONField(default=list)

    class Meta:
        """The queue is the partial index of what is in review."""

        db_table = "papi_reading"
        constraints = (
            models.UniqueConstraint(fields=["form", "page", "field"], name="reading_unique"),
        )
        indexes = (
            models.Index(
                fields=["field", "form"],
                name="reading_queue",
                condition=models.Q(status="review"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.form_id} {self.field}"


class Finding(models.Model):
    """A rule that failed or waits for a page.

    Attributes:
        across: found by the pass across forms (A07, A13), which replaces only its own rows.
    """

    form = models.ForeignKey(IssuedForm, models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=1)
    outcome = models.CharField(max_length=16)
    fields = models.JSONField(default=list)
    detail = models.CharField(max_length=255, blank=True, default="")
    message_id = models.TextField(blank=True, default="")
    message_en = models.TextField(blank=True, default="")
    across = models.BooleanField(default=False)

    class Meta:
        """Counted by rule."""

        db_table = "papi_finding"
        indexes = (models.Index(fields=["rule", "outcome"], name="finding_rule"),)

    def __str__(self) -> str:
        return f"{self.form_id} {self.rule}"


class Record(models.Model):
    """The merged record of a form.

    Attributes:
        outcome: matched | queue | incomplete.
        values: {field: [value, origin, status]}.
        missing_pages: page numbers not yet read.
        nik: merged NIK of a person's form, for rules across forms; "" if none.
        settings_hash: of recipe, dates, officers and region table it was decided with.
        fingerprint: of what was decided (`store.fingerprints`); "" if an older release decided it.
    """

    form = models.OneToOneField(IssuedForm, models.CASCADE, primary_key=True, related_name="record")
    outcome = models.CharField(max_length=10)
    values = models.JSONField(default=dict)
    missing_pages = models.JSONField(default=list)
    nik = models.CharField(max_length=16, blank=True, default="")
    settings_hash = models.CharField(max_length=64, blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        """Counted by outcome."""

        db_table = "papi_record"
        indexes = (
            models.Index(fields=["outcome"], name="record_outcome"),
            models.Index(fields=["nik"], name="record_nik", condition=~models.Q(nik="")),
        )

    def __str__(self) -> str:
        return f"{self.form_id} {self.outcome}"


class Member(models.Model):
    """One person of a household record.

    Attributes:
        number: strip on paper, from 1.
        nik: merged NIK, for rules across forms; "" if none.
        values: {field without "art.N.": [value, origin, status]}.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="members", db_index=False)
    number = models.PositiveIntegerField()
    nik = models.CharField(max_length=16, blank=True, default="")
    values = models.JSONField(default=dict)

    class Meta:
        """A NIK may stand in two forms: rule A13 says so, not a constraint."""

        db_table = "papi_member"
        constraints = (models.UniqueConstraint(fields=["record", "number"], name="member_unique"),)
        indexes = (models.Index(fields=["nik"], name="member_nik", condition=~models.Q(nik="")),)

    def __str__(self) -> str:
        return f"{self.record_id} {self.number}"


class Resolution(models.Model):
    """What a person keyed for one field. Appended, never changed; the latest active one counts.

    Kept apart from `Reading`, which every new decision rewrites.

    Attributes:
        only_content: fingerprint of the scan it was keyed from, once that scan counts no longer
            (withdrawn, or another one goes before it): the value then counts for this image alone,
            should it come back. "" else.
    """

    form = models.ForeignKey(IssuedForm, models.CASCADE, related_name="resolutions")
    page = models.PositiveIntegerField()
    field = models.CharField(max_length=60)
    value = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=16, default="keyed")
    active = models.BooleanField(default=True)
    only_content = models.CharField(max_length=64, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Looked up by form when it is decided again."""

        db_table = "papi_resolution"
        indexes = (models.Index(fields=["form", "page", "field"], name="resolution_field"),)

    def __str__(self) -> str:
        return f"{self.form_id} {self.field}"

"""What people key: items that wait for a person, every entry made, approvals of whole forms."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from papi.store.models.paper import IssuedForm


class Item(models.Model):
    """One field of one form that a person must key. Kept in step with every decision of its form.

    Apart from `Reading`, which every decision rewrites. A field that needs a person again (another
    scan, a raised threshold) opens its row anew with the next `round`; old entries keep theirs.

    Attributes:
        purpose: review (the machine asks) | sample (accepted, drawn for the live error estimate).
        field_class: `model.recipe.FieldClass`; base: field name without its member.
        region: of the form, for who may see it.
        critical: an error here is the wrong person.
        entries_needed: blind entries by different people before they are compared.
        grid_value: value under which it may stand in a grid of like snips; "" = never.
        machine_value, confidence: what the machine had read when the round was opened.
        content: fingerprint of the scan it is keyed from.
        round: how often it was opened, from 1.
        state: open | arbitration (entries differ) | supervisor (asked, or cannot be read) | done |
            gone (no longer needed: a page was withdrawn, a rule is content now).
        leased_to, leased_until, lease: who has it on screen, until when, under which token.
    """

    form = models.ForeignKey(IssuedForm, models.CASCADE, related_name="items", db_index=False)
    page = models.PositiveIntegerField()
    field = models.CharField(max_length=60)
    purpose = models.CharField(max_length=8)
    field_class = models.CharField(max_length=16)
    base = models.CharField(max_length=60)
    region = models.CharField(max_length=10)
    critical = models.BooleanField(default=False)
    entries_needed = models.PositiveSmallIntegerField(default=1)
    grid_value = models.CharField(max_length=8, blank=True, default="")
    machine_value = models.TextField(blank=True, default="")
    confidence = models.FloatField(default=0.0)
    reasons = models.TextField(blank=True, default="")
    content = models.CharField(max_length=64, blank=True, default="")
    round = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, default="open")
    leased_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=32, blank=True, default="")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Handed out by class, base and region; looked up by form at every decision."""

        db_table = "papi_item"
        constraints = (
            models.UniqueConstraint(
                fields=["form", "page", "field", "purpose"], name="item_unique"
            ),
        )
        indexes = (
            models.Index(
                fields=["field_class", "base", "region", "id"],
                name="item_kind",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["field_class", "region", "base", "id"],
                name="item_class",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["field_class", "grid_value", "region", "base", "id"],
                name="item_like",
                condition=models.Q(state="open") & ~models.Q(grid_value=""),
            ),
            # One for each: SQLite uses a partial index for the very condition it was made with.
            models.Index(
                fields=["id"], name="item_conflict", condition=models.Q(state="arbitration")
            ),
            models.Index(
                fields=["id"], name="item_question", condition=models.Q(state="supervisor")
            ),
        )

    def __str__(self) -> str:
        return f"{self.form_id} {self.field} {self.purpose}"


class Entry(models.Model):
    """What one person said of one item. Appended; taken back by `undone_at`, never removed.

    Attributes:
        round: of the item when it was made.
        kind: keyed | unreadable | ask | confirmed (in a grid) | refused (clicked in a grid) |
            arbitrated (chose between two entries) | settled (by the supervisor) | given_up (by the
            supervisor: nobody can read it).
        value: as `readings.value`; "" for blank, and for kinds without one.
        note: a question to the supervisor, or the answer.
        client_key: random name the browser gave it, so that a resend counts once.
        keys, seconds: keystrokes and time it took, for the workload figures.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="entries")
    round = models.PositiveIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    value = models.TextField(blank=True, default="")
    note = models.CharField(max_length=255, blank=True, default="")
    client_key = models.CharField(max_length=40, unique=True)
    keys = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One standing entry a person and round: blind entries are by different people."""

        db_table = "papi_entry"
        constraints = (
            models.UniqueConstraint(
                fields=["item", "round", "user"],
                condition=models.Q(undone_at=None)
                & ~models.Q(kind__in=["refused", "settled", "given_up"]),
                name="entry_one_a_person",
            ),
        )
        indexes = (models.Index(fields=["user", "made_at"], name="entry_by_user"),)

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind}"


class Approval(models.Model):
    """A supervisor's word on a whole form. Appended; the latest counts, for what it was said of.

    Attributes:
        state: approved | returned.
        decision: fingerprint of the decided form it was said of; another decision voids it.
        fields: fields of a returned form that go to a clerk again.
    """

    form = models.ForeignKey(IssuedForm, models.CASCADE, related_name="approvals")
    state = models.CharField(max_length=8)
    note = models.CharField(max_length=255, blank=True, default="")
    decision = models.CharField(max_length=64)
    fields = models.JSONField(default=list)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Newest last."""

        db_table = "papi_approval"

    def __str__(self) -> str:
        return f"{self.form_id} {self.state}"

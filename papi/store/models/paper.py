"""What was printed: frozen layouts, forms with their opaque ids, and each paper copy."""

from __future__ import annotations

from django.db import models

from papi.store.models.prelist import PrelistEntry


class LayoutVersion(models.Model):
    """Name of a layout as it was at first printing; its content is in `LayoutContent`."""

    form = models.CharField(max_length=40)
    version = models.CharField(max_length=6)
    codebook = models.CharField(max_length=40)
    frozen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Never updated, never deleted."""

        db_table = "papi_layout_version"
        constraints = (
            models.UniqueConstraint(fields=["form", "version"], name="layout_version_unique"),
        )
        indexes = (models.Index(fields=["version"], name="layout_version_by_version"),)

    def __str__(self) -> str:
        return f"{self.form} {self.version}"


class LayoutContent(models.Model):
    """All that is needed to draw and read a layout version again.

    A table of its own: half a megabyte of JSON must not come along with every form (20 ms each).

    Attributes:
        layout: the contract's JSON.
        drawing: `model.drawing.Drawing` as JSON.
        fonts: names of the font faces.
    """

    version = models.OneToOneField(
        LayoutVersion, models.CASCADE, primary_key=True, related_name="content"
    )
    layout = models.JSONField()
    drawing = models.JSONField()
    fonts = models.JSONField(default=list)

    class Meta:
        """Never updated, never deleted."""

        db_table = "papi_layout_content"

    def __str__(self) -> str:
        return f"content of {self.version_id}"


class IssuedForm(models.Model):
    """A form on paper.

    Attributes:
        form_id: 9 characters, the barcode's id.
        prelist: whose form it is; empty for a blank form for a new proposal.
        pages: page numbers that were printed, ascending.
        copies: how often it was printed.
        undecided: evidence or a clerk's value came since the last decision (crash-safe to-do).
        news: counts what came, so that a decision made meanwhile does not hide it.
    """

    form_id = models.CharField(max_length=9, primary_key=True)
    form = models.CharField(max_length=40)
    layout = models.ForeignKey(LayoutVersion, models.PROTECT, related_name="forms")
    region = models.CharField(max_length=10)
    prelist = models.OneToOneField(
        PrelistEntry, models.PROTECT, null=True, blank=True, related_name="issued"
    )
    pages = models.JSONField()
    copies = models.PositiveIntegerField(default=1)
    undecided = models.BooleanField(default=False)
    news = models.PositiveIntegerField(default=0)
    first_printed = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Status walks by region; deciding looks for the undecided."""

        db_table = "papi_issued_form"
        indexes = (
            models.Index(fields=["form", "region"], name="issued_form_region"),
            models.Index(
                fields=["form_id"],
                name="issued_form_undecided",
                condition=models.Q(undecided=True),
            ),
        )

    def __str__(self) -> str:
        return self.form_id


class PrintCopy(models.Model):
    """One copy of one form in one PDF file.

    Attributes:
        content_hash: of the pre-list row that was printed on it; "" on a blank form.
    """

    issued = models.ForeignKey(IssuedForm, models.CASCADE, related_name="printings")
    copy = models.PositiveIntegerField()
    pdf_file = models.CharField(max_length=255)
    pdf_page = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=32, blank=True, default="")
    printed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """`pdf_page` counts from 1: first page of the form in the file."""

        db_table = "papi_print_copy"
        constraints = (
            models.UniqueConstraint(fields=["issued", "copy"], name="print_copy_unique"),
        )

    def __str__(self) -> str:
        return f"{self.issued_id} copy {self.copy}"

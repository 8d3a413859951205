"""What came back: batches, files kept unchanged, and every page in exactly one state."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Batch(models.Model):
    """One run of `papi ingest` (later: one scanner batch).

    Attributes:
        summary: counts by page status when it finished.
        withdrawn_at: when somebody took it back; its files and pages are gone from the store then,
            `summary` says how many pages there were, `withdrawn_files` how many files and
            `withdrawn_sha256` which.
        destroyed_at: when its originals were destroyed (`papi purge`); nothing of it is left then.
    """

    name = models.CharField(max_length=255, blank=True, default="")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    summary = models.JSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_files = models.PositiveIntegerField(default=0)
    withdrawn_sha256 = models.JSONField(default=list)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest last."""

        db_table = "papi_batch"

    def __str__(self) -> str:
        return f"batch {self.pk}"


class SourceFile(models.Model):
    """One scanned file, known by its content.

    Attributes:
        name: file name at first sight, without folders.
        stored: path of the kept original below the workspace's image store, "" if not kept.
        pages: pages in the file; empty until it was opened.
        done: every page of it is stored; a file that is not done is read again.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    stored = models.CharField(max_length=120, blank=True, default="")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="sources")
    pages = models.PositiveIntegerField(null=True, blank=True)
    done = models.BooleanField(default=False)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Never deleted but by withdrawing a batch."""

        db_table = "papi_source_file"

    def __str__(self) -> str:
        return self.sha256[:12]


class ScanPage(models.Model):
    """One page of one file.

    Attributes:
        index: place in the file, from 0.
        status, reason, detail: `PageStatus`, `Reason`, facts without personal data.
        read_status, read_reason, read_detail: the same as the page was read alone, before it was
            settled among the issued forms and the other scans of its page.
        form_id, page, version: identity as the barcodes say ("" and empty if unknown). Not a
            foreign key: a page of a form that was never printed is kept, too.
        active: this page is the one that counts for (form_id, page).
        chosen: a person chose this scan among several of one page: it counts before all others.
        rejected: fingerprints of the scans it was chosen before; one that came later was seen by
            nobody and is a conflict again.
        hint: what a person said to place or identify it (`PageHint` as JSON), {} if nothing.
        evidence: zlib-compressed JSON of `PageEvidence`; empty for pages that were not read.
        content: fingerprint of the decoded image, to find the same content in another file.
        quality: measurements of scan quality.
    """

    source = models.ForeignKey(SourceFile, models.CASCADE, related_name="scan_pages")
    index = models.PositiveIntegerField()
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=24, blank=True, default="")
    detail = models.CharField(max_length=255, blank=True, default="")
    read_status = models.CharField(max_length=12, blank=True, default="")
    read_reason = models.CharField(max_length=24, blank=True, default="")
    read_detail = models.CharField(max_length=255, blank=True, default="")
    form_id = models.CharField(max_length=9, blank=True, default="")
    page = models.PositiveIntegerField(null=True, blank=True)
    version = models.CharField(max_length=6, blank=True, default="")
    active = models.BooleanField(default=False)
    chosen = models.BooleanField(default=False)
    rejected = models.JSONField(default=list)
    hint = models.JSONField(default=dict)
    evidence = models.BinaryField(default=b"")
    content = models.CharField(max_length=64, blank=True, default="")
    quality = models.JSONField(default=dict)
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """A page is one row, and one scan at most counts for a page of a form."""

        db_table = "papi_scan_page"
        constraints = (
            models.UniqueConstraint(fields=["source", "index"], name="scan_page_unique"),
            models.UniqueConstraint(
                fields=["form_id", "page"],
                condition=models.Q(active=True),
                name="scan_page_one_active",
            ),
        )
        indexes = (
            models.Index(fields=["status", "reason"], name="scan_page_status"),
            models.Index(fields=["form_id", "page"], name="scan_page_form"),
            models.Index(
                fields=["content"], name="scan_page_content", condition=~models.Q(content="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id}[{self.index}]"


class PageFix(models.Model):
    """What a person said of one page. Appended, never changed.

    Attributes:
        kind: identity | corners | turn | blank | foreign | choose | again.
        detail: the facts of the kind as JSON (an opaque form id, corners in px), nothing personal.
        user: who; empty from the command line.
    """

    scan = models.ForeignKey(ScanPage, models.CASCADE, related_name="fixes")
    kind = models.CharField(max_length=10)
    detail = models.JSONField(default=dict)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """In the order they were made."""

        db_table = "papi_page_fix"

    def __str__(self) -> str:
        return f"{self.scan_id} {self.kind}"

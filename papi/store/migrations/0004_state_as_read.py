"""Keep what a page was when it was read alone, so that its state can always be told anew."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import F, Value


def _remember(apps: Any, _schema: Any) -> None:
    """A page with evidence was read; any other one is still in the state it was read in."""
    pages = apps.get_model("store", "ScanPage").objects
    pages.exclude(evidence=b"").update(read_status=Value("read"))
    pages.filter(evidence=b"").update(
        read_status=F("status"), read_reason=F("reason"), read_detail=F("detail")
    )


class Migration(migrations.Migration):
    """Adds three columns; going back drops them."""

    dependencies = [("store", "0003_scanning_room")]

    operations = [
        migrations.AddField(
            "scanpage", "read_status", models.CharField(max_length=12, default="", blank=True)
        ),
        migrations.AddField(
            "scanpage", "read_reason", models.CharField(max_length=24, default="", blank=True)
        ),
        migrations.AddField(
            "scanpage", "read_detail", models.CharField(max_length=255, default="", blank=True)
        ),
        migrations.RunPython(_remember, migrations.RunPython.noop),
    ]

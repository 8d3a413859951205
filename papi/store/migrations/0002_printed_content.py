"""Which state of the pre-list row each paper copy shows."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A form is judged by what is printed on it, not by what the list says since."""

    dependencies = (("store", "0001_initial"),)

    operations = (
        migrations.AddField(
            model_name="printcopy",
            name="content_hash",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
    )

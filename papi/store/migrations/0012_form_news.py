"""Count what comes of a form, so that a decision made meanwhile does not hide it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = (("store", "0011_audit_append_only"),)

    operations = (
        migrations.AddField(
            model_name="issuedform",
            name="news",
            field=models.PositiveIntegerField(default=0),
        ),
    )

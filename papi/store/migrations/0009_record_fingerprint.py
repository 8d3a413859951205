"""A record names what was decided, so that a later change voids an approval."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Records decided by an older release have none until they are approved or decided anew."""

    dependencies = [("store", "0008_keying_room")]

    operations = [
        migrations.AddField(
            model_name="record",
            name="fingerprint",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]

"""A returned form names the fields that a clerk keys again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("store", "0013_rule_names")]

    operations = [
        migrations.AddField(
            model_name="approval", name="fields", field=models.JSONField(default=list)
        ),
    ]

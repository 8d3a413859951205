"""Names of rules are longer than PostgreSQL let them be; SQLite never minded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [("store", "0012_form_news")]

    operations = [
        migrations.AlterField(
            model_name="finding", name="rule", field=models.CharField(max_length=40)
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0005_withdrawals"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="withdrawn_sha256",
            field=models.JSONField(default=list),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0004_state_as_read'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='withdrawn_files',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='resolution',
            name='only_content',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
    ]

from django.apps.registry import Apps as StateApps
from django.db import migrations, models


def reject_others(apps: StateApps, schema_editor: object) -> None:
    """A choice made so far was one among all scans of the page that were there."""
    scans = apps.get_model('store', 'ScanPage').objects
    for scan in scans.filter(chosen=True):
        others = scans.filter(form_id=scan.form_id, page=scan.page, read_status='read')
        contents = others.exclude(pk=scan.pk).exclude(content='').values_list('content', flat=True)
        scans.filter(pk=scan.pk).update(rejected=sorted(set(contents)))


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0006_withdrawn_content'),
    ]

    operations = [
        migrations.AddField(
            model_name='scanpage',
            name='rejected',
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(reject_others, migrations.RunPython.noop),
    ]

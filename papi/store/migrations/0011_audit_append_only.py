"""The audit chain is append-only in the database as well; what a purge needs."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from papi.store.append_only import guard_statements, release_statements


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in guard_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def release(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in release_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0010_people_sessions'),
    ]

    operations = [
        migrations.AddField(
            model_name='audithead',
            name='key',
            field=models.CharField(blank=True, default='', max_length=16),
        ),
        migrations.AddField(
            model_name='batch',
            name='destroyed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='DoomedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stored', models.CharField(max_length=120, unique=True)),
            ],
            options={
                'db_table': 'papi_doomed_file',
            },
        ),
        migrations.RunPython(guard, release),
    ]

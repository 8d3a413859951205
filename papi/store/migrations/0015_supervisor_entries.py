"""Let a supervisor who keyed an item answer what somebody else asked of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One constraint, made anew."""

    dependencies = (("store", "0014_approval_fields"),)

    operations = (
        migrations.RemoveConstraint(model_name="entry", name="entry_one_a_person"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                fields=["item", "round", "user"],
                condition=models.Q(undone_at=None)
                & ~models.Q(kind__in=["refused", "settled", "given_up"]),
                name="entry_one_a_person",
            ),
        ),
    )

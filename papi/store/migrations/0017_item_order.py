"""Indexes by which items are handed out and counted, within the regions of a person."""

from django.db import migrations, models

_OPEN = models.Q(state="open")


def _index(name: str, fields: list[str], condition: models.Q) -> migrations.AddIndex:
    return migrations.AddIndex("item", models.Index(fields=fields, name=name, condition=condition))


class Migration(migrations.Migration):
    """Indexes alone."""

    dependencies = [("store", "0016_grids")]

    operations = [
        *(migrations.RemoveIndex("item", n) for n in ("item_open", "item_waits", "item_grid")),
        _index("item_kind", ["field_class", "base", "region", "id"], _OPEN),
        _index("item_class", ["field_class", "region", "base", "id"], _OPEN),
        _index(
            "item_like",
            ["field_class", "grid_value", "region", "base", "id"],
            _OPEN & ~models.Q(grid_value=""),
        ),
        _index("item_conflict", ["id"], models.Q(state="arbitration")),
        _index("item_question", ["id"], models.Q(state="supervisor")),
    ]

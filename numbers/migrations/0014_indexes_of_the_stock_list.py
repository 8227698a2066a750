import django.db.models.deletion
from django.db import migrations, models

# Each is the beginning of a wider index from here on. Dropped by name: to alter the field
# would make SQLite write the whole table anew, without its triggers.
NARROW = {"pool": "numbers_number_pool_id_1100b463", "batch": "numbers_number_batch_id_d1085c05"}


def drop(field: str) -> migrations.SeparateDatabaseAndState:
    index = NARROW[field]
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX IF EXISTS {index}",
                f"CREATE INDEX IF NOT EXISTS {index} ON numbers_number ({field}_id)",
            )
        ],
        state_operations=[
            migrations.AlterField(
                model_name="number",
                name=field,
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="numbers",
                    to=f"numbers.{field}",
                ),
            )
        ],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("numbers", "0013_provider_health"),
    ]

    operations = [
        drop("pool"),
        drop("batch"),
        migrations.RemoveIndex(model_name="number", name="number_of_batch"),
        migrations.AddIndex(
            model_name="number",
            index=models.Index(fields=["batch", "state", "id"], name="number_of_batch"),
        ),
        migrations.AddIndex(
            model_name="number",
            index=models.Index(fields=["pool", "state", "id"], name="number_of_pool"),
        ),
        migrations.AddIndex(
            model_name="number",
            index=models.Index(fields=["state", "id"], name="number_of_state"),
        ),
    ]

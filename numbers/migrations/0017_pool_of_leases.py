import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("numbers", "0016_polling_providers"),
    ]

    operations = [
        migrations.AddField(
            model_name="lease",
            name="pool",
            # It may stay empty: SQLite would have to write the whole table anew to forbid it.
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="leases",
                to="numbers.pool",
            ),
        ),
    ]

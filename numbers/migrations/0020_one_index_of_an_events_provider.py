import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("numbers", "0019_indexes_of_leases_and_sms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rawevent",
            name="provider",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="numbers.provider",
            ),
        ),
    ]

from django.db import migrations, models

from project.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("vip", "0009_order_permissions")]

    operations = [
        migrations.AlterField(
            model_name="grant",
            name="kind",
            field=models.CharField(
                choices=[
                    ("purchase", "Bought"),
                    ("gift", "Given by a member"),
                    ("staff", "Given by staff"),
                    ("revoked", "Revoked by staff"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "gift"), _negated=True)
                | models.Q(("entry__isnull", False)),
                name="grant_gift_is_paid",
            ),
        ),
        # SQLite has rebuilt the table.
        *append_only("vip_grant"),
    ]

from django.db import migrations, models

from project.permissions import CHIEF, give_permissions


class Migration(migrations.Migration):
    dependencies = [("vip", "0021_star_permissions")]

    operations = [
        migrations.AlterModelOptions(
            name="grant",
            options={
                "permissions": [
                    ("grant_to_all", "Can grant VIP to all members at once"),
                    ("view_report", "Can see what VIP brings in"),
                ]
            },
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("kind__in", ["purchase", "gift"])),
                fields=["until_after"],
                name="grant_paid_end",
            ),
        ),
        migrations.RunPython(
            give_permissions("vip", {CHIEF: ("view_report",)}), migrations.RunPython.noop
        ),
    ]

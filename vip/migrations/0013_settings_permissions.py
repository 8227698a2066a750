from django.db import migrations

from project.permissions import CHIEF, SENIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [("vip", "0012_premium")]

    operations = [
        migrations.RunPython(
            give_permissions(
                "vip",
                {
                    SENIOR: ("view_vipsettings",),
                    CHIEF: ("add_vipsettings", "change_vipsettings"),
                },
            ),
            migrations.RunPython.noop,
        )
    ]

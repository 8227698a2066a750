from django.db import migrations

from project.permissions import CHIEF, JUNIOR, SENIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [("vip", "0022_what_vip_brings_in")]

    operations = [
        migrations.RunPython(
            give_permissions(
                "vip",
                {
                    JUNIOR: ("view_pass",),
                    SENIOR: ("view_adnetwork",),
                    CHIEF: ("add_adnetwork", "change_adnetwork", "delete_adnetwork"),
                },
            ),
            migrations.RunPython.noop,
        )
    ]

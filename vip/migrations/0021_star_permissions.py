from django.db import migrations

from project.permissions import CHIEF, JUNIOR, SENIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [("vip", "0020_first_star_packs")]

    operations = [
        migrations.RunPython(
            give_permissions(
                "vip",
                {
                    JUNIOR: ("view_starpack",),
                    SENIOR: ("view_starpayment", "view_starrefund"),
                    CHIEF: (
                        "add_starpack",
                        "change_starpack",
                        "refund_starpayment",
                        "export_starpayment",
                    ),
                },
            ),
            migrations.RunPython.noop,
        )
    ]

from django.db import migrations

from project.permissions import CHIEF, JUNIOR, SENIOR, give_permissions

LOOK = ("view_wallet", "view_entry", "view_dailybonus", "view_ledgercheck")


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0004_indexes"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Backwards the groups keep what they have: another hand may have given it.
    operations = [
        migrations.RunPython(
            give_permissions(
                "points",
                {
                    JUNIOR: LOOK,
                    SENIOR: ("adjust_points", "view_pointssettings"),
                    CHIEF: (
                        "reverse_entry",
                        "export_entry",
                        "check_ledger",
                        "add_pointssettings",
                        "change_pointssettings",
                    ),
                },
            ),
            migrations.RunPython.noop,
        )
    ]

from django.db import migrations

from project.permissions import CHIEF, JUNIOR, SENIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [
        ("vip", "0004_grant_orders"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(
            give_permissions(
                "vip",
                {
                    JUNIOR: ("view_plan", "view_membership", "view_grant"),
                    SENIOR: ("add_grant",),
                    CHIEF: ("grant_to_all", "add_plan", "change_plan"),
                },
            ),
            migrations.RunPython.noop,
        )
    ]

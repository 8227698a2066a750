from django.db import migrations

from project.permissions import JUNIOR, SENIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [("vip", "0016_auto_search")]

    operations = [
        migrations.RunPython(
            give_permissions(
                "vip",
                {JUNIOR: ("view_autosearch", "view_boost"), SENIOR: ("add_boost",)},
            ),
            migrations.RunPython.noop,
        )
    ]

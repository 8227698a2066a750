from django.db import migrations

from project.permissions import JUNIOR, SENIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [("vip", "0027_videos")]

    operations = [
        migrations.RunPython(
            give_permissions(
                "vip",
                {
                    JUNIOR: ("view_video", "view_videoreport"),
                    SENIOR: ("add_video", "change_video", "change_videoreport"),
                },
            ),
            migrations.RunPython.noop,
        )
    ]

from django.db import migrations

from project.permissions import CHIEF, give_permissions


class Migration(migrations.Migration):
    dependencies = [
        ("project", "0002_backup_runs"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(
            give_permissions("project", {CHIEF: ("make_backup",)}), migrations.RunPython.noop
        )
    ]

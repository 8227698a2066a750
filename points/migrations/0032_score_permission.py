from django.db import migrations

from project.permissions import JUNIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0031_voided_vouches"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Backwards the groups keep what they have: another hand may have given it.
    operations = [
        migrations.RunPython(
            give_permissions("points", {JUNIOR: ("view_score",)}), migrations.RunPython.noop
        )
    ]
